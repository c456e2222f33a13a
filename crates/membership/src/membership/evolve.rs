//! The fold: what each event makes of a membership. Total: any event of the past can be folded, whatever the rules say today.

use super::document::AttachedDocument;
use super::eligibility::DeterminationSource;
use super::event::{
    MembershipApplied, MembershipCertified, MembershipClosed, MembershipDateCorrected, MembershipEvent,
    MembershipFoundIneligible, MembershipProfileApproved, MembershipProfileReturned,
    MembershipProfileSubmitted, MembershipRemoved, MembershipRestored, MembershipSuspended,
    MembershipValidationOutcomeRecorded, MembershipVettingReopened, MembershipVettingResultRecorded,
};
use super::state::{
    ActionInForce, Assignment, ConflictOverride, Correction, Ending, EnforcementRecommendation, Identity,
    Membership, PassedValidation, ProfileStage, ProfileStanding, Recommendation, Vetting, WithdrawalRequest,
};
use super::status::Status;
use super::values::{DateField, DerivedDateField, VettingOutcome};
use crate::enforcement::EnforcementKind;
use chrono::NaiveDate;
use kernel::EnforcementActionId;

/// Applies one event.
pub fn evolve(membership: &mut Membership, event: &MembershipEvent) {
    match event {
        MembershipEvent::Applied(event) => applied(membership, event),
        MembershipEvent::IdentifiersChanged(event) => membership.identifiers.clone_from(&event.identifiers),
        MembershipEvent::DocumentAttached(event) => {
            membership
                .documents
                .retain(|attached| attached.document.document_id != event.document.document_id);
            let attached =
                AttachedDocument { document: event.document.clone(), attached_on: event.attached_on };
            membership.documents.push(attached);
        }
        MembershipEvent::DocumentRemoved(event) => {
            membership.documents.retain(|attached| attached.document.document_id != event.document_id);
        }
        MembershipEvent::BondSet(event) => membership.bond = Some(event.bond.clone()),
        MembershipEvent::EligibilityDeclared(event) => {
            membership.declarations = event.declarations.clone();
            membership.determinations.extend_from_slice(&event.determinations);
        }
        MembershipEvent::DeterminationRecorded(event) => {
            membership.determinations.push(event.determination.clone())
        }
        MembershipEvent::SpecialistAssigned(event) => {
            membership.assignment = Some(Assignment {
                specialist: event.specialist,
                office: event.office,
                assigned_on: event.assigned_on,
            });
        }
        MembershipEvent::ProfileSubmitted(event) => profile_submitted(membership, event),
        MembershipEvent::ProfileReturned(event) => profile_returned(membership, event),
        MembershipEvent::ProfileApproved(event) => profile_approved(membership, event),
        MembershipEvent::VettingResultRecorded(event) => vetting_result_recorded(membership, event),
        MembershipEvent::VettingReopened(event) => vetting_reopened(membership, event),
        MembershipEvent::CertificationRecommended(event) => {
            membership.determinations.extend_from_slice(&event.determinations);
            membership.recommendation = Some(Recommendation {
                recommended_by: event.recommended_by,
                recommended_on: event.recommended_on,
                remark: event.remark.clone(),
                identifier_conflict: event.identifier_conflict.clone(),
            });
        }
        MembershipEvent::RecommendationLapsed(_) => membership.recommendation = None,
        MembershipEvent::Certified(event) => certified(membership, event),
        MembershipEvent::Rejected(event) => {
            membership.status = event.status;
            let ending = Ending::Rejected {
                reason: event.reason,
                text: event.text.clone(),
                decided_by: event.rejected_by,
            };
            ended(membership, ending, event.rejected_on, None);
        }
        MembershipEvent::FoundIneligible(event) => found_ineligible(membership, event),
        MembershipEvent::Withdrawn(event) => {
            membership.status = event.status;
            let ending = Ending::Withdrawn {
                reason: event.reason,
                text: event.text.clone(),
                decided_by: event.withdrawn_by,
            };
            ended(membership, ending, event.withdrawn_on, event.reapply_from);
        }
        MembershipEvent::ApplicationExpired(event) => {
            membership.status = event.status;
            ended(membership, Ending::Expired, event.expired_on, None);
        }
        MembershipEvent::DateCorrected(event) => date_corrected(membership, event),
        MembershipEvent::ValidationOutcomeRecorded(event) => validation_outcome_recorded(membership, event),
        MembershipEvent::TierChanged(event) => membership.tier = Some(event.tier),
        MembershipEvent::EnforcementRecommended(event) => {
            membership.enforcement.recommendation = Some(EnforcementRecommendation {
                action: event.action,
                reason: event.reason,
                text: event.text.clone(),
                recommended_by: event.recommended_by,
                recommended_on: event.recommended_on,
            });
        }
        MembershipEvent::Suspended(event) => suspended(membership, event),
        MembershipEvent::Removed(event) => removed(membership, event),
        MembershipEvent::Reinstated(event) => lifted(membership, event.suspension, event.status),
        MembershipEvent::Restored(event) => restored(membership, event),
        MembershipEvent::WithdrawalRequested(event) => {
            membership.withdrawal_request = Some(WithdrawalRequest {
                reason: event.reason,
                text: event.text.clone(),
                requested_by: event.requested_by,
                requested_on: event.requested_on,
            });
        }
        MembershipEvent::WithdrawalTakenBack(_) => membership.withdrawal_request = None,
        MembershipEvent::Closed(event) => closed(membership, event),
        MembershipEvent::ConflictOverridden(event) => {
            let overridden = ConflictOverride {
                reason: event.reason.clone(),
                overridden_by: event.overridden_by,
                overridden_on: event.overridden_on,
            };
            membership.conflict_overrides.insert(event.person_id, overridden);
        }
        MembershipEvent::ConflictOverrideEnded(event) => {
            membership.conflict_overrides.remove(&event.person_id);
        }
    }
}

