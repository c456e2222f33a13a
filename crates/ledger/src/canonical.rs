//! Canonical JSON (RFC 8785) and the hash chain over it.

use crate::record::{Metadata, RawEvent};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The hash before the first event.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The canonical text of a JSON value: members sorted, numbers and strings in their one form, no white space.
pub fn canonical<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    serde_json_canonicalizer::to_string(value)
}

/// Whether every number keeps its value in canonical form, where it is a double: whole numbers beyond 2^53 would not.
pub(crate) fn keeps_numbers(value: &serde_json::Value) -> bool {
    const EXACT: u64 = 1 << 53;
    match value {
        serde_json::Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(whole), _) => whole <= EXACT,
            (_, Some(whole)) => whole.unsigned_abs() <= EXACT,
            _ => true,
        },
        serde_json::Value::Array(items) => items.iter().all(keeps_numbers),
        serde_json::Value::Object(members) => members.values().all(keeps_numbers),
        _ => true,
    }
}

/// An instant as it is hashed and exported: RFC 3339, UTC, six digits of a second.
pub fn instant(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[derive(Serialize)]
struct Hashed<'a> {
    aggregate_id: &'a str,
    aggregate_type: &'a str,
    event_id: &'a str,
    event_type: &'a str,
    event_version: &'a str,
    metadata: &'a serde_json::value::RawValue,
    occurred_at: String,
    payload: &'a serde_json::value::RawValue,
    position: i64,
    previous_hash: &'a str,
    recorded_at: String,
    sequence: i64,
}

/// The hash of an event: SHA-256, in lower-case hexadecimal, over the canonical JSON of all its members but `hash`, together with
/// `previous_hash`. Expects `payload` and `metadata` in canonical form, since they are taken as they stand.
pub(crate) fn hash(previous_hash: &str, event: &RawEvent) -> Result<String, serde_json::Error> {
    let hashed = Hashed {
        aggregate_id: &event.aggregate_id,
        aggregate_type: &event.aggregate_type,
        event_id: &event.event_id,
        event_type: &event.event_type,
        event_version: &event.event_version,
        metadata: serde_json::from_str(&event.metadata)?,
        occurred_at: instant(event.occurred_at),
        payload: serde_json::from_str(&event.payload)?,
        position: event.position,
        previous_hash,
        recorded_at: instant(event.recorded_at),
        sequence: event.sequence,
    };
    // The members above stand in canonical order, strings are escaped by serde_json as RFC 8785 asks, and the two raw values are
    // canonical already, so the plain serialisation is the canonical one; a test holds it against the canonicalizer.
    let text = serde_json::to_string(&hashed)?;
    Ok(hex::encode(Sha256::digest(text.as_bytes())))
}

/// Metadata in canonical form.
pub(crate) fn metadata_text(metadata: &Metadata) -> Result<String, serde_json::Error> {
    canonical(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RawEvent;

    #[test]
    fn the_hash_is_taken_over_the_canonical_form_of_the_whole_event() {
        let event = RawEvent {
            position: 7,
            event_id: "evt_1".into(),
            aggregate_type: "membership".into(),
            aggregate_id: "mbr_é\u{1f}\"".into(),
            sequence: 2,
            event_type: "membership.certified".into(),
            event_version: "1".into(),
            payload: canonical(&serde_json::json!({"b": 1.0, "a": "\u{20ac}\n"})).unwrap(),
            metadata: "{}".into(),
            occurred_at: "2026-01-02T03:04:05.678901Z".parse().unwrap(),
            recorded_at: "2026-01-02T03:04:06Z".parse().unwrap(),
            hash: String::new(),
        };
        let whole = serde_json::json!({
            "aggregate_id": "mbr_é\u{1f}\"", "aggregate_type": "membership", "event_id": "evt_1",
            "event_type": "membership.certified", "event_version": "1", "metadata": {},
            "occurred_at": "2026-01-02T03:04:05.678901Z", "payload": {"a": "\u{20ac}\n", "b": 1},
            "position": 7, "previous_hash": GENESIS, "recorded_at": "2026-01-02T03:04:06.000000Z", "sequence": 2,
        });
        let expected = hex::encode(Sha256::digest(canonical(&whole).unwrap().as_bytes()));
        assert_eq!(hash(GENESIS, &event).unwrap(), expected);
    }
}
