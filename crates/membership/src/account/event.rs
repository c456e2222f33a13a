//! What can happen to an account. Persons by id and version; names and addresses of persons are in the people table.

use super::values::{Company, Contact, KeptAddress};
use crate::membership::Sha256;
use chrono::NaiveDate;
use kernel::{AccountId, AddressId, HoldId, PersonId, Role, Text, Timestamp};
use serde::{Deserialize, Serialize};

kernel::events! {
    /// What can happen to an account.
    pub enum AccountEvent {
        /// A company registered; the registering officer is its first contact and user.
        Registered(AccountRegistered) = "account.registered", 1;
        /// Company data changed.
        CompanyChanged(AccountCompanyChanged) = "account.company_changed", 1;
        /// An address was added.
        AddressAdded(AccountAddressAdded) = "account.address_added", 1;
        /// An address was changed.
        AddressChanged(AccountAddressChanged) = "account.address_changed", 1;
        /// An address was taken off.
        AddressRemoved(AccountAddressRemoved) = "account.address_removed", 1;
        /// A contact was added.
        ContactAdded(AccountContactAdded) = "account.contact_added", 1;
        /// A contact was changed; the e-mail address never is.
        ContactChanged(AccountContactChanged) = "account.contact_changed", 1;
        /// A contact was taken off.
        ContactRemoved(AccountContactRemoved) = "account.contact_removed", 1;
        /// It was said as whom a contact signs in.
        SignInBound(AccountSignInBound) = "account.sign_in_bound", 1;
        /// A user got a role.
        RoleGranted(AccountRoleGranted) = "account.role_granted", 1;
        /// A user lost a role.
        RoleRevoked(AccountRoleRevoked) = "account.role_revoked", 1;
        /// A user accepted the roles that the account had granted: from then on the user acts for the company.
        RolesAccepted(AccountRolesAccepted) = "account.roles_accepted", 1;
        /// A user gave up every role, or declined what was never accepted; nobody signs in as this contact any more.
        UserLeft(AccountUserLeft) = "account.user_left", 1;
        /// An officer accepted a version of the participation agreement.
        AgreementAccepted(AccountAgreementAccepted) = "account.agreement_accepted", 2;
        /// A person's data were erased from the people table.
        PersonErased(AccountPersonErased) = "account.person_erased", 1;
        /// A legal hold was placed: nothing is erased while it stands.
        HoldPlaced(AccountHoldPlaced) = "account.hold_placed", 1;
        /// A legal hold was lifted.
        HoldLifted(AccountHoldLifted) = "account.hold_lifted", 1;
        /// A company that never became a member was erased, with its persons and what was written in its name.
        ApplicantErased(AccountApplicantErased) = "account.applicant_erased", 1;
    }
}

/// Payload of `account.registered`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountRegistered {
    /// The account.
    pub account_id: AccountId,
    /// The company.
    pub company: Company,
    /// Its primary address.
    pub primary_address: KeptAddress,
    /// The officer who registered it: first contact, primary point of contact, and user with the role officer.
    pub contact: Contact,
    /// The programme date.
    pub registered_on: NaiveDate,
    /// When.
    pub registered_at: Timestamp,
}

/// Payload of `account.company_changed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountCompanyChanged {
    /// The company as it is now.
    pub company: Company,
    /// The members that changed, by name.
    pub changed: Vec<String>,
}

/// Payload of `account.address_added`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountAddressAdded {
    /// The address.
    pub address: KeptAddress,
    /// Whether it is the primary one now.
    pub primary: bool,
}

/// Payload of `account.address_changed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountAddressChanged {
    /// The address as it is now.
    pub address: KeptAddress,
    /// Whether it is the primary one now.
    pub primary: bool,
}

/// Payload of `account.address_removed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountAddressRemoved {
    /// Which one.
    pub address_id: AddressId,
}

/// Payload of `account.contact_added`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountContactAdded {
    /// The contact.
    pub contact: Contact,
}

/// Payload of `account.contact_changed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountContactChanged {
    /// The contact as it is now.
    pub contact: Contact,
}

