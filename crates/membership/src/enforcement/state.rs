//! What an enforcement action is, folded from its events.

use super::event::{
    EnforcementActionAppealDecided, EnforcementActionDecided, EnforcementActionEnded, EnforcementEvent,
};
use super::values::{
    ActionStatus, AppealStatus, CauseKind, CorrectivePlan, EndKind, EnforcementKind, EntryField,
};
use crate::membership::Remark;
use chrono::NaiveDate;
use kernel::{AppealId, PersonId};
use serde::{Deserialize, Serialize};

/// An appeal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appeal {
    /// Its id.
    pub appeal_id: AppealId,
    /// Where it stands.
    pub status: AppealStatus,
    /// The grounds.
    pub grounds: Remark,
    /// Who filed it.
    pub filed_by: PersonId,
    /// When.
    pub filed_on: NaiveDate,
    /// The day by which it is to be decided.
    pub due_on: NaiveDate,
    /// Why it was granted, denied or taken back.
    pub text: Option<Remark>,
    /// Who decided it or took it back.
    pub closed_by: Option<PersonId>,
    /// When.
    pub closed_on: Option<NaiveDate>,
}

/// A plan with who submitted it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubmittedPlan {
    /// The plan.
    pub plan: CorrectivePlan,
    /// Who.
    pub submitted_by: PersonId,
    /// When.
    pub submitted_on: NaiveDate,
}

/// A member that was corrected, with both values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryCorrection {
    /// Which member.
    pub field: EntryField,
    /// What had been recorded.
    pub earlier: Remark,
    /// What it became.
    pub value: Remark,
    /// Why.
    pub reason: Remark,
    /// Who.
    pub corrected_by: PersonId,
    /// When.
    pub corrected_on: NaiveDate,
}

/// An enforcement action.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EnforcementAction {
    /// The entry with its corrections; `None` only before the decision.
    pub entry: Option<EnforcementActionDecided>,
    /// The newest plan of the company.
    pub plan: Option<SubmittedPlan>,
    /// Its appeals, oldest first.
    pub appeals: Vec<Appeal>,
    /// What ended it.
    pub ended: Option<EnforcementActionEnded>,
    /// What was corrected, oldest first.
    pub corrections: Vec<EntryCorrection>,
}

impl EnforcementAction {
    /// Where it stands.
    pub fn status(&self) -> ActionStatus {
        match (&self.ended, self.open_appeal()) {
            (Some(_), _) => ActionStatus::Ended,
            (None, Some(_)) => ActionStatus::Appealed,
            (None, None) => ActionStatus::Open,
        }
    }

    /// The appeal that is open, if one is.
    pub fn open_appeal(&self) -> Option<&Appeal> {
        self.appeals.iter().find(|appeal| appeal.status == AppealStatus::Open)
    }

    /// The commands that are possible now, by their names in the URL.
    pub fn allowed_commands(&self) -> Vec<&'static str> {
        let Some(entry) = &self.entry else { return Vec::new() };
        let mut allowed = Vec::new();
        if self.ended.is_none() {
            if entry.action == EnforcementKind::Suspension {
                allowed.push("submit-corrective-plan");
            }
            let denied = self.appeals.iter().any(|appeal| appeal.status == AppealStatus::Denied);
            match self.open_appeal() {
                Some(_) => allowed.extend(["withdraw-appeal", "grant-appeal", "deny-appeal"]),
                None if !denied && entry.appeal_due_on.is_some() => allowed.push("file-appeal"),
                None => {}
            }
        }
        allowed.push("correct-entry");
        allowed
    }
}