fn applied(membership: &mut Membership, event: &MembershipApplied) {
    membership.status = event.status;
    membership.identity = Some(Identity {
        membership_id: event.membership_id,
        account_id: event.account_id,
        profile_id: event.profile_id,
        entity_type: event.entity_type,
        country_of_establishment: event.country_of_establishment,
        invitation_id: event.invitation_id,
        previous_membership_id: event.previous_membership_id,
        agreement: event.agreement.clone(),
        applied_by: event.applied_by,
    });
    membership.identifiers.clone_from(&event.identifiers);
    membership.documents.clone_from(&event.documents);
    membership.declarations = event.declarations.clone();
    membership.determinations.clone_from(&event.determinations);
    membership.dates.applied_on = Some(event.applied_on);
    membership.dates.profile_due_on = Some(event.profile_due_on);
}

fn profile_submitted(membership: &mut Membership, event: &MembershipProfileSubmitted) {
    membership.status = event.status;
    membership.profile.stage = ProfileStage::Submitted;
    membership.profile.round = event.round;
    membership.profile.rejected_answers = 0;
    membership.determinations.extend_from_slice(&event.determinations);
    let dates = &mut membership.dates;
    match dates.profile_submitted_on {
        None => dates.profile_submitted_on = Some(event.submitted_on),
        Some(_) => dates.profile_resubmitted_on = Some(event.submitted_on),
    }
    dates.profile_answer_due_on = None;
    dates.certification_due_on = Some(event.certification_due_on);
}

fn profile_returned(membership: &mut Membership, event: &MembershipProfileReturned) {
    membership.status = event.status;
    membership.profile.stage = ProfileStage::Returned;
    membership.profile.rejected_answers = event.rejected_answers;
    membership.determinations.extend_from_slice(&event.determinations);
    membership.dates.profile_returned_on = Some(event.returned_on);
    membership.dates.profile_answer_due_on = event.answer_due_on;
}

