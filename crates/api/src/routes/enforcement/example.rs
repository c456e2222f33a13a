//! Examples of an enforcement action, along one story.

use super::view::ReasonList;
use serde_json::{Value, json};

/// The action of the examples.
pub const ID: &str = "enf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
const MEMBERSHIP: &str = "mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
const ACCOUNT: &str = "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
const APPEAL: &str = "apl_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
const OFFICER: &str = "per_0193a5c0de7a7c3eb8f6000000000001";
const SUPERVISOR: &str = "per_0193a5c0de7a7c3eb8f6000000000005";
const DIRECTOR: &str = "per_0193a5c0de7a7c3eb8f6000000000006";
const ANOTHER_DIRECTOR: &str = "per_0193a5c0de7a7c3eb8f6000000000009";

/// A suspension as it was decided.
pub fn decided() -> Value {
    json!({
        "id": ID, "version": 1, "membership_id": MEMBERSHIP, "account_id": ACCOUNT, "action": "suspension", "scope": "whole",
        "status": "open", "allowed_commands": ["correct-entry"], "reason": "failed_validation",
        "reason_text": "A validation was failed.", "facts": "Trailer 4471 stood unlocked; no log of its seal was kept.",
        "criteria_applied": ["Seal control (7.24): not followed."],
        "cause": {"kind": "validation", "reference": "VAL-2028-00077"},
        "recommended_by": SUPERVISOR, "recommended_on": "2028-06-05", "decided_by": DIRECTOR, "decided_on": "2028-06-06",
        "notice_on": "2028-06-06", "effective_on": "2028-06-06", "answer_due_on": "2028-09-04", "appeal_due_on": "2028-09-04",
        "earlier_membership_status": "validated", "membership_status": "suspended", "appeals": [], "corrections": [],
    })
}

fn with(mut value: Value, members: Value) -> Value {
    if let (Value::Object(value), Value::Object(members)) = (&mut value, members) {
        value.extend(members);
    }
    value
}

/// An appeal that is open.
pub fn appeal() -> Value {
    json!({"appeal_id": APPEAL, "enforcement_action_id": ID, "membership_id": MEMBERSHIP, "account_id": ACCOUNT,
        "status": "open", "grounds": "The seal was changed by officers at the inspection before.", "filed_by": OFFICER,
        "filed_on": "2028-07-05", "due_on": "2029-01-01"})
}

/// The action after a command, by its name in the address.
pub fn after(command: &str) -> Value {
    let closed = |status: &str, text: &str, by: &str| {
        let closed = json!({"status": status, "text": text, "closed_by": by, "closed_on": "2028-07-20"});
        json!([with(appeal(), closed)])
    };
    let change = match command {
        "submit-corrective-plan" => {
            json!({"version": 2, "allowed_commands": ["submit-corrective-plan", "file-appeal"],
            "corrective_plan": {"objectives": [{"objective": "Two people check and log every seal at the gate.",
                "due_on": "2035-08-01"}], "consents_to_unannounced_visits": true, "submitted_by": OFFICER,
                "submitted_on": "2028-07-03"}})
        }
        "correct-entry" => {
            json!({"version": 2, "facts": "14 kg of cocaine in trailer 4471; the seal had been changed.",
            "corrections": [{"field": "facts", "earlier": "Trailer 4471 stood unlocked; no log of its seal was kept.",
                "value": "14 kg of cocaine in trailer 4471; the seal had been changed.",
                "reason": "The laboratory weighed it.", "corrected_by": DIRECTOR, "corrected_on": "2028-06-10"}]})
        }
        "file-appeal" => json!({"version": 3, "status": "appealed",
            "allowed_commands": ["submit-corrective-plan", "withdraw-appeal"], "appeals": [appeal()]}),
        "withdraw-appeal" => {
            json!({"version": 4, "allowed_commands": ["submit-corrective-plan", "file-appeal"],
            "appeals": closed("withdrawn", "A corrective plan is the better way.", OFFICER)})
        }
        "grant-appeal" => json!({"version": 5, "status": "ended",
            "appeals": closed("granted", "The seal was changed by officers; the company could not know.", ANOTHER_DIRECTOR),
            "ended": {"how": "appeal_granted", "ended_by": ANOTHER_DIRECTOR, "ended_on": "2028-07-20"}}),
        _ => json!({"version": 4,
            "appeals": closed("denied", "The log does not show the seal of 2 June.", ANOTHER_DIRECTOR)}),
    };
    with(decided(), change)
}

/// A page of the register.
pub fn page() -> Value {
    json!({"items": [{
        "id": ID, "membership_id": MEMBERSHIP, "account_id": ACCOUNT, "action": "suspension", "scope": "whole",
        "reason": "failed_validation", "cause": {"kind": "validation", "reference": "VAL-2028-00077"}, "status": "open",
        "recommended_by": SUPERVISOR, "decided_by": DIRECTOR, "decided_on": "2028-06-06", "notice_on": "2028-06-06",
        "effective_on": "2028-06-06", "answer_due_on": "2028-09-04", "appeal_due_on": "2028-09-04",
        "updated_at": "2028-06-06T15:04:05Z", "version": 1,
    }]})
}

/// A page of appeals.
pub fn appeal_page() -> Value {
    json!({"items": [{"appeal_id": APPEAL, "enforcement_action_id": ID, "membership_id": MEMBERSHIP, "account_id": ACCOUNT,
        "status": "open", "filed_on": "2028-07-05", "due_on": "2029-01-01"}]})
}

/// A page of recommendations.
pub fn recommendations() -> Value {
    json!({"items": [{"membership_id": MEMBERSHIP, "action": "suspension", "reason": "failed_validation",
        "recommended_by": SUPERVISOR, "recommended_on": "2028-06-05"}]})
}

/// The first reason of the list.
pub fn reasons() -> Value {
    let first = ReasonList { items: ReasonList::all().items.into_iter().take(1).collect() };
    serde_json::to_value(first).unwrap_or_default()
}
