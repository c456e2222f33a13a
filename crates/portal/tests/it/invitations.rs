//! Types that can be applied for only by invitation. Handbook 2.2.

use crate::house::*;
use crate::steps::*;
use criteria::EntityType;
use kernel::identifiers::IdentifierType;
use kernel::{AccountId, CountryCode, InvitationId, Role};
use membership::invitation::InvitationStatus;
use membership::membership::Declarations;
use portal::read::page::PageRequest;
use portal::{Application, InvitationFilter, NewInvitation, PortalError, SignIn};

on_both_engines!(
    an_invitation_is_used_once,
    an_invitation_is_for_its_type_alone,
    an_application_without_a_good_invitation_is_refused,
    of_two_that_use_one_invitation_at_once_one_gets_in,
    only_staff_see_invitations,
    the_secret_is_for_who_issued_it_while_it_can_be_used,
    a_note_stands_beside_the_ledger_and_is_forgotten,
    invitations_that_have_expired_are_listed,
    whoever_issued_an_invitation_does_not_use_it,
);

async fn manufacturer_account(house: &House, who: &SignIn) -> AccountId {
    let call = house.call(who).await;
    let account = house.portal.register_account(&call, registration("Saigon Frames", "VN")).await.unwrap();
    let account = account_id(&account);
    house.accept_agreement(who, account).await;
    account
}

fn manufacturer(account_id: AccountId, token: Option<&str>) -> Application {
    Application {
        account_id,
        entity_type: EntityType::ForeignManufacturer,
        country_of_establishment: CountryCode::parse("VN").unwrap(),
        identifiers: vec![identifier(IdentifierType::Mid, "VNSAIFRA1145SAI")],
        documents: Vec::new(),
        declarations: Declarations::default(),
        invitation_token: token.map(str::to_owned),
    }
}

async fn invite(house: &House, entity_type: EntityType) -> (InvitationId, String) {
    let new = NewInvitation { entity_type, note: Some(text("Met at the port.")), expires_on: None };
    let issued = house.portal.issue_invitation(&house.call(&specialist()).await, new).await.unwrap();
    let id: InvitationId = issued.id.parse().unwrap();
    (id, house.portal.invitation_token(id).await.unwrap().expect("a secret, while it is unused"))
}

async fn status(house: &House, id: InvitationId) -> String {
    let call = house.call(&auditor()).await;
    let rows = house.portal.invitations(&call, &InvitationFilter::default(), &whole()).await.unwrap().items;
    rows.into_iter().find(|row| row.invitation_id == id.to_string()).unwrap().status
}

async fn an_invitation_is_used_once(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = manufacturer_account(&house, &officer).await;
    let (id, token) = invite(&house, EntityType::ForeignManufacturer).await;
    let call = house.call(&officer).await;
    let applied = portal.apply(&call, manufacturer(account, Some(&token))).await.unwrap();
    assert_eq!(applied.state.identity.as_ref().unwrap().invitation_id, Some(id));
    let redeemed = portal.invitation(&house.call(&auditor()).await, id, None).await.unwrap();
    assert_eq!(redeemed.state.status, InvitationStatus::Redeemed);
    assert_eq!(redeemed.state.redeemed.as_ref().unwrap().membership_id, membership_id(&applied));
    assert_eq!(status(&house, id).await, "redeemed");
    assert_eq!(portal.invitation_token(id).await.unwrap(), None, "the secret is forgotten");

    let head = house.head().await;
    refused(portal.apply(&call, manufacturer(account, Some(&token))).await, "invitation_used");
    assert_eq!((house.head().await, house.rows(&officer).await.len()), (head, 1));
    for event in house.all_events().await {
        assert!(!event.payload.to_string().contains(&token), "{}", event.event_type);
    }
    house.is_sound().await;
}

async fn an_invitation_is_for_its_type_alone(house: House) {
    let officer = person("zdenka");
    let account = manufacturer_account(&house, &officer).await;
    let (id, token) = invite(&house, EntityType::ForeignMarinePortTerminal).await;
    let call = house.call(&officer).await;
    let head = house.head().await;
    refused(house.portal.apply(&call, manufacturer(account, Some(&token))).await, "invitation_other_type");
    assert_eq!(
        (house.head().await, status(&house, id).await.as_str()),
        (head, "open"),
        "it can still be used"
    );
    assert_eq!(house.portal.invitation_token(id).await.unwrap(), Some(token));
}

