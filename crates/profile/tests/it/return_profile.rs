use crate::support::*;
use kernel::Role;
use profile::event::ProfileReturned;
use profile::{AnswerVersion, Return, Status};

fn plain() -> Return {
    Return { due_on: None, comment: None }
}

fn one_rejected() -> Given {
    Given::under_review().and(accept("1.3"), Role::Specialist).and(reject("4.8", "No."), Role::Specialist)
}

#[test]
fn a_profile_with_a_rejected_answer_goes_back_with_a_due_date_if_one_is_set() {
    for due_on in [None, Some(day("2026-03-02")), Some(day("2026-04-15"))] {
        let command = Return { due_on, comment: Some(comment("Nearly there.")) };
        one_rejected().when(command, Role::Specialist).then(ProfileReturned {
            round: 1,
            rejected: vec![AnswerVersion { criterion_id: id("4.8"), answer_version: 1 }],
            due_on,
            comment: Some(comment("Nearly there.")),
            returned_by: person(20),
            returned_at: now(),
        });
    }
    let given =
        one_rejected().and(Return { due_on: Some(day("2026-04-15")), comment: None }, Role::Supervisor);
    assert_eq!(given.profile.status, Status::Returned);
    assert_eq!(given.profile.returned.unwrap().due_on, Some(day("2026-04-15")));
}

#[test]
fn without_a_rejected_answer_there_is_nothing_to_return() {
    for given in [Given::under_review(), Given::all_accepted()] {
        given.when(plain(), Role::Specialist).then_state_forbids("nothing_rejected");
    }
}

#[test]
fn a_due_date_in_the_past_is_refused() {
    let command = Return { due_on: Some(day("2026-03-01")), comment: None };
    let refusal = one_rejected().when(command, Role::Specialist).then_invalid("due_date_in_the_past");
    assert_eq!(pointers(&refusal.errors), [("/due_on", "in_the_past")]);
}

#[test]
fn only_a_reviewer_returns_and_only_under_review() {
    for role in EVERY_ROLE.into_iter().filter(|role| !role.is_staff_role()) {
        one_rejected().when(plain(), role).then_actor_forbidden("reviewer_only");
    }
    for (given, code) in [
        (Given::nothing(), "profile_not_started"),
        (Given::draft(), "profile_not_submitted"),
        (Given::submitted(), "review_not_started"),
        (Given::returned(), "profile_returned"),
        (Given::approved(), "profile_approved"),
        (Given::closed(), "profile_closed"),
    ] {
        given.when(plain(), Role::Specialist).then_state_forbids(code);
    }
}
