//! The register of enforcement actions, and their appeals.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::{load_rows, store_rows};
use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::Timestamp;
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx};
use membership::enforcement::event::{EnforcementActionAppealDecided, EnforcementActionDecided};
use membership::enforcement::{
    ActionStatus, AppealStatus, EndKind, EnforcementEvent, EnforcementKind, EntryField,
};
use std::collections::{BTreeMap, BTreeSet};

model_row! {
    /// One entry of the register.
    EnforcementActionRow in "enforcement_actions" {
        /// The action.
        enforcement_action_id: String,
        /// The membership.
        membership_id: String,
        /// The company's account.
        account_id: String,
        /// What was decided.
        action: String,
        /// How far it reaches.
        scope: String,
        /// Why, in one code.
        reason: String,
        /// What kind of thing gave cause.
        cause_kind: String,
        /// Which one.
        cause_reference: String,
        /// Where it stands.
        status: String,
        /// Who recommended it.
        recommended_by: String,
        /// Who decided.
        decided_by: String,
        /// When.
        decided_on: NaiveDate,
        /// The day of the letter.
        notice_on: NaiveDate,
        /// The day from which it holds.
        effective_on: NaiveDate,
        /// The last day to answer.
        answer_due_on: Option<NaiveDate>,
        /// The last day to appeal.
        appeal_due_on: Option<NaiveDate>,
        /// What ended it.
        ended_how: Option<String>,
        /// When.
        ended_on: Option<NaiveDate>,
        /// When it last changed.
        updated_at: Timestamp,
        /// The version of its stream.
        version: i64,
    }
}

model_row! {
    /// One appeal.
    AppealRow in "appeals" {
        /// The appeal.
        appeal_id: String,
        /// The action that it is against.
        enforcement_action_id: String,
        /// The membership.
        membership_id: String,
        /// The company's account.
        account_id: String,
        /// Where it stands.
        status: String,
        /// When it was filed.
        filed_on: NaiveDate,
        /// The day by which it is to be decided.
        due_on: NaiveDate,
        /// Who decided it or took it back.
        closed_by: Option<String>,
        /// When.
        closed_on: Option<NaiveDate>,
    }
}

macro_rules! unsorted {
    ($($row:ident),+) => {
        $(impl SortValue for $row {
            fn date(&self, _: &str) -> Option<NaiveDate> {
                None
            }

            fn instant(&self, _: &str) -> Option<Timestamp> {
                None
            }
        })+
    };
}

unsorted!(EnforcementActionRow, AppealRow);

impl EnforcementActionRow {
    fn of(event: &RecordedEvent, entry: &EnforcementActionDecided) -> Self {
        let carried_out = entry.action == EnforcementKind::Reinstatement;
        let status = if carried_out { ActionStatus::Ended } else { ActionStatus::Open };
        Self {
            enforcement_action_id: event.aggregate_id.clone(),
            membership_id: entry.membership_id.to_string(),
            account_id: entry.account_id.to_string(),
            action: entry.action.to_string(),
            scope: entry.scope.to_string(),
            reason: entry.reason.to_string(),
            cause_kind: entry.cause.kind.to_string(),
            cause_reference: entry.cause.reference.to_string(),
            status: status.to_string(),
            recommended_by: entry.recommended_by.to_string(),
            decided_by: entry.decided_by.to_string(),
            decided_on: entry.decided_on,
            notice_on: entry.notice_on,
            effective_on: entry.effective_on,
            answer_due_on: entry.answer_due_on,
            appeal_due_on: entry.appeal_due_on,
            ended_how: carried_out.then(|| EndKind::CarriedOut.to_string()),
            ended_on: carried_out.then_some(entry.decided_on),
            updated_at: event.occurred_at,
            version: event.sequence,
        }
    }

