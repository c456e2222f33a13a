//! The two engines behind one SQL text.
//!
//! sqlx takes `$1` in both, so a statement is written once and dispatched by the macros of this module; where the dialects truly
//! differ, a `match` on [`Db`] or [`Tx`] says so in place.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, FromRow, PgPool, Postgres, Sqlite, SqlitePool,
    Transaction,
};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// A pool of connections for reading.
#[derive(Debug, Clone)]
pub enum Db {
    /// PostgreSQL: the engine for more than one machine.
    Postgres(PgPool),
    /// SQLite in WAL mode: the embedded default.
    Sqlite(SqlitePool),
}

/// A transaction on either engine.
pub enum Tx<'c> {
    /// On PostgreSQL.
    Postgres(Transaction<'c, Postgres>),
    /// On SQLite.
    Sqlite(Transaction<'c, Sqlite>),
}

/// How to connect: kept to open further connections later.
#[derive(Debug, Clone)]
pub(crate) enum ConnectOptions {
    Postgres(Box<PgConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
}

/// The database address cannot be used. The sentence never holds the address, which may hold a password.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DbUrlError(String);

/// Checks an address without contacting anything.
///
/// # Errors
/// It is no address of PostgreSQL or of an SQLite file.
pub fn check_url(url: &str) -> Result<(), DbUrlError> {
    ConnectOptions::parse(url).map(|_| ())
}

const STALL: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(1);

impl ConnectOptions {
    pub(crate) fn parse(url: &str) -> Result<Self, DbUrlError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url).map_err(|error| DbUrlError(error.to_string()))?;
            Ok(Self::Postgres(Box::new(options.application_name("ctpat").options([
                ("lock_timeout", "5s"),
                ("statement_timeout", "20s"),
                ("idle_in_transaction_session_timeout", "30s"),
                // Short statements all of them: compiling one would take longer than running it.
                ("jit", "off"),
                // Unset or off would break the promise that acknowledged means durable.
                ("synchronous_commit", "on"),
            ]))))
        } else if url.starts_with("sqlite:") {
            let options =
                SqliteConnectOptions::from_str(url).map_err(|error| DbUrlError(error.to_string()))?;
            if url.contains(":memory:") || url.contains("mode=memory") {
                return Err(DbUrlError("a ledger is kept in a file, not in memory".to_owned()));
            }
            Ok(Self::Sqlite(Box::new(
                options
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(STALL)
                    .pragma("cache_size", "-16000")
                    // What is deleted is overwritten: persons are erased for good.
                    .pragma("secure_delete", "on")
                    .pragma("temp_store", "memory")
                    .statement_cache_capacity(256),
            )))
        } else {
            Err(DbUrlError("it does not begin with postgres:// or sqlite://".to_owned()))
        }
    }

    /// Where it leads, without user and password.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::Postgres(options) => match options.get_socket() {
                Some(socket) => format!("PostgreSQL at {}", socket.display()),
                None => format!("PostgreSQL at {}:{}", options.get_host(), options.get_port()),
            },
            Self::Sqlite(options) => format!("the SQLite file {}", options.get_filename().display()),
        }
    }

    /// The SQLite file, if it is not there.
    pub(crate) fn missing_file(&self) -> Option<&Path> {
        match self {
            Self::Postgres(_) => None,
            Self::Sqlite(options) => Some(options.get_filename()).filter(|file| !file.exists()),
        }
    }

    /// Why a pool gets no connection: it only says that it waited for too long.
    pub(crate) async fn reason(&self) -> Option<sqlx::Error> {
        let tried = async {
            match self {
                Self::Postgres(options) => options.connect().await.map(|_| ()),
                Self::Sqlite(options) => options.connect().await.map(|_| ()),
            }
        };
        tokio::time::timeout(STALL, tried).await.ok()?.err()
    }

    pub(crate) fn pool(&self, connections: u32) -> Db {
        match self {
            Self::Postgres(options) => Db::Postgres(
                PgPoolOptions::new()
                    .max_connections(connections)
                    .acquire_timeout(STALL)
                    .test_before_acquire(false)
                    // One that lay idle may be dead, for example after a restart of the database: it is tried before it is trusted. Under
                    // load none lies idle, and no round trip is spent.
                    .before_acquire(|connection, metadata| {
                        Box::pin(async move {
                            if metadata.idle_for > IDLE {
                                connection.ping().await?;
                            }
                            Ok(true)
                        })
                    })
                    .connect_lazy_with((**options).clone().statement_cache_capacity(256)),
            ),
            Self::Sqlite(options) => Db::Sqlite(
                SqlitePoolOptions::new()
                    .max_connections(connections)
                    .acquire_timeout(STALL)
                    .test_before_acquire(false)
                    .connect_lazy_with((**options).clone()),
            ),
        }
    }
}

