//! The forward-only steps of the ledger's own tables.

use crate::db::Db;
use sqlx::migrate::{MigrateError, Migrator};

static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");
static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// Brings the database to the current step. Safe to call from several processes at once.
///
/// # Errors
/// The database does not answer, holds a step that this version does not know, or holds a step that was changed afterwards.
pub async fn migrate(db: &Db) -> Result<(), MigrateError> {
    match db {
        Db::Postgres(pool) => POSTGRES.run_direct(&mut *pool.acquire().await?).await,
        Db::Sqlite(pool) => {
            // sqlx takes no lock on SQLite, so the steps run inside one transaction that holds the write lock from its beginning.
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
            SQLITE.run_direct(&mut *tx).await?;
            Ok(tx.commit().await?)
        }
    }
}
