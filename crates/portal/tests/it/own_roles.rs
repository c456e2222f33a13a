//! What accounts grant counts once it is accepted, and is left or declined by the one it was granted to.

use crate::house::*;
use crate::steps::*;
use kernel::{AccountId, PersonId, Role};
use membership::membership::{AssignSpecialist, Office};
use portal::access::Permission;
use portal::{MAX_ACCOUNTS_OF_A_SIGN_IN, PortalError, SHOWN_NAMINGS, SignIn, conflict_commands};

on_both_engines!(
    nobody_is_of_a_company_because_it_says_so,
    whoever_accepts_is_out_of_the_companys_affairs_for_good,
    the_programme_director_overrides_a_conflict_and_ends_that,
    only_who_is_named_accepts_and_leaves,
    an_account_is_left_with_an_officer_who_acts,
    a_sign_in_acts_for_so_many_accounts_and_no_more,
    who_is_named_by_many_sees_some_and_pays_for_none,
);

/// A contact with a role, whom nobody has asked.
async fn named(house: &House, officer: &SignIn, account: AccountId, subject: &str, role: Role) -> PersonId {
    let call = house.call(officer).await;
    let mut new = contact(&format!("{subject}@thistlemark.example"), Some(subject));
    new.company_officer = role == Role::Officer;
    let added = house.portal.add_contact(&call, account, new).await.unwrap();
    let person = added.state.contacts.last().unwrap().person_id;
    house.portal.grant_role(&call, account, person, role, None).await.unwrap();
    person
}

/// A company that dislikes what an official decides names that official as its own.
async fn nobody_is_of_a_company_because_it_says_so(house: House) {
    let (portal, officer) = (&house.portal, person("zdenka"));
    let applied = house.applied(&officer, NUMBER).await;
    let official = staff("official", Role::Specialist);
    house.assign(&supervisor(), applied.membership, &official, Office::Laredo).await;
    let contact = named(&house, &officer, applied.account, "official", Role::Officer).await;

    let call = house.call(&official).await;
    assert_eq!((call.caller.interests.len(), call.caller.grants.len()), (0, 0));
    house
        .on_membership(&official, applied.membership, Permission::MembershipDetermine, no_debt())
        .await
        .unwrap();
    house.assign(&supervisor(), applied.membership, &official, Office::Miami).await;
    // Nor does the naming let anybody in.
    let company_token = person("official");
    let stranger = house.call(&company_token).await;
    assert_error!(portal.account(&stranger, applied.account, None).await, PortalError::NotFound);
    // Both tokens show it, and the one of CBP is enough to be rid of it.
    for who in [&official, &company_token] {
        let (namings, more) = portal.namings(&house.call(who).await.caller).await.unwrap();
        assert_eq!((namings.len(), more), (1, false));
        let naming = &namings[0];
        assert_eq!((naming.account_id, naming.person_id), (applied.account, contact));
        assert_eq!(
            (naming.company.as_str(), naming.roles.clone()),
            ("Importer 12-345678900", vec![Role::Officer])
        );
    }
    refused(portal.accept_roles(&call, contact).await, "company_token_only");
    portal.leave_account(&call, contact).await.unwrap();
    assert_eq!(portal.namings(&call.caller).await.unwrap().0, vec![]);
    assert_eq!(house.count("sign_ins", &format!("person_id = '{contact}'")).await, 0);
    refused(portal.leave_account(&call, contact).await, "not_you");
    let last = house.all_events().await.pop().unwrap();
    assert_eq!((last.event_type.as_str(), last.metadata.actor_id), ("account.user_left", contact));
    assert_eq!(last.payload["had_accepted"], false);
    house.is_sound().await;
}

