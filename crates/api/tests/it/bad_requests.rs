//! Requests that cannot be served: each gets a problem of the registry, whatever is wrong with it.

use crate::support::{Options, Server};
use kernel::Role;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

const MIB: usize = 1 << 20;

#[test]
fn wrong_addresses_and_methods() {
    let server = Server::shared();
    for path in ["/", "/v1", "/v1/nothing", "/livez/", "/v1/accounts/", "/%00", "/%ff", "//livez"] {
        server.get(path).problem("not-found");
    }
    for (method, path) in [
        ("POST", "/livez"),
        ("DELETE", "/problems"),
        ("OPTIONS", "/livez"),
        ("BREW", "/livez"),
        ("PATCH", "/openapi.json"),
    ] {
        let answer = server.send(method, path, &[], b"");
        answer.problem("method-not-allowed");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method} {path}");
    }
    server.get(&format!("/problems/{}", "x".repeat(9000))).problem("uri-too-long");
    server.send("GET", "/livez", &[("X-Large", &"x".repeat(17_000))], b"").problem("headers-too-large");
}

#[test]
fn wrong_bodies() {
    let server = Server::shared();
    let bearer = format!("Bearer {}", server.token("newcomer", &[]));
    let json = ("Content-Type", "application/json");
    let send = |kind: (&str, &str), body: &[u8]| {
        server.send("POST", "/v1/accounts", &[("Authorization", &bearer), kind], body)
    };
    let deep = [vec![b'['; 200], vec![b']'; 200]].concat();
    let less_deep = [vec![b'['; 100], vec![b']'; 100]].concat();
    let cases: [(&str, &[u8]); 9] = [
        ("empty", b""),
        ("not JSON", b"company=Acme"),
        ("cut off", b"{\"company\": {\"legal_name\": \"Ac"),
        ("trailing", b"{} {}"),
        ("not UTF-8", b"{\"a\": \"\xff\xfe\"}"),
        ("a lone surrogate", b"{\"a\": \"\\ud800\"}"),
        ("deep", &deep),
        ("less deep", &less_deep),
        ("twice the same member", b"{\"a\": 1, \"a\": 2}"),
    ];
    for (what, body) in cases {
        let problem = send(json, body).problem("malformed-request");
        assert!(problem["detail"].is_string(), "{what}: {problem}");
    }
    for kind in
        ["text/plain", "application/xml", "application/merge-patch+json", "application/x-www-form-urlencoded"]
    {
        send(("Content-Type", kind), b"{}").problem("unsupported-media-type");
    }
    server
        .send("POST", "/v1/accounts", &[("Authorization", &bearer)], b"{}")
        .problem("unsupported-media-type");
    let zipped = [("Authorization", bearer.as_str()), json, ("Content-Encoding", "gzip")];
    server.send("POST", "/v1/accounts", &zipped, b"\x1f\x8b\x08\x00").problem("unsupported-media-type");
    send(json, &vec![b' '; MIB + 1]).problem("content-too-large");
    assert_eq!(
        send(("Content-Type", "application/json; charset=utf-8"), b"{}").problem("validation-failed")["status"],
        400
    );

    let wrong = send(json, b"{\"no_such_member\": 1, \"nor/this~one\": null, \"nor\": 2}")
        .problem("validation-failed");
    let errors = wrong["errors"].as_array().unwrap();
    let has = |pointer: &str, code: &str| {
        errors.iter().any(|error| error["pointer"] == pointer && error["code"] == code)
    };
    assert!(has("/no_such_member", "unknown_member") && has("/nor", "unknown_member"), "{wrong}");
    assert!(errors.iter().any(|error| error["code"] == "required"), "{wrong}");
    assert!(
        !errors.iter().any(|error| error["pointer"] == "/nor~1this~0one"),
        "absent and null are the same: {wrong}"
    );
    for other in ["[]", "1", "\"x\"", "true", "null"] {
        let problem = send(json, other.as_bytes()).problem("validation-failed");
        assert_eq!(
            (problem["errors"][0]["pointer"].as_str(), problem["errors"][0]["code"].as_str()),
            (Some(""), Some("type"))
        );
    }
}

