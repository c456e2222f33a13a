//! The forward-only steps of the ledger's own tables.

use crate::db::Db;
use crate::writer::is_unavailable;
use sqlx::SqlitePool;
use sqlx::migrate::{MigrateError, Migrator};
use std::time::{Duration, Instant};

/// How long processes that open a new file at the same moment wait for each other.
const PATIENCE: Duration = Duration::from_secs(10);

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
            let patience = Instant::now() + PATIENCE;
            loop {
                match migrate_sqlite(pool).await {
                    // Turning a new file to write-ahead logging takes it for a moment, and SQLite does not wait for that by itself.
                    Err(MigrateError::Execute(error))
                        if is_unavailable(&error) && Instant::now() < patience =>
                    {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    result => return result,
                }
            }
        }
    }
}

/// sqlx takes no lock on SQLite, so the steps run inside one transaction that holds the write lock from its beginning.
async fn migrate_sqlite(pool: &SqlitePool) -> Result<(), MigrateError> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    SQLITE.run_direct(&mut *tx).await?;
    Ok(tx.commit().await?)
}
