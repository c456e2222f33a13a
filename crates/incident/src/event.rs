//! What can happen to an incident: payloads, type strings, versions.
//!
//! Every event is about the whole incident or about one account of it, never about two, so that a company can read what concerns it without
//! learning of the others. Free text that may name somebody is referred to by number ([`TextRef`]).

use crate::state::Status;
use crate::values::{
    Conclusion, Conveyance, Disclosure, DiscoveredBy, FactGroup, Facts, Kind, Moment, Outcome, PartyRole,
    Place, Risk, Stage, TextRef, Verdict,
};
use chrono::NaiveDate;
use criteria::{CriterionId, EditionId};
use kernel::cargo::CargoNumber;
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
        /// CBP asked an account for its post-incident analysis.
        AnalysisRequested(IncidentAnalysisRequested) = "incident.analysis_requested", 1;
        /// An account handed in its analysis.
        AnalysisSubmitted(IncidentAnalysisSubmitted) = "incident.analysis_submitted", 1;
        /// An account handed in its corrective plan.
        PlanSubmitted(IncidentPlanSubmitted) = "incident.plan_submitted", 1;
        /// CBP took what an account handed in.
        ResponseAccepted(IncidentResponseAccepted) = "incident.response_accepted", 1;
        /// CBP gave back what an account handed in.
        ResponseReturned(IncidentResponseReturned) = "incident.response_returned", 1;
        /// An action of a corrective plan is done.
        ActionCompleted(IncidentActionCompleted) = "incident.action_completed", 1;
        /// CBP came to a conclusion about an account.
        PartConcluded(IncidentPartConcluded) = "incident.part_concluded", 1;
        /// CBP closed the incident.
        Closed(IncidentClosed) = "incident.closed", 1;
        /// CBP opened it again.
        Reopened(IncidentReopened) = "incident.reopened", 1;
        /// What was known was corrected or completed; both values stay.
        FactsCorrected(IncidentFactsCorrected) = "incident.facts_corrected", 1;
        /// A text was erased from beside the ledger.
        TextErased(IncidentTextErased) = "incident.text_erased", 1;
        /// CBP said whether another incident is the same. Both have the event.
        Compared(IncidentCompared) = "incident.compared", 1;
        /// CBP took that back. Both have the event.
        ComparisonUndone(IncidentComparisonUndone) = "incident.comparison_undone", 1;
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

/// Payload of `incident.analysis_requested`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentAnalysisRequested {
    /// The account.
    pub account_id: AccountId,
    /// How far the part of the account is now.
    pub stage: Stage,
    /// Where the whole incident stands; told to CBP alone.
    pub status: Status,
    /// The last day to hand it in.
    pub due_on: NaiveDate,
    /// Who asked.
    pub requested_by: PersonId,
    /// When.
    pub requested_at: Timestamp,
}

/// Payload of `incident.analysis_submitted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentAnalysisSubmitted {
    /// The account.
    pub account_id: AccountId,
    /// How far the part of the account is now.
    pub stage: Stage,
    /// Where the whole incident stands; told to CBP alone.
    pub status: Status,
    /// The root cause.
    pub root_cause: TextRef,
    /// The edition of the criteria in force.
    pub edition: EditionId,
    /// The criteria that failed.
    pub failed_criteria: Vec<CriterionId>,
    /// Who handed it in.
    pub submitted_by: PersonId,
    /// When.
    pub submitted_at: Timestamp,
}

/// An action of a corrective plan, as it was handed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedAction {
    /// Its number in the plan, from 1.
    pub number: u32,
    /// What is done.
    pub description: TextRef,
    /// Who sees to it.
    pub owner: PersonId,
    /// By when.
    pub due_on: NaiveDate,
}

/// Payload of `incident.plan_submitted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentPlanSubmitted {
    /// The account.
    pub account_id: AccountId,
    /// How far the part of the account is now.
    pub stage: Stage,
    /// Where the whole incident stands; told to CBP alone.
    pub status: Status,
    /// What is done, by whom and by when.
    pub actions: Vec<PlannedAction>,
    /// Who handed it in.
    pub submitted_by: PersonId,
    /// When.
    pub submitted_at: Timestamp,
}

/// Payload of `incident.response_accepted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentResponseAccepted {
    /// The account.
    pub account_id: AccountId,
    /// How far the part was.
    pub earlier_stage: Stage,
    /// How far the part of the account is now.
    pub stage: Stage,
    /// Where the whole incident stands; told to CBP alone.
    pub status: Status,
    /// The last day for the plan, or of the watching.
    pub due_on: NaiveDate,
    /// Who took it.
    pub accepted_by: PersonId,
    /// When.
    pub accepted_at: Timestamp,
}

/// Payload of `incident.response_returned`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentResponseReturned {
    /// The account.
    pub account_id: AccountId,
    /// How far the part was.
    pub earlier_stage: Stage,
    /// How far the part of the account is now.
    pub stage: Stage,
    /// Where the whole incident stands; told to CBP alone.
    pub status: Status,
    /// What is missing.
    pub reason: Text<2000>,
    /// The last day to hand it in again.
    pub due_on: NaiveDate,
    /// Who gave it back.
    pub returned_by: PersonId,
    /// When.
    pub returned_at: Timestamp,
}

/// Payload of `incident.action_completed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentActionCompleted {
    /// The account.
    pub account_id: AccountId,
    /// The number of the action.
    pub number: u32,
    /// Who says so.
    pub completed_by: PersonId,
    /// When.
    pub completed_at: Timestamp,
}

