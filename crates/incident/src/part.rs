//! The rules on the part of one account: analysis, corrective plan, monitoring, conclusion. Handbook 11. Each account goes its own way, and is
//! told nothing of how far others are.

use crate::command::{
    AcceptResponse, CompleteAction, ConcludePart, RequestAnalysis, ReturnResponse, SubmitAnalysis, SubmitPlan,
};
use crate::decide::{Decided, in_days, involved, next_text, staff_only, under_review};
use crate::event::{
    IncidentActionCompleted, IncidentAnalysisRequested, IncidentAnalysisSubmitted, IncidentPartConcluded,
    IncidentPlanSubmitted, IncidentResponseAccepted, IncidentResponseReturned, PlannedAction,
};
use crate::state::{Incident, Party, Status};
use crate::values::{Conclusion, Stage, TextRef};
use chrono::NaiveDate;
use kernel::{AccountId, Context, FieldError, Refusal, Role, to_microseconds};

/// The most actions of a corrective plan.
pub const MAX_ACTIONS: usize = 50;
/// The most criteria that an analysis names.
pub const MAX_CRITERIA: usize = 100;

/// After a seizure or another incident CBP asks for an analysis; again, where it comes back to an account.
pub(crate) fn request_analysis(incident: &Incident, command: RequestAnalysis, context: &Context) -> Decided {
    staff_only(context)?;
    under_review(incident)?;
    let RequestAnalysis { account_id, due_on } = command;
    let party = involved(incident, account_id)?;
    at_stage(incident, account_id, party, &[Stage::Involved, Stage::Concluded])?;
    let stage = Stage::AnalysisRequested;
    let event = IncidentAnalysisRequested {
        account_id,
        stage,
        status: status_with(incident, account_id, stage),
        due_on: due(context, due_on, context.policy.incident_analysis_days)?,
        requested_by: context.actor.id,
        requested_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// The company's own investigation (criterion 7.37), with the criteria of the edition in force that failed.
pub(crate) fn submit_analysis(incident: &Incident, command: SubmitAnalysis, context: &Context) -> Decided {
    company_only(context)?;
    let SubmitAnalysis { account_id, root_cause, failed_criteria } = command;
    let party = involved(incident, account_id)?;
    at_stage(incident, account_id, party, &[Stage::AnalysisRequested])?;
    let Some(edition) = criteria::edition_in_force(context.today()) else {
        let sentence = "No edition of the criteria is in force.";
        return Err(part_refusal(incident, account_id, "no_edition", sentence));
    };
    let mut errors = Vec::new();
    if failed_criteria.len() > MAX_CRITERIA {
        let detail = format!("must have at most {MAX_CRITERIA} criteria");
        errors.push(FieldError::new("/failed_criteria", "too_many", detail));
    }
    for (index, criterion) in failed_criteria.iter().enumerate().take(MAX_CRITERIA) {
        let pointer = format!("/failed_criteria/{index}");
        if edition.criterion(*criterion).is_none() {
            let detail = format!("edition {} has no criterion {criterion}", edition.id);
            errors.push(FieldError::new(pointer, "unknown_criterion", detail));
        } else if failed_criteria.iter().take(index).any(|earlier| earlier == criterion) {
            errors.push(FieldError::new(pointer, "duplicate", "is already in the list"));
        }
    }
    if !errors.is_empty() {
        let sentence = "The analysis is not right; see the errors.";
        return Err(Refusal::invalid("analysis_invalid", sentence, errors));
    }
    let stage = Stage::AnalysisSubmitted;
    let event = IncidentAnalysisSubmitted {
        account_id,
        stage,
        status: status_with(incident, account_id, stage),
        root_cause: next_text(incident, root_cause),
        edition: edition.id.clone(),
        failed_criteria,
        submitted_by: context.actor.id,
        submitted_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// Immediate and lasting actions with owner and date (handbook 11).
pub(crate) fn submit_plan(incident: &Incident, command: SubmitPlan, context: &Context) -> Decided {
    company_only(context)?;
    let SubmitPlan { account_id, actions } = command;
    let party = involved(incident, account_id)?;
    at_stage(incident, account_id, party, &[Stage::PlanRequested])?;
    if actions.is_empty() || actions.len() > MAX_ACTIONS {
        let code = if actions.is_empty() { "too_few" } else { "too_many" };
        let detail = format!("must have 1 to {MAX_ACTIONS} actions");
        let errors = vec![FieldError::new("/actions", code, detail)];
        let sentence = "The plan is not right; see the errors.";
        return Err(Refusal::invalid("plan_invalid", sentence, errors));
    }
    let planned = (1..).zip(actions).map(|(number, action)| PlannedAction {
        number,
        description: TextRef { number: incident.texts + number, sha256: action.description },
        owner: action.owner,
        due_on: action.due_on,
    });
    let stage = Stage::PlanSubmitted;
    let event = IncidentPlanSubmitted {
        account_id,
        stage,
        status: status_with(incident, account_id, stage),
        actions: planned.collect(),
        submitted_by: context.actor.id,
        submitted_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// After an analysis the account owes a corrective plan, after a plan it is watched while it carries it out.
pub(crate) fn accept_response(incident: &Incident, command: AcceptResponse, context: &Context) -> Decided {
    staff_only(context)?;
    under_review(incident)?;
    let AcceptResponse { account_id, due_on } = command;
    let party = involved(incident, account_id)?;
    at_stage(incident, account_id, party, &[Stage::AnalysisSubmitted, Stage::PlanSubmitted])?;
    let (stage, days) = if party.stage == Stage::AnalysisSubmitted {
        (Stage::PlanRequested, context.policy.incident_corrective_plan_days)
    } else {
        (Stage::Monitoring, context.policy.incident_monitoring_days)
    };
    let event = IncidentResponseAccepted {
        account_id,
        earlier_stage: party.stage,
        stage,
        status: status_with(incident, account_id, stage),
        due_on: due(context, due_on, days)?,
        accepted_by: context.actor.id,
        accepted_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// With what is missing, and a new last day.
pub(crate) fn return_response(incident: &Incident, command: ReturnResponse, context: &Context) -> Decided {
    staff_only(context)?;
    under_review(incident)?;
    let ReturnResponse { account_id, reason, due_on } = command;
    let party = involved(incident, account_id)?;
    at_stage(incident, account_id, party, &[Stage::AnalysisSubmitted, Stage::PlanSubmitted])?;
    let (stage, days) = if party.stage == Stage::AnalysisSubmitted {
        (Stage::AnalysisRequested, context.policy.incident_analysis_days)
    } else {
        (Stage::PlanRequested, context.policy.incident_corrective_plan_days)
    };
    let event = IncidentResponseReturned {
        account_id,
        earlier_stage: party.stage,
        stage,
        status: status_with(incident, account_id, stage),
        reason,
        due_on: due(context, due_on, days)?,
        returned_by: context.actor.id,
        returned_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// The company says that an action is done; once is enough.
pub(crate) fn complete_action(incident: &Incident, command: CompleteAction, context: &Context) -> Decided {
    company_only(context)?;
    let CompleteAction { account_id, number } = command;
    let party = involved(incident, account_id)?;
    at_stage(incident, account_id, party, &[Stage::Monitoring])?;
    match party.actions.iter().find(|action| action.planned.number == number) {
        None => {
            let sentence = format!("The plan has no action {number}.");
            let errors = vec![FieldError::new("/number", "unknown_action", sentence.clone())];
            return Err(Refusal::invalid("unknown_action", sentence, errors));
        }
        Some(action) if action.completed_at.is_some() => return Ok(Vec::new()),
        Some(_) => {}
    }
    let event = IncidentActionCompleted {
        account_id,
        number,
        completed_by: context.actor.id,
        completed_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// At any stage, with its basis; that something is mended only at the end of the watching, and with every action done.
pub(crate) fn conclude(incident: &Incident, command: ConcludePart, context: &Context) -> Decided {
    staff_only(context)?;
    under_review(incident)?;
    let ConcludePart { account_id, conclusion, basis } = command;
    let party = involved(incident, account_id)?;
    if party.stage == Stage::Concluded {
        let sentence = "CBP has come to a conclusion about this account already; ask it again first.";
        return Err(part_refusal(incident, account_id, "part_concluded", sentence));
    }
    if conclusion == Conclusion::Mended {
        mended(incident, account_id, party, context)?;
    }
    let stage = Stage::Concluded;
    let event = IncidentPartConcluded {
        account_id,
        earlier_stage: party.stage,
        stage,
        status: status_with(incident, account_id, stage),
        conclusion,
        basis,
        concluded_by: context.actor.id,
        concluded_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

fn mended(incident: &Incident, account: AccountId, party: &Party, context: &Context) -> Result<(), Refusal> {
    let refused = |code, sentence: &str| Err(part_refusal(incident, account, code, sentence));
    if party.stage != Stage::Monitoring {
        return refused("not_monitored", "Nothing was mended yet: the account is not carrying out a plan.");
    }
    if party.actions.iter().any(|action| action.completed_at.is_none()) {
        return refused("actions_open", "Not every action of the corrective plan is done.");
    }
    match party.due_on {
        Some(until) if context.today() < until => {
            let sentence = format!("The account is watched until {until}.");
            refused("monitoring_not_over", &sentence)
        }
        _ => Ok(()),
    }
}

fn company_only(context: &Context) -> Result<(), Refusal> {
    if matches!(context.actor.role, Role::Officer | Role::Employee) {
        return Ok(());
    }
    let sentence = "Only officers and employees of the company answer for it.";
    Err(Refusal::actor("company_only", sentence))
}

fn at_stage(incident: &Incident, account: AccountId, party: &Party, stages: &[Stage]) -> Result<(), Refusal> {
    if incident.status != Status::Closed && stages.contains(&party.stage) {
        return Ok(());
    }
    let sentence = match incident.status {
        Status::Closed => "This incident is closed.".to_owned(),
        _ => format!("The part of this account is at {}, which does not allow this.", party.stage),
    };
    Err(part_refusal(incident, account, "wrong_stage", &sentence))
}

/// A refusal about one account, which says nothing of how far others are.
fn part_refusal(incident: &Incident, account: AccountId, code: &str, sentence: &str) -> Refusal {
    let allowed = incident.allowed_commands_for(&[account]);
    Refusal::state(code, sentence, incident.status_for(account).as_str(), &allowed)
}

/// Where the incident stands once the part of this account is that far.
fn status_with(incident: &Incident, account: AccountId, stage: Stage) -> Status {
    let others = incident.parties.iter().filter(|(other, _)| **other != account);
    let others = others.map(|(_, party)| &party.stage);
    Incident::status_of_parts(others.chain(std::iter::once(&stage)))
}

/// The day that was named, which must not be past, or so many days from today.
fn due(context: &Context, named: Option<NaiveDate>, days: u32) -> Result<NaiveDate, Refusal> {
    match named {
        None => Ok(in_days(context, days)),
        Some(day) if day >= context.today() => Ok(day),
        Some(day) => {
            let detail = format!("must not be before today ({}); {day} has passed", context.today());
            let errors = vec![FieldError::new("/due_on", "in_the_past", detail)];
            Err(Refusal::invalid("due_date_in_the_past", "The due date has already passed.", errors))
        }
    }
}
