//! The rules of an enforcement action: what an entry has to hold, how it is answered, corrected and appealed. Handbook 3.3 and 3.6.

use super::command::{
    CorrectEntry, DecideAppeal, End, EnforcementCommand, FileAppeal, Impose, Resume, SubmitCorrectivePlan,
    WithdrawAppeal,
};
use super::event::{
    EnforcementActionAppealDecided, EnforcementActionAppealDenied, EnforcementActionAppealFiled,
    EnforcementActionAppealWithdrawn, EnforcementActionCorrected, EnforcementActionCorrectivePlanSubmitted,
    EnforcementActionDecided, EnforcementActionEnded, EnforcementActionResumed, EnforcementEvent,
};
use super::state::{Appeal, EnforcementAction};
use super::values::{AppealStatus, Cause, EndKind, EnforcementKind, EntryField, Scope};
use crate::membership::Remark;
use crate::membership::decide_actor as actor;
use chrono::{Days, NaiveDate};
use kernel::{Context, FieldError, Refusal, Text};

type Decided = Result<Vec<EnforcementEvent>, Refusal>;

/// The most objectives of a corrective plan, and the most criteria of a decision.
pub const MAX_OBJECTIVES: usize = 50;
/// The most criteria that a decision names.
pub const MAX_CRITERIA: usize = 20;

/// Decides a command: the events that follow from it, or a refusal.
pub fn decide(action: &EnforcementAction, command: EnforcementCommand, context: &Context) -> Decided {
    if let EnforcementCommand::Impose(command) = command {
        return impose(action, command, context);
    }
    let Some(entry) = &action.entry else {
        return Err(refused(action, "action_unknown", "There is no such enforcement action."));
    };
    match command {
        EnforcementCommand::Impose(_) => Ok(Vec::new()),
        EnforcementCommand::SubmitCorrectivePlan(command) => submit_plan(action, entry, command, context),
        EnforcementCommand::End(command) => Ok(end(action, command, context)),
        EnforcementCommand::Resume(command) => resume(action, entry, &command, context),
        EnforcementCommand::CorrectEntry(command) => correct_entry(entry, command, context),
        EnforcementCommand::FileAppeal(command) => file_appeal(action, entry, command, context),
        EnforcementCommand::WithdrawAppeal(command) => withdraw_appeal(action, command, context),
        EnforcementCommand::DecideAppeal(command) => decide_appeal(action, entry, command, context),
    }
}

fn refused(action: &EnforcementAction, code: &str, sentence: impl Into<String>) -> Refusal {
    Refusal::state(code, sentence, action.status().as_str(), &action.allowed_commands())
}

fn after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).unwrap_or(day)
}

