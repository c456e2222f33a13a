//! Personal data: beside the ledger, in versions, and gone when they are erased.

use crate::house::*;
use crate::steps::*;
use kernel::{AccountId, PersonId, Role};
use membership::account::command::{RemoveContact, RevokeRole};
use membership::membership::Office;
use portal::access::Permission;
use portal::{Call, ContactDetails, PortalError, SignIn, WhoIs};

on_both_engines!(
    who_is_erased_is_gone_and_the_ledger_is_as_it_was,
    an_officer_who_signed_can_be_erased_after_leaving,
    details_change_in_versions,
    an_address_is_used_once_in_an_account,
    somebody_who_is_in_use_is_not_erased,
    who_serves_two_companies_is_a_person_in_each,
    nobody_is_let_in_as_a_contact_who_signs_in_already,
    a_contact_that_comes_back_is_somebody_new_by_the_same_subject,
    a_subject_is_one_contact_of_an_account,
    a_sign_in_that_the_ledger_does_not_know_is_found,
    whoever_acts_for_the_programme_is_known_by_name,
    details_of_somebody_erased_that_are_put_back_are_found,
    staff_who_acted_and_are_gone_or_changed_are_found,
    details_and_addresses_that_were_changed_or_deleted_are_found,
);

/// A contact as staff see it.
async fn told(house: &House, staff: &Call, person_id: PersonId) -> portal::people::Person {
    match house.portal.person(staff, person_id).await.unwrap() {
        WhoIs::Contact(contact) => contact,
        other => panic!("no contact: {other:?}"),
    }
}

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
    assert_eq!((house.count("people", &mine).await, house.count("sign_ins", &mine).await), (2, 1));
    let staff = house.call(&supervisor()).await;
    assert_eq!(told(&house, &staff, person_id).await.family_name, "Thistlemark-Bell");
    let before = house.all_events().await;
    let erased =
        portal.erase_person(&staff, applied.account, person_id, text("The person asked.")).await.unwrap();

    assert_eq!((house.count("people", &mine).await, house.count("sign_ins", &mine).await), (0, 0));
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
    let person_id = call.caller.person_in(account).unwrap();
    let key = (AGREEMENT.to_owned(), person_id);
    for reader in [&first, &auditor(), &supervisor(), &director()] {
        let reader = house.call(reader).await.caller;
        let origins = portal.agreement_origins(&reader, account).await.unwrap();
        assert_eq!(origins.get(&key).map(String::as_str), Some(NETWORK_ADDRESS), "{:?}", reader.roles);
    }
    for other in [&specialist(), &second] {
        let other = house.call(other).await.caller;
        assert!(portal.agreement_origins(&other, account).await.unwrap().is_empty(), "{:?}", other.roles);
    }
    let mut new = contact("wilhelmina@thistlemark.example", Some("wilhelmina"));
    new.company_officer = true;
    new.point_of_contact = membership::account::values::PointOfContact::Primary;
    let added = portal.add_contact(&call, account, new).await.unwrap();
    let successor =
        added.state.contacts.iter().find(|contact| contact.person_id != person_id).unwrap().person_id;
    portal.grant_role(&call, account, successor, Role::Officer, None).await.unwrap();
    house.accepts(&second, successor).await;
    leaves(&house, &second, account, person_id, Role::Officer).await;

    let staff = house.call(&director()).await;
    portal.erase_person(&staff, account, person_id, text("The person asked.")).await.unwrap();
    assert!(portal.agreement_origins(&staff.caller, account).await.unwrap().is_empty());
    let state = portal.account(&staff, account, None).await.unwrap().state;
    assert_eq!(state.agreements[0].accepted_by, person_id, "that somebody signed, and when, stays");
    house.is_sound().await;
}

async fn details_change_in_versions(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let call = house.call(&officer).await;
    let person_id = call.caller.person_in(account).unwrap();
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
    let person_id = call.caller.person_in(account).unwrap();
    assert_error!(portal.erase_person(&call, account, person_id, text("Me.")).await, PortalError::Forbidden);
    let specialist = house.call(&specialist()).await;
    assert_error!(
        portal.erase_person(&specialist, account, person_id, text("Asked.")).await,
        PortalError::Forbidden
    );
    let staff = house.call(&supervisor()).await;
    refused(portal.erase_person(&staff, account, person_id, text("Asked.")).await, "person_in_use");
    assert_eq!(told(&house, &staff, person_id).await.given_name, "Zdenka");
}

