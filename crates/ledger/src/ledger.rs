//! The ledger as the application holds it.

use crate::append::{Append, AppendError, Appended};
use crate::db::{ConnectOptions, Db, DbUrlError};
use crate::health::{WRITE_PATIENCE, WriterHealth};
use crate::idempotency::IdempotencyRecord;
use crate::loading::{Cache, Versions, versions};
use crate::projection::{Projection, digest};
use crate::record::RecordedEvent;
use crate::upcast::{EventTypes, UnknownEvent};
use crate::writer::{Request, Writer, is_unavailable};
use crate::{execute, fetch_all, fetch_optional};
use chrono::{DateTime, Utc};
use sqlx::migrate::MigrateError;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};

/// What the application brings, and limits.
#[derive(Clone)]
pub struct LedgerOptions {
    /// `postgres://…` or `sqlite://…`.
    pub url: String,
    /// Connections for reading.
    pub connections: u32,
    /// The read models, written in this order.
    pub projections: Vec<Arc<dyn Projection>>,
    /// The event types that are written and read.
    pub types: EventTypes,
    /// Decisions that may wait for the writer; beyond that [`AppendError::Overloaded`].
    pub queue: usize,
    /// The most decisions in one transaction.
    pub max_batch: usize,
    /// How long a batch may take before the database counts as stalled.
    pub patience: Duration,
    /// Streams whose folded state is kept in memory.
    pub cached_streams: usize,
}

impl LedgerOptions {
    /// Options with the documented defaults: 8 connections, 1,024 waiting decisions, 256 a batch, 10 seconds of patience, 4,096 streams.
    pub fn new(url: impl Into<String>, projections: Vec<Arc<dyn Projection>>, types: EventTypes) -> Self {
        Self {
            url: url.into(),
            connections: 8,
            projections,
            types,
            queue: 1024,
            max_batch: 256,
            patience: Duration::from_secs(10),
            cached_streams: 4096,
        }
    }
}

/// Why the ledger could not be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The address is no database address.
    #[error(transparent)]
    Url(#[from] DbUrlError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The database failed at a question that was asked for several.
    #[error(transparent)]
    Shared(#[from] Arc<sqlx::Error>),
    /// There is no connection to the database.
    #[error("{place} does not answer: {error}")]
    Unreachable {
        /// Where it should be, without user and password.
        place: String,
        /// Why not.
        error: sqlx::Error,
    },
    /// There is a database, or none at all, but no ledger in it.
    #[error("there is no ledger: {0}")]
    Missing(String),
    /// The row is gone that says where the ledger ends.
    #[error("the row of the ledger's head is missing; the ledger is not what it was")]
    HeadMissing,
    /// An event is gone that the head of the ledger counts.
    #[error(
        "position {position}: the event is missing, and the head of the ledger names position {head}; the ledger is not what it was, see \
         ctpat ledger verify"
    )]
    EventMissing {
        /// The first position without an event.
        position: i64,
        /// The position that the head names.
        head: i64,
    },
    /// A migration failed.
    #[error("the database could not be brought to the current step: {0}")]
    Migration(#[from] MigrateError),
    /// An event that no reader knows.
    #[error(transparent)]
    UnknownEvent(#[from] UnknownEvent),
    /// A read model does not take an event.
    #[error("the read model {projection} stops at an event: {detail}")]
    Projection {
        /// The read model.
        projection: String,
        /// What it said.
        detail: String,
    },
    /// An aggregate cannot be folded from its events.
    #[error("an aggregate cannot be read: {0}")]
    Aggregate(String),
}

impl LedgerError {
    /// Whether the database is away, stopped or stalled: worth trying again.
    pub fn is_unavailable(&self) -> bool {
        match self {
            LedgerError::Database(error) | LedgerError::Unreachable { error, .. } => is_unavailable(error),
            LedgerError::Shared(error) => is_unavailable(error),
            LedgerError::Migration(
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _),
            ) => is_unavailable(error),
            _ => false,
        }
    }
}