/// An entry holds everything that makes it one: reason, facts, criteria, cause, recommendation, decision maker, letter and day (GAO,
/// January 2026: entries were incomplete, inconsistent, doubled). The programme director decides on the report of somebody else (Handbook
/// 1.4 and 4.4).
fn impose(action: &EnforcementAction, command: Impose, context: &Context) -> Decided {
    if action.entry.is_some() {
        return Err(refused(action, "action_decided", "This enforcement action is decided already."));
    }
    actor::director(&context.actor)?;
    if command.recommended_by == context.actor.id {
        let sentence = "You recommended it yourself; somebody else has to decide.";
        return Err(Refusal::actor("four_eyes", sentence));
    }
    let today = context.today();
    let notice_on = command.notice_on.unwrap_or(today);
    let effective_on = command.effective_on.unwrap_or(today);
    let mut errors = Vec::new();
    if !command.reason.kinds().contains(&command.action) {
        let detail = format!("The reason {} is none for a {}.", command.reason, command.action);
        errors.push(FieldError::new("/reason", "reason_does_not_fit", detail));
    }
    errors.extend(wrong_cause(&command));
    if command.criteria_applied.is_empty() {
        let detail = "Name at least one criterion by which it was decided.";
        errors.push(FieldError::new("/criteria_applied", "required", detail));
    }
    if command.criteria_applied.len() > MAX_CRITERIA {
        let detail = format!("Name at most {MAX_CRITERIA} criteria.");
        errors.push(FieldError::new("/criteria_applied", "too_many", detail));
    }
    for (pointer, on) in [("/notice_on", notice_on), ("/effective_on", effective_on)] {
        errors.extend(wrong_day(pointer, on, command.recommended_on, today));
    }
    let Some(cause) = command.cause.filter(|_| errors.is_empty()) else {
        let sentence = "The decision can't be recorded as it is; see the errors.";
        return Err(Refusal::invalid("enforcement_invalid", sentence, errors));
    };
    let policy = &context.policy;
    let appeal_days =
        if command.for_false_information { policy.appeal_false_information_days } else { policy.appeal_days };
    Ok(vec![
        EnforcementActionDecided {
            enforcement_action_id: command.enforcement_action_id,
            membership_id: command.membership_id,
            account_id: command.account_id,
            action: command.action,
            scope: if command.withheld_benefits.is_empty() { Scope::Whole } else { Scope::Partial },
            withheld_benefits: command.withheld_benefits,
            reason: command.reason,
            facts: command.facts,
            criteria_applied: command.criteria_applied,
            cause,
            recommended_by: command.recommended_by,
            recommended_on: command.recommended_on,
            decided_by: context.actor.id,
            decided_on: today,
            notice_on,
            effective_on,
            answer_due_on: (command.action == EnforcementKind::Suspension)
                .then(|| after(notice_on, policy.suspension_response_days)),
            appeal_due_on: (command.action != EnforcementKind::Reinstatement)
                .then(|| after(today, appeal_days)),
            corrective_plan: command.corrective_plan,
            ends: command.ends,
            earlier_status: command.earlier_status,
            status: command.status,
        }
        .into(),
    ])
}

fn wrong_cause(command: &Impose) -> Vec<FieldError> {
    let Some(cause) = &command.cause else {
        let detail =
            "Name what gave cause: an incident, a validation, an annual review, an inquiry or a finding.";
        return vec![FieldError::new("/cause", "required", detail)];
    };
    let mut errors = Vec::new();
    if let Some(needed) = command.reason.cause().filter(|needed| *needed != cause.kind) {
        let detail = format!("The reason {} needs a cause of the kind {needed}.", command.reason);
        errors.push(FieldError::new("/cause/kind", "cause_does_not_fit", detail));
    }
    if let Some(detail) = cause.fault() {
        errors.push(FieldError::new("/cause/reference", "format", detail));
    }
    errors
}

/// Neither the letter nor the effect comes before the recommendation, so that the time to answer cannot be cut short; and what is to come
/// is recorded when it comes.
fn wrong_day(
    pointer: &str,
    on: NaiveDate,
    recommended_on: NaiveDate,
    today: NaiveDate,
) -> Option<FieldError> {
    if on > today {
        return Some(FieldError::new(
            pointer,
            "date_in_future",
            format!("It can't be after today, {today}."),
        ));
    }
    if on < recommended_on {
        let detail = format!("It can't be before the recommendation, {recommended_on}.");
        return Some(FieldError::new(pointer, "date_order", detail));
    }
    None
}

/// The company answers a suspension with objectives, dates and its word on unannounced visits. A newer plan takes the place of an older
/// one, and a late one is taken as long as the suspension lasts.
fn submit_plan(
    action: &EnforcementAction,
    entry: &EnforcementActionDecided,
    command: SubmitCorrectivePlan,
    context: &Context,
) -> Decided {
    actor::officer_or_employee(&context.actor)?;
    let Some(answer_due_on) = entry.answer_due_on.filter(|_| entry.action == EnforcementKind::Suspension)
    else {
        let sentence = "Only a suspension is answered with a corrective plan.";
        return Err(refused(action, "not_a_suspension", sentence));
    };
    if action.ended.is_some() {
        return Err(refused(action, "action_ended", "This suspension is not in force any more."));
    }
    let today = context.today();
    let objectives = &command.plan.objectives;
    let mut errors = Vec::new();
    if objectives.is_empty() || objectives.len() > MAX_OBJECTIVES {
        let detail = format!("A plan has between 1 and {MAX_OBJECTIVES} objectives.");
        errors.push(FieldError::new("/objectives", "number_of_objectives", detail));
    }
    for (index, objective) in objectives.iter().enumerate().filter(|(_, objective)| objective.due_on < today)
    {
        let detail = format!("{} is past; an objective is met from today, {today}, on.", objective.due_on);
        errors.push(FieldError::new(format!("/objectives/{index}/due_on"), "date_in_past", detail));
    }
    if !errors.is_empty() {
        return Err(Refusal::invalid(
            "plan_invalid",
            "The plan can't be taken as it is; see the errors.",
            errors,
        ));
    }
    Ok(vec![
        EnforcementActionCorrectivePlanSubmitted {
            membership_id: entry.membership_id,
            plan: command.plan,
            submitted_by: context.actor.id,
            submitted_on: today,
            answer_due_on,
        }
        .into(),
    ])
}

