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

#[test]
fn whoever_is_named_is_asked_and_may_decline_with_any_token() {
    let server = Server::start(Options::default());
    let officer = server.token("maria", &[]);
    let account = register(&server, &officer);
    let path = account.header("location").unwrap().to_owned();
    let contact = json!({"given_name": "Sam", "family_name": "Otieno", "email": "sam@example.com", "company_officer": false});
    let body = json!({"contact": contact, "point_of_contact": "none", "subject": "sam"});
    let added = server.post_as(&officer, &format!("{path}/add-contact"), &[], &body).json();
    let person = added["contacts"][1]["person_id"].clone();
    let role = json!({"person_id": person, "role": "employee"});
    let granted = server.post_as(&officer, &format!("{path}/grant-role"), &[], &role).json();
    let accepted = |account: &serde_json::Value| {
        let users = account["users"].as_array().unwrap().iter();
        users.map(|user| user["accepted"].as_bool().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(accepted(&granted), [true, false]);
    let (at_home, at_cbp) = (server.token("sam", &[]), server.token("sam", &[Role::Specialist]));
    let naming = json!([{"account_id": granted["id"], "company": granted["company"]["name"], "person_id": person, "roles": ["employee"]}]);
    for token in [&at_home, &at_cbp] {
        let me = server.get_as(token, "/v1/me").json();
        assert_eq!(
            (&me["named_by"], &me["accounts"], me.get("serves_companies")),
            (&naming, &json!([]), None)
        );
        server.get_as(&at_home, &path).problem("not-found");
    }
    let own = json!({"person_id": person});
    let send = |token: &str, verb: &str| {
        let keys = [("Idempotency-Key", verb)];
        let keys = if verb == "leave-account" { &keys[..] } else { &[] };
        server.post_as(token, &format!("/v1/me/{verb}"), keys, &own)
    };
    assert_eq!(send(&at_cbp, "accept-roles").problem("forbidden")["code"], "company_token_only");
    assert_eq!(send(&officer, "accept-roles").problem("validation-failed")["errors"][0]["code"], "not_you");
    let me = send(&at_home, "accept-roles").json();
    assert_eq!((&me["accounts"][0]["roles"], me.get("named_by")), (&json!(["employee"]), None));
    assert_eq!(server.get_as(&at_cbp, "/v1/me").json()["serves_companies"][0]["person_id"], person);
    assert_eq!(accepted(&server.get_as(&officer, &path).json()), [true, true]);
    let left = send(&at_cbp, "leave-account");
    assert_eq!((left.status, left.header("idempotent-replayed")), (200, None));
    let again = send(&at_cbp, "leave-account");
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")));
    assert_eq!(server.get_as(&at_home, "/v1/me").json()["accounts"], json!([]));
    assert_eq!(accepted(&server.get_as(&officer, &path).json()), [true]);
}

#[test]
fn an_account_says_what_the_caller_can_do_with_it() {
    let server = Server::start(Options::default());
    let officer = server.token("maria", &[]);
    let account = register(&server, &officer);
    let path = account.header("location").unwrap().to_owned();
    let everything = json!([
        "add-address",
        "change-address",
        "remove-address",
        "add-contact",
        "change-contact",
        "remove-contact",
        "grant-role",
        "revoke-role",
        "accept-agreement"
    ]);
    assert_eq!(account.json()["allowed_commands"], everything);
    let seen = |token: &str, path: &str| server.get_as(token, path).json()["allowed_commands"].clone();
    assert_eq!(seen(&officer, &path), everything);
    assert_eq!(seen(&officer, &format!("{path}?at_version=1")), json!([]), "commands act on what is so now");
    assert_eq!(
        seen(&server.token("sue", &[Role::Supervisor]), &path),
        json!(["erase-person", "place-hold", "lift-hold", "erase-applicant"])
    );
    assert_eq!(seen(&server.token("ada", &[Role::Auditor]), &path), json!([]));
    // A refusal offers the same.
    let unknown = json!({"address_id": "adr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"});
    let refused =
        server.post_as(&officer, &format!("{path}/remove-address"), &[], &unknown).problem("state-forbids");
    assert_eq!(refused["allowed_commands"], everything);
}
