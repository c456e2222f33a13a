//! Group commit: one task per process takes every decision that waits and records them all in one transaction.
//!
//! While one transaction waits for the disk the next batch gathers, so the more load there is, the larger the batch and the fewer
//! the syncs. Several processes on one database take turns at the head row.

use crate::append::{Append, AppendError, Appended, StreamAppend};
use crate::batch::{self, HeadRow};
use crate::canonical::{canonical, hash, keeps_numbers, metadata_text};
use crate::db::{ConnectOptions, Tx};
use crate::health::WriterHealth;
use crate::idempotency::IdempotencyRecord;
use crate::projection::{Projection, ProjectionError, Tables};
use crate::record::{RawEvent, RecordedEvent};
use crate::upcast::EventTypes;
use chrono::Utc;
use sqlx::{ConnectOptions as _, PgConnection, SqliteConnection};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};

pub(crate) struct Request {
    pub append: Append,
    pub since: Instant,
    pub answer: oneshot::Sender<Result<Appended, AppendError>>,
}

pub(crate) enum Connected {
    Postgres(Box<PgConnection>),
    Sqlite(Box<SqliteConnection>),
}

pub(crate) struct Writer {
    pub options: ConnectOptions,
    pub projections: Vec<Arc<dyn Projection>>,
    pub projections_digest: String,
    pub types: EventTypes,
    pub max_batch: usize,
    pub patience: Duration,
    pub position: watch::Sender<i64>,
    pub health: Arc<WriterHealth>,
}

/// Why a whole batch came to nothing.
enum BatchError {
    /// Another process has SQLite's write lock; nothing has been done yet.
    Locked,
    /// The database does not answer: everybody in the batch is told so.
    Unavailable,
    /// One of the batch cannot be stored; when it was alone in the batch, this is its answer.
    Guilty(AppendError),
}

impl From<sqlx::Error> for BatchError {
    fn from(error: sqlx::Error) -> Self {
        if is_unavailable(&error) {
            tracing::warn!(%error, "the database does not answer");
            BatchError::Unavailable
        } else {
            tracing::error!(%error, "the ledger could not store a batch");
            BatchError::Guilty(AppendError::Internal)
        }
    }
}

impl From<ProjectionError> for BatchError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Refused { code, detail } => {
                BatchError::Guilty(AppendError::Refused { code, detail })
            }
            ProjectionError::Database(error) if is_unavailable(&error) => error.into(),
            ProjectionError::Database(error) => {
                tracing::error!(%error, "a read model refused an event");
                BatchError::Guilty(AppendError::Refused {
                    code: "read_model_refused".to_owned(),
                    detail: "A read model cannot take this event.".to_owned(),
                })
            }
            ProjectionError::Unreadable(error) => {
                tracing::error!(%error, "a read model cannot read an event");
                BatchError::Guilty(AppendError::Refused {
                    code: "event_unreadable".to_owned(),
                    detail: "A read model cannot read this event.".to_owned(),
                })
            }
        }
    }
}

/// Whether an error says that the database is away, stopped or stalled, rather than that a statement is wrong.
pub(crate) fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            // PostgreSQL: connection, resources, operator intervention, lock not available. SQLite: busy, locked, I/O, full, cannot open.
            ["08", "53", "57", "58"].iter().any(|class| code.len() == 5 && code.starts_with(class))
                || code == "55P03"
                || code == "25P03"
                || code == "40P01"
                || code
                    .parse::<u32>()
                    .is_ok_and(|n| code.len() < 5 && matches!(n & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
        }),
        _ => false,
    }
}

/// Whether another connection has SQLite's write lock.
fn is_busy(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(database)
        if database.code().is_some_and(|code| code.len() < 5 && code.parse::<u32>().is_ok_and(|n| n & 0xff == 5)))
}

/// How often SQLite's write lock is asked for while another process has it.
const LOOK: Duration = Duration::from_millis(1);

/// How long the writer waits before it tries again by itself whether something can be written.
const PROBE_PAUSE: Duration = Duration::from_secs(1);

