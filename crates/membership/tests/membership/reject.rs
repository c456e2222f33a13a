use crate::support::*;
use kernel::Actor;
use membership::membership::event::MembershipRejected;
use membership::membership::*;

fn reject(reason: RejectionReason) -> Reject {
    Reject { reason, text: text("The profile copies a published sample word for word.") }
}

#[test]
fn cbp_refuses_an_application_with_code_and_text() {
    for story in [pre_applicant(), applicant(), returned(), approved(), recommended()] {
        for actor in [specialist(), supervisor(), director()] {
            let command = reject(RejectionReason::CriteriaNotMet);
            let expected = MembershipRejected {
                reason: RejectionReason::CriteriaNotMet,
                text: command.text.clone(),
                rejected_by: actor.id,
                rejected_on: day(CERTIFIED),
                earlier_status: story.state.status,
                status: Status::Rejected,
            };
            story.then(actor, CERTIFIED, command, vec![expected.into()]);
        }
    }
    let state = recommended().and(specialist(), CERTIFIED, reject(RejectionReason::CriteriaNotMet)).state;
    assert_eq!((state.status, state.dates.ended_on), (Status::Rejected, Some(day(CERTIFIED))));
    assert_eq!(state.recommendation, None);
    let ending = state.ending.unwrap();
    assert_eq!(ending.reason_code(), "criteria_not_met");
    assert_eq!(ending.text().unwrap().as_str(), "The profile copies a published sample word for word.");
}

#[test]
fn a_failed_vetting_is_a_reason_only_where_it_is_recorded() {
    let errors = [("/reason", "reason_does_not_fit")];
    let command = || reject(RejectionReason::VettingFailed);
    applicant().invalid(specialist(), VETTED, command(), "rejection_invalid", &errors);
    approved().invalid(specialist(), CERTIFIED, command(), "rejection_invalid", &errors);
    let failed = vetting(VettingOutcome::Failed, VettingSummary::SecurityEvent, VETTED);
    applicant().and(specialist(), VETTED, failed).and(specialist(), VETTED, command());
}

#[test]
fn nobody_but_staff_rejects() {
    let mut others = company();
    others.extend([auditor(), Actor::system()]);
    applicant().forbidden(&others, VETTED, reject(RejectionReason::NoResponse), "staff_only");
}

#[test]
fn what_is_certified_or_ended_is_not_rejected() {
    for story in [certified(), rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(specialist(), CERTIFIED, reject(RejectionReason::NoResponse), "wrong_status");
    }
}
