use crate::support::*;
use criteria::EntityType;
use kernel::{Actor, RefusalKind};
use membership::membership::event::MembershipCertified;
use membership::membership::*;

#[test]
fn a_second_person_certifies_and_the_dates_follow() {
    for actor in [supervisor(), director()] {
        let expected = MembershipCertified {
            recommended_by: specialist().id,
            certified_by: actor.id,
            certified_on: day(CERTIFIED),
            tier: Some(Tier::Tier1),
            anniversary_on: day("2027-04-22"),
            first_validation_due_on: day("2027-04-22"),
            days_since_submission: 33,
            determinations: Vec::new(),
            identifier_conflict: None,
            status: Status::Certified,
        };
        recommended().then(actor, CERTIFIED, certify(), vec![expected.into()]);
    }
    let state = certified().state;
    assert_eq!((state.status, state.tier), (Status::Certified, Some(Tier::Tier1)));
    assert_eq!(state.certified_by, Some(supervisor().id));
}

#[test]
fn the_target_of_ninety_days_is_no_bar() {
    let late = recommended().and(supervisor(), "2026-08-03", certify());
    let Some(MembershipEvent::Certified(certified)) = late.events.last() else { panic!() };
    assert_eq!(certified.days_since_submission, 136);
}

#[test]
fn who_certifies_on_29_february_has_the_anniversary_on_28_february() {
    let state = recommended().and(supervisor(), "2028-02-29", certify()).state;
    assert_eq!(state.dates.anniversary_on, Some(day("2029-02-28")));
    assert_eq!(state.dates.first_validation_due_on, Some(day("2029-02-28")));
}

/// 6 U.S.C. 965(a) says one year, and a year with a leap day in it has 366 days.
#[test]
fn the_first_validation_is_due_within_a_year_by_the_calendar() {
    let state = recommended().and(supervisor(), "2027-06-01", certify()).state;
    assert_eq!(state.dates.first_validation_due_on, Some(day("2028-06-01")));
    let mend = |value: &str| CorrectDate {
        field: DateField::CertifiedOn,
        value: day(value),
        reason: text("The letter says so."),
        accept_expiry: false,
    };
    let mended = recommended()
        .and(supervisor(), "2027-06-01", certify())
        .and(supervisor(), "2027-06-02", mend("2027-02-28"))
        .state;
    assert_eq!(mended.dates.first_validation_due_on, Some(day("2028-02-28")));

    // What was recorded by days stays as it was recorded, and keeps its distance where it is mended.
    let Some(MembershipEvent::Certified(certified)) =
        recommended().and(supervisor(), "2027-06-01", certify()).events.last().cloned()
    else {
        panic!()
    };
    let by_days = event::MembershipCertified { first_validation_due_on: day("2028-05-31"), ..certified };
    let old = recommended().with(by_days);
    assert_eq!(old.state.dates.first_validation_due_on, Some(day("2028-05-31")));
    let mended = old.and(supervisor(), "2027-06-02", mend("2027-05-30")).state;
    assert_eq!(mended.dates.first_validation_due_on, Some(day("2028-05-29")));
}

#[test]
fn tiers_are_for_importers_and_exporters() {
    for rules in membership::membership::entity_requirements::ALL {
        let story = certified_as(rules.entity_type);
        let tiered = matches!(rules.entity_type, EntityType::Importer | EntityType::Exporter);
        assert_eq!(story.state.tier, tiered.then_some(Tier::Tier1), "{}", rules.entity_type);
    }
}

#[test]
fn who_recommended_may_not_certify() {
    let story = approved().and(supervisor(), RECOMMENDED, recommend());
    let refusal = story.ask(supervisor(), CERTIFIED, certify()).unwrap_err();
    assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::ActorForbidden, "four_eyes"));
    let other_role = Actor { role: kernel::Role::ProgrammeDirector, ..supervisor() };
    story.forbidden(&[supervisor(), other_role], CERTIFIED, certify(), "four_eyes");
    story.and(director(), CERTIFIED, certify());
}

#[test]
fn only_supervisor_and_programme_director_certify() {
    let mut others = company();
    others.extend([specialist(), auditor(), Actor::system()]);
    recommended().forbidden(&others, CERTIFIED, certify(), "supervisor_only");
}

#[test]
fn it_has_to_be_recommended_first() {
    approved().state_forbids(supervisor(), CERTIFIED, certify(), "not_recommended");
}

#[test]
fn no_path_leads_to_certified_while_vetting_is_open_or_failed() {
    only_approved().state_forbids(supervisor(), CERTIFIED, certify(), "vetting_not_passed");
    let failed = vetting(VettingOutcome::Failed, VettingSummary::SecurityEvent, VETTED);
    only_approved().and(specialist(), VETTED, failed).state_forbids(
        supervisor(),
        CERTIFIED,
        certify(),
        "vetting_not_passed",
    );
}

#[test]
fn everything_is_checked_again() {
    let without_office =
        Certify { account: AccountFacts { staffed_offices: [].into(), ..account() }, ..certify() };
    recommended().state_forbids(supervisor(), CERTIFIED, without_office, "conditions_open");
    let ends_today = Bond { ends_on: Some(day("2026-04-21")), ..import_bond() };
    let story = recommended().and(specialist(), RECOMMENDED, SetBond { bond: ends_today });
    story.state_forbids(supervisor(), CERTIFIED, certify(), "conditions_open");
}

#[test]
fn it_is_certified_once_and_only_after_the_approval() {
    for story in [pre_applicant(), applicant(), returned()] {
        story.state_forbids(supervisor(), APPROVED, certify(), "profile_not_approved");
    }
    for story in [certified(), rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(supervisor(), CERTIFIED, certify(), "wrong_status");
    }
}