async fn who_serves_two_companies_is_a_person_in_each(house: House) {
    let portal = &house.portal;
    let (one, two, both) = (person("zdenka"), person("wilhelmina"), person("oswin"));
    let first = house.applied(&one, NUMBER).await;
    let second = account_id(&house.register(&two, "Great Lakes Exports").await);
    let here = house.user(&one, first.account, &both, Role::Employee).await;
    // The second company writes what it likes of its own contact; nobody sees that of the other one.
    let mut new = contact("elsewhere@quillfeather.example", Some("oswin"));
    new.details.given_name = text("Somebody");
    let added = portal.add_contact(&house.call(&two).await, second, new).await.unwrap();
    let there = added.state.contacts.last().unwrap().person_id;
    portal.grant_role(&house.call(&two).await, second, there, Role::Consultant, None).await.unwrap();
    house.accepts(&both, there).await;
    assert_ne!(here, there);
    let caller = house.call(&both).await.caller;
    assert_eq!((caller.person_in(first.account), caller.person_in(second)), (Some(here), Some(there)));
    let staff = house.call(&supervisor()).await;
    assert_eq!(told(&house, &staff, here).await.given_name, "Oswin");
    assert_eq!(told(&house, &staff, there).await.given_name, "Somebody");

    // What the person does for the first company is done by its contact, and each company's data are erased alone.
    house.answer_all(&both, first.profile).await;
    let profile = house.profile(&one, first.profile).await;
    assert!(profile.state.answers.values().all(|answer| answer.saved_by == here));
    leaves(&house, &one, first.account, here, Role::Employee).await;
    portal.erase_person(&staff, first.account, here, text("Asked.")).await.unwrap();
    assert_error!(portal.person(&staff, here).await, PortalError::NotFound);
    assert_eq!(told(&house, &staff, there).await.given_name, "Somebody");
    let caller = house.call(&both).await.caller;
    assert_eq!((caller.person_in(first.account), caller.person_in(second)), (None, Some(there)));
    house.is_sound().await;
}

/// A company that knows by which subject an officer of another company signs in makes that person its own contact. Neither that person nor
/// the other company notices anything, and nobody gets anywhere by it.
async fn nobody_is_let_in_as_a_contact_who_signs_in_already(house: House) {
    let portal = &house.portal;
    let (victim, attacker, accomplice) = (person("victim"), person("attacker"), person("accomplice"));
    let theirs = house.applied(&victim, NUMBER).await;
    let own = house.applied(&attacker, "98-765432100").await;
    let new = contact("victim@elsewhere.example", Some("victim"));
    let call = house.call(&attacker).await;
    let added = portal.add_contact(&call, own.account, new).await.unwrap();
    let person_id = added.state.contacts.last().unwrap().person_id;
    assert_eq!(house.call(&victim).await.caller.grants.len(), 1, "a contact without a role sees nothing");
    let subject = Some("accomplice".to_owned());
    refused(
        portal.grant_role(&call, own.account, person_id, Role::Employee, subject).await,
        "signs_in_already",
    );
    let call = house.call(&accomplice).await;
    assert_eq!(call.caller.grants, vec![]);
    assert_error!(portal.account(&call, theirs.account, None).await, PortalError::NotFound);
    // That the subject is taken already is nothing that the second company could find out.
    let second = contact("unused@elsewhere.example", Some("nobody-at-all"));
    let call = house.call(&attacker).await;
    assert!(portal.add_contact(&call, own.account, second).await.is_ok());
    house.is_sound().await;
}

async fn a_contact_that_comes_back_is_somebody_new_by_the_same_subject(house: House) {
    let (officer, employee) = (person("zdenka"), person("oswin"));
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let before = house.user(&officer, account, &employee, Role::Employee).await;
    leaves(&house, &officer, account, before, Role::Employee).await;
    assert_eq!(house.call(&employee).await.caller.grants, vec![]);
    let after = house.user(&officer, account, &employee, Role::Employee).await;
    assert_ne!(before, after);
    assert_eq!(house.call(&employee).await.caller.person_in(account), Some(after));
    let staff = house.call(&supervisor()).await;
    house.portal.erase_person(&staff, account, before, text("Asked.")).await.unwrap();
    assert_eq!(house.call(&employee).await.caller.person_in(account), Some(after));
    house.is_sound().await;
}

