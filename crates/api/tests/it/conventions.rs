//! What every answer has: an id, security headers, HEAD wherever GET is, CORS for listed origins alone.

use crate::support::{Options, Server};

#[test]
fn every_answer_has_a_request_id_and_security_headers() {
    let server = Server::shared();
    for (method, path) in
        [("GET", "/livez"), ("GET", "/nowhere"), ("POST", "/livez"), ("GET", "/metrics"), ("GET", "/docs/")]
    {
        let answer = server.send(method, path, &[], b"");
        let what = format!("{method} {path}: {answer:?}");
        assert!(answer.header("request-id").is_some_and(|id| id.len() >= 8), "{what}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{what}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{what}");
        assert!(
            answer
                .header("content-security-policy")
                .is_some_and(|policy| policy.contains("frame-ancestors 'none'")),
            "{what}"
        );
        assert!(answer.header("cache-control").is_some(), "{what}");
        assert!(answer.header("server").is_none(), "{what}");
    }
}

#[test]
fn a_sane_request_id_is_taken_over_and_any_other_is_not() {
    let server = Server::shared();
    let with = |id: &str| {
        server.send("GET", "/livez", &[("Request-Id", id)], b"").header("request-id").unwrap().to_owned()
    };
    assert_eq!(with("order-2026.0001"), "order-2026.0001");
    for wrong in ["short", "has spaces in it", "quotes\"quotes", &"x".repeat(300)] {
        assert_ne!(with(wrong), wrong);
    }
    assert_ne!(server.get("/livez").header("request-id"), server.get("/livez").header("request-id"));
}

#[test]
fn head_answers_as_get_does_without_the_body() {
    let server = Server::shared();
    for path in ["/livez", "/openapi.json", "/problems", "/problems/not-found", "/docs/"] {
        let (get, head) = (server.get(path), server.send("HEAD", path, &[], b""));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for name in ["content-type", "content-length", "etag", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    let missing = server.send("HEAD", "/nowhere", &[], b"");
    assert_eq!((missing.status, missing.body.len()), (404, 0));
}

#[test]
fn browsers_of_other_origins_are_let_in_only_where_listed() {
    let preflight = |server: &Server, origin: &str| {
        let headers = [
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization,if-match,idempotency-key,content-type"),
        ];
        server.send("OPTIONS", "/livez", &headers, b"")
    };
    let closed = Server::shared();
    assert!(preflight(closed, "https://front.example").header("access-control-allow-origin").is_none());
    let simple = closed.send("GET", "/livez", &[("Origin", "https://front.example")], b"");
    assert_eq!((simple.status, simple.header("access-control-allow-origin")), (200, None));

    let open =
        Server::start(Options { origins: vec!["https://front.example".to_owned()], ..Options::default() });
    let answer = preflight(&open, "https://front.example");
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (200, Some("https://front.example"))
    );
    let simple = open.send("GET", "/livez", &[("Origin", "https://front.example")], b"");
    assert!(simple.header("access-control-expose-headers").unwrap().to_ascii_lowercase().contains("etag"));
    let foreign = preflight(&open, "https://evil.example");
    assert!(foreign.header("access-control-allow-origin").is_none());
    foreign.problem("forbidden");
}