#[test]
fn wrong_headers() {
    let server = Server::shared();
    let bearer = format!("Bearer {}", server.token("newcomer", &[]));
    let long = "k".repeat(256);
    for key in ["", "has space", "tab\tkey", "caf\u{e9}", &long] {
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
            ("Idempotency-Key", key),
        ];
        let answer = server.send("POST", "/v1/accounts", &headers, b"{}");
        assert_eq!(answer.status, 400, "{key}: {answer:?}");
    }
}

#[test]
fn what_a_client_takes_is_what_it_gets_or_it_is_told_so() {
    let server = Server::shared();
    let bearer = format!("Bearer {}", server.token("auditor", &[Role::Auditor]));
    let get = |path: &str, accept: &str| {
        server.send("GET", path, &[("Authorization", &bearer), ("Accept", accept)], b"")
    };
    for accept in
        ["text/html", "application/json;q=0", "*/*, application/json;q=0", "application/*;q=0.0", "image/*"]
    {
        let problem = get("/v1/accounts", accept).problem("not-acceptable");
        assert!(problem["detail"].as_str().unwrap().contains("application/json"), "{accept}: {problem}");
    }
    for accept in
        ["*/*", "text/html, */*;q=0.1", "application/json; charset=utf-8", "application/*", "", "nonsense"]
    {
        assert_eq!(get("/v1/accounts", accept).status, 200, "{accept}");
    }
    // Nothing is done for a client that would not take the answer, and who does not sign in learns nothing else.
    let newcomer = format!("Bearer {}", server.token("accepting-nothing", &[]));
    let document = api::openapi();
    let body =
        &document["paths"]["/v1/accounts"]["post"]["requestBody"]["content"]["application/json"]["example"];
    let headers =
        [("Authorization", newcomer.as_str()), ("Content-Type", "application/json"), ("Accept", "text/csv")];
    server.send("POST", "/v1/accounts", &headers, body.to_string().as_bytes()).problem("not-acceptable");
    let headers = [("Authorization", newcomer.as_str())];
    assert_eq!(server.send("GET", "/v1/accounts", &headers, b"").json()["items"], json!([]));
    server.send("GET", "/v1/accounts", &[("Accept", "text/csv")], b"").problem("unauthenticated");
    // The feed comes in two forms, health in the one that it has.
    for (accept, kind) in [
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/x-ndjson, */*", "application/x-ndjson"),
        ("application/x-ndjson;q=0.5, application/json", "application/json"),
        ("application/json;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("application/x-ndjson, application/json", "application/json"),
        ("*/*", "application/json"),
    ] {
        assert_eq!(get("/v1/events", accept).header("content-type"), Some(kind), "{accept}");
    }
    get("/v1/events", "application/cloudevents+json").problem("not-acceptable");
    assert_eq!(server.send("GET", "/livez", &[("Accept", "text/plain")], b"").status, 200);
}