async fn a_subject_is_one_contact_of_an_account(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let call = house.call(&officer).await;
    let mut contacts = Vec::new();
    for name in ["left", "right"] {
        let new = contact(&format!("{name}@thistlemark.example"), None);
        let added = portal.add_contact(&call, account, new).await.unwrap();
        contacts.push(added.state.contacts.last().unwrap().person_id);
    }
    // Both at once: one of them gets it, the other is told.
    let grant =
        |person| portal.grant_role(&call, account, person, Role::Employee, Some("one-subject".to_owned()));
    let (left, right) = tokio::join!(grant(contacts[0]), grant(contacts[1]));
    let (winner, lost) = if left.is_ok() { (contacts[0], right) } else { (contacts[1], left) };
    refused(lost, "subject_in_use");
    house.accepts(&person("one-subject"), winner).await;
    assert_eq!(house.call(&person("one-subject")).await.caller.person_in(account), Some(winner));
    // The same again changes nothing; a role that was granted without a sign-in gets one when it is named later.
    let again = grant(winner).await.unwrap();
    assert_eq!(again.version, portal.account(&call, account, None).await.unwrap().version);
    let other = contacts.into_iter().find(|contact| *contact != winner).unwrap();
    portal.grant_role(&call, account, other, Role::Employee, None).await.unwrap();
    portal.grant_role(&call, account, other, Role::Employee, Some(" late\n".to_owned())).await.unwrap();
    house.accepts(&person("late"), other).await;
    assert_eq!(house.call(&person("late")).await.caller.person_in(account), Some(other));
    house.is_sound().await;
}

async fn a_sign_in_that_the_ledger_does_not_know_is_found(house: House) {
    let officer = person("zdenka");
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let employee = house.user(&officer, account, &person("oswin"), Role::Employee).await;
    let faults = async || {
        let faults = portal::check_persons(house.portal.ledger()).await.unwrap().faults;
        faults.into_iter().map(|fault| (fault.person_id, fault.fault)).collect::<Vec<_>>()
    };
    assert_eq!(faults().await, vec![]);
    let somebody = employee.to_string();
    house.execute(&format!("UPDATE sign_ins SET subject = 'stranger' WHERE person_id = '{employee}'")).await;
    assert_eq!(
        faults().await,
        [(somebody.clone(), "it is not the sign-in of which the event has the digest")]
    );
    house.execute(&format!("DELETE FROM sign_ins WHERE person_id = '{employee}'")).await;
    assert_eq!(faults().await, [(somebody, "the sign-in that an event bound is gone")]);
    house
        .execute(
            "INSERT INTO sign_ins SELECT account_id, 'per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6', issuer, 'intruder', salt, recorded_at, accepted_at, left_at FROM sign_ins",
        )
        .await;
    let found: Vec<&str> = faults().await.into_iter().map(|(_, fault)| fault).collect();
    assert!(found.contains(&"no event says that this contact signs in"), "{found:?}");
}

async fn whoever_acts_for_the_programme_is_known_by_name(house: House) {
    let applied = house.applied(&person("zdenka"), NUMBER).await;
    let mut who = supervisor();
    who.display_name = Some("Ruth Abernathy".to_owned());
    let call = house.call(&who).await;
    let auditor = house.call(&auditor()).await;
    let id = call.caller.person_id;
    assert_error!(house.portal.person(&auditor, id).await, PortalError::NotFound);
    house.assign(&who, applied.membership, &specialist(), Office::Laredo).await;
    let by = house.portal.membership_history(&auditor, applied.membership, 0, 10).await.unwrap();
    assert_eq!(by.last().unwrap().event_type, "membership.specialist_assigned");
    assert_eq!(by.last().unwrap().metadata.actor_id, id);
    let WhoIs::Staff(member) = house.portal.person(&auditor, id).await.unwrap() else { panic!("no staff") };
    assert_eq!((member.name.as_deref(), member.roles()), (Some("Ruth Abernathy"), vec![Role::Supervisor]));
    assert_eq!(
        (member.issuer.as_str(), member.subject.as_str()),
        (who.issuer.as_str(), who.subject.as_str())
    );
    assert_eq!(portal::derived_person(&member.issuer, &member.subject), id, "the row proves itself");
    assert_eq!(house.portal.person(&auditor, PersonId::SYSTEM).await.unwrap(), WhoIs::Portal);
    house.execute("UPDATE staff SET subject = 'somebody-else'").await;
    let faults = portal::check_persons(house.portal.ledger()).await.unwrap().faults;
    assert_eq!(faults[0].fault, "its id is not the one that issuer and subject lead to");
}

async fn faults(house: &House) -> Vec<(String, &'static str)> {
    let checked = portal::check_persons(house.portal.ledger()).await.unwrap();
    checked.faults.into_iter().map(|fault| (fault.person_id, fault.fault)).collect()
}

