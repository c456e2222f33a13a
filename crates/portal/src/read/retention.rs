//! What is kept of whom and since when it is not needed any more, and what was erased.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::ModelRow;
use async_trait::async_trait;
use chrono::NaiveDate;
use incident::IncidentEvent;
use kernel::{Timestamp, programme_date};
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx, Value, execute, fetch_optional};
use membership::account::AccountEvent;
use membership::membership::event::MembershipEvent;

/// A person, or a company that never became a member, whose data are kept and are not needed any more.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RetainedRow {
    /// The person or the account.
    pub subject_id: String,
    /// The account.
    pub account_id: String,
    /// `person` or `applicant`.
    pub kind: String,
    /// Since when: a person's last day as a contact, an applicant's registration or the end of its last application.
    pub since: NaiveDate,
    /// How many legal holds stand in the way.
    pub holds: i64,
}

impl ModelRow for RetainedRow {
    const TABLE: &'static str = "(SELECT r.subject_id, r.account_id, r.kind, r.since, CASE r.kind \
         WHEN 'person' THEN r.holds + a.holds ELSE a.holds + a.person_holds END AS holds \
         FROM retained r JOIN retained a ON a.subject_id = r.account_id WHERE r.since IS NOT NULL) AS kept";
    const COLUMNS: &'static [&'static str] = &["subject_id", "account_id", "kind", "since", "holds"];

    fn key(&self) -> &str {
        &self.subject_id
    }

    fn values(&self) -> Vec<Value> {
        Vec::new()
    }
}

impl SortValue for RetainedRow {
    fn date(&self, _: &str) -> Option<NaiveDate> {
        Some(self.since)
    }

    fn instant(&self, _: &str) -> Option<Timestamp> {
        None
    }
}

model_row! {
    /// An erasure.
    ErasureRow in "erasures" {
        /// The event.
        event_id: String,
        /// Its position in the ledger.
        position: i64,
        /// `person`, `text` or `applicant`.
        kind: String,
        /// The account whose person was erased, or that was erased.
        account_id: Option<String>,
        /// The person.
        person_id: Option<String>,
        /// The incident whose text was erased.
        incident_id: Option<String>,
        /// The number of that text.
        number: Option<i64>,
        /// Why.
        reason: String,
        /// Who erased it.
        erased_by: String,
        /// When.
        erased_at: Timestamp,
    }
}

impl SortValue for ErasureRow {
    fn date(&self, _: &str) -> Option<NaiveDate> {
        None
    }

    fn instant(&self, _: &str) -> Option<Timestamp> {
        Some(self.erased_at)
    }
}

/// Keeps the tables `retained`, `retained_memberships`, `retained_texts` and `erasures`.
pub(crate) struct RetentionProjection;

#[async_trait]
impl Projection for RetentionProjection {
    fn name(&self) -> &'static str {
        "retention"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["retained", "retained_memberships", "retained_texts", "erasures"]
    }

    fn schema(&self) -> &'static str {
        // Of an account: how many applications are open, whether it was a member ever, and how many holds stand on it and on its persons.
        "CREATE TABLE {retained} (
            subject_id TEXT PRIMARY KEY, account_id TEXT NOT NULL, kind TEXT NOT NULL, since {date}, holds {bigint} NOT NULL,
            person_holds {bigint} NOT NULL, open_applications {bigint} NOT NULL, was_member {boolean} NOT NULL
        ) {strict};
        CREATE INDEX retained_since_{generation} ON {retained} (since, subject_id);
        CREATE INDEX retained_account_{generation} ON {retained} (account_id, subject_id);
        CREATE TABLE {retained_memberships} (membership_id TEXT PRIMARY KEY, account_id TEXT NOT NULL) {strict};
        CREATE TABLE {retained_texts} (
            incident_id TEXT NOT NULL, number {bigint} NOT NULL, account_id TEXT NOT NULL, PRIMARY KEY (incident_id, number)
        ) {strict};
        CREATE INDEX retained_texts_account_{generation} ON {retained_texts} (account_id, incident_id, number);
        CREATE TABLE {erasures} (
            event_id TEXT PRIMARY KEY, position {bigint} NOT NULL, kind TEXT NOT NULL, account_id TEXT, person_id TEXT, incident_id TEXT,
            number {bigint}, reason TEXT NOT NULL, erased_by TEXT NOT NULL, erased_at {instant} NOT NULL
        ) {strict};
        CREATE INDEX erasures_account_{generation} ON {erasures} (account_id, event_id);"
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        for event in events {
            match event.aggregate_type.as_str() {
                "account" => of_account(event, tables, tx).await?,
                "membership" => of_membership(event, tables, tx).await?,
                "incident" => of_incident(event, tables, tx).await?,
                _ => {}
            }
        }
        Ok(())
    }
}

