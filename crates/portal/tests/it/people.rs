//! Personal data: beside the ledger, in versions, and gone when they are erased.

use crate::house::*;
use crate::steps::*;
use kernel::{AccountId, PersonId, Role};
use membership::account::command::{RemoveContact, RevokeRole};
use portal::access::Permission;
use portal::{ContactDetails, PortalError, SignIn};

on_both_engines!(
    who_is_erased_is_gone_and_the_ledger_is_as_it_was,
    an_officer_who_signed_can_be_erased_after_leaving,
    details_change_in_versions,
    an_address_is_used_once_in_an_account,
    somebody_who_is_in_use_is_not_erased,
    what_another_company_needs_is_not_erased,
    nobody_is_let_in_as_a_person_who_signs_in_already,
    what_another_company_writes_is_not_who_a_person_is,
    a_subject_is_bound_once_or_refused,
);

async fn leaves(house: &House, officer: &SignIn, account: AccountId, person_id: PersonId, role: Role) {
    let call = house.call(officer).await;
    let revoke = RevokeRole { person_id, role, reason: None };
    let permission = Permission::AccountManageUsers;
    house.portal.on_account(&call, account, permission, |_| Ok(revoke.clone().into())).await.unwrap();
    let remove = RemoveContact { person_id };
    let permission = Permission::AccountEdit;
    house.portal.on_account(&call, account, permission, |_| Ok(remove.clone().into())).await.unwrap();
}

async fn who_is_erased_is_gone_and_the_ledger_is_as_it_was(house: House) {
    let portal = &house.portal;
    let (officer, employee) = (person("zdenka"), person("oswin"));
    let applied = house.applied(&officer, NUMBER).await;
    let person_id = house.user(&officer, applied.account, &employee, Role::Employee).await;
    house.answer_all(&employee, applied.profile).await;
    let family_name = Some(text("Thistlemark-Bell"));
    let change = ContactDetails { family_name, ..ContactDetails::default() };
    portal.change_contact(&house.call(&officer).await, applied.account, person_id, change).await.unwrap();
    let before_leaving = portal.account(&house.call(&officer).await, applied.account, None).await.unwrap();
    leaves(&house, &officer, applied.account, person_id, Role::Employee).await;

    let mine = format!("person_id = '{person_id}'");
    assert_eq!((house.count("people", &mine).await, house.count("logins", &mine).await), (2, 1));
    let staff = house.call(&supervisor()).await;
    assert_eq!(portal.person(&staff, person_id).await.unwrap().family_name, "Thistlemark-Bell");
    let before = house.all_events().await;
    let erased =
        portal.erase_person(&staff, applied.account, person_id, text("The person asked.")).await.unwrap();

    assert_eq!((house.count("people", &mine).await, house.count("logins", &mine).await), (0, 0));
    assert_error!(portal.person(&staff, person_id).await, PortalError::NotFound);
    assert!(
        !portal
            .people_of(&before_leaving.state)
            .await
            .unwrap()
            .keys()
            .any(|(person, _)| *person == person_id)
    );
    let after = house.all_events().await;
    assert_eq!(after[..before.len()], before, "not an event was touched");
    assert_eq!(after.len(), before.len() + 1);
    let last = after.last().unwrap();
    assert_eq!((last.event_type.as_str(), last.sequence), ("account.person_erased", erased.version));
    for event in &after {
        let whole = format!("{} {}", event.payload, serde_json::to_string(&event.metadata).unwrap());
        assert!(!whole.contains("Thistlemark") && !whole.contains('@'), "{whole}");
    }
    // Who signs in again is nobody to this account, and the others are untouched.
    assert_eq!(house.call(&employee).await.caller.grants, vec![]);
    assert_eq!(house.count("people", "1 = 1").await, 1);
    let profile = house.profile(&officer, applied.profile).await;
    assert!(profile.state.answers.values().all(|answer| answer.saved_by == person_id), "who, by id, stays");
    refused(
        portal.erase_person(&staff, applied.account, person_id, text("Once more.")).await,
        "person_unknown",
    );
    house.is_sound().await;
}

async fn an_officer_who_signed_can_be_erased_after_leaving(house: House) {
    let portal = &house.portal;
    let (first, second) = (person("zdenka"), person("wilhelmina"));
    let account = house.member_to_be(&first, "Great Lakes Imports").await;
    let call = house.call(&first).await;
    let person_id = call.caller.person_id;
    let origin = portal.agreement_origin(account, AGREEMENT, person_id).await.unwrap();
    assert_eq!(origin.as_deref(), Some(NETWORK_ADDRESS));
    let mut new = contact("wilhelmina@thistlemark.example", Some("wilhelmina"));
    new.company_officer = true;
    new.point_of_contact = membership::account::values::PointOfContact::Primary;
    let added = portal.add_contact(&call, account, new).await.unwrap();
    let successor =
        added.state.contacts.iter().find(|contact| contact.person_id != person_id).unwrap().person_id;
    portal.grant_role(&call, account, successor, Role::Officer, None).await.unwrap();
    leaves(&house, &second, account, person_id, Role::Officer).await;

    let staff = house.call(&director()).await;
    portal.erase_person(&staff, account, person_id, text("The person asked.")).await.unwrap();
    assert_eq!(portal.agreement_origin(account, AGREEMENT, person_id).await.unwrap(), None);
    let state = portal.account(&staff, account, None).await.unwrap().state;
    assert_eq!(state.agreements[0].accepted_by, person_id, "that somebody signed, and when, stays");
    house.is_sound().await;
}

