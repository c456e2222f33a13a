//! Legal holds, what is due to be erased, and what was. Handbook 7.

use crate::house::*;
use crate::steps::*;
use incident::EraseText;
use kernel::{AccountId, HoldId, PersonId, Role};
use membership::account::command::{RemoveContact, RevokeRole};
use portal::access::Permission;
use portal::read::page::PageRequest;
use portal::{DueFilter, ErasureFilter, PortalError};

on_both_engines!(
    nothing_is_erased_while_a_hold_stands,
    what_is_due_is_listed_by_the_policy_in_force,
    an_applicant_is_erased_with_its_people_and_texts,
    a_company_that_was_a_member_is_kept,
    companies_see_neither_holds_nor_lists,
);

async fn leaves(house: &House, account: AccountId, person_id: PersonId) {
    let call = house.call(&person("zdenka")).await;
    let revoke = RevokeRole { person_id, role: Role::Employee, reason: None };
    let permission = Permission::AccountManageUsers;
    house.portal.on_account(&call, account, permission, |_| Ok(revoke.clone().into())).await.unwrap();
    let remove = RemoveContact { person_id };
    house
        .portal
        .on_account(&call, account, Permission::AccountEdit, |_| Ok(remove.clone().into()))
        .await
        .unwrap();
}

/// An account with somebody who has left; the account and who it is.
async fn who_left(house: &House) -> (AccountId, PersonId) {
    let officer = person("zdenka");
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let employee = house.user(&officer, account, &person("oswin"), Role::Employee).await;
    leaves(house, account, employee).await;
    (account, employee)
}

async fn hold(house: &House, account: AccountId, on: Option<PersonId>) -> HoldId {
    let call = house.call(&supervisor()).await;
    let held = house.portal.place_hold(&call, account, on, text("A lawsuit.")).await.unwrap();
    held.state.holds.last().unwrap().hold_id
}

/// Kind, subject's account and number of holds of what is due.
async fn due(house: &House, filter: &DueFilter) -> Vec<(String, String, i64)> {
    let call = house.call(&auditor()).await;
    let rows =
        every_page(1, async |request: PageRequest| house.portal.erasures_due(&call, filter, &request).await)
            .await;
    rows.into_iter().map(|row| (row.kind, row.subject_id, row.holds)).collect()
}

async fn nothing_is_erased_while_a_hold_stands(house: House) {
    let portal = &house.portal;
    let (account, employee) = who_left(&house).await;
    let incident = crate::incidents::reported(&house, "zdenka", account).await;
    let call = house.call(&director()).await;
    for on in [None, Some(employee)] {
        let hold_id = hold(&house, account, on).await;
        refused(portal.erase_person(&call, account, employee, text("Asked for.")).await, "legal_hold");
        refused(portal.erase_applicant(&call, account, text("Asked for.")).await, "legal_hold");
        let erase = EraseText { number: 1, reason: text("It names the driver.") };
        refused(portal.erase_incident_text(&call, incident, erase).await, "legal_hold");
        assert_eq!(house.count("people", &format!("person_id = '{employee}'")).await, 1);
        portal.lift_hold(&call, account, hold_id, text("It has ended.")).await.unwrap();
        refused(portal.lift_hold(&call, account, hold_id, text("Again.")).await, "hold_unknown");
    }
    let person = portal.person(&call, employee).await.unwrap();
    let portal::WhoIs::Contact(person) = person else { panic!("no contact") };
    let naming = text(&format!("{} {} is a witness.", person.given_name, person.family_name));
    refused(portal.place_hold(&call, account, Some(employee), naming).await, "names_the_person");
    portal.erase_person(&call, account, employee, text("Asked for.")).await.unwrap();
    house.is_sound().await;
}

async fn what_is_due_is_listed_by_the_policy_in_force(house: House) {
    let (account, employee) = who_left(&house).await;
    let (person, applicant) =
        (("person".to_owned(), employee.to_string(), 0), ("applicant".to_owned(), account.to_string(), 0));
    let all = DueFilter::default();
    // 1,095 days after 2 March 2026.
    for (today, expected) in [
        ("2026-03-02", vec![]),
        ("2029-02-28", vec![]),
        ("2029-03-01", vec![person.clone(), applicant.clone()]),
    ] {
        house.day(today);
        let mut found = due(&house, &all).await;
        found.sort_by(|one, other| other.cmp(one));
        assert_eq!(found, expected, "{today}");
    }
    house.day("2026-03-03");
    let later = DueFilter {
        due_on_or_before: Some(day("2029-03-01")),
        kind: vec!["person".to_owned()],
        ..all.clone()
    };
    assert_eq!(due(&house, &later).await, vec![person.clone()]);
    // An application that is open keeps the company; its end counts anew.
    let officer = crate::house::person("zdenka");
    house.accept_agreement(&officer, account).await;
    let applied = house.apply(&officer, importer(account, NUMBER)).await;
    house.day("2026-03-20");
    house.withdraw(&officer, applied.membership).await;
    for (today, listed) in [("2029-03-18", false), ("2029-03-19", true)] {
        house.day(today);
        assert_eq!(due(&house, &all).await.contains(&applicant), listed, "{today}");
    }
    let hold_id = hold(&house, account, Some(employee)).await;
    let holds = |held| DueFilter { held: Some(held), ..all.clone() };
    assert_eq!(due(&house, &holds(true)).await.len(), 2, "what holds a person holds the applicant too");
    assert_eq!(due(&house, &holds(false)).await, vec![]);
    let call = house.call(&supervisor()).await;
    house.portal.lift_hold(&call, account, hold_id, text("It has ended.")).await.unwrap();
    assert_eq!(due(&house, &holds(true)).await, vec![]);
    house.portal.erase_person(&call, account, employee, text("Its time is over.")).await.unwrap();
    assert_eq!(due(&house, &all).await, vec![applicant]);
    house.portal.erase_applicant(&call, account, text("Its time is over.")).await.unwrap();
    assert_eq!(due(&house, &all).await, vec![]);
    house.is_sound().await;
}