#[test]
fn a_parameter_that_nothing_reads_is_refused() {
    let server = Server::shared();
    let newcomer = server.token("newcomer", &[]);
    let pointers = |problem: &serde_json::Value| -> Vec<String> {
        let errors = problem["errors"].as_array().unwrap();
        errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
    };
    let problem = server
        .post_as(&newcomer, "/v1/accounts?dry_run=true", &[], &json!({"a": 1}))
        .problem("validation-failed");
    for expected in ["?dry_run", "/a", "/company"] {
        assert!(pointers(&problem).contains(&expected.to_owned()), "{expected} with all the rest: {problem}");
    }
    let bearer = format!("Bearer {newcomer}");
    let patch = [("Authorization", bearer.as_str()), ("Content-Type", "application/merge-patch+json")];
    let path = "/v1/accounts/acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6?force=1";
    let problem = server.send("PATCH", path, &patch, b"{}").problem("validation-failed");
    assert_eq!(pointers(&problem), ["?force"]);

    let auditor = server.token("auditor", &[Role::Auditor]);
    for wrong in
        ["zzz", "acc_1", "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "ACC_0193A5C0DE7A7C3EB8F6A1B2C3D4E5F6"]
    {
        let problem =
            server.get_as(&auditor, &format!("/v1/events?aggregate_id={wrong}")).problem("validation-failed");
        assert_eq!(pointers(&problem), ["?aggregate_id"]);
    }
    let right = "/v1/events?aggregate_id=mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6&aggregate_id=inv_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
    assert_eq!(server.get_as(&auditor, right).json()["items"], json!([]));
    for path in [
        "/v1/accounts?specialist_id=zzz",
        "/v1/memberships?account_id=zzz&specialist_id=zzz",
        "/v1/profiles?membership_id=zzz",
    ] {
        server.get_as(&auditor, path).problem("validation-failed");
    }
    let director = server.token("director", &[Role::ProgrammeDirector]);
    server.get_as(&director, "/v1/work-queue?specialist_id=zzz").problem("validation-failed");
}

#[test]
fn one_member_has_one_mistake() {
    let server = Server::shared();
    let newcomer = server.token("newcomer", &[]);
    let body = json!({"company": {"name": "", "website": "", "telephone": " "}, "contact": {"email": ""}});
    let problem = server.post_as(&newcomer, "/v1/accounts", &[], &body).problem("validation-failed");
    let about = |pointer: &str| -> Vec<&str> {
        let errors = problem["errors"].as_array().unwrap();
        let these = errors.iter().filter(|error| error["pointer"] == pointer);
        these.map(|error| error["code"].as_str().unwrap()).collect()
    };
    assert_eq!(about("/company/name"), ["blank"]);
    assert_eq!(about("/company/telephone"), ["pattern"]);
    assert_eq!(about("/company/website"), ["pattern"]);
    assert_eq!(about("/contact/email"), ["pattern"]);
}

#[test]
fn what_is_wrong_with_a_text_is_said_by_its_name() {
    let server = Server::shared();
    let newcomer = server.token("newcomer", &[]);
    for (text, code, words) in [
        (" \u{200b}", "blank", "must not be blank"),
        ("Harbor\u{0}Imports", "control_character", "control characters"),
        ("Harbor\r\nBcc: somebody@elsewhere.example", "control_character", "on one line"),
        ("Harbor\tImports", "control_character", "on one line"),
        ("Harbor\u{202e}stropmI", "direction_character", "direction of writing"),
    ] {
        let body = json!({"company": {"name": text}, "contact": {"given_name": text}});
        let problem = server.post_as(&newcomer, "/v1/accounts", &[], &body).problem("validation-failed");
        for pointer in ["/company/name", "/contact/given_name"] {
            let errors = problem["errors"].as_array().unwrap();
            let error = errors.iter().find(|error| error["pointer"] == pointer).unwrap();
            assert_eq!(error["code"], code, "{error}");
            assert!(error["detail"].as_str().unwrap().contains(words), "{error}");
        }
    }
}

#[test]
fn telephone_numbers_and_references_have_a_shape() {
    let server = Server::shared();
    let newcomer = server.token("newcomer", &[]);
    let body = json!({"company": {"name": "Harbor", "telephone": "abc", "fax": "+1 956 555 0100"}, "contact": {"telephone": "1234"}});
    let problem = server.post_as(&newcomer, "/v1/accounts", &[], &body).problem("validation-failed");
    let of = |pointer: &str| {
        let errors = problem["errors"].as_array().unwrap();
        errors.iter().find(|error| error["pointer"] == pointer).cloned()
    };
    for pointer in ["/company/telephone", "/contact/telephone"] {
        let error = of(pointer).unwrap();
        assert_eq!(error["code"], "pattern");
        assert!(error["detail"].as_str().unwrap().contains("5 to 15 digits"), "{error}");
    }
    assert_eq!(of("/company/fax"), None);
    // The document says what the kernel reads.
    let document = api::openapi();
    for (schema, member) in [
        ("CompanyData", "telephone"),
        ("CompanyData", "fax"),
        ("ContactData", "telephone"),
        ("ChangeContactRequest", "telephone"),
        ("CompanyPatch", "fax"),
    ] {
        let pattern = &document["components"]["schemas"][schema]["properties"][member]["pattern"];
        assert_eq!(pattern, kernel::telephone::TELEPHONE_PATTERN, "{schema} {member}");
    }
    let document = json!({"kind": "other", "title": "A", "reference": "javascript:alert(1)"});
    let body = json!({"entity_type": "importer", "documents": [document]});
    let problem = server.post_as(&newcomer, "/v1/memberships", &[], &body).problem("validation-failed");
    let errors = problem["errors"].as_array().unwrap();
    assert!(
        errors
            .iter()
            .any(|error| error["pointer"] == "/documents/0/reference" && error["code"] == "reference_scheme"),
        "{problem}"
    );
}

#[test]
fn a_social_security_number_is_not_taken_with_a_suffix_either() {
    let server = Server::shared();
    let newcomer = server.token("newcomer", &[]);
    let apply = |value: &str| {
        let body = json!({"account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "entity_type": "importer",
            "country_of_establishment": "US", "identifiers": [{"type": "importer_of_record", "value": value}]});
        server.post_as(&newcomer, "/v1/memberships", &[], &body)
    };
    for typed in ["234-56-7890", "234-56-789000", "234-56-7890-00", "234 56 7890AB", "234-56789000"] {
        let problem = apply(typed).problem("validation-failed");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["pointer"], &error["code"]),
            (&json!("/identifiers/0/value"), &json!("identifier_personal"))
        );
        assert!(!problem["errors"].to_string().contains("234"), "it is not repeated: {problem}");
    }
    apply("234567890").problem("validation-failed");
    apply("23-456789000").problem("not-found");
}

