//! Checking the live read models against a fresh fold of the ledger.

use crate::db::{Db, Tx, begin_whole};
use crate::ledger::{Ledger, LedgerError};
use crate::projection::{Projection, Tables};
use crate::replay::{Progress, Purpose, claim};
use crate::{fetch_all, fetch_optional};

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

impl Ledger {
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
                let mut tx = Tx::Postgres(begin_whole(pool, begin).await?);
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
}

fn is_missing_table(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(database) if database.code().as_deref() == Some("42P01"))
}

async fn count_missing(tx: &mut Tx<'_>, here: &str, there: &str) -> Result<i64, sqlx::Error> {
    let sql = format!("SELECT count(*) FROM (SELECT * FROM {here} EXCEPT SELECT * FROM {there}) AS missing");
    let rows = fetch_all!(in &mut *tx, (i64,), &sql)?;
    Ok(rows.first().map_or(0, |(count,)| *count))
}
