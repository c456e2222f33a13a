use crate::support::*;
use kernel::{Actor, HoldId, PersonId, Role};
use membership::account::AccountEvent;
use membership::account::command::{EraseApplicant, LiftHold, PlaceHold, RemoveContact};
use membership::account::event::{AccountHoldLifted, AccountHoldPlaced};

fn hold_id(number: u128) -> HoldId {
    format!("hld_{number:032x}").parse().unwrap()
}

fn place(number: u128, person_id: Option<PersonId>) -> PlaceHold {
    PlaceHold { hold_id: hold_id(number), person_id, reason: text("A lawsuit over a release.") }
}

fn lift(number: u128) -> LiftHold {
    LiftHold { hold_id: hold_id(number), reason: text("The lawsuit has ended.") }
}

fn left() -> Story {
    staffed()
        .and(officer(), revoke(&employee(), Role::Employee))
        .and(officer(), RemoveContact { person_id: employee().id })
}

fn forget(was_member: bool, application_open: bool) -> EraseApplicant {
    EraseApplicant { was_member, application_open, texts: 2, reason: text("The company asked for it.") }
}

#[test]
fn while_a_hold_stands_nobody_is_erased() {
    for on in [None, Some(employee().id)] {
        let held = left().and(supervisor(), place(1, on));
        held.state_forbids(director(), erase(&employee()), "legal_hold");
        held.state_forbids(director(), forget(false, false), "legal_hold");
        let two = held.clone().and(director(), place(2, Some(employee().id))).and(supervisor(), lift(1));
        two.state_forbids(supervisor(), erase(&employee()), "legal_hold");
        two.and(supervisor(), lift(2)).and(supervisor(), erase(&employee()));
    }
    // A hold on somebody else keeps nobody.
    left().and(supervisor(), place(1, Some(officer().id))).and(supervisor(), erase(&employee()));
}

#[test]
fn placing_and_lifting_are_recorded_with_their_reasons() {
    let placed = AccountHoldPlaced {
        hold_id: hold_id(1),
        person_id: Some(employee().id),
        reason: text("A lawsuit over a release."),
        placed_by: supervisor().id,
        placed_at: instant(LATER),
    };
    staffed().then(supervisor(), place(1, Some(employee().id)), vec![placed.into()]);
    let lifted = AccountHoldLifted {
        hold_id: hold_id(1),
        person_id: None,
        reason: text("The lawsuit has ended."),
        lifted_by: director().id,
        lifted_at: instant(LATER),
    };
    staffed().and(supervisor(), place(1, None)).then(director(), lift(1), vec![lifted.into()]);
}

#[test]
fn what_does_not_stand_is_not_lifted_and_who_is_unknown_is_not_held() {
    staffed().state_forbids(supervisor(), lift(1), "hold_unknown");
    let lifted = staffed().and(supervisor(), place(1, None)).and(supervisor(), lift(1));
    lifted.state_forbids(supervisor(), lift(1), "hold_unknown");
    registered().state_forbids(supervisor(), place(1, Some(employee().id)), "person_unknown");
    let mut story = registered();
    for number in 0..50 {
        story = story.and(supervisor(), place(number, None));
    }
    story.state_forbids(supervisor(), place(50, None), "too_many_holds");
}

#[test]
fn only_a_supervisor_or_the_programme_director_holds_and_forgets() {
    let others: Vec<Actor> =
        vec![officer(), employee(), consultant(), specialist(), auditor(), integrator(), Actor::system()];
    left().forbidden(&others, place(1, None), "supervisor_only");
    left().and(supervisor(), place(1, None)).forbidden(&others, lift(1), "supervisor_only");
    left().forbidden(&others, forget(false, false), "supervisor_only");
}

#[test]
fn an_applicant_is_forgotten_with_everybody() {
    let story = left();
    let everybody = story.state.persons();
    let after = story.clone().and(supervisor(), forget(false, false));
    let erased: Vec<PersonId> = after.events[story.events.len()..]
        .iter()
        .filter_map(|event| match event {
            AccountEvent::PersonErased(erased) => Some(erased.person_id),
            _ => None,
        })
        .collect();
    assert_eq!(erased, everybody.into_iter().collect::<Vec<_>>());
    let state = &after.state;
    assert!(state.erased && state.contacts.is_empty() && state.grants.is_empty() && state.former.is_empty());
    let Some(AccountEvent::ApplicantErased(last)) = after.events.last() else { panic!("{:?}", after.events) };
    assert_eq!((last.persons.len(), last.texts), (erased.len(), 2));
    let again = after.ask(supervisor(), forget(false, false)).unwrap_err();
    assert_eq!((again.code.as_str(), again.current_state.as_deref()), ("account_erased", Some("erased")));
}

#[test]
fn a_member_is_kept_and_an_open_application_too() {
    registered().state_forbids(supervisor(), forget(true, false), "was_member");
    registered().state_forbids(supervisor(), forget(false, true), "application_open");
}
