//! The rules of an account: company data, addresses and agreements. Contacts and users are in `people`.

use super::body_rules;
use super::command::{
    AcceptAgreement, AccountCommand, AddAddress, ChangeAddress, ChangeCompany, RegisterAccount, RemoveAddress,
};
use super::event::{
    AccountAddressAdded, AccountAddressChanged, AccountAddressRemoved, AccountAgreementAccepted,
    AccountCompanyChanged, AccountEvent, AccountRegistered, AccountSignInBound,
};
use super::hold;
use super::people;
use super::state::Account;
use super::values::{Company, Contact, KeptAddress, PointOfContact};
use crate::agreement::agreement_in_force;
use kernel::{ActorKind, Context, FieldError, Refusal, Role, Text};

/// The most addresses that one account has. Where there are many cargo facilities, the top three by volume or by risk are enough.
/// Handbook 4.3.
pub const MAX_ADDRESSES: usize = 50;

pub(super) type Decided = Result<Vec<AccountEvent>, Refusal>;

/// Every command that an account allows once it is registered, by its name in the URL.
pub(super) const ALLOWED: &[&str] = &[
    "add-address",
    "change-address",
    "remove-address",
    "add-contact",
    "change-contact",
    "remove-contact",
    "grant-role",
    "revoke-role",
    "accept-agreement",
    "erase-person",
    "place-hold",
    "lift-hold",
    "erase-applicant",
];

/// What follows from a command.
///
/// # Errors
/// A [`Refusal`] that names the broken rule; nothing has then happened.
pub fn decide(account: &Account, command: AccountCommand, context: &Context) -> Decided {
    if let AccountCommand::Register(command) = command {
        return register(account, command, context);
    }
    if account.account_id.is_none() {
        return Err(Refusal::state(
            "account_not_registered",
            "There is no such account.",
            "not_registered",
            &[],
        ));
    }
    if account.erased {
        return Err(Refusal::state("account_erased", "This applicant was erased.", "erased", &[]));
    }
    match command {
        AccountCommand::Register(command) => register(account, command, context),
        AccountCommand::ChangeCompany(command) => change_company(account, command, context),
        AccountCommand::AddAddress(command) => add_address(account, command),
        AccountCommand::ChangeAddress(command) => change_address(account, command),
        AccountCommand::RemoveAddress(command) => remove_address(account, command),
        AccountCommand::AddContact(command) => people::add_contact(account, command, context),
        AccountCommand::ChangeContact(command) => people::change_contact(account, command),
        AccountCommand::RemoveContact(command) => people::remove_contact(account, command),
        AccountCommand::GrantRole(command) => people::grant_role(account, command, context),
        AccountCommand::RevokeRole(command) => people::revoke_role(account, command, context),
        AccountCommand::AcceptRoles(_) => people::accept_roles(account, context),
        AccountCommand::LeaveAccount(_) => people::leave_account(account, context),
        AccountCommand::AcceptAgreement(command) => accept_agreement(account, command, context),
        AccountCommand::ErasePerson(command) => people::erase_person(account, command, context),
        AccountCommand::PlaceHold(command) => hold::place_hold(account, command, context),
        AccountCommand::LiftHold(command) => hold::lift_hold(account, command, context),
        AccountCommand::EraseApplicant(command) => hold::erase_applicant(account, command, context),
    }
}

pub(super) fn forbidden(code: &str, sentence: impl Into<String>) -> Refusal {
    Refusal::state(code, sentence, "registered", ALLOWED)
}

/// Only an officer of the company. Handbook 1.3 and 4.4.
pub(super) fn officer_only(context: &Context, sentence: &str) -> Result<(), Refusal> {
    if context.actor.kind == ActorKind::CompanyUser && context.actor.role == Role::Officer {
        return Ok(());
    }
    Err(Refusal::actor("officer_only", sentence))
}

pub(super) fn invalid(pointer: &str, code: &str, detail: &str) -> Refusal {
    Refusal::invalid(code, detail, vec![FieldError::new(pointer, code, detail)])
}

/// The registering person becomes first contact, primary point of contact and officer. Handbook 1.3: at least one contact, one point of
/// contact and one company officer, and only one contact is the person now signed in.
fn register(account: &Account, command: RegisterAccount, context: &Context) -> Decided {
    if account.account_id.is_some() {
        return Err(forbidden("account_registered", "This account is registered already."));
    }
    if context.actor.kind != ActorKind::CompanyUser {
        return Err(Refusal::actor("company_only", "A company is registered by one of its own people."));
    }
    let company = command.company.with_plain_names();
    let mut errors = wrong_company(None, &company, "/company", context);
    errors.extend(body_rules::registered_by_an_officer(command.company_officer));
    if let Some(first) = errors.first().cloned() {
        return Err(Refusal::invalid(&first.code, first.detail, errors));
    }
    Ok(vec![
        AccountRegistered {
            account_id: command.account_id,
            company,
            primary_address: KeptAddress { address_id: command.address_id, address: command.primary_address },
            contact: Contact {
                person_id: context.actor.id,
                person_version: command.person_version,
                company_officer: true,
                point_of_contact: PointOfContact::Primary,
            },
            registered_on: context.today(),
            registered_at: context.now,
        }
        .into(),
        AccountSignInBound {
            person_id: context.actor.id,
            sign_in_sha256: command.sign_in,
            bound_by: context.actor.id,
            bound_at: context.now,
        }
        .into(),
    ])
}

