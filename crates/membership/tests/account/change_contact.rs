use crate::support::*;
use kernel::Role;
use membership::account::command::ChangeContact;
use membership::account::event::AccountContactChanged;
use membership::account::values::Contact;
use membership::account::values::PointOfContact::{Alternate, None, Primary};

#[test]
fn new_details_of_the_person_are_a_new_version() {
    let command = ChangeContact { person_version: 2, ..change(&officer(), true, Primary) };
    let expected = Contact { person_version: 2, ..contact(&officer(), true, Primary) };
    let event = AccountContactChanged { contact: expected.clone() };
    registered().then(employee(), command.clone(), vec![event.into()]);
    assert_eq!(registered().and(employee(), command).state.contacts, [expected]);
}

#[test]
fn no_change_leaves_no_event() {
    registered().then(officer(), change(&officer(), true, Primary), Vec::new());
}

#[test]
fn the_primary_point_of_contact_is_handed_over() {
    let command = change(&second_officer(), true, Primary);
    let expected = vec![
        AccountContactChanged { contact: contact(&second_officer(), true, Primary) }.into(),
        AccountContactChanged { contact: contact(&officer(), true, Alternate) }.into(),
    ];
    two_contacts().then(officer(), command.clone(), expected);
    let account = two_contacts().and(officer(), command).state;
    assert_eq!(account.point_of_contact(Primary), Some(second_officer().id));
    assert_eq!(account.point_of_contact(Alternate), Some(officer().id));
}

#[test]
fn there_is_always_a_primary_point_of_contact() {
    for point_of_contact in [Alternate, None] {
        let command = change(&officer(), true, point_of_contact);
        registered().state_forbids(officer(), command.clone(), "primary_contact_required");
        two_contacts().state_forbids(officer(), command, "primary_contact_required");
    }
}

#[test]
fn the_primary_point_of_contact_is_an_officer() {
    let story = staffed();
    story.state_forbids(officer(), change(&employee(), false, Primary), "primary_contact_officer");
    assert!(story.ask(officer(), change(&employee(), true, Primary)).is_ok());
}

#[test]
fn an_officer_who_acts_as_officer_stays_one() {
    registered().state_forbids(officer(), change(&officer(), false, Primary), "officer_has_role");
    let story = staffed().and(officer(), revoke(&second_officer(), Role::Officer));
    assert!(story.ask(officer(), change(&second_officer(), false, Alternate)).is_ok());
}

#[test]
fn a_primary_point_of_contact_without_a_role_stays_an_officer_too() {
    let story = two_contacts().and(officer(), change(&second_officer(), true, Primary));
    let command = change(&second_officer(), false, Primary);
    story.state_forbids(officer(), command, "primary_contact_officer");
}

#[test]
fn a_consultant_is_never_named_as_officer() {
    staffed().state_forbids(officer(), change(&consultant(), true, None), "consultant_never_officer");
}

#[test]
fn an_unknown_contact_is_refused() {
    registered().state_forbids(officer(), change(&employee(), false, None), "contact_unknown");
}

/// The role officer keeps an officer among the contacts already; the rule holds by itself too.
#[test]
fn there_is_always_a_company_officer() {
    let mut story = two_contacts();
    story.state.grants.clear();
    story = story.and(officer(), change(&second_officer(), false, Alternate));
    story.state_forbids(officer(), change(&officer(), false, Primary), "officer_required");
    let command = membership::account::command::RemoveContact { person_id: officer().id };
    story.state_forbids(officer(), command, "officer_required");
}

/// Handing over leaves one primary point of contact only; a ledger that tells of two is not made worse.
#[test]
fn there_is_never_a_second_primary_point_of_contact() {
    let mut story = staffed();
    let twice = AccountContactChanged { contact: contact(&second_officer(), true, Primary) }.into();
    membership::account::evolve(&mut story.state, &twice);
    story.state_forbids(officer(), change(&employee(), false, Alternate), "primary_contact_unique");
    let newcomer = kernel::Actor { id: person(5), ..employee() };
    story.state_forbids(officer(), add(&newcomer, false, None), "primary_contact_unique");
    let mended = story.and(officer(), change(&second_officer(), true, Alternate)).state;
    assert_eq!(mended.point_of_contact(Primary), Some(officer().id));
    assert_eq!(mended.point_of_contact(Alternate), Some(second_officer().id));
}
