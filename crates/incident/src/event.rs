//! What can happen to an incident: payloads, type strings, versions.
//!
//! Every event is about the whole incident or about one account of it, never about two, so that a company can read what concerns it without
//! learning of the others. Free text that may name somebody is referred to by number ([`TextRef`]).

use crate::state::Status;
use crate::values::{Disclosure, FactGroup, Facts, PartyRole, Risk, TextRef};
use chrono::NaiveDate;
use kernel::{AccountId, IncidentId, PersonId, Text, Timestamp};
use serde::{Deserialize, Serialize};

kernel::events! {
    /// What can happen to an incident.
    pub enum IncidentEvent {
        /// Somebody who knows reported it.
        Reported(IncidentReported) = "incident.reported", 1;
        /// An account is involved in it, in a role.
        AccountInvolved(IncidentAccountInvolved) = "incident.account_involved", 1;
        /// An account was named by mistake and has nothing to do with it.
        AccountRemoved(IncidentAccountRemoved) = "incident.account_removed", 1;
        /// A company or CBP added what it has to say.
        StatementAdded(IncidentStatementAdded) = "incident.statement_added", 1;
        /// CBP said how urgent it is.
        Triaged(IncidentTriaged) = "incident.triaged", 1;
        /// CBP began to look into it.
        ReviewBegun(IncidentReviewBegun) = "incident.review_begun", 1;
    }
}

/// Payload of `incident.reported`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentReported {
    /// The incident.
    pub incident_id: IncidentId,
    /// What is known of it.
    pub facts: Facts,
    /// In which order CBP learned of it.
    pub disclosure: Disclosure,
    /// The account for which it was reported; absent where CBP entered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_for: Option<AccountId>,
    /// The narrative.
    pub narrative: TextRef,
    /// The day by which CBP says how urgent it is.
    pub triage_due_on: NaiveDate,
    /// Who reported it.
    pub reported_by: PersonId,
    /// When.
    pub reported_at: Timestamp,
}

/// Payload of `incident.account_involved`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentAccountInvolved {
    /// The account.
    pub account_id: AccountId,
    /// What it had to do with it.
    pub role: PartyRole,
    /// What it is shown of the report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disclosed: Vec<FactGroup>,
    /// Who named it.
    pub involved_by: PersonId,
    /// When.
    pub involved_at: Timestamp,
}

/// Payload of `incident.account_removed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentAccountRemoved {
    /// The account.
    pub account_id: AccountId,
    /// Why it has nothing to do with it.
    pub reason: Text<500>,
    /// Who took it out.
    pub removed_by: PersonId,
    /// When.
    pub removed_at: Timestamp,
}

/// Payload of `incident.statement_added`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentStatementAdded {
    /// The account that said it or was told it; absent for what only staff read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The text.
    pub text: TextRef,
    /// Who said it.
    pub stated_by: PersonId,
    /// When.
    pub stated_at: Timestamp,
}

/// Payload of `incident.triaged`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentTriaged {
    /// Where the incident stood.
    pub earlier_status: Status,
    /// Where it stands now.
    pub status: Status,
    /// How urgent it is.
    pub risk: Risk,
    /// By which criteria.
    pub basis: Text<500>,
    /// Who said so.
    pub triaged_by: PersonId,
    /// When.
    pub triaged_at: Timestamp,
}

/// Payload of `incident.review_begun`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentReviewBegun {
    /// Where the incident stood.
    pub earlier_status: Status,
    /// Where it stands now.
    pub status: Status,
    /// Who began.
    pub begun_by: PersonId,
    /// When.
    pub begun_at: Timestamp,
}
