//! What is asked of the writer, and what it answers.

use crate::db::Tx;
use crate::idempotency::IdempotencyRecord;
use crate::projection::ProjectionError;
use crate::record::{Metadata, tagged};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent;
use kernel::{Actor, EventId};
use serde_json::Value;
use std::sync::Arc;

/// An event that is not yet recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Its id, time-sortable.
    pub event_id: EventId,
    /// Dotted, past tense.
    pub event_type: String,
    /// The version of its payload.
    pub event_version: String,
    /// The payload, without its type.
    pub payload: Value,
}

impl NewEvent {
    /// Makes one from an event of an aggregate, which is serialised with its type under `type`.
    pub fn of<E: DomainEvent>(event_id: EventId, event: &E) -> Result<Self, serde_json::Error> {
        let mut payload = serde_json::to_value(event)?;
        if let Value::Object(members) = &mut payload {
            members.remove("type");
        }
        Ok(Self { event_id, event_type: event.event_type(), event_version: event.event_version(), payload })
    }

    /// Reads the payload back as the event enum of its aggregate.
    pub fn decode<E: serde::de::DeserializeOwned>(&self) -> Result<E, serde_json::Error> {
        serde_json::from_value(tagged(&self.event_type, self.payload.clone()))
    }
}

/// New events of one stream.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamAppend {
    /// `account`, `membership`, …
    pub aggregate_type: &'static str,
    /// The id of the aggregate.
    pub aggregate_id: String,
    /// The version on which the decision was made: the sequence of the last event, 0 for a new stream.
    pub expected_version: i64,
    /// What happened.
    pub events: Vec<NewEvent>,
}

/// Something else that has to be stored in the same transaction, for example personal data that an event refers to.
#[async_trait]
pub trait Attachment: Send + Sync {
    /// Writes it. May be called more than once, each time in a fresh transaction.
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError>;
}

/// One decision: all of it is recorded, or nothing.
#[derive(Clone)]
pub struct Append {
    /// The streams it touches, each at most once.
    pub streams: Vec<StreamAppend>,
    /// Who and what led to it.
    pub metadata: Metadata,
    /// When it was so.
    pub occurred_at: DateTime<Utc>,
    /// The request's idempotency key, with the answer that a repeat gets.
    pub idempotency: Option<IdempotencyRecord>,
    /// What goes into the same transaction.
    pub attachments: Vec<Arc<dyn Attachment>>,
}

impl Append {
    /// A decision of nothing: storing it shows that something can be stored.
    pub(crate) fn nothing() -> Self {
        Self {
            streams: Vec::new(),
            metadata: Metadata::of(&Actor::system()),
            occurred_at: Utc::now(),
            idempotency: None,
            attachments: Vec::new(),
        }
    }
}

/// A decision that is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The position of its last event; the head's where it had none.
    pub position: i64,
    /// When the ledger knew.
    pub recorded_at: DateTime<Utc>,
    /// The version that each stream has now, in the order of the request.
    pub versions: Vec<i64>,
}

/// Why a decision was not recorded. In every case nothing of it is stored, but see [`AppendError::Unavailable`].
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// The stream has moved on since the decision was made.
    #[error("{aggregate_id} is at version {actual}, not {expected}")]
    Conflict {
        /// The stream.
        aggregate_id: String,
        /// The version that the decision was made on.
        expected: i64,
        /// The version that it has.
        actual: i64,
    },
    /// A decision with this idempotency key is recorded already.
    #[error("the idempotency key has been used")]
    KeyUsed,
    /// A read model, an attachment or the ledger itself cannot take the event.
    #[error("{detail}")]
    Refused {
        /// Stable code.
        code: String,
        /// A sentence.
        detail: String,
    },
    /// Too many decisions are waiting; nothing was stored.
    #[error("too many writes are waiting")]
    Overloaded,
    /// The database does not answer. Whether the decision was stored is not known; a repeat with the same idempotency key tells.
    #[error("the database does not answer")]
    Unavailable,
    /// Something that should not happen; logged where it happened.
    #[error("the ledger could not store the events")]
    Internal,
}
