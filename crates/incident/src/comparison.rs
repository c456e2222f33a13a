//! Incidents that look alike: pointed out, judged by people, never merged. Handbook 11; GAO 2026 (handbook 3.6) found doubled entries.

use crate::command::{Compare, UndoComparison};
use crate::decide::{Decided, exists, staff_only, state_refusal};
use crate::event::{IncidentCompared, IncidentComparisonUndone};
use crate::state::Incident;
use kernel::{Context, FieldError, Refusal, to_microseconds};

/// Staff say whether two are the same, with a reason; whoever finds otherwise later takes it back first.
pub(crate) fn compare(incident: &Incident, command: Compare, context: &Context) -> Decided {
    staff_only(context)?;
    exists(incident)?;
    let Compare { other, verdict, reason } = command;
    if incident.report.as_ref().is_some_and(|report| report.incident_id == other) {
        let detail = "is this very incident";
        let errors = vec![FieldError::new("/incident_id", "same_incident", detail)];
        return Err(Refusal::invalid("same_incident", "An incident is compared with another one.", errors));
    }
    match incident.comparisons.get(&other) {
        Some(known) if known.verdict == verdict && known.reason == reason => return Ok(Vec::new()),
        Some(_) => {
            let sentence = "The two were compared already; take that back first.";
            return Err(state_refusal(incident, "already_compared", sentence));
        }
        None => {}
    }
    let event = IncidentCompared {
        other,
        verdict,
        reason,
        compared_by: context.actor.id,
        compared_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// With a reason; what had been found stays in the history.
pub(crate) fn undo_comparison(incident: &Incident, command: UndoComparison, context: &Context) -> Decided {
    staff_only(context)?;
    exists(incident)?;
    let UndoComparison { other, reason } = command;
    let Some(known) = incident.comparisons.get(&other) else {
        return Err(state_refusal(incident, "not_compared", "The two have not been compared."));
    };
    let event = IncidentComparisonUndone {
        other,
        earlier_verdict: known.verdict,
        reason,
        undone_by: context.actor.id,
        undone_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}