/// Payload of `incident.part_concluded`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentPartConcluded {
    /// The account.
    pub account_id: AccountId,
    /// How far the part was.
    pub earlier_stage: Stage,
    /// How far the part of the account is now.
    pub stage: Stage,
    /// Where the whole incident stands; told to CBP alone.
    pub status: Status,
    /// The conclusion.
    pub conclusion: Conclusion,
    /// On what it rests.
    pub basis: Text<500>,
    /// Who came to it.
    pub concluded_by: PersonId,
    /// When.
    pub concluded_at: Timestamp,
}

/// Payload of `incident.closed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentClosed {
    /// Where the incident stood.
    pub earlier_status: Status,
    /// Where it stands now.
    pub status: Status,
    /// How it ended.
    pub outcome: Outcome,
    /// On what that rests.
    pub basis: Text<500>,
    /// Who closed it.
    pub closed_by: PersonId,
    /// When.
    pub closed_at: Timestamp,
}

/// Payload of `incident.reopened`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentReopened {
    /// Where the incident stood.
    pub earlier_status: Status,
    /// Where it stands now.
    pub status: Status,
    /// Why.
    pub reason: Text<500>,
    /// Who opened it.
    pub reopened_by: PersonId,
    /// When.
    pub reopened_at: Timestamp,
}

/// Payload of `incident.compared`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentCompared {
    /// The other incident.
    pub other: IncidentId,
    /// What was found.
    pub verdict: Verdict,
    /// On what it rests.
    pub reason: Text<500>,
    /// Who found it.
    pub compared_by: PersonId,
    /// When.
    pub compared_at: Timestamp,
}

/// Payload of `incident.comparison_undone`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentComparisonUndone {
    /// The other incident.
    pub other: IncidentId,
    /// What had been found.
    pub earlier_verdict: Verdict,
    /// Why it is taken back.
    pub reason: Text<500>,
    /// Who took it back.
    pub undone_by: PersonId,
    /// When.
    pub undone_at: Timestamp,
}

/// One correction, with both values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum FactChange {
    /// What happened.
    Kind {
        /// As it was recorded.
        earlier: Kind,
        /// As it is.
        value: Kind,
    },
    /// Who discovered it.
    DiscoveredBy {
        /// As it was recorded.
        earlier: DiscoveredBy,
        /// As it is.
        value: DiscoveredBy,
    },
    /// When it happened.
    Occurred {
        /// As it was recorded.
        earlier: Moment,
        /// As it is.
        value: Moment,
    },
    /// When it was discovered.
    Discovered {
        /// As it was recorded.
        earlier: Moment,
        /// As it is.
        value: Moment,
    },
    /// Where.
    Place {
        /// As it was recorded, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        earlier: Option<Place>,
        /// As it is.
        value: Place,
    },
    /// In what.
    Conveyance {
        /// As it was recorded, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        earlier: Option<Conveyance>,
        /// As it is.
        value: Conveyance,
    },
    /// All numbers.
    Numbers {
        /// As they were recorded.
        earlier: Vec<CargoNumber>,
        /// As they are.
        value: Vec<CargoNumber>,
    },
    /// The goods concerned.
    Goods {
        /// As they were recorded, if they were.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        earlier: Option<Text<200>>,
        /// As they are.
        value: Text<200>,
    },
    /// How much of them.
    Quantity {
        /// As it was recorded, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        earlier: Option<Text<100>>,
        /// As it is.
        value: Text<100>,
    },
}

/// Payload of `incident.facts_corrected`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentFactsCorrected {
    /// What was corrected, with both values.
    pub changes: Vec<FactChange>,
    /// In which order CBP learned of it, as it is now.
    pub disclosure: Disclosure,
    /// Why.
    pub reason: Text<500>,
    /// Who corrected it.
    pub corrected_by: PersonId,
    /// When.
    pub corrected_at: Timestamp,
}

/// Payload of `incident.text_erased`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentTextErased {
    /// The number of the text within the incident.
    pub number: u32,
    /// Why.
    pub reason: Text<500>,
    /// Who erased it.
    pub erased_by: PersonId,
    /// When.
    pub erased_at: Timestamp,
}

impl IncidentEvent {
    /// The account in whose name its texts were written, or to which they were told; `None` for those of CBP, and where there are none.
    pub fn account_of_texts(&self) -> Option<AccountId> {
        match self {
            IncidentEvent::Reported(event) => event.reported_for,
            IncidentEvent::StatementAdded(event) => event.account_id,
            IncidentEvent::AnalysisSubmitted(event) => Some(event.account_id),
            IncidentEvent::PlanSubmitted(event) => Some(event.account_id),
            _ => None,
        }
    }

    /// The texts beside the ledger that were written with it.
    pub fn texts(&self) -> Vec<&TextRef> {
        match self {
            IncidentEvent::Reported(event) => vec![&event.narrative],
            IncidentEvent::StatementAdded(event) => vec![&event.text],
            IncidentEvent::AnalysisSubmitted(event) => vec![&event.root_cause],
            IncidentEvent::PlanSubmitted(event) => {
                event.actions.iter().map(|action| &action.description).collect()
            }
            IncidentEvent::AccountInvolved(_)
            | IncidentEvent::AccountRemoved(_)
            | IncidentEvent::Triaged(_)
            | IncidentEvent::ReviewBegun(_)
            | IncidentEvent::AnalysisRequested(_)
            | IncidentEvent::ResponseAccepted(_)
            | IncidentEvent::ResponseReturned(_)
            | IncidentEvent::ActionCompleted(_)
            | IncidentEvent::PartConcluded(_)
            | IncidentEvent::Closed(_)
            | IncidentEvent::Reopened(_)
            | IncidentEvent::FactsCorrected(_)
            | IncidentEvent::TextErased(_)
            | IncidentEvent::Compared(_)
            | IncidentEvent::ComparisonUndone(_) => Vec::new(),
        }
    }
}