/// Follows from the membership, which asked whether it may be. An action that has ended stays so.
fn end(action: &EnforcementAction, command: End, context: &Context) -> Vec<EnforcementEvent> {
    if action.ended.is_some() {
        return Vec::new();
    }
    let End { how, by_action } = command;
    vec![
        EnforcementActionEnded { how, by_action, ended_by: context.actor.id, ended_on: context.today() }
            .into(),
    ]
}

/// An appeal against the removal was granted, so the suspension is in force again, and its time to answer runs anew: otherwise the member
/// could be removed again the same day.
fn resume(
    action: &EnforcementAction,
    entry: &EnforcementActionDecided,
    command: &Resume,
    context: &Context,
) -> Decided {
    if action.ended.as_ref().is_none_or(|ended| ended.how != EndKind::Removal) {
        return Err(refused(action, "not_ended_by_removal", "No removal has ended this action."));
    }
    let today = context.today();
    Ok(vec![
        EnforcementActionResumed {
            membership_id: entry.membership_id,
            appeal_id: command.appeal_id,
            answer_due_on: after(today, context.policy.suspension_response_days),
            resumed_on: today,
        }
        .into(),
    ])
}

/// A correction is an event that shows both values and who made it (Handbook 3.4 and 3.6). The day by which an appeal lies never moves.
fn correct_entry(entry: &EnforcementActionDecided, command: CorrectEntry, context: &Context) -> Decided {
    actor::director(&context.actor)?;
    let CorrectEntry { field, value, reason } = command;
    let earlier = match field {
        EntryField::Facts => entry.facts.to_string(),
        EntryField::NoticeOn => entry.notice_on.to_string(),
        EntryField::EffectiveOn => entry.effective_on.to_string(),
        EntryField::CauseReference => entry.cause.reference.to_string(),
    };
    let mut errors = Vec::new();
    if earlier == value.as_str() {
        errors.push(FieldError::new("/value", "unchanged", "This is what stands there already."));
    }
    let mut moved = None;
    match field {
        EntryField::Facts => {}
        EntryField::NoticeOn | EntryField::EffectiveOn => match value.as_str().parse::<NaiveDate>() {
            Ok(on) => {
                errors.extend(wrong_day("/value", on, entry.recommended_on, context.today()));
                if field == EntryField::NoticeOn {
                    moved = Some(on.signed_duration_since(entry.notice_on));
                }
            }
            Err(_) => errors.push(FieldError::new("/value", "format", "must be a date, YYYY-MM-DD")),
        },
        EntryField::CauseReference => match Text::parse(value.as_str()) {
            Ok(reference) => {
                let cause = Cause { kind: entry.cause.kind, reference };
                errors.extend(cause.fault().map(|detail| FieldError::new("/value", "format", detail)));
            }
            Err(error) => errors.push(FieldError::new("/value", error.code(), error.to_string())),
        },
    }
    let earlier = Remark::parse(earlier).ok();
    let (Some(earlier), true) = (earlier, errors.is_empty()) else {
        let sentence = "The entry can't be corrected like this; see the errors.";
        return Err(Refusal::invalid("correction_invalid", sentence, errors));
    };
    let answer_due_on = match (moved, entry.answer_due_on) {
        (Some(moved), Some(due)) => due.checked_add_signed(moved),
        _ => None,
    };
    Ok(vec![
        EnforcementActionCorrected {
            membership_id: entry.membership_id,
            field,
            earlier,
            value,
            reason,
            answer_due_on,
            earlier_answer_due_on: entry.answer_due_on.filter(|_| answer_due_on.is_some()),
            corrected_by: context.actor.id,
            corrected_on: context.today(),
        }
        .into(),
    ])
}

