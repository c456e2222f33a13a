//! Examples of a membership: as it is after each command, along one story.

use membership::membership::{Condition, Outcome};
use serde_json::{Value, json};

/// The membership of the examples.
pub const ID: &str = "mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
const OFFICER: &str = "per_0193a5c0de7a7c3eb8f6000000000001";
const SPECIALIST: &str = "per_0193a5c0de7a7c3eb8f6000000000004";
const SUPERVISOR: &str = "per_0193a5c0de7a7c3eb8f6000000000005";

/// Of a company.
const TO_APPLY: [&str; 5] =
    ["change-identifiers", "attach-document", "remove-document", "declare-eligibility", "withdraw"];
/// Of a specialist.
const TO_REVIEW: [&str; 4] =
    ["set-bond", "record-determination", "record-vetting-result", "recommend-certification"];
/// Of a supervisor.
const TO_DECIDE: [&str; 9] = [
    "set-bond",
    "record-determination",
    "assign-specialist",
    "record-vetting-result",
    "recommend-certification",
    "certify",
    "reject",
    "find-ineligible",
    "correct-date",
];

/// A membership that was just applied for.
pub fn applied() -> Value {
    let mut membership = json!({
        "id": ID, "version": 1, "account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "profile_id": "prf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "entity_type": "importer", "country_of_establishment": "US",
        "status": "pre_applicant", "allowed_commands": TO_APPLY, "agreement_version": "2024-1",
        "identifiers": [{"type": "importer_of_record", "as_typed": "12-345678900", "normalised": "12345678900"}],
        "documents": [], "declarations": {"statements": []}, "determinations": [], "profile_stage": "open",
        "vetting": {"outcome": "open"}, "dates": {"applied_on": "2026-03-02", "profile_due_on": "2026-04-01"},
        "validations": [], "corrections": [],
    });
    let open = |condition: &str, source: &str, basis: &str| {
        determined(condition, "open", "2026-03-02", json!({"determined_by": "system"}), (source, basis))
    };
    let met = |condition: &str, basis: &str| {
        determined(
            condition,
            "met",
            "2026-03-02",
            json!({"determined_by": "system"}),
            ("account_data", basis),
        )
    };
    let first = [
        open("c1", "declaration", "The company has not declared when it last traded."),
        met("c2", "The account has a staffed office in US."),
        met("c3", "The account has an active user with the role officer."),
        met("c4", "An officer accepted version 2024-1 of the agreement."),
        open("c5", "security_profile", "The security profile has not been submitted yet."),
        open("c6", "declaration", "The company has not declared its debts yet."),
        open("c7", "vetting", "Not determined by CBP yet."),
        open("c8", "security_profile", "Not determined by CBP yet."),
    ];
    determine(&mut membership, first);
    membership
}

/// The membership after a command, by its name in the address.
pub fn after(command: &str) -> Value {
    let mut membership = applied();
    let company = json!({"determined_by": "company", "person_id": OFFICER});
    let declared = [
        determined(
            "c1",
            "met",
            "2026-03-05",
            json!({"determined_by": "system"}),
            ("declaration", "Last traded on 2026-02-20, within 365 days before this determination."),
        ),
        determined(
            "c6",
            "met",
            "2026-03-05",
            company,
            ("declaration", "The company declares that it has no such debt."),
        ),
    ];
    let document = json!([{"document_id": "doc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "kind": "certificate_of_incorporation",
        "title": "Certificate", "reference": "https://files.example.com/certificate.pdf", "attached_on": "2026-03-04"}]);
    match command {
        "change-identifiers" => return changed(membership, json!({"version": 2})),
        "attach-document" => return changed(membership, json!({"version": 3, "documents": document})),
        "remove-document" => return changed(membership, json!({"version": 4})),
        "withdraw" => {
            return changed(
                membership,
                json!({"version": 2, "status": "withdrawn", "allowed_commands": ["reapply"],
                    "ending": {"reason": "no_longer_trading"}, "dates": {"ended_on": "2026-03-09"}}),
            );
        }
        "declare-eligibility" => {
            determine(&mut membership, declared);
            let said = json!({"last_trading_on": "2026-02-20", "debt": "no_unpaid_final_debt"});
            return changed(membership, json!({"version": 5, "declarations": said}));
        }
        _ => {}
    }
    determine(&mut membership, declared);
    let submitted = ("security_profile", "The security profile was submitted with every answer.");
    determine(
        &mut membership,
        [determined("c5", "met", "2026-03-20", json!({"determined_by": "system"}), submitted)],
    );
    membership = changed(
        membership,
        json!({"version": 7, "status": "applicant", "allowed_commands": TO_DECIDE, "profile_stage": "submitted",
            "declarations": {"last_trading_on": "2026-02-20", "debt": "no_unpaid_final_debt"},
            "assignment": {"specialist_id": SPECIALIST, "office": "laredo", "assigned_on": "2026-03-23"},
            "dates": {"profile_submitted_on": "2026-03-20", "certification_due_on": "2026-06-18"}}),
    );
    let ended = |status: &str, reason: &str, text: &str| {
        json!({"version": 8, "status": status, "allowed_commands": ["correct-date"], "ending": {"reason": reason, "text": text},
            "dates": {"ended_on": "2026-04-09"}})
    };
    match command {
        "assign-specialist" => return membership,
        "reject" => {
            let text = "The security profile does not meet the criteria.";
            return changed(membership, ended("rejected", "criteria_not_met", text));
        }
        "find-ineligible" => {
            let text = "There is a final, unpaid debt to CBP.";
            let staff = json!({"determined_by": "staff", "person_id": SUPERVISOR});
            determine(
                &mut membership,
                [determined("c6", "not_met", "2026-04-09", staff, ("decision", text))],
            );
            return changed(membership, ended("ineligible", "unpaid_debt", text));
        }
        _ => {}
    }
    reviewed(membership, command)
}

