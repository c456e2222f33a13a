//! A request that is sent twice is done once, whatever came of it.

use crate::house::*;
use crate::steps::*;
use membership::membership::{Withdraw, WithdrawalReason};
use portal::access::Permission;
use portal::{AnswerMatch, IDEMPOTENCY_DAYS, Outcome, PortalError};

on_both_engines!(
    a_repeat_is_answered_from_the_record,
    a_refusal_is_recorded_and_stays_a_refusal,
    what_changes_nothing_is_recorded_too,
    what_was_never_decided_is_not_recorded,
    of_two_at_once_one_is_done,
    a_key_is_forgotten_after_a_while,
);

async fn a_repeat_is_answered_from_the_record(house: House) {
    let portal = &house.portal;
    let call = house.call(&person("zdenka")).await.with_key("register");
    assert_eq!(portal.recorded_outcome(scope(&call)).await.unwrap(), None);
    let account = portal.register_account(&call, registration("Great Lakes Imports", "US")).await.unwrap();
    let expected =
        Outcome::Done { resource: "account".to_owned(), id: account.id.clone(), version: account.version };
    let recorded = portal.recorded_outcome(scope(&call)).await.unwrap();
    assert_eq!(recorded, Some(("fingerprint".to_owned(), expected)));

    let head = house.head().await;
    assert_error!(
        portal.register_account(&call, registration("Great Lakes Imports", "US")).await,
        PortalError::KeyUsed
    );
    assert_eq!((house.head().await, house.count("people", "1 = 1").await), (head, 1));

    // Another key is another request.
    let other = call.clone().with_key("register again");
    portal.register_account(&other, registration("Great Lakes Imports", "US")).await.unwrap();
    assert_eq!(house.call(&person("zdenka")).await.caller.grants.len(), 2);

    // Every kind of resource is named with its version.
    let officer = person("zdenka");
    house.accept_agreement(&officer, account_id(&account)).await;
    let call = house.call(&officer).await.with_key("apply");
    let membership = portal.apply(&call, importer(account_id(&account), NUMBER)).await.unwrap();
    assert_eq!(done(&house, scope(&call)).await, ("membership".to_owned(), membership.id.clone(), 1));
    let profile = profile_of(&membership);
    let first = criterion(0, &house.profile(&officer, profile).await.state);
    let call = call.with_key("save");
    portal.save_answer(&call, profile, save(first, "We do."), AnswerMatch::Named).await.unwrap();
    assert_eq!(done(&house, scope(&call)).await, ("answer".to_owned(), format!("{profile}/{first}"), 2));
    house.answer_all(&person("zdenka"), profile).await;
    let call = call.with_key("submit");
    let submitted = portal.submit_profile(&call, profile).await.unwrap();
    assert_eq!(
        done(&house, scope(&call)).await,
        ("profile".to_owned(), profile.to_string(), submitted.version)
    );
    house.is_sound().await;
}

async fn done(house: &House, scope: &str) -> (String, String, i64) {
    match house.portal.recorded_outcome(scope).await.unwrap() {
        Some((_, Outcome::Done { resource, id, version })) => (resource, id, version),
        other => panic!("{other:?}"),
    }
}

async fn a_refusal_is_recorded_and_stays_a_refusal(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let call = house.call(&officer).await.with_key("apply");
    let head = house.head().await;
    let refusal = refusal(portal.apply(&call, importer(account, NUMBER)).await);
    assert_eq!(refusal.code, "agreement_not_accepted");
    let recorded = portal.recorded_outcome(scope(&call)).await.unwrap();
    assert_eq!(recorded, Some(("fingerprint".to_owned(), Outcome::Refused { refusal: refusal.clone() })));
    assert_eq!(house.head().await, head, "a refusal leaves no event");

    // The same again, refused again or possible by now: the record speaks.
    assert_error!(portal.apply(&call, importer(account, NUMBER)).await, PortalError::KeyUsed);
    house.accept_agreement(&officer, account).await;
    assert_error!(portal.apply(&call, importer(account, NUMBER)).await, PortalError::KeyUsed);
    assert_eq!(portal.recorded_outcome(scope(&call)).await.unwrap(), recorded);
    assert_eq!(house.rows(&officer).await, vec![]);
    assert!(portal.apply(&call.with_key("apply again"), importer(account, NUMBER)).await.is_ok());
}