#[test]
fn a_body_in_another_charset() {
    let server = Server::shared();
    let token = server.token("newcomer", &[]);
    let bearer = format!("Bearer {token}");
    let send = |kind: &str| {
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", kind)];
        server.send("POST", "/v1/accounts", &headers, b"{}")
    };
    for kind in [
        "application/json; charset=utf-16",
        "application/json;charset=\"ISO-8859-1\"",
        "application/json; charset",
    ] {
        let problem = send(kind).problem("unsupported-media-type");
        assert!(problem["detail"].as_str().unwrap().contains("application/json"), "{kind}: {problem}");
    }
    for kind in ["application/json", "Application/JSON; Charset=UTF-8", "application/json;charset=\"utf-8\""]
    {
        send(kind).problem("validation-failed");
    }
}

#[test]
fn two_tokens_are_none() {
    let server = Server::shared();
    let bearer = format!("Bearer {}", server.token("auditor", &[kernel::Role::Auditor]));
    assert_eq!(server.send("GET", "/v1/accounts", &[("Authorization", &bearer)], b"").status, 200);
    for second in [bearer.as_str(), "Bearer x", "Basic b3A6b3A="] {
        let both = [("Authorization", bearer.as_str()), ("Authorization", second)];
        let answer = server.send("GET", "/v1/accounts", &both, b"");
        answer.problem("unauthenticated");
        assert!(answer.header("www-authenticate").unwrap().contains("invalid_request"), "{answer:?}");
    }
}

#[test]
fn a_body_that_is_announced_too_large_is_refused_before_it_comes() {
    let server = Server::shared();
    let token = server.token("newcomer", &[]);
    let head = format!(
        "POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        MIB + 1
    );
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // Nothing of the body is sent, and the connection stays open: whoever waits for it would wait until the request's time is up.
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 4096];
    let read = stream.read(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(text.starts_with("HTTP/1.1 413 ") && text.contains("/problems/content-too-large"), "{text}");
}

