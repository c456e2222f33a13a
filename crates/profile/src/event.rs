//! What can happen to a profile: payloads, type strings, versions.
//!
//! Events carry facts for readers: counts and levels are written, so that a read model computes nothing. Persons are ids.

use crate::answer::{
    AnswerText, AnswerVersion, Applies, Comment, EvidenceReference, FrozenCriterion, Met, ReasonText,
};
use chrono::NaiveDate;
use criteria::{CriterionId, EditionId, EntityType, Level};
use kernel::{AccountId, MembershipId, PersonId, ProfileId, Timestamp};
use serde::{Deserialize, Serialize};

kernel::events! {
    /// What can happen to a profile.
    pub enum ProfileEvent {
        /// The first draft began, with the list of criteria and levels frozen for it.
        Started(ProfileStarted) = "profile.started", 1;
        /// An answer of the draft was saved and is now at this version.
        AnswerSaved(ProfileAnswerSaved) = "profile.answer_saved", 1;
        /// An officer handed the profile to CBP; the versions named are what CBP reviews.
        Submitted(ProfileSubmitted) = "profile.submitted", 1;
        /// CBP began to review it.
        ReviewStarted(ProfileReviewStarted) = "profile.review_started", 1;
        /// CBP let an answer stand.
        AnswerAccepted(ProfileAnswerAccepted) = "profile.answer_accepted", 1;
        /// CBP asked for a change of an answer.
        AnswerRejected(ProfileAnswerRejected) = "profile.answer_rejected", 1;
        /// CBP gave the profile back; the rejected answers have to be changed.
        Returned(ProfileReturned) = "profile.returned", 1;
        /// CBP approved the profile; the versions named are the snapshot.
        Approved(ProfileApproved) = "profile.approved", 1;
        /// The membership ended; nothing can be changed any more.
        Closed(ProfileClosed) = "profile.closed", 1;
    }
}

/// Payload of `profile.started`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileStarted {
    /// The profile.
    pub profile_id: ProfileId,
    /// The membership it belongs to.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// The type that decided what is asked.
    pub entity_type: EntityType,
    /// The edition of the criteria.
    pub edition: EditionId,
    /// The programme date on which applicability and levels were read.
    pub criteria_on: NaiveDate,
    /// What is asked, at which level.
    pub criteria: Vec<FrozenCriterion>,
}

/// Payload of `profile.answer_saved`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileAnswerSaved {
    /// The criterion answered.
    pub criterion_id: CriterionId,
    /// The edition whose wording was answered.
    pub edition: EditionId,
    /// The level of the criterion in this draft.
    pub level: Level,
    /// Whether the criterion applies.
    pub applies: Applies,
    /// How far it is met, if the company says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<Met>,
    /// The response, exactly as typed.
    pub text: AnswerText,
    /// Why it does not apply, exactly as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable_reason: Option<ReasonText>,
    /// Evidence, by reference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceReference>,
    /// The answer's version, counted from 1.
    pub answer_version: u32,
    /// Whether it could be submitted like this.
    pub complete: bool,
    /// How many answers are complete after this save.
    pub answers_complete: u32,
    /// How many criteria are asked.
    pub answers_needed: u32,
    /// Who saved it.
    pub saved_by: PersonId,
    /// When.
    pub saved_at: Timestamp,
}

/// Payload of `profile.submitted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileSubmitted {
    /// Counted from 1: the first submission, the first after a return, and so on.
    pub round: u32,
    /// The edition answered.
    pub edition: EditionId,
    /// Exactly what was submitted.
    pub answers: Vec<AnswerVersion>,
    /// How many answers changed since they were last submitted, all of them in the first round.
    pub answers_changed: u32,
    /// How many criteria the company calls not applicable.
    pub not_applicable: u32,
    /// How many MUST criteria the company itself calls not met.
    pub must_not_met: u32,
    /// The officer.
    pub submitted_by: PersonId,
    /// When.
    pub submitted_at: Timestamp,
}

/// Payload of `profile.review_started`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileReviewStarted {
    /// The round reviewed.
    pub round: u32,
    /// Who began.
    pub started_by: PersonId,
    /// When.
    pub started_at: Timestamp,
}

/// How the review stands after a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewCount {
    /// Answers whose present version is accepted.
    pub accepted: u32,
    /// Answers whose present version is rejected.
    pub rejected: u32,
    /// Answers still to be decided.
    pub undecided: u32,
}

/// Payload of `profile.answer_accepted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileAnswerAccepted {
    /// The criterion answered.
    pub criterion_id: CriterionId,
    /// The version that stands.
    pub answer_version: u32,
    /// The round.
    pub round: u32,
    /// A remark for the company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
    /// How the review stands after it.
    pub review: ReviewCount,
    /// Who decided.
    pub decided_by: PersonId,
    /// When.
    pub decided_at: Timestamp,
}

/// Payload of `profile.answer_rejected`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileAnswerRejected {
    /// The criterion answered.
    pub criterion_id: CriterionId,
    /// The version that has to be changed.
    pub answer_version: u32,
    /// The round.
    pub round: u32,
    /// What is wrong and what would help.
    pub comment: Comment,
    /// How the review stands after it.
    pub review: ReviewCount,
    /// Who decided.
    pub decided_by: PersonId,
    /// When.
    pub decided_at: Timestamp,
}

/// Payload of `profile.returned`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileReturned {
    /// The round that ends with it.
    pub round: u32,
    /// The answers that have to be changed.
    pub rejected: Vec<AnswerVersion>,
    /// The last day to answer, if one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// A remark on the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
    /// Who returned it.
    pub returned_by: PersonId,
    /// When.
    pub returned_at: Timestamp,
}

/// Payload of `profile.approved`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileApproved {
    /// Counted from 1 per profile.
    pub snapshot_number: u32,
    /// The round that ends with it.
    pub round: u32,
    /// The edition answered.
    pub edition: EditionId,
    /// The programme date of the approval.
    pub approved_on: NaiveDate,
    /// Exactly what was approved.
    pub answers: Vec<AnswerVersion>,
    /// A remark on the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
    /// Who approved it.
    pub approved_by: PersonId,
    /// When.
    pub approved_at: Timestamp,
}

/// How a membership ended, as far as its profile cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// CBP rejected the application.
    Rejected,
    /// CBP found the applicant ineligible.
    Ineligible,
    /// The company withdrew.
    Withdrawn,
    /// The application expired before the profile was submitted.
    Inactive,
    /// CBP removed the member.
    Removed,
}

/// Payload of `profile.closed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileClosed {
    /// How the membership ended.
    pub reason: CloseReason,
    /// The programme date.
    pub closed_on: NaiveDate,
}
