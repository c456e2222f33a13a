//! Reminders of deadlines: each step once, whoever notices, also with several processes and after a long silence.
//!
//! A step is a row with a key of deadline, last day and name. Whoever inserts it also inserts, in the same transaction, what the step leads to:
//! a notification for each recipient, and a letter for those who have an e-mail address. Steps that come due together, because nothing ran
//! meanwhile, are all recorded, and the newest of them alone is told: it says how things stand.

use crate::error::PortalError;
use crate::portal::Portal;
use crate::read::obligations::ObligationRow;
use crate::read::rows::ModelRow as _;
use chrono::NaiveDate;
use kernel::time::days_after;
use kernel::{MembershipId, NotificationId, PersonId, Policy};
use ledger::{Statement, Value, execute};
use membership::account::Account;
use membership::account::values::PointOfContact;
use membership::membership::Membership;
use obligations::{DueStep, Obligation, Owner, steps};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many deadlines are looked at together.
const PAGE: i64 = 200;

/// Somebody who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Recipient {
    person_id: PersonId,
    /// Whether only because the first contact has not seen to it.
    escalated: bool,
    /// Whether the portal knows an e-mail address.
    by_mail: bool,
}

/// The days ahead within which a reminder can be due.
fn horizon(policy: &Policy) -> u32 {
    [
        policy.reminder_first_days,
        policy.reminder_second_days,
        policy.reminder_third_days,
        policy.reminder_last_days,
        policy.annual_review_window_days,
    ]
    .into_iter()
    .max()
    .unwrap_or_default()
}

impl Portal {
    /// Records every step that is due and has not been, and tells whom it concerns; gives the number of steps.
    ///
    /// # Errors
    /// The database failed; what was recorded before stays recorded, and the rest is left for the next time.
    pub async fn remind(&self) -> Result<usize, PortalError> {
        let today = self.today();
        let ahead =
            self.policies.versions().map(|version| horizon(&version.values)).max().unwrap_or_default();
        let (mut recorded, mut after) = (0, (NaiveDate::MIN, String::new()));
        loop {
            let mut statement = Statement::new(format!(
                "SELECT {} FROM obligations WHERE ended IS NULL AND due_on <= ",
                ObligationRow::COLUMNS.join(", ")
            ));
            statement.bind(days_after(today, ahead));
            if !after.1.is_empty() {
                statement.push(" AND (due_on, obligation_id) > ");
                statement.bind_tuple([after.0.into(), after.1.as_str().into()]);
            }
            statement.push(" ORDER BY due_on, obligation_id LIMIT ").bind(PAGE);
            let rows: Vec<ObligationRow> = statement.fetch_all(self.ledger.db()).await?;
            let Some(last) = rows.last() else { return Ok(recorded) };
            after = (last.due_on, last.obligation_id.clone());
            let known = self.recorded_steps(&rows).await?;
            for row in &rows {
                recorded += self.remind_of(row, &known, today).await?;
            }
        }
    }

    async fn recorded_steps(
        &self,
        rows: &[ObligationRow],
    ) -> Result<BTreeSet<(String, NaiveDate, String)>, PortalError> {
        let mut statement =
            Statement::new("SELECT obligation_id, due_on, step FROM reminder_steps WHERE obligation_id IN ");
        statement.bind_tuple(rows.iter().map(|row| Value::from(row.obligation_id.as_str())));
        let found: Vec<(String, NaiveDate, String)> = statement.fetch_all(self.ledger.db()).await?;
        Ok(found.into_iter().collect())
    }

    async fn remind_of(
        &self,
        row: &ObligationRow,
        known: &BTreeSet<(String, NaiveDate, String)>,
        today: NaiveDate,
    ) -> Result<usize, PortalError> {
        let Some(obligation) = row.obligation() else { return Ok(0) };
        let version = self.policies.versions().find(|version| version.name == obligation.policy_version);
        let version = version.unwrap_or_else(|| self.policies.in_force(obligation.started_on));
        let due: Vec<DueStep> = steps(&obligation, &version.values)
            .into_iter()
            .filter(|step| step.on <= today)
            .filter(|step| !known.contains(&(row.obligation_id.clone(), row.due_on, step.step.to_string())))
            .collect();
        let Some(newest) = due.last() else { return Ok(0) };
        let recipients = self.recipients(&obligation, newest.escalates).await?;
        let now = self.now();
        let mut recorded = 0;
        let mut tx = self.ledger.db().begin().await?;
        for step in &due {
            let news = execute!(
                &mut tx,
                "INSERT INTO reminder_steps (obligation_id, due_on, step, recorded_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (obligation_id, due_on, step) DO NOTHING",
                &row.obligation_id,
                row.due_on,
                step.step.to_string(),
                now
            )?;
            recorded += usize::from(news > 0);
            if news == 0 || step != newest {
                continue;
            }
            for recipient in &recipients {
                let id = NotificationId::new(Uuid::now_v7()).to_string();
                execute!(
                    &mut tx,
                    "INSERT INTO notifications (notification_id, person_id, account_id, membership_id, obligation_id, kind, due_on, step, \
                     escalated, created_at, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL)",
                    &id,
                    recipient.person_id.to_string(),
                    &row.account_id,
                    &row.membership_id,
                    &row.obligation_id,
                    &row.kind,
                    row.due_on,
                    step.step.to_string(),
                    recipient.escalated,
                    now
                )?;
                if recipient.by_mail {
                    execute!(
                        &mut tx,
                        "INSERT INTO letters (notification_id, state, attempts, next_attempt_at, settled_at) \
                         VALUES ($1, 'waiting', 0, $2, NULL)",
                        &id,
                        now
                    )?;
                }
            }
        }
        tx.commit().await?;
        Ok(recorded)
    }

    /// Who is told: of a company its primary point of contact, or its officers where it has none, and in good time the alternate too; at CBP the
    /// specialist who looks after the membership. Where nobody is assigned, the work queue and the plan by week show it to everybody there.
    async fn recipients(
        &self,
        obligation: &Obligation,
        escalates: bool,
    ) -> Result<Vec<Recipient>, PortalError> {
        if obligation.owner() != Owner::Company {
            return self.at_cbp(obligation.membership_id).await;
        }
        let account = self.existing::<Account>(obligation.account_id).await?.state;
        let of = |person_id, escalated| Recipient { person_id, escalated, by_mail: true };
        let mut found: Vec<Recipient> = match account.point_of_contact(PointOfContact::Primary) {
            Some(primary) => vec![of(primary, false)],
            None => account.acting_officers().map(|officer| of(officer, false)).collect(),
        };
        if escalates && let Some(alternate) = account.point_of_contact(PointOfContact::Alternate) {
            found.push(of(alternate, true));
        }
        let mut seen = BTreeSet::new();
        found.retain(|recipient| seen.insert(recipient.person_id));
        Ok(found)
    }

    async fn at_cbp(&self, id: MembershipId) -> Result<Vec<Recipient>, PortalError> {
        let membership = self.existing::<Membership>(id).await?.state;
        let specialist = membership.assignment.as_ref().map(|assignment| assignment.specialist);
        let told = |person_id| Recipient { person_id, escalated: false, by_mail: false };
        Ok(specialist.map(told).into_iter().collect())
    }
}
