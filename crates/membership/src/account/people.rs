//! The rules on contacts and users. Handbook 1.3: at least one contact, at least one point of contact, at least one company officer; the
//! primary point of contact is an officer; e-mail addresses are unique and never edited.

use super::command::{AddContact, ChangeContact, ErasePerson, GrantRole, RemoveContact, RevokeRole};
use super::decide::{Decided, forbidden, invalid, officer_only, unknown};
use super::event::AccountEvent;
use super::event::{
    AccountContactAdded, AccountContactChanged, AccountContactRemoved, AccountPersonErased,
    AccountRoleGranted, AccountRoleRevoked, AccountRolesAccepted, AccountSignInBound, AccountUserLeft,
};
use super::hold::not_held;
use super::state::Account;
use super::values::{Contact, PointOfContact};
use crate::membership::Sha256;
use kernel::{Context, PersonId, Refusal, Role};

/// The most contacts that one account has.
pub const MAX_CONTACTS: usize = 100;

/// Whether a list of contacts keeps the rules.
fn check(contacts: &[Contact]) -> Result<(), Refusal> {
    if !contacts.iter().any(|contact| contact.company_officer) {
        return Err(forbidden(
            "officer_required",
            "At least one contact must be a company officer. Name another officer first.",
        ));
    }
    let primary: Vec<&Contact> =
        contacts.iter().filter(|contact| contact.point_of_contact == PointOfContact::Primary).collect();
    match primary.as_slice() {
        [] => Err(forbidden(
            "primary_contact_required",
            "At least one contact must be the primary point of contact. Name another one first.",
        )),
        [only] if !only.company_officer => Err(forbidden(
            "primary_contact_officer",
            "The primary point of contact must be a company officer; a coordinator may be named officer.",
        )),
        [_] => Ok(()),
        _ => Err(forbidden(
            "primary_contact_unique",
            "Only one contact can be the primary point of contact. Change the other one to alternate first.",
        )),
    }
}

/// The primary point of contact moves with the new one: the one before becomes alternate.
fn hand_over(account: &Account, to: PersonId) -> Vec<Contact> {
    account
        .contacts
        .iter()
        .filter(|contact| contact.person_id != to && contact.point_of_contact == PointOfContact::Primary)
        .map(|contact| Contact { point_of_contact: PointOfContact::Alternate, ..contact.clone() })
        .collect()
}

fn with(account: &Account, changed: &[Contact]) -> Vec<Contact> {
    let mut contacts: Vec<Contact> = account
        .contacts
        .iter()
        .filter(|contact| !changed.iter().any(|other| other.person_id == contact.person_id))
        .cloned()
        .collect();
    contacts.extend(changed.iter().cloned());
    contacts
}

pub(super) fn add_contact(account: &Account, command: AddContact, context: &Context) -> Decided {
    if account.contact(command.person_id).is_some() {
        return Err(forbidden("contact_exists", "This person is a contact of the account already."));
    }
    if command.email_in_use {
        return Err(invalid(
            "/contact/email",
            "email_in_use",
            "Another contact of this account has this e-mail address; addresses are unique among contacts.",
        ));
    }
    if account.contacts.len() >= MAX_CONTACTS {
        return Err(forbidden(
            "too_many_contacts",
            format!("An account has at most {MAX_CONTACTS} contacts."),
        ));
    }
    if command.sign_in.is_some() {
        // Who decides as whom somebody signs in decides who gets the roles of that contact.
        officer_only(context, "Only an officer of the company says as whom a contact signs in.")?;
    }
    let contact = Contact {
        person_id: command.person_id,
        person_version: command.person_version,
        company_officer: command.company_officer,
        point_of_contact: command.point_of_contact,
    };
    let mut changed = vec![contact.clone()];
    if contact.point_of_contact == PointOfContact::Primary {
        changed.extend(hand_over(account, contact.person_id));
    }
    check(&with(account, &changed))?;
    let mut events = vec![AccountContactAdded { contact }.into()];
    events.extend(changed.into_iter().skip(1).map(|contact| AccountContactChanged { contact }.into()));
    events.extend(bind_sign_in(account, command.person_id, command.sign_in, context)?);
    Ok(events)
}

