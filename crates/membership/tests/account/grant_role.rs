use crate::support::*;
use kernel::Role;
use membership::account::command::{AddContact, GrantRole};
use membership::account::event::{AccountContactAdded, AccountRoleGranted};
use membership::account::values::PointOfContact::None;

#[test]
fn each_company_role_can_be_granted_to_a_contact() {
    let story = two_contacts()
        .and(officer(), add(&employee(), false, None))
        .and(officer(), add(&consultant(), false, None));
    for (who, role) in [
        (second_officer(), Role::Officer),
        (second_officer(), Role::Employee),
        (employee(), Role::Employee),
        (consultant(), Role::Consultant),
    ] {
        let expected = AccountRoleGranted {
            person_id: who.id,
            role,
            granted_by: officer().id,
            granted_at: instant(LATER),
        };
        story.then(officer(), grant(&who, role), vec![expected.into()]);
        assert_eq!(story.clone().and(officer(), grant(&who, role)).state.roles(who.id), [role]);
    }
}

#[test]
fn the_same_role_again_changes_nothing() {
    staffed().then(second_officer(), grant(&employee(), Role::Employee), Vec::new());
}

#[test]
fn only_officers_grant() {
    staffed().forbidden(&no_officers(), grant(&employee(), Role::Consultant), "officer_only");
}

#[test]
fn roles_of_the_programme_are_not_the_companys_to_grant() {
    for role in Role::CALLERS.into_iter().chain([Role::System]).filter(|role| !role.is_company_role()) {
        two_contacts().invalid(officer(), grant(&second_officer(), role), "/role", "role_not_grantable");
    }
}

#[test]
fn a_user_is_a_contact() {
    registered().state_forbids(officer(), grant(&employee(), Role::Employee), "contact_unknown");
}

#[test]
fn an_officer_is_named_as_company_officer() {
    staffed().state_forbids(officer(), grant(&employee(), Role::Officer), "not_an_officer");
    let story = staffed().and(officer(), change(&employee(), true, None));
    assert!(story.ask(officer(), grant(&employee(), Role::Officer)).is_ok());
}

#[test]
fn a_consultant_is_never_an_officer() {
    let story = staffed();
    story.state_forbids(officer(), grant(&consultant(), Role::Officer), "consultant_never_officer");
    story.state_forbids(officer(), grant(&second_officer(), Role::Consultant), "consultant_never_officer");
    let named = two_contacts();
    named.state_forbids(officer(), grant(&second_officer(), Role::Consultant), "consultant_never_officer");
}

#[test]
fn a_contact_gets_a_sign_in_with_a_role_or_before_it_or_after_it() {
    let signing = |role| GrantRole { sign_in: Some(digest(3)), ..grant(&employee(), role) };
    let granted = |role| AccountRoleGranted {
        person_id: employee().id,
        role,
        granted_by: officer().id,
        granted_at: instant(LATER),
    };
    let bound = bound(&employee(), 3, &officer(), LATER);
    let contact_alone = registered().and(officer(), add(&employee(), false, None));
    let together = vec![bound.clone().into(), granted(Role::Employee).into()];
    contact_alone.then(officer(), signing(Role::Employee), together);
    let later = contact_alone.clone().and(officer(), grant(&employee(), Role::Employee));
    later.then(officer(), signing(Role::Employee), vec![bound.clone().into()]);
    let added = AccountContactAdded { contact: contact(&employee(), false, None) };
    let command = AddContact { sign_in: Some(digest(3)), ..add(&employee(), false, None) };
    registered().then(officer(), command, vec![added.into(), bound.into()]);
}

#[test]
fn a_contact_signs_in_with_one_subject_for_good() {
    let command = GrantRole { sign_in: Some(digest(9)), ..grant(&officer(), Role::Employee) };
    registered().invalid(officer(), command, "/subject", "signs_in_already");
    let command = GrantRole { sign_in: Some(digest(9)), ..grant(&officer(), Role::Officer) };
    registered().invalid(officer(), command, "/subject", "signs_in_already");
}
