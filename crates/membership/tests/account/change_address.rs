use crate::support::*;
use membership::account::command::ChangeAddress;
use membership::account::event::AccountAddressChanged;
use membership::account::values::Address;

fn command(number: u128, address: Address, primary: bool) -> ChangeAddress {
    ChangeAddress { address_id: address_id(number), address, primary }
}

#[test]
fn an_address_changes_and_the_primary_one_stays() {
    let staffed = Address { staffed_office: true, ..warehouse() };
    let expected = AccountAddressChanged { address: kept(2, staffed.clone()), primary: false };
    two_addresses().then(officer(), command(2, staffed.clone(), false), vec![expected.into()]);
    let account = two_addresses().and(officer(), command(2, staffed.clone(), false)).state;
    assert_eq!(account.addresses, [kept(1, headquarters()), kept(2, staffed)]);
    assert_eq!(account.primary_address_id, Some(address_id(1)));
}

#[test]
fn another_address_becomes_the_primary_one() {
    let expected = AccountAddressChanged { address: kept(2, warehouse()), primary: true };
    two_addresses().then(officer(), command(2, warehouse(), true), vec![expected.into()]);
    let account = two_addresses().and(officer(), command(2, warehouse(), true)).state;
    assert_eq!(account.primary_address_id, Some(address_id(2)));
}

#[test]
fn the_primary_one_stays_primary_until_another_becomes_it() {
    let moved = Address { street_1: text("12 Calle Nueva"), ..headquarters() };
    for primary in [true, false] {
        let account = two_addresses().and(officer(), command(1, moved.clone(), primary)).state;
        assert_eq!(account.primary_address_id, Some(address_id(1)));
        assert_eq!(account.address(address_id(1)), Some(&kept(1, moved.clone())));
    }
}

#[test]
fn no_change_leaves_no_event() {
    two_addresses().then(officer(), command(2, warehouse(), false), Vec::new());
    two_addresses().then(officer(), command(1, headquarters(), true), Vec::new());
    two_addresses().then(officer(), command(1, headquarters(), false), Vec::new());
}

#[test]
fn an_unknown_address_is_refused() {
    registered().state_forbids(officer(), command(9, warehouse(), false), "address_unknown");
}
