//! Representations of enforcement actions and appeals.

use super::super::code;
use crate::http::ApiState;
use crate::http::answer::Resource;
use chrono::{DateTime, NaiveDate, Utc};
use enf::event::EnforcementActionDecided;
use enf::{CauseKind, EnforcementAction, ReasonCode};
use kernel::{AccountId, AppealId, EnforcementActionId, MembershipId, PersonId};
use ledger::At;
use membership::enforcement as enf;
use portal::access::Caller;
use portal::read::enforcement::{AppealRow, EnforcementActionRow};
use portal::read::page::Page;
use portal::read::recommendations::RecommendationRow;
use portal::{Call, Committed, PortalError, allowed_commands};
use serde::Serialize;
use utoipa::ToSchema;

/// What gave cause.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EnforcementCause {
    /// What kind of thing.
    #[schema(inline, value_type = code::CauseKindOut)]
    pub kind: String,
    /// Which one.
    pub reference: String,
}

/// Something that a company undertakes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlanObjective {
    /// What.
    pub objective: String,
    /// By when.
    pub due_on: NaiveDate,
}

/// A corrective plan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectivePlanView {
    /// What the company undertakes.
    pub objectives: Vec<PlanObjective>,
    /// Whether it consents to unannounced visits.
    pub consents_to_unannounced_visits: bool,
    /// Who submitted it; absent in a reinstatement, which names the plan that it accepts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_by: Option<PersonId>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_on: Option<NaiveDate>,
}

impl CorrectivePlanView {
    fn of(plan: &enf::CorrectivePlan, submitted: Option<(PersonId, NaiveDate)>) -> Self {
        let objective =
            |one: &enf::Objective| PlanObjective { objective: one.objective.to_string(), due_on: one.due_on };
        Self {
            objectives: plan.objectives.iter().map(objective).collect(),
            consents_to_unannounced_visits: plan.consents_to_unannounced_visits,
            submitted_by: submitted.map(|(by, _)| by),
            submitted_on: submitted.map(|(_, on)| on),
        }
    }
}

/// What ended an action.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EnforcementEnd {
    /// What.
    #[schema(inline, value_type = code::EndKindOut)]
    pub how: &'static str,
    /// The action that did, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforcement_action_id: Option<EnforcementActionId>,
    /// Whose decision that was.
    pub ended_by: PersonId,
    /// When.
    pub ended_on: NaiveDate,
}

/// A member of an entry that was corrected, with both values.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EnforcementCorrection {
    /// Which member.
    #[schema(inline, value_type = code::EntryFieldOut)]
    pub field: &'static str,
    /// What had been recorded.
    pub earlier: String,
    /// What it became.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Who corrected it.
    pub corrected_by: PersonId,
    /// When.
    pub corrected_on: NaiveDate,
}

/// An appeal.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Appeal)]
pub struct AppealView {
    /// Its id.
    pub appeal_id: AppealId,
    /// The action that it is against.
    pub enforcement_action_id: EnforcementActionId,
    /// The membership.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// Where it stands.
    #[schema(inline, value_type = code::AppealStatusOut)]
    pub status: &'static str,
    /// The grounds.
    pub grounds: String,
    /// Who filed it.
    pub filed_by: PersonId,
    /// When.
    pub filed_on: NaiveDate,
    /// The day by which it is to be decided.
    pub due_on: NaiveDate,
    /// Why it was granted, denied or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Who decided it or took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<PersonId>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<NaiveDate>,
}

impl AppealView {
    /// An appeal against an entry.
    pub fn of(entry: &EnforcementActionDecided, appeal: &enf::Appeal) -> Self {
        Self {
            appeal_id: appeal.appeal_id,
            enforcement_action_id: entry.enforcement_action_id,
            membership_id: entry.membership_id,
            account_id: entry.account_id,
            status: appeal.status.as_str(),
            grounds: appeal.grounds.to_string(),
            filed_by: appeal.filed_by,
            filed_on: appeal.filed_on,
            due_on: appeal.due_on,
            text: appeal.text.as_ref().map(ToString::to_string),
            closed_by: appeal.closed_by,
            closed_on: appeal.closed_on,
        }
    }
}

