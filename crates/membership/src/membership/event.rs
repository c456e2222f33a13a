//! What can happen to a membership: payloads, type strings, versions.
//!
//! Events carry facts for readers: the status after, the dates that follow, the determinations that changed. Persons are ids.

use super::benefits::Benefit;
use super::bond::Bond;
use super::command::{Remark, ValidationReference};
use super::declaration::Declarations;
use super::document::{AttachedDocument, Document};
use super::eligibility::{Condition, Determination};
use super::facts::AcceptedAgreement;
use super::identifier::CheckedIdentifier;
use super::status::Status;
use super::values::{
    DateField, DerivedDateField, IneligibilityReason, Office, RejectionReason, Tier, TierChangeReason,
    ValidationOutcome, VettingOutcome, VettingSummary, WithdrawalReason,
};
use crate::enforcement::{EnforcementKind, ReasonCode};
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::{
    AccountId, AppealId, CountryCode, DocumentId, EnforcementActionId, InvitationId, MembershipId, PersonId,
    ProfileId,
};
use serde::{Deserialize, Serialize};

kernel::events! {
    /// What can happen to a membership.
    pub enum MembershipEvent {
        /// A company applied; it is a pre-applicant until its security profile comes.
        Applied(MembershipApplied) = "membership.applied", 1;
        /// The list of identifiers was replaced.
        IdentifiersChanged(MembershipIdentifiersChanged) = "membership.identifiers_changed", 1;
        /// A document was attached by reference.
        DocumentAttached(MembershipDocumentAttached) = "membership.document_attached", 1;
        /// A document was taken off.
        DocumentRemoved(MembershipDocumentRemoved) = "membership.document_removed", 1;
        /// CBP recorded the bond.
        BondSet(MembershipBondSet) = "membership.bond_set", 1;
        /// The company declared its trading, its debts or what its type asks for.
        EligibilityDeclared(MembershipEligibilityDeclared) = "membership.eligibility_declared", 1;
        /// CBP determined whether a condition is met.
        DeterminationRecorded(MembershipDeterminationRecorded) = "membership.determination_recorded", 1;
        /// A specialist and an office were assigned.
        SpecialistAssigned(MembershipSpecialistAssigned) = "membership.specialist_assigned", 1;
        /// The security profile was submitted; the company is an applicant.
        ProfileSubmitted(MembershipProfileSubmitted) = "membership.profile_submitted", 1;
        /// The security profile went back to the company.
        ProfileReturned(MembershipProfileReturned) = "membership.profile_returned", 1;
        /// The security profile was approved.
        ProfileApproved(MembershipProfileApproved) = "membership.profile_approved", 1;
        /// CBP recorded the result of the vetting.
        VettingResultRecorded(MembershipVettingResultRecorded) = "membership.vetting_result_recorded", 1;
        /// A vetting that was passed is open again, because what was vetted has changed.
        VettingReopened(MembershipVettingReopened) = "membership.vetting_reopened", 1;
        /// A member of CBP staff recommended the certification.
        CertificationRecommended(MembershipCertificationRecommended) = "membership.certification_recommended", 2;
        /// A recommendation no longer counts, because what it rested on has changed.
        RecommendationLapsed(MembershipRecommendationLapsed) = "membership.recommendation_lapsed", 1;
        /// A second member of CBP staff certified: the company is a member.
        Certified(MembershipCertified) = "membership.certified", 2;
        /// CBP refused the application.
        Rejected(MembershipRejected) = "membership.rejected", 1;
        /// CBP found the applicant ineligible.
        FoundIneligible(MembershipFoundIneligible) = "membership.found_ineligible", 1;
        /// The company withdrew.
        Withdrawn(MembershipWithdrawn) = "membership.withdrawn", 1;
        /// The security profile did not come in time.
        ApplicationExpired(MembershipApplicationExpired) = "membership.application_expired", 1;
        /// A date that was recorded wrong was mended.
        DateCorrected(MembershipDateCorrected) = "membership.date_corrected", 1;
        /// A validation was passed: the member is validated, or stays so.
        ValidationOutcomeRecorded(MembershipValidationOutcomeRecorded) = "membership.validation_outcome_recorded", 1;
        /// The tier was raised or lowered on review.
        TierChanged(MembershipTierChanged) = "membership.tier_changed", 1;
        /// CBP staff recommended an enforcement action to the programme director. Companies do not see it.
        EnforcementRecommended(MembershipEnforcementRecommended) = "membership.enforcement_recommended", 1;
        /// Benefits are withheld: all of them, and the member is suspended, or some.
        Suspended(MembershipSuspended) = "membership.suspended", 1;
        /// The member was removed.
        Removed(MembershipRemoved) = "membership.removed", 1;
        /// A suspension was lifted on a corrective plan.
        Reinstated(MembershipReinstated) = "membership.reinstated", 1;
        /// An appeal was granted: what stood before is restored.
        Restored(MembershipRestored) = "membership.restored", 1;
        /// The point of contact asked to leave.
        WithdrawalRequested(MembershipWithdrawalRequested) = "membership.withdrawal_requested", 1;
        /// The point of contact took back that the company asked to leave.
        WithdrawalTakenBack(MembershipWithdrawalTakenBack) = "membership.withdrawal_taken_back", 1;
        /// CBP closed the membership that the company asked to leave.
        Closed(MembershipClosed) = "membership.closed", 1;
        /// The programme director let somebody of CBP act in spite of a role in the company's account. Companies do not see it.
        ConflictOverridden(MembershipConflictOverridden) = "membership.conflict_overridden", 1;
        /// The programme director ended that. Companies do not see it.
        ConflictOverrideEnded(MembershipConflictOverrideEnded) = "membership.conflict_override_ended", 1;
    }
}

