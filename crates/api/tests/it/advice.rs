//! What a refusal says: enough to mend the request without another page.

use crate::support::{Answer, Options, Server};
use kernel::Role;
use serde_json::{Value, json};

fn example(path: &str, method: &str, media_type: &str) -> Value {
    api::openapi()["paths"][path][method]["requestBody"]["content"][media_type]["example"].clone()
}

/// An account, with the token of its officer.
fn account(server: &Server) -> (String, String) {
    let officer = server.token("advised", &[]);
    let body = example("/v1/accounts", "post", "application/json");
    let account = server.post_as(&officer, "/v1/accounts", &[], &body);
    (officer, format!("/v1/accounts/{}", account.json()["id"].as_str().unwrap()))
}

fn detail(answer: &Answer, slug: &str) -> String {
    answer.problem(slug)["detail"].as_str().unwrap_or_default().to_owned()
}

fn patch(server: &Server, token: &str, path: &str, tag: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/merge-patch+json"),
        ("If-Match", tag),
    ];
    server.send("PATCH", path, &headers, body.to_string().as_bytes())
}

/// The detail of each error by its pointer.
fn errors(answer: &Answer) -> Vec<(String, String)> {
    let problem = answer.problem("validation-failed");
    let text = |error: &Value, member: &str| error[member].as_str().unwrap().to_owned();
    let all = problem["errors"].as_array().unwrap();
    all.iter().map(|error| (text(error, "pointer"), text(error, "detail"))).collect()
}

#[test]
fn who_may_do_it_is_said() {
    let server = Server::shared();
    let operator = server.token("operator", &[Role::Operator]);
    let refused = detail(&server.get_as(&operator, "/v1/events"), "forbidden");
    assert!(refused.contains("feed.read") && refused.contains("auditor, programme_director"), "{refused}");
}

#[test]
fn versions_that_do_not_match_are_explained() {
    let server = Server::start(Options::default());
    let (officer, path) = account(&server);
    let change = json!({"telephone": "+1 956 555 0199"});
    let stale = detail(&patch(&server, &officer, &path, "\"9\"", &change), "version-mismatch");
    assert!(stale.contains("If-Match: \"2\"") && !stale.contains("quotation"), "{stale}");
    let bare = detail(&patch(&server, &officer, &path, "2", &change), "version-mismatch");
    assert!(bare.contains("quotation marks"), "{bare}");
    let weak = detail(&patch(&server, &officer, &path, "W/\"2\"", &change), "version-mismatch");
    assert!(weak.contains("weak"), "{weak}");
    for when in ["as_of=2020-01-01T00:00:00Z", "known_at=2020-01-01T00:00:00Z", "at_version=9"] {
        let before = detail(&server.get_as(&officer, &format!("{path}?{when}")), "not-found");
        assert!(before.contains("as_of, known_at and at_version"), "{when}: {before}");
    }
    let key = [("Idempotency-Key", "advice-1")];
    let address = |street: &str| {
        let mut body = example("/v1/accounts/{account_id}/add-address", "post", "application/json");
        body["address"]["street_1"] = json!(street);
        server.post_as(&officer, &format!("{path}/add-address"), &key, &body)
    };
    assert_eq!(address("12 Mines Road").status, 200);
    assert!(detail(&address("13 Mines Road"), "idempotency-key-reused").contains("new key"));
}

#[test]
fn members_that_are_wrong_are_told_what_is_expected() {
    let server = Server::start(Options::default());
    let (officer, path) = account(&server);
    let removed = errors(&patch(&server, &officer, &path, "\"2\"", &json!({"name": null})));
    assert_eq!(removed, [("/name".to_owned(), "cannot be removed".to_owned())]);
    let removed = patch(&server, &officer, &path, "\"2\"", &json!({"employees": null}));
    assert_eq!(removed.status, 200, "{}", String::from_utf8_lossy(&removed.body));
    let mut body = example("/v1/accounts", "post", "application/json");
    body["contact"]["email"] = json!("maria at example");
    body["company"]["nmae"] = json!("Harbor");
    let wrong = errors(&server.post_as(&officer, "/v1/accounts", &[], &body));
    let said = |pointer: &str| {
        let found = wrong.iter().find(|(at, _)| at == pointer);
        found.unwrap_or_else(|| panic!("{pointer}: {wrong:?}")).1.clone()
    };
    assert_eq!(said("/contact/email"), "must be an e-mail address, for example maria.ortega@example.com");
    assert!(said("/company/nmae").contains("brief_history, business_started_on"), "{wrong:?}");
}

#[test]
fn an_identifier_of_the_wrong_shape_is_named_together_with_all_else() {
    let server = Server::shared();
    let officer = server.token("newcomer", &[]);
    let mut body = example("/v1/memberships", "post", "application/json");
    body["entity_type"] = json!("wizard");
    body["identifiers"] =
        json!([{"type": "importer_of_record", "value": "12-345678900"}, {"type": "scac", "value": "1"}]);
    let wrong = errors(&server.post_as(&officer, "/v1/memberships", &[], &body));
    let pointers: Vec<&str> = wrong.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert!(pointers.contains(&"/entity_type") && pointers.contains(&"/identifiers/1/value"), "{wrong:?}");
    assert_eq!(pointers.len(), 2, "{wrong:?}");
}
