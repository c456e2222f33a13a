//! A payload of every event version ever written, kept for good: each must still be read, folded and written the same.

use membership::invitation::{Invitation, InvitationEvent, InvitationStatus, evolve};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn golden(event_type: &str, version: u32) -> Value {
    let path = folder().join(event_type).join(format!("v{version}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(event_type: &str, payload: &Value) -> InvitationEvent {
    let mut tagged = payload.clone();
    tagged.as_object_mut().unwrap().insert("type".to_owned(), event_type.into());
    serde_json::from_value(tagged).unwrap_or_else(|error| panic!("{event_type}: {error}"))
}

#[test]
fn every_event_version_has_its_golden_payload_which_reads_and_writes_the_same() {
    for description in InvitationEvent::DESCRIPTIONS {
        for version in 1..=description.version {
            let payload = golden(description.event_type, version);
            let event = read(description.event_type, &payload);
            if version == description.version {
                let mut written = serde_json::to_value(&event).unwrap();
                let tag = written.as_object_mut().unwrap().remove("type");
                assert_eq!(tag, Some(Value::from(description.event_type)));
                assert_eq!(written, payload, "{}", description.event_type);
            }
        }
    }
}

#[test]
fn there_is_no_golden_payload_of_an_unknown_event() {
    let known: BTreeSet<&str> = InvitationEvent::DESCRIPTIONS.iter().map(|event| event.event_type).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with("invitation.") || known.contains(name.as_str()), "{name}");
    }
}

#[test]
fn the_golden_payloads_fold() {
    for (last, status) in [
        ("invitation.redeemed", InvitationStatus::Redeemed),
        ("invitation.revoked", InvitationStatus::Revoked),
    ] {
        let mut invitation = Invitation::default();
        for event_type in ["invitation.issued", last] {
            evolve(&mut invitation, &read(event_type, &golden(event_type, 1)));
        }
        assert_eq!(invitation.status, status);
    }
}

/// An invitation is meant for a company; persons are named by id, and the secret itself is never in an event.
#[test]
fn no_golden_payload_holds_personal_data_or_the_secret() {
    for description in InvitationEvent::DESCRIPTIONS {
        let payload = golden(description.event_type, 1);
        let text = payload.to_string();
        for forbidden in ["@", "email", "given_name", "family_name", "job_title", "network_address"] {
            assert!(!text.contains(forbidden), "{}: {forbidden}", description.event_type);
        }
        for secret in ["token", "secret", "invitation_token"] {
            assert!(payload.get(secret).is_none(), "{}: {secret}", description.event_type);
        }
    }
}
