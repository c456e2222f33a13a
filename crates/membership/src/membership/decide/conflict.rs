//! Conflicts of interest of CBP's own people. Who has one is known to the accounts alone, so that no status allows or forbids these two:
//! they stand beside the table.

use super::{Decision, actor, refused};
use crate::membership::command::{EndConflictOverride, OverrideConflict};
use crate::membership::event::{MembershipConflictOverridden, MembershipConflictOverrideEnded};
use crate::membership::state::Membership;
use kernel::{Context, FieldError, Refusal};

/// The programme director lets somebody act on the membership although they have a role in the company's account, and says why.
///
/// # Errors
/// A [`Refusal`] that names the broken rule.
pub fn override_conflict(membership: &Membership, command: OverrideConflict, context: &Context) -> Decision {
    actor::director(&context.actor)?;
    if command.person_id == context.actor.id {
        return Err(Refusal::actor("own_conflict", "Nobody overrides a conflict of interest of their own."));
    }
    if membership.conflict_overrides.contains_key(&command.person_id) {
        let sentence = "This person may act on the membership already.";
        return Err(refused(membership, "conflict_overridden", sentence));
    }
    if !command.has_conflict {
        let detail = "Nobody of CBP who is known by this id has a role in the company's account.";
        return Err(Refusal::invalid(
            "no_conflict",
            detail,
            vec![FieldError::new("/person_id", "no_conflict", detail)],
        ));
    }
    Ok(vec![
        MembershipConflictOverridden {
            person_id: command.person_id,
            reason: command.reason,
            overridden_by: context.actor.id,
            overridden_on: context.today(),
        }
        .into(),
    ])
}

/// The programme director ends that.
///
/// # Errors
/// A [`Refusal`] that names the broken rule.
pub fn end_conflict_override(
    membership: &Membership,
    command: EndConflictOverride,
    context: &Context,
) -> Decision {
    actor::director(&context.actor)?;
    if !membership.conflict_overrides.contains_key(&command.person_id) {
        let sentence = "No conflict of interest of this person is overridden.";
        return Err(refused(membership, "conflict_not_overridden", sentence));
    }
    Ok(vec![
        MembershipConflictOverrideEnded {
            person_id: command.person_id,
            reason: command.reason,
            ended_by: context.actor.id,
            ended_on: context.today(),
        }
        .into(),
    ])
}
