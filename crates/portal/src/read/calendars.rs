//! The list of calendars, and the way from the digest of an address's secret to its calendar.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::{load_rows, store_rows};
use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::Timestamp;
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx};
use obligations::{CalendarEvent, CalendarStatus};
use std::collections::BTreeSet;

model_row! {
    /// One calendar, as the list shows it.
    CalendarRow in "calendars" {
        /// The calendar.
        calendar_id: String,
        /// The account whose deadlines it shows.
        account_id: String,
        /// SHA-256 of the secret in its address.
        token_sha256: String,
        /// Where it stands.
        status: String,
        /// Who opened it.
        opened_by: String,
        /// When.
        opened_on: NaiveDate,
        /// Who closed it.
        closed_by: Option<String>,
        /// When.
        closed_on: Option<NaiveDate>,
        /// The version of its stream.
        version: i64,
    }
}

impl SortValue for CalendarRow {
    fn date(&self, _: &str) -> Option<NaiveDate> {
        None
    }

    fn instant(&self, _: &str) -> Option<Timestamp> {
        None
    }
}

/// Keeps the table `calendars`.
pub(crate) struct CalendarsProjection;

#[async_trait]
impl Projection for CalendarsProjection {
    fn name(&self) -> &'static str {
        "calendars"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["calendars"]
    }

    fn schema(&self) -> &'static str {
        "CREATE TABLE {calendars} (
            calendar_id TEXT PRIMARY KEY, account_id TEXT NOT NULL, token_sha256 TEXT NOT NULL, status TEXT NOT NULL,
            opened_by TEXT NOT NULL, opened_on {date} NOT NULL, closed_by TEXT, closed_on {date}, version {bigint} NOT NULL
        ) {strict};
        CREATE UNIQUE INDEX calendars_token_{generation} ON {calendars} (token_sha256);
        CREATE INDEX calendars_account_{generation} ON {calendars} (account_id, calendar_id);"
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        let mine: Vec<&RecordedEvent> =
            events.iter().filter(|event| event.aggregate_type == "calendar").collect();
        let ids: BTreeSet<&str> = mine.iter().map(|event| event.aggregate_id.as_str()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut rows = load_rows::<CalendarRow>(tx, tables, &ids).await?;
        for event in mine {
            match event.decode()? {
                CalendarEvent::Opened(opened) => {
                    rows.insert(
                        event.aggregate_id.clone(),
                        CalendarRow {
                            calendar_id: event.aggregate_id.clone(),
                            account_id: opened.account_id.to_string(),
                            token_sha256: opened.token_sha256,
                            status: CalendarStatus::Open.to_string(),
                            opened_by: opened.opened_by.to_string(),
                            opened_on: opened.opened_on,
                            closed_by: None,
                            closed_on: None,
                            version: event.sequence,
                        },
                    );
                }
                CalendarEvent::Closed(closed) => {
                    if let Some(row) = rows.get_mut(&event.aggregate_id) {
                        row.status = CalendarStatus::Closed.to_string();
                        row.closed_by = Some(closed.closed_by.to_string());
                        row.closed_on = Some(closed.closed_on);
                        row.version = event.sequence;
                    }
                }
            }
        }
        store_rows(tx, tables, &rows.values().collect::<Vec<_>>()).await
    }
}
