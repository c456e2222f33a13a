//! Validated, validated again, and the tier that goes with it. Handbook 3.3, 6.4 and 12.5; 6 U.S.C. 965, 966 and 969.

use super::{Decision, actor, identity, refused};
use crate::membership::command::{ChangeTier, RecordValidationOutcome};
use crate::membership::entity_requirements;
use crate::membership::event::{MembershipTierChanged, MembershipValidationOutcomeRecorded};
use crate::membership::state::Membership;
use crate::membership::status::Status;
use crate::membership::values::{Tier, ValidationOutcome};
use chrono::NaiveDate;
use kernel::time::years_after;
use kernel::{Context, FieldError, PersonId, Policy, Refusal};

/// A passed validation. The first one makes the member validated, in Tier II where tiers are applied (6 U.S.C. 965); a later one renews
/// it and leaves the tier. Qualifying best practices lead to Tier III with either (6 U.S.C. 966). A target that was missed is no bar
/// (6 U.S.C. 965(a): to the extent practicable). Who wrote the report does not record its outcome (Handbook 4.4).
pub fn record_validation_outcome(
    membership: &Membership,
    command: RecordValidationOutcome,
    context: &Context,
) -> Decision {
    actor::supervisor(&context.actor)?;
    somebody_else(
        context,
        command.reported_by,
        "You wrote the report yourself; somebody else records its outcome.",
    )?;
    let tiered = entity_requirements::of(identity(membership)?.entity_type).tiered;
    let latest = revalidation_due(command.validated_on, &context.policy);
    let errors = wrong_outcome(membership, &command, tiered, latest, context);
    if !errors.is_empty() {
        let sentence = "The outcome can't be recorded as it is; see the errors.";
        return Err(Refusal::invalid("validation_outcome_invalid", sentence, errors));
    }
    let reference = &command.validation_reference;
    if membership.validations.iter().any(|passed| passed.validation_reference == *reference) {
        let sentence = format!("The outcome of the validation {reference} is recorded already.");
        return Err(refused(membership, "validation_recorded", sentence));
    }
    let (outcome, kept) = match membership.status {
        Status::Validated => (ValidationOutcome::Renewed, membership.tier.unwrap_or(Tier::Tier2)),
        _ => (ValidationOutcome::Validated, Tier::Tier2),
    };
    let reached = if command.best_practices.is_some() { Tier::Tier3 } else { kept };
    if tiered && membership.tier != Some(reached) {
        no_suspension(membership)?;
    }
    Ok(vec![
        MembershipValidationOutcomeRecorded {
            validation_reference: command.validation_reference,
            outcome,
            validated_on: command.validated_on,
            tier: tiered.then_some(reached),
            earlier_tier: membership.tier,
            best_practices: command.best_practices,
            revalidation_due_on: command.revalidation_due_on.unwrap_or(latest),
            reported_by: command.reported_by,
            recorded_by: context.actor.id,
            recorded_on: context.today(),
            earlier_status: membership.status,
            status: Status::Validated,
        }
        .into(),
    ])
}

/// The last day of the next validation (6 U.S.C. 969: at least once in each four years); from 29 February it is 28 February.
pub fn revalidation_due(validated_on: NaiveDate, policy: &Policy) -> NaiveDate {
    years_after(validated_on, policy.revalidation_max_years)
}

fn wrong_outcome(
    membership: &Membership,
    command: &RecordValidationOutcome,
    tiered: bool,
    latest: NaiveDate,
    context: &Context,
) -> Vec<FieldError> {
    let (on, today) = (command.validated_on, context.today());
    let mut errors = Vec::new();
    if on > today {
        let detail = format!("The day of the validation can't be after today, {today}.");
        errors.push(FieldError::new("/validated_on", "date_in_future", detail));
    }
    for (name, earlier) in [
        ("certification", membership.dates.certified_on),
        ("validation before", membership.dates.validated_on),
    ] {
        if let Some(earlier) = earlier.filter(|earlier| on < *earlier) {
            let detail = format!("The validation can't be before the {name}, {earlier}.");
            errors.push(FieldError::new("/validated_on", "date_order", detail));
        }
    }
    if let Some(due) = command.revalidation_due_on {
        if due <= on {
            let detail = format!("The next validation can't be due before this one is over, {on}.");
            errors.push(FieldError::new("/revalidation_due_on", "date_order", detail));
        } else if due > latest {
            let detail = format!("The next validation is due by {latest} at the latest.");
            errors.push(FieldError::new("/revalidation_due_on", "beyond_policy", detail));
        }
    }
    if command.best_practices.is_some() && !tiered {
        let detail = "No tiers are applied to this type, so best practices lead to none.";
        errors.push(FieldError::new("/best_practices", "type_without_tiers", detail));
    }
    errors
}

/// To Tier III for qualifying best practices, back to Tier II when the criteria are no longer exceeded. Who assessed it does not decide
/// (Handbook 4.4 and 12.5). Never while suspended: [`Status::verbs`] does not allow it.
pub fn change_tier(membership: &Membership, command: ChangeTier, context: &Context) -> Decision {
    actor::supervisor(&context.actor)?;
    somebody_else(context, command.assessed_by, "You assessed it yourself; somebody else decides.")?;
    no_suspension(membership)?;
    let Some(earlier_tier) = membership.tier else {
        return Err(refused(membership, "type_without_tiers", "No tiers are applied to this type."));
    };
    let ChangeTier { tier, reason, text, assessed_by } = command;
    let mut errors = Vec::new();
    if reason.leads_to() != tier {
        let detail = format!("The reason {reason} leads to {}.", reason.leads_to());
        errors.push(FieldError::new("/reason", "reason_does_not_fit", detail));
    }
    if tier == earlier_tier {
        errors.push(FieldError::new("/tier", "tier_unchanged", format!("The tier is {tier} already.")));
    }
    if !errors.is_empty() {
        let sentence = "The tier can't be changed like this; see the errors.";
        return Err(Refusal::invalid("tier_change_invalid", sentence, errors));
    }
    Ok(vec![
        MembershipTierChanged {
            tier,
            earlier_tier,
            reason,
            text,
            assessed_by,
            changed_by: context.actor.id,
            changed_on: context.today(),
        }
        .into(),
    ])
}

/// No tier changes while a suspension is in force, a partial one included. Handbook 3.3.
fn no_suspension(membership: &Membership) -> Result<(), Refusal> {
    match membership.enforcement.in_force.first() {
        None => Ok(()),
        Some(action) => {
            let sentence = format!(
                "The tier can't change while the suspension {} is in force.",
                action.enforcement_action_id
            );
            Err(refused(membership, "suspended", sentence))
        }
    }
}

/// Four eyes.
fn somebody_else(context: &Context, other: PersonId, sentence: &str) -> Result<(), Refusal> {
    if other == context.actor.id { Err(Refusal::actor("four_eyes", sentence)) } else { Ok(()) }
}
