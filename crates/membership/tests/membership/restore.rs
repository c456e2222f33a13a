use crate::support::*;
use membership::membership::*;

fn restore(number: u128) -> Restore {
    Restore { enforcement_action_id: enforcement_id(number), appeal_id: appeal_id() }
}

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
fn only_what_is_in_force_is_undone_and_only_by_the_programme_director() {
    validated().state_forbids(director(), REMOVED, restore(1), "action_ended");
    suspended().forbidden(&[supervisor(), officer()], REMOVED, restore(1), "programme_director_only");
    for story in [rejected(), withdrawn(), approved()] {
        story.state_forbids(director(), REMOVED, restore(1), "wrong_status");
    }
}
