use crate::support::*;
use kernel::{Actor, ActorKind, Role};
use membership::account::command::AddContact;
use membership::account::event::{AccountContactAdded, AccountContactChanged};
use membership::account::values::PointOfContact::{Alternate, None, Primary};

#[test]
fn a_contact_is_added() {
    let expected = AccountContactAdded { contact: contact(&employee(), false, Alternate) };
    registered().then(officer(), add(&employee(), false, Alternate), vec![expected.into()]);
    let account = registered().and(officer(), add(&employee(), false, Alternate)).state;
    assert_eq!(account.contacts.len(), 2);
    assert_eq!(account.point_of_contact(Alternate), Some(employee().id));
    assert!(account.roles(employee().id).is_empty(), "a contact is no user");
}

#[test]
fn a_new_primary_point_of_contact_takes_over_and_the_one_before_becomes_alternate() {
    let added = AccountContactAdded { contact: contact(&second_officer(), true, Primary) };
    let changed = AccountContactChanged { contact: contact(&officer(), true, Alternate) };
    let command = add(&second_officer(), true, Primary);
    registered().then(officer(), command.clone(), vec![added.into(), changed.into()]);
    let account = registered().and(officer(), command).state;
    assert_eq!(account.point_of_contact(Primary), Some(second_officer().id));
    assert_eq!(account.point_of_contact(Alternate), Some(officer().id));
}

#[test]
fn the_primary_point_of_contact_is_an_officer() {
    registered().state_forbids(officer(), add(&employee(), false, Primary), "primary_contact_officer");
}

#[test]
fn an_email_address_is_unique_among_the_contacts() {
    let command = AddContact { email_in_use: true, ..add(&employee(), false, None) };
    registered().invalid(officer(), command, "/contact/email", "email_in_use");
}

#[test]
fn a_person_is_a_contact_once() {
    registered().state_forbids(officer(), add(&officer(), true, Primary), "contact_exists");
}

#[test]
fn there_is_a_limit() {
    let somebody = |number| Actor { id: person(number), kind: ActorKind::CompanyUser, role: Role::Employee };
    let story = (101..200)
        .fold(registered(), |story, number| story.and(officer(), add(&somebody(number), false, None)));
    assert_eq!(story.state.contacts.len(), 100);
    story.state_forbids(officer(), add(&somebody(200), false, None), "too_many_contacts");
}

#[test]
fn only_officers_say_as_whom_a_contact_signs_in() {
    let command = AddContact { sign_in: Some(digest(3)), ..add(&consultant(), false, None) };
    registered().forbidden(&[employee()], command.clone(), "officer_only");
    assert!(registered().ask(officer(), command).is_ok());
    assert!(registered().ask(employee(), add(&consultant(), false, None)).is_ok());
}
