//! The list of incidents for CBP, the list of the parts that accounts have in them for companies, and the numbers by which they are found.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::{load_rows, store_rows};
use async_trait::async_trait;
use chrono::NaiveDate;
use incident::event::{FactChange, IncidentAccountInvolved, IncidentReported};
use incident::{Facts, IncidentEvent, Moment, Place, Stage, Status};
use kernel::cargo::CargoNumber;
use kernel::{AccountId, Policy, Timestamp};
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx, execute};
use serde::Serialize;
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
        /// Where the incident stands for the account.
        status: String,
        /// How far the part is.
        stage: String,
        /// The last day for what the account owes, or of the watching.
        due_on: Option<NaiveDate>,
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
            status: Status::Reported.as_str().to_owned(),
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
        self.happened(facts.occurred);
        if let Some(place) = &facts.place {
            self.happened_at(place);
        }
    }

    fn happened(&mut self, occurred: Moment) {
        self.occurred_from_hour = hour(occurred.from_at);
        self.occurred_to_hour = hour(occurred.latest());
    }

    fn happened_at(&mut self, place: &Place) {
        self.country = Some(place.country.to_string());
        self.place_key = Some(place.key());
    }

    fn correct(&mut self, change: &FactChange) {
        match change {
            FactChange::Kind { value, .. } => self.kind = value.as_str().to_owned(),
            FactChange::Occurred { value, .. } => self.happened(*value),
            FactChange::Place { value, .. } => self.happened_at(value),
            _ => {}
        }
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
        4
    }

    fn tables(&self) -> &'static [&'static str] {
        &["incidents", "incident_parties", "incident_numbers", "incident_comparisons"]
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
            status TEXT NOT NULL, stage TEXT NOT NULL, due_on {date}, reporter {boolean} NOT NULL, involved_on {date} NOT NULL, updated_at {instant} NOT NULL,
            version {bigint} NOT NULL
        ) {strict};
        CREATE INDEX incident_parties_incident_{generation} ON {incident_parties} (incident_id);
        CREATE INDEX incident_parties_account_{generation} ON {incident_parties} (account_id, party_id);
        CREATE TABLE {incident_numbers} (
            incident_id TEXT NOT NULL, number_type TEXT NOT NULL, normalised TEXT NOT NULL,
            PRIMARY KEY (incident_id, number_type, normalised)
        ) {strict};
        CREATE INDEX incident_numbers_number_{generation} ON {incident_numbers} (normalised, number_type);
        CREATE TABLE {incident_comparisons} (
            incident_id TEXT NOT NULL, other_id TEXT NOT NULL, verdict TEXT NOT NULL, PRIMARY KEY (incident_id, other_id)
        ) {strict};"
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
                store_numbers(tx, tables, &event.aggregate_id, &reported.facts.numbers).await?;
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
                IncidentEvent::Closed(closed) => row.status = closed.status.as_str().to_owned(),
                IncidentEvent::Reopened(reopened) => row.status = reopened.status.as_str().to_owned(),
                IncidentEvent::FactsCorrected(corrected) => {
                    row.disclosure = corrected.disclosure.as_str().to_owned();
                    for change in &corrected.changes {
                        row.correct(change);
                        if let FactChange::Numbers { value, .. } = change {
                            store_numbers(tx, tables, &event.aggregate_id, value).await?;
                        }
                    }
                }
                IncidentEvent::Compared(compared) => {
                    let sql = tables.sql(
                        "INSERT INTO {incident_comparisons} (incident_id, other_id, verdict) VALUES ($1, $2, $3)",
                    );
                    let other = compared.other.to_string();
                    execute!(&mut *tx, &sql, &event.aggregate_id, other, compared.verdict.as_str())?;
                }
                IncidentEvent::ComparisonUndone(undone) => {
                    let sql = tables
                        .sql("DELETE FROM {incident_comparisons} WHERE incident_id = $1 AND other_id = $2");
                    execute!(&mut *tx, &sql, &event.aggregate_id, undone.other.to_string())?;
                }
                IncidentEvent::Reported(_)
                | IncidentEvent::TextErased(_)
                | IncidentEvent::StatementAdded(_)
                | IncidentEvent::ActionCompleted(_) => {}
                part => {
                    if let Some(step) = PartStep::of(part) {
                        row.status = step.status.as_str().to_owned();
                        store_step(tx, tables, &event.aggregate_id, &step).await?;
                    }
                }
            }
        }
        store_rows(tx, tables, &rows.values().collect::<Vec<_>>()).await?;
        for row in rows.values() {
            // Where it stands for an account: where the account's own part is, and else no further than the review.
            let sql = tables.sql(
                "UPDATE {incident_parties} SET kind = $2, updated_at = $4, version = $5, status = CASE WHEN $3 = 'closed' THEN 'closed' \
                 WHEN stage IN ('analysis_requested', 'analysis_submitted') THEN 'analysis_requested' \
                 WHEN stage IN ('plan_requested', 'plan_submitted') THEN 'corrective_plan' WHEN stage = 'monitoring' THEN 'monitoring' \
                 WHEN $3 IN ('reported', 'triaged') THEN $3 ELSE 'under_review' END WHERE incident_id = $1",
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
        "INSERT INTO {incident_parties} (party_id, incident_id, account_id, role, kind, status, stage, reporter, involved_on, updated_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, 'involved', $7, $8, $9, $10) ON CONFLICT (party_id) DO UPDATE SET role = excluded.role",
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

/// A step of one account's part.
struct PartStep {
    account: AccountId,
    stage: Stage,
    status: Status,
    due_on: Option<NaiveDate>,
}

impl PartStep {
    fn of(event: &IncidentEvent) -> Option<Self> {
        let (account, stage, status, due_on) = match event {
            IncidentEvent::AnalysisRequested(e) => (e.account_id, e.stage, e.status, Some(e.due_on)),
            IncidentEvent::AnalysisSubmitted(e) => (e.account_id, e.stage, e.status, None),
            IncidentEvent::PlanSubmitted(e) => (e.account_id, e.stage, e.status, None),
            IncidentEvent::ResponseAccepted(e) => (e.account_id, e.stage, e.status, Some(e.due_on)),
            IncidentEvent::ResponseReturned(e) => (e.account_id, e.stage, e.status, Some(e.due_on)),
            IncidentEvent::PartConcluded(e) => (e.account_id, e.stage, e.status, None),
            _ => return None,
        };
        Some(Self { account, stage, status, due_on })
    }
}

async fn store_step(
    tx: &mut Tx<'_>,
    tables: &Tables,
    incident: &str,
    step: &PartStep,
) -> Result<(), ProjectionError> {
    let sql = tables.sql("UPDATE {incident_parties} SET stage = $2, due_on = $3 WHERE party_id = $1");
    let key = format!("{incident}/{}", step.account);
    execute!(tx, &sql, key, step.stage.as_str(), step.due_on)?;
    Ok(())
}

async fn store_numbers(
    tx: &mut Tx<'_>,
    tables: &Tables,
    incident: &str,
    numbers: &[CargoNumber],
) -> Result<(), ProjectionError> {
    let sql = tables.sql("DELETE FROM {incident_numbers} WHERE incident_id = $1");
    execute!(&mut *tx, &sql, incident)?;
    let sql = tables
        .sql("INSERT INTO {incident_numbers} (incident_id, number_type, normalised) VALUES ($1, $2, $3)");
    for number in numbers {
        execute!(&mut *tx, &sql, incident, number.number_type.as_str(), &number.normalised)?;
    }
    Ok(())
}

/// How near two incidents have to lie to each other to look like the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Nearness {
    /// Hours, for places and accounts.
    hours: i64,
    /// Hours, for containers.
    container_hours: i64,
}

impl Nearness {
    pub(crate) fn by(policy: &Policy) -> Self {
        Self {
            hours: i64::from(policy.incident_duplicate_days) * 24,
            container_hours: i64::from(policy.incident_duplicate_container_days) * 24,
        }
    }

    /// Pairs that look alike and that nobody has compared, with the sign by which they do: `one`, `other`, `sign`.
    pub(crate) fn pairs(self) -> String {
        let near = |hours: i64| {
            format!(
                "(a.occurred_from_hour - {hours} <= b.occurred_to_hour AND b.occurred_from_hour - {hours} <= a.occurred_to_hour)"
            )
        };
        let (near, container) = (near(self.hours), near(self.container_hours));
        format!(
            "SELECT one, other, sign FROM (\
             SELECT a.incident_id AS one, b.incident_id AS other, n.number_type AS sign FROM incidents a \
             JOIN incident_numbers n ON n.incident_id = a.incident_id \
             JOIN incident_numbers m ON m.normalised = n.normalised AND m.number_type = n.number_type AND m.incident_id <> n.incident_id \
             JOIN incidents b ON b.incident_id = m.incident_id WHERE n.number_type <> 'container' OR {container} \
             UNION SELECT a.incident_id, b.incident_id, 'place_and_time' FROM incidents a \
             JOIN incidents b ON b.place_key = a.place_key AND b.incident_id <> a.incident_id WHERE {near} \
             UNION SELECT a.incident_id, b.incident_id, 'account_and_time' FROM incidents a \
             JOIN incident_parties p ON p.incident_id = a.incident_id \
             JOIN incident_parties q ON q.account_id = p.account_id AND q.incident_id <> p.incident_id \
             JOIN incidents b ON b.incident_id = q.incident_id AND b.kind = a.kind WHERE {near}\
             ) pairs WHERE NOT EXISTS (SELECT 1 FROM incident_comparisons c WHERE c.incident_id = pairs.one AND c.other_id = pairs.other)"
        )
    }
}
