//! What the portal knows of the company's account when it asks the membership. The account is an aggregate of its own.

use kernel::{AccountId, CountryCode, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The agreement to participate, as an officer of the account accepted it. Handbook 2.1 (C4) and 3.5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedAgreement {
    /// The version of the text.
    pub version: String,
    /// The officer.
    pub accepted_by: PersonId,
    /// When.
    pub accepted_at: Timestamp,
}

/// Facts from the account at the moment of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    /// The account.
    pub account_id: AccountId,
    /// An active user with the role officer, if there is one. C3.
    pub officer: Option<PersonId>,
    /// The agreement in force, if an officer accepted it. C4.
    pub agreement: Option<AcceptedAgreement>,
    /// The countries of the addresses that are flagged as staffed business offices. C2.
    pub staffed_offices: BTreeSet<CountryCode>,
    /// The primary point of contact, if there is one.
    pub primary_contact: Option<PersonId>,
    /// The alternate point of contact, if there is one.
    pub alternate_contact: Option<PersonId>,
    /// The MIDs that follow from the company's name and its addresses, see [`kernel::identifiers::expected_mid`]. A MID that is
    /// none of them is taken with a warning. Empty where none can be reckoned.
    pub expected_mids: BTreeSet<String>,
}
