//! Every rule, one function a command. Handbook 11 and 3.6.

use crate::command::{
    AddStatement, BeginReview, Close, IncidentCommand, InvolveAccount, RemoveAccount, Reopen, Report, Triage,
};
use crate::comparison;
use crate::correction;
use crate::event::{
    IncidentAccountInvolved, IncidentAccountRemoved, IncidentClosed, IncidentEvent, IncidentReopened,
    IncidentReported, IncidentReviewBegun, IncidentStatementAdded, IncidentTriaged,
};
use crate::part;
use crate::state::{Incident, Party, Status};
use crate::values::{Disclosure, DiscoveredBy, FactGroup, MAX_PARTIES, Stage, TextDigest, TextRef};
use chrono::Days;
use kernel::{AccountId, ActorKind, Context, FieldError, Refusal, Role, to_microseconds};

pub(crate) type Decided = Result<Vec<IncidentEvent>, Refusal>;

/// Decides one command against the present state. Pure: the same input always gives the same answer.
pub fn decide(incident: &Incident, command: IncidentCommand, context: &Context) -> Decided {
    match command {
        IncidentCommand::Report(command) => report(incident, command, context),
        IncidentCommand::AddStatement(command) => add_statement(incident, command, context),
        IncidentCommand::InvolveAccount(command) => involve_account(incident, command, context),
        IncidentCommand::RemoveAccount(command) => remove_account(incident, command, context),
        IncidentCommand::Triage(command) => triage(incident, command, context),
        IncidentCommand::BeginReview(command) => begin_review(incident, command, context),
        IncidentCommand::RequestAnalysis(command) => part::request_analysis(incident, command, context),
        IncidentCommand::SubmitAnalysis(command) => part::submit_analysis(incident, command, context),
        IncidentCommand::SubmitPlan(command) => part::submit_plan(incident, command, context),
        IncidentCommand::AcceptResponse(command) => part::accept_response(incident, command, context),
        IncidentCommand::ReturnResponse(command) => part::return_response(incident, command, context),
        IncidentCommand::CompleteAction(command) => part::complete_action(incident, command, context),
        IncidentCommand::ConcludePart(command) => part::conclude(incident, command, context),
        IncidentCommand::Close(command) => close(incident, command, context),
        IncidentCommand::Reopen(command) => reopen(incident, command, context),
        IncidentCommand::CorrectFacts(command) => correction::correct_facts(incident, command, context),
        IncidentCommand::EraseText(command) => correction::erase_text(incident, command, context),
        IncidentCommand::Compare(command) => comparison::compare(incident, command, context),
        IncidentCommand::UndoComparison(command) => comparison::undo_comparison(incident, command, context),
    }
}

/// Anyone who knows reports: a company about itself, or CBP. Handbook 4.4 and 11; the agreement asks a member to tell "as soon as feasible"
/// (handbook 3.5), so no report is too late.
fn report(incident: &Incident, command: Report, context: &Context) -> Decided {
    if incident.status != Status::NotReported {
        return Err(state_refusal(incident, "already_reported", "This incident has been reported already."));
    }
    let Report { incident_id, facts, party, narrative } = command;
    let by_company = context.actor.kind == ActorKind::CompanyUser;
    if !by_company && !context.actor.role.is_staff_role() {
        return Err(Refusal::actor("reporter_only", "Companies and CBP staff report incidents."));
    }
    let now = to_microseconds(context.now);
    let mut errors = facts.mistakes(now);
    if by_company && party.is_none() {
        let detail = "is required: a company reports for one of its accounts";
        errors.push(FieldError::new("/account_id", "required", detail));
    }
    if !errors.is_empty() {
        return Err(Refusal::invalid("report_invalid", "The report is not right; see the errors.", errors));
    }
    let disclosure = disclosure(by_company, facts.discovered_by);
    let reported = IncidentReported {
        incident_id,
        facts,
        disclosure,
        reported_for: party.filter(|_| by_company).map(|(account, _)| account),
        narrative: TextRef { number: 1, sha256: narrative },
        triage_due_on: in_days(context, context.policy.incident_triage_days),
        reported_by: context.actor.id,
        reported_at: now,
    };
    let involved = party.map(|(account_id, role)| {
        let involve = InvolveAccount { account_id, role, disclosed: FactGroup::ALL.to_vec() };
        involvement(involve, context).into()
    });
    Ok(std::iter::once(reported.into()).chain(involved).collect())
}

