//! What is no HTTP request, sent as bytes: it is refused with a problem of the registry, like everything else.

use crate::support::{Answer, Options, Server, parse, parse_all};
use kernel::Role;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

const GET: &str = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

/// For the head of a request; the clock that it is measured by goes in steps of half a second.
const SHORT: Duration = Duration::from_millis(1500);

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Everything that comes until the server closes, which it does in order.
fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    bytes
}

/// Sends bytes, keeps the connection open, and reads until the server closes.
fn exchange(server: &Server, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(server);
    stream.write_all(bytes).unwrap();
    rest(stream)
}

/// Checks what every refusal has.
fn refused(answer: &Answer, slug: &str, what: &str) {
    let problem = answer.refusal(slug);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{what}: {problem}");
    let length = answer.body.len().to_string();
    for (name, value) in [
        ("content-length", length.as_str()),
        ("connection", "close"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("vary", "Authorization, Accept"),
    ] {
        let given: Vec<&(String, String)> = answer.headers.iter().filter(|(key, _)| key == name).collect();
        assert_eq!(given.len(), 1, "{what}: {name} in {answer:?}");
        assert_eq!(given[0].1, value, "{what}: {name}");
    }
    assert!(answer.header("date").is_some() && answer.header("ratelimit-policy").is_some(), "{what}");
}

#[test]
fn what_is_no_request_is_refused_with_a_problem() {
    let server = Server::shared();
    let many = "X-Many: 1\r\n".repeat(200);
    let long = "x".repeat(200_000);
    let get = |rest: &str| format!("GET /livez HTTP/1.1\r\n{rest}\r\n");
    let post = |rest: &str| format!("POST /v1/accounts HTTP/1.1\r\nHost: x\r\n{rest}\r\n");
    for (what, request, slug) in [
        ("no request line", "GET\r\n\r\n".to_owned(), "malformed-request"),
        ("TLS", "\x16\x03\x01\x02\0\x01\0\x01\u{7f}\x03\x03".to_owned(), "malformed-request"),
        ("zeros", "\0\0\0\0\r\n\r\n".to_owned(), "malformed-request"),
        ("HTTP/0.9", "GET /livez\r\n".to_owned(), "malformed-request"),
        ("no method", "G@T /livez HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "malformed-request"),
        ("no address", "GET /a|\"<> HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "malformed-request"),
        ("no Host", get(""), "malformed-request"),
        ("two Hosts", get("Host: x\r\nHost: x\r\n"), "malformed-request"),
        ("a space in a name", get("Ho st: x\r\n"), "malformed-request"),
        ("no colon", get("Host: x\r\nX-Header\r\n"), "malformed-request"),
        ("a folded header", get("Host: x\r\nX-Header: a\r\n b\r\n"), "malformed-request"),
        ("a length that is none", post("Content-Length: x\r\n"), "malformed-request"),
        ("a negative length", post("Content-Length: -1\r\n"), "malformed-request"),
        ("two lengths", post("Content-Length: 1\r\nContent-Length: 1\r\n"), "malformed-request"),
        (
            "length and chunks",
            post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
            "malformed-request",
        ),
        ("another coding", post("Transfer-Encoding: gzip\r\n"), "malformed-request"),
        ("two codings", post("Transfer-Encoding: gzip, chunked\r\n"), "malformed-request"),
        ("no length in HTTP/1.0", "POST /livez HTTP/1.0\r\n\r\n".to_owned(), "malformed-request"),
        ("many headers", get(&format!("Host: x\r\n{many}")), "headers-too-large"),
        ("a long header", get(&format!("Host: x\r\nX-Long: {long}\r\n")), "headers-too-large"),
        ("a very long address", format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), "uri-too-long"),
        ("a long address", format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", &long[..70_000]), "uri-too-long"),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), "http-version-not-supported"),
        ("HTTP/9.9", "GET /livez HTTP/9.9\r\nHost: x\r\n\r\n".to_owned(), "http-version-not-supported"),
    ] {
        let answer = parse(&exchange(server, request.as_bytes()));
        refused(&answer, slug, what);
        assert_eq!(answer.json().get("instance"), None, "{what}");
    }
}

#[test]
fn each_refusal_has_an_id_of_its_own() {
    let server = Server::shared();
    let id = || parse(&exchange(server, b"GET\r\n\r\n")).header("request-id").unwrap().to_owned();
    assert_ne!(id(), id());
}

#[test]
fn answers_before_a_refusal_stay_whole() {
    let server = Server::shared();
    let document = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    let wrong = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
    let bad = "GET /livez HTTP/1.1\r\nHo st: x\r\n\r\n";
    let bytes = exchange(server, [document, GET, wrong, GET, document, bad].concat().as_bytes());
    let answers = parse_all(&bytes, &[]);
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 404, 200, 200, 400]);
    assert_eq!((answers[0].json(), answers[4].json()), (api::openapi(), api::openapi()));
    answers[2].problem("not-found");
    refused(&answers[5], "malformed-request", "after others");

    let head = |path: &str| format!("HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    let requests = [head("/openapi.json"), head("/nothing"), head("/livez"), bad.to_owned()].concat();
    let answers = parse_all(&exchange(server, requests.as_bytes()), &[true, true, true]);
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 404, 200, 400]);
    refused(&answers[3], "malformed-request", "after HEAD");
}

