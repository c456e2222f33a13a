use crate::support::*;
use kernel::{Actor, Role};
use membership::account::command::RegisterAccount;
use membership::account::evolve;
use membership::account::values::PointOfContact;

#[test]
fn whoever_registers_becomes_first_contact_primary_point_of_contact_and_officer() {
    let events =
        membership::account::decide(&nothing().state, registration().into(), &at(officer(), REGISTERED))
            .unwrap();
    let bound = bound(&officer(), 1, &officer(), REGISTERED);
    assert_eq!(events, vec![registered_event().into(), bound.into()]);
    let mut account = nothing().state;
    evolve(&mut account, &events[0]);
    assert_eq!(account.primary_address_id, Some(address_id(1)));
    assert_eq!(account.addresses, [kept(1, headquarters())]);
    assert_eq!(account.contacts, [contact(&officer(), true, PointOfContact::Primary)]);
    assert_eq!(account.registered_by, Some(officer().id));
    assert_eq!(account.roles(officer().id), [Role::Officer]);
    assert_eq!(account.company, Some(company()));
    assert_eq!(account.registered_on, Some(REGISTERED.parse().unwrap()));
}

#[test]
fn the_registering_person_must_declare_to_be_an_officer() {
    let command = RegisterAccount { company_officer: false, ..registration() };
    nothing().invalid(officer(), command, "/contact/company_officer", "officer_required");
}

#[test]
fn only_a_companys_own_people_register_it() {
    let others = [specialist(), supervisor(), director(), auditor(), integrator(), Actor::system()];
    nothing().forbidden(&others, registration(), "company_only");
}

#[test]
fn business_cant_begin_after_today() {
    let mut command = registration();
    command.company.business_started_on = Some("2026-03-10".parse().unwrap());
    nothing().invalid(officer(), command.clone(), "/company/business_started_on", "date_in_future");
    command.company.business_started_on = Some(LATER.parse().unwrap());
    assert_eq!(nothing().ask(officer(), command).unwrap().len(), 2);
}

#[test]
fn an_account_is_registered_once() {
    registered().state_forbids(officer(), registration(), "account_registered");
}

#[test]
fn nothing_can_be_asked_of_an_account_that_is_not_registered() {
    use membership::account::command::*;
    let who = second_officer();
    let commands: Vec<membership::account::AccountCommand> = vec![
        ChangeCompany { company: company() }.into(),
        AddAddress { address_id: address_id(2), address: warehouse(), primary: false }.into(),
        ChangeAddress { address_id: address_id(1), address: warehouse(), primary: false }.into(),
        RemoveAddress { address_id: address_id(1) }.into(),
        add(&who, true, PointOfContact::None).into(),
        change(&who, true, PointOfContact::None).into(),
        RemoveContact { person_id: who.id }.into(),
        grant(&who, Role::Officer).into(),
        revoke(&who, Role::Officer).into(),
        accept("2024-1").into(),
        erase(&who).into(),
    ];
    for command in commands {
        nothing().state_forbids(officer(), command, "account_not_registered");
    }
}
