use crate::support::*;
use kernel::CountryCode;
use membership::account::command::{AddAddress, RemoveAddress};
use membership::account::values::{Address, PointOfContact};

#[test]
fn staffed_offices_are_the_countries_of_the_addresses_so_flagged() {
    assert_eq!(two_addresses().state.staffed_offices().into_iter().collect::<Vec<_>>(), [CountryCode::MX]);
    let office = Address { staffed_office: true, ..warehouse() };
    let command = AddAddress { address_id: address_id(3), address: office, primary: true };
    let story = two_addresses().and(officer(), command);
    let countries: Vec<_> = story.state.staffed_offices().into_iter().collect();
    assert_eq!(countries, [CountryCode::MX, CountryCode::US]);
    let story = story.and(officer(), RemoveAddress { address_id: address_id(1) });
    assert_eq!(story.state.staffed_offices().into_iter().collect::<Vec<_>>(), [CountryCode::US]);
}

#[test]
fn points_of_contact_and_officers_are_found() {
    let account = staffed().state;
    assert_eq!(account.officers().collect::<Vec<_>>(), [officer().id, second_officer().id]);
    assert_eq!(account.point_of_contact(PointOfContact::Primary), Some(officer().id));
    assert_eq!(account.point_of_contact(PointOfContact::Alternate), Some(second_officer().id));
    assert_eq!(account.contact(person(99)), None);
    assert_eq!(account.address(address_id(99)), None);
}
