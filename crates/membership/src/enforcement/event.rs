//! What can happen to an enforcement action: payloads, type strings, versions. Persons are ids.

use super::values::{
    AppliedCriterion, Cause, CorrectivePlan, EndKind, EnforcementKind, EntryField, ReasonCode, Scope,
};
use crate::membership::benefits::Benefit;
use crate::membership::{Remark, Status};
use chrono::NaiveDate;
use kernel::{AccountId, AppealId, EnforcementActionId, MembershipId, PersonId};
use serde::{Deserialize, Serialize};

kernel::events! {
    /// What can happen to an enforcement action.
    pub enum EnforcementEvent {
        /// The programme director decided on a membership: a suspension, a removal or a reinstatement.
        Decided(EnforcementActionDecided) = "enforcement_action.decided", 1;
        /// The company answered a suspension with a corrective plan.
        CorrectivePlanSubmitted(EnforcementActionCorrectivePlanSubmitted) = "enforcement_action.corrective_plan_submitted", 1;
        /// The action is no longer in force.
        Ended(EnforcementActionEnded) = "enforcement_action.ended", 1;
        /// The action is in force again, because the removal that had ended it was undone by an appeal.
        Resumed(EnforcementActionResumed) = "enforcement_action.resumed", 1;
        /// A member of the entry that was recorded wrong was mended.
        Corrected(EnforcementActionCorrected) = "enforcement_action.corrected", 1;
        /// The company filed an appeal.
        AppealFiled(EnforcementActionAppealFiled) = "enforcement_action.appeal_filed", 1;
        /// The company took its appeal back.
        AppealWithdrawn(EnforcementActionAppealWithdrawn) = "enforcement_action.appeal_withdrawn", 1;
        /// The appeal was granted: what stood before is restored.
        AppealGranted(EnforcementActionAppealDecided) = "enforcement_action.appeal_granted", 1;
        /// The appeal was denied: the action stands.
        AppealDenied(EnforcementActionAppealDenied) = "enforcement_action.appeal_denied", 1;
    }
}

/// Payload of `enforcement_action.decided`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnforcementActionDecided {
    /// The action.
    pub enforcement_action_id: EnforcementActionId,
    /// The membership.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// What was decided.
    pub action: EnforcementKind,
    /// How far it reaches.
    pub scope: Scope,
    /// The benefits that are withheld, where it is partial.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld_benefits: Vec<Benefit>,
    /// Why, in one code.
    pub reason: ReasonCode,
    /// The facts.
    pub facts: Remark,
    /// The criteria that were applied.
    pub criteria_applied: Vec<AppliedCriterion>,
    /// What gave cause.
    pub cause: Cause,
    /// Who recommended it.
    pub recommended_by: PersonId,
    /// When.
    pub recommended_on: NaiveDate,
    /// Who decided; somebody else.
    pub decided_by: PersonId,
    /// The programme date of the decision.
    pub decided_on: NaiveDate,
    /// The day of the letter.
    pub notice_on: NaiveDate,
    /// The day from which it holds.
    pub effective_on: NaiveDate,
    /// The last day to answer a suspension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_due_on: Option<NaiveDate>,
    /// The last day to appeal, where an appeal lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal_due_on: Option<NaiveDate>,
    /// The plan that was accepted, with a reinstatement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrective_plan: Option<CorrectivePlan>,
    /// The actions that it ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<EnforcementActionId>,
    /// The membership's status before.
    pub earlier_status: Status,
    /// The membership's status after.
    pub status: Status,
}

/// Payload of `enforcement_action.corrective_plan_submitted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnforcementActionCorrectivePlanSubmitted {
    /// The membership.
    pub membership_id: MembershipId,
    /// The plan.
    pub plan: CorrectivePlan,
    /// Who submitted it.
    pub submitted_by: PersonId,
    /// The programme date.
    pub submitted_on: NaiveDate,
    /// The last day to answer.
    pub answer_due_on: NaiveDate,
}

/// Payload of `enforcement_action.ended`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnforcementActionEnded {
    /// What ended it.
    pub how: EndKind,
    /// The action that did, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_action: Option<EnforcementActionId>,
    /// Whose decision that was.
    pub ended_by: PersonId,
    /// The programme date.
    pub ended_on: NaiveDate,
}

/// Payload of `enforcement_action.resumed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnforcementActionResumed {
    /// The membership.
    pub membership_id: MembershipId,
    /// The appeal against the removal.
    pub appeal_id: AppealId,
    /// The last day to answer; the time runs anew.
    pub answer_due_on: NaiveDate,
    /// The programme date.
    pub resumed_on: NaiveDate,
}

/// Payload of `enforcement_action.corrected`: both values, and who mended it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnforcementActionCorrected {
    /// The membership.
    pub membership_id: MembershipId,
    /// Which member.
    pub field: EntryField,
    /// What had been recorded.
    pub earlier: Remark,
    /// What it is now.
    pub value: Remark,
    /// Why.
    pub reason: Remark,
    /// The last day to answer, where it moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_due_on: Option<NaiveDate>,
    /// What it had been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_answer_due_on: Option<NaiveDate>,
    /// Who mended it.
    pub corrected_by: PersonId,
    /// The programme date.
    pub corrected_on: NaiveDate,
}

/// Payload of `enforcement_action.appeal_filed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnforcementActionAppealFiled {
    /// The appeal.
    pub appeal_id: AppealId,
    /// The grounds.
    pub grounds: Remark,
    /// Who filed it.
    pub filed_by: PersonId,
    /// The programme date.
    pub filed_on: NaiveDate,
    /// The day by which it is to be decided.
    pub due_on: NaiveDate,
}

/// Payload of `enforcement_action.appeal_withdrawn`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnforcementActionAppealWithdrawn {
    /// The appeal.
    pub appeal_id: AppealId,
    /// Why, if something was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Remark>,
    /// Who took it back.
    pub withdrawn_by: PersonId,
    /// The programme date.
    pub withdrawn_on: NaiveDate,
}

/// Payload of `enforcement_action.appeal_granted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnforcementActionAppealDecided {
    /// The appeal.
    pub appeal_id: AppealId,
    /// Why.
    pub text: Remark,
    /// Who decided; somebody who had not decided the action.
    pub decided_by: PersonId,
    /// The programme date.
    pub decided_on: NaiveDate,
    /// Days from the filing. The law gives 180 (6 U.S.C. 967(c)).
    pub days_since_filing: i64,
}

/// Payload of `enforcement_action.appeal_denied`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EnforcementActionAppealDenied(pub EnforcementActionAppealDecided);
