//! Representations of security profiles, answers and snapshots.

use super::super::code;
use crate::http::ApiState;
use crate::http::answer::Resource;
use chrono::{DateTime, NaiveDate, Utc};
use criteria::{CriterionId, Level};
use kernel::{AccountId, MembershipId, PersonId, ProfileId};
use ledger::At;
use portal::access::Caller;
use portal::read::page::Page;
use portal::read::profiles::ProfileRow;
use portal::{Call, Committed, PortalError, allowed_commands};
use profile::{AnswerContent, Decision, Profile, Standing};
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
    /// Its version, as in `ETag`.
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

    async fn view(
        state: &ApiState,
        caller: &Caller,
        committed: &Committed<Profile>,
    ) -> Result<ProfileView, PortalError> {
        let profile = &committed.state;
        let owner = state.portal.profile_ownership(profile).await?;
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
            allowed_commands: allowed_commands(
                caller,
                &owner,
                profile.status.allowed_commands().iter().copied(),
            ),
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

/// What a company says to one criterion.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswerSaid {
    /// Whether the criterion applies.
    #[schema(inline, value_type = code::AppliesOut)]
    pub applies: profile::Applies,
    /// How far it is met, in the company's own view.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::MetOut>)]
    pub met: Option<profile::Met>,
    /// The response.
    pub text: String,
    /// Why it does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_applicable_reason: Option<String>,
    /// Evidence, by reference.
    pub evidence: Vec<String>,
}

impl From<&AnswerContent> for AnswerSaid {
    fn from(content: &AnswerContent) -> Self {
        Self {
            applies: content.applies,
            met: content.met,
            text: content.text.as_str().to_owned(),
            not_applicable_reason: content
                .not_applicable_reason
                .as_ref()
                .map(|reason| reason.as_str().to_owned()),
            evidence: content.evidence.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A decision of CBP on one version of an answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswerDecision {
    /// What was decided.
    #[schema(inline, value_type = code::DecisionOut)]
    pub outcome: String,
    /// The reviewer's comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The version that was decided about.
    pub answer_version: u32,
    /// The round of submission.
    pub round: u32,
    /// Who decided.
    pub decided_by: PersonId,
    /// When.
    pub decided_at: DateTime<Utc>,
}

impl From<&Decision> for AnswerDecision {
    fn from(decision: &Decision) -> Self {
        Self {
            outcome: match decision.outcome {
                profile::Outcome::Accepted => "accepted".to_owned(),
                profile::Outcome::Rejected => "rejected".to_owned(),
            },
            comment: decision.comment.as_ref().map(ToString::to_string),
            answer_version: decision.answer_version,
            round: decision.round,
            decided_by: decision.decided_by,
            decided_at: decision.decided_at,
        }
    }
}

/// A version of an answer that was submitted, with the decisions on it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswerSubmitted {
    /// The answer's version.
    pub answer_version: u32,
    /// What it said.
    pub content: AnswerSaid,
    /// The round in which it was first submitted.
    pub round: u32,
    /// When.
    pub submitted_at: DateTime<Utc>,
    /// The decisions on it, in order.
    pub decisions: Vec<AnswerDecision>,
}

/// One criterion of the profile with its answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct AnswerView {
    /// The criterion.
    pub criterion_id: CriterionId,
    /// Must or should, frozen when the draft began.
    #[schema(inline, value_type = code::LevelOut)]
    pub level: Level,
    /// The answer's own version, as in `ETag`; 0 while nothing is saved.
    pub version: u32,
    /// What the company says now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<AnswerSaid>,
    /// Whether it could be submitted like this.
    pub complete: bool,
    /// How it stands in the review.
    #[schema(inline, value_type = code::StandingOut)]
    pub standing: Standing,
    /// Who saved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_by: Option<PersonId>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_at: Option<DateTime<Utc>>,
    /// The newest decision, which may be about an earlier version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<AnswerDecision>,
    /// Every submitted version with its decisions, oldest first; the newest 25.
    pub history: Vec<AnswerSubmitted>,
}

impl AnswerView {
    /// The answer to a criterion; `None` where the criterion is not asked.
    pub fn of(profile: &Profile, criterion_id: CriterionId) -> Option<Self> {
        let level = *profile.criteria.get(&criterion_id)?;
        let answer = profile.answer(&criterion_id);
        Some(Self {
            criterion_id,
            level,
            version: answer.map_or(0, |answer| answer.version),
            content: answer.map(|answer| AnswerSaid::from(answer.content.as_ref())),
            complete: answer.is_some_and(|answer| answer.content.is_complete()),
            standing: answer.map_or(Standing::Undecided, profile::Answer::standing),
            saved_by: answer.map(|answer| answer.saved_by),
            saved_at: answer.map(|answer| answer.saved_at),
            decision: answer.and_then(|answer| answer.decision.as_ref()).map(AnswerDecision::from),
            history: answer
                .map(|answer| answer.history.as_slice())
                .unwrap_or_default()
                .iter()
                .map(|version| AnswerSubmitted {
                    answer_version: version.answer_version,
                    content: AnswerSaid::from(version.content.as_ref()),
                    round: version.round,
                    submitted_at: version.submitted_at,
                    decisions: version.decisions.iter().map(AnswerDecision::from).collect(),
                })
                .collect(),
        })
    }
}

/// Every criterion of the profile with its answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswerList {
    /// In the order of the catalogue.
    pub items: Vec<AnswerView>,
}

