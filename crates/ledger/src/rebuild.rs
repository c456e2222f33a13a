//! Keeping the read models at the versions that this programme wants, and rebuilding them beside the live ones.
//!
//! The new tables are switched in between two commits, with the head row locked. From then on no writer of another version writes.

use crate::batch::lock_head;
use crate::db::{Db, Tx};
use crate::ledger::{Ledger, LedgerError};
use crate::projection::{Projection, Tables, digest};
use crate::replay::{Progress, Purpose, generation};
use crate::{execute, fetch_all, fetch_optional};
use std::sync::Arc;

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