/// An enforcement action.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EnforcementAction)]
pub struct EnforcementActionView {
    /// Its id.
    pub id: EnforcementActionId,
    /// Its version: the first part of its `ETag`.
    pub version: i64,
    /// The membership.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// What was decided.
    #[schema(inline, value_type = code::EnforcementKindOut)]
    pub action: &'static str,
    /// How far it reaches.
    #[schema(inline, value_type = code::ScopeOut)]
    pub scope: &'static str,
    /// The benefits that are withheld, where it is partial.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(inline, value_type = Vec<code::BenefitOut>)]
    pub withheld_benefits: Vec<&'static str>,
    /// Where it stands.
    #[schema(inline, value_type = code::ActionStatusOut)]
    pub status: &'static str,
    /// What the caller can do now, by the commands' names in the address.
    pub allowed_commands: Vec<&'static str>,
    /// Why, in one code.
    #[schema(inline, value_type = code::ReasonCodeOut)]
    pub reason: &'static str,
    /// Why, in a sentence.
    pub reason_text: &'static str,
    /// The facts.
    pub facts: String,
    /// The criteria that were applied.
    pub criteria_applied: Vec<String>,
    /// What gave cause.
    pub cause: EnforcementCause,
    /// Who recommended it.
    pub recommended_by: PersonId,
    /// When.
    pub recommended_on: NaiveDate,
    /// Who decided.
    pub decided_by: PersonId,
    /// When.
    pub decided_on: NaiveDate,
    /// The day of the letter.
    pub notice_on: NaiveDate,
    /// The day from which it holds.
    pub effective_on: NaiveDate,
    /// The last day to answer a suspension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_due_on: Option<NaiveDate>,
    /// The last day to appeal, where an appeal lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appeal_due_on: Option<NaiveDate>,
    /// The membership's status before.
    #[schema(inline, value_type = code::StatusOut)]
    pub earlier_membership_status: &'static str,
    /// The membership's status after.
    #[schema(inline, value_type = code::StatusOut)]
    pub membership_status: &'static str,
    /// The actions that it ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<EnforcementActionId>,
    /// The newest plan of the company, or the plan that was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrective_plan: Option<CorrectivePlanView>,
    /// What ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<EnforcementEnd>,
    /// Its appeals, oldest first.
    pub appeals: Vec<AppealView>,
    /// What was corrected, oldest first.
    pub corrections: Vec<EnforcementCorrection>,
}

/// Enforcement actions as resources.
pub struct EnforcementActionResource;

impl Resource for EnforcementActionResource {
    type Aggregate = EnforcementAction;
    type View = EnforcementActionView;
    const KIND: &'static str = "enforcement_action";
    const COLLECTION: &'static str = "enforcement-actions";
    const PERSONAL: bool = false;

    async fn read(
        state: &ApiState,
        call: &Call,
        id: &str,
        at: At,
    ) -> Result<Committed<EnforcementAction>, PortalError> {
        let id = id.parse().map_err(|_| PortalError::NotFound)?;
        state.portal.enforcement_action(call, id, Some(at)).await
    }