impl AnswerList {
    /// Of a profile.
    pub fn of(profile: &Profile) -> Self {
        Self { items: profile.criteria.keys().filter_map(|id| AnswerView::of(profile, *id)).collect() }
    }
}

/// One answer of a snapshot.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SnapshotAnswer {
    /// The criterion.
    pub criterion_id: CriterionId,
    /// The level that it had.
    #[schema(inline, value_type = code::LevelOut)]
    pub level: Level,
    /// The version approved.
    pub answer_version: u32,
    /// What it said.
    pub content: AnswerSaid,
}

/// An approved snapshot in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Snapshot)]
pub struct SnapshotView {
    /// Counted from 1 per profile.
    pub number: u32,
    /// The round that ended with it.
    pub round: u32,
    /// The edition answered.
    pub edition: String,
    /// The programme date of the approval.
    pub approved_on: NaiveDate,
    /// Who approved it.
    pub approved_by: PersonId,
    /// When.
    pub approved_at: DateTime<Utc>,
    /// A remark on the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The answers, in the order of the catalogue.
    pub answers: Vec<SnapshotAnswer>,
}

impl SnapshotView {
    /// A snapshot with its answers.
    pub fn of(snapshot: &profile::state::Snapshot) -> Self {
        Self {
            number: snapshot.number,
            round: snapshot.round,
            edition: snapshot.edition.to_string(),
            approved_on: snapshot.approved_on,
            approved_by: snapshot.approved_by,
            approved_at: snapshot.approved_at,
            comment: snapshot.comment.as_ref().map(ToString::to_string),
            answers: snapshot
                .answers
                .iter()
                .map(|(criterion_id, answer)| SnapshotAnswer {
                    criterion_id: *criterion_id,
                    level: answer.level,
                    answer_version: answer.answer_version,
                    content: AnswerSaid::from(answer.content.as_ref()),
                })
                .collect(),
        }
    }
}

/// One snapshot of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SnapshotSummary {
    /// Counted from 1 per profile.
    pub number: u32,
    /// The programme date of the approval.
    pub approved_on: NaiveDate,
    /// Who approved it.
    pub approved_by: PersonId,
}

/// The approved snapshots.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SnapshotList {
    /// Oldest first.
    pub items: Vec<SnapshotSummary>,
}

impl SnapshotList {
    /// Of a profile.
    pub fn of(profile: &Profile) -> Self {
        let items = profile
            .snapshots
            .iter()
            .map(|snapshot| SnapshotSummary {
                number: snapshot.number,
                approved_on: snapshot.approved_on,
                approved_by: snapshot.approved_by,
            })
            .collect();
        Self { items }
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

/// An example of an answer.
pub fn answer_example() -> Value {
    json!({
        "criterion_id": "1.1", "level": "should", "version": 1,
        "content": {"applies": "yes", "met": "yes", "text": "Our chief executive signed the statement on 4 January.", "evidence": ["statement-of-support.pdf"]},
        "complete": true, "standing": "undecided", "saved_by": "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "saved_at": "2026-03-02T15:04:05Z", "history": [],
    })
}

/// An example of a snapshot.
pub fn snapshot_example() -> Value {
    json!({"number": 1, "round": 2, "edition": "2020", "approved_on": "2026-03-20",
        "approved_by": "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "approved_at": "2026-03-20T15:04:05Z", "answers": [
            {"criterion_id": "1.1", "level": "should", "answer_version": 1, "content": {"applies": "yes", "met": "yes",
                "text": "Our chief executive signed the statement on 4 January.", "evidence": ["statement-of-support.pdf"]}}]})
}
