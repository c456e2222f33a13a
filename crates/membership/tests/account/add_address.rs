use crate::support::*;
use membership::account::command::AddAddress;
use membership::account::event::AccountAddressAdded;

fn command(number: u128, primary: bool) -> AddAddress {
    AddAddress { address_id: address_id(number), address: warehouse(), primary }
}

#[test]
fn an_address_is_added_beside_the_primary_one() {
    let expected = AccountAddressAdded { address: kept(2, warehouse()), primary: false };
    registered().then(employee(), command(2, false), vec![expected.into()]);
    let account = registered().and(employee(), command(2, false)).state;
    assert_eq!(account.addresses, [kept(1, headquarters()), kept(2, warehouse())]);
    assert_eq!(account.primary_address_id, Some(address_id(1)));
}

#[test]
fn a_new_address_can_become_the_primary_one() {
    let expected = AccountAddressAdded { address: kept(2, warehouse()), primary: true };
    registered().then(employee(), command(2, true), vec![expected.into()]);
    let account = registered().and(employee(), command(2, true)).state;
    assert_eq!(account.primary_address_id, Some(address_id(2)));
}

#[test]
fn an_id_is_used_once() {
    registered().state_forbids(officer(), command(1, false), "address_exists");
}

#[test]
fn there_is_a_limit() {
    let story = (2..=50).fold(registered(), |story, number| story.and(officer(), command(number, false)));
    assert_eq!(story.state.addresses.len(), 50);
    story.state_forbids(officer(), command(51, false), "too_many_addresses");
}
