//! Lists of memberships, what is missing, and conflicts.

use super::super::code;
use super::example::ID;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, MembershipId, PersonId, ProfileId};
use membership::membership as mbr;
use portal::read::memberships::MembershipRow;
use portal::read::page::Page;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// One membership of a list or of the work queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipSummary {
    /// Its id.
    pub id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// Its security profile.
    pub profile_id: ProfileId,
    /// The type.
    #[schema(inline, value_type = code::EntityTypeOut)]
    pub entity_type: String,
    /// Where it stands.
    #[schema(inline, value_type = code::StatusOut)]
    pub status: String,
    /// The tier, where tiers are applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::TierOut>)]
    pub tier: Option<String>,
    /// The office that looks after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::OfficeOut>)]
    pub office: Option<String>,
    /// The specialist assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specialist_id: Option<PersonId>,
    /// The application.
    pub applied_on: NaiveDate,
    /// The certification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certified_on: Option<NaiveDate>,
    /// The newest validation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validated_on: Option<NaiveDate>,
    /// The next day on which something is due, whoever owes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Who has to act next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::WaitingForOut>)]
    pub waiting_for: Option<String>,
    /// What has to be done next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::NextStepOut>)]
    pub next_step: Option<String>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Its version.
    pub version: i64,
}

/// A page of memberships.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipPage {
    /// The memberships.
    pub items: Vec<MembershipSummary>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl From<Page<MembershipRow>> for MembershipPage {
    fn from(page: Page<MembershipRow>) -> Self {
        let summary = |row: MembershipRow| {
            Some(MembershipSummary {
                id: row.membership_id.parse().ok()?,
                account_id: row.account_id.parse().ok()?,
                profile_id: row.profile_id.parse().ok()?,
                entity_type: row.entity_type,
                status: row.status,
                tier: row.tier,
                office: row.office,
                specialist_id: row.specialist_id.and_then(|id| id.parse().ok()),
                applied_on: row.applied_on,
                certified_on: row.certified_on,
                validated_on: row.validated_on,
                due_on: row.due_on,
                waiting_for: row.waiting_for,
                next_step: row.next_step,
                waiting_since: row.waiting_since,
                updated_at: row.updated_at,
                version: row.version,
            })
        };
        Self { items: page.items.into_iter().filter_map(summary).collect(), next_cursor: page.next_cursor }
    }
}

/// One thing that is missing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ToDoEntry {
    /// What, in one code.
    #[schema(inline, value_type = code::ToDoCodeOut)]
    pub code: &'static str,
    /// The condition that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::ConditionOut>)]
    pub condition: Option<&'static str>,
    /// Which identifier, document or statement; several that will do are separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What to do, in a sentence.
    pub sentence: String,
    /// Whose turn it is.
    #[schema(inline, value_type = code::WaitsForOut)]
    pub waits_for: &'static str,
    /// Where it is done.
    #[schema(inline, value_type = code::ToDoResourceOut)]
    pub resource: &'static str,
    /// The command that does it, by its name in the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'static str>,
}

/// Answers of the security profile that stand in the way of its submission.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ToDoAnswer {
    /// The criterion.
    pub criterion_id: criteria::CriterionId,
    /// Must or should.
    #[schema(inline, value_type = code::LevelOut)]
    pub level: &'static str,
    /// Why, in one code.
    #[schema(inline, value_type = code::MissingReasonOut)]
    pub reason: &'static str,
    /// What to do, in a sentence.
    pub sentence: &'static str,
}

/// What is missing.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ToDoList)]
pub struct ToDoView {
    /// What the company has to do before it can submit, the answers apart.
    pub to_submit: Vec<ToDoEntry>,
    /// The answers that are missing.
    pub answers: Vec<ToDoAnswer>,
    /// What is open before CBP can certify.
    pub to_certify: Vec<ToDoEntry>,
    /// The next day on which something is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// What is due on that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::DueForOut>)]
    pub due_for: Option<String>,
}

impl From<portal::MembershipToDo> for ToDoView {
    fn from(found: portal::MembershipToDo) -> Self {
        let entry = |item: mbr::ToDoItem| ToDoEntry {
            code: item.code.as_str(),
            condition: item.condition.map(|condition| condition.as_str()),
            subject: item.subject,
            sentence: item.sentence,
            waits_for: item.waits_for.as_str(),
            resource: item.resource.as_str(),
            command: item.command,
        };
        Self {
            to_submit: found.to_do.to_submit.into_iter().map(entry).collect(),
            answers: found
                .answers
                .into_iter()
                .map(|missing| ToDoAnswer {
                    criterion_id: missing.criterion_id,
                    level: missing.level.as_str(),
                    reason: missing.reason.as_str(),
                    sentence: missing.reason.sentence(),
                })
                .collect(),
            to_certify: found.to_do.to_certify.into_iter().map(entry).collect(),
            due_on: found.due_on,
            due_for: found.due_for,
        }
    }
}

/// Another membership with the same identifier.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Conflict {
    /// The kind of identifier.
    #[serde(rename = "type")]
    #[schema(inline, value_type = code::IdentifierTypeOut)]
    pub identifier_type: String,
    /// Its normalised form.
    pub normalised: String,
    /// The other membership.
    pub membership_id: String,
}

/// Other memberships with the same identifiers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConflictList {
    /// At most 200.
    pub items: Vec<Conflict>,
}

impl From<Vec<mbr::IdentifierUse>> for ConflictList {
    fn from(found: Vec<mbr::IdentifierUse>) -> Self {
        let items = found
            .into_iter()
            .map(|conflict| Conflict {
                identifier_type: conflict.identifier_type.to_string(),
                normalised: conflict.normalised,
                membership_id: conflict.membership_id.to_string(),
            })
            .collect();
        Self { items }
    }
}

/// An example of a page.
pub fn page_example() -> Value {
    json!({"items": [{
        "id": ID, "account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "profile_id": "prf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "entity_type": "importer", "status": "pre_applicant", "applied_on": "2026-03-02", "due_on": "2026-04-01",
        "waiting_for": "company", "next_step": "submit_profile", "waiting_since": "2026-03-02T15:04:05Z",
        "updated_at": "2026-03-02T15:04:05Z", "version": 1,
    }]})
}

/// An example of a to-do list.
pub fn to_do_example() -> Value {
    json!({
        "to_submit": [{"code": "debt_not_declared", "condition": "c6", "sentence": "Declare whether there is a final, unpaid debt.",
            "waits_for": "company", "resource": "membership", "command": "declare-eligibility"}],
        "answers": [{"criterion_id": "1.1", "level": "should", "reason": "unanswered", "sentence": "This criterion has no answer yet."}],
        "to_certify": [], "due_on": "2026-04-01",
    })
}
