//! A server at work: what it logs, and how it stops.

use crate::support::House;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Sends what is no request, and gives the id that its refusal has.
fn no_request(address: SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    answer.lines().find_map(|line| line.strip_prefix("request-id: ")).unwrap().to_owned()
}

/// Nothing that a person may want to hide is in the log, in whatever way it is written and with everything of the programme's own told.
async fn logs_requests(format: &str) {
    let house = House::on_sqlite();
    let http = reqwest::Client::new();
    let server = house.start_with(&[("CTPAT__LOG__FORMAT", format)]);
    house.ready(&http).await;
    let token =
        house.succeed(&["token", "--role", "officer", "--subject", "ana.subject", "--client", "broker-app"]);
    let token = token.trim();
    let url = |path: &str| format!("http://{}{path}", house.address);
    let body = json!({
        "company": {"name": "Swordfish Trading"},
        "primary_address": {"type": "headquarters", "country": "US", "street_1": "1 Hidden Street", "city": "Laredo",
            "postal_code": "78040"},
        "contact": {"given_name": "Zebulon", "family_name": "Quist", "email": "zebulon@example.com", "company_officer": true},
    });
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let made = http
        .post(url("/v1/accounts"))
        .bearer_auth(token)
        .header("Request-Id", "request-of-the-test")
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
    let account = made.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    let read = |path: String, id: &'static str| {
        http.get(url(&path)).bearer_auth(token).header("Request-Id", id).send()
    };
    assert_eq!(read(format!("/v1/accounts/{account}"), "reads-one").await.unwrap().status(), 200);
    assert_eq!(
        read("/v1/accounts?secret_parameter=secret-value".to_owned(), "bad-query").await.unwrap().status(),
        400
    );
    let odd = reqwest::Method::from_bytes(b"SNEAKY").unwrap();
    let refused =
        http.request(odd, url("/secret-path?secret_parameter=1")).header("Request-Id", "odd-request").send();
    assert_eq!(refused.await.unwrap().status(), 404);
    let nobody = http.get(url("/v1/accounts")).bearer_auth("not.a.token").header("Request-Id", "no-token");
    assert_eq!(nobody.send().await.unwrap().status(), 401);
    let noise = no_request(house.address, "SNEAKY /secret-path HTTP/1.1\r\nsecret_parameter\r\n\r\n");
    assert!(server.stop("-TERM").success());

    let log = house.log();
    let line = |id: &str| {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(id)).collect();
        assert_eq!(lines.len(), 1, "{id}: {lines:?}\n{log}");
        lines[0].to_owned()
    };
    for (id, words) in [
        ("request-of-the-test", &["INFO", "POST", "/v1/accounts", "201", trace, "broker-app", "seconds"][..]),
        ("reads-one", &["INFO", "GET", "/v1/accounts/{account_id}", "200", "broker-app"]),
        ("bad-query", &["GET", "/v1/accounts", "400", "broker-app"]),
        ("odd-request", &["other", "unknown", "404"]),
        ("no-token", &["GET", "/v1/accounts", "401"]),
        (noise.as_str(), &["INFO", "other", "unknown", "400", "seconds"]),
    ] {
        let line = line(id);
        if format == "json" {
            let line: Value = serde_json::from_str(&line).unwrap();
            assert!(line["timestamp"].is_string() && line["seconds"].is_number(), "{line}");
        }
        for word in words {
            assert!(line.contains(word), "{word} is missing: {line}");
        }
    }
    assert!(!log.contains("ERROR"), "what strangers send is no fault of the server's:\n{log}");
    let signature = token.rsplit('.').next().unwrap();
    for hidden in [
        token,
        signature,
        "not.a.token",
        "Bearer",
        "secret_parameter",
        "secret-value",
        "secret-path",
        "SNEAKY",
        "Swordfish",
        "Hidden Street",
        "Zebulon",
        "Quist",
        "example.com",
        "ana.subject",
        &account,
    ] {
        assert!(!log.contains(hidden), "{hidden} is logged:\n{log}");
    }
    let of_requests: Vec<&str> = log.lines().filter(|line| line.contains("request_id")).collect();
    assert!(
        !of_requests.iter().any(|line| line.contains("127.0.0.1")),
        "network addresses are logged:\n{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_a_line_of_text_without_secrets() {
    logs_requests("text").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_a_line_of_json_without_secrets() {
    logs_requests("json").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_news_is_answered_when_the_server_stops() {
    for signal in ["-TERM", "-INT"] {
        let house = House::on_sqlite();
        let http = reqwest::Client::new();
        // Shorter than the wait: a request that goes on waiting is cut off without an answer.
        let server = house.start_with(&[("CTPAT__SERVER__STOP_WITHIN_SECONDS", "5")]);
        house.ready(&http).await;
        let token = house.token("auditor", "auditor-1");
        let wait = http
            .get(format!("http://{}/v1/events?wait_seconds=25", house.address))
            .header("Request-Id", "waits-for-news")
            .bearer_auth(&token);
        let waiting = tokio::spawn(async move {
            let answer = wait.send().await.unwrap();
            (answer.status(), answer.json::<Value>().await.unwrap())
        });
        // Until the request has arrived; it is logged when it is answered, so nothing else tells.
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert!(!waiting.is_finished());
        let stopped = tokio::task::spawn_blocking(move || server.stop(signal));
        let (status, page) = waiting.await.unwrap();
        assert_eq!(
            (status.as_u16(), &page["items"], &page["next_after"]),
            (200, &json!([]), &json!(0)),
            "{page}"
        );
        assert!(stopped.await.unwrap().success(), "{signal}");
        assert!(house.log().contains("waits-for-news"));
    }
}