async fn an_application_without_a_good_invitation_is_refused(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = manufacturer_account(&house, &officer).await;
    let call = house.call(&officer).await;
    refused(portal.apply(&call, manufacturer(account, None)).await, "invitation_required");
    refused(portal.apply(&call, manufacturer(account, Some("guessed"))).await, "invitation_unknown");

    let (revoked, token) = invite(&house, EntityType::ForeignManufacturer).await;
    let staff = house.call(&supervisor()).await;
    portal.revoke_invitation(&staff, revoked, text("Sent to the wrong company.")).await.unwrap();
    assert_eq!(portal.invitation_token(revoked).await.unwrap(), None);
    refused(portal.apply(&call, manufacturer(account, Some(&token))).await, "invitation_revoked");
    refused(portal.revoke_invitation(&staff, revoked, text("Again.")).await, "invitation_not_open");

    let (_, token) = invite(&house, EntityType::ForeignManufacturer).await;
    house.day("2026-05-31");
    let last_day = portal.apply(&call, manufacturer(account, Some(&token))).await;
    assert!(last_day.is_ok(), "{last_day:?}");
    house.day(FIRST_DAY);
    let (_, token) = invite(&house, EntityType::ForeignManufacturer).await;
    house.day("2026-06-01");
    refused(portal.apply(&call, manufacturer(account, Some(&token))).await, "invitation_expired");
    house.is_sound().await;
}

async fn of_two_that_use_one_invitation_at_once_one_gets_in(house: House) {
    let (here, there) = (person("zdenka"), person("wilhelmina"));
    let accounts = (manufacturer_account(&house, &here).await, manufacturer_account(&house, &there).await);
    let (_, token) = invite(&house, EntityType::ForeignManufacturer).await;
    let other = house.another_portal().await;
    let calls = (house.call(&here).await, house.call(&there).await);
    let (one, two) = tokio::join!(
        house.portal.apply(&calls.0, manufacturer(accounts.0, Some(&token))),
        other.apply(&calls.1, manufacturer(accounts.1, Some(&token))),
    );
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    assert!(won.is_ok(), "{won:?}");
    refused(lost, "invitation_used");
    assert_eq!(house.rows(&auditor()).await.len(), 1);
    house.is_sound().await;
}

async fn only_staff_see_invitations(house: House) {
    let officer = person("zdenka");
    house.register(&officer, "Great Lakes Imports").await;
    let (id, _) = invite(&house, EntityType::ForeignManufacturer).await;
    let call = house.call(&officer).await;
    let portal = &house.portal;
    assert_error!(
        portal.invitations(&call, &InvitationFilter::default(), &whole()).await,
        PortalError::Forbidden
    );
    assert_error!(portal.invitation(&call, id, None).await, PortalError::Forbidden);
    assert_error!(portal.invitation_history(&call, id, 0, 10).await, PortalError::Forbidden);
    assert_error!(portal.revoke_invitation(&call, id, text("No.")).await, PortalError::Forbidden);
    let new = NewInvitation { entity_type: EntityType::ForeignManufacturer, note: None, expires_on: None };
    assert_error!(portal.issue_invitation(&call, new.clone()).await, PortalError::Forbidden);
    let auditor = house.call(&staff("auditor", Role::Auditor)).await;
    assert_error!(portal.issue_invitation(&auditor, new).await, PortalError::Forbidden);
    assert_eq!(portal.invitation_history(&auditor, id, 0, 10).await.unwrap().len(), 1);
}

async fn the_secret_is_for_who_issued_it_while_it_can_be_used(house: House) {
    let portal = &house.portal;
    let (id, token) = invite(&house, EntityType::ForeignManufacturer).await;
    let secret = async |who: &SignIn| {
        let call = house.call(who).await;
        let invitation = portal.invitation(&call, id, None).await.unwrap();
        portal.beside_invitation(&call.caller, &invitation.state).await.unwrap().token
    };
    assert_eq!(secret(&specialist()).await, Some(token.clone()));
    for other in [staff("other", Role::Specialist), supervisor(), director(), auditor()] {
        assert_eq!(secret(&other).await, None, "{other:?}");
    }
    let no_longer_staff = staff("specialist", Role::Auditor);
    assert_eq!(secret(&no_longer_staff).await, None);
    house.day("2026-05-31");
    assert_eq!(secret(&specialist()).await, Some(token));
    house.day("2026-06-01");
    assert_eq!(secret(&specialist()).await, None, "nobody can use it any more");
}

