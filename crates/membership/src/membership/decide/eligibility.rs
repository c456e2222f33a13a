//! Declarations of the company and determinations of staff. Handbook 2.1: kept as dated determinations, not as a flag.

use super::application::wrong_declarations;
use super::lapse::with_lapse;
use super::{Decision, actor, identity};
use crate::membership::assessment::Assessment;
use crate::membership::body_rules;
use crate::membership::command::{DeclareEligibility, RecordDetermination};
use crate::membership::eligibility::{Condition, Determination, DeterminationSource, DeterminedBy, Outcome};
use crate::membership::entity_requirements;
use crate::membership::event::{LapseCause, MembershipDeterminationRecorded, MembershipEligibilityDeclared};
use crate::membership::facts::AccountFacts;
use crate::membership::state::Membership;
use crate::membership::status::Status;
use chrono::NaiveDate;
use kernel::{Context, FieldError, Refusal};

/// A determination of the person who acts.
pub fn by_staff(
    condition: Condition,
    outcome: Outcome,
    on: NaiveDate,
    basis: impl Into<String>,
    source: DeterminationSource,
    context: &Context,
) -> Determination {
    let person_id = Some(context.actor.id);
    let basis = basis.into();
    Determination {
        condition,
        outcome,
        determined_on: on,
        determined_by: DeterminedBy::Staff,
        person_id,
        basis,
        source,
    }
}

/// A determination of the portal.
pub fn by_system(
    condition: Condition,
    outcome: Outcome,
    basis: impl Into<String>,
    source: DeterminationSource,
    context: &Context,
) -> Determination {
    let basis = basis.into();
    let determined_on = context.today();
    Determination {
        condition,
        outcome,
        determined_on,
        determined_by: DeterminedBy::System,
        person_id: None,
        basis,
        source,
    }
}

/// What the rules make of the membership's declarations and account today.
pub fn assessment<'a>(membership: &'a Membership, context: &'a Context) -> Result<Assessment<'a>, Refusal> {
    let identity = identity(membership)?;
    Ok(Assessment {
        entity_type: identity.entity_type,
        country: identity.country_of_establishment,
        declarations: &membership.declarations,
        today: context.today(),
        policy: &context.policy,
        declared_by: Some(context.actor.id),
    })
}

/// The company declares; what is absent stays as declared before.
pub fn declare_eligibility(
    membership: &Membership,
    command: DeclareEligibility,
    context: &Context,
) -> Decision {
    actor::officer_or_employee(&context.actor)?;
    let identity = identity(membership)?;
    let declared = command.declarations;
    let rules = entity_requirements::of(identity.entity_type);
    let mut errors = wrong_declarations(&declared, rules, context.today());
    if declared.is_empty() {
        errors.push(FieldError::new("/declarations", "nothing_declared", "Declare at least one thing."));
    }
    if !errors.is_empty() {
        let sentence = "The declarations can't be taken as they are; see the errors.";
        return Err(Refusal::invalid("declarations_invalid", sentence, errors));
    }
    let declarations = membership.declarations.with(&declared);
    if declarations == membership.declarations {
        return Ok(Vec::new());
    }
    let found =
        Assessment { declarations: &declarations, ..assessment(membership, context)? }.of_declarations();
    let event = MembershipEligibilityDeclared {
        determinations: membership.news(found),
        declared,
        declarations,
        declared_by: context.actor.id,
        declared_on: context.today(),
    };
    Ok(with_lapse(membership, vec![event.into()], LapseCause::Declaration, context))
}

/// What changed on the account is taken in as soon as it has: the conditions that follow from it are determined anew, and a recommendation
/// that rested on them lapses. So nobody, and no list, goes by what was so before. Nothing to say of what has ended.
pub fn account_changed(membership: &Membership, account: &AccountFacts, context: &Context) -> Decision {
    if membership.status == Status::NotApplied || membership.status.is_ended() {
        return Ok(Vec::new());
    }
    let news = membership.news(assessment(membership, context)?.of_account(account));
    let recorded_on = context.today();
    let recorded = |determination| MembershipDeterminationRecorded { determination, recorded_on }.into();
    let events: Vec<_> = news.into_iter().map(recorded).collect();
    if events.is_empty() {
        return Ok(events);
    }
    Ok(with_lapse(membership, events, LapseCause::Account, context))
}

/// Staff determine, where the portal does not know better.
pub fn record_determination(
    membership: &Membership,
    command: RecordDetermination,
    context: &Context,
) -> Decision {
    actor::staff(&context.actor)?;
    let today = context.today();
    let on = command.determined_on.unwrap_or(today);
    let by_itself = body_rules::staff_determine(command.condition);
    let errors: Vec<FieldError> = by_itself.into_iter().chain(body_rules::determined(on, today)).collect();
    if !errors.is_empty() {
        let sentence = "The determination can't be recorded as it is; see the errors.";
        return Err(Refusal::invalid("determination_invalid", sentence, errors));
    }
    let basis = command.basis.as_str();
    let source = DeterminationSource::StaffFinding;
    let determination = by_staff(command.condition, command.outcome, on, basis, source, context);
    let event = MembershipDeterminationRecorded { determination, recorded_on: today };
    Ok(with_lapse(membership, vec![event.into()], LapseCause::Determination, context))
}