impl Writer {
    pub(crate) async fn run(self, mut requests: mpsc::Receiver<Request>) {
        let mut connection: Option<Connected> = None;
        let mut last_batch = 1;
        while let Some(first) = self.next(&mut connection, &mut requests).await {
            self.health.began(first.since);
            let batch = self.gather(first, &mut requests, last_batch).await;
            last_batch = batch.len();
            metrics::histogram!("ledger_batch_appends")
                .record(f64::from(u32::try_from(batch.len()).unwrap_or(u32::MAX)));
            let started = Instant::now();
            self.commit(&mut connection, batch).await;
            metrics::histogram!("ledger_batch_seconds").record(started.elapsed().as_secs_f64());
        }
    }

    /// Waits for somebody. As long as nothing can be written an empty decision is tried now and then, so that it is known when writing
    /// goes on; somebody who comes meanwhile does not wait for that.
    async fn next(
        &self,
        connection: &mut Option<Connected>,
        requests: &mut mpsc::Receiver<Request>,
    ) -> Option<Request> {
        while self.health.is_failing() {
            let probe = async {
                tokio::time::sleep(PROBE_PAUSE).await;
                self.attempt(connection, &[&Append::nothing()]).await
            };
            tokio::select! {
                biased;
                request = requests.recv() => return request,
                probed = probe => if probed.is_ok() {
                    self.health.ended(true);
                },
            }
        }
        requests.recv().await
    }

    /// Takes what waits. Those who were just answered are about to ask again: a moment is given for as many to gather, which costs less
    /// than a commit, and a sync, for the others alone.
    async fn gather(
        &self,
        first: Request,
        requests: &mut mpsc::Receiver<Request>,
        last_batch: usize,
    ) -> Vec<Request> {
        const MOMENT: Duration = Duration::from_micros(300);
        let started = Instant::now();
        let expected = (last_batch + requests.len()).min(self.max_batch);
        let mut batch = vec![first];
        while batch.len() < self.max_batch {
            match requests.try_recv() {
                Ok(request) => batch.push(request),
                Err(_) if batch.len() < expected && started.elapsed() < MOMENT => {
                    tokio::task::yield_now().await
                }
                Err(_) => break,
            }
        }
        batch
    }

    async fn commit(&self, connection: &mut Option<Connected>, batch: Vec<Request>) {
        let appends: Vec<&Append> = batch.iter().map(|request| &request.append).collect();
        let answers = match self.attempt(connection, &appends).await {
            Ok(answers) => answers,
            Err(BatchError::Unavailable | BatchError::Locked) => {
                vec![Err(AppendError::Unavailable); batch.len()]
            }
            Err(BatchError::Guilty(error)) if batch.len() == 1 => vec![Err(error)],
            Err(BatchError::Guilty(_)) => {
                // Somebody in the batch is guilty: each is tried alone, so that only the guilty one fails.
                metrics::counter!("ledger_batches_split").increment(1);
                let mut answers = Vec::with_capacity(batch.len());
                for append in &appends {
                    answers.push(match self.attempt(connection, &[append]).await {
                        Ok(mut alone) => alone.pop().unwrap_or(Err(AppendError::Internal)),
                        Err(BatchError::Unavailable | BatchError::Locked) => break,
                        Err(BatchError::Guilty(error)) => Err(error),
                    });
                }
                // A database that went away meanwhile is not waited for once more by each of the others.
                answers.resize(batch.len(), Err(AppendError::Unavailable));
                answers
            }
        };
        let stored = !answers.iter().any(|answer| matches!(answer, Err(AppendError::Unavailable)));
        self.health.ended(stored);
        for (request, answer) in batch.into_iter().zip(answers) {
            // A caller that has gone away does not want its answer any more.
            let _ = request.answer.send(answer);
        }
    }