/// Payload of `account.contact_removed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountContactRemoved {
    /// Who.
    pub person_id: PersonId,
}

/// Payload of `account.sign_in_bound`. Issuer and subject are personal data and stand beside the ledger, with the salt of the digest:
/// while they are kept the digest proves them, once they are erased it says nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountSignInBound {
    /// The contact.
    pub person_id: PersonId,
    /// The SHA-256 of salt, issuer and subject, with a line feed (U+000A) after the salt and after the issuer.
    pub sign_in_sha256: Sha256,
    /// Who said so.
    pub bound_by: PersonId,
    /// When.
    pub bound_at: Timestamp,
}

/// Payload of `account.role_granted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountRoleGranted {
    /// The user.
    pub person_id: PersonId,
    /// The role.
    pub role: Role,
    /// Who granted it.
    pub granted_by: PersonId,
    /// When.
    pub granted_at: Timestamp,
}

/// Payload of `account.role_revoked`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountRoleRevoked {
    /// The user.
    pub person_id: PersonId,
    /// The role.
    pub role: Role,
    /// Who revoked it.
    pub revoked_by: PersonId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text<1000>>,
}

/// Payload of `account.roles_accepted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountRolesAccepted {
    /// The user.
    pub person_id: PersonId,
    /// The roles that the user had then. A role that is granted later is accepted with them.
    pub roles: Vec<Role>,
    /// When.
    pub accepted_at: Timestamp,
}

/// Payload of `account.user_left`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountUserLeft {
    /// The user.
    pub person_id: PersonId,
    /// The roles that the user had until then.
    pub roles: Vec<Role>,
    /// Whether the user had accepted them. Whoever had not has declined them, and never acted for the company.
    pub had_accepted: bool,
    /// When.
    pub left_at: Timestamp,
}

/// Payload of `account.agreement_accepted`. The network address it came from is personal data and stands beside the ledger, in the table of
/// origins, by account, version and person, with the salt of the digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountAgreementAccepted {
    /// The version of the text.
    pub agreement_version: String,
    /// The officer.
    pub accepted_by: PersonId,
    /// In which role.
    pub role: Role,
    /// The SHA-256 of salt and network address, with a line feed (U+000A) after the salt; absent where no address was known, and in version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_sha256: Option<Sha256>,
    /// The programme date.
    pub accepted_on: NaiveDate,
    /// When.
    pub accepted_at: Timestamp,
}

/// Payload of `account.person_erased`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountPersonErased {
    /// Whose data were erased.
    pub person_id: PersonId,
    /// Why.
    pub reason: Text<1000>,
    /// Who erased them.
    pub erased_by: PersonId,
}

/// The types of events that a company does not see: a hold may be about a case that it does not know of yet.
pub const UNSEEN_BY_COMPANIES: [&str; 2] = ["account.hold_placed", "account.hold_lifted"];

/// Payload of `account.hold_placed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountHoldPlaced {
    /// The hold.
    pub hold_id: HoldId,
    /// The person on whom it stands; absent where it stands on the whole account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// Why.
    pub reason: Text<1000>,
    /// Who placed it.
    pub placed_by: PersonId,
    /// When.
    pub placed_at: Timestamp,
}

/// Payload of `account.hold_lifted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountHoldLifted {
    /// The hold.
    pub hold_id: HoldId,
    /// The person on whom it stood; absent where it stood on the whole account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// Why.
    pub reason: Text<1000>,
    /// Who lifted it.
    pub lifted_by: PersonId,
    /// When.
    pub lifted_at: Timestamp,
}

/// Payload of `account.applicant_erased`. Each person has an event of its own before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountApplicantErased {
    /// Who was erased with it.
    pub persons: Vec<PersonId>,
    /// How many texts about incidents were erased with it; each has an event in its incident.
    pub texts: u32,
    /// Why.
    pub reason: Text<1000>,
    /// Who erased it.
    pub erased_by: PersonId,
    /// When.
    pub erased_at: Timestamp,
}