    async fn view(
        state: &ApiState,
        caller: &Caller,
        committed: &Committed<EnforcementAction>,
    ) -> Result<EnforcementActionView, PortalError> {
        let action = &committed.state;
        let entry = action.entry.as_ref().ok_or(PortalError::NotFound)?;
        let ownership = state.portal.enforcement_ownership(action).await?;
        let submitted = action.plan.as_ref();
        let submitted = submitted
            .map(|found| CorrectivePlanView::of(&found.plan, Some((found.submitted_by, found.submitted_on))));
        let accepted = entry.corrective_plan.as_ref().map(|plan| CorrectivePlanView::of(plan, None));
        Ok(EnforcementActionView {
            id: entry.enforcement_action_id,
            version: committed.version,
            membership_id: entry.membership_id,
            account_id: entry.account_id,
            action: entry.action.as_str(),
            scope: entry.scope.as_str(),
            withheld_benefits: entry.withheld_benefits.iter().map(|benefit| benefit.as_str()).collect(),
            status: action.status().as_str(),
            allowed_commands: allowed_commands(caller, &ownership, action.allowed_commands()),
            reason: entry.reason.as_str(),
            reason_text: entry.reason.text(),
            facts: entry.facts.to_string(),
            criteria_applied: entry.criteria_applied.iter().map(ToString::to_string).collect(),
            cause: EnforcementCause {
                kind: entry.cause.kind.to_string(),
                reference: entry.cause.reference.to_string(),
            },
            recommended_by: entry.recommended_by,
            recommended_on: entry.recommended_on,
            decided_by: entry.decided_by,
            decided_on: entry.decided_on,
            notice_on: entry.notice_on,
            effective_on: entry.effective_on,
            answer_due_on: entry.answer_due_on,
            appeal_due_on: entry.appeal_due_on,
            earlier_membership_status: entry.earlier_status.as_str(),
            membership_status: entry.status.as_str(),
            ends: entry.ends.clone(),
            corrective_plan: submitted.or(accepted),
            ended: action.ended.as_ref().map(|ended| EnforcementEnd {
                how: ended.how.as_str(),
                enforcement_action_id: ended.by_action,
                ended_by: ended.ended_by,
                ended_on: ended.ended_on,
            }),
            appeals: action.appeals.iter().map(|appeal| AppealView::of(entry, appeal)).collect(),
            corrections: action
                .corrections
                .iter()
                .map(|correction| EnforcementCorrection {
                    field: correction.field.as_str(),
                    earlier: correction.earlier.to_string(),
                    value: correction.value.to_string(),
                    reason: correction.reason.to_string(),
                    corrected_by: correction.corrected_by,
                    corrected_on: correction.corrected_on,
                })
                .collect(),
        })
    }
}

/// One entry of the register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EnforcementActionSummary {
    /// Its id.
    pub id: EnforcementActionId,
    /// The membership.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// What was decided.
    #[schema(inline, value_type = code::EnforcementKindOut)]
    pub action: String,
    /// How far it reaches.
    #[schema(inline, value_type = code::ScopeOut)]
    pub scope: String,
    /// Why, in one code.
    #[schema(inline, value_type = code::ReasonCodeOut)]
    pub reason: String,
    /// What gave cause.
    pub cause: EnforcementCause,
    /// Where it stands.
    #[schema(inline, value_type = code::ActionStatusOut)]
    pub status: String,
    /// Who recommended it.
    pub recommended_by: PersonId,
    /// Who decided.
    pub decided_by: PersonId,
    /// When.
    pub decided_on: NaiveDate,
    /// The day of the letter.
    pub notice_on: NaiveDate,
    /// The day from which it holds.
    pub effective_on: NaiveDate,
    /// The last day to answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_due_on: Option<NaiveDate>,
    /// The last day to appeal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appeal_due_on: Option<NaiveDate>,
    /// What ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::EndKindOut>)]
    pub ended_how: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<NaiveDate>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Its version.
    pub version: i64,
}

/// A page of the register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EnforcementActionPage {
    /// The entries.
    pub items: Vec<EnforcementActionSummary>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl From<Page<EnforcementActionRow>> for EnforcementActionPage {
    fn from(page: Page<EnforcementActionRow>) -> Self {
        let summary = |row: EnforcementActionRow| {
            Some(EnforcementActionSummary {
                id: row.enforcement_action_id.parse().ok()?,
                membership_id: row.membership_id.parse().ok()?,
                account_id: row.account_id.parse().ok()?,
                action: row.action,
                scope: row.scope,
                reason: row.reason,
                cause: EnforcementCause { kind: row.cause_kind, reference: row.cause_reference },
                status: row.status,
                recommended_by: row.recommended_by.parse().ok()?,
                decided_by: row.decided_by.parse().ok()?,
                decided_on: row.decided_on,
                notice_on: row.notice_on,
                effective_on: row.effective_on,
                answer_due_on: row.answer_due_on,
                appeal_due_on: row.appeal_due_on,
                ended_how: row.ended_how,
                ended_on: row.ended_on,
                updated_at: row.updated_at,
                version: row.version,
            })
        };
        Self { items: page.items.into_iter().filter_map(summary).collect(), next_cursor: page.next_cursor }
    }
}

