//! The same identifier in two applications: refused within an account; across accounts for staff to see, and for nobody else.

use crate::house::*;
use crate::steps::*;
use criteria::EntityType;
use kernel::identifiers::IdentifierType;
use kernel::{MembershipId, Role};
use membership::membership::{Membership, Office, ToDoCode};
use portal::access::Permission;
use portal::{Application, Committed, PortalError, SignIn};

on_both_engines!(
    staff_see_who_else_uses_an_identifier,
    an_identifier_conflicts_only_while_it_is_used_for_the_same_type,
    an_account_uses_an_identifier_once_for_a_type,
    of_two_that_take_an_identifier_at_once_one_gets_it,
    staff_certify_a_shared_identifier_only_with_a_reason,
);

async fn conflicts(house: &House, id: MembershipId) -> Vec<(String, String, String)> {
    let call = house.call(&specialist()).await;
    let found = house.portal.identifier_conflicts(&call, id).await.unwrap();
    found
        .into_iter()
        .map(|other| (other.identifier_type.to_string(), other.normalised, other.membership_id.to_string()))
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
    let (officer, other) = (person("zdenka"), person("wilhelmina"));
    let first = house.applied(&officer, NUMBER).await;
    let second = house.applied(&other, NUMBER).await;
    let number = identifier(IdentifierType::Ein, "12-3456789");
    let exporter = |identifiers| Application {
        entity_type: EntityType::Exporter,
        identifiers,
        ..importer(first.account, NUMBER)
    };
    let other_type = house.apply(&officer, exporter(vec![number.clone()])).await;
    assert_eq!(conflicts(&house, first.membership).await.len(), 1);
    assert_eq!(conflicts(&house, other_type.membership).await, vec![]);

    change_to(&house, &other, second.membership, "98-765432100").await.unwrap();
    assert_eq!(conflicts(&house, first.membership).await, vec![]);
    change_to(&house, &other, second.membership, NUMBER).await.unwrap();
    assert_eq!(conflicts(&house, first.membership).await.len(), 1);
    house.withdraw(&other, second.membership).await;
    assert_eq!(conflicts(&house, first.membership).await, vec![], "what has ended does not count");
    house.is_sound().await;
}

async fn change_to(
    house: &House,
    who: &SignIn,
    id: MembershipId,
    number: &str,
) -> Result<Committed<Membership>, PortalError> {
    let call = house.call(who).await;
    let identifiers = vec![identifier(IdentifierType::ImporterOfRecord, number)];
    house
        .portal
        .on_membership(&call, id, Permission::MembershipEdit, |facts| change(facts, identifiers.clone()))
        .await
}

const OTHER_NUMBER: &str = "98-765432100";

async fn an_account_uses_an_identifier_once_for_a_type(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let first = house.applied(&officer, NUMBER).await;
    let call = house.call(&officer).await;
    let head = house.head().await;
    let second = importer(first.account, "12 345678900");
    let refusal = refusal(portal.apply(&call, second.clone()).await);
    assert_eq!(refusal.code, "identifier_in_use");
    assert!(refusal.errors[0].detail.contains(&first.membership.to_string()), "{refusal:?}");
    assert_eq!(house.head().await, head);

    // Both for one type with different numbers, and the same number for another type.
    let other = house.apply(&officer, importer(first.account, OTHER_NUMBER)).await;
    let exporter = Application {
        entity_type: EntityType::Exporter,
        identifiers: vec![
            identifier(IdentifierType::Ein, "12-3456789"),
            identifier(IdentifierType::ImporterOfRecord, NUMBER),
        ],
        ..importer(first.account, NUMBER)
    };
    house.apply(&officer, exporter).await;
    refused(change_to(&house, &officer, other.membership, NUMBER).await, "identifier_in_use");

    // What to do is in the refusal, and it helps.
    house.withdraw(&officer, first.membership).await;
    let again = house.apply(&officer, second).await;
    let result = portal.reapply(&call, first.membership, |account, _| importer(account, NUMBER)).await;
    refused(result, "identifier_in_use");
    house.withdraw(&officer, again.membership).await;
    portal.reapply(&call, first.membership, |account, _| importer(account, NUMBER)).await.unwrap();
    house.is_sound().await;
}

