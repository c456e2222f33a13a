//! Representations of memberships. Where a member is a value of the domain, its schema is that of a struct here that has the same form.

use super::super::code;
use super::conflicts::MembershipConflictOfInterest;
use crate::http::ApiState;
use crate::http::answer::Resource;
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::identifiers::Warning;
use kernel::{
    AccountId, CountryCode, DocumentId, EnforcementActionId, InvitationId, MembershipId, PersonId, ProfileId,
};
use ledger::At;
use mbr::Membership;
use membership::membership as mbr;
use portal::access::Caller;
use portal::{Call, Committed, Portal, PortalError, allowed_commands, conflict_commands};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// An identifier.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipIdentifier {
    /// Its kind.
    #[serde(rename = "type")]
    #[schema(inline, value_type = code::IdentifierTypeOut)]
    pub identifier_type: String,
    /// The text as typed.
    pub as_typed: String,
    /// Upper case, without separators.
    pub normalised: String,
    /// What seems odd about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// A document by reference.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipDocument {
    /// Its id.
    pub document_id: DocumentId,
    /// What it is.
    #[schema(inline, value_type = code::DocumentKindOut)]
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Where it is kept.
    pub reference: String,
    /// Its SHA-256.
    pub sha256: Option<String>,
    /// When it was attached.
    pub attached_on: NaiveDate,
}

/// A statement and the company's answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipStatement {
    /// The statement.
    #[schema(inline, value_type = code::StatementOut)]
    pub statement: &'static str,
    /// Its text, as the company affirmed or denied it.
    pub text: String,
    /// Affirmed or denied.
    #[schema(inline, value_type = code::StatementAnswerOut)]
    pub answer: &'static str,
}

/// What the company declares.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipDeclarations {
    /// The last day on which it traded in the role applied for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_trading_on: Option<NaiveDate>,
    /// Whether there is a final, unpaid debt to CBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::DebtOut>)]
    pub debt: Option<&'static str>,
    /// The statements of the type.
    pub statements: Vec<MembershipStatement>,
}

/// A dated determination of one condition of eligibility.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipDetermination {
    /// The condition.
    #[schema(inline, value_type = code::ConditionOut)]
    pub condition: String,
    /// What was determined.
    #[schema(inline, value_type = code::OutcomeOut)]
    pub outcome: String,
    /// When.
    pub determined_on: NaiveDate,
    /// By whom: the system, the company or staff.
    #[schema(inline, value_type = code::DeterminedByOut)]
    pub determined_by: String,
    /// The person, where one did.
    pub person_id: Option<PersonId>,
    /// On which basis.
    pub basis: String,
    /// Where it comes from.
    #[schema(inline, value_type = code::DeterminationSourceOut)]
    pub source: String,
}

/// How one condition stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipCondition {
    /// The condition.
    #[schema(inline, value_type = code::ConditionOut)]
    pub condition: &'static str,
    /// Its text.
    pub text: &'static str,
    /// How it is checked.
    pub how_checked: &'static str,
    /// Where it is written.
    pub source: &'static str,
    /// How it stands; absent while nothing was determined.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::OutcomeOut>)]
    pub outcome: Option<&'static str>,
    /// Whether it is settled, so that it does not stand in the way of a certification.
    pub settled: bool,
}

/// A bond.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipBond {
    /// What it secures.
    #[schema(inline, value_type = code::BondKindOut)]
    pub kind: String,
    /// For how long.
    #[schema(inline, value_type = code::BondTermOut)]
    pub term: String,
    /// Its number.
    pub number: String,
    /// Who stands for it.
    pub surety: String,
    /// Its first day.
    pub effective_on: Option<NaiveDate>,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
}

/// Who looks after the membership.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipAssignment {
    /// The specialist.
    pub specialist_id: PersonId,
    /// The office.
    #[schema(inline, value_type = code::OfficeOut)]
    pub office: &'static str,
    /// Since when.
    pub assigned_on: NaiveDate,
}

/// The vetting.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipVetting {
    /// The result as far as it has got.
    #[schema(inline, value_type = code::VettingOutcomeOut)]
    pub outcome: &'static str,
    /// The result in one code. For staff and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::VettingSummaryOut>)]
    pub summary: Option<&'static str>,
    /// The day on which it was determined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub determined_on: Option<NaiveDate>,
}

/// A recommendation that counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipRecommendation {
    /// Who recommends.
    pub recommended_by: PersonId,
    /// Since when.
    pub recommended_on: NaiveDate,
    /// Why, if something was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Who else used its identifiers, and why that was no bar. For staff and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier_conflict: Option<MembershipAcceptedConflict>,
}

