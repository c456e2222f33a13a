//! How a use case reads, decides and records: load, compare the version, decide, append, and again when somebody was faster.

use crate::call::{Call, Outcome};
use crate::error::PortalError;
use crate::portal::Portal;
use crate::staff::StoreStaff;
use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use kernel::{Actor, Context, EventId};
use ledger::{Append, Appended, Attachment, IdempotencyRecord, Loaded, NewEvent, StreamAppend};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// How long a request waits for its turn, and is decided again when another process was faster: what the ledger gives a batch, twice.
const WAITS: Duration = Duration::from_secs(20);

/// The longest pause before a decision is made again.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// An aggregate after a command.
#[derive(Debug, Clone)]
pub struct Committed<A> {
    /// Its id.
    pub id: String,
    /// Its state.
    pub state: Arc<A>,
    /// Its version.
    pub version: i64,
}

impl<A> Committed<A> {
    /// An aggregate as it was loaded.
    pub fn of(id: impl ToString, loaded: Loaded<A>) -> Self {
        Self { id: id.to_string(), state: loaded.state, version: loaded.version }
    }
}

/// New events of one aggregate, with the state that they lead to.
pub(crate) struct Part<A: Aggregate> {
    pub id: String,
    pub before: Loaded<A>,
    pub events: Vec<A::Event>,
}

impl<A: Aggregate + Clone> Part<A> {
    pub(crate) fn new(id: impl ToString, before: Loaded<A>, events: Vec<A::Event>) -> Self {
        Self { id: id.to_string(), before, events }
    }

    fn stream(&self) -> Result<StreamAppend, PortalError> {
        let events = self
            .events
            .iter()
            .map(|event| NewEvent::of(EventId::new(Uuid::now_v7()), event))
            .collect::<Result<_, _>>()?;
        Ok(StreamAppend {
            aggregate_type: A::TYPE,
            aggregate_id: self.id.clone(),
            expected_version: self.before.version,
            events,
        })
    }

    pub(crate) fn committed(self) -> Committed<A> {
        let mut state = (*self.before.state).clone();
        let added = i64::try_from(self.events.len()).unwrap_or_default();
        for event in self.events {
            state.apply(event);
        }
        Committed { id: self.id, state: Arc::new(state), version: self.before.version + added }
    }

    /// The aggregate as these events leave it.
    pub(crate) fn after(&self) -> Loaded<A>
    where
        A::Event: Clone,
    {
        let mut state = (*self.before.state).clone();
        for event in self.events.iter().cloned() {
            state.apply(event);
        }
        Loaded { state: Arc::new(state), version: self.version_after(), recorded_at: None }
    }

    pub(crate) fn version_after(&self) -> i64 {
        self.before.version + i64::try_from(self.events.len()).unwrap_or_default()
    }
}

/// Parts of different aggregates as the executor takes them.
pub(crate) trait AnyPart: Send + Sync {
    fn to_stream(&self) -> Result<StreamAppend, PortalError>;
}

impl<A: Aggregate + Clone> AnyPart for Part<A>
where
    A::Event: Send + Sync,
{
    fn to_stream(&self) -> Result<StreamAppend, PortalError> {
        self.stream()
    }
}

/// One decision, ready to be recorded.
pub(crate) struct Decision<'a> {
    pub actor: &'a Actor,
    pub occurred_at: DateTime<Utc>,
    pub parts: Vec<&'a dyn AnyPart>,
    pub attachments: Vec<Arc<dyn Attachment>>,
    /// Kind, id and version of the resource that the answer shows.
    pub answer: (&'static str, String, i64),
}

