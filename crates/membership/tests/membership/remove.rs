use crate::support::*;
use kernel::Actor;
use membership::enforcement::{EnforcementKind, ReasonCode};
use membership::membership::*;

fn accused(story: Story, on: &str) -> Story {
    story.and(supervisor(), on, recommendation(EnforcementKind::Removal))
}

fn unanswered() -> Remove {
    Remove { in_force: vec![in_force(1)], ..remove(2, ReasonCode::SuspensionUnanswered) }
}

#[test]
fn aggravated_circumstances_remove_at_once() {
    for story in [certified(), validated()] {
        for reason in [
            ReasonCode::AggravatedFlagrantDisregard,
            ReasonCode::AggravatedInadequateSecurity,
            ReasonCode::KnowinglyFalseInformation,
        ] {
            let state = accused(story.clone(), ACCUSED).and(director(), SUSPENDED, remove(2, reason)).state;
            assert_eq!((state.status, state.dates.ended_on), (Status::Removed, Some(day(SUSPENDED))));
            assert_eq!(state.ending.unwrap().reason_code(), reason.as_str());
            assert_eq!(state.dates.reapply_from, Some(day("2028-04-01")));
        }
    }
}

#[test]
fn an_unanswered_suspension_leads_to_removal_after_its_last_day() {
    let early = accused(suspended(), SUSPENDED).state_forbids(
        director(),
        ANSWER_DUE,
        unanswered(),
        "suspension_answer_open",
    );
    assert!(early.sentence.contains(ANSWER_DUE), "{}", early.sentence);
    let state = removed_from_suspension().state;
    assert_eq!(state.status, Status::Removed);
    assert_eq!(state.enforcement.in_force.len(), 1, "the suspension ended with it");
}

#[test]
fn the_reason_says_whether_there_was_an_answer() {
    let answered = InForce { plan: Some(plan()), ..in_force(1) };
    let story = accused(suspended(), SUSPENDED);
    let wrong = |command: Remove| {
        story.invalid(director(), REMOVED, command, "removal_invalid", &[("/reason", "reason_does_not_fit")]);
    };
    wrong(Remove { in_force: vec![answered.clone()], ..unanswered() });
    wrong(Remove { reason: ReasonCode::SuspensionAnswerInsufficient, ..unanswered() });
    wrong(Remove { reason: ReasonCode::AggravatedFlagrantDisregard, ..unanswered() });
    let insufficient =
        Remove { reason: ReasonCode::SuspensionAnswerInsufficient, in_force: vec![answered], ..unanswered() };
    assert_eq!(story.clone().and(director(), REMOVED, insufficient).state.status, Status::Removed);
    let errors = [("/reason", "reason_does_not_fit")];
    accused(validated(), ACCUSED).invalid(director(), SUSPENDED, unanswered(), "removal_invalid", &errors);
}

#[test]
fn nobody_is_removed_while_an_appeal_is_open() {
    let appealed = Remove { in_force: vec![InForce { appeal_open: true, ..in_force(1) }], ..unanswered() };
    accused(suspended(), SUSPENDED).state_forbids(director(), REMOVED, appealed, "appeal_open");
}

#[test]
fn the_programme_director_alone_removes_what_was_recommended() {
    let command = || remove(2, ReasonCode::AggravatedFlagrantDisregard);
    let mut others = company();
    others.extend([specialist(), supervisor(), auditor(), Actor::system()]);
    accused(validated(), ACCUSED).forbidden(&others, SUSPENDED, command(), "programme_director_only");
    validated().state_forbids(director(), SUSPENDED, command(), "not_recommended");
    for story in [approved(), withdrawn(), removed()] {
        story.state_forbids(director(), REMOVED, command(), "wrong_status");
    }
}