async fn a_note_stands_beside_the_ledger_and_is_forgotten(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = manufacturer_account(&house, &officer).await;
    let (used, token) = invite(&house, EntityType::ForeignManufacturer).await;
    let (revoked, _) = invite(&house, EntityType::ForeignManufacturer).await;
    let note = async |id: InvitationId| {
        let call = house.call(&auditor()).await;
        let invitation = portal.invitation(&call, id, None).await.unwrap();
        portal.beside_invitation(&call.caller, &invitation.state).await.unwrap().note
    };
    let words = Some("Met at the port.".to_owned());
    assert_eq!((note(used).await, note(revoked).await), (words.clone(), words));
    portal.apply(&house.call(&officer).await, manufacturer(account, Some(&token))).await.unwrap();
    let call = house.call(&supervisor()).await;
    portal.revoke_invitation(&call, revoked, text("Sent to the wrong company.")).await.unwrap();
    assert_eq!((note(used).await, note(revoked).await), (None, None));
    assert_eq!(house.count("invitation_notes", "1 = 1").await, 0);
    for event in house.all_events().await {
        assert!(!event.payload.to_string().contains("Met at the port"), "{}", event.event_type);
    }
    house.is_sound().await;
}

async fn invitations_that_have_expired_are_listed(house: House) {
    let portal = &house.portal;
    let call = house.call(&specialist()).await;
    let mut issued = Vec::new();
    for last in ["2026-03-02", "2026-03-04", "2026-03-03", "2026-03-02"] {
        let new = NewInvitation {
            entity_type: EntityType::ForeignManufacturer,
            note: None,
            expires_on: Some(day(last)),
        };
        issued.push(portal.issue_invitation(&call, new).await.unwrap().id);
    }
    portal.revoke_invitation(&call, issued[3].parse().unwrap(), text("A slip.")).await.unwrap();
    let filter = InvitationFilter { expired: true, ..InvitationFilter::default() };
    for (today, expired) in [
        ("2026-03-02", vec![]),
        ("2026-03-03", vec![0]),
        ("2026-03-04", vec![0, 2]),
        ("2026-03-05", vec![0, 1, 2]),
    ] {
        house.day(today);
        let found = every_page(1, async |request| portal.invitations(&call, &filter, &request).await).await;
        let found: Vec<String> = found.into_iter().map(|row| row.invitation_id).collect();
        let expired: Vec<String> = expired.into_iter().map(|index: usize| issued[index].clone()).collect();
        assert_eq!(found, expired, "{today}");
    }
    let both = InvitationFilter { status: vec!["revoked".to_owned()], ..filter.clone() };
    assert_eq!(portal.invitations(&call, &both, &whole()).await.unwrap().items, vec![], "filters are ANDed");
    // A page that was begun yesterday is gone on with today.
    let first = PageRequest { limit: 1, cursor: None };
    let cursor = portal.invitations(&call, &filter, &first).await.unwrap().next_cursor;
    house.day("2026-03-06");
    let next = PageRequest { limit: 1, cursor };
    assert_eq!(portal.invitations(&call, &filter, &next).await.unwrap().items[0].invitation_id, issued[1]);
}

/// Two have to want it: neither whoever issued it nor a company that they act for gets in by it.
async fn whoever_issued_an_invitation_does_not_use_it(house: House) {
    let (issuer, colleague) = (person("specialist"), person("wilhelmina"));
    let own = manufacturer_account(&house, &issuer).await;
    let theirs = manufacturer_account(&house, &colleague).await;
    let (id, token) = invite(&house, EntityType::ForeignManufacturer).await;
    let head = house.head().await;
    let call = house.call(&issuer).await;
    refused(house.portal.apply(&call, manufacturer(own, Some(&token))).await, "own_invitation");
    house.user(&colleague, theirs, &issuer, Role::Employee).await;
    let call = house.call(&colleague).await;
    refused(house.portal.apply(&call, manufacturer(theirs, Some(&token))).await, "own_invitation");
    assert_eq!(status(&house, id).await, "open", "it can still be used by others");
    assert!(house.head().await > head, "the colleague was named meanwhile, and that is all");
    let stranger = person("zdenka");
    let account = manufacturer_account(&house, &stranger).await;
    let applied = house.portal.apply(&house.call(&stranger).await, manufacturer(account, Some(&token))).await;
    assert!(applied.is_ok(), "{applied:?}");
}
