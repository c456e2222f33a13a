use crate::support::*;
use criteria::EntityType;
use kernel::Actor;
use membership::membership::event::MembershipProfileSubmitted;
use membership::membership::*;

fn submit() -> SubmitSecurityProfile {
    SubmitSecurityProfile { account: account() }
}

#[test]
fn the_officer_submits_and_the_clock_of_ninety_days_begins() {
    let expected = MembershipProfileSubmitted {
        round: 1,
        submitted_by: officer().id,
        submitted_on: day(SUBMITTED),
        certification_due_on: day(CERTIFICATION_DUE),
        determinations: vec![Determination {
            condition: Condition::C5,
            outcome: Outcome::Met,
            determined_on: day(SUBMITTED),
            determined_by: DeterminedBy::System,
            person_id: None,
            basis: "Every applicable question is answered and submitted.".to_owned(),
            source: DeterminationSource::SecurityProfile,
        }],
        status: Status::Applicant,
    };
    pre_applicant().then(officer(), SUBMITTED, submit(), vec![expected.into()]);
}

#[test]
fn the_last_day_is_in_time_and_the_day_after_is_too_late() {
    assert_eq!(pre_applicant().and(officer(), PROFILE_DUE, submit()).state.status, Status::Applicant);
    pre_applicant().state_forbids(officer(), "2026-04-02", submit(), "application_expired");
    inactive().state_forbids(officer(), "2026-04-03", submit(), "application_expired");
}

#[test]
fn after_a_return_it_is_submitted_again_and_the_clock_runs_on() {
    let story = returned().and(officer(), RESUBMITTED, submit());
    let Some(MembershipEvent::ProfileSubmitted(submitted)) = story.events.last() else { panic!() };
    assert_eq!((submitted.round, submitted.certification_due_on), (2, day(CERTIFICATION_DUE)));
    assert_eq!(story.state.dates.profile_submitted_on, Some(day(SUBMITTED)));
    assert_eq!(story.state.dates.profile_resubmitted_on, Some(day(RESUBMITTED)));
    assert_eq!(story.state.profile.rejected_answers, 0);
    assert_eq!(story.state.determination(Condition::C5).unwrap().outcome, Outcome::Met);
}

#[test]
fn what_the_account_says_now_is_determined_with_it() {
    let without_office = AccountFacts { staffed_offices: [].into(), ..account() };
    let apply = Apply { account: without_office, ..application(EntityType::Importer) };
    let story = nothing().and(officer(), APPLIED, apply);
    assert_eq!(story.state.determination(Condition::C2).unwrap().outcome, Outcome::NotMet);
    let story = story.and(officer(), SUBMITTED, submit());
    assert_eq!(story.state.determination(Condition::C2).unwrap().outcome, Outcome::Met);
}

#[test]
fn nothing_may_be_missing_that_the_applicant_can_give() {
    let apply = Apply { declarations: Declarations::default(), ..application(EntityType::Exporter) };
    let story = nothing().and(officer(), APPLIED, apply);
    let bare = AccountFacts {
        officer: None,
        agreement: None,
        staffed_offices: ["VN"].map(|code| kernel::CountryCode::parse(code).unwrap()).into(),
        primary_contact: None,
        alternate_contact: None,
        ..account()
    };
    let command = SubmitSecurityProfile { account: bare };
    let refusal = story.state_forbids(officer(), SUBMITTED, command, "application_incomplete");
    let codes: Vec<_> = refusal.errors.iter().map(|error| error.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "officer_missing",
            "agreement_not_accepted",
            "staffed_office_missing",
            "primary_contact_missing",
            "alternate_contact_missing",
            "trading_not_declared",
            "debt_not_declared",
            "statement_missing",
            "statement_missing",
            "statement_missing",
            "statement_missing",
        ]
    );
}

#[test]
fn only_the_officer_submits() {
    let others = [employee(), consultant(), integrator(), specialist(), Actor::system()];
    pre_applicant().forbidden(&others, SUBMITTED, submit(), "officer_only");
    returned().forbidden(&others, RESUBMITTED, submit(), "officer_only");
}

#[test]
fn it_is_not_submitted_twice_nor_after_the_approval_nor_after_an_end() {
    applicant().state_forbids(officer(), RESUBMITTED, submit(), "profile_already_submitted");
    approved().state_forbids(officer(), CERTIFIED, submit(), "profile_already_approved");
    certified().state_forbids(officer(), CERTIFIED, submit(), "profile_already_approved");
    for story in [rejected(), ineligible(), withdrawn()] {
        story.state_forbids(officer(), CERTIFIED, submit(), "wrong_status");
    }
    nothing().state_forbids(officer(), CERTIFIED, submit(), "not_applied");
}