async fn whoever_accepts_is_out_of_the_companys_affairs_for_good(house: House) {
    let (portal, officer) = (&house.portal, person("zdenka"));
    let applied = house.applied(&officer, NUMBER).await;
    let (official, at_home) = (staff("official", Role::Specialist), person("official"));
    house.assign(&supervisor(), applied.membership, &official, Office::Laredo).await;
    let contact = named(&house, &officer, applied.account, "official", Role::Employee).await;
    house.accepts(&at_home, contact).await;
    let version = portal.account(&house.call(&at_home).await, applied.account, None).await.unwrap().version;
    let again = portal.accept_roles(&house.call(&at_home).await, contact).await.unwrap();
    assert_eq!(again.version, version, "accepting again changes nothing");

    let determine = async || {
        house.on_membership(&official, applied.membership, Permission::MembershipDetermine, no_debt()).await
    };
    assert_error!(determine().await, PortalError::ConflictOfInterest);
    portal.leave_account(&house.call(&at_home).await, contact).await.unwrap();
    assert_eq!(house.call(&at_home).await.caller.grants, vec![]);
    assert_eq!(house.call(&official).await.caller.interests, vec![]);
    assert_error!(determine().await, PortalError::ConflictOfInterest);
    refused(portal.leave_account(&house.call(&at_home).await, contact).await, "not_you");
    // The company cannot take them back by itself: neither by the contact that is left, nor unasked by a new one.
    let call = house.call(&officer).await;
    let grant =
        portal.grant_role(&call, applied.account, contact, Role::Employee, Some("official".to_owned()));
    refused(grant.await, "contact_left");
    let remove = membership::account::command::RemoveContact { person_id: contact };
    let edit = Permission::AccountEdit;
    portal.on_account(&call, applied.account, edit, |_| Ok(remove.clone().into())).await.unwrap();
    let anew = named(&house, &officer, applied.account, "official", Role::Employee).await;
    assert_eq!(house.call(&official).await.caller.interests, vec![]);
    house.accepts(&at_home, anew).await;
    assert_eq!(house.call(&official).await.caller.interests.len(), 1);
    // Whoever lost the last role is asked before another one counts.
    let call = house.call(&officer).await;
    let revoke =
        membership::account::command::RevokeRole { person_id: anew, role: Role::Employee, reason: None };
    let manage = Permission::AccountManageUsers;
    portal.on_account(&call, applied.account, manage, |_| Ok(revoke.clone().into())).await.unwrap();
    portal.grant_role(&call, applied.account, anew, Role::Consultant, None).await.unwrap();
    assert_eq!(house.call(&at_home).await.caller.grants, vec![]);
    // Whoever has served the company once is out of its affairs, unless the programme director says otherwise.
    assert_error!(determine().await, PortalError::ConflictOfInterest);
    let director = house.call(&director()).await;
    let id = house.known(&official).await;
    portal.override_conflict(&director, applied.membership, id, text("Left long ago.")).await.unwrap();
    determine().await.unwrap();
    house.is_sound().await;
    // Nobody takes that out of the table unseen.
    let fault = async || {
        let faults = portal::check_persons(portal.ledger()).await.unwrap().faults;
        faults.iter().map(|fault| fault.fault).collect::<Vec<_>>().join(", ")
    };
    house.execute(&format!("UPDATE sign_ins SET accepted_at = NULL WHERE person_id = '{contact}'")).await;
    assert_eq!(fault().await, "the person accepted roles, and the sign-in does not say so");
    house.execute(&format!("DELETE FROM sign_ins WHERE person_id = '{contact}'")).await;
    assert_eq!(fault().await, "the sign-in that an event bound is gone");
}

async fn the_programme_director_overrides_a_conflict_and_ends_that(house: House) {
    let (portal, officer) = (&house.portal, person("zdenka"));
    let applied = house.applied(&officer, NUMBER).await;
    let other = house.apply(&officer, importer(applied.account, "98-765432100")).await;
    let official = staff("official", Role::Specialist);
    let id = house.known(&official).await;
    house.user(&officer, applied.account, &person("official"), Role::Employee).await;
    let membership = async |who: &SignIn| {
        portal.membership(&house.call(who).await, applied.membership, None).await.unwrap().state
    };
    let conflicts = async |who: &SignIn| {
        let caller = house.call(who).await.caller;
        portal.conflicts_of_interest(&caller, &*membership(who).await).await.unwrap()
    };
    for who in [&supervisor(), &auditor(), &official] {
        let found = conflicts(who).await;
        assert_eq!((found.len(), found[0].person_id, &found[0].overridden), (1, id, &None), "{who:?}");
        assert_eq!(conflict_commands(&found).collect::<Vec<_>>(), ["override-conflict"]);
    }
    assert_eq!(conflicts(&officer).await, vec![], "who acts at CBP is nothing for the company");

    let overrides = async |who: &SignIn, person: PersonId| {
        portal.override_conflict(&house.call(who).await, applied.membership, person, text("A reader.")).await
    };
    assert_error!(overrides(&supervisor(), id).await, PortalError::Forbidden);
    let also_director = staff("official", Role::ProgrammeDirector);
    assert_error!(overrides(&also_director, id).await, PortalError::ConflictOfInterest);
    let nobody = house.known(&specialist()).await;
    refused(overrides(&director(), nobody).await, "no_conflict");
    house.known(&official).await;
    overrides(&director(), id).await.unwrap();
    refused(overrides(&director(), id).await, "conflict_overridden");

    let found = conflicts(&auditor()).await;
    assert_eq!(found[0].overridden.as_ref().unwrap().reason.as_str(), "A reader.");
    house.assign(&supervisor(), applied.membership, &official, Office::Laredo).await;
    let determine = async |membership| {
        house.on_membership(&official, membership, Permission::MembershipDetermine, no_debt()).await
    };
    determine(applied.membership).await.unwrap();
    assert_error!(determine(other.membership).await, PortalError::ConflictOfInterest);
    let command = AssignSpecialist { specialist: id, office: Office::Newark };
    let by = supervisor();
    let assign = house.on_membership(&by, other.membership, Permission::MembershipAssign, command);
    refused(assign.await, "conflict_of_interest");

    let call = house.call(&director()).await;
    portal.end_conflict_override(&call, applied.membership, id, text("No need any more.")).await.unwrap();
    assert_error!(determine(applied.membership).await, PortalError::ConflictOfInterest);
    let types = async |who: &SignIn| {
        let call = house.call(who).await;
        let events = portal.membership_history(&call, applied.membership, 0, 100).await.unwrap();
        events
            .into_iter()
            .map(|event| event.event_type)
            .filter(|name| name.contains("conflict"))
            .collect::<Vec<_>>()
    };
    let both = ["membership.conflict_overridden", "membership.conflict_override_ended"];
    assert_eq!(types(&auditor()).await, both);
    assert_eq!(types(&officer).await, Vec::<String>::new());
    house.is_sound().await;
}

