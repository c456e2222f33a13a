use crate::support::*;
use kernel::Role;
use profile::event::ProfileApproved;
use profile::{AnswerVersion, Approve, StartReview, Status, Submit};

fn plain() -> Approve {
    Approve { comment: None }
}

#[test]
fn a_profile_with_every_answer_accepted_is_approved_as_a_snapshot() {
    for (role, number) in [(Role::Specialist, 20), (Role::Supervisor, 21), (Role::ProgrammeDirector, 22)] {
        let command = Approve { comment: Some(comment("Well done.")) };
        Given::all_accepted().when(command, role).then(ProfileApproved {
            snapshot_number: 1,
            round: 1,
            edition: edition(),
            approved_on: day("2026-03-02"),
            answers: ASKED
                .iter()
                .map(|(criterion, _)| AnswerVersion { criterion_id: id(criterion), answer_version: 1 })
                .collect(),
            comment: Some(comment("Well done.")),
            approved_by: person(number),
            approved_at: now(),
        });
    }
}

#[test]
fn a_snapshot_resolves_to_the_full_text() {
    let given = Given::approved();
    assert_eq!(given.profile.status, Status::Approved);
    let snapshot = given.profile.snapshot(1).unwrap();
    assert_eq!(snapshot.answers.len(), 4);
    for (criterion, level) in ASKED {
        let answer = &snapshot.answers[&id(criterion)];
        assert_eq!(answer.content.text.as_str(), format!("How we meet {criterion}."));
        assert_eq!((answer.answer_version, answer.level), (1, level));
    }
    assert_eq!(given.profile.snapshot(2), None);
}

#[test]
fn the_day_of_approval_is_reckoned_in_new_york() {
    let mut late = context(Role::Specialist);
    late.now = "2026-03-03T03:30:00Z".parse().unwrap();
    let events = Given::all_accepted().when_in(plain(), &late).accepted();
    let profile::ProfileEvent::Approved(approved) = &events[0] else { panic!("{events:?}") };
    assert_eq!(approved.approved_on, day("2026-03-02"));
}

#[test]
fn rejected_and_undecided_answers_stand_in_the_way_and_are_named() {
    let given = Given::under_review()
        .and(accept("1.3"), Role::Specialist)
        .and(reject("4.8", "No."), Role::Specialist)
        .and(accept("9.16"), Role::Specialist);
    let refusal = given.when(plain(), Role::Specialist).then_state_forbids("answers_not_accepted");
    assert_eq!(criteria(&refusal), [("4.8", "rejected"), ("4.10", "undecided")]);
    assert!(refusal.sentence.starts_with("2 of 4"), "{refusal}");
}

#[test]
fn an_answer_changed_after_its_acceptance_has_to_be_accepted_again() {
    let given = Given::returned()
        .and(save("1.3", says("Reviewed twice a year.")), Role::Employee)
        .and(save("4.8", says("A token and a password.")), Role::Employee)
        .and(Submit {}, Role::Officer)
        .and(StartReview {}, Role::Specialist);
    let given = ["4.8", "4.10", "9.16"]
        .iter()
        .fold(given, |given, criterion| given.and(accept(criterion), Role::Specialist));
    let refusal = given.when(plain(), Role::Specialist).then_state_forbids("answers_not_accepted");
    assert_eq!(criteria(&refusal), [("1.3", "undecided")]);
    let given = given.and(accept("1.3"), Role::Specialist).and(plain(), Role::Specialist);
    assert_eq!(given.profile.snapshot(1).unwrap().answers[&id("1.3")].answer_version, 2);
}

#[test]
fn only_a_reviewer_approves_and_only_under_review() {
    for role in EVERY_ROLE.into_iter().filter(|role| !role.is_staff_role()) {
        Given::all_accepted().when(plain(), role).then_actor_forbidden("reviewer_only");
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