/// Other live memberships used the same identifiers, and somebody decided that this was no bar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipAcceptedConflict {
    /// The other memberships.
    pub membership_ids: Vec<MembershipId>,
    /// Why it was no bar.
    pub reason: String,
}

/// A validation that was passed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipValidation {
    /// By which name CBP keeps it.
    pub validation_reference: String,
    /// Whether it was the first.
    #[schema(inline, value_type = code::ValidationOutcomeOut)]
    pub outcome: String,
    /// The day on which it was passed.
    pub validated_on: NaiveDate,
    /// The tier after it, where tiers are applied.
    #[schema(inline, value_type = Option<code::TierOut>)]
    pub tier: Option<String>,
    /// Who wrote the report.
    pub reported_by: PersonId,
    /// Who recorded the outcome.
    pub recorded_by: PersonId,
    /// When it was recorded.
    pub recorded_on: NaiveDate,
}

/// An enforcement action that is in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipActionInForce {
    /// The entry of the register.
    pub enforcement_action_id: EnforcementActionId,
    /// A suspension or a removal.
    #[schema(inline, value_type = code::EnforcementKindOut)]
    pub action: &'static str,
    /// The benefits that it withholds; all of them where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(inline, value_type = Vec<code::BenefitOut>)]
    pub withheld_benefits: Vec<&'static str>,
}

/// A recommendation to the programme director.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipEnforcementRecommendation {
    /// What.
    #[schema(inline, value_type = code::EnforcementKindOut)]
    pub action: &'static str,
    /// Why, in one code.
    #[schema(inline, value_type = code::ReasonCodeOut)]
    pub reason: &'static str,
    /// Why, in words.
    pub text: String,
    /// Who recommends.
    pub recommended_by: PersonId,
    /// When.
    pub recommended_on: NaiveDate,
}

/// Where enforcement stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipEnforcement {
    /// The actions in force, oldest first.
    pub in_force: Vec<MembershipActionInForce>,
    /// The recommendation that waits for a decision. For staff and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<MembershipEnforcementRecommendation>,
}

/// The point of contact asked to leave.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipWithdrawalRequest {
    /// Why, in one code.
    #[schema(inline, value_type = code::WithdrawalOut)]
    pub reason: &'static str,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Who asked.
    pub requested_by: PersonId,
    /// When.
    pub requested_on: NaiveDate,
}

/// How the membership ended.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipEnding {
    /// Why, in one code.
    #[schema(inline, value_type = code::EndingOut)]
    pub reason: String,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Programme dates, reckoned in America/New_York.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipDates {
    /// The application.
    pub applied_on: Option<NaiveDate>,
    /// The last day to submit the security profile.
    pub profile_due_on: Option<NaiveDate>,
    /// The first submission of the security profile.
    pub profile_submitted_on: Option<NaiveDate>,
    /// The newest submission, where there was a return.
    pub profile_resubmitted_on: Option<NaiveDate>,
    /// The newest return of the security profile.
    pub profile_returned_on: Option<NaiveDate>,
    /// The last day to answer a return, if one is set.
    pub profile_answer_due_on: Option<NaiveDate>,
    /// The approval of the security profile.
    pub profile_approved_on: Option<NaiveDate>,
    /// The day by which CBP aims to decide.
    pub certification_due_on: Option<NaiveDate>,
    /// The certification.
    pub certified_on: Option<NaiveDate>,
    /// The next anniversary, today's included; once the membership has ended, the last one that was to come.
    pub anniversary_on: Option<NaiveDate>,
    /// The day by which the first validation is due.
    pub first_validation_due_on: Option<NaiveDate>,
    /// The newest validation.
    pub validated_on: Option<NaiveDate>,
    /// The day by which the next validation is due.
    pub revalidation_due_on: Option<NaiveDate>,
    /// The end.
    pub ended_on: Option<NaiveDate>,
    /// The first day of a new application, where a waiting period applies.
    pub reapply_from: Option<NaiveDate>,
}

/// A date that follows from a mended one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipDerivedDate {
    /// Which date.
    #[schema(inline, value_type = code::DerivedDateFieldOut)]
    pub field: String,
    /// What it was.
    pub earlier: NaiveDate,
    /// What it is now.
    pub value: NaiveDate,
}

/// A date that was mended, with what it was before.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipCorrection {
    /// Which date.
    #[schema(inline, value_type = code::DateFieldOut)]
    pub field: String,
    /// What had been recorded.
    pub earlier: NaiveDate,
    /// What it became.
    pub value: NaiveDate,
    /// Why.
    pub reason: String,
    /// The dates that changed with it.
    pub derived: Vec<MembershipDerivedDate>,
    /// Who mended it.
    pub corrected_by: PersonId,
    /// When.
    pub corrected_on: NaiveDate,
}

