//! Requests that cannot be served: each gets a problem of the registry, whatever is wrong with it.

use crate::support::{Options, Server};
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