async fn of_two_that_take_an_identifier_at_once_one_gets_it(house: House) {
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    let other = house.another_portal().await;
    let call = house.call(&officer).await;
    let apply = || importer(account, NUMBER);
    // Of one process, which writes them in one batch, and of another.
    let (one, two, three) = tokio::join!(
        house.portal.apply(&call, apply()),
        house.portal.apply(&call, apply()),
        other.apply(&call, apply())
    );
    let results = [one, two, three];
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    for lost in results.into_iter().filter(Result::is_err) {
        refused(lost, "identifier_in_use");
    }
    assert_eq!(house.rows(&officer).await.len(), 1);

    let second = house.apply(&officer, importer(account, OTHER_NUMBER)).await;
    let third = house.apply(&officer, importer(account, "98-765432101")).await;
    let (one, two) = tokio::join!(
        change_to(&house, &officer, second.membership, "55-555555500"),
        change_to(&house, &officer, third.membership, "55-555555500"),
    );
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    assert!(won.is_ok(), "{won:?}");
    refused(lost, "identifier_in_use");
    house.is_sound().await;
}

async fn staff_certify_a_shared_identifier_only_with_a_reason(house: House) {
    let portal = &house.portal;
    let (officer, specialist, supervisor) = (person("zdenka"), specialist(), supervisor());
    let mine = house.approved(&officer, NUMBER).await;
    let theirs = house.applied(&person("wilhelmina"), NUMBER).await;
    let call = house.call(&specialist).await;

    let refusal = refusal(house.recommend(&specialist, mine.membership).await);
    assert_eq!(refusal.code, "identifier_conflict");
    assert!(refusal.errors[0].detail.contains(&theirs.membership.to_string()), "{refusal:?}");
    let codes = async |who: &SignIn| {
        let to_do = portal.membership_to_do(&house.call(who).await, mine.membership).await.unwrap().to_do;
        to_do.to_certify.into_iter().map(|item| item.code).collect::<Vec<_>>()
    };
    assert!(codes(&specialist).await.contains(&ToDoCode::IdentifierConflict));
    assert!(!codes(&officer).await.contains(&ToDoCode::IdentifierConflict), "an applicant learns nothing");

    let reason = "The other company was merged into this one.";
    let permission = Permission::MembershipRecommend;
    portal
        .on_membership(&call, mine.membership, permission, |facts| recommend(facts, Some(reason)))
        .await
        .unwrap();
    assert!(!codes(&specialist).await.contains(&ToDoCode::IdentifierConflict));
    // Somebody comes in between: the reason was not about them.
    let late = house.applied(&person("oswin"), NUMBER).await;
    refused(house.certify(&supervisor, mine.membership).await, "identifier_conflict");
    house.withdraw(&person("oswin"), late.membership).await;
    let certified = house.certify(&supervisor, mine.membership).await.unwrap();
    assert_eq!(certified.state.identifier_conflict.as_ref().unwrap().membership_ids, [theirs.membership]);

    // The reason is in the history of those who may know, and in nobody else's.
    for (who, told) in [(auditor(), true), (specialist, true), (officer, false)] {
        let call = house.call(&who).await;
        let events = portal.membership_history(&call, mine.membership, 0, 200).await.unwrap();
        let text = serde_json::to_string(&events.iter().map(|event| &event.payload).collect::<Vec<_>>());
        let text = text.unwrap();
        assert_eq!(text.contains(reason), told, "{who:?}");
        assert_eq!(text.contains(&theirs.membership.to_string()), told, "{who:?}");
        assert_eq!(text.contains("no_concerns"), told, "what the vetting found stays with CBP: {who:?}");
    }
    house.is_sound().await;
}
