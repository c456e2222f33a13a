use crate::support::*;
use kernel::Actor;
use membership::membership::event::{MembershipRecommendationLapsed, MembershipVettingResultRecorded};
use membership::membership::*;

#[test]
fn a_result_is_recorded_and_determines_c7() {
    for (outcome, summary, c7, basis) in [
        (
            VettingOutcome::Open,
            VettingSummary::InformationRequested,
            Outcome::Open,
            "is open: information_requested.",
        ),
        (VettingOutcome::Passed, VettingSummary::NoConcerns, Outcome::Met, "was passed: no_concerns."),
        (
            VettingOutcome::Failed,
            VettingSummary::FalseInformation,
            Outcome::NotMet,
            "was failed: false_information.",
        ),
    ] {
        for story in [applicant(), returned(), only_approved()] {
            let expected = MembershipVettingResultRecorded {
                outcome,
                earlier_outcome: VettingOutcome::Open,
                summary,
                determined_on: day("2026-04-13"),
                recorded_by: specialist().id,
                recorded_on: day(VETTED),
                determination: Determination {
                    condition: Condition::C7,
                    outcome: c7,
                    determined_on: day("2026-04-13"),
                    determined_by: DeterminedBy::Staff,
                    person_id: Some(specialist().id),
                    basis: format!("The vetting {basis}"),
                    source: DeterminationSource::Vetting,
                },
            };
            story.then(specialist(), VETTED, vetting(outcome, summary, "2026-04-13"), vec![expected.into()]);
        }
    }
}

#[test]
fn a_newer_result_takes_the_place_of_a_failed_one() {
    let story = only_approved()
        .and(specialist(), VETTED, vetting(VettingOutcome::Failed, VettingSummary::OwnershipConcern, VETTED))
        .and(
            supervisor(),
            RECOMMENDED,
            vetting(VettingOutcome::Passed, VettingSummary::ConcernsResolved, RECOMMENDED),
        );
    assert_eq!(story.state.vetting_outcome(), VettingOutcome::Passed);
    assert!(story.state.is_settled(Condition::C7));
}

#[test]
fn a_recommendation_lapses_with_any_result_but_passed() {
    for (outcome, summary) in [
        (VettingOutcome::Open, VettingSummary::InProgress),
        (VettingOutcome::Failed, VettingSummary::CustomsViolations),
    ] {
        let story = recommended().and(specialist(), CERTIFIED, vetting(outcome, summary, CERTIFIED));
        let lapsed = MembershipRecommendationLapsed {
            cause: LapseCause::VettingResult,
            recommended_by: specialist().id,
            recommended_on: day(RECOMMENDED),
            lapsed_on: day(CERTIFIED),
        };
        assert_eq!(story.events.last(), Some(&lapsed.into()));
        story.state_forbids(supervisor(), CERTIFIED, certify(), "vetting_not_passed");
        let allowed = story.state.allowed_commands();
        assert!(!allowed.contains(&"certify") && !allowed.contains(&"recommend-certification"));
        assert!(allowed.contains(&"record-vetting-result") && allowed.contains(&"reject"));
    }
    let again = recommended().and(specialist(), CERTIFIED, passed(CERTIFIED));
    assert!(again.state.recommendation.is_some());
}

#[test]
fn summary_and_dates_have_to_fit() {
    let command = vetting(VettingOutcome::Passed, VettingSummary::SecurityEvent, "2026-04-16");
    let errors = [("/summary", "summary_does_not_fit"), ("/determined_on", "date_in_future")];
    applicant().invalid(specialist(), VETTED, command, "vetting_result_invalid", &errors);
    let errors = [("/determined_on", "date_order")];
    applicant().invalid(specialist(), VETTED, passed("2026-03-01"), "vetting_result_invalid", &errors);
    for summary in VettingSummary::ALL {
        applicant().and(specialist(), VETTED, vetting(summary.outcome(), *summary, VETTED));
    }
}

#[test]
fn nobody_but_staff_records_it() {
    let mut others = company();
    others.extend([auditor(), Actor::system()]);
    applicant().forbidden(&others, VETTED, passed(VETTED), "staff_only");
}

#[test]
fn it_is_recorded_only_between_submission_and_certification() {
    pre_applicant().state_forbids(specialist(), SUBMITTED, passed(SUBMITTED), "profile_not_submitted");
    for story in [certified(), rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(specialist(), CERTIFIED, passed(VETTED), "wrong_status");
    }
}

#[test]
fn a_company_is_told_that_a_vetting_was_failed_and_not_what_it_found() {
    let failed = vetting(VettingOutcome::Failed, VettingSummary::OwnershipConcern, VETTED);
    let state = applicant().and(specialist(), VETTED, failed).state;
    let c7 = state.determination(Condition::C7).unwrap();
    assert!(c7.basis.contains("ownership_concern"));
    assert_eq!(c7.for_company().basis, "The vetting was failed.");
    let others: Vec<_> =
        state.determinations.iter().filter(|found| found.source != DeterminationSource::Vetting).collect();
    assert!(!others.is_empty());
    for other in others {
        assert_eq!(other.for_company(), *other);
    }
}
