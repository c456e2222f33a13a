//! The list of incidents for CBP, the list of the parts that accounts have in them for companies, and the numbers by which they are found.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::{load_rows, store_rows};
use async_trait::async_trait;
use chrono::NaiveDate;
use incident::event::{IncidentAccountInvolved, IncidentReported};
use incident::{Facts, IncidentEvent};
use kernel::Timestamp;
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx, execute};
use std::collections::{BTreeMap, BTreeSet};

model_row! {
    /// One incident, as CBP's list shows it.
    IncidentRow in "incidents" {
        /// The incident.
        incident_id: String,
        /// What happened.
        kind: String,
        /// Where it stands.
        status: String,
        /// How urgent CBP finds it.
        risk: Option<String>,
        /// In which order CBP learned of it.
        disclosure: String,
        /// The country in which it happened.
        country: Option<String>,
        /// The place in the form in which places are compared.
        place_key: Option<String>,
        /// The earliest hour, counted from 1970, in which it can have happened.
        occurred_from_hour: i64,
        /// The latest.
        occurred_to_hour: i64,
        /// The account for which it was reported.
        reported_for: Option<String>,
        /// The programme date of the report.
        reported_on: NaiveDate,
        /// The next day on which CBP owes something.
        due_on: Option<NaiveDate>,
        /// When it last changed.
        updated_at: Timestamp,
        /// The version of its stream.
        version: i64,
    }
}

model_row! {
    /// The part of one account in an incident, as the company's list shows it.
    IncidentPartyRow in "incident_parties" {
        /// Incident and account.
        party_id: String,
        /// The incident.
        incident_id: String,
        /// The account.
        account_id: String,
        /// What the account had to do with it.
        role: String,
        /// What happened.
        kind: String,
        /// Where the part stands.
        status: String,
        /// Whether the account reported it.
        reporter: bool,
        /// The programme date on which the account was named.
        involved_on: NaiveDate,
        /// When the incident last changed.
        updated_at: Timestamp,
        /// The version of the incident's stream.
        version: i64,
    }
}

macro_rules! unsorted {
    ($row:ty) => {
        impl SortValue for $row {
            fn date(&self, _: &str) -> Option<NaiveDate> {
                None
            }

            fn instant(&self, _: &str) -> Option<Timestamp> {
                None
            }
        }
    };
}

unsorted!(IncidentRow);
unsorted!(IncidentPartyRow);

fn hour(instant: Timestamp) -> i64 {
    instant.timestamp().div_euclid(3600)
}

impl IncidentRow {
    fn of(event: &RecordedEvent, reported: &IncidentReported) -> Self {
        let mut row = Self {
            incident_id: event.aggregate_id.clone(),
            kind: String::new(),
            status: incident::Status::Reported.as_str().to_owned(),
            risk: None,
            disclosure: reported.disclosure.as_str().to_owned(),
            country: None,
            place_key: None,
            occurred_from_hour: 0,
            occurred_to_hour: 0,
            reported_for: reported.reported_for.map(|account| account.to_string()),
            reported_on: kernel::programme_date(reported.reported_at),
            due_on: Some(reported.triage_due_on),
            updated_at: event.occurred_at,
            version: event.sequence,
        };
        row.know(&reported.facts);
        row
    }

    fn know(&mut self, facts: &Facts) {
        self.kind = facts.kind.as_str().to_owned();
        self.country = facts.place.as_ref().map(|place| place.country.to_string());
        self.place_key = facts.place.as_ref().map(incident::Place::key);
        self.occurred_from_hour = hour(facts.occurred.from_at);
        self.occurred_to_hour = hour(facts.occurred.latest());
    }
}

/// Keeps the tables `incidents`, `incident_parties` and `incident_numbers`.
pub(crate) struct IncidentsProjection;

