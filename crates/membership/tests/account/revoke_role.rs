use crate::support::*;
use kernel::Role;
use membership::account::command::{GrantRole, RevokeRole};
use membership::account::event::AccountRoleRevoked;

#[test]
fn a_role_is_revoked() {
    let reason = Some(text("The contract has ended."));
    let command = RevokeRole { reason: reason.clone(), ..revoke(&consultant(), Role::Consultant) };
    let expected = AccountRoleRevoked {
        person_id: consultant().id,
        role: Role::Consultant,
        revoked_by: second_officer().id,
        reason,
    };
    staffed().then(second_officer(), command.clone(), vec![expected.into()]);
    assert!(staffed().and(second_officer(), command).state.roles(consultant().id).is_empty());
}

#[test]
fn one_role_of_several_is_revoked() {
    let story = staffed()
        .and(officer(), grant(&second_officer(), Role::Employee))
        .and(officer(), revoke(&second_officer(), Role::Officer));
    assert_eq!(story.state.roles(second_officer().id), [Role::Employee]);
}

#[test]
fn an_officer_may_give_up_the_role_while_another_stays() {
    let story = staffed().and(officer(), revoke(&officer(), Role::Officer));
    assert_eq!(story.state.officers().collect::<Vec<_>>(), [second_officer().id]);
}

#[test]
fn the_last_officer_stays() {
    registered().state_forbids(officer(), revoke(&officer(), Role::Officer), "last_officer");
    let story = staffed().and(officer(), revoke(&second_officer(), Role::Officer));
    story.state_forbids(officer(), revoke(&officer(), Role::Officer), "last_officer");
}

#[test]
fn an_officer_who_does_not_sign_in_or_has_not_accepted_is_none_to_leave_the_account_to() {
    let story = two_contacts().and(officer(), grant(&second_officer(), Role::Officer));
    story.state_forbids(officer(), revoke(&officer(), Role::Officer), "last_officer");
    let signing = GrantRole { sign_in: Some(digest(2)), ..grant(&second_officer(), Role::Officer) };
    let story = story.and(officer(), signing);
    story.state_forbids(officer(), revoke(&officer(), Role::Officer), "last_officer");
    // Who was named alone is no loss.
    assert!(story.ask(officer(), revoke(&second_officer(), Role::Officer)).is_ok());
    let story = story.and(second_officer(), accept_roles());
    assert!(story.ask(officer(), revoke(&officer(), Role::Officer)).is_ok());
}

#[test]
fn only_officers_revoke() {
    staffed().forbidden(&no_officers(), revoke(&employee(), Role::Employee), "officer_only");
}

#[test]
fn a_role_that_was_not_granted_cant_be_revoked() {
    let story = staffed();
    story.state_forbids(officer(), revoke(&employee(), Role::Consultant), "role_not_granted");
    story.state_forbids(officer(), revoke(&specialist(), Role::Specialist), "role_not_granted");
    let story = story.and(officer(), revoke(&employee(), Role::Employee));
    story.state_forbids(officer(), revoke(&employee(), Role::Employee), "role_not_granted");
}
