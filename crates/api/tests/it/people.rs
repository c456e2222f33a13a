//! Who the caller is, and who it was that an event names.

use crate::support::{Answer, Options, Server};
use kernel::Role;
use serde_json::json;

/// Registers a company with the body that the document shows as an example.
fn register(server: &Server, officer: &str) -> Answer {
    let document = api::openapi();
    let body =
        &document["paths"]["/v1/accounts"]["post"]["requestBody"]["content"]["application/json"]["example"];
    server.post_as(officer, "/v1/accounts", &[], body)
}

#[test]
fn everybody_can_ask_who_they_are() {
    let server = Server::start(Options::default());
    server.get("/v1/me").problem("unauthenticated");
    let newcomer = server.get_as(&server.token("nobody yet", &[]), "/v1/me");
    assert_eq!(newcomer.header("cache-control"), Some("private, no-store"));
    let newcomer = newcomer.json();
    assert_eq!((&newcomer["subject"], &newcomer["roles"]), (&json!("nobody yet"), &json!([])));
    assert_eq!(newcomer["accounts"], json!([]));

    let officer = server.token("maria", &[]);
    let account = register(&server, &officer).json();
    let accounts = server.get_as(&officer, "/v1/me").json()["accounts"].clone();
    let contact = account["contacts"][0]["person_id"].clone();
    assert_eq!(accounts, json!([{"account_id": account["id"], "person_id": contact, "roles": ["officer"]}]));
    // Whoever has asked who they are is told by name to those who may ask.
    let auditor = server.token("ada", &[Role::Auditor]);
    let person = server.get_as(&auditor, &format!("/v1/people/{}", contact.as_str().unwrap())).json();
    assert_eq!((&person["kind"], &person["name"]), (&json!("contact"), &json!("Maria Ortega")));
    let specialist = server.token("sam", &[Role::Specialist]);
    let me = server.get_as(&specialist, "/v1/me").json();
    let path = format!("/v1/people/{}", me["person_id"].as_str().unwrap());
    let person = server.get_as(&auditor, &path).json();
    assert_eq!((&person["kind"], &person["subject"]), (&json!("staff"), &json!("sam")));
    assert_eq!(person["roles"], json!(["specialist"]));
}

#[test]
fn hashes_are_for_those_who_see_events_whole() {
    let server = Server::start(Options::default());
    let officer = server.token("maria", &[]);
    let account = register(&server, &officer);
    let path = format!("{}/events", account.header("location").unwrap());
    let own = server.get_as(&officer, &path).json();
    let whole = server.get_as(&server.token("ada", &[Role::Auditor]), &path).json();
    let hashes = |page: &serde_json::Value| {
        let items = page["items"].as_array().unwrap();
        (items.len(), items.iter().filter(|event| event["hash"].is_string()).count())
    };
    assert_eq!((hashes(&own), hashes(&whole)), ((2, 0), (2, 2)));
}

#[test]
fn officers_see_as_whom_their_contacts_sign_in() {
    let server = Server::start(Options::default());
    let officer = server.token("maria", &[]);
    let account = register(&server, &officer);
    let path = account.header("location").unwrap().to_owned();
    let first = account.json()["contacts"][0].clone();
    assert_eq!((&first["signs_in"], &first["subject"]), (&json!(true), &json!("maria")));
    let auditor = server.token("ada", &[Role::Auditor]);
    let seen = server.get_as(&auditor, &path).json()["contacts"][0].clone();
    assert_eq!((&seen["signs_in"], seen.get("subject")), (&json!(true), None));
}

#[test]
fn staff_who_serve_a_company_see_it_and_do_nothing_on_it() {
    let server = Server::start(Options::default());
    let officer = server.token("maria", &[]);
    let account = register(&server, &officer).json();
    let id = account["id"].as_str().unwrap();
    let supervisor = server.token("maria", &[Role::Supervisor]);
    let me = server.get_as(&supervisor, "/v1/me").json();
    let contact = account["contacts"][0]["person_id"].clone();
    let serves = json!([{"account_id": id, "person_id": contact, "roles": ["officer"]}]);
    assert_eq!((&me["accounts"], &me["serves_companies"]), (&json!([]), &serves));
    assert_eq!(server.get_as(&officer, "/v1/me").json().get("serves_companies"), None);
    let erase = |token: &str| {
        let body = json!({"person_id": contact, "reason": "They asked for it."});
        server.post_as(token, &format!("/v1/accounts/{id}/erase-person"), &[], &body)
    };
    let problem = erase(&supervisor).problem("forbidden");
    assert_eq!(problem["code"], "conflict_of_interest");
    assert!(problem["detail"].as_str().unwrap().contains("this company"), "{problem}");
    // Another supervisor is refused for what the rules say, and not for who they are.
    assert_eq!(erase(&server.token("sue", &[Role::Supervisor])).status, 409);
}
