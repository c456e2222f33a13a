//! What can be asked of an account.

use super::values::{Address, Company, PointOfContact};
use crate::membership::Sha256;
use kernel::{AccountId, AddressId, HoldId, PersonId, Role, Text};

/// Every command.
#[derive(Debug, Clone, PartialEq)]
pub enum AccountCommand {
    /// Register a company.
    Register(RegisterAccount),
    /// Change company data.
    ChangeCompany(ChangeCompany),
    /// Add an address.
    AddAddress(AddAddress),
    /// Change an address.
    ChangeAddress(ChangeAddress),
    /// Take an address off.
    RemoveAddress(RemoveAddress),
    /// Add a contact.
    AddContact(AddContact),
    /// Change what a contact is.
    ChangeContact(ChangeContact),
    /// Take a contact off.
    RemoveContact(RemoveContact),
    /// Grant a role.
    GrantRole(GrantRole),
    /// Revoke a role.
    RevokeRole(RevokeRole),
    /// Accept the roles that one was granted.
    AcceptRoles(AcceptRoles),
    /// Give up every role, or decline what was never accepted.
    LeaveAccount(LeaveAccount),
    /// Accept the participation agreement.
    AcceptAgreement(AcceptAgreement),
    /// Record that a person's data were erased.
    ErasePerson(ErasePerson),
    /// Place a legal hold.
    PlaceHold(PlaceHold),
    /// Lift a legal hold.
    LiftHold(LiftHold),
    /// Record that a company that never became a member was erased.
    EraseApplicant(EraseApplicant),
}

/// Register a company.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterAccount {
    /// The account, a new id.
    pub account_id: AccountId,
    /// The company.
    pub company: Company,
    /// The id of the primary address.
    pub address_id: AddressId,
    /// The primary address.
    pub primary_address: Address,
    /// The version of the registering person's details.
    pub person_version: i64,
    /// Whether the registering person declares to be an officer of the company.
    pub company_officer: bool,
    /// The salted digest of the sign-in with which the person registers.
    pub sign_in: Sha256,
}

/// Change company data.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeCompany {
    /// The company as it is to be.
    pub company: Company,
}

/// Add an address.
#[derive(Debug, Clone, PartialEq)]
pub struct AddAddress {
    /// A new id.
    pub address_id: AddressId,
    /// The address.
    pub address: Address,
    /// Whether it becomes the primary one.
    pub primary: bool,
}

/// Change an address.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeAddress {
    /// Which one.
    pub address_id: AddressId,
    /// The address as it is to be.
    pub address: Address,
    /// Whether it becomes the primary one. The primary one stays primary until another becomes it.
    pub primary: bool,
}

/// Take an address off.
#[derive(Debug, Clone, PartialEq)]
pub struct RemoveAddress {
    /// Which one.
    pub address_id: AddressId,
}

/// Add a contact.
#[derive(Debug, Clone, PartialEq)]
pub struct AddContact {
    /// The person.
    pub person_id: PersonId,
    /// The version of the person's details.
    pub person_version: i64,
    /// Whether the person is an officer of the company.
    pub company_officer: bool,
    /// Whether CBP writes to the person.
    pub point_of_contact: PointOfContact,
    /// Whether another contact has the same e-mail address; the portal has looked.
    pub email_in_use: bool,
    /// The salted digest of the sign-in that the person is to have.
    pub sign_in: Option<Sha256>,
}

/// Change what a contact is, or the details other than the e-mail address.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeContact {
    /// The contact.
    pub person_id: PersonId,
    /// The version of the person's details; one more when they changed.
    pub person_version: i64,
    /// Whether the person is an officer of the company.
    pub company_officer: bool,
    /// Whether CBP writes to the person.
    pub point_of_contact: PointOfContact,
}

/// Take a contact off.
#[derive(Debug, Clone, PartialEq)]
pub struct RemoveContact {
    /// The contact.
    pub person_id: PersonId,
}

/// Grant a role to a contact.
#[derive(Debug, Clone, PartialEq)]
pub struct GrantRole {
    /// The user.
    pub person_id: PersonId,
    /// The role: officer, employee or consultant.
    pub role: Role,
    /// The salted digest of the sign-in that the person is to have; none where the person keeps the one that there is.
    pub sign_in: Option<Sha256>,
}

/// Revoke a role.
#[derive(Debug, Clone, PartialEq)]
pub struct RevokeRole {
    /// The user.
    pub person_id: PersonId,
    /// The role.
    pub role: Role,
    /// Why.
    pub reason: Option<Text<1000>>,
}

/// Accept the roles that one was granted: the actor's own, and nobody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptRoles {}

/// Give up every role, or decline what was never accepted: the actor's own, and nobody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaveAccount {}

/// Accept the participation agreement.
#[derive(Debug, Clone, PartialEq)]
pub struct AcceptAgreement {
    /// The version of the text.
    pub agreement_version: String,
    /// The digest of the network address that it comes from, if that is known.
    pub origin: Option<Sha256>,
}

/// Record that a person's data were erased.
#[derive(Debug, Clone, PartialEq)]
pub struct ErasePerson {
    /// The person.
    pub person_id: PersonId,
    /// Why.
    pub reason: Text<1000>,
}

/// Place a legal hold.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceHold {
    /// The hold, a new id.
    pub hold_id: HoldId,
    /// The person on whom it stands; absent for the whole account.
    pub person_id: Option<PersonId>,
    /// Why.
    pub reason: Text<1000>,
}

/// Lift a legal hold.
#[derive(Debug, Clone, PartialEq)]
pub struct LiftHold {
    /// Which one.
    pub hold_id: HoldId,
    /// Why.
    pub reason: Text<1000>,
}

/// Record that a company that never became a member was erased.
#[derive(Debug, Clone, PartialEq)]
pub struct EraseApplicant {
    /// Whether the company was a member ever.
    pub was_member: bool,
    /// Whether an application of it is open.
    pub application_open: bool,
    /// How many texts about incidents are erased with it.
    pub texts: u32,
    /// Why.
    pub reason: Text<1000>,
}

macro_rules! into_command {
    ($($variant:ident($name:ident)),+ $(,)?) => {
        $(impl From<$name> for AccountCommand { fn from(command: $name) -> Self { AccountCommand::$variant(command) } })+
    };
}

into_command!(
    Register(RegisterAccount),
    ChangeCompany(ChangeCompany),
    AddAddress(AddAddress),
    ChangeAddress(ChangeAddress),
    RemoveAddress(RemoveAddress),
    AddContact(AddContact),
    ChangeContact(ChangeContact),
    RemoveContact(RemoveContact),
    GrantRole(GrantRole),
    RevokeRole(RevokeRole),
    AcceptRoles(AcceptRoles),
    LeaveAccount(LeaveAccount),
    AcceptAgreement(AcceptAgreement),
    ErasePerson(ErasePerson),
    PlaceHold(PlaceHold),
    LiftHold(LiftHold),
    EraseApplicant(EraseApplicant),
);
