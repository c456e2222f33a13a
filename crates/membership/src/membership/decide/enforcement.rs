//! What enforcement does to a membership: recommended, suspended, removed, reinstated, restored. Handbook 3.3, 3.6 and 4.4; 6 U.S.C. 967.
//!
//! The entry with its reason, facts and criteria is an aggregate of its own, see [`crate::enforcement`]; the portal records both together.
//! Here is asked what depends on the membership.

use super::certification::{accept_conflict, identifiers_free_in_account};
use super::{Decision, actor, refused};
use crate::enforcement::{Cause, EnforcementKind, ReasonCode};
use crate::membership::command::{InForce, RecommendEnforcement, Reinstate, Remove, Restore, Suspend};
use crate::membership::event::{
    MembershipEnforcementRecommended, MembershipReinstated, MembershipRemoved, MembershipRestored,
    MembershipSuspended,
};
use crate::membership::state::{ActionInForce, Membership};
use crate::membership::status::Status;
use chrono::{Days, NaiveDate};
use kernel::{Context, EnforcementActionId, FieldError, Policy, Refusal};

/// Specialists and supervisors recommend; the programme director decides on their reports (Handbook 1.4 and 4.4). A newer recommendation
/// takes the place of an older one.
pub fn recommend_enforcement(
    membership: &Membership,
    command: RecommendEnforcement,
    context: &Context,
) -> Decision {
    actor::staff(&context.actor)?;
    let RecommendEnforcement { action, reason, text } = command;
    if !reason.kinds().contains(&action) {
        let detail = format!("The reason {reason} is none for a {action}.");
        let error = FieldError::new("/reason", "reason_does_not_fit", detail.clone());
        return Err(Refusal::invalid("recommendation_invalid", detail, vec![error]));
    }
    let possible = match action {
        EnforcementKind::Suspension => membership.status.is_member(),
        EnforcementKind::Removal => true,
        EnforcementKind::Reinstatement => !membership.enforcement.in_force.is_empty(),
    };
    if !possible {
        let sentence =
            format!("A {action} of a membership that is {} is not possible now.", membership.status);
        return Err(refused(membership, "action_not_possible", sentence));
    }
    Ok(vec![
        MembershipEnforcementRecommended {
            action,
            reason,
            text,
            recommended_by: context.actor.id,
            recommended_on: context.today(),
        }
        .into(),
    ])
}

fn is_recommended(membership: &Membership, action: EnforcementKind) -> Result<(), Refusal> {
    match &membership.enforcement.recommendation {
        Some(found) if found.action == action => Ok(()),
        _ => {
            let sentence =
                format!("Nobody has recommended a {action} yet; a specialist or a supervisor has to.");
            Err(refused(membership, "not_recommended", sentence))
        }
    }
}

/// One action for one cause at a time (GAO, January 2026: entries were possibly doubled).
fn not_doubled(
    membership: &Membership,
    action: EnforcementKind,
    cause: Option<&Cause>,
    in_force: &[InForce],
) -> Result<(), Refusal> {
    let same = |open: &&InForce| open.action == action && Some(&open.cause) == cause;
    match in_force.iter().find(same) {
        None => Ok(()),
        Some(open) => {
            let sentence = format!(
                "The {action} {} for the same cause is in force already.",
                open.enforcement_action_id
            );
            Err(refused(membership, "action_doubled", sentence))
        }
    }
}

