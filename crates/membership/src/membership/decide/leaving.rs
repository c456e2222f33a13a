//! How a member leaves: its point of contact asks, CBP closes. Handbook 3.3.

use super::{Decision, actor, refused};
use crate::membership::command::{Close, RequestWithdrawal};
use crate::membership::event::{MembershipClosed, MembershipWithdrawalRequested};
use crate::membership::state::Membership;
use crate::membership::status::Status;
use crate::membership::values::WithdrawalReason;
use kernel::{Context, FieldError, Refusal};

/// The point of contact asks, with a reason; the membership goes on until CBP closes it. A later request takes the place of an earlier one.
pub fn request_withdrawal(command: RequestWithdrawal, context: &Context) -> Decision {
    actor::officer_or_employee(&context.actor)?;
    let RequestWithdrawal { account, reason, text } = command;
    let contacts = [account.primary_contact, account.alternate_contact];
    if !contacts.contains(&Some(context.actor.id)) {
        let sentence = "Only the primary or the alternate point of contact of the account asks for this.";
        return Err(Refusal::actor("point_of_contact_only", sentence));
    }
    if reason == WithdrawalReason::Other && text.is_none() {
        let detail = "Say in words why, since the reason is `other`.";
        let errors = vec![FieldError::new("/text", "required", detail)];
        return Err(Refusal::invalid("withdrawal_invalid", detail, errors));
    }
    Ok(vec![
        MembershipWithdrawalRequested {
            reason,
            text,
            requested_by: context.actor.id,
            requested_on: context.today(),
        }
        .into(),
    ])
}

/// CBP closes what the company asked to leave. After a withdrawal that follows a suspension a waiting time begins (Handbook 3.3 and 14).
pub fn close(membership: &Membership, command: &Close, context: &Context) -> Decision {
    actor::supervisor(&context.actor)?;
    let Some(request) = &membership.withdrawal_request else {
        let sentence = "The company has not asked to leave.";
        return Err(refused(membership, "withdrawal_not_requested", sentence));
    };
    super::enforcement::no_open_appeal(membership, &command.in_force)?;
    let today = context.today();
    let in_force = &membership.enforcement.in_force;
    Ok(vec![
        MembershipClosed {
            reason: request.reason,
            text: request.text.clone(),
            requested_by: request.requested_by,
            requested_on: request.requested_on,
            ended_actions: super::enforcement::ids(in_force),
            closed_by: context.actor.id,
            closed_on: today,
            reapply_from: (!in_force.is_empty())
                .then(|| super::enforcement::reapply_from(today, &context.policy)),
            earlier_status: membership.status,
            status: Status::Withdrawn,
        }
        .into(),
    ])
}