/// The members of payloads that are not for the company: they name other companies' memberships, or say what a vetting has found. Each by
/// the type of its event: the member it is in, if it is not at the top, and its name.
pub const FOR_STAFF: &[(&str, Option<&str>, &str)] = &[
    ("membership.certification_recommended", None, "identifier_conflict"),
    ("membership.certified", None, "identifier_conflict"),
    ("membership.restored", None, "identifier_conflict"),
    ("membership.vetting_result_recorded", None, "summary"),
    ("membership.vetting_result_recorded", Some("determination"), "basis"),
];

/// The types of events that a company does not see at all: they would warn of what is still to be decided, or are about who acts at CBP.
pub const UNSEEN_BY_COMPANIES: &[&str] = &[
    "membership.enforcement_recommended",
    "membership.conflict_overridden",
    "membership.conflict_override_ended",
];

/// Other live memberships used the same identifiers, and somebody decided that this was no bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedConflict {
    /// The other memberships.
    pub membership_ids: Vec<MembershipId>,
    /// Why it was no bar, for example a merger.
    pub reason: Remark,
}

/// Payload of `membership.applied`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipApplied {
    /// The membership.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// The security profile that goes with it.
    pub profile_id: ProfileId,
    /// The type applied for.
    pub entity_type: EntityType,
    /// Where the company is established.
    pub country_of_establishment: CountryCode,
    /// Its identifiers.
    pub identifiers: Vec<CheckedIdentifier>,
    /// Its documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<AttachedDocument>,
    /// What it declared with the application.
    #[serde(default, skip_serializing_if = "Declarations::is_empty")]
    pub declarations: Declarations,
    /// The invitation that was redeemed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation_id: Option<InvitationId>,
    /// The ended membership that this one follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_membership_id: Option<MembershipId>,
    /// The agreement under which the company applies.
    pub agreement: AcceptedAgreement,
    /// How each condition stands.
    pub determinations: Vec<Determination>,
    /// The officer who applied.
    pub applied_by: PersonId,
    /// The programme date of the application.
    pub applied_on: NaiveDate,
    /// The last day to submit the security profile.
    pub profile_due_on: NaiveDate,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.identifiers_changed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipIdentifiersChanged {
    /// The list now.
    pub identifiers: Vec<CheckedIdentifier>,
    /// The list before.
    pub earlier: Vec<CheckedIdentifier>,
    /// The programme date.
    pub changed_on: NaiveDate,
}

/// Payload of `membership.document_attached`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipDocumentAttached {
    /// The document.
    pub document: Document,
    /// The programme date.
    pub attached_on: NaiveDate,
}

/// Payload of `membership.document_removed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipDocumentRemoved {
    /// Which one.
    pub document_id: DocumentId,
    /// The programme date.
    pub removed_on: NaiveDate,
}

/// Payload of `membership.bond_set`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipBondSet {
    /// The bond now.
    pub bond: Bond,
    /// The bond before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<Bond>,
    /// The programme date.
    pub set_on: NaiveDate,
}

