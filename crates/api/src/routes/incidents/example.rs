//! The examples of the document, as one story.

use serde_json::{Value, json};

pub const ID: &str = "inc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
/// Another incident.
pub const OTHER: &str = "inc_0193b2d1aa007c3eb8f6000000000005";
const ACCOUNT: &str = "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
const OFFICER: &str = "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
const SPECIALIST: &str = "per_0193b2d1aa007c3eb8f6000000000004";

pub fn report() -> Value {
    json!({
        "account_id": ACCOUNT, "role": "carrier", "kind": "seal_discrepancy", "discovered_by": "company",
        "occurred": {"from_at": "2026-03-01T18:00:00Z", "to_at": "2026-03-02T03:30:00Z"},
        "discovered": {"from_at": "2026-03-02T06:15:00Z"},
        "place": {"country": "MX", "locality": "Nuevo Laredo, kilometre 18"},
        "conveyance": {"mode": "truck", "number": "53-AK-9L"},
        "numbers": [{"type": "container", "value": "CSQU 305438-3"}, {"type": "seal", "value": "HS-0048213"}],
        "goods": "Wiring harnesses", "quantity": "14 cartons",
        "notifications": [{"notified": "port_of_entry", "at": "2026-03-02T06:40:00Z"}],
        "narrative": "The seal that the driver found at the yard was not the one of the bill of lading.",
    })
}

/// The incident after a command, as staff see it.
pub fn after(verb: &str) -> Value {
    let mut incident = json!({
        "id": ID, "version": 2, "status": "reported",
        "allowed_commands": ["add-statement", "involve-account", "remove-account", "triage"],
        "kind": "seal_discrepancy", "disclosure": "before_cbp", "reported_for": ACCOUNT, "reported_by": OFFICER,
        "reported_at": "2026-03-02T15:04:05.123456Z", "discovered_by": "company",
        "occurred": {"from_at": "2026-03-01T18:00:00Z", "to_at": "2026-03-02T03:30:00Z"},
        "discovered": {"from_at": "2026-03-02T06:15:00Z"},
        "place": {"country": "MX", "locality": "Nuevo Laredo, kilometre 18"},
        "conveyance": {"mode": "truck", "number": "53-AK-9L"},
        "numbers": [
            {"type": "container", "as_typed": "CSQU 305438-3", "normalised": "CSQU3054383"},
            {"type": "seal", "as_typed": "HS-0048213", "normalised": "HS0048213"},
        ],
        "goods": "Wiring harnesses", "quantity": "14 cartons",
        "notifications": [{"notified": "port_of_entry", "at": "2026-03-02T06:40:00Z"}],
        "narrative": {"number": 1, "state": "kept",
            "text": "The seal that the driver found at the yard was not the one of the bill of lading."},
        "parties": [{"account_id": ACCOUNT, "role": "carrier", "reporter": true, "involved_at": "2026-03-02T15:04:05.123456Z", "stage": "involved"}],
        "statements": [], "triage_due_on": "2026-03-07",
    });
    let mut set = |member: &str, value: Value| {
        if let Some(members) = incident.as_object_mut() {
            members.insert(member.to_owned(), value);
        }
    };
    match verb {
        "add-statement" => set(
            "statements",
            json!([{"account_id": ACCOUNT, "text": {"number": 2, "state": "kept", "text": "The driver stopped twice; the log of the tracker is with us."},
                "stated_by": OFFICER, "stated_at": "2026-03-03T09:12:00.000000Z"}]),
        ),
        "triage" | "begin-review" => set(
            "triage",
            json!({"risk": "high", "basis": "A seal was changed on a route with earlier seizures.", "triaged_by": SPECIALIST,
                "triaged_at": "2026-03-03T15:04:05.000000Z"}),
        ),
        _ => {}
    }
    let mut part = json!({"account_id": ACCOUNT, "role": "carrier", "reporter": true, "involved_at": "2026-03-02T15:04:05.123456Z"});
    let analysis = json!({"root_cause": {"number": 2, "state": "kept", "text": "The spare seals lay open in the guard house."},
        "edition": "2020", "failed_criteria": ["6.1"], "submitted_at": "2026-03-20T15:04:05.000000Z"});
    let plan = json!([{"number": 1, "description": {"number": 3, "state": "kept", "text": "Keep spare seals in the safe."},
        "owner": OFFICER, "due_on": "2026-04-30"}]);
    let (status, stage) = match verb {
        "request-analysis" => ("analysis_requested", "analysis_requested"),
        "submit-analysis" => ("analysis_requested", "analysis_submitted"),
        "return-response" => ("analysis_requested", "analysis_requested"),
        "accept-response" => ("corrective_plan", "plan_requested"),
        "plan-actions" => ("corrective_plan", "plan_submitted"),
        "complete-action" => ("monitoring", "monitoring"),
        "conclude-part" | "reopen-incident" => ("under_review", "concluded"),
        "close-incident" => ("closed", "concluded"),
        _ => ("", ""),
    };
    if !stage.is_empty() {
        let mut of_part = |member: &str, value: Value| {
            if let Some(members) = part.as_object_mut() {
                members.insert(member.to_owned(), value);
            }
        };
        of_part("stage", json!(stage));
        if verb != "request-analysis" {
            of_part("analysis", analysis);
        }
        if matches!(verb, "plan-actions" | "complete-action") {
            of_part("corrective_plan", plan);
        }
        if stage == "concluded" {
            let basis = "The company followed its own procedures and has improved them.";
            of_part(
                "conclusion",
                json!({"conclusion": "no_fault", "basis": basis, "concluded_by": SPECIALIST, "concluded_at": "2026-06-20T15:04:05.000000Z"}),
            );
        }
        set("status", json!(status));
        set("parties", json!([part]));
    }
    if verb == "correct-facts" {
        set("quantity", json!("13 cartons"));
        set(
            "corrections",
            json!([{"changes": [{"field": "quantity", "earlier": "14 cartons", "value": "13 cartons"}],
            "reason": "Counted again at the yard.", "corrected_by": OFFICER, "corrected_at": "2026-03-02T16:04:05.000000Z"}]),
        );
    }
    if verb == "erase-text" {
        set("narrative", json!({"number": 1, "state": "erased"}));
    }
    if verb == "compare" {
        set(
            "comparisons",
            json!([{"incident_id": OTHER, "verdict": "same", "reason": "One seizure, entered by two offices.",
            "compared_by": SPECIALIST, "compared_at": "2026-03-04T15:04:05.000000Z"}]),
        );
    }
    if verb == "undo-comparison" {
        set("probable_duplicates", json!([{"incident_id": OTHER, "signs": ["container", "place_and_time"]}]));
    }
    if verb == "close-incident" {
        set(
            "closed",
            json!({"outcome": "confirmed", "basis": "The seal was changed on the road.", "closed_at": "2026-06-25T15:04:05.000000Z"}),
        );
    }
    match verb {
        "triage" => set("status", json!("triaged")),
        "begin-review" => set("status", json!("under_review")),
        _ => {}
    }
    incident
}

pub fn page() -> Value {
    json!({"items": [{"id": ID, "version": 2, "status": "reported", "kind": "seal_discrepancy", "disclosure": "before_cbp",
        "country": "MX", "reported_for": ACCOUNT, "reported_on": "2026-03-02", "due_on": "2026-03-07",
        "updated_at": "2026-03-02T15:04:05.123456Z"}]})
}
