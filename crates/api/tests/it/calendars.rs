//! The calendar over HTTP, read by a parser that is not the one of the crate that writes it.

use crate::support::{Options, Server};
use ical::parser::Component as _;
use ical::parser::ical::component::{IcalCalendar, IcalEvent};
use serde_json::{Value, json};

fn read(bytes: &[u8]) -> IcalCalendar {
    let mut calendars: Vec<_> = ical::IcalParser::new(bytes).collect();
    assert_eq!(calendars.len(), 1, "one calendar");
    calendars.pop().unwrap().unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)))
}

fn of_event(event: &IcalEvent, name: &str) -> String {
    let found: Vec<_> = event.properties.iter().filter(|property| property.name == name).collect();
    assert_eq!(found.len(), 1, "one {name} in {event:?}");
    found[0].value.clone().unwrap_or_default()
}

fn registration() -> Value {
    json!({
        "company": {"name": "Harbor Trading"},
        "primary_address": {"type": "headquarters", "country": "US", "street_1": "1 Main Street", "city": "Laredo",
            "postal_code": "78040", "staffed_office": true},
        "contact": {"given_name": "Ada", "family_name": "Lovelace", "email": "ada@example.com", "company_officer": true},
    })
}

#[test]
fn an_address_is_shown_once_and_leads_to_a_calendar_that_others_can_read() {
    let server = Server::start(Options::default());
    let officer = server.token("calendar-officer", &[]);
    let post = |path: &str, key: &str, body: &Value| {
        server.post_as(&officer, path, &[("Idempotency-Key", key)], body)
    };
    let account = post("/v1/accounts", "a", &registration()).json()["id"].as_str().unwrap().to_owned();
    let agreement = json!({"agreement_version": "2024-1"});
    assert_eq!(post(&format!("/v1/accounts/{account}/accept-agreement"), "b", &agreement).status, 200);
    let application = json!({"account_id": account, "entity_type": "importer", "country_of_establishment": "US",
        "identifiers": [{"type": "importer_of_record", "value": "12-345678900"}]});
    let membership = post("/v1/memberships", "c", &application).json();

    let opened = post("/v1/calendars", "d", &json!({"account_id": account}));
    assert_eq!((opened.status, opened.header("cache-control")), (201, Some("private, no-store")));
    let address = opened.json()["address"].as_str().unwrap().to_owned();
    let again = post("/v1/calendars", "d", &json!({"account_id": account}));
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, Some("true")));
    assert_eq!(again.json()["id"], opened.json()["id"]);
    assert!(again.json().get("address").is_none(), "it is shown once");
    let place = opened.header("location").unwrap().to_owned();
    assert!(server.get_as(&officer, &place).json().get("address").is_none());

    // Nobody has to sign in, with the ending or without.
    let answer = server.get(&address);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
    assert_eq!(server.get(address.strip_suffix(".ics").unwrap()).body, answer.body);
    assert!(answer.body.split(|byte| *byte == b'\n').all(|line| line.len() <= 76), "lines are folded");
    let calendar = read(&answer.body);
    let names: Vec<_> = calendar.properties.iter().map(|property| property.name.as_str()).collect();
    for name in ["VERSION", "PRODID", "METHOD"] {
        assert_eq!(names.iter().filter(|found| **found == name).count(), 1, "{name}");
    }
    assert_eq!(calendar.events.len(), 1);
    let event = &calendar.events[0];
    let path = format!("/v1/obligations?membership_id={}", membership["id"].as_str().unwrap());
    let deadline = server.get_as(&officer, &path).json()["items"][0].clone();
    assert_eq!(of_event(event, "UID"), format!("{}@ctpat-member-portal", deadline["id"].as_str().unwrap()));
    let due_on = deadline["due_on"].as_str().unwrap();
    assert_eq!(of_event(event, "DTSTART"), due_on.replace('-', ""));
    assert_eq!(of_event(event, "SUMMARY"), "Due: Security profile of the application");
    assert_eq!(of_event(event, "STATUS"), "CONFIRMED");
    assert!(of_event(event, "DESCRIPTION").contains("until midnight in New York"));
    assert_eq!(event.alarms.len(), 2);
    assert!(event.get_property("DTSTAMP").is_some() && event.get_property("DTEND").is_none());

    let waived = server.token("calendar-supervisor", &[kernel::Role::Supervisor]);
    let path = format!("/v1/obligations/{}/waive", deadline["id"].as_str().unwrap());
    let waiver = json!({"reason": "Flood; the office, closed."});
    let answer = server.post_as(&waived, &path, &[], &waiver);
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("waived")));
    let calendar = read(&server.get(&address).body);
    assert_eq!(of_event(&calendar.events[0], "STATUS"), "CANCELLED");
    assert_eq!(of_event(&calendar.events[0], "SEQUENCE"), "2");

    assert_eq!(post(&format!("{place}/close-calendar"), "e", &json!({})).json()["status"], "closed");
    server.get(&address).problem("not-found");
    server.get("/v1/calendar-feeds/nonsense").problem("not-found");
}
