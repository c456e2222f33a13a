//! An officer leaves the company and another takes over everything. Handbook 1.3.

use crate::support::*;
use kernel::Role;
use membership::account::command::{GrantRole, RemoveContact};
use membership::account::values::PointOfContact::{Alternate, Primary};

#[test]
fn the_first_officer_hands_over_and_is_erased_and_the_acceptance_stays() {
    let story = registered()
        .and(officer(), accept("2024-1"))
        .and(officer(), add(&second_officer(), true, Alternate))
        .and(officer(), GrantRole { sign_in: Some(digest(2)), ..grant(&second_officer(), Role::Officer) })
        .and(second_officer(), accept_roles())
        .and(second_officer(), change(&second_officer(), true, Primary))
        .and(second_officer(), revoke(&officer(), Role::Officer))
        .and(second_officer(), RemoveContact { person_id: officer().id })
        .and(supervisor(), erase(&officer()));
    let account = story.state;
    assert_eq!(account.contacts, [contact(&second_officer(), true, Primary)]);
    assert_eq!(account.officers().collect::<Vec<_>>(), [second_officer().id]);
    assert_eq!(account.acceptance("2024-1").unwrap().accepted_by, officer().id);
    assert!(account.former.is_empty());
}

/// An e-mail address is never edited: the contact is taken off and added anew, as another person.
#[test]
fn a_contact_with_a_new_email_address_is_a_new_contact() {
    let renewed = second_officer();
    let story = registered()
        .and(officer(), add(&renewed, true, Primary))
        .and(officer(), GrantRole { sign_in: Some(digest(2)), ..grant(&renewed, Role::Officer) })
        .and(renewed.clone(), accept_roles())
        .and(renewed.clone(), revoke(&officer(), Role::Officer))
        .and(renewed.clone(), RemoveContact { person_id: officer().id });
    assert_eq!(story.state.contacts, [contact(&renewed, true, Primary)]);
}