#[test]
fn a_body_that_ends_early() {
    let server = Server::shared();
    let token = server.token("newcomer", &[]);
    let head = format!(
        "POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"a\":"
    );
    server.raw(head.as_bytes()).problem("malformed-request");
}

#[test]
fn a_body_that_never_ends() {
    let server = Server::start(Options { patience: Duration::from_millis(300), ..Options::default() });
    let token = server.token("newcomer", &[]);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let head = format!(
        "POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"a\":"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 4096];
    let read = stream.read(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(text.starts_with("HTTP/1.1 408 ") && text.contains("/problems/request-timeout"), "{text}");
}

#[test]
fn parameters_are_refused_all_at_once() {
    let server = Server::shared();
    let token = server.token("auditor", &[kernel::Role::Auditor]);
    let problem = server
        .get_as(&token, "/v1/memberships?limit=0&status=nonsense&no_such=1&cursor=")
        .problem("validation-failed");
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    for pointer in ["?limit", "?status", "?no_such", "?cursor"] {
        assert!(pointers.contains(&pointer), "{pointer}: {problem}");
    }
    for limit in ["201", "-1", "1.5", "x", "99999999999999999999"] {
        server.get_as(&token, &format!("/v1/memberships?limit={limit}")).problem("validation-failed");
    }
    server.get_as(&token, "/v1/memberships?cursor=bm90IGEgY3Vyc29y").problem("validation-failed");
}

#[test]
fn an_answer_is_not_larger_than_what_was_wrong() {
    let server = Server::shared();
    let members: Vec<String> = (0..40_000).map(|number| format!("\"{number}\":1")).collect();
    let long = format!("\"{}\":1", "n".repeat(5000));
    let body = format!("{{{},{long}}}", members.join(","));
    let bearer = format!("Bearer {}", server.token("newcomer", &[]));
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let answer = server.send("POST", "/v1/accounts", &headers, body.as_bytes());
    let problem = answer.problem("validation-failed");
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 100);
    assert!(
        problem["detail"].as_str().unwrap().contains("the first 100 are in errors"),
        "{}",
        problem["detail"]
    );
    assert!(answer.body.len() < body.len(), "{} for {}", answer.body.len(), body.len());
}

#[test]
fn a_name_is_seen_and_looks_like_nothing_else() {
    let server = Server::start(Options::default());
    let ana = server.token("ana", &[]);
    let document = api::openapi();
    let json_body = &document["paths"]["/v1/accounts"]["post"]["requestBody"]["content"]["application/json"];
    let named = |name: &str| {
        let mut body = json_body["example"].clone();
        body["company"]["name"] = name.into();
        server.post_as(&ana, "/v1/accounts", &[], &body)
    };
    for name in ["\u{200B}\u{FEFF}", "\u{200E}", "\u{2066}\u{2069}", "Harbor \u{202E}stropmI"] {
        let problem = named(name).problem("validation-failed");
        assert_eq!(problem["errors"][0]["pointer"], "/company/name", "{name:?}");
    }
    for name in ["Tessuti Aurora S.p.A.", "شرکت\u{200C}ها", "三菱商事"] {
        let registered = named(name);
        assert_eq!((registered.status, registered.json()["company"]["name"].as_str()), (201, Some(name)));
    }
}

#[test]
fn a_statement_is_answered_once() {
    let server = Server::shared();
    let document = api::openapi();
    let mut body = document["paths"]["/v1/memberships"]["post"]["requestBody"]["content"]["application/json"]
        ["example"]
        .clone();
    let (affirmed, denied) = (
        json!({"statement": "uses_own_assets", "answer": "affirmed"}),
        json!({"statement": "uses_own_assets", "answer": "denied"}),
    );
    body["declarations"] = json!({"statements": [affirmed, denied]});
    let answer = server.post_as(&server.token("maria", &[]), "/v1/memberships", &[], &body);
    let problem = answer.problem("validation-failed");
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
        (&json!("/declarations/statements/1"), &json!("statement_twice"))
    );
}
