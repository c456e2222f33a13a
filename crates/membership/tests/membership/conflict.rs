//! The programme director lets somebody of CBP act although they have a role in the company's account.

use crate::support::*;
use kernel::RefusalKind::{ActorForbidden, Invalid, StateForbids};
use kernel::{PersonId, Refusal};
use membership::membership::event::{MembershipConflictOverridden, MembershipConflictOverrideEnded};
use membership::membership::*;

fn of(person_id: PersonId) -> OverrideConflict {
    OverrideConflict { person_id, reason: text("The role is that of a reader."), has_conflict: true }
}

fn end(person_id: PersonId) -> EndConflictOverride {
    EndConflictOverride { person_id, reason: text("A second specialist is in office.") }
}

fn overridden(story: &Story) -> Membership {
    let context = at(director(), CERTIFIED);
    let mut membership = story.state.clone();
    for event in override_conflict(&membership, of(specialist().id), &context).unwrap() {
        evolve(&mut membership, &event);
    }
    membership
}

fn refused(decided: Result<Vec<MembershipEvent>, Refusal>, kind: kernel::RefusalKind, code: &str) {
    let refusal = decided.expect_err("a refusal");
    assert_eq!((refusal.kind, refusal.code.as_str()), (kind, code), "{refusal:?}");
}

#[test]
fn a_conflict_is_overridden_with_a_reason_and_that_is_ended_in_whatever_status() {
    for story in [pre_applicant(), certified(), rejected()] {
        let context = at(director(), CERTIFIED);
        let expected = MembershipConflictOverridden {
            person_id: specialist().id,
            reason: of(specialist().id).reason,
            overridden_by: director().id,
            overridden_on: day(CERTIFIED),
        };
        let decided = override_conflict(&story.state, of(specialist().id), &context);
        assert_eq!(decided, Ok(vec![expected.into()]));
        let mut membership = overridden(&story);
        assert_eq!(membership.conflict_overrides.len(), 1);
        refused(
            override_conflict(&membership, of(specialist().id), &context),
            StateForbids,
            "conflict_overridden",
        );
        let expected = MembershipConflictOverrideEnded {
            person_id: specialist().id,
            reason: end(specialist().id).reason,
            ended_by: director().id,
            ended_on: day(CERTIFIED),
        };
        let decided = end_conflict_override(&membership, end(specialist().id), &context).unwrap();
        assert_eq!(decided, vec![expected.into()]);
        evolve(&mut membership, &decided[0]);
        assert_eq!(membership, story.state);
        refused(
            end_conflict_override(&membership, end(specialist().id), &context),
            StateForbids,
            "conflict_not_overridden",
        );
    }
}

#[test]
fn only_the_programme_director_does_and_not_for_themselves() {
    let story = certified();
    let (before, after) = (&story.state, &overridden(&story));
    for actor in [officer(), specialist(), supervisor(), auditor(), integrator()] {
        let context = at(actor, CERTIFIED);
        let code = "programme_director_only";
        refused(override_conflict(before, of(specialist().id), &context), ActorForbidden, code);
        refused(end_conflict_override(after, end(specialist().id), &context), ActorForbidden, code);
    }
    let context = at(director(), CERTIFIED);
    refused(override_conflict(before, of(director().id), &context), ActorForbidden, "own_conflict");
}

#[test]
fn there_is_nothing_to_override_for_somebody_without_a_role_in_the_account() {
    let command = OverrideConflict { has_conflict: false, ..of(specialist().id) };
    refused(
        override_conflict(&certified().state, command, &at(director(), CERTIFIED)),
        Invalid,
        "no_conflict",
    );
}
