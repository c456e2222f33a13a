//! Recommended by one person, certified by another. Handbook 3.3 and 4.4; 6 U.S.C. 964.

use super::eligibility::assessment;
use super::{Decision, actor, identity, refused};
use crate::membership::command::{Certify, RecommendCertification, Remark};
use crate::membership::entity_requirements;
use crate::membership::event::{AcceptedConflict, MembershipCertificationRecommended, MembershipCertified};
use crate::membership::facts::AccountFacts;
use crate::membership::identifier::{self, IdentifierUse};
use crate::membership::state::Membership;
use crate::membership::status::Status;
use crate::membership::values::{Tier, VettingOutcome};
use chrono::NaiveDate;
use kernel::identifiers::Identifier;
use kernel::time::years_after;
use kernel::{Context, FieldError, MembershipId, Refusal};
use std::collections::BTreeSet;

/// Any specialist may recommend, the assigned one or another, and so may who stands above.
pub fn recommend_certification(
    membership: &Membership,
    command: RecommendCertification,
    context: &Context,
) -> Decision {
    actor::staff(&context.actor)?;
    if membership.recommendation.is_some() {
        return Err(refused(
            membership,
            "already_recommended",
            "The certification has been recommended already.",
        ));
    }
    may_be_certified(membership, &command.account, context)?;
    let identifier_conflict = accept_conflict(
        membership,
        &command.in_use,
        membership.said_of_conflicts(),
        command.identifier_conflict_reason,
    )?;
    let found = assessment(membership, context)?.of_account(&command.account);
    Ok(vec![
        MembershipCertificationRecommended {
            recommended_by: context.actor.id,
            recommended_on: context.today(),
            remark: command.remark,
            certification_due_on: membership.dates.certification_due_on,
            determinations: membership.news(found),
            identifier_conflict,
        }
        .into(),
    ])
}

/// Four eyes: the one who recommended may not certify. Everything is checked again, as it is now.
pub fn certify(membership: &Membership, command: Certify, context: &Context) -> Decision {
    actor::supervisor(&context.actor)?;
    may_be_certified(membership, &command.account, context)?;
    let Some(recommendation) = &membership.recommendation else {
        return Err(refused(membership, "not_recommended", "Nobody has recommended the certification yet."));
    };
    if recommendation.recommended_by == context.actor.id {
        let sentence = "You recommended the certification yourself; somebody else has to certify.";
        return Err(Refusal::actor("four_eyes", sentence));
    }
    let identifier_conflict = accept_conflict(
        membership,
        &command.in_use,
        membership.said_of_conflicts(),
        command.identifier_conflict_reason,
    )?;
    let today = context.today();
    let identity = identity(membership)?;
    let found = assessment(membership, context)?.of_account(&command.account);
    let submitted = membership.dates.profile_submitted_on.unwrap_or(today);
    Ok(vec![
        MembershipCertified {
            recommended_by: recommendation.recommended_by,
            certified_by: context.actor.id,
            certified_on: today,
            tier: entity_requirements::of(identity.entity_type).tiered.then_some(Tier::Tier1),
            anniversary_on: anniversary(today),
            first_validation_due_on: years_after(today, context.policy.first_validation_years),
            days_since_submission: today.signed_duration_since(submitted).num_days(),
            determinations: membership.news(found),
            identifier_conflict,
            status: Status::Certified,
        }
        .into(),
    ])
}

/// While others use its identifiers, nobody is certified unless somebody says why that is no bar: mergers and successors exist
/// (Handbook 2.4). What the recommendation has said of a membership need not be said again.
pub(super) fn accept_conflict(
    membership: &Membership,
    in_use: &[IdentifierUse],
    said: Option<&AcceptedConflict>,
    reason: Option<Remark>,
) -> Result<Option<AcceptedConflict>, Refusal> {
    let unexplained = identifier::unexplained(in_use, said);
    match reason {
        Some(_) if in_use.is_empty() => {
            let detail =
                "No other live membership of the type uses its identifiers, so there is nothing to explain.";
            let error = FieldError::new("/identifier_conflict_reason", "no_identifier_conflict", detail);
            Err(Refusal::invalid("no_identifier_conflict", detail, vec![error]))
        }
        Some(reason) => {
            let others: BTreeSet<MembershipId> = in_use.iter().map(|other| other.membership_id).collect();
            Ok(Some(AcceptedConflict { membership_ids: others.into_iter().collect(), reason }))
        }
        None if unexplained.is_empty() => Ok(None),
        None => {
            let sentence = "Other live memberships of the type use the same identifiers; say in identifier_conflict_reason why \
                            that is no bar.";
            let errors = unexplained
                .iter()
                .map(|other| {
                    let (kind, value, id) =
                        (other.identifier_type.as_str(), &other.normalised, other.membership_id);
                    let detail = format!("{kind} {value} is also used by the membership {id}.");
                    FieldError::new("", "identifier_conflict", detail)
                })
                .collect();
            Err(Refusal { errors, ..refused(membership, "identifier_conflict", sentence) })
        }
    }
}

/// Within an account only one live membership of a type uses an identifier. Handbook 2.4.
pub(super) fn identifiers_free_in_account(
    membership: &Membership,
    in_use: &[IdentifierUse],
) -> Result<(), Refusal> {
    let own: Vec<Identifier> =
        membership.identifiers.iter().map(|checked| checked.identifier.clone()).collect();
    let errors = identifier::used_in_account(&own, in_use);
    if errors.is_empty() {
        return Ok(());
    }
    Err(Refusal { errors, ..refused(membership, "identifier_in_use", super::application::IN_USE) })
}

/// The year runs from certification (Handbook 3.4); from 29 February it runs to 28 February.
pub fn anniversary(certified_on: NaiveDate) -> NaiveDate {
    years_after(certified_on, 1)
}

/// The vetting is named first: it is what must never be passed over.
fn may_be_certified(
    membership: &Membership,
    account: &AccountFacts,
    context: &Context,
) -> Result<(), Refusal> {
    let missing = membership.lacks_for_certification(account, context.today(), &context.policy);
    if missing.is_empty() {
        return Ok(());
    }
    let (code, sentence) = match membership.vetting_outcome() {
        VettingOutcome::Open => ("vetting_not_passed", "The vetting is not finished."),
        VettingOutcome::Failed => ("vetting_not_passed", "The vetting was failed."),
        VettingOutcome::Passed => {
            ("conditions_open", "Not every condition of certification is met; see the errors.")
        }
    };
    let errors = missing.iter().map(|item| item.field_error()).collect();
    Err(Refusal { errors, ..refused(membership, code, sentence) })
}
