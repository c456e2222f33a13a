//! What can be asked of an enforcement action.

use super::values::{
    AppliedCriterion, Cause, CorrectivePlan, EndKind, EnforcementKind, EntryField, ReasonCode,
};
use crate::membership::benefits::Benefit;
use crate::membership::{Remark, Status};
use chrono::NaiveDate;
use kernel::{AccountId, AppealId, EnforcementActionId, MembershipId, PersonId, Text};

/// Record a decision. What depends on the membership was asked there: status, recommendation, what is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Impose {
    /// The action, a new id.
    pub enforcement_action_id: EnforcementActionId,
    /// The membership.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// What is decided.
    pub action: EnforcementKind,
    /// The benefits that are withheld; none stands for all.
    pub withheld_benefits: Vec<Benefit>,
    /// Why, in one code.
    pub reason: ReasonCode,
    /// The facts.
    pub facts: Remark,
    /// The criteria that were applied.
    pub criteria_applied: Vec<AppliedCriterion>,
    /// What gave cause.
    pub cause: Option<Cause>,
    /// Who recommended it.
    pub recommended_by: PersonId,
    /// When.
    pub recommended_on: NaiveDate,
    /// The day of the letter; today where absent.
    pub notice_on: Option<NaiveDate>,
    /// The day from which it holds; today where absent.
    pub effective_on: Option<NaiveDate>,
    /// Whether the shorter time to appeal holds, because it comes of knowingly false information.
    pub for_false_information: bool,
    /// The plan that is accepted, with a reinstatement.
    pub corrective_plan: Option<CorrectivePlan>,
    /// The actions that it ends.
    pub ends: Vec<EnforcementActionId>,
    /// The status before.
    pub earlier_status: Status,
    /// The status after.
    pub status: Status,
}

/// Answer a suspension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitCorrectivePlan {
    /// The plan.
    pub plan: CorrectivePlan,
}

/// Take in that something ended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// What.
    pub how: EndKind,
    /// The action that did, where one did.
    pub by_action: Option<EnforcementActionId>,
}

/// Take in that what had ended it was undone by an appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// The appeal.
    pub appeal_id: AppealId,
}

/// Correct an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectEntry {
    /// Which member.
    pub field: EntryField,
    /// What it should have been; a date as `YYYY-MM-DD`.
    pub value: Remark,
    /// Why.
    pub reason: Remark,
}

/// File an appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileAppeal {
    /// The appeal, a new id.
    pub appeal_id: AppealId,
    /// The grounds.
    pub grounds: Remark,
}

/// Take an appeal back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawAppeal {
    /// Why, if something is said.
    pub text: Option<Text<4000>>,
}

/// Decide an appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideAppeal {
    /// Whether it is granted.
    pub granted: bool,
    /// Why.
    pub text: Remark,
    /// Why it is no bar that others use the identifiers that come back with it, where they do.
    pub identifier_conflict_reason: Option<Remark>,
}

macro_rules! commands {
    ($($(#[doc = $doc:expr])+ $name:ident,)+) => {
        /// Every command.
        #[derive(Debug, Clone, PartialEq)]
        pub enum EnforcementCommand {
            $($(#[doc = $doc])+ $name($name),)+
        }

        $(
            impl From<$name> for EnforcementCommand {
                fn from(command: $name) -> Self {
                    EnforcementCommand::$name(command)
                }
            }
        )+
    };
}

commands! {
    /// Record a decision.
    Impose,
    /// Answer a suspension.
    SubmitCorrectivePlan,
    /// Something ended it.
    End,
    /// What had ended it was undone.
    Resume,
    /// Correct an entry.
    CorrectEntry,
    /// File an appeal.
    FileAppeal,
    /// Take an appeal back.
    WithdrawAppeal,
    /// Decide an appeal.
    DecideAppeal,
}
