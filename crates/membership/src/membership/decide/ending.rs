//! How an application ends without a certification: refused, ineligible, withdrawn, expired. Handbook 3.3.

use super::eligibility::by_staff;
use super::{Decision, actor, refused};
use crate::membership::body_rules;
use crate::membership::command::{FindIneligible, Reject, Withdraw};
use crate::membership::eligibility::{DeterminationSource, Outcome};
use crate::membership::event::{
    MembershipApplicationExpired, MembershipFoundIneligible, MembershipRejected, MembershipWithdrawn,
};
use crate::membership::state::Membership;
use crate::membership::status::Status;
use crate::membership::values::{RejectionReason, VettingOutcome};
use kernel::{Context, FieldError, Refusal};

/// CBP refuses the application.
pub fn reject(membership: &Membership, command: Reject, context: &Context) -> Decision {
    actor::staff(&context.actor)?;
    if command.reason == RejectionReason::VettingFailed
        && membership.vetting_outcome() != VettingOutcome::Failed
    {
        let detail = "No failed vetting is recorded; record the result first, or name another reason.";
        let errors = vec![FieldError::new("/reason", "reason_does_not_fit", detail)];
        return Err(Refusal::invalid("rejection_invalid", detail, errors));
    }
    Ok(vec![
        MembershipRejected {
            reason: command.reason,
            text: command.text,
            rejected_by: context.actor.id,
            rejected_on: context.today(),
            earlier_status: membership.status,
            status: Status::Rejected,
        }
        .into(),
    ])
}

/// CBP finds that a condition is not met. The determination is recorded with it.
pub fn find_ineligible(membership: &Membership, command: FindIneligible, context: &Context) -> Decision {
    actor::staff(&context.actor)?;
    if let Some(error) = body_rules::finding(command.condition, command.reason) {
        return Err(Refusal::invalid("finding_invalid", error.detail.clone(), vec![error]));
    }
    let today = context.today();
    let basis = command.text.as_str();
    let source = DeterminationSource::StaffFinding;
    Ok(vec![
        MembershipFoundIneligible {
            condition: command.condition,
            reason: command.reason,
            determination: by_staff(command.condition, Outcome::NotMet, today, basis, source, context),
            text: command.text,
            found_by: context.actor.id,
            found_on: today,
            earlier_status: membership.status,
            status: Status::Ineligible,
        }
        .into(),
    ])
}

/// The company withdraws its application. None of these statuses follows a suspension, so no waiting period begins.
pub fn withdraw(membership: &Membership, command: Withdraw, context: &Context) -> Decision {
    actor::officer_or_employee(&context.actor)?;
    if let Some(error) = body_rules::withdrawal(command.reason, command.text.is_some()) {
        return Err(Refusal::invalid("withdrawal_invalid", error.detail.clone(), vec![error]));
    }
    Ok(vec![
        MembershipWithdrawn {
            reason: command.reason,
            text: command.text,
            withdrawn_by: context.actor.id,
            withdrawn_on: context.today(),
            reapply_from: None,
            earlier_status: membership.status,
            status: Status::Withdrawn,
        }
        .into(),
    ])
}

/// The portal's clock ends an application whose last day is past.
pub fn expire_application(membership: &Membership, context: &Context) -> Decision {
    actor::system(&context.actor)?;
    let today = context.today();
    match membership.dates.profile_due_on {
        Some(due) if today > due => Ok(vec![
            MembershipApplicationExpired { profile_due_on: due, expired_on: today, status: Status::Inactive }
                .into(),
        ]),
        due => {
            let sentence = match due {
                Some(due) => format!("The security profile can be submitted until {due}, that day included."),
                None => "The application has no last day.".to_owned(),
            };
            Err(refused(membership, "not_expired_yet", sentence))
        }
    }
}