async fn only_who_is_named_accepts_and_leaves(house: House) {
    let (portal, officer) = (&house.portal, person("zdenka"));
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let contact = named(&house, &officer, account, "oswin", Role::Employee).await;
    let elsewhere = SignIn { issuer: "https://another.example".to_owned(), ..person("oswin") };
    for who in [&officer, &person("wilhelmina"), &elsewhere, &supervisor()] {
        let call = house.call(who).await;
        refused(portal.accept_roles(&call, contact).await, "not_you");
        refused(portal.leave_account(&call, contact).await, "not_you");
    }
    assert_eq!(house.call(&person("oswin")).await.caller.grants, vec![]);
    house.accepts(&person("oswin"), contact).await;
    assert_eq!(house.call(&person("oswin")).await.caller.person_in(account), Some(contact));
}

async fn an_account_is_left_with_an_officer_who_acts(house: House) {
    let (portal, first, second) = (&house.portal, person("zdenka"), person("wilhelmina"));
    let account = account_id(&house.register(&first, "Great Lakes Imports").await);
    let call = house.call(&first).await;
    let own = call.caller.person_in(account).unwrap();
    let successor = named(&house, &first, account, "wilhelmina", Role::Officer).await;
    refused(portal.leave_account(&call, own).await, "last_officer");
    house.accepts(&second, successor).await;
    portal.leave_account(&call, own).await.unwrap();
    assert_error!(portal.account(&house.call(&first).await, account, None).await, PortalError::NotFound);
    refused(portal.leave_account(&house.call(&second).await, successor).await, "last_officer");
    house.is_sound().await;
}

async fn a_sign_in_acts_for_so_many_accounts_and_no_more(house: House) {
    let (portal, busy, officer) = (&house.portal, person("busy"), person("zdenka"));
    for number in 0..MAX_ACCOUNTS_OF_A_SIGN_IN {
        house.register(&busy, &format!("Company {number}")).await;
    }
    let call = house.call(&busy).await;
    assert_eq!(call.caller.grants.len(), MAX_ACCOUNTS_OF_A_SIGN_IN);
    refused(portal.register_account(&call, registration("One more", "US")).await, "too_many_accounts");
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let contact = named(&house, &officer, account, "busy", Role::Consultant).await;
    refused(portal.accept_roles(&call, contact).await, "too_many_accounts");
    portal.leave_account(&call, contact).await.unwrap();
}

/// Whoever knows by which subject somebody signs in can name them as often as they like.
async fn who_is_named_by_many_sees_some_and_pays_for_none(house: House) {
    let (portal, officer, victim) = (&house.portal, person("attacker"), person("victim"));
    let own = account_id(&house.register(&victim, "Great Lakes Imports").await);
    let mut contacts = Vec::new();
    for number in 0..=SHOWN_NAMINGS {
        let account = account_id(&house.register(&officer, &format!("Company {number}")).await);
        contacts.push(named(&house, &officer, account, "victim", Role::Employee).await);
    }
    let call = house.call(&victim).await;
    assert_eq!(call.caller.grants.iter().map(|it| it.account_id).collect::<Vec<_>>(), [own]);
    let (namings, more) = portal.namings(&call.caller).await.unwrap();
    assert_eq!((namings.len(), more), (SHOWN_NAMINGS, true));
    portal.leave_account(&call, contacts[0]).await.unwrap();
    let (namings, more) = portal.namings(&call.caller).await.unwrap();
    assert_eq!((namings.len(), more), (SHOWN_NAMINGS, false));
}
