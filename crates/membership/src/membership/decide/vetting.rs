//! The result of the vetting. Handbook 1.4 and 3.3: no path leads to certified while it is open or failed.

use super::eligibility::by_staff;
use super::lapse::with_lapse;
use super::{Decision, actor};
use crate::membership::body_rules;
use crate::membership::command::RecordVettingResult;
use crate::membership::eligibility::{Condition, DeterminationSource, Outcome};
use crate::membership::event::{LapseCause, MembershipVettingResultRecorded};
use crate::membership::state::Membership;
use crate::membership::values::VettingOutcome;
use kernel::{Context, FieldError, Refusal};

/// A newer result takes the place of an older one, also a failed one, when CBP has looked again.
pub fn record_vetting_result(
    membership: &Membership,
    command: RecordVettingResult,
    context: &Context,
) -> Decision {
    actor::staff(&context.actor)?;
    let today = context.today();
    let on = command.determined_on;
    let summary = body_rules::vetting_summary(command.outcome, command.summary);
    let mut errors: Vec<FieldError> = summary.into_iter().chain(body_rules::determined(on, today)).collect();
    if let Some(applied) = membership.dates.applied_on.filter(|applied| on < *applied) {
        let detail = format!("The vetting can't be determined before the application, {applied}.");
        errors.push(FieldError::new("/determined_on", "date_order", detail));
    }
    if !errors.is_empty() {
        let sentence = "The result can't be recorded as it is; see the errors.";
        return Err(Refusal::invalid("vetting_result_invalid", sentence, errors));
    }
    let (outcome, basis) = match command.outcome {
        VettingOutcome::Open => (Outcome::Open, "The vetting is open"),
        VettingOutcome::Passed => (Outcome::Met, "The vetting was passed"),
        VettingOutcome::Failed => (Outcome::NotMet, "The vetting was failed"),
    };
    let basis = format!("{basis}: {}.", command.summary);
    let event = MembershipVettingResultRecorded {
        outcome: command.outcome,
        earlier_outcome: membership.vetting_outcome(),
        summary: command.summary,
        determined_on: on,
        recorded_by: context.actor.id,
        recorded_on: today,
        determination: by_staff(Condition::C7, outcome, on, basis, DeterminationSource::Vetting, context),
    };
    Ok(with_lapse(membership, vec![event.into()], LapseCause::VettingResult, context))
}