    fn take(&mut self, event: &RecordedEvent, payload: &EnforcementEvent) {
        self.updated_at = event.occurred_at;
        self.version = event.sequence;
        match payload {
            EnforcementEvent::Decided(_) | EnforcementEvent::CorrectivePlanSubmitted(_) => {}
            EnforcementEvent::Ended(ended) => {
                self.status = ActionStatus::Ended.to_string();
                self.ended_how = Some(ended.how.to_string());
                self.ended_on = Some(ended.ended_on);
            }
            EnforcementEvent::Resumed(resumed) => {
                self.status = ActionStatus::Open.to_string();
                self.answer_due_on = self.answer_due_on.map(|_| resumed.answer_due_on);
                self.ended_how = None;
                self.ended_on = None;
            }
            EnforcementEvent::Corrected(corrected) => {
                let date = corrected.value.as_str().parse::<NaiveDate>().ok();
                match corrected.field {
                    EntryField::Facts => {}
                    EntryField::NoticeOn => self.notice_on = date.unwrap_or(self.notice_on),
                    EntryField::EffectiveOn => self.effective_on = date.unwrap_or(self.effective_on),
                    EntryField::CauseReference => self.cause_reference = corrected.value.to_string(),
                }
                self.answer_due_on = corrected.answer_due_on.or(self.answer_due_on);
            }
            EnforcementEvent::AppealFiled(_) => self.status = ActionStatus::Appealed.to_string(),
            EnforcementEvent::AppealWithdrawn(_)
            | EnforcementEvent::AppealGranted(_)
            | EnforcementEvent::AppealDenied(_) => self.status = ActionStatus::Open.to_string(),
        }
    }
}

impl AppealRow {
    fn close(&mut self, status: AppealStatus, by: String, on: NaiveDate) {
        self.status = status.to_string();
        self.closed_by = Some(by);
        self.closed_on = Some(on);
    }
}

/// The appeal that an event concerns.
fn appeal_of(payload: &EnforcementEvent) -> Option<String> {
    match payload {
        EnforcementEvent::AppealFiled(event) => Some(event.appeal_id.to_string()),
        EnforcementEvent::AppealWithdrawn(event) => Some(event.appeal_id.to_string()),
        EnforcementEvent::AppealGranted(event) => Some(event.appeal_id.to_string()),
        EnforcementEvent::AppealDenied(event) => Some(event.0.appeal_id.to_string()),
        _ => None,
    }
}

/// Keeps the tables `enforcement_actions` and `appeals`.
pub(crate) struct EnforcementProjection;

fn unknown(event: &RecordedEvent) -> ProjectionError {
    ProjectionError::Refused {
        code: "enforcement_action_unknown".to_owned(),
        detail: format!(
            "{} concerns an enforcement action or an appeal that was never there",
            event.event_type
        ),
    }
}

