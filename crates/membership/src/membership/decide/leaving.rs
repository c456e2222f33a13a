//! How a member leaves: its point of contact asks, CBP closes. Handbook 3.3.

use super::{Decision, actor, refused};
use crate::membership::command::{Close, RequestWithdrawal, TakeBackWithdrawal};
use crate::membership::event::{
    MembershipClosed, MembershipWithdrawalRequested, MembershipWithdrawalTakenBack,
};
use crate::membership::facts::AccountFacts;
use crate::membership::state::Membership;
use crate::membership::status::Status;
use crate::membership::values::WithdrawalReason;
use kernel::{Context, FieldError, Refusal};

/// The point of contact asks, with a reason; the membership goes on until CBP closes it. A later request takes the place of an earlier one.
pub fn request_withdrawal(command: RequestWithdrawal, context: &Context) -> Decision {
    actor::officer_or_employee(&context.actor)?;
    let RequestWithdrawal { account, reason, text } = command;
    point_of_contact(&account, context)?;
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

fn point_of_contact(account: &AccountFacts, context: &Context) -> Result<(), Refusal> {
    if [account.primary_contact, account.alternate_contact].contains(&Some(context.actor.id)) {
        return Ok(());
    }
    let sentence = "Only the primary or the alternate point of contact of the account asks for this.";
    Err(Refusal::actor("point_of_contact_only", sentence))
}

/// As long as CBP has not closed the membership, a point of contact takes the request back, and everything goes on as before it.
pub fn take_back_withdrawal(
    membership: &Membership,
    command: &TakeBackWithdrawal,
    context: &Context,
) -> Decision {
    actor::officer_or_employee(&context.actor)?;
    point_of_contact(&command.account, context)?;
    let Some(request) = &membership.withdrawal_request else {
        return Err(not_requested(membership));
    };
    let suspended = membership.status == Status::Suspended;
    let suspension =
        super::enforcement::whole_suspension(membership, &command.in_force).filter(|_| suspended);
    Ok(vec![
        MembershipWithdrawalTakenBack {
            requested_by: request.requested_by,
            requested_on: request.requested_on,
            taken_back_by: context.actor.id,
            taken_back_on: context.today(),
            answer_due_on: suspension.and_then(|action| action.answer_due_on),
            plan_submitted: suspension.is_some_and(|action| action.plan.is_some()),
        }
        .into(),
    ])
}

fn not_requested(membership: &Membership) -> Refusal {
    refused(membership, "withdrawal_not_requested", "The company has not asked to leave.")
}

/// CBP closes what the company asked to leave. After a withdrawal that follows a suspension a waiting time begins (Handbook 3.3 and 14).
pub fn close(membership: &Membership, command: &Close, context: &Context) -> Decision {
    actor::supervisor(&context.actor)?;
    let Some(request) = &membership.withdrawal_request else {
        return Err(not_requested(membership));
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