/// A client that reads slowly: the answers leave in many pieces.
#[test]
fn answers_that_leave_in_pieces_stay_whole() {
    let server = Server::shared();
    let mut stream = connect(server);
    let document = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(format!("{}NONSENSE\r\n\r\n", document.repeat(12)).as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let answers = parse_all(&rest(stream), &[]);
    assert_eq!(answers.len(), 13);
    let whole = answers[0].json();
    assert!(answers[..12].iter().all(|answer| answer.status == 200 && answer.json() == whole));
    refused(&answers[12], "malformed-request", "after large ones");
}

#[test]
fn a_connection_that_was_kept_is_refused_as_well() {
    let server = Server::shared();
    for version in ["1.1", "1.0"] {
        let mut stream = connect(server);
        let request = format!("GET /livez HTTP/{version}\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut first = [0; 4096];
        let length = stream.read(&mut first).unwrap();
        assert_eq!(parse(&first[..length]).status, 200);
        stream.write_all(b"NONSENSE\r\n\r\n").unwrap();
        refused(&parse(&rest(stream)), "malformed-request", version);
    }
}

#[test]
fn what_answers_head_has_no_body() {
    let bytes = exchange(Server::shared(), b"HEAD /livez HTTP/1.1\r\nHo st: x\r\n\r\n");
    let answer = parse(&bytes);
    assert_eq!((answer.status, answer.body.len()), (400, 0));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(answer.header("content-length").unwrap().parse::<usize>().unwrap() > 100);
}

#[test]
fn a_head_that_does_not_arrive_in_time() {
    let server = Server::start(Options { head_within: SHORT, ..Options::default() });
    // The first of a connection, and a later one.
    refused(&parse(&exchange(&server, b"GET /livez HT")), "request-timeout", "the first");
    refused(
        &parse(&exchange(&server, b"GET /livez HTTP/1.1\r\nHost: x\r\n")),
        "request-timeout",
        "the first",
    );
    let mut stream = connect(&server);
    stream.write_all(GET.as_bytes()).unwrap();
    let mut first = [0; 4096];
    let length = stream.read(&mut first).unwrap();
    assert_eq!(parse(&first[..length]).status, 200);
    // A kept connection may rest for longer than a head may take.
    std::thread::sleep(Duration::from_millis(2500));
    stream.write_all(GET.as_bytes()).unwrap();
    let length = stream.read(&mut first).unwrap();
    assert_eq!(parse(&first[..length]).status, 200);
    stream.write_all(b"GET /livez HTTP/1.1\r\nHo").unwrap();
    refused(&parse(&rest(stream)), "request-timeout", "a later one");
}

#[test]
fn who_sends_nothing_is_told_nothing() {
    let server = Server::start(Options { head_within: SHORT, ..Options::default() });
    assert_eq!(exchange(&server, b""), b"");
}

#[test]
fn a_head_that_ends_early() {
    let server = Server::shared();
    for part in ["GET", "GET /livez HT", "GET /livez HTTP/1.1\r\nHost: x\r\n"] {
        let mut stream = connect(server);
        stream.write_all(part.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        refused(&parse(&rest(stream)), "malformed-request", part);
    }
    // After a whole request there may be an end of line too many.
    let mut stream = connect(server);
    stream.write_all(format!("{GET}\r\n").as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let answers = parse_all(&rest(stream), &[]);
    assert_eq!((answers.len(), answers[0].status), (1, 200));
}

#[test]
fn chunks_that_are_none() {
    let server = Server::shared();
    let token = server.token("newcomer", &[]);
    let head = format!(
        "POST /v1/accounts HTTP/1.1\r\nHost: x\r\nRequest-Id: broken-chunks\r\nAuthorization: Bearer {token}\r\nContent-Type: \
         application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    for chunks in ["zz\r\n{}\r\n0\r\n\r\n", "2\r\n{}zz", "2\r\n{}\r\n-1\r\n", "FFFFFFFFFFFFFFFFFF\r\n"] {
        let answer = parse(&exchange(server, format!("{head}{chunks}").as_bytes()));
        let problem = answer.problem("malformed-request");
        assert!(problem["detail"].as_str().unwrap().contains("Transfer-Encoding"), "{chunks}: {problem}");
        assert_eq!(
            (answer.header("request-id"), problem["instance"].as_str()),
            (Some("broken-chunks"), Some("/v1/accounts")),
            "{chunks}"
        );
        // Later, when the handler waits for them.
        let mut stream = connect(server);
        stream.write_all(head.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(100));
        stream.write_all(chunks.as_bytes()).unwrap();
        parse(&rest(stream)).problem("malformed-request");
    }
}

#[test]
fn refusals_are_counted() {
    let server = Server::shared();
    exchange(server, b"GET /livez HTTP/2.0\r\n\r\n");
    let answer = server.get_as(&server.token("an-operator", &[Role::Operator]), "/metrics");
    let text = String::from_utf8(answer.body).unwrap();
    let counted = text.lines().any(|line| {
        ["http_requests_total{", "method=\"GET\"", "route=\"unknown\"", "status=\"505\""]
            .iter()
            .all(|part| line.contains(part))
    });
    assert!(counted, "{text}");
}

#[test]
fn targets_and_upgrades_that_are_not_served() {
    let server = Server::shared();
    for target in ["OPTIONS *", "CONNECT x:443", "GET x:80", "GET *"] {
        let request = format!("{target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let problem = parse(&exchange(server, request.as_bytes())).refusal("not-found");
        assert_eq!(problem.get("instance"), None, "{target}");
    }
    for target in ["GET http://x/nothing HTTP/1.1", "GET /nothing HTTP/1.0"] {
        let request = format!("{target}\r\nHost: x\r\nConnection: close\r\n\r\n");
        parse(&exchange(server, request.as_bytes())).problem("not-found");
    }
    for upgrade in ["h2c", "websocket", "TLS/1.0"] {
        let request =
            format!("GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\n\r\n");
        let answer = parse(&exchange(server, request.as_bytes()));
        answer.problem("not-found");
        assert_eq!(answer.header("connection"), Some("close"), "{upgrade}");
    }
    let expecting = "GET /nothing HTTP/1.1\r\nHost: x\r\nExpect: the-unexpected\r\nConnection: close\r\n\r\n";
    parse(&exchange(server, expecting.as_bytes())).problem("not-found");
}

#[test]
fn a_request_that_asks_for_an_upgrade_is_answered_like_any_other() {
    let server = Server::start(Options { patience: Duration::from_secs(3), ..Options::default() });
    let token = server.token("an-auditor", &[Role::Auditor]);
    let plain = server.get_as(&token, "/v1/entity-types");
    assert_eq!(plain.status, 200);
    for asked in [
        "Connection: Upgrade\r\nUpgrade: websocket",
        "Upgrade: WebSocket",
        "Connection: Upgrade\r\nUpgrade: h2c",
    ] {
        let head = format!("Host: x\r\nAuthorization: Bearer {token}\r\n{asked}\r\n");
        let answer =
            parse(&exchange(&server, format!("GET /v1/entity-types HTTP/1.1\r\n{head}\r\n").as_bytes()));
        assert_eq!((answer.status, &answer.body), (200, &plain.body), "{asked}");
        assert_eq!(answer.header("connection"), Some("close"), "{asked}");

        // A body is as long as it announces; what follows is not taken for more of it.
        let post = |length: usize| {
            let line = "POST /v1/invitations HTTP/1.1\r\n";
            format!(
                "{line}{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{{}}GET /livez"
            )
        };
        parse(&exchange(&server, post(2).as_bytes())).problem("forbidden");
        let specialist = server.token("a-specialist", &[Role::Specialist]);
        let taken = post(2).replace(&token, &specialist);
        parse(&exchange(&server, taken.as_bytes())).problem("validation-failed");
        let mut stream = connect(&server);
        stream.write_all(post(200).replace(&token, &specialist).as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        parse(&rest(stream)).problem("malformed-request");
    }
}