async fn an_applicant_is_erased_with_its_people_and_texts(house: House) {
    let portal = &house.portal;
    let (account, employee) = who_left(&house).await;
    let officer = person("zdenka");
    house.accept_agreement(&officer, account).await;
    let applied = house.apply(&officer, importer(account, NUMBER)).await;
    let incident = crate::incidents::reported(&house, "zdenka", account).await;
    let call = house.call(&director()).await;
    refused(portal.erase_applicant(&call, account, text("Asked for.")).await, "application_open");
    house.withdraw(&officer, applied.membership).await;
    let before = house.all_events().await;
    let erased = portal.erase_applicant(&call, account, text("Asked for.")).await.unwrap();
    assert!(erased.state.erased && erased.state.contacts.is_empty());
    for table in ["people", "sign_ins", "agreement_origins", "incident_texts", "account_users"] {
        assert_eq!(house.count(table, "1 = 1").await, 0, "{table}");
    }
    assert_eq!(house.call(&officer).await.caller.grants, vec![]);
    let after = house.all_events().await;
    assert_eq!(after[..before.len()], before, "not an event was touched");
    let rows = portal.erasures(&call, &ErasureFilter::default(), &whole()).await.unwrap().items;
    let kinds: Vec<&str> = rows.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, ["person", "person", "applicant", "text"]);
    assert!(
        rows.iter()
            .all(|row| row.reason == "Asked for." && row.erased_by == call.caller.person_id.to_string())
    );
    assert!(rows.iter().any(|row| row.person_id == Some(employee.to_string())));
    assert!(rows.iter().any(|row| row.incident_id == Some(incident.to_string()) && row.number == Some(1)));
    let only = ErasureFilter { kind: vec!["applicant".to_owned()], ..ErasureFilter::default() };
    assert_eq!(portal.erasures(&call, &only, &whole()).await.unwrap().items.len(), 1);
    refused(portal.erase_applicant(&call, account, text("Once more.")).await, "account_erased");
    house.is_sound().await;
}

async fn a_company_that_was_a_member_is_kept(house: House) {
    let applied = house.certified(&person("zdenka"), NUMBER).await;
    house.day("2036-03-02");
    assert_eq!(due(&house, &DueFilter::default()).await, vec![]);
    let call = house.call(&director()).await;
    refused(house.portal.erase_applicant(&call, applied.account, text("Asked for.")).await, "was_member");
}

async fn companies_see_neither_holds_nor_lists(house: House) {
    let portal = &house.portal;
    let (account, employee) = who_left(&house).await;
    hold(&house, account, Some(employee)).await;
    let officer = house.call(&person("zdenka")).await;
    let history = portal.account_history(&officer, account, 0, 100).await.unwrap();
    assert!(history.iter().all(|event| !event.event_type.starts_with("account.hold")));
    let seen = portal.account_history(&house.call(&auditor()).await, account, 0, 100).await.unwrap();
    assert_eq!(
        (seen.len(), seen.last().unwrap().event_type.as_str()),
        (history.len() + 1, "account.hold_placed")
    );
    let page = whole();
    assert_error!(portal.erasures(&officer, &ErasureFilter::default(), &page).await, PortalError::Forbidden);
    assert_error!(portal.erasures_due(&officer, &DueFilter::default(), &page).await, PortalError::Forbidden);
    for other in [specialist(), auditor()] {
        let call = house.call(&other).await;
        assert_error!(
            portal.place_hold(&call, account, None, text("A lawsuit.")).await,
            PortalError::Forbidden
        );
        assert_error!(
            portal.erase_applicant(&call, account, text("Asked for.")).await,
            PortalError::Forbidden
        );
        portal.erasures_due(&call, &DueFilter::default(), &page).await.unwrap();
    }
}
