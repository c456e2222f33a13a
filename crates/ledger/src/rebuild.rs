//! Rebuilding read models beside the live ones, and checking the live ones against a fresh fold.
//!
//! Both replay the ledger into tables of their own while the server goes on. Only the last few events are taken with the head row
//! locked, so that the switch, or the comparison, happens between two commits.

use crate::batch::lock_head;
use crate::db::{Db, Tx};
use crate::feed::FeedFilter;
use crate::ledger::{Ledger, LedgerError};
use crate::projection::{Projection, ProjectionError, Tables, digest};
use crate::record::RecordedEvent;
use crate::{execute, fetch_all, fetch_optional};
use std::sync::Arc;

/// How far a rebuild or a check has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The position up to which events are replayed.
    pub position: i64,
    /// The head of the ledger when last looked at.
    pub head: i64,
}

/// Rows in which a live table and a fresh fold differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// Rows that only the live table has, or has differently.
    pub only_live: i64,
    /// Rows that only the fresh fold has, or has differently.
    pub only_fresh: i64,
}

const PAGE: i64 = 500;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Rebuild,
    Check,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Purpose::Rebuild => "rebuild",
            Purpose::Check => "check",
        }
    }

    const fn tables(self) -> Tables {
        match self {
            Purpose::Rebuild => Tables::REBUILD,
            Purpose::Check => Tables::CHECK,
        }
    }
}

impl Ledger {
    /// The projections of this ledger.
    pub fn projections(&self) -> &[Arc<dyn Projection>] {
        &self.projections
    }

    /// Creates read models that are new, rebuilds those whose version changed, and tells all writers what they have to keep.
    pub(crate) async fn ensure_projections(&self) -> Result<(), LedgerError> {
        for projection in self.projections.iter() {
            let mut tx = self.db.begin().await?;
            let head = lock_head(&mut tx).await?;
            let stored = fetch_optional!(
                in &mut tx,
                (i64,),
                "SELECT version FROM projections WHERE name = $1",
                projection.name()
            )?;
            if stored == Some((projection.version(),)) {
                continue;
            }
            if head.position == 0 {
                self.replace_tables(&mut tx, projection.as_ref(), 0).await?;
                tx.commit().await?;
            } else {
                drop(tx);
                tracing::info!(
                    projection = projection.name(),
                    "rebuilding a read model that is new or changed"
                );
                self.rebuild(projection.as_ref(), |_| {}).await?;
            }
        }
        let mut tx = self.db.begin().await?;
        lock_head(&mut tx).await?;
        execute!(&mut tx, "UPDATE ledger_head SET projections = $1 WHERE id = 1", digest(&self.projections))?;
        tx.commit().await?;
        Ok(())
    }

    async fn replace_tables(
        &self,
        tx: &mut Tx<'_>,
        projection: &dyn Projection,
        position: i64,
    ) -> Result<(), LedgerError> {
        tx.execute_script(&Tables::LIVE.drop(projection)).await?;
        tx.execute_script(&Tables::LIVE.schema(projection, self.db.engine(), &generation())).await?;
        self.mark_live(tx, projection, position).await
    }

    async fn mark_live(
        &self,
        tx: &mut Tx<'_>,
        projection: &dyn Projection,
        position: i64,
    ) -> Result<(), LedgerError> {
        execute!(
            &mut *tx,
            "INSERT INTO projections (name, version, position) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET version = excluded.version, position = excluded.position",
            projection.name(),
            projection.version(),
            position
        )?;
        Ok(())
    }

