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
use std::time::Instant;

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
/// After so many pages that brought it no closer to the head, a replay stops chasing the writers and makes them wait until it is done.
const VAIN_PAGES: u32 = 20;

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
        // Another process may be doing the same, perhaps for other versions: nothing is announced that does not hold.
        for _ in 0..5 {
            for projection in self.projections.iter() {
                self.ensure(projection.as_ref()).await?;
            }
            if self.announce().await? {
                return Ok(());
            }
        }
        Err(LedgerError::Projection {
            projection: digest(&self.projections),
            detail: "another process keeps bringing the read models to other versions".to_owned(),
        })
    }

    async fn ensure(&self, projection: &dyn Projection) -> Result<(), LedgerError> {
        let mut tx = self.db.begin().await?;
        let head = lock_head(&mut tx).await?;
        if live_version(&mut tx, projection).await? == Some(projection.version()) {
            return Ok(tx.rollback().await?);
        }
        if head.position == 0 {
            self.replace_tables(&mut tx, projection, 0).await?;
            return Ok(tx.commit().await?);
        }
        tx.rollback().await?;
        tracing::info!(projection = projection.name(), "rebuilding a read model that is new or changed");
        self.rebuild(projection, |_| {}).await
    }

    /// Names in the head row what every writer has to keep; `false` when the tables are not all as this process wants them.
    async fn announce(&self) -> Result<bool, LedgerError> {
        let mut tx = self.db.begin().await?;
        lock_head(&mut tx).await?;
        let live = fetch_all!(in &mut tx, (String, i64), "SELECT name, version FROM projections")?;
        let wanted = |name: &str| self.projections.iter().find(|projection| projection.name() == name);
        let ready = live
            .iter()
            .filter(|(name, version)| wanted(name).is_some_and(|p| p.version() == *version))
            .count();
        if ready < self.projections.len() {
            tx.rollback().await?;
            return Ok(false);
        }
        for (name, _) in live.iter().filter(|(name, _)| wanted(name).is_none()) {
            // Nobody writes it from now on, so it has to be rebuilt should it ever come back.
            execute!(&mut tx, "DELETE FROM projections WHERE name = $1", name)?;
        }
        execute!(&mut tx, "UPDATE ledger_head SET projections = $1 WHERE id = 1", digest(&self.projections))?;
        tx.commit().await?;
        Ok(true)
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
        if live_version(tx, projection).await? != Some(projection.version()) {
            // From this commit on a writer that keeps another version would spoil the new tables: all of them have to ask again.
            execute!(&mut *tx, "UPDATE ledger_head SET projections = '' WHERE id = 1")?;
        }
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

    /// Replays the ledger into new tables and switches them in. One that was stopped goes on where it was; of two that run at once each
    /// takes pages in turn.
    ///
    /// # Errors
    /// The database failed, or the projection does not take an event; the live tables are then as they were.
    pub async fn rebuild(
        &self,
        projection: &dyn Projection,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<(), LedgerError> {
        self.begin_replay(projection, Purpose::Rebuild).await?;
        let Some((mut tx, position)) = self.replay(projection, Purpose::Rebuild, &mut progress).await? else {
            // Another process did the same and has finished it.
            return Ok(());
        };
        tx.execute_script(&Tables::LIVE.drop(projection)).await?;
        for table in projection.tables() {
            tx.execute_script(&format!("ALTER TABLE {} RENAME TO {table}", Tables::REBUILD.name(table)))
                .await?;
        }
        self.mark_live(&mut tx, projection, position).await?;
        self.forget(&mut tx, projection, Purpose::Rebuild).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Folds the ledger anew and compares the result with the live tables; empty when they are the same. Writers go on while the tables
    /// are compared. A check that was stopped goes on where it was.
    ///
    /// # Errors
    /// The database failed, or the projection does not take an event.
    pub async fn check(
        &self,
        projection: &dyn Projection,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<Vec<Difference>, LedgerError> {
        /// Under load somebody may write between the last page and the look at both tables; then the page is followed by another.
        const TRIES: usize = 100;
        for _ in 0..TRIES {
            self.begin_replay(projection, Purpose::Check).await?;
            if let Some((tx, _)) = self.replay(projection, Purpose::Check, &mut progress).await? {
                tx.commit().await?;
            }
            let Some(mut tx) = self.begin_comparison(projection).await? else { continue };
            let mut differences = Vec::new();
            for table in projection.tables() {
                let fresh = Tables::CHECK.name(table);
                let only_live = count_missing(&mut tx, table, &fresh).await?;
                let only_fresh = count_missing(&mut tx, &fresh, table).await?;
                if only_live > 0 || only_fresh > 0 {
                    differences.push(Difference { table: (*table).to_owned(), only_live, only_fresh });
                }
            }
            tx.rollback().await?;
            let mut tx = self.db.begin().await?;
            if claim(&mut tx, projection, Purpose::Check).await?.is_some() {
                tx.execute_script(&Tables::CHECK.drop(projection)).await?;
                self.forget(&mut tx, projection, Purpose::Check).await?;
            }
            tx.commit().await?;
            return Ok(differences);
        }
        Err(LedgerError::Projection {
            projection: projection.name().to_owned(),
            detail: "the ledger never stood still for long enough to compare the tables".to_owned(),
        })
    }

    /// A transaction that sees the live and the fresh tables at one and the same position; `None` when they are apart.
    async fn begin_comparison(
        &self,
        projection: &dyn Projection,
    ) -> Result<Option<Tx<'static>>, LedgerError> {
        let mut tx = match &self.db {
            Db::Postgres(pool) => {
                let begin =
                    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0";
                let mut tx = Tx::Postgres(pool.begin_with(begin).await?);
                // Locked before the first query fixes what is seen: nobody may switch or drop the tables in between.
                for table in projection.tables() {
                    let both =
                        format!("LOCK TABLE {table}, {} IN ACCESS SHARE MODE", Tables::CHECK.name(table));
                    match tx.execute_script(&both).await {
                        Ok(()) => {}
                        // Another process has finished the same check.
                        Err(error) if is_missing_table(&error) => {
                            tx.rollback().await?;
                            return Ok(None);
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
                tx
            }
            Db::Sqlite(pool) => Tx::Sqlite(pool.begin().await?),
        };
        let together = fetch_optional!(
            in &mut tx,
            (i64,),
            "SELECT r.position FROM projection_rebuilds r JOIN ledger_head h ON h.id = 1 AND h.position = r.position \
             WHERE r.name = $1 AND r.purpose = $2 AND r.version = $3",
            projection.name(),
            Purpose::Check.name(),
            projection.version()
        )?;
        if together.is_none() {
            tx.rollback().await?;
            return Ok(None);
        }
        Ok(Some(tx))
    }

    /// Replays up to the head; gives the transaction that took the last events, holding the head row, and the position. `None` when
    /// another process finished meanwhile.
    ///
    /// Where the replay stands is looked up anew in each page's transaction, so that no page is taken twice.
    async fn replay(
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
            let started = Instant::now();
            let mut tx = self.db.begin().await?;
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
        let mut tx = self.db.begin().await?;
        let head = lock_head(&mut tx).await?.position;
        let Some(mut position) = claim(&mut tx, projection, purpose).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        while position < head {
            let events = self.feed_in(&mut tx, position).await?;
            if events.is_empty() {
                break;
            }
            position = apply(projection, &events, &tables, &mut tx, position).await?;
        }
        advance(&mut tx, projection, purpose, position).await?;
        progress(Progress { position, head });
        Ok(Some((tx, position)))
    }

    /// Where a replay stands; `None` when there is none of this version.
    async fn standing(
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
    async fn begin_replay(&self, projection: &dyn Projection, purpose: Purpose) -> Result<(), LedgerError> {
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

/// Where a replay stands; `None` when there is none of this version. Locked, of whatever version, until the transaction ends, and
/// always before any of its tables. (On SQLite the whole transaction is exclusive already.)
async fn claim(
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

fn is_missing_table(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(database) if database.code().as_deref() == Some("42P01"))
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

/// The version of the live tables.
async fn live_version(tx: &mut Tx<'_>, projection: &dyn Projection) -> Result<Option<i64>, sqlx::Error> {
    let row = fetch_optional!(
        in &mut *tx,
        (i64,),
        "SELECT version FROM projections WHERE name = $1",
        projection.name()
    )?;
    Ok(row.map(|(version,)| version))
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