/// The last position and its hash.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Head {
    /// The position of the last event, 0 for an empty ledger.
    pub position: i64,
    /// Its hash; 64 zeros for an empty ledger.
    pub hash: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// The event log of one database. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    pub(crate) db: Db,
    pub(crate) projections: Arc<Vec<Arc<dyn Projection>>>,
    pub(crate) types: EventTypes,
    pub(crate) cache: Arc<Cache>,
    pub(crate) versions: Versions,
    connect: Arc<ConnectOptions>,
    writer: mpsc::Sender<Request>,
    health: Arc<WriterHealth>,
    position: watch::Receiver<i64>,
    stopping: Arc<watch::Sender<bool>>,
}

impl Ledger {
    /// Opens the ledger: brings its tables to the current step, creates or rebuilds read models that are new or changed, and starts
    /// the writer.
    ///
    /// # Errors
    /// The database does not answer, is of a newer version, or holds an event that no reader knows.
    pub async fn open(options: LedgerOptions) -> Result<Self, LedgerError> {
        let ledger = Self::open_lazily(options)?;
        ledger.prepare().await?;
        Ok(ledger)
    }

    /// Does what [`Ledger::open`] does before it returns, for a ledger that was opened lazily. May be called again after an error.
    ///
    /// # Errors
    /// The database does not answer, is of a newer version, or holds an event that no reader knows.
    pub async fn prepare(&self) -> Result<(), LedgerError> {
        let prepared = async {
            crate::migrate::migrate(&self.db).await?;
            self.ensure_projections().await
        };
        match prepared.await {
            Err(error) => Err(self.explain(error).await),
            Ok(()) => Ok(()),
        }
    }

    /// Looks whether there is a ledger, without making one.
    ///
    /// # Errors
    /// The database does not answer, or there is no ledger in it.
    pub async fn look(&self) -> Result<(), LedgerError> {
        if self.connect.missing_file().is_some() {
            return Err(LedgerError::Missing(format!("{} does not exist", self.connect.place())));
        }
        match self.db.has_table("ledger_head").await {
            Ok(true) => Ok(()),
            Ok(false) => Err(LedgerError::Missing(format!("{} holds none", self.connect.place()))),
            Err(error) => Err(self.explain(error.into()).await),
        }
    }