/// From the approval of the profile on.
fn reviewed(mut membership: Value, command: &str) -> Value {
    let staff = json!({"determined_by": "staff", "person_id": SPECIALIST});
    let approved = ("security_profile", "The security profile was approved.");
    determine(&mut membership, [determined("c8", "met", "2026-04-14", staff.clone(), approved)]);
    let passed = ("vetting", "The vetting was passed.");
    determine(&mut membership, [determined("c7", "met", "2026-04-15", staff.clone(), passed)]);
    membership = changed(
        membership,
        json!({"version": 9, "status": "approved", "allowed_commands": TO_REVIEW, "profile_stage": "approved",
            "vetting": {"outcome": "passed", "summary": "no_concerns", "determined_on": "2026-04-15"},
            "dates": {"profile_approved_on": "2026-04-14"}}),
    );
    if command == "record-vetting-result" {
        return membership;
    }
    let no_debt = ("staff", "No final unpaid debt found.");
    determine(&mut membership, [determined("c6", "met", "2026-04-16", staff, no_debt)]);
    membership = changed(membership, json!({"version": 10}));
    if command == "record-determination" {
        return membership;
    }
    let bond = json!({"kind": "importer", "term": "continuous", "number": "010001234", "surety": "Example Surety Co.",
        "effective_on": "2026-01-01"});
    membership = changed(membership, json!({"version": 11, "bond": bond}));
    if command == "set-bond" {
        return membership;
    }
    let recommendation = json!({"recommended_by": SPECIALIST, "recommended_on": "2026-04-20"});
    membership = changed(membership, json!({"version": 12, "recommendation": recommendation}));
    if command == "recommend-certification" {
        return membership;
    }
    membership = changed(
        membership,
        json!({"version": 13, "status": "certified", "tier": "tier_1", "certified_by": SUPERVISOR,
            "allowed_commands": ["set-bond", "record-determination", "assign-specialist", "correct-date", "record-validation-outcome"],
            "dates": {"certified_on": "2026-04-22", "anniversary_on": "2027-04-22", "first_validation_due_on": "2027-04-22"}}),
    );
    if command == "certify" {
        return membership;
    }
    if command != "correct-date" {
        return validated(membership, command);
    }
    let correction = json!({"field": "applied_on", "earlier": "2026-03-03", "value": "2026-03-02",
        "reason": "The application had come on paper on 2 March 2026.", "corrected_by": SUPERVISOR, "corrected_on": "2026-04-23",
        "derived": [{"field": "profile_due_on", "earlier": "2026-04-02", "value": "2026-04-01"}]});
    changed(membership, json!({"version": 14, "corrections": [correction]}))
}

