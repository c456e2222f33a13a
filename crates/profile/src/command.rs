//! What can be asked of a profile. Values are typed; their shapes were checked at the edge.

use crate::answer::{AnswerContent, Comment};
use crate::event::CloseReason;
use chrono::NaiveDate;
use criteria::{CriterionId, EditionId, EntityType};
use kernel::{AccountId, MembershipId, ProfileId};

/// Every command.
#[derive(Debug, Clone, PartialEq)]
pub enum ProfileCommand {
    /// Begin the first draft.
    Start(Start),
    /// Save one answer of the draft.
    SaveAnswer(SaveAnswer),
    /// Hand the whole profile to CBP.
    Submit(Submit),
    /// Begin to review what was submitted.
    StartReview(StartReview),
    /// Let one answer stand.
    AcceptAnswer(AcceptAnswer),
    /// Ask for a change of one answer.
    RejectAnswer(RejectAnswer),
    /// Give the profile back to the company.
    Return(Return),
    /// Approve the profile as a snapshot.
    Approve(Approve),
    /// End it, because the membership has ended.
    Close(Close),
}

/// Begin the first draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The profile, a new id.
    pub profile_id: ProfileId,
    /// The membership it belongs to.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// The type applied for, which decides what is asked.
    pub entity_type: EntityType,
    /// The edition of the criteria. Which of them apply, and at which level, is taken as of today and frozen.
    pub edition: EditionId,
}

/// Save one answer of the draft, complete or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaveAnswer {
    /// The criterion answered.
    pub criterion_id: CriterionId,
    /// What the company says now; it replaces what was said before.
    pub content: AnswerContent,
    /// The version that the writer saw, 0 where there was no answer yet. `None` saves whatever is there.
    pub expected_answer_version: Option<u32>,
}

/// Hand the whole profile to CBP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submit {}

/// Begin to review what was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartReview {}

/// Let one answer stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptAnswer {
    /// The criterion answered.
    pub criterion_id: CriterionId,
    /// A remark for the company, if any.
    pub comment: Option<Comment>,
}

/// Ask for a change of one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectAnswer {
    /// The criterion answered.
    pub criterion_id: CriterionId,
    /// What is wrong and what would help. Handbook 3.3: a comment on each rejected answer.
    pub comment: Comment,
}

/// Give the profile back to the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The last day to answer, if one is set. The programme publishes none for applicants.
    pub due_on: Option<NaiveDate>,
    /// A remark on the whole, if any.
    pub comment: Option<Comment>,
}

/// Approve the profile as a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approve {
    /// A remark on the whole, if any.
    pub comment: Option<Comment>,
}

/// End it, because the membership has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// How the membership ended.
    pub reason: CloseReason,
}

macro_rules! into_command {
    ($($name:ident),+) => {$(
        impl From<$name> for ProfileCommand {
            fn from(command: $name) -> Self {
                ProfileCommand::$name(command)
            }
        }
    )+};
}

into_command!(Start, SaveAnswer, Submit, StartReview, AcceptAnswer, RejectAnswer, Return, Approve, Close);