const KEEP: &str = "INSERT INTO {retained} (subject_id, account_id, kind, since, holds, person_holds, open_applications, was_member) \
     VALUES ($1, $2, $3, $4, 0, 0, 0, $5) ON CONFLICT (subject_id) DO UPDATE SET since = excluded.since";

async fn keep(
    tx: &mut Tx<'_>,
    tables: &Tables,
    subject: &str,
    account: &str,
    since: Option<NaiveDate>,
) -> Result<(), ProjectionError> {
    let kind = if subject == account { "applicant" } else { "person" };
    execute!(tx, &tables.sql(KEEP), subject, account, kind, since, false)?;
    Ok(())
}

async fn of_account(event: &RecordedEvent, tables: &Tables, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
    let account = event.aggregate_id.as_str();
    match event.decode()? {
        AccountEvent::Registered(registered) => {
            keep(tx, tables, account, account, Some(registered.registered_on)).await?;
            keep(tx, tables, &registered.contact.person_id.to_string(), account, None).await?;
        }
        AccountEvent::ContactAdded(added) => {
            keep(tx, tables, &added.contact.person_id.to_string(), account, None).await?;
        }
        AccountEvent::ContactRemoved(removed) => {
            let left_on = programme_date(event.occurred_at);
            keep(tx, tables, &removed.person_id.to_string(), account, Some(left_on)).await?;
        }
        AccountEvent::HoldPlaced(placed) => {
            held(tx, tables, account, placed.person_id.map(|person| person.to_string()), 1).await?;
        }
        AccountEvent::HoldLifted(lifted) => {
            held(tx, tables, account, lifted.person_id.map(|person| person.to_string()), -1).await?;
        }
        AccountEvent::PersonErased(erased) => {
            let person = erased.person_id.to_string();
            execute!(&mut *tx, &tables.sql("DELETE FROM {retained} WHERE subject_id = $1"), &person)?;
            let row =
                Erased { kind: "person", account: Some(account), person: Some(&person), ..Erased::default() };
            row.store(event, tables, tx, erased.reason.as_str(), &erased.erased_by.to_string()).await?;
        }
        AccountEvent::ApplicantErased(erased) => {
            execute!(
                &mut *tx,
                &tables.sql("UPDATE {retained} SET since = NULL WHERE subject_id = $1"),
                account
            )?;
            let row = Erased { kind: "applicant", account: Some(account), ..Erased::default() };
            row.store(event, tables, tx, erased.reason.as_str(), &erased.erased_by.to_string()).await?;
        }
        _ => {}
    }
    Ok(())
}

async fn held(
    tx: &mut Tx<'_>,
    tables: &Tables,
    account: &str,
    person: Option<String>,
    by: i64,
) -> Result<(), ProjectionError> {
    let more = tables.sql("UPDATE {retained} SET holds = holds + $2 WHERE subject_id = $1");
    execute!(&mut *tx, &more, person.as_deref().unwrap_or(account), by)?;
    if person.is_some() {
        let more = tables.sql("UPDATE {retained} SET person_holds = person_holds + $2 WHERE subject_id = $1");
        execute!(&mut *tx, &more, account, by)?;
    }
    Ok(())
}

