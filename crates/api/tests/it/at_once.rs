//! What a body breaks by itself is told in one answer, whichever kind of mistake it is.

use crate::support::Server;
use kernel::Role;
use serde_json::{Value, json};

/// An address with ids that nothing has: none of this is about what is stored.
fn path(text: &str) -> String {
    text.replace('*', "0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
}

fn says(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}

fn told(roles: &[Role], address: &str, body: &Value, expected: &[(&str, &str)]) {
    let server = Server::shared();
    let token = server.token("all-at-once", roles);
    let problem = server.post_as(&token, &path(address), &[], body).problem("validation-failed");
    let mut found = says(&problem);
    found.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{address}: {problem}");
}

#[test]
fn of_an_application_everything_that_its_type_asks_for() {
    let number = json!({"type": "importer_of_record", "value": "12-345678900"});
    let body = json!({
        "account_id": "acc_1", "entity_type": "foreign_manufacturer", "country_of_establishment": "US", "colour": "red",
        "identifiers": [number, {"type": "scac", "value": "AB"}, number],
        "declarations": {"last_trading_on": "2999-01-01", "statements": [
            {"statement": "no_such", "answer": "affirmed"},
        ]},
    });
    let problem = Server::shared()
        .post_as(&Server::shared().token("all-at-once", &[]), "/v1/memberships", &[], &body)
        .problem("validation-failed");
    let found = says(&problem);
    for expected in [
        ("/account_id", "pattern"),
        ("/colour", "unknown_member"),
        ("/country_of_establishment", "country_not_for_type"),
        ("/identifiers", "identifier_missing"),
        ("/identifiers/1/value", "identifier_shape"),
        ("/identifiers/2", "duplicate"),
        ("/declarations/last_trading_on", "date_in_future"),
        ("/declarations/statements/0/statement", "enum"),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    // What cannot be read keeps only the rules that need it from being asked.
    let body = json!({"account_id": "acc_1", "entity_type": "circus", "country_of_establishment": "US",
        "identifiers": [number, number, {"type": "lucky_number", "value": "7"}]});
    told(
        &[],
        "/v1/memberships",
        &body,
        &[
            ("/account_id", "pattern"),
            ("/entity_type", "enum"),
            ("/identifiers/1", "duplicate"),
            ("/identifiers/2/type", "enum"),
        ],
    );
}

#[test]
fn of_an_application_that_is_well_formed_what_stands_twice_and_the_shapes_of_its_type() {
    let one = json!({"statement": membership::membership::Statement::ALL[0].as_str(), "answer": "affirmed"});
    let body = json!({"account_id": path("acc_*"), "entity_type": "importer", "country_of_establishment": "US",
        "identifiers": [{"type": "scac", "value": "AB"}, {"type": "importer_of_record", "value": "12-345678900"}],
        "declarations": {"last_trading_on": "2999-01-01", "statements": [one, one]}});
    let problem = Server::shared()
        .post_as(&Server::shared().token("all-at-once", &[]), "/v1/memberships", &[], &body)
        .problem("validation-failed");
    let found = says(&problem);
    for expected in [
        ("/identifiers/0/value", "identifier_shape"),
        ("/declarations/statements/1", "statement_twice"),
        ("/declarations/last_trading_on", "date_in_future"),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
}

#[test]
fn of_commands_the_days_and_what_has_to_fit() {
    let staff = [Role::Supervisor];
    let unknown = ("/x", "unknown_member");
    told(
        &staff,
        "/v1/memberships/mbr_*/set-bond",
        &json!({"kind": "importer", "term": "continuous", "number": " ", "surety": "S", "effective_on": "2026-02-02",
            "ends_on": "2026-02-01"}),
        &[("/number", "blank"), ("/ends_on", "date_order")],
    );
    told(
        &staff,
        "/v1/memberships/mbr_*/record-vetting-result",
        &json!({"outcome": "passed", "summary": "security_event", "determined_on": "2999-01-01", "x": 1}),
        &[unknown, ("/summary", "summary_does_not_fit"), ("/determined_on", "date_in_future")],
    );
    told(
        &staff,
        "/v1/memberships/mbr_*/record-determination",
        &json!({"condition": "c4", "outcome": "met", "determined_on": "2999-01-01"}),
        &[
            ("/basis", "required"),
            ("/condition", "condition_determined_by_system"),
            ("/determined_on", "date_in_future"),
        ],
    );
    told(
        &staff,
        "/v1/memberships/mbr_*/find-ineligible",
        &json!({"condition": "c1", "reason": "unpaid_debt"}),
        &[("/text", "required"), ("/reason", "reason_does_not_fit")],
    );
    told(
        &staff,
        "/v1/memberships/mbr_*/correct-date",
        &json!({"field": "applied_on", "value": "1999-01-01"}),
        &[("/reason", "required"), ("/value", "date_before_programme")],
    );
    told(
        &staff,
        "/v1/invitations",
        &json!({"entity_type": "foreign_manufacturer", "expires_on": "2001-01-01", "x": 1}),
        &[unknown, ("/expires_on", "date_in_the_past")],
    );
    told(
        &staff,
        "/v1/profiles/prf_*/return",
        &json!({"due_on": "2001-01-01", "x": 1}),
        &[unknown, ("/due_on", "in_the_past")],
    );
    told(
        &[],
        "/v1/memberships/mbr_*/withdraw",
        &json!({"reason": "other", "x": 1}),
        &[unknown, ("/text", "required")],
    );
    told(
        &[],
        "/v1/memberships/mbr_*/declare-eligibility",
        &json!({"declarations": {"last_trading_on": "2999-01-01", "debt": "perhaps"}}),
        &[("/declarations/debt", "enum"), ("/declarations/last_trading_on", "date_in_future")],
    );
    // A body that is well formed says nothing before it is known what it is about.
    let server = Server::shared();
    let supervisor = server.token("all-at-once", &staff);
    let body = json!({"condition": "c1", "reason": "unpaid_debt", "text": "No."});
    server
        .post_as(&supervisor, &path("/v1/memberships/mbr_*/find-ineligible"), &[], &body)
        .problem("not-found");
}

#[test]
fn of_a_company_who_registers_it_and_since_when_it_is_there() {
    let document = api::openapi();
    let example =
        &document["paths"]["/v1/accounts"]["post"]["requestBody"]["content"]["application/json"]["example"];
    let mut body = example.clone();
    body["company"]["business_started_on"] = json!("2999-01-01");
    body["contact"]["company_officer"] = json!(false);
    let rules = [
        ("/company/business_started_on", "date_in_future"),
        ("/contact/company_officer", "officer_required"),
    ];
    told(&[], "/v1/accounts", &body, &rules);
    body["company"]["name"] = json!("");
    told(&[], "/v1/accounts", &body, &[&rules[..], &[("/company/name", "blank")]].concat());

    let server = Server::shared();
    let bearer = format!("Bearer {}", server.token("all-at-once", &[]));
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/merge-patch+json")];
    let body = json!({"business_started_on": "2999-01-01", "name": null}).to_string();
    let answer = server.send("PATCH", &path("/v1/accounts/acc_*"), &headers, body.as_bytes());
    let problem = answer.problem("validation-failed");
    let mut found = says(&problem);
    found.sort_unstable();
    assert_eq!(found, [("/business_started_on", "date_in_future"), ("/name", "type")]);
}

#[test]
fn of_an_answer_evidence_that_stands_twice() {
    let server = Server::shared();
    let bearer = format!("Bearer {}", server.token("all-at-once", &[]));
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let body = json!({"applies": "perhaps", "evidence": ["a.pdf", "b.pdf", "a.pdf"]}).to_string();
    let answer = server.send("PUT", &path("/v1/profiles/prf_*/answers/1.1"), &headers, body.as_bytes());
    let problem = answer.problem("validation-failed");
    let mut found = says(&problem);
    found.sort_unstable();
    assert_eq!(found, [("/applies", "enum"), ("/evidence/2", "duplicate")]);
}
