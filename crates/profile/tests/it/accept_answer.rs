use crate::support::*;
use kernel::Role;
use profile::event::{ProfileAnswerAccepted, ReviewCount};
use profile::{AcceptAnswer, Met, Standing, StartReview, Submit};

#[test]
fn a_specialist_accepts_an_answer_with_or_without_a_comment() {
    for comment in [None, Some(comment("Good example for others."))] {
        let command = AcceptAnswer { comment: comment.clone(), ..accept("4.8") };
        Given::under_review().when(command, Role::Specialist).then(ProfileAnswerAccepted {
            criterion_id: id("4.8"),
            answer_version: 1,
            round: 1,
            comment,
            review: ReviewCount { accepted: 1, rejected: 0, undecided: 3 },
            decided_by: person(20),
            decided_at: now(),
        });
    }
}

#[test]
fn a_rejected_answer_may_be_accepted_after_all_while_the_review_lasts() {
    let given = Given::under_review().and(reject("4.8", "Unclear."), Role::Specialist);
    given.when(accept("4.8"), Role::Supervisor).then(ProfileAnswerAccepted {
        criterion_id: id("4.8"),
        answer_version: 1,
        round: 1,
        comment: None,
        review: ReviewCount { accepted: 1, rejected: 0, undecided: 3 },
        decided_by: person(21),
        decided_at: now(),
    });
    let given = given.and(accept("4.8"), Role::Supervisor);
    let answer = given.profile.answer(&id("4.8")).unwrap();
    assert_eq!(answer.standing(), Standing::Accepted);
    assert_eq!(answer.history[0].decisions.len(), 2);
}

#[test]
fn accepting_again_changes_nothing() {
    let given = Given::under_review().and(accept("4.8"), Role::Specialist);
    given.when(accept("4.8"), Role::Specialist).then_nothing_happens();
    let with_comment = AcceptAnswer { comment: Some(comment("Good.")), ..accept("4.8") };
    assert_eq!(given.when(with_comment, Role::Specialist).accepted().len(), 1);
}

#[test]
fn a_must_that_the_company_calls_not_met_cannot_be_accepted_and_a_should_can() {
    let given = ["4.8", "4.10"].iter().fold(Given::answered(), |given, criterion| {
        given.and(save(criterion, says_met("Planned for next year.", Met::No)), Role::Employee)
    });
    let given = given.and(Submit {}, Role::Officer).and(StartReview {}, Role::Specialist);
    given.when(accept("4.8"), Role::Specialist).then_state_forbids("must_not_met");
    assert_eq!(given.when(accept("4.10"), Role::Specialist).accepted().len(), 1);
}

#[test]
fn a_must_met_in_part_or_not_applicable_is_left_to_the_reviewer() {
    for content in [says_met("Half of the sites.", Met::Partly), not_applicable(Some("No remote access."))] {
        let given = Given::answered()
            .and(save("4.8", content), Role::Employee)
            .and(Submit {}, Role::Officer)
            .and(StartReview {}, Role::Specialist);
        assert_eq!(given.when(accept("4.8"), Role::Specialist).accepted().len(), 1);
    }
}

#[test]
fn only_a_reviewer_accepts_and_only_what_was_asked_and_only_under_review() {
    for role in EVERY_ROLE.into_iter().filter(|role| !role.is_staff_role()) {
        Given::under_review().when(accept("4.8"), role).then_actor_forbidden("reviewer_only");
    }
    Given::under_review().when(accept("5.1"), Role::Specialist).then_invalid("criterion_not_in_profile");
    for (given, code) in [
        (Given::nothing(), "profile_not_started"),
        (Given::draft(), "profile_not_submitted"),
        (Given::submitted(), "review_not_started"),
        (Given::returned(), "profile_returned"),
        (Given::approved(), "profile_approved"),
        (Given::closed(), "profile_closed"),
    ] {
        given.when(accept("4.8"), Role::Specialist).then_state_forbids(code);
    }
}
