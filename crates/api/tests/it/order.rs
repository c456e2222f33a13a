//! Which refusal comes first when several are due: who asks, what is asked, whose it is, which version, what the rules say.

use crate::support::{Answer, Options, Server};
use kernel::Role;
use serde_json::{Value, json};

struct Stage {
    server: Server,
    officer: String,
    stranger: String,
    membership: String,
    profile: String,
}

impl Stage {
    /// A company that has applied.
    fn set() -> Self {
        let server = Server::start(Options::default());
        let (officer, stranger) = (server.token("order-officer", &[]), server.token("order-stranger", &[]));
        let document = api::openapi();
        let example = |path: &str| {
            let body = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"];
            body["example"].clone()
        };
        let post = |path: &str, body: &Value| {
            let answer = server.post_as(&officer, path, &[], body);
            assert!(answer.status < 300, "{path}: {}", String::from_utf8_lossy(&answer.body));
            answer.json()
        };
        let account = post("/v1/accounts", &example("/v1/accounts"));
        let id = account["id"].as_str().unwrap();
        post(&format!("/v1/accounts/{id}/accept-agreement"), &json!({"agreement_version": "2024-1"}));
        let mut application = example("/v1/memberships");
        application["account_id"] = account["id"].clone();
        let membership = post("/v1/memberships", &application);
        let of = |member: &str| membership[member].as_str().unwrap().to_owned();
        Stage { membership: of("id"), profile: of("profile_id"), server, officer, stranger }
    }

    fn certify(&self, token: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let path = format!("/v1/memberships/{}/certify", self.membership);
        self.server.post_as(token, &path, headers, body)
    }

    fn put_answer(&self, criterion: &str, headers: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {}", self.officer);
        let all = [headers, &[("Authorization", bearer.as_str()), ("Content-Type", "application/json")]];
        let path = format!("/v1/profiles/{}/answers/{criterion}", self.profile);
        let body = json!({"applies": "yes", "met": "yes", "text": "Signed in January."}).to_string();
        self.server.send("PUT", &path, &all.concat(), body.as_bytes())
    }
}

#[test]
fn refusals_come_in_one_order() {
    let stage = Stage::set();
    let (server, wrong, right) = (&stage.server, json!({"nonsense": 1}), json!({}));
    let supervisor = server.token("order-supervisor", &[Role::Supervisor]);
    let auditor = server.token("order-auditor", &[Role::Auditor]);
    let stale = [("If-Match", "\"99\"")];
    let path = format!("/v1/memberships/{}/certify", stage.membership);

    // Everything is wrong each time, but for what was mended before.
    server.send("POST", &path, &stale, wrong.to_string().as_bytes()).problem("unauthenticated");
    stage.certify(&server.token("order-operator", &[Role::Operator]), &stale, &wrong).problem("forbidden");
    stage.certify(&stage.stranger, &stale, &wrong).problem("validation-failed");
    stage.certify(&stage.stranger, &stale, &right).problem("not-found");
    stage.certify(&stage.officer, &stale, &right).problem("forbidden");
    stage.certify(&auditor, &stale, &right).problem("forbidden");
    stage.certify(&supervisor, &stale, &wrong).problem("validation-failed");
    let problem = stage.certify(&supervisor, &stale, &right).problem("version-mismatch");
    assert_eq!(problem["current_version"], 1);
    let problem = stage.certify(&supervisor, &[("If-Match", "\"1\"")], &right).problem("state-forbids");
    assert_eq!(problem["code"], "profile_not_approved");
    // An id that cannot be one comes before the body, since it names nothing.
    server.post_as(&supervisor, "/v1/memberships/mbr_x/certify", &stale, &wrong).problem("not-found");
}

#[test]
fn any_version_of_an_answer_is_one_that_is_saved() {
    let stage = Stage::set();
    let any = [("If-Match", "*")];
    stage.put_answer("1.1", &any).problem("version-mismatch");
    assert_eq!(stage.put_answer("1.1", &[]).status, 200);
    stage.put_answer("1.1", &[]).problem("match-required");
    let saved = stage.put_answer("1.1", &any);
    assert_eq!(
        (saved.status, &saved.json()["version"]),
        (200, &json!(1)),
        "the same again is no new version"
    );
    // What is not asked does not exist, whatever version is named.
    for headers in [&any[..], &[("If-Match", "\"1\"")], &[]] {
        stage.put_answer("12.99", headers).problem("not-found");
    }
}

#[test]
fn each_caller_is_told_what_that_caller_can_do() {
    let stage = Stage::set();
    let path = format!("/v1/memberships/{}", stage.membership);
    let told = |token: &str, path: &str| {
        let view = stage.server.get_as(token, path).json();
        let commands = view["allowed_commands"].as_array().unwrap().clone();
        commands.iter().map(|name| name.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let supervisor = stage.server.token("order-supervisor", &[Role::Supervisor]);
    let auditor = stage.server.token("order-auditor", &[Role::Auditor]);
    assert!(told(&stage.officer, &path).contains(&"withdraw".to_owned()));
    assert!(!told(&stage.officer, &path).contains(&"reject".to_owned()));
    assert!(told(&supervisor, &path).contains(&"reject".to_owned()));
    assert!(!told(&supervisor, &path).contains(&"withdraw".to_owned()));
    assert_eq!(told(&auditor, &path), Vec::<String>::new());
    let problem = stage.certify(&supervisor, &[], &json!({})).problem("state-forbids");
    assert_eq!(problem["allowed_commands"], json!(told(&supervisor, &path)));
    let profile = format!("/v1/profiles/{}", stage.profile);
    assert_eq!(told(&stage.officer, &profile), ["save-answer", "submit"]);
    assert_eq!(told(&supervisor, &profile), Vec::<String>::new());

    let invitation = stage.server.post_as(
        &supervisor,
        "/v1/invitations",
        &[],
        &json!({"entity_type": "foreign_manufacturer", "note": "For Tessuti Aurora S.p.A."}),
    );
    let location = invitation.header("location").unwrap();
    assert_eq!(told(&supervisor, location), ["revoke"]);
    assert_eq!(told(&auditor, location), Vec::<String>::new());
    let seen = |token: &str| stage.server.get_as(token, location).json();
    assert!(seen(&supervisor)["token"].is_string());
    let colleague = stage.server.token("order-colleague", &[Role::Supervisor]);
    assert_eq!(seen(&colleague)["note"], "For Tessuti Aurora S.p.A.");
    for other in [&colleague, &auditor] {
        assert!(seen(other).get("token").is_none(), "the secret is for who issued it");
    }
}
