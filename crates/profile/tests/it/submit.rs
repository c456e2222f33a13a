use crate::support::*;
use kernel::{Actor, ActorKind, Role};
use profile::event::ProfileSubmitted;
use profile::{AnswerVersion, Met, Status, Submit};

fn versions(versions: [u32; 4]) -> Vec<AnswerVersion> {
    ASKED
        .iter()
        .zip(versions)
        .map(|((criterion, _), answer_version)| AnswerVersion { criterion_id: id(criterion), answer_version })
        .collect()
}

#[test]
fn an_officer_submits_a_profile_with_every_must_and_should_answered() {
    Given::answered().when(Submit {}, Role::Officer).then(ProfileSubmitted {
        round: 1,
        edition: edition(),
        answers: versions([1, 1, 1, 1]),
        answers_changed: 4,
        not_applicable: 0,
        must_not_met: 0,
        submitted_by: person(10),
        submitted_at: now(),
    });
}

#[test]
fn a_submission_tells_what_does_not_apply_and_which_musts_are_not_met() {
    let given = Given::answered()
        .and(save("9.16", not_applicable(Some("No cameras are used."))), Role::Employee)
        .and(save("1.3", says_met("Not yet written.", Met::No)), Role::Employee)
        .and(save("4.10", says_met("Not yet written.", Met::No)), Role::Employee);
    given.when(Submit {}, Role::Officer).then(ProfileSubmitted {
        round: 1,
        edition: edition(),
        answers: versions([2, 1, 2, 2]),
        answers_changed: 4,
        not_applicable: 1,
        must_not_met: 1,
        submitted_by: person(10),
        submitted_at: now(),
    });
}

#[test]
fn only_a_company_officer_submits() {
    for role in EVERY_ROLE.into_iter().filter(|role| *role != Role::Officer) {
        Given::answered().when(Submit {}, role).then_actor_forbidden("officer_only");
    }
    let mut machine = context(Role::Officer);
    machine.actor = Actor { kind: ActorKind::Machine, ..machine.actor };
    Given::answered().when_in(Submit {}, &machine).then_actor_forbidden("officer_only");
}

#[test]
fn everything_missing_is_named_at_once() {
    let given = Given::draft()
        .and(save("4.8", says("Accounts of their own.")), Role::Employee)
        .and(save("4.10", says(" \n ")), Role::Employee)
        .and(save("9.16", not_applicable(Some(" "))), Role::Employee);
    let refusal = given.when(Submit {}, Role::Officer).then_state_forbids("profile_incomplete");
    let expected = [("1.3", "unanswered"), ("4.10", "unanswered"), ("9.16", "reason_missing")];
    assert_eq!(criteria(&refusal), expected);
    assert!(refusal.sentence.starts_with("3 of 4"), "{refusal}");
}

#[test]
fn a_missing_should_stops_a_submission_as_a_must_does() {
    let given = Given::answered().and(save("9.16", says("")), Role::Employee);
    let refusal = given.when(Submit {}, Role::Officer).then_state_forbids("profile_incomplete");
    assert_eq!(criteria(&refusal), [("9.16", "unanswered")]);
}

#[test]
fn a_returned_profile_needs_every_rejected_answer_changed() {
    let given = Given::returned();
    let refusal = given.when(Submit {}, Role::Officer).then_state_forbids("profile_incomplete");
    assert_eq!(criteria(&refusal), [("4.8", "unchanged_since_rejection")]);

    let there_and_back = given
        .clone()
        .and(save("4.8", says("other")), Role::Employee)
        .and(save("4.8", says("How we meet 4.8.")), Role::Employee);
    let refusal = there_and_back.when(Submit {}, Role::Officer).then_state_forbids("profile_incomplete");
    assert_eq!(criteria(&refusal), [("4.8", "unchanged_since_rejection")]);

    let mended = given.and(save("4.8", says("A token and a password.")), Role::Employee);
    mended.when(Submit {}, Role::Officer).then(ProfileSubmitted {
        round: 2,
        edition: edition(),
        answers: versions([1, 2, 1, 1]),
        answers_changed: 1,
        not_applicable: 0,
        must_not_met: 0,
        submitted_by: person(10),
        submitted_at: now(),
    });
    let again = mended.and(Submit {}, Role::Officer);
    assert_eq!((again.profile.status, again.profile.round), (Status::Submitted, 2));
}

#[test]
fn only_a_draft_can_be_submitted() {
    for (given, code) in [
        (Given::nothing(), "profile_not_started"),
        (Given::submitted(), "profile_locked"),
        (Given::under_review(), "profile_locked"),
        (Given::approved(), "profile_approved"),
        (Given::closed(), "profile_closed"),
    ] {
        given.when(Submit {}, Role::Officer).then_state_forbids(code);
    }
}
