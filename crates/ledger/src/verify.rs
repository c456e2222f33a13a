//! Verification: everything is computed again, from the database or from an export alone.

use crate::canonical::{GENESIS, canonical, hash, instant};
use crate::db::Db;
use crate::export::{ExportLine, ExportedEvent};
use crate::feed::FeedFilter;
use crate::fetch_all;
use crate::ledger::{Head, Ledger, LedgerError};
use crate::record::{COLUMNS, RawEvent};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt;
use std::io::BufRead;

/// A ledger that holds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The number of events, which is the position of the last.
    pub events: i64,
    /// The hash of the last event.
    pub hash: String,
    /// How many streams they belong to.
    pub streams: usize,
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The first bad position.
    pub position: i64,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "position {}: {}", self.position, self.what)
    }
}

/// Why verification did not end well.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The ledger does not hold together.
    #[error("the ledger is not what it was: {0}")]
    Fault(Fault),
    /// A line of the export is not one.
    #[error("line {line} of the export cannot be read: {what}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// The export could not be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The database could not be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Follows the chain event by event.
struct Chain {
    position: i64,
    hash: String,
    recorded_at: DateTime<Utc>,
    sequences: HashMap<(String, String), i64>,
}

impl Chain {
    fn new() -> Self {
        let recorded_at = DateTime::<Utc>::UNIX_EPOCH;
        Self { position: 0, hash: GENESIS.to_owned(), recorded_at, sequences: HashMap::new() }
    }

    fn check(&mut self, event: &RawEvent) -> Result<(), Fault> {
        let expected = self.position + 1;
        let fault = |what: String| Err(Fault { position: expected, what });
        if event.position != expected {
            return fault(format!(
                "expected here, found position {}: an event is missing or out of order",
                event.position
            ));
        }
        for instant in [event.occurred_at, event.recorded_at] {
            if kernel::to_microseconds(instant) != instant {
                return fault("one of its instants is finer than a microsecond".to_owned());
            }
        }
        for (name, text) in [("payload", &event.payload), ("metadata", &event.metadata)] {
            let value: Value = match serde_json::from_str(text) {
                Ok(value) => value,
                Err(_) => return fault(format!("its {name} is not JSON")),
            };
            if canonical(&value).ok().as_deref() != Some(text.as_str()) {
                return fault(format!("its {name} is not the canonical text that was stored"));
            }
        }
        match hash(&self.hash, event) {
            Ok(computed) if computed == event.hash => {}
            Ok(computed) => {
                return fault(format!(
                    "its hash is {}, but its content and its predecessor give {computed}",
                    event.hash
                ));
            }
            Err(error) => return fault(format!("its hash cannot be computed: {error}")),
        }
        let sequence =
            self.sequences.entry((event.aggregate_type.clone(), event.aggregate_id.clone())).or_default();
        if event.sequence != *sequence + 1 {
            return fault(format!(
                "it is number {} of stream {}, expected {}",
                event.sequence,
                event.aggregate_id,
                *sequence + 1
            ));
        }
        *sequence += 1;
        self.position = event.position;
        self.hash.clone_from(&event.hash);
        self.recorded_at = event.recorded_at;
        Ok(())
    }

    /// The head of a database says when its event was recorded, and no later event is recorded before that.
    fn check_time(&self, head: &Head) -> Result<(), Fault> {
        if head.position != self.position || head.recorded_at == self.recorded_at {
            return Ok(());
        }
        Err(Fault {
            position: self.position,
            what: format!(
                "the head says that it was recorded at {}, the event itself at {}",
                instant(head.recorded_at),
                instant(self.recorded_at)
            ),
        })
    }

    fn finish(self, head_position: i64, head_hash: &str) -> Result<Verified, Fault> {
        if head_position != self.position {
            return Err(Fault {
                position: self.position + 1,
                what: format!(
                    "expected up to position {head_position}, which the head names: events are missing at the end"
                ),
            });
        }
        if head_hash != self.hash {
            return Err(Fault {
                position: self.position,
                what: "its hash is not the one that the head names".to_owned(),
            });
        }
        Ok(Verified { events: self.position, hash: self.hash, streams: self.sequences.len() })
    }
}