#[async_trait]
impl Projection for IncidentsProjection {
    fn name(&self) -> &'static str {
        "incidents"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["incidents", "incident_parties", "incident_numbers"]
    }

    fn schema(&self) -> &'static str {
        "CREATE TABLE {incidents} (
            incident_id TEXT PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, risk TEXT, disclosure TEXT NOT NULL, country TEXT,
            place_key TEXT, occurred_from_hour {bigint} NOT NULL, occurred_to_hour {bigint} NOT NULL, reported_for TEXT,
            reported_on {date} NOT NULL, due_on {date}, updated_at {instant} NOT NULL, version {bigint} NOT NULL
        ) {strict};
        CREATE INDEX incidents_status_{generation} ON {incidents} (status, incident_id);
        CREATE INDEX incidents_place_{generation} ON {incidents} (place_key, occurred_from_hour);
        CREATE TABLE {incident_parties} (
            party_id TEXT PRIMARY KEY, incident_id TEXT NOT NULL, account_id TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL,
            status TEXT NOT NULL, reporter {boolean} NOT NULL, involved_on {date} NOT NULL, updated_at {instant} NOT NULL,
            version {bigint} NOT NULL
        ) {strict};
        CREATE INDEX incident_parties_incident_{generation} ON {incident_parties} (incident_id);
        CREATE INDEX incident_parties_account_{generation} ON {incident_parties} (account_id, party_id);
        CREATE TABLE {incident_numbers} (
            incident_id TEXT NOT NULL, number_type TEXT NOT NULL, normalised TEXT NOT NULL,
            PRIMARY KEY (incident_id, number_type, normalised)
        ) {strict};
        CREATE INDEX incident_numbers_number_{generation} ON {incident_numbers} (normalised, number_type);"
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        let mine: Vec<&RecordedEvent> =
            events.iter().filter(|event| event.aggregate_type == "incident").collect();
        let ids: BTreeSet<&str> = mine.iter().map(|event| event.aggregate_id.as_str()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut rows: BTreeMap<String, IncidentRow> = load_rows(tx, tables, &ids).await?;
        for event in mine {
            let payload: IncidentEvent = event.decode()?;
            if let IncidentEvent::Reported(reported) = &payload {
                rows.insert(event.aggregate_id.clone(), IncidentRow::of(event, reported));
                store_numbers(tx, tables, &event.aggregate_id, &reported.facts).await?;
            }
            let Some(row) = rows.get_mut(&event.aggregate_id) else {
                return Err(ProjectionError::Refused {
                    code: "incident_unknown".to_owned(),
                    detail: format!("{} concerns an incident that was never reported", event.event_type),
                });
            };
            row.updated_at = event.occurred_at;
            row.version = event.sequence;
            match &payload {
                IncidentEvent::AccountInvolved(involved) => {
                    store_party(tx, tables, row, involved).await?;
                }
                IncidentEvent::AccountRemoved(removed) => {
                    let sql = tables.sql("DELETE FROM {incident_parties} WHERE party_id = $1");
                    let key = format!("{}/{}", event.aggregate_id, removed.account_id);
                    execute!(&mut *tx, &sql, key)?;
                }
                IncidentEvent::Triaged(triaged) => {
                    row.status = triaged.status.as_str().to_owned();
                    row.risk = Some(triaged.risk.as_str().to_owned());
                    row.due_on = None;
                }
                IncidentEvent::ReviewBegun(begun) => row.status = begun.status.as_str().to_owned(),
                IncidentEvent::Reported(_) | IncidentEvent::StatementAdded(_) => {}
            }
        }
        store_rows(tx, tables, &rows.values().collect::<Vec<_>>()).await?;
        for row in rows.values() {
            let sql = tables.sql(
                "UPDATE {incident_parties} SET kind = $2, status = $3, updated_at = $4, version = $5 WHERE incident_id = $1",
            );
            execute!(&mut *tx, &sql, &row.incident_id, &row.kind, &row.status, row.updated_at, row.version)?;
        }
        Ok(())
    }
}

/// An account that is named again keeps its day.
async fn store_party(
    tx: &mut Tx<'_>,
    tables: &Tables,
    row: &IncidentRow,
    involved: &IncidentAccountInvolved,
) -> Result<(), ProjectionError> {
    let sql = tables.sql(
        "INSERT INTO {incident_parties} (party_id, incident_id, account_id, role, kind, status, reporter, involved_on, updated_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (party_id) DO UPDATE SET role = excluded.role",
    );
    let account = involved.account_id.to_string();
    execute!(
        tx,
        &sql,
        format!("{}/{account}", row.incident_id),
        &row.incident_id,
        &account,
        involved.role.as_str(),
        &row.kind,
        &row.status,
        row.reported_for.as_ref() == Some(&account),
        kernel::programme_date(involved.involved_at),
        row.updated_at,
        row.version
    )?;
    Ok(())
}

async fn store_numbers(
    tx: &mut Tx<'_>,
    tables: &Tables,
    incident: &str,
    facts: &Facts,
) -> Result<(), ProjectionError> {
    let sql = tables.sql("DELETE FROM {incident_numbers} WHERE incident_id = $1");
    execute!(&mut *tx, &sql, incident)?;
    let sql = tables
        .sql("INSERT INTO {incident_numbers} (incident_id, number_type, normalised) VALUES ($1, $2, $3)");
    for number in &facts.numbers {
        execute!(&mut *tx, &sql, incident, number.number_type.as_str(), &number.normalised)?;
    }
    Ok(())
}
