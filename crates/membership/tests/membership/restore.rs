use crate::support::*;
use membership::membership::*;

#[test]
fn a_granted_appeal_gives_back_what_stood_before() {
    for (story, number) in [(suspended(), 1), (fast_lanes_lost(), 1), (removed(), 2)] {
        let state = story.and(another_director(), REMOVED, restore(number)).state;
        assert_eq!((state.status, state.tier), (Status::Validated, Some(Tier::Tier2)));
        assert_eq!(state.enforcement.in_force, Vec::new());
        assert_eq!((state.dates.ended_on, state.dates.reapply_from, state.ending), (None, None, None));
    }
}

#[test]
fn what_the_removal_had_ended_is_in_force_again() {
    let story = removed_from_suspension().and(another_director(), "2027-08-02", restore(2));
    assert_eq!(story.state.status, Status::Suspended);
    assert_eq!(story.state.enforcement, suspended().state.enforcement);
    let Some(MembershipEvent::Restored(event)) = story.events.last() else { panic!() };
    assert_eq!(event.resumed_actions, [enforcement_id(1)]);
    // The other appeal is one of its own.
    assert_eq!(story.and(another_director(), "2027-08-03", restore(1)).state.status, Status::Validated);
}

#[test]
fn identifiers_are_taken_up_again_only_where_nobody_else_uses_them() {
    let director = another_director;
    let own = Restore { in_use: vec![another(true, 0x700)], ..restore(2) };
    let refusal = removed().state_forbids(director(), REMOVED, own.clone(), "identifier_in_use");
    assert_eq!(refusal.errors[0].code, "identifier_in_use");
    let explained =
        Restore { identifier_conflict_reason: Some(text("The other is its successor.")), ..own.clone() };
    removed().state_forbids(director(), REMOVED, explained.clone(), "identifier_in_use");

    let foreign = Restore { in_use: vec![another(false, 0x700)], ..restore(2) };
    removed().state_forbids(director(), REMOVED, foreign.clone(), "identifier_conflict");
    let explained = Restore { in_use: foreign.in_use.clone(), ..explained };
    let state = removed().and(director(), REMOVED, explained).state;
    let accepted = state.identifier_conflict.unwrap();
    assert_eq!((state.status, accepted.membership_ids.len()), (Status::Validated, 1));
    assert_eq!(accepted.reason.as_str(), "The other is its successor.");

    // What was live all the time takes up nothing.
    let state = suspended().and(director(), REMOVED, Restore { in_use: own.in_use, ..restore(1) }).state;
    assert_eq!((state.status, state.identifier_conflict), (Status::Validated, None));
}

#[test]
fn only_what_is_in_force_is_undone_and_only_by_the_programme_director() {
    validated().state_forbids(director(), REMOVED, restore(1), "action_ended");
    suspended().forbidden(&[supervisor(), officer()], REMOVED, restore(1), "programme_director_only");
    for story in [rejected(), withdrawn(), approved()] {
        story.state_forbids(director(), REMOVED, restore(1), "wrong_status");
    }
}