async fn what_changes_nothing_is_recorded_too(house: House) {
    let officer = person("zdenka");
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    house.accept_agreement(&officer, account).await;
    let head = house.head().await;
    let call = house.call(&officer).await.with_key("accept");
    let unchanged = house.portal.accept_agreement(&call, account, AGREEMENT.to_owned()).await.unwrap();
    assert_eq!((unchanged.version, house.head().await), (3, head));
    assert_eq!(done(&house, scope(&call)).await, ("account".to_owned(), account.to_string(), 3));
    // Without a key nothing is written at all.
    let unchanged = house.accept_agreement(&officer, account).await;
    assert_eq!(unchanged.version, 3);
}

async fn what_was_never_decided_is_not_recorded(house: House) {
    let portal = &house.portal;
    let (officer, stranger) = (person("zdenka"), person("wilhelmina"));
    let applied = house.applied(&officer, NUMBER).await;
    let call = house.call(&stranger).await.with_key("read");
    assert_error!(portal.submit_profile(&call, applied.profile).await, PortalError::NotFound);
    assert_eq!(portal.recorded_outcome(scope(&call)).await.unwrap(), None);
    let call = house.call(&auditor()).await.with_key("review");
    assert_error!(portal.start_review(&call, applied.profile).await, PortalError::Forbidden);
    assert_eq!(portal.recorded_outcome(scope(&call)).await.unwrap(), None);
    let call = house.call(&officer).await.with_key("submit").expecting(7);
    assert_error!(
        portal.submit_profile(&call, applied.profile).await,
        PortalError::VersionMismatch { current: 1 }
    );
    assert_eq!(
        portal.recorded_outcome(scope(&call)).await.unwrap(),
        None,
        "with the right version it may pass"
    );
}

async fn of_two_at_once_one_is_done(house: House) {
    let officer = person("zdenka");
    let other = house.another_portal().await;
    for round in 0..4 {
        let applied = house.applied(&officer, NUMBER).await;
        let call = house.call(&officer).await.with_key(&format!("withdraw {round}"));
        let command = |_| Withdraw { reason: WithdrawalReason::NotInterested, text: None }.into();
        let permission = Permission::MembershipWithdraw;
        let (here, there) = tokio::join!(
            house.portal.on_membership(&call, applied.membership, permission, command),
            other.on_membership(&call, applied.membership, permission, command),
        );
        let (won, lost) = if here.is_ok() { (here, there) } else { (there, here) };
        let won = won.unwrap();
        assert_error!(lost, PortalError::KeyUsed);
        let expected = ("membership".to_owned(), applied.membership.to_string(), won.version);
        assert_eq!(done(&house, scope(&call)).await, expected);
    }
    let events = house.all_events().await;
    assert_eq!(events.iter().filter(|event| event.event_type == "membership.withdrawn").count(), 4);
    house.is_sound().await;
}

async fn a_key_is_forgotten_after_a_while(house: House) {
    let portal = &house.portal;
    house.set_clock(chrono::Utc::now());
    let call = house.call(&person("zdenka")).await.with_key("register");
    portal.register_account(&call, registration("Great Lakes Imports", "US")).await.unwrap();
    let minute = chrono::Duration::minutes(1);
    house.set_clock(chrono::Utc::now() + chrono::Duration::days(IDEMPOTENCY_DAYS) - minute);
    assert!(portal.recorded_outcome(scope(&call)).await.unwrap().is_some());
    house.set_clock(chrono::Utc::now() + chrono::Duration::days(IDEMPOTENCY_DAYS) + minute);
    // Until the clock's round takes it away it still counts: nothing is done twice meanwhile.
    assert!(portal.recorded_outcome(scope(&call)).await.unwrap().is_some());
    let old = portal.now() - chrono::Duration::days(IDEMPOTENCY_DAYS);
    assert_eq!(portal.ledger().forget_idempotency_keys(old).await.unwrap(), 1);
    assert_eq!(portal.recorded_outcome(scope(&call)).await.unwrap(), None);
    portal.register_account(&call, registration("Great Lakes Exports", "US")).await.unwrap();
    assert_eq!(house.call(&person("zdenka")).await.caller.grants.len(), 2);
}
