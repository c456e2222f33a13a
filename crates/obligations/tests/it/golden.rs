//! A payload of every event version ever written, kept for good: each must still be read, folded and written the same.

use obligations::{
    Calendar, CalendarEvent, CalendarStatus, ObligationEvent, ObligationRecord, evolve, evolve_calendar,
};
use serde_json::Value;

#[test]
fn every_event_version_has_its_golden_payload_which_reads_folds_and_writes_the_same() {
    let mut record = ObligationRecord::default();
    for description in ObligationEvent::DESCRIPTIONS {
        let payload: Value = serde_json::from_str(description.example).unwrap();
        let mut tagged = payload.clone();
        tagged.as_object_mut().unwrap().insert("type".to_owned(), description.event_type.into());
        let event: ObligationEvent = serde_json::from_value(tagged.clone()).unwrap();
        assert_eq!(serde_json::to_value(&event).unwrap(), tagged, "{}", description.event_type);
        evolve(&mut record, &event);
        for forbidden in ["@", "email", "given_name", "family_name"] {
            assert!(!payload.to_string().contains(forbidden), "{}", description.event_type);
        }
    }
    assert!(record.waived.is_some() && record.passed.len() == 1);
}

#[test]
fn there_is_no_golden_payload_of_an_unknown_event() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let mut known = ObligationEvent::DESCRIPTIONS.iter().chain(CalendarEvent::DESCRIPTIONS);
        assert!(known.any(|event| event.event_type == name), "{name}");
    }
}

#[test]
fn the_payloads_of_a_calendar_read_fold_and_write_the_same() {
    let mut calendar = Calendar::default();
    for description in CalendarEvent::DESCRIPTIONS {
        let mut tagged: Value = serde_json::from_str(description.example).unwrap();
        tagged.as_object_mut().unwrap().insert("type".to_owned(), description.event_type.into());
        let event: CalendarEvent = serde_json::from_value(tagged.clone()).unwrap();
        assert_eq!(serde_json::to_value(&event).unwrap(), tagged, "{}", description.event_type);
        evolve_calendar(&mut calendar, &event);
    }
    assert_eq!(calendar.status, CalendarStatus::Closed);
}
