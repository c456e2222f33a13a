//! SIGKILL under load, again and again: nothing that was acknowledged is missing, nothing is there twice, also when requests are sent
//! again with their keys after the crash. `CTPAT_KILLS` says how often; 50 without it.

use crate::support::House;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const WRITERS: usize = 6;

fn registration(name: &str) -> Value {
    json!({
        "company": {"name": name},
        "primary_address": {"type": "headquarters", "country": "US", "street_1": "1 Main Street", "city": "Laredo",
            "postal_code": "78040"},
        "contact": {"given_name": "Ada", "family_name": "Lovelace", "email": "ada@example.com", "company_officer": true},
    })
}

/// Registers companies until told to stop; each is sent again with its key until it is acknowledged.
async fn register(
    house: Arc<House>,
    http: reqwest::Client,
    token: String,
    writer: usize,
    round: Arc<AtomicUsize>,
    last: usize,
) -> Vec<String> {
    let mut acknowledged = Vec::new();
    let mut number = 0;
    while round.load(Ordering::SeqCst) < last {
        let name = format!("Company {writer}-{number}");
        number += 1;
        loop {
            let sent = http
                .post(format!("http://{}/v1/accounts", house.address))
                .bearer_auth(&token)
                .header("Idempotency-Key", format!("key-{writer}-{number}"))
                .json(&registration(&name))
                .send()
                .await;
            match sent {
                Ok(answer) if answer.status() == 201 => {
                    acknowledged.push(name);
                    break;
                }
                Ok(answer) if answer.status().is_client_error() && answer.status() != 409 => {
                    panic!("{name}: {} {}", answer.status(), answer.text().await.unwrap_or_default());
                }
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }
    acknowledged
}

async fn names(house: &House, http: &reqwest::Client, token: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let url = format!("http://{}/v1/accounts?limit=200{cursor}", house.address);
        let page: Value = http.get(url).bearer_auth(token).send().await.unwrap().json().await.unwrap();
        names.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return names,
        }
    }
}

async fn survives(house: House) {
    let kills = std::env::var("CTPAT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(50);
    let house = Arc::new(house);
    let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let round = Arc::new(AtomicUsize::new(0));
    let mut server = house.start();
    house.ready(&http).await;
    let auditor = house.token("auditor", "auditor");
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let token = house.token("officer", &format!("officer-{writer}"));
            tokio::spawn(register(house.clone(), http.clone(), token, writer, round.clone(), kills))
        })
        .collect();
    for kill in 1..=kills {
        // At another moment each time, from right after the start to well under load.
        tokio::time::sleep(Duration::from_millis(40 + u64::try_from(kill * 37 % 160).unwrap())).await;
        server.kill_nine();
        server = house.start();
        house.ready(&http).await;
        round.store(kill, Ordering::SeqCst);
    }
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    let mut stored = names(&house, &http, &auditor).await;
    drop(server);
    stored.sort();
    let all = stored.len();
    stored.dedup();
    assert_eq!(stored.len(), all, "something is there twice");
    acknowledged.sort();
    assert!(acknowledged.len() >= WRITERS, "there was no load");
    assert_eq!(stored, acknowledged, "what was acknowledged is what is there");
    println!("{kills} kills, {} companies acknowledged, all of them there once", acknowledged.len());
    house.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_loses_nothing_to_kill_nine() {
    survives(House::on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_loses_nothing_to_kill_nine() {
    survives(House::on_postgres()).await;
}