async fn details_change_in_versions(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let call = house.call(&officer).await;
    let person_id = call.caller.person_id;
    let before = portal.account(&call, account, None).await.unwrap();
    let change = ContactDetails { given_name: Some(text("Zdeňka")), ..ContactDetails::default() };
    let after = portal.change_contact(&call, account, person_id, change.clone()).await.unwrap();
    let names =
        |people: std::collections::BTreeMap<_, portal::people::Person>| -> Vec<(String, Option<String>)> {
            people.into_values().map(|person| (person.given_name, person.email)).collect()
        };
    let email = Some("zdenka@quillfeather.example".to_owned());
    assert_eq!(
        names(portal.people_of(&before.state).await.unwrap()),
        vec![("Zdenka".to_owned(), email.clone())]
    );
    assert_eq!(names(portal.people_of(&after.state).await.unwrap()), vec![("Zdeňka".to_owned(), email)]);
    let again = portal.change_contact(&call, account, person_id, change).await.unwrap();
    assert_eq!(
        (again.version, house.count("people", "1 = 1").await),
        (after.version, 2),
        "no change, no version"
    );
}

async fn an_address_is_used_once_in_an_account(house: House) {
    let portal = &house.portal;
    let (officer, other) = (person("zdenka"), person("wilhelmina"));
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let call = house.call(&officer).await;
    refused(
        portal.add_contact(&call, account, contact("ZDENKA@quillfeather.example", None)).await,
        "email_in_use",
    );
    assert_eq!(house.count("people", "1 = 1").await, 1, "nothing is kept of what was refused");
    // Another company may know the same address; that is not found out here.
    let others = account_id(&house.register(&other, "Great Lakes Exports").await);
    let call = house.call(&other).await;
    let result = portal.add_contact(&call, others, contact("oswin@thistlemark.example", None)).await;
    assert!(result.is_ok(), "{result:?}");
    let call = house.call(&officer).await;
    let result = portal.add_contact(&call, account, contact("oswin@thistlemark.example", None)).await;
    assert!(result.is_ok(), "{result:?}");
    refused(
        portal.add_contact(&call, account, contact("x@y.example", Some("zdenka"))).await,
        "subject_in_use",
    );
}

async fn somebody_who_is_in_use_is_not_erased(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let call = house.call(&officer).await;
    let person_id = call.caller.person_id;
    assert_error!(portal.erase_person(&call, account, person_id, text("Me.")).await, PortalError::Forbidden);
    let specialist = house.call(&specialist()).await;
    assert_error!(
        portal.erase_person(&specialist, account, person_id, text("Asked.")).await,
        PortalError::Forbidden
    );
    let staff = house.call(&supervisor()).await;
    refused(portal.erase_person(&staff, account, person_id, text("Asked.")).await, "person_in_use");
    assert_eq!(portal.person(&staff, person_id).await.unwrap().given_name, "Zdenka");
}

async fn what_another_company_needs_is_not_erased(house: House) {
    let portal = &house.portal;
    let (one, two, both) = (person("zdenka"), person("wilhelmina"), person("oswin"));
    let first = account_id(&house.register(&one, "Great Lakes Imports").await);
    let second = account_id(&house.register(&two, "Great Lakes Exports").await);
    // A contact without a sign-in gets one with the first role, and is known by it to the second company.
    let call = house.call(&one).await;
    let added = portal.add_contact(&call, first, contact("oswin@thistlemark.example", None)).await.unwrap();
    let person_id = added.state.contacts[1].person_id;
    portal.grant_role(&call, first, person_id, Role::Employee, Some("oswin".to_owned())).await.unwrap();
    assert_eq!(house.user(&two, second, &both, Role::Employee).await, person_id);
    assert_eq!(house.call(&both).await.caller.grants.len(), 2);

    leaves(&house, &one, first, person_id, Role::Employee).await;
    let staff = house.call(&supervisor()).await;
    let refusal = refusal(portal.erase_person(&staff, first, person_id, text("Asked.")).await);
    assert_eq!(refusal.code, "person_in_use_elsewhere");
    assert!(refusal.sentence.contains(&second.to_string()), "{}", refusal.sentence);
    assert_eq!(house.call(&both).await.caller.grants, vec![(second, Role::Employee)]);
    let state = portal.account(&house.call(&two).await, second, None).await.unwrap().state;
    assert_eq!(portal.people_of(&state).await.unwrap().len(), 2, "nobody has lost a name");

    leaves(&house, &two, second, person_id, Role::Employee).await;
    portal.erase_person(&staff, first, person_id, text("Asked.")).await.unwrap();
    assert_eq!(house.count("people", &format!("person_id = '{person_id}'")).await, 0);
    house.is_sound().await;
}