/// Payload of `membership.eligibility_declared`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipEligibilityDeclared {
    /// What was declared this time.
    pub declared: Declarations,
    /// Everything that stands declared after it.
    pub declarations: Declarations,
    /// The conditions that stand differently after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub determinations: Vec<Determination>,
    /// Who declared.
    pub declared_by: PersonId,
    /// The programme date.
    pub declared_on: NaiveDate,
}

/// Payload of `membership.determination_recorded`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipDeterminationRecorded {
    /// The determination.
    pub determination: Determination,
    /// The programme date on which it was recorded.
    pub recorded_on: NaiveDate,
}

/// Payload of `membership.specialist_assigned`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipSpecialistAssigned {
    /// The specialist.
    pub specialist: PersonId,
    /// The office.
    pub office: Office,
    /// The specialist before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_specialist: Option<PersonId>,
    /// The office before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_office: Option<Office>,
    /// The programme date.
    pub assigned_on: NaiveDate,
}

/// Payload of `membership.profile_submitted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipProfileSubmitted {
    /// Counted from 1: the first submission, the first after a return, and so on.
    pub round: u32,
    /// The officer.
    pub submitted_by: PersonId,
    /// The programme date.
    pub submitted_on: NaiveDate,
    /// The day by which CBP aims to decide. It is reckoned from the first submission; a return does not move it.
    pub certification_due_on: NaiveDate,
    /// The conditions that stand differently after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub determinations: Vec<Determination>,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.profile_returned`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipProfileReturned {
    /// The round that ended with it.
    pub round: u32,
    /// How many answers were rejected.
    pub rejected_answers: u32,
    /// The last day to answer, if one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_due_on: Option<NaiveDate>,
    /// The programme date.
    pub returned_on: NaiveDate,
    /// The conditions that stand differently after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub determinations: Vec<Determination>,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.profile_approved`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipProfileApproved {
    /// The round that ended with it.
    pub round: u32,
    /// The number of the snapshot.
    pub snapshot_number: u32,
    /// Who approved it.
    pub approved_by: PersonId,
    /// The programme date.
    pub approved_on: NaiveDate,
    /// The conditions that stand differently after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub determinations: Vec<Determination>,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.vetting_result_recorded`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipVettingResultRecorded {
    /// The result.
    pub outcome: VettingOutcome,
    /// The result before.
    pub earlier_outcome: VettingOutcome,
    /// The result in one code.
    pub summary: VettingSummary,
    /// The day on which it was determined.
    pub determined_on: NaiveDate,
    /// Who recorded it.
    pub recorded_by: PersonId,
    /// The programme date on which it was recorded.
    pub recorded_on: NaiveDate,
    /// What follows for condition C7.
    pub determination: Determination,
}

/// Payload of `membership.vetting_reopened`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipVettingReopened {
    /// Why.
    pub cause: LapseCause,
    /// The day on which the passed vetting had been determined.
    pub earlier_determined_on: NaiveDate,
    /// The programme date.
    pub reopened_on: NaiveDate,
    /// What follows for condition C7.
    pub determination: Determination,
}

/// Payload of `membership.certification_recommended`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipCertificationRecommended {
    /// Who recommends. Somebody else has to certify.
    pub recommended_by: PersonId,
    /// The programme date.
    pub recommended_on: NaiveDate,
    /// Why, if something was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    /// The day by which CBP aims to decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certification_due_on: Option<NaiveDate>,
    /// The conditions that stand differently after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub determinations: Vec<Determination>,
    /// Who else used its identifiers, and why that was no bar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier_conflict: Option<AcceptedConflict>,
}

super::code::codes! {
    /// Why a recommendation no longer counts, or a vetting is open again.
    pub enum LapseCause {
        /// The company changed its identifiers.
        IdentifiersChanged = "identifiers_changed",
        /// A vetting result other than passed was recorded.
        VettingResult = "vetting_result",
        /// A condition is not met any more, or is open again.
        Determination = "determination",
        /// The company declared something that speaks against it.
        Declaration = "declaration",
        /// The bond was changed to one that will not do.
        Bond = "bond",
        /// The account no longer has what a condition asks of it: an officer, the agreement, a staffed office.
        Account = "account",
    }
}

/// Payload of `membership.recommendation_lapsed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipRecommendationLapsed {
    /// Why.
    pub cause: LapseCause,
    /// Who had recommended.
    pub recommended_by: PersonId,
    /// When that was.
    pub recommended_on: NaiveDate,
    /// The programme date.
    pub lapsed_on: NaiveDate,
}