/// A membership.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Membership)]
pub struct MembershipView {
    /// Its id.
    pub id: MembershipId,
    /// Its version: the first part of its `ETag`.
    pub version: i64,
    /// The company's account.
    pub account_id: AccountId,
    /// Its security profile.
    pub profile_id: ProfileId,
    /// The type.
    #[schema(inline, value_type = code::EntityTypeOut)]
    pub entity_type: EntityType,
    /// Where the company is established.
    pub country_of_establishment: CountryCode,
    /// Where it stands.
    #[schema(inline, value_type = code::StatusOut)]
    pub status: &'static str,
    /// What the caller can do now: what the status allows and the caller's permissions cover, by the commands' names in the address. Empty where the
    /// address looks back.
    pub allowed_commands: Vec<&'static str>,
    /// The tier, where tiers are applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::TierOut>)]
    pub tier: Option<&'static str>,
    /// The validations that were passed, oldest first.
    #[schema(value_type = Vec<MembershipValidation>)]
    pub validations: Vec<mbr::PassedValidation>,
    /// Where enforcement stands; absent while there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforcement: Option<MembershipEnforcement>,
    /// That the company asked to leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal_request: Option<MembershipWithdrawalRequest>,
    /// The version of the agreement under which the company applied.
    pub agreement_version: String,
    /// The invitation that was redeemed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation_id: Option<InvitationId>,
    /// The ended membership that this one follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_membership_id: Option<MembershipId>,
    /// Its identifiers.
    #[schema(value_type = Vec<MembershipIdentifier>)]
    pub identifiers: Vec<mbr::CheckedIdentifier>,
    /// Its documents.
    #[schema(value_type = Vec<MembershipDocument>)]
    pub documents: Vec<mbr::AttachedDocument>,
    /// What the company declares.
    pub declarations: MembershipDeclarations,
    /// How each condition of eligibility stands.
    pub conditions: Vec<MembershipCondition>,
    /// Every determination, oldest first; the newest on a condition counts.
    #[schema(value_type = Vec<MembershipDetermination>)]
    pub determinations: Vec<mbr::Determination>,
    /// Its bond.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MembershipBond>)]
    pub bond: Option<mbr::Bond>,
    /// Who looks after it at CBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<MembershipAssignment>,
    /// Where its security profile stands, as far as the membership cares.
    #[schema(inline, value_type = code::ProfileStageOut)]
    pub profile_stage: &'static str,
    /// The vetting.
    pub vetting: MembershipVetting,
    /// The recommendation that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<MembershipRecommendation>,
    /// Who certified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certified_by: Option<PersonId>,
    /// Who else used its identifiers when it was certified, and why that was no bar. For staff and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier_conflict: Option<MembershipAcceptedConflict>,
    /// Who of CBP has a role in the company's account, as of now, and who may act on the membership all the same. For staff and auditors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts_of_interest: Vec<MembershipConflictOfInterest>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<MembershipEnding>,
    /// Its dates.
    #[schema(value_type = MembershipDates)]
    pub dates: Value,
    /// The dates that were mended, oldest first.
    #[schema(value_type = Vec<MembershipCorrection>)]
    pub corrections: Vec<mbr::Correction>,
}

/// Memberships as resources.
pub struct MembershipResource;

impl Resource for MembershipResource {
    type Aggregate = Membership;
    type View = MembershipView;
    const KIND: &'static str = "membership";
    const COLLECTION: &'static str = "memberships";
    const PERSONAL: bool = false;

    async fn read(
        state: &ApiState,
        call: &Call,
        id: &str,
        at: At,
    ) -> Result<Committed<Membership>, PortalError> {
        let id = id.parse().map_err(|_| PortalError::NotFound)?;
        state.portal.membership(call, id, Some(at)).await
    }

