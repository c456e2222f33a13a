//! Loading aggregates through cqrs-es: `PersistedEventStore` over the repositories of postgres-es and sqlite-es, wrapped so that old
//! payloads are upcast and the type is put back into each payload.
//!
//! Only the plain event store of cqrs-es 0.5 is used: its snapshot and aggregate stores apply every event twice.

use crate::db::Db;
use crate::ledger::{Ledger, LedgerError};
use crate::record::tagged;
use crate::together::Together;
use crate::upcast::EventTypes;
use chrono::{DateTime, Utc};
use cqrs_es::persist::{
    PersistedEventRepository, PersistedEventStore, PersistenceError, ReplayStream, SerializedEvent,
    SerializedSnapshot,
};
use cqrs_es::{Aggregate, AggregateContext, EventStore};
use postgres_es::PostgresEventRepository;
use serde_json::Value;
use sqlite_es::SqliteEventRepository;
use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

/// A folded aggregate and the version it has, 0 when it has no events.
#[derive(Debug, Clone)]
pub struct Loaded<A> {
    /// The state.
    pub state: Arc<A>,
    /// The sequence of the last event that is in it.
    pub version: i64,
    /// When that event was recorded, where the fold asked for times.
    pub recorded_at: Option<DateTime<Utc>>,
}

/// A moment to look back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// After the event with this sequence.
    Version(i64),
    /// What was so then.
    AsOf(DateTime<Utc>),
    /// What was known then.
    KnownAt(DateTime<Utc>),
    /// What was known then of what was so then, up to a version: every limit that is given holds.
    Within {
        /// What was so then.
        as_of: Option<DateTime<Utc>>,
        /// What was known then.
        known_at: Option<DateTime<Utc>>,
        /// After the event with this sequence.
        version: Option<i64>,
    },
}

/// An event with the time at which it occurred.
#[derive(Debug, Clone)]
pub struct Dated<E> {
    /// The event.
    pub event: E,
    /// When it occurred.
    pub occurred_at: DateTime<Utc>,
}

enum Repository {
    Postgres(PostgresEventRepository),
    Sqlite(SqliteEventRepository),
}

/// The repository that cqrs-es loads from. Its `persist` refuses: events enter the ledger through [`Ledger::append`] alone.
pub(crate) struct LedgerRepository {
    inner: Repository,
    types: EventTypes,
}

impl LedgerRepository {
    fn new(db: &Db, types: EventTypes) -> Self {
        let inner = match db {
            Db::Postgres(pool) => Repository::Postgres(PostgresEventRepository::new(pool.clone())),
            Db::Sqlite(pool) => Repository::Sqlite(SqliteEventRepository::new(pool.clone())),
        };
        Self { inner, types }
    }

    fn read(&self, events: Vec<SerializedEvent>) -> Result<Vec<SerializedEvent>, PersistenceError> {
        events
            .into_iter()
            .map(|mut event| {
                let (version, payload) = self
                    .types
                    .upcast(&event.event_type, &event.event_version, event.payload)
                    .ok_or_else(|| unknown(&event.event_type, &event.event_version))?;
                event.event_version = version;
                event.payload = tagged(&event.event_type, payload);
                Ok(event)
            })
            .collect()
    }
}

fn unknown(event_type: &str, event_version: &str) -> PersistenceError {
    PersistenceError::UnknownError(
        format!("no reader is known for {event_type} version {event_version}").into(),
    )
}

impl PersistedEventRepository for LedgerRepository {
    async fn get_events<A: Aggregate>(
        &self,
        aggregate_id: &str,
    ) -> Result<Vec<SerializedEvent>, PersistenceError> {
        self.read(match &self.inner {
            Repository::Postgres(inner) => inner.get_events::<A>(aggregate_id).await?,
            Repository::Sqlite(inner) => inner.get_events::<A>(aggregate_id).await?,
        })
    }

    async fn get_last_events<A: Aggregate>(
        &self,
        aggregate_id: &str,
        last_sequence: usize,
    ) -> Result<Vec<SerializedEvent>, PersistenceError> {
        self.read(match &self.inner {
            Repository::Postgres(inner) => inner.get_last_events::<A>(aggregate_id, last_sequence).await?,
            Repository::Sqlite(inner) => inner.get_last_events::<A>(aggregate_id, last_sequence).await?,
        })
    }

    async fn get_snapshot<A: Aggregate>(
        &self,
        _: &str,
    ) -> Result<Option<SerializedSnapshot>, PersistenceError> {
        Ok(None)
    }

