//! A payload of every event version ever written, kept for good: each must still be read, folded and written the same.

use membership::account::{Account, AccountEvent, evolve};
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

fn read(event_type: &str, payload: &Value) -> AccountEvent {
    let mut tagged = payload.clone();
    tagged.as_object_mut().unwrap().insert("type".to_owned(), event_type.into());
    serde_json::from_value(tagged).unwrap_or_else(|error| panic!("{event_type}: {error}"))
}

#[test]
fn every_event_version_has_its_golden_payload_which_reads_and_writes_the_same() {
    for description in AccountEvent::DESCRIPTIONS {
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
    let known: BTreeSet<&str> = AccountEvent::DESCRIPTIONS.iter().map(|event| event.event_type).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with("account.") || known.contains(name.as_str()), "{name}");
    }
}

#[test]
fn the_golden_payloads_fold_as_one_story() {
    let mut account = Account::default();
    // Addresses, contacts and users after each event.
    let story = [
        ("account.registered", [1, 1, 1]),
        ("account.company_changed", [1, 1, 1]),
        ("account.address_added", [2, 1, 1]),
        ("account.address_changed", [2, 1, 1]),
        ("account.address_removed", [1, 1, 1]),
        ("account.contact_added", [1, 2, 1]),
        ("account.contact_changed", [1, 2, 1]),
        ("account.sign_in_bound", [1, 2, 1]),
        ("account.role_granted", [1, 2, 2]),
        ("account.roles_accepted", [1, 2, 2]),
        ("account.agreement_accepted", [1, 2, 2]),
        ("account.role_revoked", [1, 2, 1]),
        ("account.user_left", [1, 2, 1]),
        ("account.contact_removed", [1, 1, 1]),
        ("account.person_erased", [1, 1, 1]),
        ("account.hold_placed", [1, 1, 1]),
        ("account.hold_lifted", [1, 1, 1]),
        ("account.applicant_erased", [1, 1, 1]),
    ];
    assert_eq!(story.len(), AccountEvent::DESCRIPTIONS.len());
    for (event_type, sizes) in story {
        evolve(&mut account, &read(event_type, &golden(event_type, 1)));
        let found = [account.addresses.len(), account.contacts.len(), account.grants.len()];
        assert_eq!(found, sizes, "{event_type}");
    }
    assert_eq!(account.primary_address_id, Some(account.addresses[0].address_id));
    assert_eq!(account.agreements.len(), 1);
    assert!(account.former.is_empty());
}

/// Events name persons by id and version; everything else about a person is in the people table.
#[test]
fn no_golden_payload_holds_personal_data() {
    for description in AccountEvent::DESCRIPTIONS {
        let text = golden(description.event_type, 1).to_string();
        for forbidden in
            ["@", "email", "given_name", "family_name", "job_title", "network_address", "subject", "issuer"]
        {
            assert!(!text.contains(forbidden), "{}: {forbidden}", description.event_type);
        }
    }
}
