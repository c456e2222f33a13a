//! What changed on the account is taken in at once. Handbook 2.1.

use crate::support::*;
use membership::membership::*;

fn follows(story: &Story, account: &AccountFacts) -> Vec<MembershipEvent> {
    account_changed(&story.state, account, &at(officer(), RECOMMENDED)).unwrap()
}

fn without_office() -> AccountFacts {
    AccountFacts { staffed_offices: [].into(), ..account() }
}

#[test]
fn a_condition_that_the_account_no_longer_meets_is_recorded_and_the_recommendation_lapses() {
    let mut story = recommended();
    for event in follows(&story, &without_office()) {
        story = story.with(event);
    }
    let newest = story.state.determination(Condition::C2).unwrap();
    assert_eq!((newest.outcome, newest.determined_by), (Outcome::NotMet, DeterminedBy::System));
    assert_eq!((newest.determined_on, &story.state.recommendation), (day(RECOMMENDED), &None));
    let Some(MembershipEvent::RecommendationLapsed(lapsed)) = story.events.last() else { panic!() };
    assert_eq!(lapsed.cause, LapseCause::Account);
    let possible = story.state.allowed_commands();
    assert!(!possible.contains(&"certify") && !possible.contains(&"recommend-certification"), "{possible:?}");

    assert_eq!(follows(&story, &without_office()), [], "once");
    for event in follows(&story, &account()) {
        story = story.with(event);
    }
    assert!(story.state.is_settled(Condition::C2));
    assert!(story.state.allowed_commands().contains(&"recommend-certification"));
}

#[test]
fn what_staff_have_found_does_not_get_better_by_itself() {
    let denied = RecordDetermination {
        condition: Condition::C2,
        outcome: Outcome::NotMet,
        determined_on: None,
        basis: text("The office is a letter box."),
    };
    let story = approved().and(specialist(), APPROVED, denied);
    assert_eq!(follows(&story, &account()), []);
}

#[test]
fn members_are_followed_and_what_has_ended_is_left_alone() {
    let no_officer = AccountFacts { officer: None, ..account() };
    for story in [pre_applicant(), applicant(), certified(), validated(), suspended()] {
        let events = follows(&story, &no_officer);
        assert_eq!(events.len(), 1, "{}", story.state.status);
        assert_eq!(follows(&story, &account()), []);
    }
    for story in [nothing(), removed(), rejected(), withdrawn(), inactive()] {
        assert_eq!(follows(&story, &no_officer), []);
    }
}