    /// Replays the ledger into new tables and switches them in. One that was stopped goes on where it was.
    ///
    /// # Errors
    /// The database failed, or the projection does not take an event; the live tables are then as they were.
    pub async fn rebuild(
        &self,
        projection: &dyn Projection,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<(), LedgerError> {
        let mut tx = self.replay(projection, Purpose::Rebuild, &mut progress).await?;
        let head = lock_head(&mut tx).await?.position;
        tx.execute_script(&Tables::LIVE.drop(projection)).await?;
        for table in projection.tables() {
            tx.execute_script(&format!("ALTER TABLE {} RENAME TO {table}", Tables::REBUILD.name(table)))
                .await?;
        }
        self.mark_live(&mut tx, projection, head).await?;
        self.forget(&mut tx, projection, Purpose::Rebuild).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Folds the ledger anew and compares the result with the live tables; empty when they are the same.
    ///
    /// # Errors
    /// The database failed, or the projection does not take an event.
    pub async fn check(
        &self,
        projection: &dyn Projection,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<Vec<Difference>, LedgerError> {
        let mut tx = self.replay(projection, Purpose::Check, &mut progress).await?;
        let mut differences = Vec::new();
        for table in projection.tables() {
            let fresh = Tables::CHECK.name(table);
            let only_live = count_missing(&mut tx, table, &fresh).await?;
            let only_fresh = count_missing(&mut tx, &fresh, table).await?;
            if only_live > 0 || only_fresh > 0 {
                differences.push(Difference { table: (*table).to_owned(), only_live, only_fresh });
            }
        }
        tx.execute_script(&Tables::CHECK.drop(projection)).await?;
        self.forget(&mut tx, projection, Purpose::Check).await?;
        tx.commit().await?;
        Ok(differences)
    }

    /// Replays up to the head; gives the transaction that took the last events and holds the head row.
    async fn replay(
        &self,
        projection: &dyn Projection,
        purpose: Purpose,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Tx<'static>, LedgerError> {
        let tables = purpose.tables();
        let mut position = self.begin_replay(projection, purpose, &tables).await?;
        loop {
            let head = self.head().await?.position;
            progress(Progress { position, head });
            if head - position <= PAGE {
                break;
            }
            let events = self.feed(position, PAGE, &FeedFilter::default()).await?;
            let mut tx = self.db.begin().await?;
            position = apply(projection, &events, &tables, &mut tx, position).await?;
            execute!(
                &mut tx,
                "UPDATE projection_rebuilds SET position = $1 WHERE name = $2 AND purpose = $3",
                position,
                projection.name(),
                purpose.name()
            )?;
            tx.commit().await?;
        }
        let mut tx = self.db.begin().await?;
        let head = lock_head(&mut tx).await?.position;
        while position < head {
            let events = self.feed_in(&mut tx, position).await?;
            if events.is_empty() {
                break;
            }
            position = apply(projection, &events, &tables, &mut tx, position).await?;
        }
        progress(Progress { position, head });
        Ok(tx)
    }

    async fn begin_replay(
        &self,
        projection: &dyn Projection,
        purpose: Purpose,
        tables: &Tables,
    ) -> Result<i64, LedgerError> {
        let mut tx = self.db.begin().await?;
        let started = fetch_optional!(
            in &mut tx,
            (i64, i64),
            "SELECT version, position FROM projection_rebuilds WHERE name = $1 AND purpose = $2",
            projection.name(),
            purpose.name()
        )?;
        if let Some((version, position)) = started
            && version == projection.version()
            && purpose == Purpose::Rebuild
        {
            return Ok(position);
        }
        tx.execute_script(&tables.drop(projection)).await?;
        tx.execute_script(&tables.schema(projection, self.db.engine(), &generation())).await?;
        execute!(
            &mut tx,
            "INSERT INTO projection_rebuilds (name, purpose, version, position) VALUES ($1, $2, $3, 0) \
             ON CONFLICT (name, purpose) DO UPDATE SET version = excluded.version, position = 0",
            projection.name(),
            purpose.name(),
            projection.version()
        )?;
        tx.commit().await?;
        Ok(0)
    }

    async fn forget(
        &self,
        tx: &mut Tx<'_>,
        projection: &dyn Projection,
        purpose: Purpose,
    ) -> Result<(), LedgerError> {
        execute!(
            &mut *tx,
            "DELETE FROM projection_rebuilds WHERE name = $1 AND purpose = $2",
            projection.name(),
            purpose.name()
        )?;
        Ok(())
    }

    async fn feed_in(&self, tx: &mut Tx<'_>, after: i64) -> Result<Vec<RecordedEvent>, LedgerError> {
        let sql = format!(
            "SELECT {} FROM events WHERE position > $1 ORDER BY position LIMIT $2",
            crate::record::COLUMNS
        );
        fetch_all!(in &mut *tx, crate::record::RawEvent, &sql, after, PAGE)?
            .into_iter()
            .map(|raw| RecordedEvent::read(raw, &self.types).map_err(LedgerError::from))
            .collect()
    }
}

async fn apply(
    projection: &dyn Projection,
    events: &[RecordedEvent],
    tables: &Tables,
    tx: &mut Tx<'_>,
    position: i64,
) -> Result<i64, LedgerError> {
    if events.is_empty() {
        return Ok(position);
    }
    projection.apply(events, tables, tx).await.map_err(|error| match error {
        ProjectionError::Database(error) => LedgerError::Database(error),
        other => {
            LedgerError::Projection { projection: projection.name().to_owned(), detail: other.to_string() }
        }
    })?;
    Ok(events.last().map_or(position, |event| event.position))
}

async fn count_missing(tx: &mut Tx<'_>, here: &str, there: &str) -> Result<i64, sqlx::Error> {
    let sql = format!("SELECT count(*) FROM (SELECT * FROM {here} EXCEPT SELECT * FROM {there}) AS missing");
    let rows = fetch_all!(in &mut *tx, (i64,), &sql)?;
    Ok(rows.first().map_or(0, |(count,)| *count))
}

/// A suffix that makes index names unique: index names are global, and indexes keep theirs when a table is renamed.
fn generation() -> String {
    let mut id = uuid::Uuid::now_v7().simple().to_string();
    // The last twelve digits are random; PostgreSQL cuts names at 63 characters.
    id.split_off(20)
}

impl Db {
    /// Whether a table exists; for tests and diagnostics.
    pub async fn has_table(&self, table: &str) -> Result<bool, sqlx::Error> {
        let sql = match self {
            Db::Postgres(_) => {
                "SELECT CAST(1 AS BIGINT) FROM information_schema.tables WHERE table_name = $1"
            }
            Db::Sqlite(_) => "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1",
        };
        Ok(fetch_optional!(self, (i64,), sql, table)?.is_some())
    }
}
