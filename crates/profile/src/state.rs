//! What a profile is, folded from its events.

use crate::answer::{
    Answer, AnswerContent, AnswerVersion, Comment, DECISIONS_LIMIT, Decision, HISTORY_LIMIT, Outcome,
    Standing, SubmittedVersion,
};
use crate::event::{
    CloseReason, ProfileAnswerSaved, ProfileApproved, ProfileEvent, ProfileReturned, ProfileStarted,
    ProfileSubmitted,
};
use chrono::NaiveDate;
use criteria::{CriterionId, EditionId, EntityType, Level};
use kernel::{AccountId, MembershipId, PersonId, ProfileId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a profile stands. Handbook 5.4.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is no draft yet.
    #[default]
    NotStarted,
    /// The company writes.
    InProgress,
    /// Handed in; nobody at CBP has begun. The company's edits are locked.
    Submitted,
    /// CBP decides answer by answer. The company's edits are locked.
    UnderReview,
    /// Given back; the company writes again.
    Returned,
    /// Approved as a snapshot.
    Approved,
    /// The membership ended.
    Closed,
}

impl Status {
    /// Every status, in the order of the life cycle.
    pub const ALL: [Status; 7] = [
        Status::NotStarted,
        Status::InProgress,
        Status::Submitted,
        Status::UnderReview,
        Status::Returned,
        Status::Approved,
        Status::Closed,
    ];

    /// The name used in events and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::NotStarted => "not_started",
            Status::InProgress => "in_progress",
            Status::Submitted => "submitted",
            Status::UnderReview => "under_review",
            Status::Returned => "returned",
            Status::Approved => "approved",
            Status::Closed => "closed",
        }
    }

    /// The commands that this status allows, by their names in the URL. `save-answer` is the `PUT` of an answer. `start`
    /// and `close` are left out: they follow from the membership, nobody asks for them.
    pub const fn allowed_commands(self) -> &'static [&'static str] {
        match self {
            Status::InProgress | Status::Returned => &["save-answer", "submit"],
            Status::Submitted => &["start-review"],
            Status::UnderReview => &["accept-answer", "reject-answer", "return", "approve"],
            Status::NotStarted | Status::Approved | Status::Closed => &[],
        }
    }
}

/// Whose profile it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The profile.
    pub profile_id: ProfileId,
    /// The membership it belongs to.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// The type that decided what is asked.
    pub entity_type: EntityType,
}

/// How a profile was last given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The round that ended with it.
    pub round: u32,
    /// The last day to answer, if one was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// A remark on the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
    /// When.
    pub returned_at: Timestamp,
}

/// One answer of a snapshot, in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotAnswer {
    /// The version approved.
    pub answer_version: u32,
    /// The level that the criterion had.
    pub level: Level,
    /// What it said.
    pub content: Arc<AnswerContent>,
}

/// What was approved, in full and for good. Handbook 5.3: a copy per criterion is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Counted from 1 per profile.
    pub number: u32,
    /// The round that ended with it.
    pub round: u32,
    /// The edition answered.
    pub edition: EditionId,
    /// The programme date of the approval.
    pub approved_on: NaiveDate,
    /// Who approved it.
    pub approved_by: PersonId,
    /// When.
    pub approved_at: Timestamp,
    /// A remark on the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
    /// The answers.
    pub answers: BTreeMap<CriterionId, SnapshotAnswer>,
}

/// How a profile was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// How the membership ended.
    pub reason: CloseReason,
    /// The programme date.
    pub closed_on: NaiveDate,
}