    fn allowed_commands(view: &mut MembershipView) -> Option<&mut Vec<&'static str>> {
        Some(&mut view.allowed_commands)
    }

    async fn view(
        state: &ApiState,
        caller: &Caller,
        committed: &Committed<Membership>,
    ) -> Result<MembershipView, PortalError> {
        let membership = &committed.state;
        let identity = membership.identity.clone().ok_or(PortalError::NotFound)?;
        let vetting = membership.vetting.as_ref();
        let may_compare = state.portal.may_compare(caller, membership);
        let conflicts = state.portal.conflicts_of_interest(caller, membership).await?;
        let conflict = |accepted: &Option<mbr::AcceptedConflict>| {
            accepted.as_ref().filter(|_| may_compare).map(|accepted| MembershipAcceptedConflict {
                membership_ids: accepted.membership_ids.clone(),
                reason: accepted.reason.to_string(),
            })
        };
        Ok(MembershipView {
            id: identity.membership_id,
            version: committed.version,
            account_id: identity.account_id,
            profile_id: identity.profile_id,
            entity_type: identity.entity_type,
            country_of_establishment: identity.country_of_establishment,
            status: membership.status.as_str(),
            allowed_commands: allowed_commands(
                caller,
                &Portal::membership_ownership(membership),
                membership.allowed_commands().into_iter().chain(conflict_commands(&conflicts)),
            ),
            tier: membership.tier_in_effect().map(|tier| tier.as_str()),
            validations: membership.validations.clone(),
            enforcement: enforcement(membership, may_compare),
            withdrawal_request: membership.withdrawal_request.as_ref().map(|request| {
                MembershipWithdrawalRequest {
                    reason: request.reason.as_str(),
                    text: request.text.as_ref().map(ToString::to_string),
                    requested_by: request.requested_by,
                    requested_on: request.requested_on,
                }
            }),
            agreement_version: identity.agreement.version,
            invitation_id: identity.invitation_id,
            previous_membership_id: identity.previous_membership_id,
            identifiers: membership.identifiers.clone(),
            documents: membership.documents.clone(),
            declarations: MembershipDeclarations {
                last_trading_on: membership.declarations.last_trading_on,
                debt: membership.declarations.debt.map(|debt| debt.as_str()),
                statements: membership
                    .declarations
                    .statements
                    .iter()
                    .map(|(statement, answer)| MembershipStatement {
                        statement: statement.as_str(),
                        text: statement.text().to_owned(),
                        answer: answer.as_str(),
                    })
                    .collect(),
            },
            conditions: mbr::Condition::ALL
                .iter()
                .map(|condition| MembershipCondition {
                    condition: condition.as_str(),
                    text: condition.text(),
                    how_checked: condition.how_checked(),
                    source: condition.source(),
                    outcome: membership.determination(*condition).map(|found| found.outcome.as_str()),
                    settled: membership.is_settled(*condition),
                })
                .collect(),
            determinations: if may_compare {
                membership.determinations.clone()
            } else {
                membership.determinations.iter().map(mbr::Determination::for_company).collect()
            },
            bond: membership.bond.clone(),
            assignment: membership.assignment.as_ref().map(|assignment| MembershipAssignment {
                specialist_id: assignment.specialist,
                office: assignment.office.as_str(),
                assigned_on: assignment.assigned_on,
            }),
            profile_stage: membership.profile.stage.as_str(),
            vetting: MembershipVetting {
                outcome: membership.vetting_outcome().as_str(),
                summary: vetting
                    .filter(|_| may_compare)
                    .and_then(|vetting| vetting.summary)
                    .map(|summary| summary.as_str()),
                determined_on: vetting.map(|vetting| vetting.determined_on),
            },
            recommendation: membership.recommendation.as_ref().map(|found| MembershipRecommendation {
                recommended_by: found.recommended_by,
                recommended_on: found.recommended_on,
                remark: found.remark.as_ref().map(ToString::to_string),
                identifier_conflict: conflict(&found.identifier_conflict),
            }),
            certified_by: membership.certified_by,
            identifier_conflict: conflict(&membership.identifier_conflict),
            conflicts_of_interest: conflicts.into_iter().map(Into::into).collect(),
            ending: membership.ending.as_ref().map(|ending| MembershipEnding {
                reason: ending.reason_code().to_owned(),
                text: ending.text().map(ToString::to_string),
            }),
            dates: dates(&membership.dates.as_of(state.portal.today()))?,
            corrections: membership.corrections.clone(),
        })
    }
}

/// A recommendation would warn the company of what is still to be decided.
fn enforcement(membership: &Membership, for_staff: bool) -> Option<MembershipEnforcement> {
    let standing = &membership.enforcement;
    let recommendation = standing.recommendation.as_ref().filter(|_| for_staff);
    (!standing.in_force.is_empty() || recommendation.is_some()).then(|| MembershipEnforcement {
        in_force: standing
            .in_force
            .iter()
            .map(|action| MembershipActionInForce {
                enforcement_action_id: action.enforcement_action_id,
                action: action.action.as_str(),
                withheld_benefits: action.withheld_benefits.iter().map(|benefit| benefit.as_str()).collect(),
            })
            .collect(),
        recommendation: recommendation.map(|found| MembershipEnforcementRecommendation {
            action: found.action.as_str(),
            reason: found.reason.as_str(),
            text: found.text.to_string(),
            recommended_by: found.recommended_by,
            recommended_on: found.recommended_on,
        }),
    })
}

fn dates(dates: &mbr::Dates) -> Result<Value, PortalError> {
    let mut value = serde_json::to_value(dates)?;
    if let Value::Object(members) = &mut value {
        members.retain(|_, date| !date.is_null());
    }
    Ok(value)
}
