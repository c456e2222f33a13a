use crate::support::*;
use kernel::Role;
use profile::event::ProfileReviewStarted;
use profile::{StartReview, Status};

#[test]
fn a_specialist_starts_the_review_of_what_was_submitted() {
    let given = Given::submitted();
    given.when(StartReview {}, Role::Specialist).then(ProfileReviewStarted {
        round: 1,
        started_by: person(20),
        started_at: now(),
    });
    let given = given.and(StartReview {}, Role::Specialist);
    assert_eq!(given.profile.status, Status::UnderReview);
    assert_eq!(given.profile.review_started_by, Some(person(20)));
}

#[test]
fn only_staff_start_it() {
    for role in EVERY_ROLE {
        let outcome = Given::submitted().when(StartReview {}, role);
        match role {
            role if role.is_staff_role() => assert_eq!(outcome.accepted().len(), 1),
            _ => outcome.then_actor_forbidden("reviewer_only"),
        }
    }
}

#[test]
fn only_a_submitted_profile_is_reviewed() {
    for (given, code) in [
        (Given::nothing(), "profile_not_started"),
        (Given::draft(), "profile_not_submitted"),
        (Given::under_review(), "review_already_started"),
        (Given::returned(), "profile_returned"),
        (Given::approved(), "profile_approved"),
        (Given::closed(), "profile_closed"),
    ] {
        given.when(StartReview {}, Role::Specialist).then_state_forbids(code);
    }
}
