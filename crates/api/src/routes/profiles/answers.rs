//! Answers and snapshots as resources.

use super::super::code;
use chrono::{DateTime, NaiveDate, Utc};
use criteria::{CriterionId, Level};
use kernel::PersonId;
use profile::{AnswerContent, Decision, Profile, Standing};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

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
    /// The answer's own version, the first part of its `ETag`; 0 while nothing is saved.
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
