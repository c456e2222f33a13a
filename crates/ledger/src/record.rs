//! What the ledger keeps of an event.

use crate::upcast::{EventTypes, UnknownEvent};
use chrono::{DateTime, Utc};
use kernel::{Actor, ActorKind, EventId, PersonId, Role};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who and what led to an event. All members are strings, as cqrs-es expects of metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The person or machine that acted.
    pub actor_id: PersonId,
    /// What kind of party it was.
    pub actor_kind: ActorKind,
    /// The role in which it acted.
    pub actor_role: Role,
    /// The OAuth client through which the request came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The request that led to the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What belongs together: the trace id of the request, or the first request's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The event that caused this one, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<String>,
    /// The W3C trace context of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl Metadata {
    /// Metadata that names the actor and nothing else.
    pub fn of(actor: &Actor) -> Self {
        Self {
            actor_id: actor.id,
            actor_kind: actor.kind,
            actor_role: actor.role,
            client_id: None,
            request_id: None,
            correlation_id: None,
            causation_id: None,
            traceparent: None,
        }
    }
}

/// An event as it stands in the database or in an export, before upcasting.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct RawEvent {
    pub position: i64,
    pub event_id: String,
    pub aggregate_type: String,
    pub aggregate_id: String,
    pub sequence: i64,
    pub event_type: String,
    pub event_version: String,
    pub payload: String,
    pub metadata: String,
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub hash: String,
}

/// The columns of [`RawEvent`], for both engines.
pub(crate) const COLUMNS: &str = "position, event_id, aggregate_type, aggregate_id, sequence, event_type, event_version, \
     CAST(payload AS TEXT) AS payload, CAST(metadata AS TEXT) AS metadata, occurred_at, recorded_at, hash";

/// An event as readers see it: upcast to the payload version that is written today.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedEvent {
    /// Its place in the one order: 1, 2, 3, …
    pub position: i64,
    /// Its id.
    pub event_id: EventId,
    /// `account`, `membership`, …
    pub aggregate_type: String,
    /// The id of the aggregate.
    pub aggregate_id: String,
    /// Its place in the stream of its aggregate, from 1.
    pub sequence: i64,
    /// Dotted, past tense.
    pub event_type: String,
    /// The version of the payload.
    pub event_version: String,
    /// When it was so.
    pub occurred_at: DateTime<Utc>,
    /// When the ledger knew.
    pub recorded_at: DateTime<Utc>,
    /// The payload, without its type.
    pub payload: Value,
    /// Who and what led to it.
    pub metadata: Metadata,
    /// Its link in the chain.
    pub hash: String,
}

impl RecordedEvent {
    pub(crate) fn read(raw: RawEvent, types: &EventTypes) -> Result<Self, UnknownEvent> {
        let unreadable = |what: &str| UnknownEvent {
            position: raw.position,
            event_type: raw.event_type.clone(),
            event_version: raw.event_version.clone(),
            what: what.to_owned(),
        };
        let payload =
            serde_json::from_str(&raw.payload).map_err(|_| unreadable("its payload is not JSON"))?;
        let metadata =
            serde_json::from_str(&raw.metadata).map_err(|_| unreadable("its metadata is not as written"))?;
        let event_id = raw.event_id.parse().map_err(|_| unreadable("its id is not an event id"))?;
        let (event_version, payload) = types
            .upcast(&raw.event_type, &raw.event_version, payload)
            .ok_or_else(|| unreadable("no reader is known for this type and version"))?;
        Ok(Self {
            position: raw.position,
            event_id,
            aggregate_type: raw.aggregate_type,
            aggregate_id: raw.aggregate_id,
            sequence: raw.sequence,
            event_type: raw.event_type,
            event_version,
            occurred_at: raw.occurred_at,
            recorded_at: raw.recorded_at,
            payload,
            metadata,
            hash: raw.hash,
        })
    }

    /// Reads the payload as the event enum of its aggregate (tagged by `type`).
    pub fn decode<E: serde::de::DeserializeOwned>(&self) -> Result<E, serde_json::Error> {
        serde_json::from_value(tagged(&self.event_type, self.payload.clone()))
    }
}

/// Puts the type back into a payload, where the event enums of the aggregates expect it.
pub(crate) fn tagged(event_type: &str, mut payload: Value) -> Value {
    if let Value::Object(members) = &mut payload {
        members.insert("type".to_owned(), Value::String(event_type.to_owned()));
    }
    payload
}
