//! What was erased, and what is due to be.

use super::{code, code_list, date_parameter, id_list};
use crate::http::Req;
use crate::http::answer::json_page;
use crate::operation::Operation;
use crate::problem::Problem;
use actix_web::HttpResponse;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, EventId, IncidentId, PersonId};
use portal::access::permission;
use portal::read::retention::{ErasureRow, RetainedRow};
use portal::{DueFilter, ErasureFilter, Portal};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// Data that are kept and not needed any more.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErasureDue {
    /// A person who has left a company, or a company that never became a member.
    #[schema(inline, value_type = code::RetainedKindOut)]
    pub kind: String,
    /// The account.
    pub account_id: AccountId,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// Since when they are not needed: the day on which the person was taken off, the application ended, or the company registered without
    /// applying.
    pub since: NaiveDate,
    /// The last day for which they are kept.
    pub kept_until: NaiveDate,
    /// The policy value that says so; `/v1/policy-values` has its basis.
    #[schema(max_length = 60)]
    pub policy_value: &'static str,
    /// How many legal holds stand in the way. Nothing is erased until all of them are lifted.
    pub holds: i64,
    /// The command that erases them, by its name in the address of the account.
    #[schema(max_length = 40)]
    pub command: &'static str,
}

/// A page of what is due.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErasureDuePage {
    /// What has been due for longest comes first.
    pub items: Vec<ErasureDue>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Something that was erased.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Erasure {
    /// The event that says so.
    pub event_id: EventId,
    /// Its position in the ledger.
    pub position: i64,
    /// What was erased: a person, a text about an incident, or a whole applicant.
    #[schema(inline, value_type = code::ErasureKindOut)]
    pub kind: String,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The person, who is known by this id alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// The incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident_id: Option<IncidentId>,
    /// The number of the text within it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// Why.
    pub reason: String,
    /// Who erased it.
    pub erased_by: PersonId,
    /// When.
    pub erased_at: DateTime<Utc>,
}

/// A page of erasures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErasurePage {
    /// Oldest first.
    pub items: Vec<Erasure>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

fn due(portal: &Portal, row: RetainedRow) -> Option<ErasureDue> {
    let (kept_until, policy_value) = portal.kept_until(&row.kind, row.since);
    let command = if row.kind == "person" { "erase-person" } else { "erase-applicant" };
    Some(ErasureDue {
        account_id: row.account_id.parse().ok()?,
        person_id: row.subject_id.parse().ok(),
        kind: row.kind,
        since: row.since,
        kept_until,
        policy_value,
        holds: row.holds,
        command,
    })
}

fn erasure(row: ErasureRow) -> Option<Erasure> {
    Some(Erasure {
        event_id: row.event_id.parse().ok()?,
        position: row.position,
        kind: row.kind,
        account_id: row.account_id.and_then(|id| id.parse().ok()),
        person_id: row.person_id.and_then(|id| id.parse().ok()),
        incident_id: row.incident_id.and_then(|id| id.parse().ok()),
        number: row.number,
        reason: row.reason,
        erased_by: row.erased_by.parse().ok()?,
        erased_at: row.erased_at,
    })
}

async fn list_due(req: Req<permission::ErasureRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let filter = DueFilter {
        kind: query.codes("kind", &["person", "applicant"]),
        account_id: query.ids::<AccountId>("account_id"),
        held: query.choice("held"),
        due_on_or_before: query.date("due_on_or_before"),
    };
    query.finish()?;
    let portal = &req.state.portal;
    let page = portal.erasures_due(&req.call()?, &filter, &request).await?;
    let items = page.items.into_iter().filter_map(|row| due(portal, row)).collect();
    Ok(json_page(&ErasureDuePage { items, next_cursor: page.next_cursor }))
}

async fn list(req: Req<permission::ErasureRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let filter = ErasureFilter {
        kind: query.codes("kind", &["person", "text", "applicant"]),
        account_id: query.ids::<AccountId>("account_id"),
        erased_by: query.ids::<PersonId>("erased_by"),
    };
    query.finish()?;
    let page = req.state.portal.erasures(&req.call()?, &filter, &request).await?;
    let items = page.items.into_iter().filter_map(erasure).collect();
    Ok(json_page(&ErasurePage { items, next_cursor: page.next_cursor }))
}

const ACCOUNT: &str = "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
const PERSON: &str = "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

/// The operations on erasures.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/erasures-due", "erasures_due_list", list_due)
            .about("erasures", "See what is due to be erased", "Persons who have left their company, and companies that never became members, whose time to be kept is over: what has been due for longest comes first. Nothing is erased by itself: staff send the command, unless a legal hold stands in the way.")
            .paged()
            .parameter("kind", "Only persons, or only applicants.", code_list(&["person", "applicant"]))
            .parameter("account_id", "Only of these accounts.", id_list("acc"))
            .parameter("held", "Only what a legal hold stands in the way of, or only what none does.", json!({"type": "boolean"}))
            .parameter("due_on_or_before", "What is due by this day, which may be to come; today where it is absent.", date_parameter())
            .answers::<ErasureDuePage>(200, json!({"items": [{"kind": "person", "account_id": ACCOUNT, "person_id": PERSON,
                "since": "2023-03-02", "kept_until": "2026-03-01", "policy_value": "former_person_retention_days", "holds": 0, "command": "erase-person"}]})),
        Operation::get("/v1/erasures", "erasures_list", list)
            .about("erasures", "See what was erased", "Every person, text and applicant that was erased, oldest first, with when, why and by whom. Whoever restores a backup erases again what was erased after it: `position` tells.")
            .paged()
            .parameter("kind", "Only these.", code_list(&["person", "text", "applicant"]))
            .parameter("account_id", "Only of these accounts.", id_list("acc"))
            .parameter("erased_by", "Only what these have erased.", id_list("per"))
            .answers::<ErasurePage>(200, json!({"items": [{"event_id": "evt_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "position": 41, "kind": "person",
                "account_id": ACCOUNT, "person_id": PERSON, "reason": "The person left the company and asked for it.",
                "erased_by": "per_0193b2d1aa007c3eb8f6000000000004", "erased_at": "2026-03-02T15:04:05Z"}]})),
    ]
}
