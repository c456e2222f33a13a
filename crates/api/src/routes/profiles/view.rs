//! Representations of security profiles, answers and snapshots.

use super::super::code;
use crate::http::ApiState;
use crate::http::answer::Resource;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, MembershipId, PersonId, ProfileId};
use ledger::At;
use portal::access::Caller;
use portal::read::page::Page;
use portal::read::profiles::ProfileRow;
use portal::{Call, Committed, PortalError};
use profile::Profile;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// How far one category is; category 0 is the whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProfileProgress {
    /// The category, 1 to 12; 0 for the whole.
    pub category: u8,
    /// Criteria asked.
    pub needed: u32,
    /// Of these, at level must.
    pub must: u32,
    /// Answers that could be submitted.
    pub complete: u32,
    /// Of these, at level must.
    pub must_complete: u32,
    /// Answers begun and not complete.
    pub begun: u32,
    /// Complete answers that say that the criterion does not apply.
    pub not_applicable: u32,
    /// Answers that CBP rejected and that were not changed since.
    pub rejected: u32,
    /// Answers whose present version CBP accepted.
    pub accepted: u32,
}

impl From<profile::CategoryProgress> for ProfileProgress {
    fn from(progress: profile::CategoryProgress) -> Self {
        Self {
            category: progress.category,
            needed: progress.needed,
            must: progress.must,
            complete: progress.complete,
            must_complete: progress.must_complete,
            begun: progress.begun,
            not_applicable: progress.not_applicable,
            rejected: progress.rejected,
            accepted: progress.accepted,
        }
    }
}

/// How the profile was last given back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProfileReturned {
    /// The round that ended with it.
    pub round: u32,
    /// The last day to answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// A remark on the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// When.
    pub returned_at: DateTime<Utc>,
}

/// A security profile.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Profile)]
pub struct ProfileView {
    /// Its id.
    pub id: ProfileId,
    /// Its version: the first part of its `ETag`.
    pub version: i64,
    /// The membership it belongs to.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// The type that decided what is asked.
    #[schema(inline, value_type = code::EntityTypeOut)]
    pub entity_type: &'static str,
    /// The edition of the criteria.
    pub edition: String,
    /// Where it stands.
    #[schema(inline, value_type = code::ProfileStatusOut)]
    pub status: &'static str,
    /// What the caller can do now: what the status allows and the caller's permissions cover, by the commands' names in the address;
    /// `save-answer` is the PUT of an answer.
    pub allowed_commands: Vec<&'static str>,
    /// How often it was submitted.
    pub round: u32,
    /// How far it is, category by category, the whole first.
    pub progress: Vec<ProfileProgress>,
    /// When it was first submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_submitted_at: Option<DateTime<Utc>>,
    /// When it was last submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<DateTime<Utc>>,
    /// The officer who submitted it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_by: Option<PersonId>,
    /// When the review of the last round began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_started_at: Option<DateTime<Utc>>,
    /// How it was last given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<ProfileReturned>,
    /// The number of the newest approved snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_snapshot: Option<u32>,
}

/// Profiles as resources.
pub struct ProfileResource;

impl Resource for ProfileResource {
    type Aggregate = Profile;
    type View = ProfileView;
    const KIND: &'static str = "profile";
    const COLLECTION: &'static str = "profiles";
    const PERSONAL: bool = false;

    async fn read(
        state: &ApiState,
        call: &Call,
        id: &str,
        at: At,
    ) -> Result<Committed<Profile>, PortalError> {
        let id = id.parse().map_err(|_| PortalError::NotFound)?;
        state.portal.profile(call, id, Some(at)).await
    }

    fn allowed_commands(view: &mut ProfileView) -> Option<&mut Vec<&'static str>> {
        Some(&mut view.allowed_commands)
    }

    async fn view(
        state: &ApiState,
        caller: &Caller,
        committed: &Committed<Profile>,
    ) -> Result<ProfileView, PortalError> {
        let profile = &committed.state;
        let identity = profile.identity.ok_or(PortalError::NotFound)?;
        let progress = profile.progress();
        Ok(ProfileView {
            id: identity.profile_id,
            version: committed.version,
            membership_id: identity.membership_id,
            account_id: identity.account_id,
            entity_type: identity.entity_type.as_str(),
            edition: profile.edition.as_ref().map(ToString::to_string).unwrap_or_default(),
            status: profile.status.as_str(),
            allowed_commands: state.portal.profile_commands(caller, profile).await?,
            round: profile.round,
            progress: std::iter::once(progress.total)
                .chain(progress.by_category)
                .map(ProfileProgress::from)
                .collect(),
            first_submitted_at: profile.first_submitted_at,
            submitted_at: profile.submitted_at,
            submitted_by: profile.submitted_by,
            review_started_at: profile.review_started_at,
            returned: profile.returned.as_ref().map(|returned| ProfileReturned {
                round: returned.round,
                due_on: returned.due_on,
                comment: returned.comment.as_ref().map(ToString::to_string),
                returned_at: returned.returned_at,
            }),
            approved_snapshot: profile.snapshots.last().map(|snapshot| snapshot.number),
        })
    }
}