/// A security profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Where it stands.
    pub status: Status,
    /// Whose it is; `None` only before it has started.
    pub identity: Option<Identity>,
    /// The edition of the draft.
    pub edition: Option<EditionId>,
    /// The date on which applicability and levels were read.
    pub criteria_on: Option<NaiveDate>,
    /// What is asked, at which level, frozen for the draft.
    pub criteria: BTreeMap<CriterionId, Level>,
    /// The answers saved so far. Shared, since every command copies the profile to apply its events and touches one of them.
    pub answers: BTreeMap<CriterionId, Arc<Answer>>,
    /// How often it was submitted.
    pub round: u32,
    /// When it was first submitted.
    pub first_submitted_at: Option<Timestamp>,
    /// When it was last submitted.
    pub submitted_at: Option<Timestamp>,
    /// The officer who submitted it last.
    pub submitted_by: Option<PersonId>,
    /// When the review of the last round began.
    pub review_started_at: Option<Timestamp>,
    /// Who began it.
    pub review_started_by: Option<PersonId>,
    /// How it was last given back.
    pub returned: Option<Returned>,
    /// Everything approved so far, oldest first.
    pub snapshots: Vec<Snapshot>,
    /// How it was closed.
    pub closed: Option<Closed>,
}

impl Profile {
    /// The answer to a criterion, if one was saved.
    pub fn answer(&self, criterion_id: &CriterionId) -> Option<&Answer> {
        self.answers.get(criterion_id).map(Arc::as_ref)
    }

    /// The version of an answer, 0 where none was saved.
    pub fn answer_version(&self, criterion_id: &CriterionId) -> u32 {
        self.answers.get(criterion_id).map_or(0, |answer| answer.version)
    }

    /// A snapshot by its number.
    pub fn snapshot(&self, number: u32) -> Option<&Snapshot> {
        self.snapshots.iter().find(|snapshot| snapshot.number == number)
    }

    /// The answers that stand as asked for, in the order of the criteria.
    pub fn answers_standing(&self, standing: Standing) -> impl Iterator<Item = (&CriterionId, &Answer)> {
        let answers = self.answers.iter().map(|(criterion_id, answer)| (criterion_id, answer.as_ref()));
        answers.filter(move |(_, answer)| answer.standing() == standing)
    }

    /// Names the present version of every answer.
    pub fn answer_versions(&self) -> Vec<AnswerVersion> {
        let name = |(id, answer): (&CriterionId, &Arc<Answer>)| AnswerVersion {
            criterion_id: *id,
            answer_version: answer.version,
        };
        self.answers.iter().map(name).collect()
    }
}

/// Applies one event. Total: any event of the past can be folded, whatever the rules say today.
pub fn evolve(profile: &mut Profile, event: &ProfileEvent) {
    match event {
        ProfileEvent::Started(event) => started(profile, event),
        ProfileEvent::AnswerSaved(event) => answer_saved(profile, event),
        ProfileEvent::Submitted(event) => submitted(profile, event),
        ProfileEvent::ReviewStarted(event) => {
            profile.status = Status::UnderReview;
            profile.review_started_at = Some(event.started_at);
            profile.review_started_by = Some(event.started_by);
        }
        ProfileEvent::AnswerAccepted(event) => decided(
            profile,
            &event.criterion_id,
            Decision {
                outcome: Outcome::Accepted,
                comment: event.comment.clone(),
                answer_version: event.answer_version,
                round: event.round,
                decided_by: event.decided_by,
                decided_at: event.decided_at,
            },
        ),
        ProfileEvent::AnswerRejected(event) => decided(
            profile,
            &event.criterion_id,
            Decision {
                outcome: Outcome::Rejected,
                comment: Some(event.comment.clone()),
                answer_version: event.answer_version,
                round: event.round,
                decided_by: event.decided_by,
                decided_at: event.decided_at,
            },
        ),
        ProfileEvent::Returned(event) => returned(profile, event),
        ProfileEvent::Approved(event) => approved(profile, event),
        ProfileEvent::Closed(event) => {
            profile.status = Status::Closed;
            profile.closed = Some(Closed { reason: event.reason, closed_on: event.closed_on });
        }
    }
}