async fn details_of_somebody_erased_that_are_put_back_are_found(house: House) {
    let officer = person("zdenka");
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let employee = house.user(&officer, account, &person("oswin"), Role::Employee).await;
    house.execute("CREATE TABLE kept AS SELECT * FROM people").await;
    leaves(&house, &officer, account, employee, Role::Employee).await;
    assert_eq!(faults(&house).await, vec![], "who left is not yet erased");
    let staff = house.call(&director()).await;
    house.portal.erase_person(&staff, account, employee, text("The person asked.")).await.unwrap();
    assert_eq!(faults(&house).await, vec![]);
    let back = format!("INSERT INTO people SELECT * FROM kept WHERE person_id = '{employee}'");
    house.execute(&back).await;
    let found = "the person was erased, and details of them are there";
    assert_eq!(faults(&house).await, [(employee.to_string(), found)]);
    house.execute(&format!("DELETE FROM people WHERE person_id = '{employee}'")).await;
    let origin = format!(
        "INSERT INTO agreement_origins SELECT '{account}', '{AGREEMENT}', '{employee}', '192.0.2.9', recorded_at, '' FROM kept LIMIT 1"
    );
    house.execute(&origin).await;
    assert_eq!(faults(&house).await, [(employee.to_string(), found)]);
}

async fn staff_who_acted_and_are_gone_or_changed_are_found(house: House) {
    let applied = house.applied(&person("zdenka"), NUMBER).await;
    house.assign(&supervisor(), applied.membership, &specialist(), Office::Laredo).await;
    let id = house.call(&supervisor()).await.caller.person_id.to_string();
    assert_eq!(faults(&house).await, vec![]);
    let all = house.count("staff", "1 = 1").await;
    let mine = format!("person_id = '{id}'");
    house.execute(&format!("UPDATE staff SET roles = 'auditor' WHERE {mine}")).await;
    let changed = "its roles are not those with which this member of staff acted last";
    assert_eq!(faults(&house).await, [(id.clone(), changed)]);
    house.execute(&format!("UPDATE staff SET recorded_at = '2020-01-01 00:00:00+00:00' WHERE {mine}")).await;
    let older = "the row is older than what this member of staff did last";
    assert_eq!(faults(&house).await, [(id.clone(), older)]);
    house.execute(&format!("DELETE FROM staff WHERE {mine}")).await;
    let gone = "events name this member of staff, and the row that says who it is is gone";
    assert_eq!(faults(&house).await, [(id.clone(), gone)]);
    // Whoever asks who they are is known again, with the roles of now.
    house.minute();
    house.known(&staff("supervisor", Role::Auditor)).await;
    assert_eq!((faults(&house).await, house.count("staff", "1 = 1").await), (vec![], all));
}

async fn details_and_addresses_that_were_changed_or_deleted_are_found(house: House) {
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    let employee = house.user(&officer, account, &person("oswin"), Role::Employee).await.to_string();
    let signer = house.call(&officer).await.caller.person_in(account).unwrap().to_string();
    assert_eq!(faults(&house).await, vec![]);
    for (statement, mend, who, fault) in [
        (
            "UPDATE agreement_origins SET network_address = '203.0.113.99'".to_owned(),
            format!("UPDATE agreement_origins SET network_address = '{NETWORK_ADDRESS}'"),
            &signer,
            "it is not the network address of which the acceptance has the digest",
        ),
        (
            "CREATE TABLE origins AS SELECT * FROM agreement_origins; DELETE FROM agreement_origins"
                .to_owned(),
            "INSERT INTO agreement_origins SELECT * FROM origins".to_owned(),
            &signer,
            "the network address of an acceptance is gone",
        ),
        (
            "UPDATE agreement_origins SET agreement_version = '1999-1'".to_owned(),
            format!("UPDATE agreement_origins SET agreement_version = '{AGREEMENT}'"),
            &signer,
            "no event says that this person accepted the agreement from the network address that is there",
        ),
        (
            format!(
                "CREATE TABLE kept AS SELECT * FROM people; DELETE FROM people WHERE person_id = '{employee}'"
            ),
            format!("INSERT INTO people SELECT * FROM kept WHERE person_id = '{employee}'"),
            &employee,
            "the person was never erased, and details that an event names are gone",
        ),
        (
            format!("UPDATE people SET version = 7 WHERE person_id = '{employee}'"),
            format!("UPDATE people SET version = 1 WHERE person_id = '{employee}'"),
            &employee,
            "no event names these details of a person",
        ),
    ] {
        for part in statement.split("; ") {
            house.execute(part).await;
        }
        let found = faults(&house).await;
        assert!(found.contains(&(who.clone(), fault)), "{statement}: {found:?}");
        house.execute(&mend).await;
        assert_eq!(faults(&house).await, vec![], "{mend}");
    }
}