/// One profile of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProfileSummary {
    /// Its id.
    pub id: ProfileId,
    /// The membership it belongs to.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// The type.
    #[schema(inline, value_type = code::EntityTypeOut)]
    pub entity_type: String,
    /// The edition answered.
    pub edition: String,
    /// Where it stands.
    #[schema(inline, value_type = code::ProfileStatusOut)]
    pub status: String,
    /// How many criteria are asked.
    pub answers_needed: i64,
    /// How many answers could be submitted as they are.
    pub answers_complete: i64,
    /// Submissions so far.
    pub round: i64,
    /// When it was last submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_on: Option<NaiveDate>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Its version.
    pub version: i64,
}

/// A page of profiles.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProfilePage {
    /// The profiles.
    pub items: Vec<ProfileSummary>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl From<Page<ProfileRow>> for ProfilePage {
    fn from(page: Page<ProfileRow>) -> Self {
        let summary = |row: ProfileRow| {
            Some(ProfileSummary {
                id: row.profile_id.parse().ok()?,
                membership_id: row.membership_id.parse().ok()?,
                account_id: row.account_id.parse().ok()?,
                entity_type: row.entity_type,
                edition: row.edition,
                status: row.status,
                answers_needed: row.answers_needed,
                answers_complete: row.answers_complete,
                round: row.round,
                submitted_at: row.submitted_at,
                approved_on: row.approved_on,
                updated_at: row.updated_at,
                version: row.version,
            })
        };
        Self { items: page.items.into_iter().filter_map(summary).collect(), next_cursor: page.next_cursor }
    }
}

const ID: &str = "prf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

/// An example of a profile as it is after a command, by its name in the address.
pub fn after(command: &str) -> Value {
    let (version, status, allowed, round, complete, accepted, rejected) = match command {
        "save-answer" => (13, "in_progress", vec!["save-answer", "submit"], 0, 12, 0, 0),
        "submit" => (97, "submitted", vec![], 1, 96, 0, 0),
        "start-review" => (98, "under_review", vec!["accept-answer", "reject-answer", "return"], 1, 96, 0, 0),
        "accept-answer" => {
            (99, "under_review", vec!["accept-answer", "reject-answer", "return"], 1, 96, 1, 0)
        }
        "reject-answer" => {
            (100, "under_review", vec!["accept-answer", "reject-answer", "return"], 1, 96, 1, 1)
        }
        "return" => (101, "returned", vec![], 1, 96, 1, 1),
        _ => (200, "approved", vec![], 2, 96, 96, 0),
    };
    let progress = json!({"category": 0, "needed": 96, "must": 70, "complete": complete, "must_complete": complete.min(70),
        "begun": 0, "not_applicable": 0, "rejected": rejected, "accepted": accepted});
    let mut profile = json!({
        "id": ID, "version": version, "membership_id": "mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "entity_type": "importer", "edition": "2020",
        "status": status, "allowed_commands": allowed, "round": round, "progress": [progress],
    });
    let Value::Object(members) = &mut profile else { return profile };
    if round > 0 {
        let submitted = if round > 1 { "2026-04-10T15:04:05Z" } else { "2026-03-20T15:04:05Z" };
        members.insert("first_submitted_at".to_owned(), json!("2026-03-20T15:04:05Z"));
        members.insert("submitted_at".to_owned(), json!(submitted));
        members.insert("submitted_by".to_owned(), json!("per_0193a5c0de7a7c3eb8f6000000000001"));
    }
    if round > 0 && command != "submit" {
        members.insert("review_started_at".to_owned(), json!("2026-03-24T14:00:00Z"));
    }
    if command == "return" {
        let returned = json!({"round": 1, "comment": "Three answers need more detail.", "returned_at": "2026-04-02T15:04:05Z"});
        members.insert("returned".to_owned(), returned);
    }
    if status == "approved" {
        members.insert("approved_snapshot".to_owned(), json!(1));
    }
    profile
}

/// An example of a page.
pub fn page_example() -> Value {
    json!({"items": [{
        "id": ID, "membership_id": "mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "entity_type": "importer", "edition": "2020", "status": "in_progress", "answers_needed": 96, "answers_complete": 12,
        "round": 0, "updated_at": "2026-03-02T15:04:05Z", "version": 13,
    }]})
}