/// Payload of `membership.certified`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipCertified {
    /// Who had recommended it.
    pub recommended_by: PersonId,
    /// Who certified; somebody else.
    pub certified_by: PersonId,
    /// The programme date.
    pub certified_on: NaiveDate,
    /// The tier, for types to which tiers are applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The first anniversary.
    pub anniversary_on: NaiveDate,
    /// The day by which the first validation is due.
    pub first_validation_due_on: NaiveDate,
    /// Days from the first submission of the security profile. CBP aims at 90 (6 U.S.C. 964(c)).
    pub days_since_submission: i64,
    /// The conditions that stand differently after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub determinations: Vec<Determination>,
    /// Who else used its identifiers, and why that was no bar; absent where the recommendation had said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier_conflict: Option<AcceptedConflict>,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.rejected`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipRejected {
    /// Why, in one code.
    pub reason: RejectionReason,
    /// Why, in words.
    pub text: Remark,
    /// Who decided.
    pub rejected_by: PersonId,
    /// The programme date.
    pub rejected_on: NaiveDate,
    /// The status before.
    pub earlier_status: Status,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.found_ineligible`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipFoundIneligible {
    /// The condition that is not met.
    pub condition: Condition,
    /// Why, in one code.
    pub reason: IneligibilityReason,
    /// Why, in words.
    pub text: Remark,
    /// Who decided.
    pub found_by: PersonId,
    /// The programme date.
    pub found_on: NaiveDate,
    /// The determination that goes with it.
    pub determination: Determination,
    /// The status before.
    pub earlier_status: Status,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.withdrawn`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipWithdrawn {
    /// Why, in one code.
    pub reason: WithdrawalReason,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Remark>,
    /// Who withdrew it.
    pub withdrawn_by: PersonId,
    /// The programme date.
    pub withdrawn_on: NaiveDate,
    /// The first day of a new application, where a waiting period applies: after a suspension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reapply_from: Option<NaiveDate>,
    /// The status before.
    pub earlier_status: Status,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.application_expired`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipApplicationExpired {
    /// The last day to submit the security profile, now past.
    pub profile_due_on: NaiveDate,
    /// The programme date.
    pub expired_on: NaiveDate,
    /// The status after.
    pub status: Status,
}

/// A date that follows from a mended one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DerivedDate {
    /// Which date.
    pub field: DerivedDateField,
    /// What it was.
    pub earlier: NaiveDate,
    /// What it is now.
    pub value: NaiveDate,
}

/// Payload of `membership.date_corrected`. Handbook 3.4: a correction is itself an event with a reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipDateCorrected {
    /// Which date.
    pub field: DateField,
    /// What had been recorded.
    pub earlier: NaiveDate,
    /// What it is now.
    pub value: NaiveDate,
    /// Why.
    pub reason: Remark,
    /// The dates that follow from it and changed with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<DerivedDate>,
    /// Who mended it.
    pub corrected_by: PersonId,
    /// The programme date.
    pub corrected_on: NaiveDate,
}

/// Payload of `membership.validation_outcome_recorded`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipValidationOutcomeRecorded {
    /// The validation.
    pub validation_reference: ValidationReference,
    /// Whether it was the first.
    pub outcome: ValidationOutcome,
    /// The day on which it was passed.
    pub validated_on: NaiveDate,
    /// The tier after, for types to which tiers are applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The tier before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_tier: Option<Tier>,
    /// Which best practices qualify, and why, where Tier III rests on them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_practices: Option<Remark>,
    /// The day by which the next validation is due.
    pub revalidation_due_on: NaiveDate,
    /// Who wrote the report.
    pub reported_by: PersonId,
    /// Who recorded the outcome; somebody else.
    pub recorded_by: PersonId,
    /// The programme date on which it was recorded.
    pub recorded_on: NaiveDate,
    /// The status before.
    pub earlier_status: Status,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.tier_changed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipTierChanged {
    /// The tier after.
    pub tier: Tier,
    /// The tier before.
    pub earlier_tier: Tier,
    /// Why, in one code.
    pub reason: TierChangeReason,
    /// Why, in words.
    pub text: Remark,
    /// Who assessed it.
    pub assessed_by: PersonId,
    /// Who decided; somebody else.
    pub changed_by: PersonId,
    /// The programme date.
    pub changed_on: NaiveDate,
}

/// Payload of `membership.enforcement_recommended`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipEnforcementRecommended {
    /// What.
    pub action: EnforcementKind,
    /// Why, in one code.
    pub reason: ReasonCode,
    /// Why, in words.
    pub text: Remark,
    /// Who recommends. Somebody else has to decide.
    pub recommended_by: PersonId,
    /// The programme date.
    pub recommended_on: NaiveDate,
}

/// Payload of `membership.suspended`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipSuspended {
    /// The entry of the register.
    pub enforcement_action_id: EnforcementActionId,
    /// The benefits that are withheld, where it is partial.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld_benefits: Vec<Benefit>,
    /// Why, in one code.
    pub reason: ReasonCode,
    /// Who decided.
    pub decided_by: PersonId,
    /// The programme date.
    pub decided_on: NaiveDate,
    /// The status before.
    pub earlier_status: Status,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.removed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipRemoved {
    /// The entry of the register.
    pub enforcement_action_id: EnforcementActionId,
    /// Why, in one code.
    pub reason: ReasonCode,
    /// The suspensions that end with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended_actions: Vec<EnforcementActionId>,
    /// Who decided.
    pub decided_by: PersonId,
    /// The programme date.
    pub removed_on: NaiveDate,
    /// The first day of a new application.
    pub reapply_from: NaiveDate,
    /// The status before.
    pub earlier_status: Status,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.reinstated`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipReinstated {
    /// The entry of the register.
    pub enforcement_action_id: EnforcementActionId,
    /// The suspension that is lifted.
    pub suspension: EnforcementActionId,
    /// Who decided.
    pub decided_by: PersonId,
    /// The programme date.
    pub reinstated_on: NaiveDate,
    /// The status before.
    pub earlier_status: Status,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.restored`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipRestored {
    /// The action that is undone.
    pub enforcement_action_id: EnforcementActionId,
    /// The appeal that was granted.
    pub appeal_id: AppealId,
    /// The suspensions that are in force again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resumed_actions: Vec<EnforcementActionId>,
    /// Who else used its identifiers when they were taken up again, and why that was no bar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier_conflict: Option<AcceptedConflict>,
    /// Who granted it.
    pub decided_by: PersonId,
    /// The programme date.
    pub restored_on: NaiveDate,
    /// The status before.
    pub earlier_status: Status,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.withdrawal_requested`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipWithdrawalRequested {
    /// Why, in one code.
    pub reason: WithdrawalReason,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Remark>,
    /// The point of contact.
    pub requested_by: PersonId,
    /// The programme date.
    pub requested_on: NaiveDate,
}

/// Payload of `membership.withdrawal_taken_back`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipWithdrawalTakenBack {
    /// The point of contact who had asked.
    pub requested_by: PersonId,
    /// When.
    pub requested_on: NaiveDate,
    /// The point of contact who took it back.
    pub taken_back_by: PersonId,
    /// The programme date.
    pub taken_back_on: NaiveDate,
    /// The last day to answer the suspension, where the member is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_due_on: Option<NaiveDate>,
    /// Whether a corrective plan has answered it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plan_submitted: bool,
}

/// Payload of `membership.closed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipClosed {
    /// Why, in one code, as the company asked.
    pub reason: WithdrawalReason,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Remark>,
    /// The point of contact who asked.
    pub requested_by: PersonId,
    /// When.
    pub requested_on: NaiveDate,
    /// The suspensions that end with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended_actions: Vec<EnforcementActionId>,
    /// Who closed it.
    pub closed_by: PersonId,
    /// The programme date.
    pub closed_on: NaiveDate,
    /// The first day of a new application, where a waiting time applies: after a suspension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reapply_from: Option<NaiveDate>,
    /// The status before.
    pub earlier_status: Status,
    /// The status after.
    pub status: Status,
}

/// Payload of `membership.conflict_overridden`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipConflictOverridden {
    /// Who may act on the membership from now on, as before they had a role in the company's account.
    pub person_id: PersonId,
    /// Why that is no bar.
    pub reason: Remark,
    /// The programme director who decided it.
    pub overridden_by: PersonId,
    /// The programme date.
    pub overridden_on: NaiveDate,
}

/// Payload of `membership.conflict_override_ended`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembershipConflictOverrideEnded {
    /// Who may not act on the membership any more, as long as they have a role in the company's account.
    pub person_id: PersonId,
    /// Why.
    pub reason: Remark,
    /// The programme director who ended it.
    pub ended_by: PersonId,
    /// The programme date.
    pub ended_on: NaiveDate,
}