    async fn persist<A: Aggregate>(
        &self,
        _: &[SerializedEvent],
        _: Option<(String, Value, usize)>,
    ) -> Result<(), PersistenceError> {
        Err(PersistenceError::UnknownError("events enter the ledger through its writer alone".into()))
    }

    async fn stream_events<A: Aggregate>(
        &self,
        aggregate_id: &str,
    ) -> Result<ReplayStream, PersistenceError> {
        match &self.inner {
            Repository::Postgres(inner) => inner.stream_events::<A>(aggregate_id).await,
            Repository::Sqlite(inner) => inner.stream_events::<A>(aggregate_id).await,
        }
    }

    async fn stream_all_events<A: Aggregate>(&self) -> Result<ReplayStream, PersistenceError> {
        match &self.inner {
            Repository::Postgres(inner) => inner.stream_all_events::<A>().await,
            Repository::Sqlite(inner) => inner.stream_all_events::<A>().await,
        }
    }
}

type Entry = (Arc<dyn Any + Send + Sync>, i64);

/// Folded states by stream. Never trusted without asking the database for the version: another process may have written.
pub(crate) struct Cache {
    capacity: usize,
    entries: Mutex<(HashMap<String, Entry>, VecDeque<String>)>,
}

impl Cache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, entries: Mutex::new((HashMap::new(), VecDeque::new())) }
    }

    fn get<A: Send + Sync + 'static>(&self, key: &str) -> Option<(Arc<A>, i64)> {
        let entries = self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (state, version) = entries.0.get(key)?;
        Some((state.clone().downcast().ok()?, *version))
    }

    /// Forgets a stream that the database knows less of than this cache: the database has been restored.
    fn forget(&self, key: &str) {
        let mut entries = self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if entries.0.remove(key).is_some() {
            entries.1.retain(|known| known != key);
        }
    }

    fn put<A: Send + Sync + 'static>(&self, key: String, state: Arc<A>, version: i64) {
        let mut entries = self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (by_key, order) = &mut *entries;
        if by_key.get(&key).is_some_and(|(_, known)| *known > version) {
            return;
        }
        if by_key.insert(key.clone(), (state, version)).is_none() {
            order.push_back(key);
            if order.len() > self.capacity
                && let Some(oldest) = order.pop_front()
            {
                by_key.remove(&oldest);
            }
        }
    }
}

