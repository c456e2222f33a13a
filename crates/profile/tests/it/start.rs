use crate::support::*;
use criteria::{CriterionId, Level};
use kernel::Role;
use profile::event::ProfileStarted;
use profile::{FrozenCriterion, ProfileEvent, Start, Status};

fn command() -> Start {
    Start {
        profile_id: profile_id(),
        membership_id: membership_id(),
        account_id: account_id(),
        entity_type: entity_type(),
        edition: edition(),
    }
}

#[test]
fn a_profile_starts_with_the_criteria_of_its_type_frozen_with_their_levels() {
    let events = Given::nothing().when(command(), Role::Officer).accepted();
    let [ProfileEvent::Started(started)] = events.as_slice() else { panic!("{events:?}") };
    let asked: Vec<FrozenCriterion> = criteria::applicable(&edition(), entity_type(), day("2026-03-02"))
        .iter()
        .map(|asked| FrozenCriterion { criterion_id: asked.criterion.id, level: asked.level })
        .collect();
    assert!(asked.len() > 50);
    let expected = ProfileStarted {
        profile_id: profile_id(),
        membership_id: membership_id(),
        account_id: account_id(),
        entity_type: entity_type(),
        edition: edition(),
        criteria_on: day("2026-03-02"),
        criteria: asked,
    };
    assert_eq!(started, &expected);
}

#[test]
fn once_started_it_is_in_progress_and_asks_in_numeric_order() {
    let given = Given::nothing().and(command(), Role::Officer);
    assert_eq!(given.profile.status, Status::InProgress);
    let asked: Vec<CriterionId> = given.profile.criteria.keys().copied().collect();
    let position = |criterion: &str| asked.iter().position(|asked| *asked == id(criterion)).unwrap();
    assert!(position("4.2") < position("4.10"));
    assert!(position("9.1") < position("10.1"));
}

#[test]
fn a_profile_starts_once() {
    for given in Given::in_every_status().iter().skip(1) {
        given.when(command(), Role::Officer).then_state_forbids("profile_already_started");
    }
}

#[test]
fn an_edition_that_asks_nothing_of_the_type_is_refused() {
    let mut before_the_programme = context(Role::Officer);
    before_the_programme.now = "1999-01-01T12:00:00Z".parse().unwrap();
    let refusal = Given::nothing().when_in(command(), &before_the_programme).then_invalid("no_criteria");
    assert_eq!(pointers(&refusal.errors), [("/edition", "no_criteria")]);
}

#[test]
fn an_unknown_edition_is_refused() {
    let command = Start { edition: serde_json::from_str("\"1825\"").unwrap(), ..command() };
    let refusal = Given::nothing().when(command, Role::Officer).then_invalid("unknown_edition");
    assert_eq!(pointers(&refusal.errors), [("/edition", "unknown_edition")]);
}

#[test]
fn levels_are_those_of_the_day_on_which_the_draft_begins() {
    for (now, level) in [("2022-12-31T12:00:00Z", Level::Should), ("2023-01-02T12:00:00Z", Level::Must)] {
        let mut then = context(Role::Officer);
        then.now = now.parse().unwrap();
        let events = Given::nothing().when_in(command(), &then).accepted();
        let [ProfileEvent::Started(started)] = events.as_slice() else { panic!("{events:?}") };
        let forced_labour = started.criteria.iter().find(|asked| asked.criterion_id == id("3.9")).unwrap();
        assert_eq!(forced_labour.level, level);
    }
}

#[test]
fn every_entity_type_can_start() {
    for entity_type in criteria::EntityType::ALL {
        let given = Given::nothing().and(Start { entity_type: *entity_type, ..command() }, Role::Officer);
        assert_eq!(given.profile.missing_before_submit().len(), given.profile.criteria.len());
    }
}
