use crate::support::*;
use kernel::Role;
use profile::event::{ProfileAnswerRejected, ReviewCount};
use profile::{Comment, Standing};

#[test]
fn a_specialist_rejects_an_answer_with_a_comment() {
    Given::under_review().when(reject("4.8", "Name the second factor."), Role::Specialist).then(
        ProfileAnswerRejected {
            criterion_id: id("4.8"),
            answer_version: 1,
            round: 1,
            comment: comment("Name the second factor."),
            review: ReviewCount { accepted: 0, rejected: 1, undecided: 3 },
            decided_by: person(20),
            decided_at: now(),
        },
    );
    assert_eq!(Comment::parse("  ").unwrap_err().code(), "blank");
}

#[test]
fn an_accepted_answer_may_be_rejected_after_all() {
    let given = Given::under_review().and(accept("4.8"), Role::Specialist);
    let given = given.and(reject("4.8", "Read again: no."), Role::Specialist);
    assert_eq!(given.profile.answer(&id("4.8")).unwrap().standing(), Standing::Rejected);
    assert_eq!(given.profile.review_count(), ReviewCount { accepted: 0, rejected: 1, undecided: 3 });
}

#[test]
fn rejecting_again_changes_nothing_unless_the_comment_does() {
    let given = Given::under_review().and(reject("4.8", "No."), Role::Specialist);
    given.when(reject("4.8", "No."), Role::Specialist).then_nothing_happens();
    assert_eq!(given.when(reject("4.8", "No, because it is old."), Role::Specialist).accepted().len(), 1);
}

#[test]
fn only_a_reviewer_rejects_and_only_what_was_asked_and_only_under_review() {
    for role in EVERY_ROLE.into_iter().filter(|role| !role.is_staff_role()) {
        Given::under_review().when(reject("4.8", "No."), role).then_actor_forbidden("reviewer_only");
    }
    Given::under_review()
        .when(reject("5.1", "No."), Role::Specialist)
        .then_invalid("criterion_not_in_profile");
    for (given, code) in [
        (Given::nothing(), "profile_not_started"),
        (Given::draft(), "profile_not_submitted"),
        (Given::submitted(), "review_not_started"),
        (Given::returned(), "profile_returned"),
        (Given::approved(), "profile_approved"),
        (Given::closed(), "profile_closed"),
    ] {
        given.when(reject("4.8", "No."), Role::Specialist).then_state_forbids(code);
    }
}