/// The versions of streams as they are now, by type and id.
pub(crate) type Versions = Together<(&'static str, String), i64>;

const VERSIONS_POSTGRES: &str = "SELECT s.number, (SELECT e.sequence FROM events e \
     WHERE e.aggregate_type = s.kind AND e.aggregate_id = s.id ORDER BY e.sequence DESC LIMIT 1) \
     FROM UNNEST($1::text[], $2::text[]) WITH ORDINALITY AS s(kind, id, number)";

const VERSIONS_SQLITE: &str = "SELECT s.key + 1, (SELECT max(e.sequence) FROM events e \
     WHERE e.aggregate_type = s.value ->> 0 AND e.aggregate_id = s.value ->> 1) FROM json_each($1) AS s";

/// Starts answering which version streams have.
pub(crate) fn versions(db: &Db) -> Versions {
    let db = db.clone();
    Together::start(move |streams: Vec<(&'static str, String)>| {
        let db = db.clone();
        async move {
            let rows: Vec<(i64, Option<i64>)> = match &db {
                Db::Postgres(pool) => {
                    let (kinds, ids): (Vec<&str>, Vec<&str>) =
                        streams.iter().map(|(kind, id)| (*kind, id.as_str())).unzip();
                    sqlx::query_as(VERSIONS_POSTGRES).bind(kinds).bind(ids).fetch_all(pool).await?
                }
                Db::Sqlite(pool) => {
                    let keys = serde_json::json!(streams).to_string();
                    sqlx::query_as(VERSIONS_SQLITE).bind(keys).fetch_all(pool).await?
                }
            };
            let mut found = HashMap::with_capacity(rows.len());
            for (number, version) in rows {
                let stream = usize::try_from(number - 1).ok().and_then(|index| streams.get(index));
                found.extend(stream.cloned().zip(version));
            }
            Ok(found)
        }
    })
}

impl Ledger {
    /// Folds an aggregate from all its events, as they are committed now.
    ///
    /// # Errors
    /// The database failed, or an event cannot be read.
    pub async fn load<A: Aggregate + Clone + 'static>(
        &self,
        aggregate_id: &str,
    ) -> Result<Loaded<A>, LedgerError> {
        let key = format!("{}/{aggregate_id}", A::TYPE);
        let Some((known, version)) = self.cache.get::<A>(&key) else {
            let store = PersistedEventStore::<_, A>::new_event_store(LedgerRepository::new(
                &self.db,
                self.types.clone(),
            ));
            let mut context = store.load_aggregate(aggregate_id).await.map_err(aggregate_error)?;
            let version = i64::try_from(context.current_sequence).unwrap_or(i64::MAX);
            let state = Arc::new(context.aggregate().clone());
            if version > 0 {
                self.cache.put(key, state.clone(), version);
            }
            return Ok(Loaded { state, version, recorded_at: None });
        };
        let current = self.versions.ask((A::TYPE, aggregate_id.to_owned())).await?.unwrap_or_default();
        if current == version {
            return Ok(Loaded { state: known, version, recorded_at: None });
        }
        // What is in memory is behind (or, on a restored database, ahead: then it is folded anew from the start).
        let (mut state, from) = if version < current {
            ((*known).clone(), version)
        } else {
            self.cache.forget(&key);
            (A::default(), 0)
        };
        let newer = self.history(A::TYPE, aggregate_id, from, i64::MAX).await?;
        let version = newer.last().map_or(from, |event| event.sequence);
        for event in &newer {
            state.apply(event.decode().map_err(|error| LedgerError::Aggregate(error.to_string()))?);
        }
        let state = Arc::new(state);
        self.cache.put(key, state.clone(), version);
        Ok(Loaded { state, version, recorded_at: None })
    }

    /// Folds an aggregate as it was at a moment; version 0 when it did not exist then. What an event says is taken to be so from when it
    /// occurred.
    ///
    /// # Errors
    /// The database failed, or an event cannot be read.
    pub async fn load_at<A: Aggregate + Clone + 'static>(
        &self,
        aggregate_id: &str,
        at: At,
    ) -> Result<Loaded<A>, LedgerError> {
        let occurred = |events: &[Dated<A::Event>]| events.iter().map(|event| event.occurred_at).collect();
        self.load_dated(aggregate_id, at, occurred).await
    }

    /// The same, where events may speak of other times than their own: `holds_from` says, of all events that were known, since when what each
    /// says has been so.
    ///
    /// # Errors
    /// The database failed, or an event cannot be read.
    pub async fn load_dated<A: Aggregate + Clone + 'static>(
        &self,
        aggregate_id: &str,
        at: At,
        holds_from: impl FnOnce(&[Dated<A::Event>]) -> Vec<DateTime<Utc>>,
    ) -> Result<Loaded<A>, LedgerError> {
        let (as_of, known_at, last) = match at {
            At::Version(last) => (None, None, Some(last)),
            At::AsOf(instant) => (Some(instant), None, None),
            At::KnownAt(instant) => (None, Some(instant), None),
            At::Within { as_of, known_at, version } => (as_of, known_at, version),
        };
        let mut known = self.history(A::TYPE, aggregate_id, 0, i64::MAX).await?;
        known.retain(|event| {
            known_at.is_none_or(|instant| event.recorded_at <= instant)
                && last.is_none_or(|last| event.sequence <= last)
        });
        let mut events = Vec::with_capacity(known.len());
        for event in &known {
            let decoded = event.decode().map_err(|error| LedgerError::Aggregate(error.to_string()))?;
            events.push(Dated { event: decoded, occurred_at: event.occurred_at });
        }
        let since = holds_from(&events);
        let mut state = A::default();
        let (mut version, mut recorded_at) = (0, None);
        for ((dated, since), event) in events.into_iter().zip(since).zip(&known) {
            if as_of.is_none_or(|instant| since <= instant) {
                state.apply(dated.event);
                version = event.sequence;
                recorded_at = Some(event.recorded_at);
            }
        }
        Ok(Loaded { state: Arc::new(state), version, recorded_at })
    }
}

fn aggregate_error<E: std::error::Error>(error: cqrs_es::AggregateError<E>) -> LedgerError {
    use cqrs_es::AggregateError::{DatabaseConnectionError, DeserializationError, UnexpectedError};
    match error {
        // The repositories sort few errors of sqlx as such, so whatever is one is taken out again.
        DatabaseConnectionError(source) | DeserializationError(source) | UnexpectedError(source) => {
            match source.downcast::<sqlx::Error>() {
                Ok(error) => LedgerError::Database(*error),
                Err(source) => LedgerError::Aggregate(source.to_string()),
            }
        }
        other => LedgerError::Aggregate(other.to_string()),
    }
}
