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
        Db::Postgres(pool) => POSTGRES.run(pool).await,
        Db::Sqlite(pool) => SQLITE.run(pool).await,
    }
}
