//! Who may do what within a company, and in which role it is recorded. Handbook 1.3.

use crate::house::*;
use crate::steps::*;
use kernel::Role;
use membership::membership::{DebtDeclaration, Declarations, DeclareEligibility};
use portal::PortalError;
use portal::access::Permission;

on_both_engines!(
    an_employee_prepares_and_an_officer_signs,
    a_consultant_answers_and_does_nothing_else,
    an_auditor_sees_everything_and_changes_nothing,
    a_person_with_two_companies_acts_for_each_in_its_role,
);

async fn an_employee_prepares_and_an_officer_signs(house: House) {
    let portal = &house.portal;
    let (officer, employee) = (person("zdenka"), person("oswin"));
    let mine = house.applied(&officer, NUMBER).await;
    let person_id = house.user(&officer, mine.account, &employee, Role::Employee).await;
    let call = house.call(&employee).await;
    assert_eq!(call.caller.person_in(mine.account), Some(person_id));
    portal.add_address(&call, mine.account, address("CA"), false).await.unwrap();
    let debt = Some(DebtDeclaration::NoUnpaidFinalDebt);
    let last_trading_on = Some(day("2026-02-27"));
    let declarations = Declarations { debt, last_trading_on, ..Declarations::default() };
    let declare = DeclareEligibility { declarations };
    house.on_membership(&employee, mine.membership, Permission::MembershipEdit, declare).await.unwrap();
    let result = portal.accept_agreement(&call, mine.account, AGREEMENT.to_owned()).await;
    assert_error!(result, PortalError::Forbidden);
    assert_error!(portal.apply(&call, importer(mine.account, NUMBER)).await, PortalError::Forbidden);
    assert_error!(portal.submit_profile(&call, mine.profile).await, PortalError::Forbidden);
    let result = portal.grant_role(&call, mine.account, person_id, Role::Officer, None).await;
    assert_error!(result, PortalError::Forbidden);
    assert_error!(portal.start_review(&call, mine.profile).await, PortalError::Forbidden);
    let last = house.all_events().await.pop().unwrap();
    assert_eq!((last.metadata.actor_id, last.metadata.actor_role), (person_id, Role::Employee));
}

async fn a_consultant_answers_and_does_nothing_else(house: House) {
    let portal = &house.portal;
    let (officer, consultant) = (person("zdenka"), person("oswin"));
    let mine = house.applied(&officer, NUMBER).await;
    house.user(&officer, mine.account, &consultant, Role::Consultant).await;
    let call = house.call(&consultant).await;
    house.answer_all(&consultant, mine.profile).await;
    assert_error!(portal.submit_profile(&call, mine.profile).await, PortalError::Forbidden);
    let result = portal.add_address(&call, mine.account, address("CA"), false).await;
    assert_error!(result, PortalError::Forbidden);
    let declare = DeclareEligibility { declarations: Declarations::default() };
    let result = house.on_membership(&consultant, mine.membership, Permission::MembershipEdit, declare).await;
    assert_error!(result, PortalError::Forbidden);
    let submitted = portal.submit_profile(&house.call(&officer).await, mine.profile).await;
    assert!(submitted.is_ok(), "{submitted:?}");
}

async fn an_auditor_sees_everything_and_changes_nothing(house: House) {
    let portal = &house.portal;
    let mine = house.applied(&person("zdenka"), NUMBER).await;
    let auditor = auditor();
    let call = house.call(&auditor).await;
    assert!(portal.account(&call, mine.account, None).await.is_ok());
    assert!(portal.membership_to_do(&call, mine.membership).await.is_ok());
    assert!(portal.identifier_conflicts(&call, mine.membership).await.is_ok());
    assert_eq!((house.rows(&auditor).await.len(), house.profile_rows(&auditor).await.len()), (1, 1));
    assert!(portal.ledger_head(&call).await.is_ok());
    let head = house.head().await;
    assert_error!(portal.start_review(&call, mine.profile).await, PortalError::Forbidden);
    let vet = vetted("2026-03-02");
    let result = house.on_membership(&auditor, mine.membership, Permission::MembershipVet, vet).await;
    assert_error!(result, PortalError::Forbidden);
    assert_error!(
        portal.register_account(&call, registration("Auditors", "US")).await,
        PortalError::Forbidden
    );
    assert_eq!(house.head().await, head);
}

async fn a_person_with_two_companies_acts_for_each_in_its_role(house: House) {
    let portal = &house.portal;
    let (officer, both) = (person("zdenka"), person("oswin"));
    let first = house.applied(&officer, NUMBER).await;
    let own = house.applied(&both, "98-765432100").await;
    house.user(&officer, first.account, &both, Role::Employee).await;
    let call = house.call(&both).await;
    assert_eq!(house.rows(&both).await.len(), 2);
    assert_error!(portal.submit_profile(&call, first.profile).await, PortalError::Forbidden);
    refused(portal.submit_profile(&call, own.profile).await, "profile_incomplete");
    assert_error!(portal.apply(&call, importer(first.account, NUMBER)).await, PortalError::Forbidden);
    assert!(portal.apply(&call, importer(own.account, "12-345678901")).await.is_ok());
}