impl Portal {
    /// Loads an aggregate that has to exist.
    pub(crate) async fn existing<A: Aggregate + Clone + 'static>(
        &self,
        id: impl ToString,
    ) -> Result<Loaded<A>, PortalError> {
        let loaded = self.ledger.load::<A>(&id.to_string()).await?;
        if loaded.version == 0 { Err(PortalError::NotFound) } else { Ok(loaded) }
    }

    /// A stream that has no events yet.
    pub(crate) fn fresh<A: Aggregate>() -> Loaded<A> {
        Loaded { state: Arc::new(A::default()), version: 0, recorded_at: None }
    }

    /// What a decision may know.
    pub(crate) fn context(&self, actor: Actor) -> Context {
        let now = self.now();
        let policy = self.policies.in_force(kernel::programme_date(now)).values.clone();
        Context { now, actor, policy }
    }

    /// Compares the version that the request expects with the one that was loaded.
    pub(crate) fn expect_version(call: &Call, current: i64) -> Result<(), PortalError> {
        match call.expected_version {
            Some(expected) if expected != current => Err(PortalError::VersionMismatch { current }),
            _ => Ok(()),
        }
    }

    /// Records a decision with its idempotency key. A decision that changes nothing and has no key is not recorded at all.
    pub(crate) async fn record(
        &self,
        call: &Call,
        decision: Decision<'_>,
    ) -> Result<Option<Appended>, PortalError> {
        let streams = decision
            .parts
            .iter()
            .map(|part| part.to_stream())
            .filter(|stream| !matches!(stream, Ok(stream) if stream.events.is_empty()))
            .collect::<Result<Vec<_>, _>>()?;
        if streams.is_empty() && decision.attachments.is_empty() && call.idempotency.is_none() {
            return Ok(None);
        }
        let mut attachments = decision.attachments;
        if !streams.is_empty() {
            // Whoever an event names can be looked up as soon as it is there.
            let staff = StoreStaff::of(&call.caller, decision.occurred_at);
            attachments.extend(staff.map(|staff| -> Arc<dyn Attachment> { Arc::new(staff) }));
        }
        let (resource, id, version) = decision.answer;
        let outcome = Outcome::Done { resource: resource.to_owned(), id, version };
        let append = Append {
            streams,
            metadata: call.metadata(decision.actor),
            occurred_at: decision.occurred_at,
            idempotency: idempotency_record(call, &outcome)?,
            attachments,
        };
        Ok(Some(self.ledger.append(append).await?))
    }

    /// Runs a use case that writes to streams of its own, or to several, again when somebody else was faster (unless `If-Match` pins the
    /// version), and records a refusal under the idempotency key, so that a repeat gets the same answer.
    pub(crate) async fn attempt<T, F, Fut>(&self, call: &Call, work: F) -> Result<T, PortalError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, PortalError>>,
    {
        self.attempt_until(call, Instant::now() + WAITS, work).await
    }

    /// The same for a use case that writes to the stream of one resource: it waits for its turn there, so that people who write to it at
    /// the same time do not get in each other's way, however many they are. Other processes are still competed with.
    pub(crate) async fn attempt_in_turn<T, F, Fut>(
        &self,
        call: &Call,
        id: impl ToString,
        work: F,
    ) -> Result<T, PortalError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, PortalError>>,
    {
        let deadline = Instant::now() + WAITS;
        let _place = self.turns.take(id.to_string(), deadline).await?;
        self.attempt_until(call, deadline, work).await
    }

    async fn attempt_until<T, F, Fut>(
        &self,
        call: &Call,
        deadline: Instant,
        mut work: F,
    ) -> Result<T, PortalError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, PortalError>>,
    {
        let mut longest = Duration::from_millis(1);
        let result = loop {
            let result = work().await;
            if !matches!(result, Err(PortalError::Contended)) || Instant::now() >= deadline {
                break result;
            }
            // At random, so that processes that met once do not meet again.
            let pause = longest.mul_f64(rand::random_range(0.0..1.0));
            tokio::time::sleep(pause).await;
            longest = (longest * 2).min(LONGEST_PAUSE);
        };
        if let Err(PortalError::Refused(refusal)) = &result {
            self.record_refusal(call, refusal.clone()).await?;
        }
        result
    }

    async fn record_refusal(&self, call: &Call, refusal: kernel::Refusal) -> Result<(), PortalError> {
        if let Some(record) = idempotency_record(call, &Outcome::Refused { refusal })? {
            let append = Append {
                streams: Vec::new(),
                metadata: call.metadata(&Actor::system()),
                occurred_at: self.now(),
                idempotency: Some(record),
                attachments: Vec::new(),
            };
            self.ledger.append(append).await?;
        }
        Ok(())
    }

    /// What was recorded under an idempotency key: nothing, or its fingerprint and outcome.
    pub async fn recorded_outcome(&self, scope: &str) -> Result<Option<(String, Outcome)>, PortalError> {
        let Some(record) = self.ledger.idempotency_record(scope).await? else { return Ok(None) };
        Ok(Some((record.fingerprint, serde_json::from_str(&record.outcome)?)))
    }
}

/// How long an idempotency key is remembered.
pub const IDEMPOTENCY_DAYS: i64 = 7;

fn idempotency_record(call: &Call, outcome: &Outcome) -> Result<Option<IdempotencyRecord>, PortalError> {
    let Some(key) = &call.idempotency else { return Ok(None) };
    Ok(Some(IdempotencyRecord {
        scope: key.scope.clone(),
        fingerprint: key.fingerprint.clone(),
        outcome: serde_json::to_string(outcome)?,
        recorded_at: DateTime::<Utc>::UNIX_EPOCH,
    }))
}
