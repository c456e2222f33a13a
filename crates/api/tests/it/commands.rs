//! Writing: once, whatever the network does; on the version that was read; and nobody learns of another's.

use crate::support::{Answer, Options, Server};
use kernel::Role;
use serde_json::{Value, json};

/// The body that the document shows as an example.
fn registration() -> Value {
    let document = api::openapi();
    document["paths"]["/v1/accounts"]["post"]["requestBody"]["content"]["application/json"]["example"].clone()
}

fn address() -> Value {
    json!({"address": registration()["primary_address"]})
}

fn register(server: &Server, token: &str, key: &str) -> Answer {
    server.post_as(token, "/v1/accounts", &[("Idempotency-Key", key)], &registration())
}

fn patch(server: &Server, token: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let all =
        [headers, &[("Authorization", bearer.as_str()), ("Content-Type", "application/merge-patch+json")]]
            .concat();
    server.send("PATCH", path, &all, body.to_string().as_bytes())
}

fn events(server: &Server, token: &str, account: &str) -> usize {
    server.get_as(token, &format!("{account}/events")).json()["items"].as_array().unwrap().len()
}

#[test]
fn a_repeat_of_a_key_gets_the_first_answer_and_changes_nothing() {
    let server = Server::start(Options::default());
    let ana = server.token("ana", &[]);
    let first = register(&server, &ana, "key-1");
    assert_eq!(first.status, 201, "{}", String::from_utf8_lossy(&first.body));
    let (location, etag) =
        (first.header("location").unwrap().to_owned(), first.header("etag").unwrap().to_owned());
    assert_eq!(first.header("idempotent-replayed"), None);
    let written = events(&server, &ana, &location);

    let repeat = register(&server, &ana, "key-1");
    assert_eq!((repeat.status, repeat.header("idempotent-replayed")), (201, Some("true")));
    assert_eq!(
        (repeat.header("location"), repeat.header("etag")),
        (Some(location.as_str()), Some(etag.as_str()))
    );
    assert_eq!(repeat.json(), first.json());
    assert_eq!(events(&server, &ana, &location), written);

    let mut other = registration();
    other["company"]["name"] = json!("Another Company");
    server
        .post_as(&ana, "/v1/accounts", &[("Idempotency-Key", "key-1")], &other)
        .problem("idempotency-key-reused");

    // After a change the repeat still tells what was then.
    let changed =
        patch(&server, &ana, &location, &[("If-Match", &etag)], &json!({"telephone": "+1 956 555 0199"}));
    assert_eq!(changed.status, 200, "{}", String::from_utf8_lossy(&changed.body));
    assert_eq!(register(&server, &ana, "key-1").header("etag"), Some(etag.as_str()));

    // Another client's key is another key, and a request that never counted can be mended under its key.
    assert_eq!(register(&server, &server.token("ben", &[]), "key-1").header("idempotent-replayed"), None);
    server
        .post_as(&ana, "/v1/accounts", &[("Idempotency-Key", "key-2")], &json!({}))
        .problem("validation-failed");
    assert_eq!(register(&server, &ana, "key-2").status, 201);
}

#[test]
fn requests_with_the_same_key_at_the_same_time_do_it_once() {
    let server = Server::start(Options::default());
    let ana = server.token("ana", &[]);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| register(&server, &ana, "same"))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for answer in &answers {
        match answer.status {
            201 => {}
            _ => {
                answer.problem("idempotency-key-in-progress");
                assert!(answer.header("retry-after").is_some());
            }
        }
    }
    assert_eq!(
        answers
            .iter()
            .filter(|answer| answer.status == 201 && answer.header("idempotent-replayed").is_none())
            .count(),
        1
    );
    assert_eq!(server.get_as(&ana, "/v1/accounts").json()["items"].as_array().unwrap().len(), 1);
}

#[test]
fn replacing_needs_the_version_that_was_read() {
    let server = Server::start(Options::default());
    let ana = server.token("ana", &[]);
    let made = register(&server, &ana, "key-1");
    let (path, etag) = (made.header("location").unwrap(), made.header("etag").unwrap());
    let version = made.json()["version"].as_i64().unwrap();
    assert!(etag.starts_with(&format!("\"{version}-")), "{etag}");
    let change = json!({"telephone": "+1 956 555 0199"});
    patch(&server, &ana, path, &[], &change).problem("match-required");
    for stale in [format!("\"{}\"", version + 1), "\"0\"".to_owned(), format!("W/{etag}")] {
        let problem =
            patch(&server, &ana, path, &[("If-Match", &stale)], &change).problem("version-mismatch");
        assert_eq!(problem["current_version"], version, "{stale}");
    }
    // A tag that was never given out matches nothing.
    for foreign in ["7", "\"x\"", "\"98\", \"99\"", "\"\"", "\"02\""] {
        patch(&server, &ana, path, &[("If-Match", foreign)], &change).problem("version-mismatch");
    }
    let after = patch(&server, &ana, path, &[("If-Match", etag)], &change);
    assert_eq!((after.status, &after.json()["version"]), (200, &json!(version + 1)));
    let removed = patch(
        &server,
        &ana,
        path,
        &[("If-Match", after.header("etag").unwrap())],
        &json!({"telephone": null}),
    );
    assert_eq!(removed.status, 200, "{}", String::from_utf8_lossy(&removed.body));
    assert!(!removed.json().to_string().contains("555 0199"));
    server
        .post_as(&ana, &format!("{path}/add-address"), &[("If-Match", "\"1000\"")], &address())
        .problem("version-mismatch");
}