/// A contact signs in with one subject for good: otherwise another person could act under a name that has a history.
fn bind_sign_in(
    account: &Account,
    person_id: PersonId,
    sign_in: Option<Sha256>,
    context: &Context,
) -> Result<Option<AccountEvent>, Refusal> {
    let Some(sign_in_sha256) = sign_in else { return Ok(None) };
    if account.sign_ins.contains(&person_id) {
        return Err(invalid(
            "/subject",
            "signs_in_already",
            "This contact signs in with another subject already; leave subject out, or add the other person as a contact.",
        ));
    }
    let bound =
        AccountSignInBound { person_id, sign_in_sha256, bound_by: context.actor.id, bound_at: context.now };
    Ok(Some(bound.into()))
}

pub(super) fn change_contact(account: &Account, command: ChangeContact) -> Decided {
    let before = account.contact(command.person_id).ok_or_else(unknown_contact)?;
    let contact = Contact {
        person_id: command.person_id,
        person_version: command.person_version,
        company_officer: command.company_officer,
        point_of_contact: command.point_of_contact,
    };
    if *before == contact {
        return Ok(Vec::new());
    }
    if before.company_officer
        && !contact.company_officer
        && account.officers().any(|officer| officer == contact.person_id)
    {
        return Err(forbidden(
            "officer_has_role",
            "This person acts as officer for the account. Revoke the role officer first.",
        ));
    }
    if contact.company_officer && account.roles(contact.person_id).contains(&Role::Consultant) {
        return Err(consultant_never_officer());
    }
    let mut changed = vec![contact];
    if command.point_of_contact == PointOfContact::Primary {
        changed.extend(hand_over(account, command.person_id));
    }
    check(&with(account, &changed))?;
    Ok(changed.into_iter().map(|contact| AccountContactChanged { contact }.into()).collect())
}

pub(super) fn remove_contact(account: &Account, command: RemoveContact) -> Decided {
    account.contact(command.person_id).ok_or_else(unknown_contact)?;
    if !account.roles(command.person_id).is_empty() {
        return Err(forbidden(
            "contact_has_role",
            "This person has a role in the account. Revoke the person's roles first, then take the contact off.",
        ));
    }
    let rest: Vec<Contact> =
        account.contacts.iter().filter(|contact| contact.person_id != command.person_id).cloned().collect();
    check(&rest)?;
    Ok(vec![AccountContactRemoved { person_id: command.person_id }.into()])
}

/// Officers manage users. An officer's role goes to a contact that is named as company officer; a consultant is never an officer.
/// Handbook 1.3 and 4.4.
pub(super) fn grant_role(account: &Account, command: GrantRole, context: &Context) -> Decided {
    officer_only(context, "Only an officer of the company grants roles.")?;
    let contact = account.contact(command.person_id).ok_or_else(unknown_contact)?;
    if !command.role.is_company_role() {
        return Err(invalid(
            "/role",
            "role_not_grantable",
            "An account grants the roles officer, employee and consultant; others come from the programme.",
        ));
    }
    if account.departed.contains(&command.person_id) {
        return Err(contact_left());
    }
    let bound = bind_sign_in(account, command.person_id, command.sign_in, context)?;
    let roles = account.roles(command.person_id);
    if roles.contains(&command.role) {
        return Ok(bound.into_iter().collect());
    }
    if command.role == Role::Officer && roles.contains(&Role::Consultant) {
        return Err(consultant_never_officer());
    }
    if command.role == Role::Officer && !contact.company_officer {
        return Err(forbidden(
            "not_an_officer",
            "The role officer goes to a contact that is named as company officer. Change the contact first.",
        ));
    }
    // Whoever has the role officer, or is to get it, is a contact named as company officer.
    if command.role == Role::Consultant && contact.company_officer {
        return Err(consultant_never_officer());
    }
    let granted = AccountRoleGranted {
        person_id: command.person_id,
        role: command.role,
        granted_by: context.actor.id,
        granted_at: context.now,
    };
    Ok(bound.into_iter().chain([granted.into()]).collect())
}

