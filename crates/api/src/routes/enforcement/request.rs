//! What clients say about enforcement actions and appeals.

use super::super::code;
use chrono::NaiveDate;
use kernel::{EnforcementActionId, Text};
use membership::enforcement as enf;
use membership::membership::benefits::Benefit;
use portal::EnforcementDecision;
use serde::Deserialize;
use utoipa::ToSchema;

/// What gave cause to an action.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CauseData {
    /// What kind of thing.
    #[schema(inline, value_type = code::CauseKindIn)]
    pub kind: enf::CauseKind,
    /// Which one: an incident's or a suspension's id, the year of an annual review, or the name under which CBP keeps a validation, an
    /// inquiry or a finding.
    pub reference: Text<60>,
}

impl CauseData {
    fn cause(self) -> enf::Cause {
        enf::Cause { kind: self.kind, reference: self.reference }
    }
}

/// Recommend an enforcement action.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendEnforcementRequest {
    /// What.
    #[schema(inline, value_type = code::EnforcementKindIn)]
    pub action: enf::EnforcementKind,
    /// Why, in one code that fits the action.
    #[schema(inline, value_type = code::ReasonCodeIn)]
    pub reason: enf::ReasonCode,
    /// Why, in words for the programme director. The company never sees it. It must name nobody.
    pub text: Text<4000>,
}

/// Suspend a member.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspendRequest {
    /// Why, in one code.
    #[schema(inline, value_type = code::ReasonCodeIn)]
    pub reason: enf::ReasonCode,
    /// The facts, in words for the company. They must name nobody.
    pub facts: Text<4000>,
    /// The criteria that were applied, each in words.
    #[schema(min_items = 1, max_items = 20)]
    pub criteria_applied: Vec<Text<300>>,
    /// What gave cause.
    pub cause: CauseData,
    /// The benefits to withhold, such as FAST lanes only; all of them where none is named.
    #[serde(default)]
    #[schema(max_items = 20, inline, value_type = Vec<code::BenefitIn>)]
    pub withheld_benefits: Vec<Benefit>,
    /// The day of the letter, from which the time to answer runs; today where absent.
    #[serde(default)]
    pub notice_on: Option<NaiveDate>,
    /// The day from which it holds; today where absent.
    #[serde(default)]
    pub effective_on: Option<NaiveDate>,
}

impl SuspendRequest {
    /// The decision.
    pub fn decision(self) -> EnforcementDecision {
        EnforcementDecision {
            action: enf::EnforcementKind::Suspension,
            reason: self.reason,
            facts: self.facts,
            criteria_applied: self.criteria_applied,
            cause: Some(self.cause.cause()),
            withheld_benefits: self.withheld_benefits,
            suspension: None,
            notice_on: self.notice_on,
            effective_on: self.effective_on,
        }
    }
}

/// Remove a member.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveRequest {
    /// Why, in one code.
    #[schema(inline, value_type = code::ReasonCodeIn)]
    pub reason: enf::ReasonCode,
    /// The facts, in words for the company. They must name nobody.
    pub facts: Text<4000>,
    /// The criteria that were applied, each in words.
    #[schema(min_items = 1, max_items = 20)]
    pub criteria_applied: Vec<Text<300>>,
    /// What gave cause; of a removal that follows a suspension it is that suspension, and this stays absent.
    #[serde(default)]
    pub cause: Option<CauseData>,
    /// The day of the letter; today where absent.
    #[serde(default)]
    pub notice_on: Option<NaiveDate>,
    /// The day from which it holds; today where absent.
    #[serde(default)]
    pub effective_on: Option<NaiveDate>,
}

impl RemoveRequest {
    /// The decision.
    pub fn decision(self) -> EnforcementDecision {
        EnforcementDecision {
            action: enf::EnforcementKind::Removal,
            reason: self.reason,
            facts: self.facts,
            criteria_applied: self.criteria_applied,
            cause: self.cause.map(CauseData::cause),
            withheld_benefits: Vec::new(),
            suspension: None,
            notice_on: self.notice_on,
            effective_on: self.effective_on,
        }
    }
}

/// Reinstate a member.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReinstateRequest {
    /// The suspension to lift.
    pub enforcement_action_id: EnforcementActionId,
    /// The facts, in words for the company: what the accepted plan comes to. They must name nobody.
    pub facts: Text<4000>,
    /// The criteria that were applied, each in words.
    #[schema(min_items = 1, max_items = 20)]
    pub criteria_applied: Vec<Text<300>>,
    /// The day of the letter; today where absent.
    #[serde(default)]
    pub notice_on: Option<NaiveDate>,
    /// The day from which it holds; today where absent.
    #[serde(default)]
    pub effective_on: Option<NaiveDate>,
}

impl ReinstateRequest {
    /// The decision.
    pub fn decision(self) -> EnforcementDecision {
        EnforcementDecision {
            action: enf::EnforcementKind::Reinstatement,
            reason: enf::ReasonCode::CorrectivePlanAccepted,
            facts: self.facts,
            criteria_applied: self.criteria_applied,
            cause: None,
            withheld_benefits: Vec::new(),
            suspension: Some(self.enforcement_action_id),
            notice_on: self.notice_on,
            effective_on: self.effective_on,
        }
    }
}

/// Something that a company undertakes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectiveData {
    /// What.
    pub objective: Text<1000>,
    /// By when.
    pub due_on: NaiveDate,
}

/// Answer a suspension.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitCorrectivePlanRequest {
    /// What the company undertakes.
    #[schema(min_items = 1, max_items = 50)]
    pub objectives: Vec<ObjectiveData>,
    /// Whether it consents to unannounced visits.
    pub consents_to_unannounced_visits: bool,
}

impl SubmitCorrectivePlanRequest {
    /// The plan.
    pub fn plan(self) -> enf::CorrectivePlan {
        let objective =
            |data: ObjectiveData| enf::Objective { objective: data.objective, due_on: data.due_on };
        enf::CorrectivePlan {
            objectives: self.objectives.into_iter().map(objective).collect(),
            consents_to_unannounced_visits: self.consents_to_unannounced_visits,
        }
    }
}

/// Correct an entry.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectEntryRequest {
    /// Which member.
    #[schema(inline, value_type = code::EntryFieldIn)]
    pub field: enf::EntryField,
    /// What it should have been; a date as YYYY-MM-DD.
    pub value: Text<4000>,
    /// Why.
    pub reason: Text<4000>,
}

/// File an appeal.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileAppealRequest {
    /// The grounds. They must name nobody.
    pub grounds: Text<4000>,
}

/// Take an appeal back.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawAppealRequest {
    /// Why, if there is something to say.
    #[serde(default)]
    pub text: Option<Text<4000>>,
}

/// Grant an appeal.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantAppealRequest {
    /// Why, in words for the company.
    pub text: Text<4000>,
    /// Why it is no bar that other companies' live memberships of the type use the identifiers that a removed member takes up again. Needed
    /// where they do, and nobody has said it when the member was certified.
    #[serde(default)]
    pub identifier_conflict_reason: Option<Text<4000>>,
}

/// Deny an appeal.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DenyAppealRequest {
    /// Why, in words for the company.
    pub text: Text<4000>,
}