    async fn attempt(
        &self,
        connection: &mut Option<Connected>,
        appends: &[&Append],
    ) -> Result<Vec<Result<Appended, AppendError>>, BatchError> {
        // A connection is kept only after a batch that went well: after an error or a stall nobody knows what state it is in.
        let mut open = match connection.take() {
            Some(open) => open,
            None => match tokio::time::timeout(self.patience, self.connect()).await {
                Ok(Ok(open)) => open,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the writer cannot connect to the database");
                    return Err(BatchError::Unavailable);
                }
                Err(_) => return Err(BatchError::Unavailable),
            },
        };
        let result = tokio::time::timeout(self.patience, async {
            loop {
                match self.transaction(&mut open, appends).await {
                    // Nobody queues for this lock. SQLite's own way of waiting looks every tenth of a second and may find it taken
                    // each time; looking often, nobody starves.
                    Err(BatchError::Locked) => tokio::time::sleep(LOOK).await,
                    done => break done,
                }
            }
        })
        .await;
        match result {
            Ok(Ok(answers)) => {
                *connection = Some(open);
                Ok(answers)
            }
            Ok(Err(error)) => Err(error),
            Err(_) => {
                tracing::warn!("the database stalled while a batch was being written");
                Err(BatchError::Unavailable)
            }
        }
    }

    async fn connect(&self) -> Result<Connected, sqlx::Error> {
        Ok(match &self.options {
            // Everything the writer reads it reads by key. A plan that was cached while the tables were small would otherwise scan them
            // whole, or read a stream whole to sort it, when they have grown.
            ConnectOptions::Postgres(options) => Connected::Postgres(Box::new(
                (**options)
                    .clone()
                    .options([("enable_seqscan", "off"), ("enable_sort", "off")])
                    .connect()
                    .await?,
            )),
            ConnectOptions::Sqlite(options) => {
                let mut connection = options.connect().await?;
                sqlx::query("PRAGMA busy_timeout = 0").execute(&mut connection).await?;
                Connected::Sqlite(Box::new(connection))
            }
        })
    }

    async fn transaction(
        &self,
        connection: &mut Connected,
        appends: &[&Append],
    ) -> Result<Vec<Result<Appended, AppendError>>, BatchError> {
        let (mut tx, opened) = batch::open(connection, appends)
            .await
            .map_err(|error| if is_busy(&error) { BatchError::Locked } else { error.into() })?;
        let head = opened.head;
        if head.projections != self.projections_digest {
            tracing::error!(
                stored = head.projections,
                own = self.projections_digest,
                "another version of the programme keeps the read models; this process has to be restarted with that version"
            );
            return Err(BatchError::Unavailable);
        }
        let mut versions = opened.versions;
        let used_keys = opened.used_keys;

        let recorded_at = kernel::to_microseconds(Utc::now()).max(head.recorded_at);
        let mut position = head.position;
        let mut previous_hash = head.hash.clone();
        let mut raw_events = Vec::new();
        let mut events = Vec::new();
        let mut keys_of_batch = Vec::new();
        let mut answers = Vec::with_capacity(appends.len());
        let mut accepted = Vec::with_capacity(appends.len());
        for append in appends {
            if let Some(error) = self.refuse(append, &versions, &used_keys, &keys_of_batch) {
                // Of a batch of one this is the answer; in a larger one the others go on.
                answers.push(Err(error));
                continue;
            }
            if let Some(record) = &append.idempotency {
                keys_of_batch.push(record.scope.as_str());
            }
            let metadata = metadata_text(&append.metadata).map_err(|_| unreadable())?;
            let mut new_versions = Vec::with_capacity(append.streams.len());
            for stream in &append.streams {
                let mut sequence = stream.expected_version;
                for event in &stream.events {
                    sequence += 1;
                    position += 1;
                    let mut raw = RawEvent {
                        position,
                        event_id: event.event_id.to_string(),
                        aggregate_type: stream.aggregate_type.to_owned(),
                        aggregate_id: stream.aggregate_id.clone(),
                        sequence,
                        event_type: event.event_type.clone(),
                        event_version: event.event_version.clone(),
                        payload: canonical(&event.payload).map_err(|_| unreadable())?,
                        metadata: metadata.clone(),
                        occurred_at: kernel::to_microseconds(append.occurred_at),
                        recorded_at,
                        hash: String::new(),
                    };
                    raw.hash = hash(&previous_hash, &raw).map_err(|_| unreadable())?;
                    previous_hash.clone_from(&raw.hash);
                    events.push(RecordedEvent {
                        position,
                        event_id: event.event_id,
                        aggregate_type: raw.aggregate_type.clone(),
                        aggregate_id: raw.aggregate_id.clone(),
                        sequence,
                        event_type: raw.event_type.clone(),
                        event_version: raw.event_version.clone(),
                        occurred_at: raw.occurred_at,
                        recorded_at,
                        payload: event.payload.clone(),
                        metadata: append.metadata.clone(),
                        hash: raw.hash.clone(),
                    });
                    raw_events.push(raw);
                }
                versions.insert((stream.aggregate_type, stream.aggregate_id.clone()), sequence);
                new_versions.push(sequence);
            }
            accepted.push(*append);
            answers.push(Ok(Appended { position, recorded_at, versions: new_versions }));
        }
        if accepted.is_empty() {
            rollback(tx).await?;
            return Ok(answers);
        }
        for append in &accepted {
            for attachment in &append.attachments {
                attachment.write(&mut tx).await?;
            }
        }
        if !events.is_empty() {
            for projection in &self.projections {
                projection.apply(&events, &Tables::LIVE, &mut tx).await?;
            }
        }
        let keys: Vec<&IdempotencyRecord> =
            accepted.iter().filter_map(|append| append.idempotency.as_ref()).collect();
        // The head says when its event was recorded; a batch without events has none.
        let last_at = if raw_events.is_empty() { head.recorded_at } else { recorded_at };
        let (hash, projections) = (previous_hash, head.projections);
        let new_head = HeadRow { position, hash, recorded_at: last_at, projections };
        batch::write(&mut tx, &raw_events, &keys, recorded_at, &new_head).await?;
        tx.commit().await?;
        metrics::counter!("ledger_events_appended")
            .increment(u64::try_from(raw_events.len()).unwrap_or_default());
        self.position.send_if_modified(|known| {
            let newer = position > *known;
            *known = position.max(*known);
            newer
        });
        Ok(answers)
    }

    fn refuse(
        &self,
        append: &Append,
        versions: &HashMap<(&'static str, String), i64>,
        used_keys: &[String],
        keys_of_batch: &[&str],
    ) -> Option<AppendError> {
        if let Some(record) = &append.idempotency
            && (used_keys.contains(&record.scope) || keys_of_batch.contains(&record.scope.as_str()))
        {
            return Some(AppendError::KeyUsed);
        }
        for (index, stream) in append.streams.iter().enumerate() {
            let same = |other: &StreamAppend| {
                other.aggregate_type == stream.aggregate_type && other.aggregate_id == stream.aggregate_id
            };
            if append.streams.iter().skip(index + 1).any(same) {
                return Some(AppendError::Refused {
                    code: "stream_twice".to_owned(),
                    detail: format!("A decision names stream {} twice.", stream.aggregate_id),
                });
            }
            let actual = versions
                .get(&(stream.aggregate_type, stream.aggregate_id.clone()))
                .copied()
                .unwrap_or_default();
            if actual != stream.expected_version {
                return Some(AppendError::Conflict {
                    aggregate_id: stream.aggregate_id.clone(),
                    expected: stream.expected_version,
                    actual,
                });
            }
            for event in &stream.events {
                if !self.types.is_current(&event.event_type, &event.event_version) {
                    return Some(AppendError::Refused {
                        code: "event_unknown".to_owned(),
                        detail: format!(
                            "No reader is known for {} version {}.",
                            event.event_type, event.event_version
                        ),
                    });
                }
                if !event.payload.is_object() || !keeps_numbers(&event.payload) {
                    return Some(AppendError::Refused {
                        code: "event_unreadable".to_owned(),
                        detail: format!(
                            "The payload of {} is no object, or holds a whole number beyond 2^53.",
                            event.event_type
                        ),
                    });
                }
            }
        }
        None
    }
}

fn unreadable() -> BatchError {
    BatchError::Guilty(AppendError::Refused {
        code: "event_unreadable".to_owned(),
        detail: "The event cannot be written as canonical JSON.".to_owned(),
    })
}

async fn rollback(tx: Tx<'_>) -> Result<(), BatchError> {
    tx.rollback().await.map_err(BatchError::from)
}