/// In which order CBP learned of it. Handbook 3.6.
pub(crate) const fn disclosure(by_company: bool, discovered_by: DiscoveredBy) -> Disclosure {
    match (by_company, discovered_by) {
        (false, _) => Disclosure::ByCbp,
        (true, DiscoveredBy::Cbp) => Disclosure::AfterCbp,
        (true, _) => Disclosure::BeforeCbp,
    }
}

/// A company that is involved says what it has to say at any time; staff say it to one account, or among themselves.
fn add_statement(incident: &Incident, command: AddStatement, context: &Context) -> Decided {
    exists(incident)?;
    let AddStatement { account_id, text } = command;
    if let Some(account) = account_id {
        involved(incident, account)?;
    } else if !context.actor.role.is_staff_role() {
        let detail = "is required: a company speaks for one of its accounts";
        let errors = vec![FieldError::new("/account_id", "required", detail)];
        return Err(Refusal::invalid(
            "account_required",
            "A company speaks for one of its accounts.",
            errors,
        ));
    }
    let event = IncidentStatementAdded {
        account_id,
        text: next_text(incident, text),
        stated_by: context.actor.id,
        stated_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// One incident can touch several accounts (handbook 11). Naming one again changes its role and what it is shown.
fn involve_account(incident: &Incident, command: InvolveAccount, context: &Context) -> Decided {
    staff_only(context)?;
    open(incident)?;
    if let Some(known) = incident.parties.get(&command.account_id) {
        if known.role == command.role && known.disclosed == command.disclosed {
            return Ok(Vec::new());
        }
    } else if incident.parties.len() >= MAX_PARTIES {
        let sentence = format!("An incident involves at most {MAX_PARTIES} accounts.");
        return Err(state_refusal(incident, "too_many_accounts", &sentence));
    }
    Ok(vec![involvement(command, context).into()])
}

fn involvement(command: InvolveAccount, context: &Context) -> IncidentAccountInvolved {
    IncidentAccountInvolved {
        account_id: command.account_id,
        role: command.role,
        disclosed: command.disclosed,
        involved_by: context.actor.id,
        involved_at: to_microseconds(context.now),
    }
}

/// What was named by mistake is taken out, so that the account is shown nothing any more. Who reported stays: the report is theirs.
fn remove_account(incident: &Incident, command: RemoveAccount, context: &Context) -> Decided {
    staff_only(context)?;
    open(incident)?;
    let RemoveAccount { account_id, reason } = command;
    involved(incident, account_id)?;
    if incident.reported_for() == Some(account_id) {
        let sentence = "This account reported the incident, so it stays.";
        return Err(state_refusal(incident, "account_reported", sentence));
    }
    if incident.parties.get(&account_id).is_some_and(|party| party.stage != Stage::Involved) {
        let sentence = "Something was asked of this account, so its part is concluded and stays on record.";
        return Err(state_refusal(incident, "account_was_asked", sentence));
    }
    let event = IncidentAccountRemoved {
        account_id,
        reason,
        removed_by: context.actor.id,
        removed_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// CBP says how urgent it is, with the criteria, and may say otherwise later. Handbook 3.6: decisions by risk, documented.
fn triage(incident: &Incident, command: Triage, context: &Context) -> Decided {
    staff_only(context)?;
    open(incident)?;
    let Triage { risk, basis } = command;
    if incident.triage.as_ref().is_some_and(|known| known.risk == risk && known.basis == basis) {
        return Ok(Vec::new());
    }
    let status = if incident.status == Status::Reported { Status::Triaged } else { incident.status };
    let event = IncidentTriaged {
        earlier_status: incident.status,
        status,
        risk,
        basis,
        triaged_by: context.actor.id,
        triaged_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// Once it is known how urgent it is.
fn begin_review(incident: &Incident, _: BeginReview, context: &Context) -> Decided {
    staff_only(context)?;
    open(incident)?;
    match incident.status {
        Status::Triaged => {}
        Status::Reported => {
            let sentence = "Nobody has said yet how urgent this incident is; triage it first.";
            return Err(state_refusal(incident, "not_triaged", sentence));
        }
        _ => {
            let sentence = "CBP looks into this incident already.";
            return Err(state_refusal(incident, "review_already_begun", sentence));
        }
    }
    let event = IncidentReviewBegun {
        earlier_status: incident.status,
        status: Status::UnderReview,
        begun_by: context.actor.id,
        begun_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// Whoever looked into it recommends, a supervisor or the programme director closes (handbook 4.4), once nothing goes on with any account.
fn close(incident: &Incident, command: Close, context: &Context) -> Decided {
    leader_only(context)?;
    under_review(incident)?;
    if incident.status != Status::UnderReview {
        let sentence = "Something is still going on with an account; conclude its part first.";
        return Err(state_refusal(incident, "parts_open", sentence));
    }
    let event = IncidentClosed {
        earlier_status: incident.status,
        status: Status::Closed,
        outcome: command.outcome,
        basis: command.basis,
        closed_by: context.actor.id,
        closed_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

/// With a reason. The parts stay as they were concluded; CBP may ask an account again.
fn reopen(incident: &Incident, command: Reopen, context: &Context) -> Decided {
    leader_only(context)?;
    exists(incident)?;
    if incident.status != Status::Closed {
        return Err(state_refusal(incident, "incident_not_closed", "This incident is not closed."));
    }
    let event = IncidentReopened {
        earlier_status: incident.status,
        status: Status::UnderReview,
        reason: command.reason,
        reopened_by: context.actor.id,
        reopened_at: to_microseconds(context.now),
    };
    Ok(vec![event.into()])
}

pub(crate) fn leader_only(context: &Context) -> Result<(), Refusal> {
    if matches!(context.actor.role, Role::Supervisor | Role::ProgrammeDirector) {
        return Ok(());
    }
    let sentence = "Only a supervisor or the programme director may do this to an incident.";
    Err(Refusal::actor("supervisor_only", sentence))
}

/// Reported and not closed.
pub(crate) fn open(incident: &Incident) -> Result<(), Refusal> {
    exists(incident)?;
    if incident.status == Status::Closed {
        return Err(state_refusal(incident, "incident_closed", "This incident is closed; reopen it first."));
    }
    Ok(())
}

/// Under review or further, and not closed.
pub(crate) fn under_review(incident: &Incident) -> Result<(), Refusal> {
    open(incident)?;
    if incident.status < Status::UnderReview {
        let sentence = "CBP has not begun to look into this incident.";
        return Err(state_refusal(incident, "review_not_begun", sentence));
    }
    Ok(())
}

pub(crate) fn in_days(context: &Context, days: u32) -> chrono::NaiveDate {
    let today = context.today();
    today.checked_add_days(Days::new(days.into())).unwrap_or(today)
}

pub(crate) fn next_text(incident: &Incident, sha256: TextDigest) -> TextRef {
    TextRef { number: incident.texts + 1, sha256 }
}

pub(crate) fn staff_only(context: &Context) -> Result<(), Refusal> {
    if context.actor.role.is_staff_role() {
        return Ok(());
    }
    Err(Refusal::actor("staff_only", "Only CBP staff may do this to an incident."))
}

pub(crate) fn exists(incident: &Incident) -> Result<(), Refusal> {
    if incident.status == Status::NotReported {
        return Err(state_refusal(incident, "not_reported", "Nobody has reported this incident."));
    }
    Ok(())
}

pub(crate) fn involved(incident: &Incident, account: AccountId) -> Result<&Party, Refusal> {
    if let Some(party) = incident.parties.get(&account) {
        return Ok(party);
    }
    let sentence = "This account is not involved in the incident.";
    let errors = vec![FieldError::new("/account_id", "account_not_involved", sentence)];
    Err(Refusal::invalid("account_not_involved", sentence, errors))
}

pub(crate) fn state_refusal(incident: &Incident, code: &str, sentence: &str) -> Refusal {
    Refusal::state(code, sentence, incident.status.as_str(), &incident.allowed_commands())
}