/// One appeal of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AppealSummary {
    /// Its id.
    pub appeal_id: AppealId,
    /// The action that it is against.
    pub enforcement_action_id: EnforcementActionId,
    /// The membership.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// Where it stands.
    #[schema(inline, value_type = code::AppealStatusOut)]
    pub status: String,
    /// When it was filed.
    pub filed_on: NaiveDate,
    /// The day by which it is to be decided.
    pub due_on: NaiveDate,
    /// When it was decided or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<NaiveDate>,
}

/// A page of appeals.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AppealPage {
    /// The appeals.
    pub items: Vec<AppealSummary>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl From<Page<AppealRow>> for AppealPage {
    fn from(page: Page<AppealRow>) -> Self {
        let summary = |row: AppealRow| {
            Some(AppealSummary {
                appeal_id: row.appeal_id.parse().ok()?,
                enforcement_action_id: row.enforcement_action_id.parse().ok()?,
                membership_id: row.membership_id.parse().ok()?,
                account_id: row.account_id.parse().ok()?,
                status: row.status,
                filed_on: row.filed_on,
                due_on: row.due_on,
                closed_on: row.closed_on,
            })
        };
        Self { items: page.items.into_iter().filter_map(summary).collect(), next_cursor: page.next_cursor }
    }
}

/// A reason of enforcement actions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EnforcementReason {
    /// Its code.
    #[schema(inline, value_type = code::ReasonCodeOut)]
    pub reason: &'static str,
    /// The reason in a sentence.
    pub text: &'static str,
    /// Where it is written.
    pub source: &'static str,
    /// What it can be a reason for.
    #[schema(inline, value_type = Vec<code::EnforcementKindOut>)]
    pub actions: Vec<&'static str>,
    /// The kind of cause that it needs; any where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::CauseKindOut>)]
    pub cause: Option<&'static str>,
}

/// The reasons of enforcement actions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReasonList {
    /// All of them.
    pub items: Vec<EnforcementReason>,
}

impl ReasonList {
    /// The closed list.
    pub fn all() -> Self {
        let reason = |reason: &ReasonCode| EnforcementReason {
            reason: reason.as_str(),
            text: reason.text(),
            source: reason.source(),
            actions: reason.kinds().iter().map(|kind| kind.as_str()).collect(),
            cause: reason.cause().map(CauseKind::as_str),
        };
        Self { items: ReasonCode::ALL.iter().map(reason).collect() }
    }
}

/// A recommendation that waits for a decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EnforcementRecommendationSummary {
    /// The membership.
    pub membership_id: MembershipId,
    /// What is recommended.
    #[schema(inline, value_type = code::EnforcementKindOut)]
    pub action: String,
    /// Why, in one code.
    #[schema(inline, value_type = code::ReasonCodeOut)]
    pub reason: String,
    /// Who recommends.
    pub recommended_by: PersonId,
    /// Since when.
    pub recommended_on: NaiveDate,
}

/// A page of recommendations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecommendationPage {
    /// The recommendations.
    pub items: Vec<EnforcementRecommendationSummary>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl From<Page<RecommendationRow>> for RecommendationPage {
    fn from(page: Page<RecommendationRow>) -> Self {
        let summary = |row: RecommendationRow| {
            Some(EnforcementRecommendationSummary {
                membership_id: row.membership_id.parse().ok()?,
                action: row.action,
                reason: row.reason,
                recommended_by: row.recommended_by.parse().ok()?,
                recommended_on: row.recommended_on,
            })
        };
        Self { items: page.items.into_iter().filter_map(summary).collect(), next_cursor: page.next_cursor }
    }
}
