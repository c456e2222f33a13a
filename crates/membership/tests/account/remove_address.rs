use crate::support::*;
use membership::account::command::{ChangeAddress, RemoveAddress};
use membership::account::event::AccountAddressRemoved;

fn command(number: u128) -> RemoveAddress {
    RemoveAddress { address_id: address_id(number) }
}

#[test]
fn an_address_is_taken_off() {
    let expected = AccountAddressRemoved { address_id: address_id(2) };
    two_addresses().then(officer(), command(2), vec![expected.into()]);
    let account = two_addresses().and(officer(), command(2)).state;
    assert_eq!(account.addresses, [kept(1, headquarters())]);
}

#[test]
fn the_primary_one_stays_until_another_becomes_it() {
    registered().state_forbids(officer(), command(1), "primary_address_required");
    two_addresses().state_forbids(officer(), command(1), "primary_address_required");
    let other = ChangeAddress { address_id: address_id(2), address: warehouse(), primary: true };
    let account = two_addresses().and(officer(), other).and(officer(), command(1)).state;
    assert_eq!(account.addresses, [kept(2, warehouse())]);
    assert_eq!(account.primary_address_id, Some(address_id(2)));
}

#[test]
fn an_unknown_address_is_refused() {
    two_addresses().state_forbids(officer(), command(9), "address_unknown");
    let story = two_addresses().and(officer(), command(2));
    story.state_forbids(officer(), command(2), "address_unknown");
}
