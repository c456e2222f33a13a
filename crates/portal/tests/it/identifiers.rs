//! The same identifier in two applications: for staff to see, and for nobody else.

use crate::house::*;
use crate::steps::*;
use criteria::EntityType;
use kernel::identifiers::IdentifierType;
use kernel::{MembershipId, Role};
use membership::membership::{ChangeIdentifiers, Office};
use portal::access::Permission;
use portal::{Application, IdentifierConflict, PortalError};

on_both_engines!(
    staff_see_who_else_uses_an_identifier,
    an_identifier_conflicts_only_while_it_is_used_for_the_same_type,
);

async fn conflicts(house: &House, id: MembershipId) -> Vec<(String, String, String)> {
    let call = house.call(&specialist()).await;
    let found = house.portal.identifier_conflicts(&call, id).await.unwrap();
    found
        .into_iter()
        .map(|IdentifierConflict { identifier_type, normalised, membership_id }| {
            (identifier_type, normalised, membership_id)
        })
        .collect()
}

async fn staff_see_who_else_uses_an_identifier(house: House) {
    let portal = &house.portal;
    let first = house.applied(&person("zdenka"), "12-3456789ab").await;
    let second = house.applied(&person("wilhelmina"), "12 3456789 AB").await;
    let kind = "importer_of_record".to_owned();
    let expected =
        |other: Applied| vec![(kind.clone(), "123456789AB".to_owned(), other.membership.to_string())];
    assert_eq!(conflicts(&house, first.membership).await, expected(second));
    assert_eq!(conflicts(&house, second.membership).await, expected(first));

    let applicant = house.call(&person("zdenka")).await;
    assert_error!(portal.identifier_conflicts(&applicant, first.membership).await, PortalError::Forbidden);
    assert_error!(portal.identifier_conflicts(&applicant, second.membership).await, PortalError::NotFound);
    let elsewhere = staff("elsewhere", Role::Specialist);
    house.assign(&supervisor(), first.membership, &specialist(), Office::Newark).await;
    assert_error!(
        portal.identifier_conflicts(&house.call(&elsewhere).await, first.membership).await,
        PortalError::NotFound
    );
    assert_eq!(
        portal.identifier_conflicts(&house.call(&auditor()).await, first.membership).await.unwrap().len(),
        1
    );
    house.is_sound().await;
}

async fn an_identifier_conflicts_only_while_it_is_used_for_the_same_type(house: House) {
    let officer = person("zdenka");
    let first = house.applied(&officer, NUMBER).await;
    let second = house.apply(&officer, importer(first.account, NUMBER)).await;
    let number = identifier(IdentifierType::Ein, "12-3456789");
    let exporter = |identifiers| Application {
        entity_type: EntityType::Exporter,
        identifiers,
        ..importer(first.account, NUMBER)
    };
    let other_type = house.apply(&officer, exporter(vec![number.clone()])).await;
    assert_eq!(conflicts(&house, first.membership).await.len(), 1);
    assert_eq!(conflicts(&house, other_type.membership).await, vec![]);

    let call = house.call(&officer).await;
    let change = |number: &'static str| {
        move |account| {
            let identifiers = vec![identifier(IdentifierType::ImporterOfRecord, number)];
            ChangeIdentifiers { identifiers, account }.into()
        }
    };
    let permission = Permission::MembershipEdit;
    let changed = change("98-765432100");
    house.portal.on_membership(&call, second.membership, permission, changed).await.unwrap();
    assert_eq!(conflicts(&house, first.membership).await, vec![]);
    house.portal.on_membership(&call, second.membership, permission, change(NUMBER)).await.unwrap();
    assert_eq!(conflicts(&house, first.membership).await.len(), 1);
    house.withdraw(&officer, second.membership).await;
    assert_eq!(conflicts(&house, first.membership).await, vec![], "what has ended does not count");
    house.is_sound().await;
}