/// Benefits are withheld for a time: all of them, and the member is suspended; or some, such as FAST lanes only, and its status stays.
pub fn suspend(membership: &Membership, command: Suspend, context: &Context) -> Decision {
    actor::director(&context.actor)?;
    is_recommended(membership, EnforcementKind::Suspension)?;
    not_doubled(membership, EnforcementKind::Suspension, command.cause.as_ref(), &command.in_force)?;
    let held = membership.benefits();
    let mut errors = Vec::new();
    for (index, benefit) in command.withheld_benefits.iter().enumerate() {
        let pointer = format!("/withheld_benefits/{index}");
        if command.withheld_benefits.iter().take(index).any(|earlier| earlier == benefit) {
            errors.push(FieldError::new(pointer, "duplicate", format!("{benefit} is in the list already.")));
        } else if !held.iter().any(|own| own.entry.benefit == *benefit) {
            let detail = format!("This member does not have the benefit {benefit}, so it can't be withheld.");
            errors.push(FieldError::new(pointer, "benefit_not_held", detail));
        }
    }
    if !errors.is_empty() {
        let sentence = "These benefits can't be withheld; see the errors.";
        return Err(Refusal::invalid("suspension_invalid", sentence, errors));
    }
    let whole = command.withheld_benefits.is_empty();
    Ok(vec![
        MembershipSuspended {
            enforcement_action_id: command.enforcement_action_id,
            withheld_benefits: command.withheld_benefits,
            reason: command.reason,
            decided_by: context.actor.id,
            decided_on: context.today(),
            earlier_status: membership.status,
            status: if whole { Status::Suspended } else { membership.status },
        }
        .into(),
    ])
}

/// A suspended member is removed when its time to answer is over and no good answer came; a member in good standing for aggravated
/// circumstances, or for knowingly false information, at once. While an appeal is open, nobody is removed.
pub fn remove(membership: &Membership, command: Remove, context: &Context) -> Decision {
    actor::director(&context.actor)?;
    is_recommended(membership, EnforcementKind::Removal)?;
    not_doubled(membership, EnforcementKind::Removal, command.cause.as_ref(), &command.in_force)?;
    no_open_appeal(membership, &command.in_force)?;
    reason_of_removal(membership, &command, context)?;
    let today = context.today();
    Ok(vec![
        MembershipRemoved {
            enforcement_action_id: command.enforcement_action_id,
            reason: command.reason,
            ended_actions: ids(&membership.enforcement.in_force),
            decided_by: context.actor.id,
            removed_on: today,
            reapply_from: reapply_from(today, &context.policy),
            earlier_status: membership.status,
            status: Status::Removed,
        }
        .into(),
    ])
}

fn reason_of_removal(membership: &Membership, command: &Remove, context: &Context) -> Result<(), Refusal> {
    let reason = command.reason;
    let wrong = |detail: String| {
        let errors = vec![FieldError::new("/reason", "reason_does_not_fit", detail.clone())];
        Err(Refusal::invalid("removal_invalid", detail, errors))
    };
    if membership.status != Status::Suspended {
        if reason.follows_suspension() {
            return wrong(format!(
                "The reason {reason} is for suspended members; this one is {}.",
                membership.status
            ));
        }
        return Ok(());
    }
    if !reason.follows_suspension() {
        return wrong(format!(
            "A suspended member is removed for {} or {}.",
            ReasonCode::SuspensionUnanswered,
            ReasonCode::SuspensionAnswerInsufficient
        ));
    }
    let Some(suspension) = whole_suspension(membership, &command.in_force) else {
        return Err(refused(membership, "suspension_unknown", "The suspension is not in force any more."));
    };
    if let Some(due) = suspension.answer_due_on.filter(|due| context.today() <= *due) {
        let sentence = format!("The company can answer the suspension until {due}, that day included.");
        return Err(refused(membership, "suspension_answer_open", sentence));
    }
    match (reason, &suspension.plan) {
        (ReasonCode::SuspensionUnanswered, Some(_)) => wrong(
            "The company has answered with a corrective plan; say that it is not good enough.".to_owned(),
        ),
        (ReasonCode::SuspensionAnswerInsufficient, None) => {
            wrong("The company has not answered with a corrective plan.".to_owned())
        }
        _ => Ok(()),
    }
}

/// The suspension of all benefits that is in force.
pub(super) fn whole_suspension<'a>(membership: &Membership, in_force: &'a [InForce]) -> Option<&'a InForce> {
    let whole =
        membership.enforcement.in_force.iter().rev().find(|action| action.withheld_benefits.is_empty())?;
    in_force.iter().find(|action| action.enforcement_action_id == whole.enforcement_action_id)
}