/// From the first validation on.
fn validated(membership: Value, command: &str) -> Value {
    let passed = json!({"validation_reference": "VAL-2027-00412", "outcome": "validated", "validated_on": "2027-03-15",
        "tier": "tier_2", "reported_by": SPECIALIST, "recorded_by": SUPERVISOR, "recorded_on": "2027-03-15"});
    let membership = changed(
        membership,
        json!({"version": 14, "status": "validated", "tier": "tier_2", "validations": [passed],
            "allowed_commands": ["set-bond", "record-determination", "assign-specialist", "correct-date",
                "record-validation-outcome", "change-tier"],
            "dates": {"validated_on": "2027-03-15", "revalidation_due_on": "2031-03-15"}}),
    );
    if command == "record-validation-outcome" {
        return membership;
    }
    if command == "change-tier" {
        return changed(membership, json!({"version": 15, "tier": "tier_3"}));
    }
    enforced(membership, command)
}

const ACTION: &str = "enf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

/// What is decided against a validated member, and how it leaves.
fn enforced(membership: Value, command: &str) -> Value {
    let recommended = json!({"action": "suspension", "reason": "failed_validation",
        "text": "Two of three sites kept no log of seals.", "recommended_by": SPECIALIST, "recommended_on": "2028-06-05"});
    let in_force = |action: &str| json!({"in_force": [{"enforcement_action_id": ACTION, "action": action}]});
    let change = match command {
        "recommend-enforcement" => {
            json!({"version": 15, "enforcement": {"in_force": [], "recommendation": recommended}})
        }
        "suspend" => json!({"version": 16, "status": "suspended", "enforcement": in_force("suspension"),
            "allowed_commands": ["set-bond", "record-determination", "assign-specialist", "correct-date"]}),
        "remove" => json!({"version": 16, "status": "removed", "enforcement": in_force("removal"),
            "allowed_commands": ["correct-date"], "ending": {"reason": "aggravated_inadequate_security"},
            "dates": {"ended_on": "2028-06-06", "reapply_from": "2029-06-06"}}),
        "request-withdrawal" => json!({"version": 15, "withdrawal_request": {"reason": "merged_or_sold",
            "requested_by": OFFICER, "requested_on": "2029-02-01"},
            "allowed_commands": ["change-identifiers", "attach-document", "declare-eligibility", "request-withdrawal",
                "take-back-withdrawal"]}),
        "take-back-withdrawal" => json!({"version": 16,
            "allowed_commands": ["change-identifiers", "attach-document", "declare-eligibility", "request-withdrawal"]}),
        "close" => json!({"version": 16, "status": "withdrawn", "allowed_commands": ["correct-date"],
            "ending": {"reason": "merged_or_sold"}, "dates": {"ended_on": "2029-02-05"}}),
        // Reinstated: what stood before.
        _ => json!({"version": 18}),
    };
    let mut after = changed(membership, change);
    if matches!(command, "remove" | "close")
        && let Value::Object(members) = &mut after
    {
        members.remove("tier");
    }
    after
}

/// A determination of a condition: by whom, from which source and on which basis.
fn determined(condition: &str, outcome: &str, on: &str, who: Value, (source, basis): (&str, &str)) -> Value {
    let by = |member: &str| who.get(member).cloned().unwrap_or_default();
    let mut determination = json!({"condition": condition, "outcome": outcome, "determined_on": on,
        "determined_by": by("determined_by"), "basis": basis, "source": source});
    if let (Some(person), Value::Object(members)) = (who.get("person_id"), &mut determination) {
        members.insert("person_id".to_owned(), person.clone());
    }
    determination
}

/// Adds determinations, and says of every condition how it then stands.
fn determine(membership: &mut Value, more: impl IntoIterator<Item = Value>) {
    let Value::Object(members) = membership else { return };
    let mut all = members.get("determinations").and_then(Value::as_array).cloned().unwrap_or_default();
    all.extend(more);
    let conditions: Vec<Value> = Condition::ALL
        .iter()
        .map(|condition| {
            let newest = all.iter().rev().find(|one| one.get("condition") == Some(&json!(condition.as_str())));
            let outcome = newest.and_then(|one| one.get("outcome")).cloned().unwrap_or_default();
            json!({"condition": condition.as_str(), "text": condition.text(), "how_checked": condition.how_checked(),
                "source": condition.source(), "outcome": outcome, "settled": outcome == json!(Outcome::Met.as_str())})
        })
        .collect();
    members.insert("determinations".to_owned(), Value::Array(all));
    members.insert("conditions".to_owned(), Value::Array(conditions));
}

/// With other members; objects are joined.
fn changed(mut membership: Value, change: Value) -> Value {
    if let (Value::Object(members), Value::Object(change)) = (&mut membership, change) {
        for (name, value) in change {
            match (members.get_mut(&name), value) {
                (Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
                (_, value) => {
                    members.insert(name, value);
                }
            }
        }
    }
    membership
}
