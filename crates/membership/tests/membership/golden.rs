//! A payload of every event version ever written, kept for good: each must still be read, folded and written the same.

use membership::membership::{Membership, MembershipEvent, Status, evolve};
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

fn read(event_type: &str, payload: &Value) -> MembershipEvent {
    let mut tagged = payload.clone();
    tagged.as_object_mut().unwrap().insert("type".to_owned(), event_type.into());
    serde_json::from_value(tagged).unwrap_or_else(|error| panic!("{event_type}: {error}"))
}

#[test]
fn every_event_version_has_its_golden_payload_which_reads_and_writes_the_same() {
    for description in MembershipEvent::DESCRIPTIONS {
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
    let known: BTreeSet<&str> = MembershipEvent::DESCRIPTIONS.iter().map(|event| event.event_type).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with("membership.") || known.contains(name.as_str()), "{name}");
    }
}

#[test]
fn the_golden_payloads_fold_as_one_story() {
    let mut membership = Membership::default();
    let story = [
        ("membership.applied", Status::PreApplicant),
        ("membership.identifiers_changed", Status::PreApplicant),
        ("membership.document_attached", Status::PreApplicant),
        ("membership.document_removed", Status::PreApplicant),
        ("membership.eligibility_declared", Status::PreApplicant),
        ("membership.specialist_assigned", Status::PreApplicant),
        ("membership.bond_set", Status::PreApplicant),
        ("membership.profile_submitted", Status::Applicant),
        ("membership.profile_returned", Status::Applicant),
        ("membership.profile_approved", Status::Approved),
        ("membership.determination_recorded", Status::Approved),
        ("membership.vetting_result_recorded", Status::Approved),
        ("membership.certification_recommended", Status::Approved),
        ("membership.recommendation_lapsed", Status::Approved),
        ("membership.vetting_reopened", Status::Approved),
        ("membership.certified", Status::Certified),
        ("membership.date_corrected", Status::Certified),
        ("membership.validation_outcome_recorded", Status::Validated),
        ("membership.tier_changed", Status::Validated),
        ("membership.enforcement_recommended", Status::Validated),
        ("membership.suspended", Status::Validated),
        ("membership.removed", Status::Removed),
        ("membership.restored", Status::Validated),
        ("membership.reinstated", Status::Validated),
        ("membership.withdrawal_requested", Status::Validated),
        ("membership.withdrawal_taken_back", Status::Validated),
        ("membership.conflict_overridden", Status::Validated),
        ("membership.conflict_override_ended", Status::Validated),
        ("membership.closed", Status::Withdrawn),
        ("membership.rejected", Status::Rejected),
        ("membership.found_ineligible", Status::Ineligible),
        ("membership.withdrawn", Status::Withdrawn),
        ("membership.application_expired", Status::Inactive),
    ];
    assert_eq!(story.len(), MembershipEvent::DESCRIPTIONS.len());
    for (event_type, status) in story {
        evolve(&mut membership, &read(event_type, &golden(event_type, 1)));
        assert_eq!(membership.status, status, "{event_type}");
    }
    assert_eq!(membership.corrections.len(), 1);
    assert_eq!(membership.dates.certified_on, Some(membership.corrections[0].value));
}