impl Db {
    /// Opens a pool of `connections` connections; nothing is contacted until the first statement.
    pub fn open(url: &str, connections: u32) -> Result<Self, DbUrlError> {
        Ok(ConnectOptions::parse(url)?.pool(connections))
    }

    /// `postgres` or `sqlite`.
    pub fn engine(&self) -> &'static str {
        match self {
            Db::Postgres(_) => "postgres",
            Db::Sqlite(_) => "sqlite",
        }
    }

    /// Begins a transaction; on SQLite with the write lock taken at once, so that it cannot fail half way for want of it.
    pub async fn begin(&self) -> Result<Tx<'static>, sqlx::Error> {
        Ok(match self {
            Db::Postgres(pool) => Tx::Postgres(begin_whole(pool, "BEGIN").await?),
            Db::Sqlite(pool) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
        })
    }

    /// Takes what was overwritten or deleted out of SQLite's write-ahead log too, which keeps pages as they were before; says whether that
    /// was done. Somebody who reads or writes at this moment may be in the way. PostgreSQL sees to it by itself.
    pub async fn wipe_log(&self) -> Result<bool, sqlx::Error> {
        let Db::Sqlite(pool) = self else { return Ok(true) };
        let mut connection = pool.acquire().await?;
        sqlx::query("PRAGMA busy_timeout = 500").execute(&mut *connection).await?;
        let wiped = sqlx::query_as::<_, (i64, i64, i64)>("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&mut *connection)
            .await;
        sqlx::query(&format!("PRAGMA busy_timeout = {}", STALL.as_millis()))
            .execute(&mut *connection)
            .await?;
        Ok(wiped?.0 == 0)
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Db::Postgres(pool) => pool.close().await,
            Db::Sqlite(pool) => pool.close().await,
        }
    }
}

/// Begins a transaction in a task of its own. A caller that is dropped while sqlx waits for the answer to its `BEGIN` would otherwise give
/// back a connection with a transaction open that nobody knows of; the task goes on, and takes it back.
pub(crate) async fn begin_whole(
    pool: &PgPool,
    statement: &'static str,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await }).await;
    begun.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

impl Tx<'_> {
    /// Makes everything durable.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Tx::Postgres(tx) => tx.commit().await,
            Tx::Sqlite(tx) => tx.commit().await,
        }
    }

    /// Leaves everything as it was.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Tx::Postgres(tx) => tx.rollback().await,
            Tx::Sqlite(tx) => tx.rollback().await,
        }
    }

    /// Runs several statements separated by semicolons, without parameters.
    pub async fn execute_script(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        match self {
            Tx::Postgres(tx) => tx.execute(sqlx::raw_sql(sql)).await.map(|_| ()),
            Tx::Sqlite(tx) => tx.execute(sqlx::raw_sql(sql)).await.map(|_| ()),
        }
    }
}

/// Runs a statement: `execute!(tx, "UPDATE … WHERE id = $1", id)?` gives the number of rows. `tx` is a `&mut Tx`.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::Tx::Postgres(tx) =>
                ::sqlx::query($sql)$(.bind($bind))*.execute(&mut **tx).await.map(|done| done.rows_affected()),
            $crate::Tx::Sqlite(tx) =>
                ::sqlx::query($sql)$(.bind($bind))*.execute(&mut **tx).await.map(|done| done.rows_affected()),
        }
    };
}

