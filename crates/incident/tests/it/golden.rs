//! A payload of every event version ever written, kept for good: each must still be read, folded and written the same.

use incident::{Incident, IncidentEvent, Status, evolve};
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

fn read(event_type: &str, payload: &Value) -> IncidentEvent {
    let mut tagged = payload.clone();
    tagged.as_object_mut().unwrap().insert("type".to_owned(), event_type.into());
    serde_json::from_value(tagged).unwrap_or_else(|error| panic!("{event_type}: {error}"))
}

#[test]
fn every_event_version_has_its_golden_payload_which_reads_and_writes_the_same() {
    for description in IncidentEvent::DESCRIPTIONS {
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
    let known: BTreeSet<&str> = IncidentEvent::DESCRIPTIONS.iter().map(|event| event.event_type).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(name.as_str()), "{name}");
    }
}

#[test]
fn the_golden_payloads_fold_as_one_story() {
    let mut incident = Incident::default();
    let story = [
        ("incident.reported", Status::Reported),
        ("incident.account_involved", Status::Reported),
        ("incident.account_removed", Status::Reported),
        ("incident.triaged", Status::Triaged),
        ("incident.statement_added", Status::Triaged),
        ("incident.review_begun", Status::UnderReview),
        ("incident.analysis_requested", Status::AnalysisRequested),
        ("incident.analysis_submitted", Status::AnalysisRequested),
        ("incident.response_accepted", Status::CorrectivePlan),
        ("incident.plan_submitted", Status::CorrectivePlan),
        ("incident.response_returned", Status::CorrectivePlan),
        ("incident.action_completed", Status::CorrectivePlan),
        ("incident.part_concluded", Status::UnderReview),
        ("incident.closed", Status::Closed),
        ("incident.reopened", Status::UnderReview),
        ("incident.facts_corrected", Status::UnderReview),
        ("incident.text_erased", Status::UnderReview),
        ("incident.compared", Status::UnderReview),
        ("incident.comparison_undone", Status::UnderReview),
    ];
    assert_eq!(story.len(), IncidentEvent::DESCRIPTIONS.len());
    for (event_type, status) in story {
        evolve(&mut incident, &read(event_type, &golden(event_type, 1)));
        assert_eq!(incident.status, status, "{event_type}");
    }
    assert_eq!(incident.parties.len(), 1);
    assert_eq!((incident.statements.len(), incident.texts), (1, 5));
}
