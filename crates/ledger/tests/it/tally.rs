//! A read model over the counters, which counts what it is asked.

use crate::counter::{COUNTER, CounterEvent, POISON};
use async_trait::async_trait;
use ledger::{Projection, ProjectionError, RecordedEvent, Statement, Tables, Tx, Value, execute};
use std::collections::BTreeMap;
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

/// What some events mean for one counter.
#[derive(Default)]
struct Change {
    cleared: bool,
    total: i64,
    largest: Option<i64>,
    last_position: i64,
}

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
        let mut additions: Vec<Vec<Value>> = Vec::new();
        let mut changes: BTreeMap<&str, Change> = BTreeMap::new();
        for event in events.iter().filter(|event| event.aggregate_type == COUNTER) {
            let change = changes.entry(&event.aggregate_id).or_default();
            change.last_position = event.position;
            match event.decode()? {
                CounterEvent::Cleared(_) if self.version == 3 => {
                    return Err(refused("A cleared counter cannot be tallied."));
                }
                CounterEvent::Cleared(_) => (change.cleared, change.total) = (true, 0),
                CounterEvent::Added(added) if added.note.as_deref() == Some(POISON) => {
                    return Err(refused("Poison cannot be tallied."));
                }
                CounterEvent::Added(added) => {
                    change.total += added.amount;
                    change.largest = change.largest.max(Some(added.amount));
                    additions.push(vec![
                        event.position.into(),
                        event.aggregate_id.clone().into(),
                        added.amount.into(),
                        added.note.into(),
                        event.occurred_at.into(),
                        (event.sequence == 1).into(),
                    ]);
                }
            }
        }
        for rows in additions.chunks(1000) {
            let mut statement = Statement::new(tables.sql(
                "INSERT INTO {additions} (position, counter_id, amount, note, occurred_at, first) VALUES ",
            ));
            for (index, row) in rows.iter().enumerate() {
                statement.push(if index > 0 { ", " } else { "" });
                statement.bind_tuple(row.iter().cloned());
            }
            statement.execute(&mut *tx).await?;
        }
        for (counter, change) in changes {
            let total = if change.cleared { "excluded.total" } else { "t.total + excluded.total" };
            let Some(largest) = change.largest else {
                // Nothing but cleared: one that never was is not made.
                let sql =
                    tables.sql("UPDATE {tallies} SET total = 0, last_position = $1 WHERE counter_id = $2");
                execute!(&mut *tx, &sql, change.last_position, counter)?;
                continue;
            };
            let keeps_largest = self.version > 1;
            let mut statement =
                Statement::new(tables.sql("INSERT INTO {tallies} AS t (counter_id, total, last_position"));
            statement.push(if keeps_largest { ", largest) VALUES " } else { ") VALUES " });
            let mut row: Vec<Value> = vec![counter.into(), change.total.into(), change.last_position.into()];
            row.extend(keeps_largest.then(|| largest.into()));
            statement.bind_tuple(row);
            statement.push(
                " ON CONFLICT (counter_id) DO UPDATE SET last_position = excluded.last_position, total = ",
            );
            statement.push(total);
            if keeps_largest {
                statement.push(
                    ", largest = CASE WHEN excluded.largest > t.largest THEN excluded.largest ELSE t.largest END",
                );
            }
            statement.execute(&mut *tx).await?;
        }
        Ok(())
    }
}

fn refused(detail: &str) -> ProjectionError {
    ProjectionError::Refused { code: "not_tallied".to_owned(), detail: detail.to_owned() }
}