fn profile_approved(membership: &mut Membership, event: &MembershipProfileApproved) {
    membership.status = event.status;
    membership.profile = ProfileStanding {
        stage: ProfileStage::Approved,
        round: event.round,
        rejected_answers: 0,
        snapshot_number: Some(event.snapshot_number),
        approved_by: Some(event.approved_by),
    };
    membership.determinations.extend_from_slice(&event.determinations);
    membership.dates.profile_approved_on = Some(event.approved_on);
}

fn vetting_result_recorded(membership: &mut Membership, event: &MembershipVettingResultRecorded) {
    membership.vetting = Some(Vetting {
        outcome: event.outcome,
        summary: Some(event.summary),
        determined_on: event.determined_on,
        recorded_by: Some(event.recorded_by),
    });
    membership.determinations.push(event.determination.clone());
}

fn vetting_reopened(membership: &mut Membership, event: &MembershipVettingReopened) {
    membership.vetting = Some(Vetting {
        outcome: VettingOutcome::Open,
        summary: None,
        determined_on: event.reopened_on,
        recorded_by: None,
    });
    membership.determinations.push(event.determination.clone());
}

fn certified(membership: &mut Membership, event: &MembershipCertified) {
    membership.status = event.status;
    membership.certified_by = Some(event.certified_by);
    let recommended = membership.recommendation.as_ref().and_then(|found| found.identifier_conflict.as_ref());
    membership.identifier_conflict = event.identifier_conflict.as_ref().or(recommended).cloned();
    membership.tier = event.tier;
    membership.determinations.extend_from_slice(&event.determinations);
    membership.dates.certified_on = Some(event.certified_on);
    membership.dates.anniversary_on = Some(event.anniversary_on);
    membership.dates.first_validation_due_on = Some(event.first_validation_due_on);
}

fn validation_outcome_recorded(membership: &mut Membership, event: &MembershipValidationOutcomeRecorded) {
    membership.status = event.status;
    membership.tier = event.tier;
    membership.dates.validated_on = Some(event.validated_on);
    membership.dates.revalidation_due_on = Some(event.revalidation_due_on);
    membership.validations.push(PassedValidation {
        validation_reference: event.validation_reference.clone(),
        outcome: event.outcome,
        validated_on: event.validated_on,
        tier: event.tier,
        reported_by: event.reported_by,
        recorded_by: event.recorded_by,
        recorded_on: event.recorded_on,
    });
}

fn suspended(membership: &mut Membership, event: &MembershipSuspended) {
    membership.status = event.status;
    membership.enforcement.recommendation = None;
    membership.enforcement.in_force.push(ActionInForce {
        enforcement_action_id: event.enforcement_action_id,
        action: EnforcementKind::Suspension,
        withheld_benefits: event.withheld_benefits.clone(),
        status_before: event.earlier_status,
        ended: Vec::new(),
    });
}

fn removed(membership: &mut Membership, event: &MembershipRemoved) {
    membership.status = event.status;
    membership.enforcement.recommendation = None;
    let ended_with_it = std::mem::take(&mut membership.enforcement.in_force);
    membership.enforcement.in_force.push(ActionInForce {
        enforcement_action_id: event.enforcement_action_id,
        action: EnforcementKind::Removal,
        withheld_benefits: Vec::new(),
        status_before: event.earlier_status,
        ended: ended_with_it,
    });
    let ending = Ending::Removed {
        reason: event.reason,
        enforcement_action_id: event.enforcement_action_id,
        decided_by: event.decided_by,
    };
    ended(membership, ending, event.removed_on, Some(event.reapply_from));
}

fn lifted(membership: &mut Membership, suspension: EnforcementActionId, status: Status) {
    membership.status = status;
    membership.enforcement.recommendation = None;
    membership.enforcement.in_force.retain(|action| action.enforcement_action_id != suspension);
}