#[test]
fn a_reader_that_has_the_version_is_spared_the_body() {
    let server = Server::start(Options::default());
    let ana = server.token("ana", &[]);
    let made = register(&server, &ana, "key-1");
    let (path, etag) = (made.header("location").unwrap(), made.header("etag").unwrap());
    let bearer = format!("Bearer {ana}");
    for tags in [etag.to_owned(), format!("W/{etag}"), format!("\"0\", {etag}"), "*".to_owned()] {
        for method in ["GET", "HEAD"] {
            let headers = [("Authorization", bearer.as_str()), ("If-None-Match", tags.as_str())];
            let answer = server.send(method, path, &headers, b"");
            assert_eq!(
                (answer.status, answer.body.len(), answer.header("etag")),
                (304, 0, Some(etag)),
                "{method} {tags}"
            );
        }
    }
    let headers = [("Authorization", bearer.as_str()), ("If-None-Match", "\"0\"")];
    assert_eq!(server.send("GET", path, &headers, b"").json(), made.json());
    let head = server.send("HEAD", path, &headers, b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), server.get_as(&ana, path).header("content-length"));
    assert_eq!(server.get_as(&ana, &format!("{path}?at_version=1")).status, 200);
    server.get_as(&ana, &format!("{path}?at_version=1000")).problem("not-found");
    // Where several limits stand, all of them hold: in 2020 there was no version 1 yet.
    server.get_as(&ana, &format!("{path}?at_version=1&as_of=2020-01-01T00:00:00Z")).problem("not-found");
    assert_eq!(server.get_as(&ana, &format!("{path}?at_version=1&as_of=2100-01-01T00:00:00Z")).status, 200);
    server.get_as(&ana, &format!("{path}?as_of=yesterday")).problem("validation-failed");
}

#[test]
fn what_belongs_to_another_company_does_not_exist() {
    let server = Server::start(Options::default());
    let (ana, ben) = (server.token("ana", &[]), server.token("ben", &[]));
    let path = register(&server, &ana, "a").header("location").unwrap().to_owned();
    assert_eq!(register(&server, &ben, "b").status, 201);
    let missing = "/v1/accounts/acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
    let alike = |path: &str| {
        let mut problem = server.get_as(&ben, path).problem("not-found");
        problem["instance"] = json!("");
        problem["request_id"] = json!("");
        problem
    };
    assert_eq!(alike(&path), alike(missing));
    assert_eq!(alike(&format!("{path}/events")), alike(&format!("{missing}/events")));
    patch(&server, &ben, &path, &[("If-Match", "\"1\"")], &json!({"telephone": "+1 956 555 0199"}))
        .problem("not-found");
    server.post_as(&ben, &format!("{path}/add-address"), &[], &address()).problem("not-found");
    let listed = server.get_as(&ben, "/v1/accounts").json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert!(!listed.to_string().contains(path.rsplit('/').next().unwrap()));
    // Staff may see it, but company data are the company's to change.
    let specialist = server.token("specialist", &[Role::Specialist]);
    assert_eq!(server.get_as(&specialist, &path).status, 200);
    patch(&server, &specialist, &path, &[("If-Match", "\"1\"")], &json!({"telephone": "+1 956 555 0199"}))
        .problem("forbidden");
}

