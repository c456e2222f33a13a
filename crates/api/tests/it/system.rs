//! Health, metrics, the document and the pages about problems.

use crate::support::Server;
use kernel::Role;

#[test]
fn health_is_for_everybody() {
    let server = Server::shared();
    for path in ["/livez", "/readyz"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.json()["status"].as_str().unwrap()), (200, "ok"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn metrics_are_for_operators() {
    let server = Server::shared();
    server.get("/livez");
    server.get("/metrics").problem("unauthenticated");
    server.get_as(&server.token("an-auditor", &[Role::Auditor]), "/metrics").problem("forbidden");
    let answer = server.get_as(&server.token("an-operator", &[Role::Operator]), "/metrics");
    let text = String::from_utf8(answer.body).unwrap();
    assert_eq!(answer.status, 200);
    assert!(text.contains("http_requests_total{") && text.contains("route=\"/livez\""), "{text}");
}

#[test]
fn methods_that_clients_invent_are_counted_as_one() {
    let server = Server::shared();
    for method in ["BREW", "QUAFF", "XYZZY"] {
        server.send(method, "/livez", &[], b"").problem("method-not-allowed");
    }
    let answer = server.get_as(&server.token("an-operator", &[Role::Operator]), "/metrics");
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.contains("method=\"other\""), "{text}");
    assert!(!["BREW", "QUAFF", "XYZZY"].iter().any(|method| text.contains(method)), "{text}");
}

#[test]
fn the_document_that_is_served_is_the_one_that_is_generated() {
    let answer = Server::shared().get("/openapi.json");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.json(), api::openapi());
}

#[test]
fn every_problem_type_has_a_page() {
    let server = Server::shared();
    let list = String::from_utf8(server.get("/problems").body).unwrap();
    for entry in api::problem::registry::ALL {
        let path = format!("/problems/{}", entry.slug);
        let page = server.get(&path);
        assert_eq!(
            (page.status, page.header("content-type")),
            (200, Some("text/html; charset=utf-8")),
            "{path}"
        );
        let text = String::from_utf8(page.body).unwrap();
        assert!(list.contains(&path) && text.contains(entry.title) && text.contains(entry.remedy), "{text}");
    }
    server.get("/problems/no-such-type").problem("not-found");
}

#[test]
fn the_documentation_page_needs_no_foreign_host() {
    let server = Server::shared();
    let moved = server.get("/docs");
    assert_eq!((moved.status, moved.header("location")), (308, Some("/docs/")));
    let page = server.get("/docs/");
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    let page = String::from_utf8(page.body).unwrap();
    assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
    let script = String::from_utf8(server.get("/docs/swagger-initializer.js").body).unwrap();
    assert!(script.contains("/openapi.json"), "{script}");
    assert_eq!(server.get("/docs/swagger-ui.css").header("content-type"), Some("text/css"));
    server.get("/docs/no-such-file").problem("not-found");
    assert_eq!(server.send("POST", "/docs/", &[], b"").problem("method-not-allowed")["status"], 405);
}
