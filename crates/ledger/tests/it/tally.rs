//! A read model over the counters, which counts what it is asked.

use crate::counter::{COUNTER, CounterEvent, POISON};
use async_trait::async_trait;
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx, execute};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often, and for how many events, the tally was asked.
#[derive(Debug, Default)]
pub struct Asked {
    pub live_batches: AtomicUsize,
    pub replayed_events: AtomicUsize,
}

/// A row a counter, and a row an addition. Version 2 keeps the largest addition too; version 3 cannot take a counter's clearing.
#[derive(Debug, Clone)]
pub struct Tally {
    pub version: i64,
    pub asked: Arc<Asked>,
}

impl Tally {
    pub fn version(version: i64) -> Self {
        Self { version, asked: Arc::default() }
    }
}

const SCHEMA: &str = "CREATE TABLE {tallies} (counter_id TEXT PRIMARY KEY, total {bigint} NOT NULL, last_position {bigint} NOT NULL) {strict};
    CREATE INDEX tallies_total_{generation} ON {tallies} (total);
    CREATE TABLE {additions} (position {bigint} PRIMARY KEY, counter_id TEXT NOT NULL, amount {bigint} NOT NULL, note TEXT,
        occurred_at {instant} NOT NULL, first {boolean} NOT NULL) {strict};
    CREATE INDEX additions_counter_{generation} ON {additions} (counter_id, position)";

const SCHEMA_2: &str = "CREATE TABLE {tallies} (counter_id TEXT PRIMARY KEY, total {bigint} NOT NULL, largest {bigint} NOT NULL,
        last_position {bigint} NOT NULL) {strict};
    CREATE TABLE {additions} (position {bigint} PRIMARY KEY, counter_id TEXT NOT NULL, amount {bigint} NOT NULL, note TEXT,
        occurred_at {instant} NOT NULL, first {boolean} NOT NULL) {strict};
    CREATE INDEX additions_counter_{generation} ON {additions} (counter_id, position)";

#[async_trait]
impl Projection for Tally {
    fn name(&self) -> &'static str {
        "tally"
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn tables(&self) -> &'static [&'static str] {
        &["tallies", "additions"]
    }

    fn schema(&self) -> &'static str {
        if self.version == 1 { SCHEMA } else { SCHEMA_2 }
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        if *tables == Tables::LIVE {
            self.asked.live_batches.fetch_add(1, Ordering::SeqCst);
        } else {
            self.asked.replayed_events.fetch_add(events.len(), Ordering::SeqCst);
        }
        for event in events.iter().filter(|event| event.aggregate_type == COUNTER) {
            let (amount, note) = match event.decode()? {
                CounterEvent::Added(added) => (added.amount, added.note),
                CounterEvent::Cleared(_) if self.version == 3 => {
                    return Err(refused("A cleared counter cannot be tallied."));
                }
                CounterEvent::Cleared(_) => {
                    let sql = tables
                        .sql("UPDATE {tallies} SET total = 0, last_position = $1 WHERE counter_id = $2");
                    execute!(&mut *tx, &sql, event.position, &event.aggregate_id)?;
                    continue;
                }
            };
            if note.as_deref() == Some(POISON) {
                return Err(refused("Poison cannot be tallied."));
            }
            let sql = tables.sql(
                "INSERT INTO {additions} (position, counter_id, amount, note, occurred_at, first) VALUES ($1, $2, $3, $4, $5, $6)",
            );
            execute!(
                &mut *tx,
                &sql,
                event.position,
                &event.aggregate_id,
                amount,
                &note,
                event.occurred_at,
                event.sequence == 1
            )?;
            let sql = tables.sql(if self.version == 1 {
                "INSERT INTO {tallies} AS t (counter_id, total, last_position) VALUES ($1, $2, $3) ON CONFLICT (counter_id) DO UPDATE \
                 SET total = t.total + excluded.total, last_position = excluded.last_position"
            } else {
                "INSERT INTO {tallies} AS t (counter_id, total, last_position, largest) VALUES ($1, $2, $3, $2) \
                 ON CONFLICT (counter_id) DO UPDATE SET total = t.total + excluded.total, last_position = excluded.last_position, \
                 largest = CASE WHEN excluded.largest > t.largest THEN excluded.largest ELSE t.largest END"
            });
            execute!(&mut *tx, &sql, &event.aggregate_id, amount, event.position)?;
        }
        Ok(())
    }
}

fn refused(detail: &str) -> ProjectionError {
    ProjectionError::Refused { code: "not_tallied".to_owned(), detail: detail.to_owned() }
}
