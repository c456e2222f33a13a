//! Replaying the ledger into tables of their own, for a rebuild or a check, while the server goes on.
//!
//! Only the last few events are taken with the head row locked. How far a replay has come is stored with each page, so one that was
//! stopped goes on where it was, and of two at once each takes pages in turn.

use crate::batch::lock_head;
use crate::db::{Db, Tx};
use crate::feed::FeedFilter;
use crate::ledger::{Ledger, LedgerError};
use crate::projection::{Projection, ProjectionError, Tables};
use crate::record::RecordedEvent;
use crate::writer::is_unavailable;
use crate::{execute, fetch_all, fetch_optional};
use std::time::Instant;

/// How far a rebuild or a check has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The position up to which events are replayed.
    pub position: i64,
    /// The head of the ledger when last looked at.
    pub head: i64,
}

const PAGE: i64 = 500;
/// After so many pages that brought it no closer to the head, a replay stops chasing the writers and makes them wait until it is done.
const VAIN_PAGES: u32 = 20;
/// How often a replay asks for SQLite's write lock, each time for as long as a writer would.
const BUSY_TRIES: u32 = 24;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Rebuild,
    Check,
}

impl Purpose {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Purpose::Rebuild => "rebuild",
            Purpose::Check => "check",
        }
    }

    pub(crate) const fn tables(self) -> Tables {
        match self {
            Purpose::Rebuild => Tables::REBUILD,
            Purpose::Check => Tables::CHECK,
        }
    }
}

impl Ledger {
    /// Replays up to the head; gives the transaction that took the last events, holding the head row, and the position. `None` when
    /// another process finished meanwhile.
    ///
    /// Where the replay stands is looked up anew in each page's transaction, so that no page is taken twice.
    pub(crate) async fn replay(
        &self,
        projection: &dyn Projection,
        purpose: Purpose,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Option<(Tx<'static>, i64)>, LedgerError> {
        let tables = purpose.tables();
        let (mut closest, mut vain_pages) = (i64::MAX, 0);
        loop {
            let Some(position) = self.standing(projection, purpose).await? else { return Ok(None) };
            let head = self.head().await?.position;
            progress(Progress { position, head });
            let distance = head - position;
            if distance < closest {
                closest = distance;
                vain_pages = 0;
            } else {
                vain_pages += 1;
            }
            if distance <= PAGE || vain_pages > VAIN_PAGES {
                break;
            }
            let events = self.feed(position, PAGE, &FeedFilter::default()).await?;
            follows(position, head, &events)?;
            let started = Instant::now();
            let mut tx = self.begin_patiently().await?;
            if claim(&mut tx, projection, purpose).await? == Some(position) {
                let position = apply(projection, &events, &tables, &mut tx, position).await?;
                advance(&mut tx, projection, purpose, position).await?;
                tx.commit().await?;
            } else {
                tx.rollback().await?;
            }
            if matches!(self.db, Db::Sqlite(_)) && vain_pages == 0 {
                // There is one write lock, and nobody queues for it: those who write must find it free now and then.
                tokio::time::sleep(started.elapsed() / 2).await;
            }
        }
        let mut tx = self.begin_patiently().await?;
        let head = lock_head(&mut tx).await?.position;
        let Some(mut position) = claim(&mut tx, projection, purpose).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        while position < head {
            let events = self.feed_in(&mut tx, position).await?;
            follows(position, head, &events)?;
            position = apply(projection, &events, &tables, &mut tx, position).await?;
        }
        advance(&mut tx, projection, purpose, position).await?;
        progress(Progress { position, head });
        Ok(Some((tx, position)))
    }

    /// Begins a transaction. Where writers at full speed keep SQLite's write lock busy, a replay, which is in no hurry, asks again.
    async fn begin_patiently(&self) -> Result<Tx<'static>, sqlx::Error> {
        if let Db::Sqlite(_) = self.db {
            for _ in 0..BUSY_TRIES {
                match self.db.begin().await {
                    Err(error) if is_unavailable(&error) => {}
                    begun => return begun,
                }
            }
        }
        self.db.begin().await
    }

    /// Where a replay stands; `None` when there is none of this version.
    pub(crate) async fn standing(
        &self,
        projection: &dyn Projection,
        purpose: Purpose,
    ) -> Result<Option<i64>, LedgerError> {
        let row = fetch_optional!(
            &self.db,
            (i64,),
            "SELECT position FROM projection_rebuilds WHERE name = $1 AND purpose = $2 AND version = $3",
            projection.name(),
            purpose.name(),
            projection.version()
        )?;
        Ok(row.map(|(position,)| position))
    }

    /// Makes the tables of a replay, unless one of this version is under way.
    pub(crate) async fn begin_replay(
        &self,
        projection: &dyn Projection,
        purpose: Purpose,
    ) -> Result<(), LedgerError> {
        let tables = purpose.tables();
        let mut tx = self.db.begin().await?;
        // Two that begin at once would both make the tables.
        lock_head(&mut tx).await?;
        if claim(&mut tx, projection, purpose).await?.is_some() {
            return Ok(tx.rollback().await?);
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
        Ok(())
    }

    pub(crate) async fn forget(
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

    pub(crate) async fn feed_in(
        &self,
        tx: &mut Tx<'_>,
        after: i64,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
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

/// Where a replay stands; `None` when there is none of this version. Locked, of whatever version, until the transaction ends, and
/// always before any of its tables. (On SQLite the whole transaction is exclusive already.)
pub(crate) async fn claim(
    tx: &mut Tx<'_>,
    projection: &dyn Projection,
    purpose: Purpose,
) -> Result<Option<i64>, sqlx::Error> {
    const ANY: &str = "SELECT version, position FROM projection_rebuilds WHERE name = $1 AND purpose = $2";
    let sql = match tx {
        Tx::Postgres(_) => format!("{ANY} FOR UPDATE"),
        Tx::Sqlite(_) => ANY.to_owned(),
    };
    let row = fetch_optional!(in &mut *tx, (i64, i64), &sql, projection.name(), purpose.name())?;
    Ok(row.filter(|(version, _)| *version == projection.version()).map(|(_, position)| position))
}

/// Whether these are the events that follow on a position, up to the head. A read model that is folded from a ledger with gaps is not what
/// happened.
fn follows(position: i64, head: i64, events: &[RecordedEvent]) -> Result<(), LedgerError> {
    let mut expected = position + 1;
    for event in events {
        if event.position != expected {
            return Err(LedgerError::EventMissing { position: expected, head });
        }
        expected += 1;
    }
    if events.is_empty() && position < head {
        return Err(LedgerError::EventMissing { position: expected, head });
    }
    Ok(())
}

async fn advance(
    tx: &mut Tx<'_>,
    projection: &dyn Projection,
    purpose: Purpose,
    position: i64,
) -> Result<(), sqlx::Error> {
    execute!(
        &mut *tx,
        "UPDATE projection_rebuilds SET position = $1 WHERE name = $2 AND purpose = $3",
        position,
        projection.name(),
        purpose.name()
    )?;
    Ok(())
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

/// A suffix that makes index names unique: index names are global, and indexes keep theirs when a table is renamed.
pub(crate) fn generation() -> String {
    let mut id = uuid::Uuid::now_v7().simple().to_string();
    // The last twelve digits are random; PostgreSQL cuts names at 63 characters.
    id.split_off(20)
}