#[test]
fn all_that_is_wrong_with_a_body_is_said_at_once_and_the_mended_request_works() {
    let server = Server::start(Options::default());
    let ana = server.token("ana", &[]);
    let mut body = registration();
    body["company"]["name"] = json!("  ");
    body["company"]["no_such"] = json!(1);
    body["company"]["employees"] = json!("a few");
    body["contact"] = json!({"email": 7});
    body.as_object_mut().unwrap().remove("primary_address");
    let problem =
        server.post_as(&ana, "/v1/accounts", &[("Idempotency-Key", "k")], &body).problem("validation-failed");
    let found: Vec<(&str, &str)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect();
    for expected in [
        ("/company/name", "blank"),
        ("/company/no_such", "unknown_member"),
        ("/company/employees", "enum"),
        ("/contact/email", "type"),
        ("/primary_address", "required"),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    assert_eq!(server.get_as(&ana, "/v1/accounts").json()["items"].as_array().unwrap().len(), 0);
    assert_eq!(register(&server, &ana, "k").status, 201);
}

#[test]
fn a_repeat_is_not_answered_to_somebody_who_may_not_read_it_any_more() {
    let server = Server::start(Options::default());
    let (bob, ida) = (server.token("bob", &[]), server.token("ida", &[]));
    let account = register(&server, &bob, "register").header("location").unwrap().to_owned();
    let contact = |name: &str, subject: Option<&str>| {
        json!({
            "contact": {"given_name": name, "family_name": "Lindqvist", "email": format!("{name}@example.com"),
                "company_officer": false},
            "point_of_contact": "none", "subject": subject,
        })
    };
    let post = |token: &str, command: &str, key: &str, body: &Value| {
        server.post_as(token, &format!("{account}/{command}"), &[("Idempotency-Key", key)], body)
    };
    let added = post(&bob, "add-contact", "add-ida", &contact("ida", Some("ida")));
    assert_eq!(added.status, 200, "{}", String::from_utf8_lossy(&added.body));
    let contacts = added.json()["contacts"].clone();
    let id = contacts.as_array().unwrap().last().unwrap()["person_id"].clone();
    let role = json!({"person_id": id, "role": "employee"});
    assert_eq!(post(&bob, "grant-role", "grant", &role).status, 200);
    let accepted = json!({"person_id": id});
    assert_eq!(server.post_as(&ida, "/v1/me/accept-roles", &[], &accepted).status, 200);
    let first = post(&ida, "add-contact", "add-zoe", &contact("zoe", None));
    assert_eq!(first.status, 200, "{}", String::from_utf8_lossy(&first.body));
    let repeat = post(&ida, "add-contact", "add-zoe", &contact("zoe", None));
    assert_eq!((repeat.status, repeat.header("idempotent-replayed")), (200, Some("true")));

    assert_eq!(post(&bob, "revoke-role", "revoke", &role).status, 200);
    server.get_as(&ida, &account).problem("not-found");
    // Another body does not bring out that the key was used here.
    post(&ida, "add-contact", "add-zoe", &contact("yan", None)).problem("not-found");
    let repeat = post(&ida, "add-contact", "add-zoe", &contact("zoe", None));
    repeat.problem("not-found");
    assert!(!String::from_utf8_lossy(&repeat.body).contains("@example.com"));
}

#[test]
fn who_may_read_and_no_longer_do_is_told_so_whatever_key_and_body() {
    let server = Server::start(Options::default());
    let (bob, ida) = (server.token("bob", &[]), server.token("ida", &[]));
    let account = register(&server, &bob, "register").header("location").unwrap().to_owned();
    let post = |token: &str, command: &str, key: &str, body: &Value| {
        server.post_as(token, &format!("{account}/{command}"), &[("Idempotency-Key", key)], body)
    };
    let contact = json!({"given_name": "Ida", "family_name": "Lindqvist", "email": "ida@example.com", "company_officer": false});
    let body = json!({"contact": contact, "point_of_contact": "none", "subject": "ida"});
    let added = post(&bob, "add-contact", "add-ida", &body).json();
    let person = added["contacts"].as_array().unwrap().last().unwrap()["person_id"].clone();
    let role = |name: &str| json!({"person_id": person, "role": name});
    assert_eq!(post(&bob, "grant-role", "grant", &role("employee")).status, 200);
    let accepted = json!({"person_id": person});
    assert_eq!(server.post_as(&ida, "/v1/me/accept-roles", &[], &accepted).status, 200);
    let unknown = json!({"address_id": "adr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"});
    assert_eq!(post(&ida, "add-address", "add", &address()).status, 200);
    let refused = post(&ida, "remove-address", "remove", &unknown);
    assert_eq!(refused.status, 409, "{}", String::from_utf8_lossy(&refused.body));
    post(&ida, "add-address", "add", &json!({"address": registration()["primary_address"], "primary": true}))
        .problem("idempotency-key-reused");

    assert_eq!(post(&bob, "revoke-role", "revoke", &role("employee")).status, 200);
    assert_eq!(post(&bob, "grant-role", "grant-again", &role("consultant")).status, 200);
    assert_eq!(server.post_as(&ida, "/v1/me/accept-roles", &[], &accepted).status, 200);
    for (command, key, body) in [
        ("add-address", "add", json!({"address": registration()["primary_address"], "primary": true})),
        ("remove-address", "remove", unknown.clone()),
        ("remove-address", "remove", json!({"address_id": "adr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f7"})),
    ] {
        post(&ida, command, key, &body).problem("forbidden");
    }
    let repeat = post(&ida, "add-address", "add", &address());
    assert_eq!((repeat.status, repeat.header("idempotent-replayed")), (200, Some("true")), "it may be read");
}

#[test]
fn one_request_has_one_key() {
    let server = Server::start(Options::default());
    let ana = server.token("ana", &[]);
    let keys = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")];
    let problem = server.post_as(&ana, "/v1/accounts", &keys, &registration()).problem("malformed-request");
    assert!(problem["detail"].as_str().unwrap().contains("once"), "{problem}");
    assert_eq!(server.get_as(&ana, "/v1/accounts").json()["items"], json!([]));
}