/// Verifies everything in the database up to its head; `progress` is told the position and the head.
///
/// # Errors
/// [`VerifyError::Fault`] names the first bad position.
pub async fn verify_database(
    ledger: &Ledger,
    mut progress: impl FnMut(i64, i64) + Send,
) -> Result<Verified, VerifyError> {
    const PAGE: i64 = 1000;
    let head = readable_head(ledger).await?;
    let strange = first_strange_instant(ledger).await.map_err(LedgerError::from)?;
    let mut chain = Chain::new();
    let mut page = PAGE;
    while chain.position < head.position {
        if strange == Some(chain.position + 1) {
            return Err(VerifyError::Fault(Fault {
                position: chain.position + 1,
                what: "one of its instants is nothing that the ledger writes".to_owned(),
            }));
        }
        let limit = page.min(head.position - chain.position);
        let events = match range(ledger, chain.position, strange.unwrap_or(i64::MAX), limit).await {
            Ok(events) => events,
            // Somebody put something else into a column. Row by row it turns out where.
            Err(sqlx::Error::ColumnDecode { .. }) if limit > 1 => {
                page = 1;
                continue;
            }
            Err(sqlx::Error::ColumnDecode { index, .. }) => {
                return Err(VerifyError::Fault(Fault {
                    position: chain.position + 1,
                    what: format!("its {} is nothing that the ledger writes", index.trim_matches('"')),
                }));
            }
            Err(error) => return Err(LedgerError::from(error).into()),
        };
        if events.is_empty() {
            break;
        }
        for event in events {
            chain.check(&event).map_err(VerifyError::Fault)?;
        }
        progress(chain.position, head.position);
    }
    // An event behind the head would never be found by a walk that stops at it.
    if let Some(extra) =
        ledger.raw_feed(head.position, 1, &FeedFilter::default()).await.map_err(LedgerError::from)?.first()
        && ledger.head().await?.position < extra.position
    {
        return Err(VerifyError::Fault(Fault {
            position: extra.position,
            what: "it stands behind the head of the ledger".to_owned(),
        }));
    }
    let time = chain.check_time(&head);
    let verified = chain.finish(head.position, &head.hash).map_err(VerifyError::Fault)?;
    time.map_err(VerifyError::Fault)?;
    Ok(verified)
}

/// The head, as far as it can be read.
async fn readable_head(ledger: &Ledger) -> Result<Head, VerifyError> {
    let unreadable = |what: &str| {
        let what = format!("the head's {} is nothing that the ledger writes", what.trim_matches('"'));
        VerifyError::Fault(Fault { position: 0, what })
    };
    if let Db::Postgres(pool) = &ledger.db {
        let strange: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM ledger_head WHERE recorded_at NOT BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999999Z')",
        )
        .fetch_one(pool)
        .await
        .map_err(LedgerError::from)?;
        if strange {
            return Err(unreadable("recorded_at"));
        }
    }
    ledger.head().await.map_err(|error| match error {
        LedgerError::Database(sqlx::Error::ColumnDecode { index, .. }) => unreadable(&index),
        other => other.into(),
    })
}

async fn range(ledger: &Ledger, after: i64, before: i64, limit: i64) -> Result<Vec<RawEvent>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM events WHERE position > $1 AND position < $2 ORDER BY position LIMIT $3"
    );
    fetch_all!(&ledger.db, RawEvent, &sql, after, before, limit)
}

/// The first position with an instant beyond the years 1 to 9999, which PostgreSQL stores but nobody can read here.
async fn first_strange_instant(ledger: &Ledger) -> Result<Option<i64>, sqlx::Error> {
    let Db::Postgres(pool) = &ledger.db else { return Ok(None) };
    sqlx::query_scalar(
        "SELECT min(position) FROM events WHERE occurred_at NOT BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999999Z' \
         OR recorded_at NOT BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999999Z'",
    )
    .fetch_one(pool)
    .await
}

/// Verifies an export file alone, without any database.
///
/// # Errors
/// [`VerifyError::Fault`] names the first bad position; an export that was cut off lacks its last line, the head.
pub fn verify_export(export: impl BufRead) -> Result<Verified, VerifyError> {
    verify_export_with(export, |_, _| {})
}

/// Verifies an export like [`verify_export`] and shows the position and hash of each event that holds.
///
/// # Errors
/// As [`verify_export`].
pub fn verify_export_with(
    export: impl BufRead,
    mut seen: impl FnMut(i64, &str),
) -> Result<Verified, VerifyError> {
    let mut chain = Chain::new();
    let mut head = None;
    for (index, line) in export.lines().enumerate() {
        let line = line?;
        let number = index + 1;
        if line.trim().is_empty() {
            continue;
        }
        if head.is_some() {
            return Err(VerifyError::Line { line: number, what: "nothing may follow the head".to_owned() });
        }
        let read: ExportLine = serde_json::from_str(&line)
            .map_err(|error| VerifyError::Line { line: number, what: error.to_string() })?;
        match read {
            ExportLine::Event(event) => {
                let raw = event
                    .into_raw()
                    .map_err(|error| VerifyError::Line { line: number, what: error.to_string() })?;
                chain.check(&raw).map_err(VerifyError::Fault)?;
                if !ExportedEvent::of(&raw).and_then(|event| event.line()).is_ok_and(|text| text == line) {
                    return Err(VerifyError::Fault(Fault {
                        position: raw.position,
                        what: "its line is not written as an export writes it".to_owned(),
                    }));
                }
                seen(raw.position, &raw.hash);
            }
            ExportLine::Head { position, hash } => head = Some((position, hash)),
        }
    }
    match head {
        Some((position, hash)) => chain.finish(position, &hash).map_err(VerifyError::Fault),
        None => Err(VerifyError::Fault(Fault {
            position: chain.position + 1,
            what: "the export ends without its head line: it was cut off".to_owned(),
        })),
    }
}