    /// Says where the database should be and why it is not reached.
    async fn explain(&self, error: LedgerError) -> LedgerError {
        if !error.is_unavailable() {
            return error;
        }
        let place = self.connect.place();
        match (self.connect.reason().await, error) {
            (Some(error), _)
            | (
                None,
                LedgerError::Database(error)
                | LedgerError::Migration(
                    MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _),
                ),
            ) => LedgerError::Unreachable { place, error },
            (None, error) => error,
        }
    }

    /// Starts on a database that is not contacted yet: statements fail as unavailable until it answers. Nothing is written until
    /// [`Ledger::prepare`] has been called here, or by another process of the same version.
    pub fn open_lazily(options: LedgerOptions) -> Result<Self, LedgerError> {
        let connect = ConnectOptions::parse(&options.url)?;
        let db = connect.pool(options.connections);
        Ok(Self::start(connect, db, options))
    }

    fn start(connect: ConnectOptions, db: Db, options: LedgerOptions) -> Self {
        let (writer, requests) = mpsc::channel(options.queue);
        let (position_tx, position) = watch::channel(0);
        let health = Arc::new(WriterHealth::default());
        let task = Writer {
            options: connect.clone(),
            projections_digest: digest(&options.projections),
            projections: options.projections.clone(),
            types: options.types.clone(),
            max_batch: options.max_batch,
            patience: options.patience,
            position: position_tx,
            health: health.clone(),
        };
        tokio::spawn(task.run(requests));
        let versions = versions(&db);
        Self {
            db,
            versions,
            projections: Arc::new(options.projections),
            types: options.types,
            cache: Arc::new(Cache::new(options.cached_streams)),
            connect: Arc::new(connect),
            writer,
            health,
            position,
            stopping: Arc::new(watch::channel(false).0),
        }
    }

    /// Records a decision; returns when it is durable.
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let (answer, answered) = oneshot::channel();
        let since = Instant::now();
        self.writer.try_send(Request { append, since, answer }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => AppendError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => AppendError::Unavailable,
        })?;
        answered.await.unwrap_or(Err(AppendError::Unavailable))
    }

    /// The pool for reading; read models are read through it by plain queries.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The event types that this ledger reads and writes.
    pub fn types(&self) -> &EventTypes {
        &self.types
    }

    /// The last position and its hash.
    pub async fn head(&self) -> Result<Head, LedgerError> {
        let head =
            fetch_all!(&self.db, Head, "SELECT position, hash, recorded_at FROM ledger_head WHERE id = 1")?;
        head.into_iter().next().ok_or(LedgerError::HeadMissing)
    }

    /// Waits until the ledger has an event after `position`, at most for `timeout` and not beyond [`Ledger::stop_waiting`]; `true` when it
    /// has.
    pub async fn wait_for(&self, position: i64, timeout: Duration) -> Result<bool, LedgerError> {
        const OTHER_PROCESSES: Duration = Duration::from_millis(500);
        let deadline = tokio::time::Instant::now() + timeout;
        let mut own = self.position.clone();
        let mut stopping = self.stopping.subscribe();
        loop {
            if self.head().await?.position > position {
                return Ok(true);
            }
            let now = tokio::time::Instant::now();
            if now >= deadline || *stopping.borrow_and_update() {
                return Ok(false);
            }
            // Own appends wake at once; those of other processes are noticed by looking.
            let look = tokio::time::sleep((deadline - now).min(OTHER_PROCESSES));
            tokio::select! {
                _ = own.changed() => {}
                _ = stopping.changed() => {}
                () = look => {}
            }
        }
    }

    /// Ends every [`Ledger::wait_for`], now and from now on: the process is about to stop.
    pub fn stop_waiting(&self) {
        self.stopping.send_replace(true);
    }

    /// What is kept of an idempotency key.
    pub async fn idempotency_record(&self, scope: &str) -> Result<Option<IdempotencyRecord>, LedgerError> {
        Ok(fetch_optional!(
            &self.db,
            IdempotencyRecord,
            "SELECT scope, fingerprint, outcome, recorded_at FROM idempotency_keys WHERE scope = $1",
            scope
        )?)
    }

    /// Forgets idempotency keys that were stored before `before`; gives their number.
    pub async fn forget_idempotency_keys(&self, before: DateTime<Utc>) -> Result<u64, LedgerError> {
        let mut tx = self.db.begin().await?;
        let forgotten = execute!(&mut tx, "DELETE FROM idempotency_keys WHERE recorded_at < $1", before)?;
        tx.commit().await?;
        Ok(forgotten)
    }

    /// Asks the database for an answer, at most for `timeout`, and whether writing goes on.
    pub async fn is_ready(&self, timeout: Duration) -> bool {
        !self.writing_stalls() && matches!(tokio::time::timeout(timeout, self.head()).await, Ok(Ok(_)))
    }

    /// Whether a write has been waiting for longer than [`WRITE_PATIENCE`], or the last one could not be stored because of the database.
    /// The writer goes on trying by itself, so this turns to `false` when writing goes on, without anybody writing.
    pub fn writing_stalls(&self) -> bool {
        self.health.is_failing() || self.oldest_wait() > WRITE_PATIENCE
    }

    /// How long the oldest write that is not answered yet has been waiting.
    pub fn oldest_wait(&self) -> Duration {
        self.health.oldest_wait()
    }

    /// The events of one stream after a sequence, in order.
    pub async fn history(
        &self,
        aggregate_type: &str,
        aggregate_id: &str,
        after_sequence: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        let sql = format!(
            "SELECT {} FROM events WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence > $3 ORDER BY sequence LIMIT $4",
            crate::record::COLUMNS
        );
        let rows = fetch_all!(
            &self.db,
            crate::record::RawEvent,
            &sql,
            aggregate_type,
            aggregate_id,
            after_sequence,
            limit
        )?;
        rows.into_iter().map(|raw| RecordedEvent::read(raw, &self.types).map_err(LedgerError::from)).collect()
    }
}