/// What no newtype can tell: a business that registers has begun, and its numbers can be dialled. `base` leads to the company in the request.
/// A number that stood there before stays as it is.
fn wrong_company(
    before: Option<&Company>,
    company: &Company,
    base: &str,
    context: &Context,
) -> Vec<FieldError> {
    let started = company.business_started_on;
    let started = started.and_then(|started| body_rules::business_started(base, started, context.today()));
    let new = |number: Option<&Text<50>>, old: Option<&Option<Text<50>>>, name: &str| {
        let number = number.filter(|number| old.and_then(Option::as_ref) != Some(*number));
        body_rules::telephone(&format!("{base}/{name}"), number)
    };
    let telephone = new(company.telephone.as_ref(), before.map(|before| &before.telephone), "telephone");
    let fax = new(company.fax.as_ref(), before.map(|before| &before.fax), "fax");
    started.into_iter().chain(telephone).chain(fax).collect()
}

fn change_company(account: &Account, command: ChangeCompany, context: &Context) -> Decided {
    let before = account.company.as_ref();
    let company = command.company.with_plain_names();
    let errors = wrong_company(before, &company, "", context);
    if let Some(first) = errors.first().cloned() {
        return Err(Refusal::invalid(&first.code, first.detail, errors));
    }
    let changed = before.map(|before| changed_members(before, &company)).unwrap_or_default();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![AccountCompanyChanged { company, changed }.into()])
}

fn changed_members(before: &Company, after: &Company) -> Vec<String> {
    let mut changed = Vec::new();
    let mut note = |name: &str, differs: bool| {
        if differs {
            changed.push(name.to_owned());
        }
    };
    note("name", before.name != after.name);
    note("doing_business_as", before.doing_business_as != after.doing_business_as);
    note("telephone", before.telephone != after.telephone);
    note("fax", before.fax != after.fax);
    note("website", before.website != after.website);
    note("business_started_on", before.business_started_on != after.business_started_on);
    note("years_in_business", before.years_in_business != after.years_in_business);
    note("employees", before.employees != after.employees);
    note("ownership_type", before.ownership_type != after.ownership_type);
    note("brief_history", before.brief_history != after.brief_history);
    changed
}

fn add_address(account: &Account, command: AddAddress) -> Decided {
    if account.address(command.address_id).is_some() {
        return Err(forbidden("address_exists", "This account has an address with this id already."));
    }
    if account.addresses.len() >= MAX_ADDRESSES {
        return Err(forbidden(
            "too_many_addresses",
            format!(
                "An account has at most {MAX_ADDRESSES} addresses; of many cargo facilities name the top three."
            ),
        ));
    }
    let address = KeptAddress { address_id: command.address_id, address: command.address };
    Ok(vec![AccountAddressAdded { address, primary: command.primary }.into()])
}

fn change_address(account: &Account, command: ChangeAddress) -> Decided {
    let Some(before) = account.address(command.address_id) else { return Err(unknown_address()) };
    let primary = command.primary && account.primary_address_id != Some(command.address_id);
    if before.address == command.address && !primary {
        return Ok(Vec::new());
    }
    let address = KeptAddress { address_id: command.address_id, address: command.address };
    Ok(vec![AccountAddressChanged { address, primary }.into()])
}

/// One primary address is required. Handbook 4.3.
fn remove_address(account: &Account, command: RemoveAddress) -> Decided {
    if account.address(command.address_id).is_none() {
        return Err(unknown_address());
    }
    if account.primary_address_id == Some(command.address_id) {
        return Err(forbidden(
            "primary_address_required",
            "An account has exactly one primary address. Make another one primary, then take this one off.",
        ));
    }
    Ok(vec![AccountAddressRemoved { address_id: command.address_id }.into()])
}

fn unknown_address() -> Refusal {
    unknown("/address_id", "address_unknown", "This account has no address with this id.")
}

/// The command names something by a member of its body that the account does not have now.
pub(super) fn unknown(pointer: &str, code: &str, sentence: &str) -> Refusal {
    Refusal { errors: vec![FieldError::new(pointer, code, sentence)], ..forbidden(code, sentence) }
}

/// Only an officer of the company accepts agreements; CBP saw consultants do it with officers' log-ins. Handbook 1.3 and 3.5.
fn accept_agreement(account: &Account, command: AcceptAgreement, context: &Context) -> Decided {
    let sentence = "Only an officer of the company may accept the agreement.";
    officer_only(context, sentence)?;
    if !account.officers().any(|officer| officer == context.actor.id) {
        return Err(Refusal::actor("officer_only", sentence));
    }
    let Some(current) = agreement_in_force(context.today()) else {
        return Err(forbidden("no_agreement", "No version of the agreement is in force."));
    };
    if command.agreement_version != current.version {
        return Err(forbidden(
            "agreement_not_current",
            format!("The version to accept is {}; read it at /v1/agreements/{0}.", current.version),
        ));
    }
    let again = account
        .acceptance(current.version)
        .is_some_and(|acceptance| acceptance.accepted_by == context.actor.id);
    if again {
        return Ok(Vec::new());
    }
    Ok(vec![
        AccountAgreementAccepted {
            agreement_version: command.agreement_version,
            accepted_by: context.actor.id,
            role: context.actor.role,
            origin_sha256: command.origin,
            accepted_on: context.today(),
            accepted_at: context.now,
        }
        .into(),
    ])
}