/// 6 U.S.C. 967(c): within 90 days of the decision, 30 where the cause is knowingly false information; to be decided within 180 days of
/// the filing. One at a time, and after a denial no other.
fn file_appeal(
    action: &EnforcementAction,
    entry: &EnforcementActionDecided,
    command: FileAppeal,
    context: &Context,
) -> Decided {
    actor::officer(&context.actor)?;
    let Some(last) = entry.appeal_due_on else {
        return Err(refused(action, "not_appealable", "No appeal lies against a reinstatement."));
    };
    if let Some(ended) = &action.ended {
        let sentence = match ended.by_action {
            Some(by) if ended.how == EndKind::Removal => {
                format!(
                    "This action is not in force any more: the removal {by} ended it; appeal against that."
                )
            }
            _ => "This action is not in force any more.".to_owned(),
        };
        return Err(refused(action, "action_ended", sentence));
    }
    if action.open_appeal().is_some() {
        return Err(refused(action, "appeal_open", "An appeal against this action is open already."));
    }
    if action.appeals.iter().any(|appeal| appeal.status == AppealStatus::Denied) {
        return Err(refused(action, "appeal_decided", "An appeal against this action was decided already."));
    }
    let today = context.today();
    if today > last {
        let sentence = format!("The last day to appeal was {last}.");
        return Err(refused(action, "appeal_late", sentence));
    }
    Ok(vec![
        EnforcementActionAppealFiled {
            appeal_id: command.appeal_id,
            grounds: command.grounds,
            filed_by: context.actor.id,
            filed_on: today,
            due_on: after(today, context.policy.appeal_decision_days),
        }
        .into(),
    ])
}

fn open_appeal(action: &EnforcementAction) -> Result<&Appeal, Refusal> {
    action
        .open_appeal()
        .ok_or_else(|| refused(action, "no_open_appeal", "No appeal against this action is open."))
}

/// The company takes its appeal back; another may follow while the time to appeal runs.
fn withdraw_appeal(action: &EnforcementAction, command: WithdrawAppeal, context: &Context) -> Decided {
    actor::officer(&context.actor)?;
    let appeal = open_appeal(action)?;
    Ok(vec![
        EnforcementActionAppealWithdrawn {
            appeal_id: appeal.appeal_id,
            text: command.text,
            withdrawn_by: context.actor.id,
            withdrawn_on: context.today(),
        }
        .into(),
    ])
}

/// At headquarters, by somebody who did not decide the action (Handbook 1.4 and 4.4). The 180 days are a duty of CBP and no bar.
fn decide_appeal(
    action: &EnforcementAction,
    entry: &EnforcementActionDecided,
    command: DecideAppeal,
    context: &Context,
) -> Decided {
    actor::director(&context.actor)?;
    let appeal = open_appeal(action)?;
    if entry.decided_by == context.actor.id {
        let sentence = "You decided the action itself; somebody else decides the appeal.";
        return Err(Refusal::actor("decided_the_action", sentence));
    }
    let today = context.today();
    let decided = EnforcementActionAppealDecided {
        appeal_id: appeal.appeal_id,
        text: command.text,
        decided_by: context.actor.id,
        decided_on: today,
        days_since_filing: today.signed_duration_since(appeal.filed_on).num_days(),
    };
    if !command.granted {
        return Ok(vec![EnforcementActionAppealDenied(decided).into()]);
    }
    let ended = EnforcementActionEnded {
        how: EndKind::AppealGranted,
        by_action: None,
        ended_by: context.actor.id,
        ended_on: today,
    };
    Ok(vec![decided.into(), ended.into()])
}