pub(super) fn revoke_role(account: &Account, command: RevokeRole, context: &Context) -> Decided {
    officer_only(context, "Only an officer of the company revokes roles.")?;
    if !account.roles(command.person_id).contains(&command.role) {
        return Err(forbidden("role_not_granted", "This person does not have this role in the account."));
    }
    if command.role == Role::Officer && is_last_officer(account, command.person_id) {
        return Err(forbidden(
            "last_officer",
            "No other officer has accepted the role, and only an officer can sign, submit and grant roles. Grant the role to another, with the subject as which that person signs in; once they have accepted it, this one can be revoked.",
        ));
    }
    Ok(vec![
        AccountRoleRevoked {
            person_id: command.person_id,
            role: command.role,
            revoked_by: context.actor.id,
            reason: command.reason,
        }
        .into(),
    ])
}

/// Whether nobody could sign, submit and grant roles once this person is no officer any more. Somebody who was named and has not accepted
/// keeps no account alive; an officer who has not accepted either is no loss as long as one who has stays.
fn is_last_officer(account: &Account, person: PersonId) -> bool {
    account.acting_officers().all(|officer| officer == person)
}

/// Nobody acts for a company, and is of it where CBP asks for conflicts of interest, because somebody else says so.
pub(super) fn accept_roles(account: &Account, context: &Context) -> Decided {
    let person_id = context.actor.id;
    let roles = own_roles(account, person_id)?;
    if account.accepted.contains(&person_id) {
        return Ok(Vec::new());
    }
    Ok(vec![AccountRolesAccepted { person_id, roles, accepted_at: context.now }.into()])
}

/// Declining what was never accepted is always possible. Whoever acts for the company may leave as long as an officer stays.
pub(super) fn leave_account(account: &Account, context: &Context) -> Decided {
    let person_id = context.actor.id;
    let roles = own_roles(account, person_id)?;
    let had_accepted = account.accepted.contains(&person_id);
    if had_accepted && roles.contains(&Role::Officer) && is_last_officer(account, person_id) {
        return Err(forbidden(
            "last_officer",
            "You are the only officer who acts for this account. Grant the role officer to another; once they have accepted it, you can leave.",
        ));
    }
    Ok(vec![AccountUserLeft { person_id, roles, had_accepted, left_at: context.now }.into()])
}

fn own_roles(account: &Account, person_id: PersonId) -> Result<Vec<Role>, Refusal> {
    let roles = account.roles(person_id);
    if roles.is_empty() || !account.signs_in(person_id) {
        return Err(forbidden("no_role", "This account grants you no role."));
    }
    Ok(roles)
}

/// A person's data may be erased once the person is neither contact nor user.
pub(super) fn erase_person(account: &Account, command: ErasePerson, context: &Context) -> Decided {
    if !matches!(context.actor.role, Role::Supervisor | Role::ProgrammeDirector) {
        return Err(Refusal::actor(
            "supervisor_only",
            "Only a supervisor or the programme director erases a person's data.",
        ));
    }
    if account.contact(command.person_id).is_some() || !account.roles(command.person_id).is_empty() {
        return Err(not_to_erase(forbidden(
            "person_in_use",
            "This person is a contact or a user of the account. Revoke the roles and take the contact off first.",
        )));
    }
    if !account.former.contains(&command.person_id) {
        return Err(not_to_erase(unknown(
            "/person_id",
            "person_unknown",
            "This account has no data of this person.",
        )));
    }
    not_held(account.holds_on(command.person_id)).map_err(not_to_erase)?;
    Ok(vec![
        AccountPersonErased {
            person_id: command.person_id,
            reason: command.reason,
            erased_by: context.actor.id,
        }
        .into(),
    ])
}

/// A person who cannot be erased: to ask for it again leads nowhere.
fn not_to_erase(mut refusal: Refusal) -> Refusal {
    refusal.allowed_commands.retain(|command| command != "erase-person");
    refusal
}

fn contact_left() -> Refusal {
    forbidden(
        "contact_left",
        "This person acted for the company and left. Take the contact off, and add the person as a new contact.",
    )
}

fn consultant_never_officer() -> Refusal {
    forbidden(
        "consultant_never_officer",
        "A consultant may help prepare, but never signs or submits, so nobody is both consultant and officer.",
    )
}

fn unknown_contact() -> Refusal {
    unknown("/person_id", "contact_unknown", "This account has no contact with this person id.")
}
