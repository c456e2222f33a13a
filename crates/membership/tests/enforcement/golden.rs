//! A payload of every event version ever written, kept for good: each must still be read, folded and written the same.

use membership::enforcement::{ActionStatus, EnforcementAction, EnforcementEvent, evolve};
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

fn read(event_type: &str, payload: &Value) -> EnforcementEvent {
    let mut tagged = payload.clone();
    tagged.as_object_mut().unwrap().insert("type".to_owned(), event_type.into());
    serde_json::from_value(tagged).unwrap_or_else(|error| panic!("{event_type}: {error}"))
}

#[test]
fn every_event_version_has_its_golden_payload_which_reads_and_writes_the_same() {
    for description in EnforcementEvent::DESCRIPTIONS {
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
    let known: BTreeSet<&str> = EnforcementEvent::DESCRIPTIONS.iter().map(|event| event.event_type).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with("enforcement_action.") || known.contains(name.as_str()), "{name}");
    }
}

#[test]
fn the_golden_payloads_fold_as_one_story() {
    let mut action = EnforcementAction::default();
    let story = [
        ("enforcement_action.decided", ActionStatus::Open),
        ("enforcement_action.corrected", ActionStatus::Open),
        ("enforcement_action.corrective_plan_submitted", ActionStatus::Open),
        ("enforcement_action.ended", ActionStatus::Ended),
        ("enforcement_action.resumed", ActionStatus::Open),
        ("enforcement_action.appeal_filed", ActionStatus::Appealed),
        ("enforcement_action.appeal_withdrawn", ActionStatus::Open),
        ("enforcement_action.appeal_denied", ActionStatus::Open),
        ("enforcement_action.appeal_granted", ActionStatus::Open),
    ];
    assert_eq!(story.len(), EnforcementEvent::DESCRIPTIONS.len());
    for (event_type, status) in story {
        evolve(&mut action, &read(event_type, &golden(event_type, 1)));
        assert_eq!(action.status(), status, "{event_type}");
    }
    assert_eq!(action.corrections.len(), 1);
}