/// What an action had ended is in force again.
fn restored(membership: &mut Membership, event: &MembershipRestored) {
    let is_it = |action: &ActionInForce| action.enforcement_action_id == event.enforcement_action_id;
    let undone = membership.enforcement.in_force.iter().find(|action| is_it(action)).cloned();
    lifted(membership, event.enforcement_action_id, event.status);
    if let Some(accepted) = &event.identifier_conflict {
        membership.identifier_conflict = Some(accepted.clone());
    }
    if let Some(removal) = undone.filter(|action| action.action == EnforcementKind::Removal) {
        membership.enforcement.in_force.extend(removal.ended);
        membership.ending = None;
        membership.dates.ended_on = None;
        membership.dates.reapply_from = None;
    }
}

fn closed(membership: &mut Membership, event: &MembershipClosed) {
    membership.status = event.status;
    membership.enforcement.recommendation = None;
    membership.enforcement.in_force.clear();
    membership.withdrawal_request = None;
    let ending =
        Ending::Withdrawn { reason: event.reason, text: event.text.clone(), decided_by: event.requested_by };
    ended(membership, ending, event.closed_on, event.reapply_from);
}

fn found_ineligible(membership: &mut Membership, event: &MembershipFoundIneligible) {
    membership.status = event.status;
    membership.determinations.push(event.determination.clone());
    let ending = Ending::Ineligible {
        condition: event.condition,
        reason: event.reason,
        text: event.text.clone(),
        decided_by: event.found_by,
    };
    ended(membership, ending, event.found_on, None);
}

fn ended(membership: &mut Membership, ending: Ending, on: NaiveDate, reapply_from: Option<NaiveDate>) {
    membership.ending = Some(ending);
    membership.recommendation = None;
    membership.dates.ended_on = Some(on);
    membership.dates.reapply_from = reapply_from;
}

fn date_corrected(membership: &mut Membership, event: &MembershipDateCorrected) {
    match event.field {
        DateField::AppliedOn => membership.dates.applied_on = Some(event.value),
        DateField::ProfileSubmittedOn => membership.dates.profile_submitted_on = Some(event.value),
        DateField::ProfileApprovedOn => membership.dates.profile_approved_on = Some(event.value),
        DateField::VettingDeterminedOn => {
            if let Some(vetting) = &mut membership.vetting {
                vetting.determined_on = event.value;
            }
            let mut newest_first = membership.determinations.iter_mut().rev();
            let follows =
                newest_first.find(|determination| determination.source == DeterminationSource::Vetting);
            if let Some(determination) = follows {
                determination.determined_on = event.value;
            }
        }
        DateField::CertifiedOn => membership.dates.certified_on = Some(event.value),
        DateField::ValidatedOn => {
            membership.dates.validated_on = Some(event.value);
            if let Some(newest) = membership.validations.last_mut() {
                newest.validated_on = event.value;
            }
        }
        DateField::EndedOn => membership.dates.ended_on = Some(event.value),
    }
    for derived in &event.derived {
        let date = match derived.field {
            DerivedDateField::ProfileDueOn => &mut membership.dates.profile_due_on,
            DerivedDateField::CertificationDueOn => &mut membership.dates.certification_due_on,
            DerivedDateField::AnniversaryOn => &mut membership.dates.anniversary_on,
            DerivedDateField::FirstValidationDueOn => &mut membership.dates.first_validation_due_on,
            DerivedDateField::RevalidationDueOn => &mut membership.dates.revalidation_due_on,
            DerivedDateField::ReapplyFrom => &mut membership.dates.reapply_from,
        };
        *date = Some(derived.value);
    }
    membership.corrections.push(Correction {
        field: event.field,
        earlier: event.earlier,
        value: event.value,
        reason: event.reason.clone(),
        derived: event.derived.clone(),
        corrected_by: event.corrected_by,
        corrected_on: event.corrected_on,
    });
}
