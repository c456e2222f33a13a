use crate::support::*;
use criteria::EntityType;
use kernel::Policy;
use membership::membership::*;

fn list(story: &Story, account: &AccountFacts, on: &str) -> ToDo {
    to_do(&story.state, account, day(on), &Policy::default())
}

fn codes(items: &[ToDoItem]) -> Vec<&'static str> {
    items.iter().map(|item| item.code.as_str()).collect()
}

#[test]
fn a_complete_applicant_has_only_the_profile_to_submit_and_sees_what_cbp_has_to_do() {
    let to_do = list(&pre_applicant(), &account(), SUBMITTED);
    assert_eq!(to_do.to_submit, []);
    assert_eq!(
        codes(&to_do.to_certify),
        [
            "profile_not_submitted",
            "specialist_not_assigned",
            "vetting_open",
            "condition_unconfirmed",
            "bond_missing",
            "not_recommended"
        ]
    );
    assert_eq!(to_do.to_certify[0].waits_for, WaitsFor::Company);
    assert_eq!(to_do.to_certify[3].condition, Some(Condition::C6));
}

#[test]
fn every_gap_names_its_condition_its_subject_and_the_command_that_fills_it() {
    let apply =
        Apply { declarations: Declarations::default(), ..application(EntityType::UsMexicoHighwayCarrier) };
    let story = nothing().and(officer(), APPLIED, apply);
    let bare = AccountFacts { officer: None, agreement: None, staffed_offices: [].into(), ..account() };
    let to_do = list(&story, &bare, SUBMITTED);
    let seen: Vec<_> = to_do
        .to_submit
        .iter()
        .map(|item| {
            (
                item.code.as_str(),
                item.condition,
                item.subject.as_deref(),
                item.resource,
                item.command.unwrap(),
            )
        })
        .collect();
    use membership::membership::ToDoResource::{Account, Membership};
    assert_eq!(
        seen,
        [
            ("officer_missing", Some(Condition::C3), None, Account, "grant-role"),
            ("agreement_not_accepted", Some(Condition::C4), None, Account, "accept-agreement"),
            ("staffed_office_missing", Some(Condition::C2), None, Account, "add-address"),
            ("trading_not_declared", Some(Condition::C1), None, Membership, "declare-eligibility"),
            ("debt_not_declared", Some(Condition::C6), None, Membership, "declare-eligibility"),
            (
                "statement_missing",
                Some(Condition::C1),
                Some("crosses_mexican_border"),
                Membership,
                "declare-eligibility"
            ),
        ]
    );
    assert!(to_do.to_submit.iter().all(|item| item.waits_for == WaitsFor::Company));
}

#[test]
fn what_staff_determine_about_the_office_counts() {
    let without = AccountFacts { staffed_offices: [].into(), ..account() };
    let seen_on_site = RecordDetermination {
        condition: Condition::C2,
        outcome: Outcome::Met,
        determined_on: None,
        basis: text("Visited the office in El Paso."),
    };
    let story = pre_applicant().and(specialist(), APPLIED, seen_on_site);
    assert_eq!(codes(&list(&story, &account(), SUBMITTED).to_submit), Vec::<&str>::new());
    assert_eq!(codes(&list(&story, &without, SUBMITTED).to_submit), ["staffed_office_missing"]);
}

#[test]
fn the_list_follows_the_application() {
    let returned_list = list(&returned(), &account(), RETURNED);
    assert_eq!(returned_list.to_submit, []);
    assert_eq!(codes(&returned_list.to_certify)[0], "profile_returned");
    assert_eq!(codes(&list(&applicant(), &account(), RETURNED).to_certify)[0], "profile_under_review");
    assert_eq!(codes(&list(&approved(), &account(), RECOMMENDED).to_certify), ["not_recommended"]);
    assert_eq!(codes(&list(&recommended(), &account(), RECOMMENDED).to_certify), ["not_certified"]);
    for story in [nothing(), certified(), rejected(), ineligible(), withdrawn(), inactive()] {
        assert_eq!(list(&story, &account(), CERTIFIED), ToDo::default());
    }
}

#[test]
fn trouble_is_told_in_words() {
    let failed = vetting(VettingOutcome::Failed, VettingSummary::SecurityEvent, VETTED);
    let denied = RecordDetermination {
        outcome: Outcome::NotMet,
        basis: text("Bill 4410 is final and unpaid."),
        ..debt_confirmed()
    };
    let story = only_approved().and(specialist(), VETTED, failed).and(specialist(), VETTED, denied);
    let without_office = AccountFacts { staffed_offices: [].into(), ..account() };
    let items = list(&story, &without_office, VETTED).to_certify;
    assert_eq!(
        codes(&items),
        ["vetting_failed", "condition_not_met", "condition_not_met", "bond_missing", "not_recommended"]
    );
    assert_eq!((items[1].condition, items[1].command), (Some(Condition::C2), Some("add-address")));
    assert!(items[2].sentence.contains("Bill 4410"));
}

#[test]
fn identifiers_and_documents_that_a_later_rule_asks_for_are_listed() {
    let mut story = pre_applicant_as(EntityType::MexicoLongHaulCarrier);
    story.state.identifiers.clear();
    story.state.documents.clear();
    let to_do = list(&story, &account(), SUBMITTED);
    assert_eq!(codes(&to_do.to_submit), ["identifier_missing", "identifier_missing", "document_missing"]);
    assert_eq!(to_do.to_submit[2].subject.as_deref(), Some("acta_constitutiva"));
    assert_eq!(to_do.to_submit[2].command, Some("attach-document"));
}
