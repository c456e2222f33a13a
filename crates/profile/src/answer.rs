//! One answer: what the company says to a criterion, what CBP decided about it, and every submitted version.

use crate::text::DraftText;
use criteria::{CriterionId, Level};
use kernel::{PersonId, Text, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The response to one criterion, as typed.
pub type AnswerText = DraftText<20_000>;
/// Why a criterion does not apply, as typed.
pub type ReasonText = DraftText<4_000>;
/// A reviewer's comment: never blank.
pub type Comment = Text<4_000>;
/// A link to evidence: for now a reference by name (a document id, a file name, a library entry).
pub type EvidenceReference = Text<200>;

/// The most evidence links that one answer holds.
pub const MAX_EVIDENCE_LINKS: usize = 50;
/// How many submitted versions an answer keeps in the state, newest last. Earlier ones stay in the events.
pub const HISTORY_LIMIT: usize = 25;
/// How many decisions on one version are kept in the state, newest last. Earlier ones stay in the events.
pub const DECISIONS_LIMIT: usize = 25;

/// Whether a criterion applies to this company. Conditional criteria exist ("if cameras are used"), so an answer may say
/// that it does not, with a reason. Handbook 5.2.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    /// It applies; the text says how it is met.
    #[default]
    Yes,
    /// It does not apply; the reason says why.
    NotApplicable,
}

/// The company's own statement of how far a criterion is met.
///
/// A SHOULD that is not met is not in itself a failure; a MUST that is not met is. Handbook 5.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// Wholly.
    Yes,
    /// In part; the text says what is missing.
    Partly,
    /// Not at all.
    No,
}

/// Everything a company says to one criterion. Handbook 5.3.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AnswerContent {
    /// Whether the criterion applies.
    pub applies: Applies,
    /// How far it is met, if the company says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<Met>,
    /// The response. Kept also while the criterion is marked not applicable, so that changing one's mind loses nothing.
    #[serde(default)]
    pub text: AnswerText,
    /// Why it does not apply. Needed for submission then; kept also while the criterion applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable_reason: Option<ReasonText>,
    /// Evidence, by reference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceReference>,
}

impl AnswerContent {
    /// Whether the answer may be submitted: a text where the criterion applies, a reason where it does not.
    pub fn is_complete(&self) -> bool {
        match self.applies {
            Applies::Yes => !self.text.is_blank(),
            Applies::NotApplicable => {
                self.not_applicable_reason.as_ref().is_some_and(|reason| !reason.is_blank())
            }
        }
    }

    /// Whether the company itself says that an applicable criterion is not met.
    pub fn says_not_met(&self) -> bool {
        self.applies == Applies::Yes && self.met == Some(Met::No)
    }
}

/// What a reviewer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The answer stands.
    Accepted,
    /// The company has to change the answer; the comment says what.
    Rejected,
}

/// One decision of CBP on one version of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Accepted or rejected.
    pub outcome: Outcome,
    /// The reviewer's comment; always there on a rejection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
    /// The version that was decided about.
    pub answer_version: u32,
    /// The round of submission it belongs to, counted from 1.
    pub round: u32,
    /// Who decided.
    pub decided_by: PersonId,
    /// When.
    pub decided_at: Timestamp,
}

/// A version of an answer that was submitted, with every decision on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmittedVersion {
    /// The answer's version.
    pub answer_version: u32,
    /// What it said.
    pub content: Arc<AnswerContent>,
    /// The round in which this version was first submitted.
    pub round: u32,
    /// When that was.
    pub submitted_at: Timestamp,
    /// Decisions in their order. At most [`DECISIONS_LIMIT`], the newest kept.
    pub decisions: Vec<Decision>,
}

/// How an answer stands in the review now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nobody has decided about it.
    Undecided,
    /// This version was accepted.
    Accepted,
    /// This version was rejected: the company has to change it.
    Rejected,
    /// It was accepted and then changed, so the acceptance no longer counts.
    ChangedSinceAccepted,
    /// It was rejected and then changed.
    ChangedSinceRejected,
}

/// One answer as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Counted per answer from 1; one more with every saved change.
    pub version: u32,
    /// What the company says.
    pub content: Arc<AnswerContent>,
    /// Who saved this version.
    pub saved_by: PersonId,
    /// When.
    pub saved_at: Timestamp,
    /// The newest decision, which may be about an earlier version: see [`Answer::standing`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Every submitted version with its decisions, oldest first. At most [`HISTORY_LIMIT`], the newest kept.
    pub history: Vec<SubmittedVersion>,
}

impl Answer {
    /// How it stands in the review now.
    pub fn standing(&self) -> Standing {
        match &self.decision {
            None => Standing::Undecided,
            Some(decision) => match (decision.outcome, decision.answer_version == self.version) {
                (Outcome::Accepted, true) => Standing::Accepted,
                (Outcome::Rejected, true) => Standing::Rejected,
                (Outcome::Accepted, false) => Standing::ChangedSinceAccepted,
                // Typing something and then the rejected words again is no change.
                (Outcome::Rejected, false) if self.rejected_content() == Some(&self.content) => {
                    Standing::Rejected
                }
                (Outcome::Rejected, false) => Standing::ChangedSinceRejected,
            },
        }
    }

    /// What the last decided version said, where that decision was a rejection.
    fn rejected_content(&self) -> Option<&Arc<AnswerContent>> {
        let decision = self.decision.as_ref().filter(|decision| decision.outcome == Outcome::Rejected)?;
        self.submitted_version(decision.answer_version).map(|version| &version.content)
    }

    /// A version that was submitted, if the state still keeps it.
    pub fn submitted_version(&self, answer_version: u32) -> Option<&SubmittedVersion> {
        self.history.iter().rev().find(|version| version.answer_version == answer_version)
    }
}

/// A criterion of the draft with the level that was frozen when the draft began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenCriterion {
    /// The criterion.
    pub criterion_id: CriterionId,
    /// Must or should.
    pub level: Level,
}

/// Names one version of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerVersion {
    /// The criterion answered.
    pub criterion_id: CriterionId,
    /// The answer's version.
    pub answer_version: u32,
}