/// A company that knows by which subject an officer of another company signs in makes that person its own contact, and then tries to let
/// somebody else sign in as that person.
async fn nobody_is_let_in_as_a_person_who_signs_in_already(house: House) {
    let portal = &house.portal;
    let (victim, attacker, accomplice) = (person("victim"), person("attacker"), person("accomplice"));
    let theirs = house.applied(&victim, NUMBER).await;
    let own = house.applied(&attacker, "98-765432100").await;
    let new = contact("victim@elsewhere.example", Some("victim"));
    portal.add_contact(&house.call(&attacker).await, own.account, new).await.unwrap();
    let person_id = house.call(&victim).await.caller.person_id;
    let call = house.call(&attacker).await;
    let subject = Some("accomplice".to_owned());
    refused(
        portal.grant_role(&call, own.account, person_id, Role::Employee, subject).await,
        "subject_in_use",
    );
    let call = house.call(&accomplice).await;
    assert_ne!(call.caller.person_id, person_id);
    assert_error!(portal.account(&call, theirs.account, None).await, PortalError::NotFound);
}

async fn what_another_company_writes_is_not_who_a_person_is(house: House) {
    let portal = &house.portal;
    let (victim, other) = (person("zdenka"), person("wilhelmina"));
    house.register(&victim, "Great Lakes Imports").await;
    let second = account_id(&house.register(&other, "Great Lakes Exports").await);
    let new = contact("elsewhere@thistlemark.example", Some("zdenka"));
    let written = portal.add_contact(&house.call(&other).await, second, new).await.unwrap();
    let person_id = house.call(&victim).await.caller.person_id;
    let staff = house.call(&auditor()).await;
    let told = portal.person(&staff, person_id).await.unwrap();
    assert_eq!(
        (told.given_name.as_str(), told.email.as_deref(), told.stated_by),
        ("Zdenka", Some("zdenka@quillfeather.example"), Some(person_id.to_string()))
    );
    // The second company sees what it wrote.
    let people = portal.people_of(&written.state).await.unwrap();
    assert!(people.values().any(|person| person.email.as_deref() == Some("elsewhere@thistlemark.example")));
    // Of somebody who has never spoken, it is said who did.
    let author = house.call(&other).await.caller.person_id;
    let new = contact("oswin@thistlemark.example", Some("oswin"));
    portal.add_contact(&house.call(&other).await, second, new).await.unwrap();
    let silent = house.call(&person("oswin")).await.caller.person_id;
    let told = portal.person(&staff, silent).await.unwrap();
    assert_eq!(told.stated_by, Some(author.to_string()));
}

async fn a_subject_is_bound_once_or_refused(house: House) {
    let portal = &house.portal;
    let (one, two) = (person("zdenka"), person("wilhelmina"));
    let first = account_id(&house.register(&one, "Great Lakes Imports").await);
    let second = account_id(&house.register(&two, "Great Lakes Exports").await);
    let (here, there) = (house.call(&one).await, house.call(&two).await);
    for round in 0..6 {
        let (email, subject) = (format!("new{round}@thistlemark.example"), format!("new{round}"));
        let added = portal.add_contact(&here, first, contact(&email, None)).await.unwrap();
        let mine = added.state.contacts.last().unwrap().person_id;
        let added = portal.add_contact(&there, second, contact(&email, None)).await.unwrap();
        let theirs = added.state.contacts.last().unwrap().person_id;
        let (left, right) = tokio::join!(
            portal.grant_role(&here, first, mine, Role::Employee, Some(subject.clone())),
            portal.grant_role(&there, second, theirs, Role::Employee, Some(subject.clone())),
        );
        let (account, lost) = if left.is_ok() { (first, right) } else { (second, left) };
        refused(lost, "subject_in_use");
        let grants = house.call(&person(&subject)).await.caller.grants;
        assert_eq!(grants, vec![(account, Role::Employee)], "who was told yes can sign in");
    }
    // A role that was granted without a sign-in does not get one by being granted once more.
    let added = portal.add_contact(&here, first, contact("late@thistlemark.example", None)).await.unwrap();
    let late = added.state.contacts.last().unwrap().person_id;
    portal.grant_role(&here, first, late, Role::Employee, None).await.unwrap();
    let again = portal.grant_role(&here, first, late, Role::Employee, Some("late".to_owned())).await;
    refused(again, "role_granted_already");
    let revoke = RevokeRole { person_id: late, role: Role::Employee, reason: None };
    let permission = Permission::AccountManageUsers;
    portal.on_account(&here, first, permission, |_| Ok(revoke.clone().into())).await.unwrap();
    portal.grant_role(&here, first, late, Role::Employee, Some("late".to_owned())).await.unwrap();
    assert_eq!(house.call(&person("late")).await.caller.grants, vec![(first, Role::Employee)]);
    house.is_sound().await;
}
