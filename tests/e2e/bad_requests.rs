//! Requests that cannot be served: each gets a problem of the registry, nothing that is stored changes, and the mended request works.

use crate::support::answer::errors;
use crate::support::story::*;
use crate::support::{Answer, Client, House};
use kernel::identifiers::IdentifierType;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const MIB: usize = 1 << 20;
const JSON: (&str, &str) = ("Content-Type", "application/json");
const PATCH: (&str, &str) = ("Content-Type", "application/merge-patch+json");

/// One bad request and what it is answered with.
struct Case {
    what: &'static str,
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    problem: &'static str,
}

fn case(
    what: &'static str,
    method: Method,
    path: impl Into<String>,
    headers: &[(&'static str, &str)],
    body: impl Into<Vec<u8>>,
    problem: &'static str,
) -> Case {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Case { what, method, path: path.into(), headers, body: body.into(), problem }
}

async fn answer(case: &Case, who: &Client) -> Answer {
    let headers: Vec<(&str, &str)> =
        case.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let body = (!case.body.is_empty() || !case.headers.is_empty()).then(|| case.body.clone());
    who.send(case.method.clone(), &case.path, &headers, body).await
}

/// Everything that a bad request must leave as it was.
async fn stored(staff: &Staff) -> (Value, Vec<Value>, Vec<Value>, Vec<Value>) {
    (
        staff.auditor.read("/v1/ledger-head").await,
        staff.auditor.list("/v1/accounts").await,
        staff.auditor.list("/v1/memberships").await,
        staff.auditor.list("/v1/profiles").await,
    )
}

fn addresses(company: &Company) -> Vec<Case> {
    let Company { account, membership, profile, .. } = company;
    let get = |what, path: String| case(what, Method::GET, path, &[], "", "not-found");
    vec![
        get("an address that is not there", "/v1/nothing".to_owned()),
        get("a slash too many", "/v1/accounts/".to_owned()),
        get("another version", "/v2/accounts".to_owned()),
        get("an id that nothing has", "/v1/accounts/acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6".to_owned()),
        get("an id of another kind", format!("/v1/accounts/{membership}")),
        get("no id at all", "/v1/memberships/1".to_owned()),
        get("an id in upper case", format!("/v1/accounts/{}", account.to_uppercase())),
        get("a criterion that is not asked", format!("/v1/profiles/{profile}/answers/99.9")),
        get("no criterion", format!("/v1/profiles/{profile}/answers/x")),
        get("a snapshot that is not there", format!("/v1/profiles/{profile}/snapshots/1")),
        get("a control character", "/v1/accounts/%00".to_owned()),
        get("not UTF-8", "/v1/accounts/%ff".to_owned()),
        case(
            "a command that is not there",
            Method::POST,
            format!("/v1/memberships/{membership}/fly"),
            &[JSON],
            "{}",
            "not-found",
        ),
        case("a method too many", Method::DELETE, "/v1/accounts", &[], "", "method-not-allowed"),
        case(
            "PUT for PATCH",
            Method::PUT,
            format!("/v1/accounts/{account}"),
            &[JSON],
            "{}",
            "method-not-allowed",
        ),
        case(
            "GET of a command",
            Method::GET,
            format!("/v1/profiles/{profile}/submit"),
            &[],
            "",
            "method-not-allowed",
        ),
        case(
            "too long an address",
            Method::GET,
            format!("/v1/accounts?country={}", "X".repeat(9000)),
            &[],
            "",
            "uri-too-long",
        ),
        case(
            "too large a header",
            Method::GET,
            "/v1/accounts",
            &[("X-Large", &"x".repeat(17_000))],
            "",
            "headers-too-large",
        ),
        case("an unknown parameter", Method::GET, "/v1/accounts?colour=red", &[], "", "validation-failed"),
        case(
            "a status that is none",
            Method::GET,
            "/v1/memberships?status=happy",
            &[],
            "",
            "validation-failed",
        ),
        case(
            "a date that is none",
            Method::GET,
            "/v1/memberships?due_on_or_before=2026-02-30",
            &[],
            "",
            "validation-failed",
        ),
        case(
            "an instant that is none",
            Method::GET,
            format!("/v1/accounts/{account}?as_of=yesterday"),
            &[],
            "",
            "validation-failed",
        ),
        case(
            "version zero",
            Method::GET,
            format!("/v1/accounts/{account}?at_version=0"),
            &[],
            "",
            "validation-failed",
        ),
    ]
}

fn bodies(company: &Company) -> Vec<Case> {
    let register =
        |what, body: &[u8], problem| case(what, Method::POST, "/v1/accounts", &[JSON], body, problem);
    let of_type = |what, kind: &'static str| {
        case(
            what,
            Method::POST,
            "/v1/accounts",
            &[("Content-Type", kind)],
            registration("X").to_string(),
            "unsupported-media-type",
        )
    };
    let deep = |levels: usize| [vec![b'['; levels], vec![b']'; levels]].concat();
    let whole = registration("Acme").to_string();
    let account = format!("/v1/accounts/{}", company.account);
    vec![
        register("no body", b"", "malformed-request"),
        register("no JSON", b"company=Acme", "malformed-request"),
        register("JSON cut off", &whole.as_bytes()[..whole.len() / 2], "malformed-request"),
        register("two documents", b"{} {}", "malformed-request"),
        register("not UTF-8", b"{\"company\": \"\xff\xfe\"}", "malformed-request"),
        register("a lone surrogate", b"{\"company\": \"\\ud800\"}", "malformed-request"),
        register("a member twice", b"{\"company\": 1, \"company\": 2}", "malformed-request"),
        register("deep", &deep(65), "malformed-request"),
        register("very deep", &deep(100_000), "malformed-request"),
        register("too large", &vec![b' '; MIB + 1], "content-too-large"),
        register("an array", b"[]", "validation-failed"),
        register("null", b"null", "validation-failed"),
        register("nothing in it", b"{}", "validation-failed"),
        of_type("plain text", "text/plain"),
        of_type("XML", "application/xml"),
        of_type("a form", "application/x-www-form-urlencoded"),
        of_type("a merge patch", "application/merge-patch+json"),
        case(
            "no media type",
            Method::POST,
            "/v1/accounts",
            &[("X-Nothing", "1")],
            "{}",
            "unsupported-media-type",
        ),
        case(
            "compressed",
            Method::POST,
            "/v1/accounts",
            &[JSON, ("Content-Encoding", "gzip")],
            b"\x1f\x8b\x08\x00".to_vec(),
            "unsupported-media-type",
        ),
        case(
            "JSON for a merge patch",
            Method::PATCH,
            &account,
            &[JSON, ("If-Match", "*")],
            "{}",
            "unsupported-media-type",
        ),
        case(
            "a name taken away",
            Method::PATCH,
            &account,
            &[PATCH, ("If-Match", "*")],
            "{\"name\": null}",
            "validation-failed",
        ),
        case(
            "too long a key",
            Method::POST,
            "/v1/accounts",
            &[JSON, ("Idempotency-Key", &"k".repeat(256))],
            whole.as_str(),
            "malformed-request",
        ),
        case(
            "a key with a space",
            Method::POST,
            "/v1/accounts",
            &[JSON, ("Idempotency-Key", "my key")],
            whole.as_str(),
            "malformed-request",
        ),
    ]
}

fn states(company: &Company) -> Vec<Case> {
    let Company { account, membership, profile, .. } = company;
    let account = format!("/v1/accounts/{account}");
    let answer = format!("/v1/profiles/{profile}/answers/1.1");
    let patch = "{\"telephone\": \"+1 956 555 0199\"}";
    vec![
        case("no If-Match", Method::PATCH, &account, &[PATCH], patch, "match-required"),
        case("no If-Match on an answer", Method::PUT, &answer, &[JSON], saved_answer("B").to_string(), "match-required"),
        case("a stale If-Match", Method::PATCH, &account, &[PATCH, ("If-Match", "\"1\"")], patch, "version-mismatch"),
        case("a stale If-Match on an answer", Method::PUT, &answer, &[JSON, ("If-Match", "\"7\"")], saved_answer("B").to_string(), "version-mismatch"),
        case("a tag never given out", Method::PATCH, &account, &[PATCH, ("If-Match", "\"x\"")], patch, "version-mismatch"),
        case("an early submission", Method::POST, format!("/v1/profiles/{profile}/submit"), &[JSON], "{}", "state-forbids"),
        case("to apply again too early", Method::POST, format!("/v1/memberships/{membership}/reapply"), &[JSON],
            json!({"country_of_establishment": "US", "identifiers": [{"type": "importer_of_record", "value": "12-345678900"}]}).to_string(), "state-forbids"),
    ]
}

on_both_engines!(every_bad_request_is_answered_and_changes_nothing);

async fn every_bad_request_is_answered_and_changes_nothing(house: Arc<House>) {
    let mut server = house.start().await;
    let staff = Staff::of(&house);
    let company = apply(&house, "ana").await;
    let answer_path = format!("/v1/profiles/{}/answers/1.1", company.profile);
    company.officer.put(&answer_path, &[], &saved_answer("A")).await.ok();
    let before = stored(&staff).await;
    for case in addresses(&company).into_iter().chain(bodies(&company)).chain(states(&company)) {
        println!("{}", case.what);
        let answer = answer(&case, &company.officer).await;
        let problem = answer.problem(case.problem);
        match case.problem {
            "method-not-allowed" => assert!(answer.header("allow").is_some(), "{}", case.what),
            "validation-failed" => assert!(!errors(&problem).is_empty(), "{}: {problem}", case.what),
            "version-mismatch" => assert!(problem["current_version"].is_i64(), "{}: {problem}", case.what),
            "state-forbids" => {
                assert!(
                    problem["code"].is_string() && problem["current_state"].is_string(),
                    "{}: {problem}",
                    case.what
                );
                assert!(problem["allowed_commands"].is_array(), "{}: {problem}", case.what);
            }
            _ => {}
        }
        assert!(server.is_running(), "{}", case.what);
    }
    assert_eq!(stored(&staff).await, before);

    // Mended, the same requests work.
    let account = format!("/v1/accounts/{}", company.account);
    let stale =
        company.officer.patch(&account, &[("If-Match", "\"1\"")], &json!({"fax": "+1 956 555 0100"})).await;
    let current = format!("\"{}\"", stale.problem("version-mismatch")["current_version"]);
    company.officer.patch(&account, &[("If-Match", &current)], &json!({"fax": "+1 956 555 0101"})).await.ok();
    company.officer.put(&answer_path, &[("If-Match", "\"1\"")], &saved_answer("B")).await.ok();
    assert_eq!(company.officer.post("/v1/accounts", &registration("Mended")).await.status, 201);
    house.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_methods_are_told_the_right_ones() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let nobody = house.nobody();
    for (path, allowed) in [
        ("/v1/accounts", vec!["GET", "HEAD", "POST"]),
        ("/v1/accounts/acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", vec!["GET", "HEAD", "PATCH"]),
        ("/v1/profiles/prf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6/answers/1.1", vec!["GET", "HEAD", "PUT"]),
        ("/v1/memberships/mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6/certify", vec!["POST"]),
        ("/livez", vec!["GET", "HEAD"]),
    ] {
        let answer = nobody.send(Method::DELETE, path, &[], None).await;
        answer.problem("method-not-allowed");
        let mut told: Vec<&str> = answer.header("allow").unwrap().split(", ").collect();
        told.sort_unstable();
        assert_eq!(told, allowed, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_is_said_at_once() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let company = apply(&house, "ana").await;
    let ana = &company.officer;
    let mut body = registration("Acme");
    body["company"]["name"] = json!("  ");
    body["company"]["no_such"] = json!(1);
    body["company"]["employees"] = json!("a few");
    body["company"]["brief_history"] = json!("x".repeat(4001));
    body["primary_address"]["country"] = json!("Germany");
    body["primary_address"]["staffed_office"] = json!("yes");
    body["contact"] = json!({"email": 7, "given_name": "A\u{7}"});
    body["extra"] = json!({"a": [1]});
    let problem = ana.post("/v1/accounts", &body).await.problem("validation-failed");
    let found = errors(&problem);
    for (pointer, code) in [
        ("/company/name", "blank"),
        ("/company/no_such", "unknown_member"),
        ("/company/employees", "enum"),
        ("/company/brief_history", "too_long"),
        ("/primary_address/staffed_office", "type"),
        ("/contact/email", "type"),
        ("/contact/given_name", "control_character"),
        ("/contact/family_name", "required"),
        ("/contact/company_officer", "required"),
        ("/extra", "unknown_member"),
    ] {
        assert!(found.contains(&(pointer.to_owned(), code.to_owned())), "{pointer} {code} in {found:?}");
    }
    assert!(found.iter().any(|(pointer, _)| pointer == "/primary_address/country"), "{found:?}");

    let listed = ana.get("/v1/memberships?limit=0&status=happy&colour=red&cursor=&sort=size").await;
    let pointers: Vec<String> =
        errors(&listed.problem("validation-failed")).into_iter().map(|(pointer, _)| pointer).collect();
    for pointer in ["?limit", "?status", "?colour", "?cursor", "?sort"] {
        assert!(pointers.contains(&pointer.to_owned()), "{pointer} in {pointers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_identifiers_are_refused_with_the_right_shape_in_the_sentence() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let company = apply(&house, "ana").await;
    let path = format!("/v1/memberships/{}/change-identifiers", company.membership);
    let before = company.officer.read(&format!("/v1/memberships/{}", company.membership)).await;
    let all: Vec<Value> =
        IdentifierType::ALL.iter().map(|kind| json!({"type": kind.as_str(), "value": "?"})).collect();
    let problem = company.officer.post_with(&path, &[("If-Match", "*")], &json!({"identifiers": all})).await;
    let problem = problem.problem("validation-failed");
    let told = problem["errors"].as_array().unwrap();
    assert_eq!(told.len(), IdentifierType::ALL.len(), "{problem}");
    for (index, kind) in IdentifierType::ALL.iter().enumerate() {
        assert_eq!(told[index]["pointer"], format!("/identifiers/{index}/value"));
        assert_eq!(told[index]["code"], "identifier_shape");
        let sentence = told[index]["detail"].as_str().unwrap();
        assert!(sentence.contains(kind.shape()) && sentence.contains(kind.example()), "{kind}: {sentence}");
    }
    let personal = json!({"identifiers": [{"type": "importer_of_record", "value": "123-45-6789"}]});
    let problem = company.officer.post(&path, &personal).await.problem("validation-failed");
    assert_eq!(errors(&problem), [("/identifiers/0/value".to_owned(), "identifier_personal".to_owned())]);
    assert!(!problem.to_string().contains("123-45-6789"), "{problem}");
    assert_eq!(company.officer.read(&format!("/v1/memberships/{}", company.membership)).await, before);
    let right = json!({"identifiers": [{"type": "importer_of_record", "value": "98-765432100"}]});
    let changed = company.officer.post_with(&path, &[("If-Match", "*")], &right).await.ok();
    assert_eq!(changed["identifiers"][0]["normalised"], "98765432100");
}

/// Sends bytes as they are and reads until the server closes.
async fn raw(house: &House, bytes: &[u8], close: bool) -> String {
    let mut stream = TcpStream::connect(house.address()).await.unwrap();
    // The server may answer and close before everything is sent.
    let _ = stream.write_all(bytes).await;
    if close {
        let _ = stream.shutdown().await;
    }
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(std::time::Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_break_off_or_dawdle_harm_nobody() {
    let house = House::with(None, &[("CTPAT__LIMITS__REQUEST_SECONDS", "1")]);
    let mut server = house.start().await;
    let ana = house.sign_in("officer", "ana");
    let token = ana.token.clone().unwrap();
    let head = format!(
        "POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: 500\r\n\r\n{{\"company\":"
    );
    let cut = raw(&house, head.as_bytes(), true).await;
    assert!(
        cut.is_empty() || (cut.starts_with("HTTP/1.1 400 ") && cut.contains("/problems/malformed-request")),
        "{cut}"
    );
    let dawdling = raw(&house, head.as_bytes(), false).await;
    assert!(
        dawdling.starts_with("HTTP/1.1 408 ") && dawdling.contains("/problems/request-timeout"),
        "{dawdling}"
    );
    for nonsense in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
    ] {
        let answer = raw(&house, nonsense, true).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        assert!(head.contains("content-type: application/problem+json"), "{answer}");
        let problem: Value = serde_json::from_str(body).unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {} ", problem["status"])), "{answer}");
        let known = api::problem::registry::ALL.iter();
        assert!(
            known.map(|entry| format!("/problems/{}", entry.slug)).any(|kind| problem["type"] == kind),
            "{answer}"
        );
    }
    assert!(server.is_running());
    assert_eq!(ana.list("/v1/accounts").await, Vec::<Value>::new());
    assert_eq!(ana.post("/v1/accounts", &registration("Acme")).await.status, 201);
}
