//! What an incident is, folded from its events.

use crate::event::{IncidentEvent, IncidentReported};
use crate::values::{FactGroup, Facts, PartyRole, Risk, TextRef};
use kernel::{AccountId, PersonId, Text, Timestamp, codes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// Where an incident stands. Handbook 11.
    pub enum Status {
        /// Nobody has reported it.
        NotReported = "not_reported",
        /// Reported; nobody at CBP has said how urgent it is.
        Reported = "reported",
        /// CBP has said how urgent it is.
        Triaged = "triaged",
        /// CBP looks into it.
        UnderReview = "under_review",
    }
}

impl Default for Status {
    fn default() -> Self {
        Status::NotReported
    }
}

/// An account in an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// What it had to do with it.
    pub role: PartyRole,
    /// What it is shown of the report, where it did not make it.
    pub disclosed: Vec<FactGroup>,
    /// Since when CBP names it.
    pub involved_at: Timestamp,
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The account that said it or was told it; `None` for what only staff read.
    pub account_id: Option<AccountId>,
    /// The text.
    pub text: TextRef,
    /// Who said it.
    pub stated_by: PersonId,
    /// When.
    pub stated_at: Timestamp,
}

/// How urgent CBP finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triaged {
    /// How urgent.
    pub risk: Risk,
    /// By which criteria.
    pub basis: Text<500>,
    /// Who said so.
    pub triaged_by: PersonId,
    /// When.
    pub triaged_at: Timestamp,
}

/// An incident.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Where it stands.
    pub status: Status,
    /// The report, as it was made.
    pub report: Option<IncidentReported>,
    /// What is known now.
    pub facts: Option<Facts>,
    /// The accounts that it involves.
    pub parties: BTreeMap<AccountId, Party>,
    /// What was said since, in order.
    pub statements: Vec<Statement>,
    /// How urgent CBP finds it.
    pub triage: Option<Triaged>,
    /// How many texts stand beside the ledger, erased ones included.
    pub texts: u32,
}

impl Incident {
    /// The account for which it was reported.
    pub fn reported_for(&self) -> Option<AccountId> {
        self.report.as_ref().and_then(|report| report.reported_for)
    }

    /// Whether it involves an account.
    pub fn involves(&self, account: AccountId) -> bool {
        self.parties.contains_key(&account)
    }

    /// The commands that the state allows, by their names in the URL.
    pub fn allowed_commands(&self) -> Vec<&'static str> {
        match self.status {
            Status::NotReported => Vec::new(),
            Status::Reported => vec!["add-statement", "involve-account", "remove-account", "triage"],
            Status::Triaged => {
                vec!["add-statement", "involve-account", "remove-account", "triage", "begin-review"]
            }
            Status::UnderReview => vec!["add-statement", "involve-account", "remove-account", "triage"],
        }
    }
}

/// Takes one event. Never fails: what the rules refused is not in the ledger.
pub fn evolve(incident: &mut Incident, event: &IncidentEvent) {
    match event {
        IncidentEvent::Reported(event) => {
            incident.status = Status::Reported;
            incident.facts = Some(event.facts.clone());
            incident.texts = incident.texts.max(event.narrative.number);
            incident.report = Some(event.clone());
        }
        IncidentEvent::AccountInvolved(event) => {
            let party = Party {
                role: event.role,
                disclosed: event.disclosed.clone(),
                involved_at: incident
                    .parties
                    .get(&event.account_id)
                    .map_or(event.involved_at, |known| known.involved_at),
            };
            incident.parties.insert(event.account_id, party);
        }
        IncidentEvent::AccountRemoved(event) => {
            incident.parties.remove(&event.account_id);
        }
        IncidentEvent::StatementAdded(event) => {
            incident.texts = incident.texts.max(event.text.number);
            incident.statements.push(Statement {
                account_id: event.account_id,
                text: event.text.clone(),
                stated_by: event.stated_by,
                stated_at: event.stated_at,
            });
        }
        IncidentEvent::Triaged(event) => {
            incident.status = event.status;
            incident.triage = Some(Triaged {
                risk: event.risk,
                basis: event.basis.clone(),
                triaged_by: event.triaged_by,
                triaged_at: event.triaged_at,
            });
        }
        IncidentEvent::ReviewBegun(event) => incident.status = event.status,
    }
}