/// Takes one event into the state. Total: any event of the past can be folded.
pub fn evolve(action: &mut EnforcementAction, event: &EnforcementEvent) {
    match event {
        EnforcementEvent::Decided(event) => {
            action.entry = Some(event.clone());
            if event.action == EnforcementKind::Reinstatement {
                action.ended = Some(EnforcementActionEnded {
                    how: EndKind::CarriedOut,
                    by_action: None,
                    ended_by: event.decided_by,
                    ended_on: event.decided_on,
                });
            }
        }
        EnforcementEvent::CorrectivePlanSubmitted(event) => {
            action.plan = Some(SubmittedPlan {
                plan: event.plan.clone(),
                submitted_by: event.submitted_by,
                submitted_on: event.submitted_on,
            });
        }
        EnforcementEvent::Ended(event) => action.ended = Some(event.clone()),
        EnforcementEvent::Resumed(event) => {
            action.ended = None;
            if let Some(entry) = &mut action.entry
                && entry.answer_due_on.is_some()
            {
                entry.answer_due_on = Some(event.answer_due_on);
            }
        }
        EnforcementEvent::Corrected(event) => {
            if let Some(entry) = &mut action.entry {
                correct(entry, event.field, &event.value);
                entry.answer_due_on = event.answer_due_on.or(entry.answer_due_on);
            }
            action.corrections.push(EntryCorrection {
                field: event.field,
                earlier: event.earlier.clone(),
                value: event.value.clone(),
                reason: event.reason.clone(),
                corrected_by: event.corrected_by,
                corrected_on: event.corrected_on,
            });
        }
        EnforcementEvent::AppealFiled(event) => action.appeals.push(Appeal {
            appeal_id: event.appeal_id,
            status: AppealStatus::Open,
            grounds: event.grounds.clone(),
            filed_by: event.filed_by,
            filed_on: event.filed_on,
            due_on: event.due_on,
            text: None,
            closed_by: None,
            closed_on: None,
        }),
        EnforcementEvent::AppealWithdrawn(event) => {
            let closed = (event.text.clone(), event.withdrawn_by, event.withdrawn_on);
            close(action, event.appeal_id, AppealStatus::Withdrawn, closed);
        }
        EnforcementEvent::AppealGranted(event) => decided(action, event, AppealStatus::Granted),
        EnforcementEvent::AppealDenied(event) => decided(action, &event.0, AppealStatus::Denied),
    }
}

fn correct(entry: &mut EnforcementActionDecided, field: EntryField, value: &Remark) {
    let date = value.as_str().parse::<NaiveDate>().ok();
    match field {
        EntryField::Facts => entry.facts = value.clone(),
        EntryField::NoticeOn => entry.notice_on = date.unwrap_or(entry.notice_on),
        EntryField::EffectiveOn => entry.effective_on = date.unwrap_or(entry.effective_on),
        EntryField::CauseReference => {
            if let Ok(reference) = kernel::Text::parse(value.as_str()) {
                entry.cause.reference = reference;
            }
        }
    }
}

fn decided(action: &mut EnforcementAction, event: &EnforcementActionAppealDecided, status: AppealStatus) {
    let closed = (Some(event.text.clone()), event.decided_by, event.decided_on);
    close(action, event.appeal_id, status, closed);
}

fn close(
    action: &mut EnforcementAction,
    id: AppealId,
    status: AppealStatus,
    (text, by, on): (Option<Remark>, PersonId, NaiveDate),
) {
    if let Some(appeal) = action.appeals.iter_mut().find(|appeal| appeal.appeal_id == id) {
        appeal.status = status;
        appeal.text = text;
        appeal.closed_by = Some(by);
        appeal.closed_on = Some(on);
    }
}

impl super::values::Cause {
    /// What is wrong with the reference of a cause of this kind, if something is.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let reference = self.reference.as_str();
        let sound = match self.kind {
            CauseKind::Incident => reference.parse::<kernel::IncidentId>().is_ok(),
            CauseKind::Suspension => reference.parse::<kernel::EnforcementActionId>().is_ok(),
            CauseKind::AnnualReview => {
                reference.len() == 4 && reference.bytes().all(|byte| byte.is_ascii_digit())
            }
            CauseKind::Validation | CauseKind::Eligibility | CauseKind::Inquiry => true,
        };
        match self.kind {
            _ if sound => None,
            CauseKind::Incident => Some("An incident is named by its id, inc_ and 32 digits of hexadecimal."),
            CauseKind::Suspension => {
                Some("A suspension is named by its id, enf_ and 32 digits of hexadecimal.")
            }
            _ => Some("An annual review is named by the year of its anniversary, such as 2027."),
        }
    }
}
