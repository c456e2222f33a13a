//! Export as NDJSON: a line an event, in order, and the head as the last line. Enough to verify the ledger without us.

use crate::canonical::{canonical, instant};
use crate::feed::FeedFilter;
use crate::ledger::{Ledger, LedgerError};
use crate::record::RawEvent;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::Write;

/// One line of an export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case", deny_unknown_fields)]
pub enum ExportLine {
    /// An event, with everything that its hash covers.
    Event(Box<ExportedEvent>),
    /// The head: the last position and its hash.
    Head {
        /// The position of the last event.
        position: i64,
        /// Its hash.
        hash: String,
    },
}

/// An event as it is exported, before upcasting: what was hashed, and its hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedEvent {
    position: i64,
    event_id: String,
    aggregate_type: String,
    aggregate_id: String,
    sequence: i64,
    event_type: String,
    event_version: String,
    occurred_at: String,
    recorded_at: String,
    payload: Value,
    metadata: Value,
    hash: String,
}

impl ExportedEvent {
    pub(crate) fn of(raw: &RawEvent) -> Result<Self, serde_json::Error> {
        Ok(Self {
            position: raw.position,
            event_id: raw.event_id.clone(),
            aggregate_type: raw.aggregate_type.clone(),
            aggregate_id: raw.aggregate_id.clone(),
            sequence: raw.sequence,
            event_type: raw.event_type.clone(),
            event_version: raw.event_version.clone(),
            occurred_at: instant(raw.occurred_at),
            recorded_at: instant(raw.recorded_at),
            payload: serde_json::from_str(&raw.payload)?,
            metadata: serde_json::from_str(&raw.metadata)?,
            hash: raw.hash.clone(),
        })
    }

    /// The line that an export has for it.
    pub(crate) fn line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&ExportLine::Event(Box::new(self.clone())))
    }

    pub(crate) fn into_raw(self) -> Result<RawEvent, Box<dyn std::error::Error + Send + Sync>> {
        let read = |text: &str| -> Result<DateTime<Utc>, Box<dyn std::error::Error + Send + Sync>> {
            let read: DateTime<Utc> = text.parse()?;
            if instant(read) == text {
                Ok(read)
            } else {
                Err(format!("{text} is not an instant as exported").into())
            }
        };
        Ok(RawEvent {
            occurred_at: read(&self.occurred_at)?,
            recorded_at: read(&self.recorded_at)?,
            payload: canonical(&self.payload)?,
            metadata: canonical(&self.metadata)?,
            position: self.position,
            event_id: self.event_id,
            aggregate_type: self.aggregate_type,
            aggregate_id: self.aggregate_id,
            sequence: self.sequence,
            event_type: self.event_type,
            event_version: self.event_version,
            hash: self.hash,
        })
    }
}

/// Why an export stopped.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The ledger could not be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The line could not be written.
    #[error("the export could not be written: {0}")]
    Io(#[from] std::io::Error),
    /// An event in the database is no JSON.
    #[error("an event cannot be exported: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes everything up to the head of this moment; gives the number of events. `progress` is told the position and the head.
///
/// # Errors
/// The ledger cannot be read or the output cannot be written; what was written then lacks the head line.
pub async fn export(
    ledger: &Ledger,
    out: &mut (impl Write + Send),
    mut progress: impl FnMut(i64, i64) + Send,
) -> Result<i64, ExportError> {
    const PAGE: i64 = 1000;
    let head = ledger.head().await?;
    let mut position = 0;
    while position < head.position {
        let limit = PAGE.min(head.position - position);
        let events =
            ledger.raw_feed(position, limit, &FeedFilter::default()).await.map_err(LedgerError::from)?;
        let Some(last) = events.last() else { break };
        position = last.position;
        for raw in &events {
            writeln!(out, "{}", ExportedEvent::of(raw)?.line()?)?;
        }
        progress(position, head.position);
    }
    let line = ExportLine::Head { position: head.position, hash: head.hash };
    writeln!(out, "{}", serde_json::to_string(&line)?)?;
    out.flush()?;
    Ok(position)
}
