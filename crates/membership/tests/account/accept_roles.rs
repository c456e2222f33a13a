//! A user accepts the roles, declines them, or leaves.

use crate::support::*;
use kernel::{Actor, Role};
use membership::account::command::{GrantRole, LeaveAccount, RemoveContact};
use membership::account::event::{AccountRolesAccepted, AccountUserLeft};
use membership::account::values::PointOfContact;

fn leave() -> LeaveAccount {
    LeaveAccount {}
}

/// Somebody who was granted a role and a sign-in, and was not asked.
fn named(who: &Actor, role: Role) -> Story {
    let signing = GrantRole { sign_in: Some(digest(3)), ..grant(who, role) };
    registered().and(officer(), add(who, role == Role::Officer, PointOfContact::None)).and(officer(), signing)
}

#[test]
fn a_role_is_accepted_by_the_user_once() {
    let story = named(&employee(), Role::Employee);
    assert!(!story.state.acts(employee().id), "who was named alone does not act for the company");
    let expected = AccountRolesAccepted {
        person_id: employee().id,
        roles: vec![Role::Employee],
        accepted_at: instant(LATER),
    };
    story.then(employee(), accept_roles(), vec![expected.into()]);
    let story = story.and(employee(), accept_roles());
    assert!(story.state.acts(employee().id));
    story.then(employee(), accept_roles(), vec![]);
    // Whoever registers has asked for it.
    assert!(story.state.acts(officer().id));
}

#[test]
fn a_role_that_is_granted_on_top_is_accepted_with_the_others() {
    let story = named(&employee(), Role::Employee).and(employee(), accept_roles());
    let story = story.and(officer(), grant(&employee(), Role::Consultant));
    assert!(story.state.acts(employee().id));
}

#[test]
fn whoever_lost_the_last_role_is_asked_anew() {
    let story = named(&employee(), Role::Employee)
        .and(employee(), accept_roles())
        .and(officer(), revoke(&employee(), Role::Employee))
        .and(officer(), grant(&employee(), Role::Employee));
    assert!(!story.state.acts(employee().id));
}

#[test]
fn nobody_accepts_or_leaves_what_was_never_granted() {
    for command in [accept_roles().into(), leave().into()] {
        let command: membership::account::AccountCommand = command;
        registered().state_forbids(employee(), command.clone(), "no_role");
        // A contact who does not sign in cannot have been the one who asks.
        staffed().state_forbids(employee(), command, "no_role");
    }
}

#[test]
fn declining_is_always_possible_and_leaves_the_contact_free_for_the_right_subject() {
    let story = named(&second_officer(), Role::Officer);
    let expected = AccountUserLeft {
        person_id: second_officer().id,
        roles: vec![Role::Officer],
        had_accepted: false,
        left_at: instant(LATER),
    };
    story.then(second_officer(), leave(), vec![expected.into()]);
    let story = story.and(second_officer(), leave());
    assert!(story.state.roles(second_officer().id).is_empty() && !story.state.signs_in(second_officer().id));
    assert!(story.state.contact(second_officer().id).is_some(), "the contact is the company's");
    let right = GrantRole { sign_in: Some(digest(4)), ..grant(&second_officer(), Role::Officer) };
    assert!(story.ask(officer(), right).is_ok());
}

#[test]
fn whoever_acted_and_left_comes_back_as_a_new_contact() {
    let story = named(&employee(), Role::Employee).and(employee(), accept_roles()).and(employee(), leave());
    let again = GrantRole { sign_in: Some(digest(4)), ..grant(&employee(), Role::Employee) };
    story.state_forbids(officer(), again, "contact_left");
    story.state_forbids(officer(), grant(&employee(), Role::Employee), "contact_left");
    let story = story.and(officer(), RemoveContact { person_id: employee().id });
    assert!(story.ask(supervisor(), erase(&employee())).is_ok());
}

#[test]
fn the_last_officer_who_acts_does_not_leave() {
    let story = named(&second_officer(), Role::Officer);
    story.state_forbids(officer(), leave(), "last_officer");
    let story = story.and(second_officer(), accept_roles());
    let story = story.and(officer(), leave());
    assert!(!story.state.signs_in(officer().id), "not by having registered either");
    story.state_forbids(second_officer(), leave(), "last_officer");
}