/// Companies that were members are kept; of the others what counts is when their last application ended.
async fn of_membership(
    event: &RecordedEvent,
    tables: &Tables,
    tx: &mut Tx<'_>,
) -> Result<(), ProjectionError> {
    let membership = event.aggregate_id.as_str();
    let ended_on = match event.decode()? {
        MembershipEvent::Applied(applied) => {
            let account = applied.account_id.to_string();
            let sql =
                tables.sql("INSERT INTO {retained_memberships} (membership_id, account_id) VALUES ($1, $2)");
            execute!(&mut *tx, &sql, membership, &account)?;
            let sql = tables.sql(
                "UPDATE {retained} SET since = NULL, open_applications = open_applications + 1 WHERE subject_id = $1",
            );
            execute!(&mut *tx, &sql, &account)?;
            return Ok(());
        }
        MembershipEvent::Certified(_) => None,
        MembershipEvent::Rejected(rejected) => Some(rejected.rejected_on),
        MembershipEvent::FoundIneligible(found) => Some(found.found_on),
        MembershipEvent::Withdrawn(withdrawn) => Some(withdrawn.withdrawn_on),
        MembershipEvent::ApplicationExpired(expired) => Some(expired.expired_on),
        _ => return Ok(()),
    };
    let sql = tables.sql("SELECT account_id FROM {retained_memberships} WHERE membership_id = $1");
    let Some((account,)) = fetch_optional!(in &mut *tx, (String,), &sql, membership)? else { return Ok(()) };
    match ended_on {
        None => {
            let sql = tables.sql("UPDATE {retained} SET since = NULL, was_member = $2 WHERE subject_id = $1");
            execute!(&mut *tx, &sql, &account, true)?;
        }
        Some(ended_on) => {
            let sql = tables.sql(
                "UPDATE {retained} SET open_applications = open_applications - 1, \
                 since = CASE WHEN open_applications = 1 AND NOT was_member THEN $2 ELSE since END WHERE subject_id = $1",
            );
            execute!(&mut *tx, &sql, &account, ended_on)?;
        }
    }
    Ok(())
}

async fn of_incident(event: &RecordedEvent, tables: &Tables, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
    let decoded: IncidentEvent = event.decode()?;
    if let Some(account) = decoded.account_of_texts() {
        for text in decoded.texts() {
            let sql = tables
                .sql("INSERT INTO {retained_texts} (incident_id, number, account_id) VALUES ($1, $2, $3)");
            execute!(&mut *tx, &sql, &event.aggregate_id, i64::from(text.number), account.to_string())?;
        }
    }
    if let IncidentEvent::TextErased(erased) = decoded {
        let sql = tables.sql("DELETE FROM {retained_texts} WHERE incident_id = $1 AND number = $2");
        execute!(&mut *tx, &sql, &event.aggregate_id, i64::from(erased.number))?;
        let incident = Some(event.aggregate_id.as_str());
        let row = Erased { kind: "text", incident, number: Some(erased.number.into()), ..Erased::default() };
        row.store(event, tables, tx, erased.reason.as_str(), &erased.erased_by.to_string()).await?;
    }
    Ok(())
}

/// What an erasure was about.
#[derive(Default)]
struct Erased<'a> {
    kind: &'static str,
    account: Option<&'a str>,
    person: Option<&'a str>,
    incident: Option<&'a str>,
    number: Option<i64>,
}

impl Erased<'_> {
    async fn store(
        &self,
        event: &RecordedEvent,
        tables: &Tables,
        tx: &mut Tx<'_>,
        reason: &str,
        by: &str,
    ) -> Result<(), ProjectionError> {
        let sql = tables.sql(
            "INSERT INTO {erasures} (event_id, position, kind, account_id, person_id, incident_id, number, reason, erased_by, erased_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        );
        execute!(
            tx,
            &sql,
            event.event_id.to_string(),
            event.position,
            self.kind,
            self.account,
            self.person,
            self.incident,
            self.number,
            reason,
            by,
            event.occurred_at
        )?;
        Ok(())
    }
}
