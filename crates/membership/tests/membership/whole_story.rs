//! From application to certification, with a return on the way, and the two ways out.

use crate::support::*;
use criteria::EntityType;
use membership::membership::*;

#[test]
fn a_mexican_carrier_is_certified_after_a_return() {
    let story = pre_applicant_as(EntityType::MexicoLongHaulCarrier)
        .and(supervisor(), APPLIED, AssignSpecialist { specialist: specialist().id, office: Office::Laredo })
        .and(officer(), SUBMITTED, SubmitSecurityProfile { account: account() })
        .and(specialist(), RETURNED, ReturnProfile { rejected_answers: 3, answer_due_on: None })
        .and(specialist(), RETURNED, vetting(VettingOutcome::Open, VettingSummary::InProgress, RETURNED))
        .and(officer(), RESUBMITTED, SubmitSecurityProfile { account: account() })
        .and(specialist(), APPROVED, ApproveProfile { snapshot_number: 1 })
        .and(specialist(), VETTED, passed(VETTED))
        .and(specialist(), VETTED, debt_confirmed())
        .and(specialist(), RECOMMENDED, recommend())
        .and(director(), CERTIFIED, certify());
    let state = &story.state;
    assert_eq!((state.status, state.tier), (Status::Certified, None));
    assert!(state.is_eligible());
    assert_eq!(state.profile.round, 2);
    let statuses: Vec<_> = story
        .events
        .iter()
        .scan(Membership::default(), |state, event| {
            evolve(state, event);
            Some(state.status)
        })
        .collect();
    assert!(statuses.is_sorted_by_key(|status| *status), "{statuses:?}");
}

#[test]
fn after_a_rejection_a_new_application_goes_its_own_way() {
    let previous = rejected().state;
    check_reapplication(&previous, day(CERTIFIED)).unwrap();
    let again = Apply {
        previous_membership_id: previous.identity.as_ref().map(|identity| identity.membership_id),
        membership_id: earlier_membership_id(),
        ..application(EntityType::Importer)
    };
    let state = nothing().and(officer(), CERTIFIED, again).state;
    assert_eq!(state.status, Status::PreApplicant);
    assert_eq!(state.dates.applied_on, Some(day(CERTIFIED)));
    assert_eq!(previous.status, Status::Rejected);
}