pub(super) fn no_open_appeal(membership: &Membership, in_force: &[InForce]) -> Result<(), Refusal> {
    match in_force.iter().find(|action| action.appeal_open) {
        None => Ok(()),
        Some(action) => {
            let sentence = format!(
                "The appeal against {} has to be decided or taken back first.",
                action.enforcement_action_id
            );
            Err(refused(membership, "appeal_open", sentence))
        }
    }
}

pub(super) fn ids(actions: &[ActionInForce]) -> Vec<EnforcementActionId> {
    actions.iter().map(|action| action.enforcement_action_id).collect()
}

/// The first day of a new application. Handbook 3.3 and 14.
pub(super) fn reapply_from(ended_on: NaiveDate, policy: &Policy) -> NaiveDate {
    ended_on.checked_add_days(Days::new(policy.reapply_wait_days.into())).unwrap_or(ended_on)
}

/// A suspension is lifted on a corrective plan with objectives and dates, with consent to unannounced visits. Handbook 3.3.
pub fn reinstate(membership: &Membership, command: Reinstate, context: &Context) -> Decision {
    actor::director(&context.actor)?;
    let own = |id| membership.enforcement.in_force.iter().find(|action| action.enforcement_action_id == id);
    let Some(lifted) = own(command.suspension).filter(|action| action.action == EnforcementKind::Suspension)
    else {
        let detail = "No suspension of this membership with this id is in force.";
        let error = FieldError::new("/enforcement_action_id", "suspension_unknown", detail);
        return Err(Refusal::invalid("suspension_unknown", detail, vec![error]));
    };
    is_recommended(membership, EnforcementKind::Reinstatement)?;
    let suspension =
        command.in_force.iter().find(|action| action.enforcement_action_id == command.suspension);
    if suspension.is_some_and(|action| action.appeal_open) {
        return Err(refused(membership, "appeal_open", "The appeal has to be decided or taken back first."));
    }
    match suspension.and_then(|action| action.plan.as_ref()) {
        None => {
            let sentence = "The company has not submitted a corrective plan that could be accepted.";
            return Err(refused(membership, "plan_missing", sentence));
        }
        Some(plan) if !plan.consents_to_unannounced_visits => {
            let sentence = "The company has not consented to unannounced visits.";
            return Err(refused(membership, "consent_missing", sentence));
        }
        Some(_) => {}
    }
    Ok(vec![
        MembershipReinstated {
            enforcement_action_id: command.enforcement_action_id,
            suspension: command.suspension,
            decided_by: context.actor.id,
            reinstated_on: context.today(),
            earlier_status: membership.status,
            status: after_lifting(membership, lifted),
        }
        .into(),
    ])
}

/// What stood before: lifting the suspension of all benefits gives back the status, lifting another leaves it.
fn after_lifting(membership: &Membership, lifted: &ActionInForce) -> Status {
    if lifted.withheld_benefits.is_empty() { lifted.status_before } else { membership.status }
}

/// An appeal was granted, so what stood before the action is restored, the suspensions that a removal had ended included. Handbook 3.3: the
/// only way back from a removal.
///
/// What comes back from a removal takes up its identifiers again, and by then others may use them: within the account that is refused, and of
/// other accounts' memberships it has to be said why they are no bar. Handbook 2.4.
pub fn restore(membership: &Membership, command: Restore, context: &Context) -> Decision {
    actor::director(&context.actor)?;
    let is_it = |action: &&ActionInForce| action.enforcement_action_id == command.enforcement_action_id;
    let Some(undone) = membership.enforcement.in_force.iter().find(is_it) else {
        return Err(refused(membership, "action_ended", "This action is not in force any more."));
    };
    let identifier_conflict = if membership.status.is_ended() {
        identifiers_free_in_account(membership, &command.in_use)?;
        let said = membership.identifier_conflict.as_ref();
        accept_conflict(membership, &command.in_use, said, command.identifier_conflict_reason)?
    } else {
        None
    };
    Ok(vec![
        MembershipRestored {
            enforcement_action_id: command.enforcement_action_id,
            appeal_id: command.appeal_id,
            resumed_actions: ids(&undone.ended),
            identifier_conflict,
            decided_by: context.actor.id,
            restored_on: context.today(),
            earlier_status: membership.status,
            status: after_lifting(membership, undone),
        }
        .into(),
    ])
}
