//! Correcting and completing what is known, and erasing texts. GAO 2026 (handbook 3.6): wrong and incomplete entries; a correction shows both
//! values and who made it.

use crate::command::{CorrectFacts, Correction, EraseText};
use crate::decide::{Decided, disclosure, exists, leader_only, open};
use crate::event::{FactChange, IncidentFactsCorrected, IncidentTextErased};
use crate::state::{Incident, Status};
use crate::values::Facts;
use kernel::{AccountId, ActorKind, Context, FieldError, Refusal, to_microseconds};

/// Staff correct until it is closed; the company that reported, as long as nobody at CBP has taken it up. What is absent stays as it is.
pub(crate) fn correct_facts(incident: &Incident, command: CorrectFacts, context: &Context) -> Decided {
    let by_company = context.actor.kind == ActorKind::CompanyUser;
    if !by_company && !context.actor.role.is_staff_role() {
        return Err(Refusal::actor("reporter_only", "Companies and CBP staff correct what they reported."));
    }
    open(incident)?;
    if by_company && incident.status != Status::Reported {
        let sentence = "CBP has taken this incident up; add a statement instead.";
        let own: Vec<AccountId> = incident.reported_for().into_iter().collect();
        let status = own.first().map_or(incident.status, |account| incident.status_for(*account));
        return Err(Refusal::state(
            "taken_up",
            sentence,
            status.as_str(),
            &incident.allowed_commands_for(&own),
        ));
    }
    let (Some(facts), Some(report)) = (&incident.facts, &incident.report) else { return Ok(Vec::new()) };
    let CorrectFacts { correction, reason } = command;
    let mut corrected = facts.clone();
    let changes = changes(facts, correction);
    for change in &changes {
        apply(&mut corrected, change);
    }
    let errors = corrected.mistakes(to_microseconds(context.now));
    if !errors.is_empty() {
        let sentence = "It cannot be so; see the errors.";
        return Err(Refusal::invalid("correction_invalid", sentence, errors));
    }
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let event = IncidentFactsCorrected {
        changes,
        disclosure: disclosure(report.reported_for.is_some(), corrected.discovered_by),
        reason,
        corrected_by: context.actor.id,
        corrected_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// What differs, with both values.
fn changes(facts: &Facts, correction: Correction) -> Vec<FactChange> {
    let mut changes = Vec::new();
    if let Some(value) = correction.kind.filter(|value| *value != facts.kind) {
        changes.push(FactChange::Kind { earlier: facts.kind, value });
    }
    if let Some(value) = correction.discovered_by.filter(|value| *value != facts.discovered_by) {
        changes.push(FactChange::DiscoveredBy { earlier: facts.discovered_by, value });
    }
    if let Some(value) = correction.occurred.filter(|value| *value != facts.occurred) {
        changes.push(FactChange::Occurred { earlier: facts.occurred, value });
    }
    if let Some(value) = correction.discovered.filter(|value| *value != facts.discovered) {
        changes.push(FactChange::Discovered { earlier: facts.discovered, value });
    }
    if let Some(value) = correction.place.filter(|value| Some(value) != facts.place.as_ref()) {
        changes.push(FactChange::Place { earlier: facts.place.clone(), value });
    }
    if let Some(value) = correction.conveyance.filter(|value| Some(value) != facts.conveyance.as_ref()) {
        changes.push(FactChange::Conveyance { earlier: facts.conveyance.clone(), value });
    }
    if let Some(value) = correction.numbers.filter(|value| *value != facts.numbers) {
        changes.push(FactChange::Numbers { earlier: facts.numbers.clone(), value });
    }
    if let Some(value) = correction.goods.filter(|value| Some(value) != facts.goods.as_ref()) {
        changes.push(FactChange::Goods { earlier: facts.goods.clone(), value });
    }
    if let Some(value) = correction.quantity.filter(|value| Some(value) != facts.quantity.as_ref()) {
        changes.push(FactChange::Quantity { earlier: facts.quantity.clone(), value });
    }
    changes
}

/// The facts with one correction.
pub(crate) fn apply(facts: &mut Facts, change: &FactChange) {
    match change {
        FactChange::Kind { value, .. } => facts.kind = *value,
        FactChange::DiscoveredBy { value, .. } => facts.discovered_by = *value,
        FactChange::Occurred { value, .. } => facts.occurred = *value,
        FactChange::Discovered { value, .. } => facts.discovered = *value,
        FactChange::Place { value, .. } => facts.place = Some(value.clone()),
        FactChange::Conveyance { value, .. } => facts.conveyance = Some(value.clone()),
        FactChange::Numbers { value, .. } => facts.numbers.clone_from(value),
        FactChange::Goods { value, .. } => facts.goods = Some(value.clone()),
        FactChange::Quantity { value, .. } => facts.quantity = Some(value.clone()),
    }
}

/// A text that names somebody is erased by a supervisor or the programme director; that it was, and why, stays on record.
pub(crate) fn erase_text(incident: &Incident, command: EraseText, context: &Context) -> Decided {
    leader_only(context)?;
    exists(incident)?;
    let EraseText { number, reason } = command;
    if number == 0 || number > incident.texts {
        let sentence = format!("The incident has no text {number}.");
        let errors = vec![FieldError::new("/number", "unknown_text", sentence.clone())];
        return Err(Refusal::invalid("unknown_text", sentence, errors));
    }
    if incident.erased.contains(&number) {
        return Ok(Vec::new());
    }
    let event = IncidentTextErased {
        number,
        reason,
        erased_by: context.actor.id,
        erased_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}
