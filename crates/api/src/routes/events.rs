//! Histories: what every kind of resource has at `/events`.

use super::code;
use crate::http::Req;
use crate::http::answer::{cache_control, json_page};
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::{DateTime, Utc};
use kernel::{EventId, PersonId};
use ledger::RecordedEvent;
use portal::access::Caller;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Who did something.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventActor {
    /// The person or machine client.
    pub id: PersonId,
    /// What kind of actor it is.
    #[schema(inline, value_type = code::ActorKindOut)]
    pub kind: String,
    /// The role in which it acted.
    #[schema(inline, value_type = code::ActorRoleOut)]
    pub role: String,
}

/// One event of the ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Event {
    /// Its place in the one order: 1, 2, 3, …
    pub position: i64,
    /// Its id.
    pub id: EventId,
    /// What happened: dotted, past tense. `/v1/event-types` has them all.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The version of the payload.
    pub version: String,
    /// What kind of thing it happened to.
    #[schema(inline, value_type = code::AggregateOut)]
    pub aggregate_type: String,
    /// The id of what it happened to.
    pub aggregate_id: String,
    /// Its place in the history of what it happened to, which is the version afterwards.
    pub sequence: i64,
    /// When it was so.
    pub occurred_at: DateTime<Utc>,
    /// When the ledger knew.
    pub recorded_at: DateTime<Utc>,
    /// Who did it.
    pub actor: EventActor,
    /// The OAuth client through which the request came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What belongs together: the trace id, or the first request's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The event that caused it, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<String>,
    /// What happened, in full. Its members depend on `type`: `/v1/event-types` and docs/EVENTS.md show them for each.
    #[schema(value_type = Object)]
    pub data: Value,
    /// Its link in the chain: SHA-256 over its canonical form and its predecessor's hash. For those who look after the programme and for
    /// auditors, who see events whole: with it, whoever knows all but a few members of an event could try out what they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

impl From<RecordedEvent> for Event {
    fn from(event: RecordedEvent) -> Self {
        Self {
            position: event.position,
            id: event.event_id,
            event_type: event.event_type,
            version: event.event_version,
            aggregate_type: event.aggregate_type,
            aggregate_id: event.aggregate_id,
            sequence: event.sequence,
            occurred_at: event.occurred_at,
            recorded_at: event.recorded_at,
            actor: EventActor {
                id: event.metadata.actor_id,
                kind: event.metadata.actor_kind.as_str().to_owned(),
                role: event.metadata.actor_role.as_str().to_owned(),
            },
            client_id: event.metadata.client_id,
            request_id: event.metadata.request_id,
            correlation_id: event.metadata.correlation_id,
            causation_id: event.metadata.causation_id,
            data: event.payload,
            hash: Some(event.hash),
        }
    }
}

/// A page of a history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventPage {
    /// The events, in order.
    pub items: Vec<Event>,
    /// Where to go on: the value for `after`. Absent on the last page of a history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_after: Option<i64>,
}

/// Reads `after` and `limit` of a history.
pub fn history_range<P>(req: &Req<P>) -> Result<(i64, i64), Problem> {
    let mut query = req.query();
    let after = query.number("after", 0, 9_007_199_254_740_991).unwrap_or_default();
    let limit = query.number("limit", 1, 200).unwrap_or(50);
    query.finish()?;
    Ok((after, limit))
}

/// Answers with a page of a history; one more event than `limit` was asked for.
pub fn history(caller: &Caller, mut events: Vec<RecordedEvent>, limit: i64) -> HttpResponse {
    let wanted = usize::try_from(limit).unwrap_or_default();
    let more = events.len() > wanted;
    events.truncate(wanted);
    let next_after = events.last().map(|event| event.sequence).filter(|_| more);
    let whole = caller.is_for_the_programme();
    let items = events
        .into_iter()
        .map(|event| {
            let event = Event::from(event);
            if whole { event } else { Event { hash: None, ..event } }
        })
        .collect();
    json_page(&EventPage { items, next_after })
}

/// A page of the feed, as JSON or as NDJSON.
pub fn feed(events: Vec<RecordedEvent>, next_after: i64, ndjson: bool) -> HttpResponse {
    let items: Vec<Event> = events.into_iter().map(Event::from).collect();
    if !ndjson {
        return json_page(&EventPage { items, next_after: Some(next_after) });
    }
    let mut text = String::new();
    for item in &items {
        text.push_str(&serde_json::to_string(item).unwrap_or_default());
        text.push('\n');
    }
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/x-ndjson"))
        .insert_header((header::CACHE_CONTROL, cache_control(false)))
        .insert_header(("next-after", next_after.to_string()))
        .body(text)
}

/// An example of an event page.
pub fn example(aggregate_type: &str, event_type: &str, id: &str) -> Value {
    let described = portal::event_descriptions().into_iter().find(|event| event.event_type == event_type);
    let data =
        described.and_then(|event| serde_json::from_str::<Value>(event.example).ok()).unwrap_or_default();
    json!({"items": [{
        "position": 7, "id": "evt_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "type": event_type, "version": "1",
        "aggregate_type": aggregate_type, "aggregate_id": id, "sequence": 1,
        "occurred_at": "2026-03-02T15:04:05.123456Z", "recorded_at": "2026-03-02T15:04:05.130000Z",
        "actor": {"id": "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "kind": "company_user", "role": "officer"},
        "request_id": "0193a5c0-de7a-7c3e-b8f6-a1b2c3d4e5f6", "data": data,
        "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }]})
}