/// Reads all rows: `fetch_all!(db, Row, "SELECT … WHERE id = $1", id)?`; `fetch_all!(in tx, Row, …)` inside a transaction.
#[macro_export]
macro_rules! fetch_all {
    (in $tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::Tx::Postgres(tx) => ::sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **tx).await,
            $crate::Tx::Sqlite(tx) => ::sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **tx).await,
        }
    };
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $db {
            $crate::Db::Postgres(pool) => ::sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(pool).await,
            $crate::Db::Sqlite(pool) => ::sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(pool).await,
        }
    };
}

/// Reads one row or none, like [`fetch_all!`].
#[macro_export]
macro_rules! fetch_optional {
    (in $tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::Tx::Postgres(tx) => ::sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **tx).await,
            $crate::Tx::Sqlite(tx) => ::sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **tx).await,
        }
    };
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $db {
            $crate::Db::Postgres(pool) => ::sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(pool).await,
            $crate::Db::Sqlite(pool) => ::sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(pool).await,
        }
    };
}

/// A parameter of a [`Statement`].
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, or NULL.
    Text(Option<String>),
    /// A whole number, or NULL.
    Integer(Option<i64>),
    /// A truth value.
    Boolean(bool),
    /// An instant, or NULL.
    Instant(Option<DateTime<Utc>>),
    /// A calendar date, or NULL.
    Date(Option<NaiveDate>),
}

macro_rules! value_from {
    ($($from:ty => |$value:ident| $into:expr;)+) => {
        $(impl From<$from> for Value { fn from($value: $from) -> Self { $into } })+
    };
}

value_from! {
    String => |v| Value::Text(Some(v));
    &str => |v| Value::Text(Some(v.to_owned()));
    Option<String> => |v| Value::Text(v);
    i64 => |v| Value::Integer(Some(v));
    Option<i64> => |v| Value::Integer(v);
    bool => |v| Value::Boolean(v);
    DateTime<Utc> => |v| Value::Instant(Some(v));
    Option<DateTime<Utc>> => |v| Value::Instant(v);
    NaiveDate => |v| Value::Date(Some(v));
    Option<NaiveDate> => |v| Value::Date(v);
}

/// A statement that is put together piece by piece, for lists with filters and for rows inserted many at a time.
#[derive(Debug, Clone, Default)]
pub struct Statement {
    sql: String,
    values: Vec<Value>,
}

macro_rules! bind_all {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Text(v) => query.bind(v),
                Value::Integer(v) => query.bind(v),
                Value::Boolean(v) => query.bind(v),
                Value::Instant(v) => query.bind(v),
                Value::Date(v) => query.bind(v),
            };
        }
        query
    }};
}

impl Statement {
    /// Begins with a piece of SQL.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), values: Vec::new() }
    }

    /// Adds SQL text. Never anything that came from outside: that goes through [`Statement::bind`].
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Adds a parameter in place.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
        self
    }

    /// Adds `(a, b, c)` with each value bound.
    pub fn bind_tuple(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        self.push("(");
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self.push(")")
    }

    /// The text so far.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// Reads all rows.
    pub async fn fetch_all<T>(&self, db: &Db) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        match db {
            Db::Postgres(pool) => {
                bind_all!(sqlx::query_as::<_, T>(&self.sql), &self.values).fetch_all(pool).await
            }
            Db::Sqlite(pool) => {
                bind_all!(sqlx::query_as::<_, T>(&self.sql), &self.values).fetch_all(pool).await
            }
        }
    }

    /// Reads all rows inside a transaction.
    pub async fn fetch_all_in<T>(&self, tx: &mut Tx<'_>) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        match tx {
            Tx::Postgres(tx) => {
                bind_all!(sqlx::query_as::<_, T>(&self.sql), &self.values).fetch_all(&mut **tx).await
            }
            Tx::Sqlite(tx) => {
                bind_all!(sqlx::query_as::<_, T>(&self.sql), &self.values).fetch_all(&mut **tx).await
            }
        }
    }

    /// Runs the statement inside a transaction and gives the number of rows.
    pub async fn execute(&self, tx: &mut Tx<'_>) -> Result<u64, sqlx::Error> {
        match tx {
            Tx::Postgres(tx) => bind_all!(sqlx::query(&self.sql), &self.values)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
            Tx::Sqlite(tx) => bind_all!(sqlx::query(&self.sql), &self.values)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
        }
    }
}
