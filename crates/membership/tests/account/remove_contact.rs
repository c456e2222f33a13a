use crate::support::*;
use kernel::{Actor, Role};
use membership::account::command::RemoveContact;
use membership::account::event::AccountContactRemoved;
use membership::account::values::PointOfContact::{Alternate, Primary};

fn command(who: &Actor) -> RemoveContact {
    RemoveContact { person_id: who.id }
}

#[test]
fn a_contact_is_taken_off() {
    let expected = AccountContactRemoved { person_id: second_officer().id };
    two_contacts().then(officer(), command(&second_officer()), vec![expected.into()]);
    let account = two_contacts().and(officer(), command(&second_officer())).state;
    assert_eq!(account.contacts, [contact(&officer(), true, Primary)]);
    assert_eq!(account.point_of_contact(Alternate), None);
}

#[test]
fn somebody_who_was_taken_off_can_come_back() {
    let story = two_contacts()
        .and(officer(), command(&second_officer()))
        .and(officer(), add(&second_officer(), true, Alternate));
    assert_eq!(story.state.contacts.len(), 2);
    assert!(story.state.former.is_empty());
}

#[test]
fn a_user_stays_a_contact() {
    for who in [officer(), second_officer(), employee(), consultant()] {
        staffed().state_forbids(officer(), command(&who), "contact_has_role");
    }
    let story = staffed().and(officer(), revoke(&employee(), Role::Employee));
    assert!(story.ask(officer(), command(&employee())).is_ok());
}

#[test]
fn the_primary_point_of_contact_stays_until_another_becomes_it() {
    let story = two_contacts().and(officer(), change(&second_officer(), true, Primary));
    story.state_forbids(officer(), command(&second_officer()), "primary_contact_required");
    let story = story.and(officer(), change(&officer(), true, Primary));
    assert!(story.ask(officer(), command(&second_officer())).is_ok());
}

#[test]
fn an_unknown_contact_is_refused() {
    registered().state_forbids(officer(), command(&employee()), "contact_unknown");
    let story = two_contacts().and(officer(), command(&second_officer()));
    story.state_forbids(officer(), command(&second_officer()), "contact_unknown");
}