fn started(profile: &mut Profile, event: &ProfileStarted) {
    profile.status = Status::InProgress;
    profile.identity = Some(Identity {
        profile_id: event.profile_id,
        membership_id: event.membership_id,
        account_id: event.account_id,
        entity_type: event.entity_type,
    });
    profile.edition = Some(event.edition.clone());
    profile.criteria_on = Some(event.criteria_on);
    profile.criteria = event.criteria.iter().map(|frozen| (frozen.criterion_id, frozen.level)).collect();
}

fn answer_saved(profile: &mut Profile, event: &ProfileAnswerSaved) {
    let content = Arc::new(AnswerContent {
        applies: event.applies,
        met: event.met,
        text: event.text.clone(),
        not_applicable_reason: event.not_applicable_reason.clone(),
        evidence: event.evidence.clone(),
    });
    let (decision, history) = match profile.answers.remove(&event.criterion_id) {
        Some(before) => {
            let before = Arc::unwrap_or_clone(before);
            (before.decision, before.history)
        }
        None => (None, Vec::new()),
    };
    let answer = Answer {
        version: event.answer_version,
        content,
        saved_by: event.saved_by,
        saved_at: event.saved_at,
        decision,
        history,
    };
    profile.answers.insert(event.criterion_id, Arc::new(answer));
}

fn submitted(profile: &mut Profile, event: &ProfileSubmitted) {
    profile.status = Status::Submitted;
    profile.round = event.round;
    profile.first_submitted_at.get_or_insert(event.submitted_at);
    profile.submitted_at = Some(event.submitted_at);
    profile.submitted_by = Some(event.submitted_by);
    profile.review_started_at = None;
    profile.review_started_by = None;
    for named in &event.answers {
        let Some(answer) = profile.answers.get_mut(&named.criterion_id).map(Arc::make_mut) else { continue };
        if answer.version != named.answer_version || answer.submitted_version(named.answer_version).is_some()
        {
            continue;
        }
        let version = SubmittedVersion {
            answer_version: answer.version,
            content: Arc::clone(&answer.content),
            round: event.round,
            submitted_at: event.submitted_at,
            decisions: Vec::new(),
        };
        push_bounded(&mut answer.history, version, HISTORY_LIMIT);
    }
}

fn decided(profile: &mut Profile, criterion_id: &CriterionId, decision: Decision) {
    let Some(answer) = profile.answers.get_mut(criterion_id).map(Arc::make_mut) else { return };
    let version =
        answer.history.iter_mut().rev().find(|version| version.answer_version == decision.answer_version);
    if let Some(version) = version {
        push_bounded(&mut version.decisions, decision.clone(), DECISIONS_LIMIT);
    }
    answer.decision = Some(decision);
}

fn returned(profile: &mut Profile, event: &ProfileReturned) {
    profile.status = Status::Returned;
    profile.returned = Some(Returned {
        round: event.round,
        due_on: event.due_on,
        comment: event.comment.clone(),
        returned_at: event.returned_at,
    });
}

fn approved(profile: &mut Profile, event: &ProfileApproved) {
    let mut answers = BTreeMap::new();
    for named in &event.answers {
        let Some(answer) = profile.answers.get(&named.criterion_id) else { continue };
        let content = match answer.submitted_version(named.answer_version) {
            Some(version) => &version.content,
            None => &answer.content,
        };
        let level = profile.criteria.get(&named.criterion_id).copied().unwrap_or(Level::Must);
        let content = Arc::clone(content);
        answers.insert(
            named.criterion_id,
            SnapshotAnswer { answer_version: named.answer_version, level, content },
        );
    }
    profile.status = Status::Approved;
    profile.snapshots.push(Snapshot {
        number: event.snapshot_number,
        round: event.round,
        edition: event.edition.clone(),
        approved_on: event.approved_on,
        approved_by: event.approved_by,
        approved_at: event.approved_at,
        comment: event.comment.clone(),
        answers,
    });
}

fn push_bounded<T>(list: &mut Vec<T>, item: T, limit: usize) {
    if list.len() >= limit {
        list.remove(0);
    }
    list.push(item);
}