#[async_trait]
impl Projection for EnforcementProjection {
    fn name(&self) -> &'static str {
        "enforcement"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["enforcement_actions", "appeals"]
    }

    fn schema(&self) -> &'static str {
        "CREATE TABLE {enforcement_actions} (
            enforcement_action_id TEXT PRIMARY KEY, membership_id TEXT NOT NULL, account_id TEXT NOT NULL, action TEXT NOT NULL,
            scope TEXT NOT NULL, reason TEXT NOT NULL, cause_kind TEXT NOT NULL, cause_reference TEXT NOT NULL,
            status TEXT NOT NULL, recommended_by TEXT NOT NULL, decided_by TEXT NOT NULL, decided_on {date} NOT NULL,
            notice_on {date} NOT NULL, effective_on {date} NOT NULL, answer_due_on {date}, appeal_due_on {date},
            ended_how TEXT, ended_on {date}, updated_at {instant} NOT NULL, version {bigint} NOT NULL
        ) {strict};
        CREATE INDEX enforcement_actions_account_{generation} ON {enforcement_actions} (account_id, enforcement_action_id);
        CREATE INDEX enforcement_actions_membership_{generation} ON {enforcement_actions} (membership_id, enforcement_action_id);
        CREATE INDEX enforcement_actions_status_{generation} ON {enforcement_actions} (status, enforcement_action_id);
        CREATE INDEX enforcement_actions_reason_{generation} ON {enforcement_actions} (reason, enforcement_action_id);
        CREATE INDEX enforcement_actions_decided_{generation} ON {enforcement_actions} (decided_on, enforcement_action_id);
        CREATE TABLE {appeals} (
            appeal_id TEXT PRIMARY KEY, enforcement_action_id TEXT NOT NULL, membership_id TEXT NOT NULL, account_id TEXT NOT NULL,
            status TEXT NOT NULL, filed_on {date} NOT NULL, due_on {date} NOT NULL, closed_by TEXT, closed_on {date}
        ) {strict};
        CREATE INDEX appeals_action_{generation} ON {appeals} (enforcement_action_id, appeal_id);
        CREATE INDEX appeals_account_{generation} ON {appeals} (account_id, appeal_id);
        CREATE INDEX appeals_status_{generation} ON {appeals} (status, due_on, appeal_id);"
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        let mut mine = Vec::new();
        for event in events.iter().filter(|event| event.aggregate_type == "enforcement_action") {
            mine.push((event, event.decode::<EnforcementEvent>()?));
        }
        if mine.is_empty() {
            return Ok(());
        }
        let ids: BTreeSet<&str> = mine.iter().map(|(event, _)| event.aggregate_id.as_str()).collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut rows = load_rows::<EnforcementActionRow>(tx, tables, &ids).await?;
        let appeal_ids: BTreeSet<String> =
            mine.iter().filter_map(|(_, payload)| appeal_of(payload)).collect();
        let keys: Vec<&str> = appeal_ids.iter().map(String::as_str).collect();
        let mut appeals = load_rows::<AppealRow>(tx, tables, &keys).await?;
        for (event, payload) in &mine {
            if let EnforcementEvent::Decided(entry) = payload {
                rows.insert(event.aggregate_id.clone(), EnforcementActionRow::of(event, entry));
            }
            let row = rows.get_mut(&event.aggregate_id).ok_or_else(|| unknown(event))?;
            row.take(event, payload);
            take_appeal(&mut appeals, row, event, payload)?;
        }
        store_rows(tx, tables, &rows.values().collect::<Vec<_>>()).await?;
        store_rows(tx, tables, &appeals.values().collect::<Vec<_>>()).await
    }
}

fn take_appeal(
    appeals: &mut BTreeMap<String, AppealRow>,
    row: &EnforcementActionRow,
    event: &RecordedEvent,
    payload: &EnforcementEvent,
) -> Result<(), ProjectionError> {
    let Some(id) = appeal_of(payload) else { return Ok(()) };
    if let EnforcementEvent::AppealFiled(filed) = payload {
        let appeal = AppealRow {
            appeal_id: id.clone(),
            enforcement_action_id: row.enforcement_action_id.clone(),
            membership_id: row.membership_id.clone(),
            account_id: row.account_id.clone(),
            status: AppealStatus::Open.to_string(),
            filed_on: filed.filed_on,
            due_on: filed.due_on,
            closed_by: None,
            closed_on: None,
        };
        appeals.insert(id, appeal);
        return Ok(());
    }
    let appeal = appeals.get_mut(&id).ok_or_else(|| unknown(event))?;
    let decided = |appeal: &mut AppealRow, event: &EnforcementActionAppealDecided, status| {
        appeal.close(status, event.decided_by.to_string(), event.decided_on);
    };
    match payload {
        EnforcementEvent::AppealWithdrawn(event) => {
            appeal.close(AppealStatus::Withdrawn, event.withdrawn_by.to_string(), event.withdrawn_on);
        }
        EnforcementEvent::AppealGranted(event) => decided(appeal, event, AppealStatus::Granted),
        EnforcementEvent::AppealDenied(event) => decided(appeal, &event.0, AppealStatus::Denied),
        _ => {}
    }
    Ok(())
}
