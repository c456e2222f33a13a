//! SIGKILL while companies register, apply and write their profiles: steps that concern several things at once are there whole or not at
//! all, nothing that was acknowledged is missing, nothing is there twice. `CTPAT_KILLS` says how often; 50 without it.

use crate::support::story::{application, registration, saved_answer, text};
use crate::support::{Answer, Client, House};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const WRITERS: usize = 6;

on_both_engines!(nothing_is_lost_to_kill_nine);

/// What one company was told.
struct Told {
    name: String,
    account: String,
    membership: String,
    profile: String,
    /// The versions of answer 1.1, newest last, and the words of the newest.
    saved: Vec<i64>,
    words: String,
}

/// Sends a request with its key until it is acknowledged, across crashes.
async fn insist(
    who: &Client,
    method: Method,
    path: &str,
    version: Option<i64>,
    key: &str,
    body: &Value,
) -> Answer {
    let version = version.map(|version| format!("\"{version}\""));
    let mut headers = vec![("Content-Type", "application/json"), ("Idempotency-Key", key)];
    headers.extend(version.as_deref().map(|version| ("If-Match", version)));
    loop {
        let sent = who.try_send(method.clone(), path, &headers, Some(body.to_string().into_bytes())).await;
        match sent {
            Ok(answer) if matches!(answer.status, 200 | 201) => return answer,
            // In progress, contended, or not available just now; everything else is a mistake.
            Ok(answer) if matches!(answer.status, 409 | 503) && answer.header("retry-after").is_some() => {}
            Ok(answer) => panic!("{method} {path}: {} {}", answer.status, answer.text()),
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Plays one company after the other until told to stop.
async fn write(house: Arc<House>, writer: usize, round: Arc<AtomicUsize>, last: usize) -> Vec<Told> {
    let officer = house.sign_in("officer", &format!("officer-{writer}"));
    let mut all = Vec::new();
    while round.load(Ordering::SeqCst) < last {
        let name = format!("Company {writer}-{}", all.len());
        let key = |step: &str| format!("{name} {step}").replace(' ', "-");
        let post = |path: String, step: &'static str, body: Value| {
            let (officer, key) = (officer.clone(), key(step));
            async move { insist(&officer, Method::POST, &path, None, &key, &body).await.json() }
        };
        let account = post("/v1/accounts".to_owned(), "register", registration(&name)).await;
        let account = text(&account, "/id").to_owned();
        let accepted = json!({"agreement_version": "2024-1"});
        post(format!("/v1/accounts/{account}/accept-agreement"), "accept", accepted).await;
        let applied = post("/v1/memberships".to_owned(), "apply", application(&account)).await;
        let (membership, profile) =
            (text(&applied, "/id").to_owned(), text(&applied, "/profile_id").to_owned());
        let path = format!("/v1/profiles/{profile}/answers/1.1");
        let mut told = Told {
            name: name.clone(),
            account,
            membership,
            profile,
            saved: Vec::new(),
            words: String::new(),
        };
        for save in 1..=4 {
            let words = format!("Text {save} of {name}.");
            let before = told.saved.last().copied();
            let body = saved_answer(&words);
            let saved =
                insist(&officer, Method::PUT, &path, before, &key(&format!("save {save}")), &body).await;
            told.saved.push(saved.json()["version"].as_i64().unwrap());
            told.words = words;
        }
        all.push(told);
    }
    all
}

async fn nothing_is_lost_to_kill_nine(house: Arc<House>) {
    let kills = std::env::var("CTPAT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(50);
    let round = Arc::new(AtomicUsize::new(0));
    let mut server = house.start().await;
    let writers: Vec<_> =
        (0..WRITERS).map(|writer| tokio::spawn(write(house.clone(), writer, round.clone(), kills))).collect();
    for kill in 1..=kills {
        // At another moment each time, from right after the start to well under load.
        tokio::time::sleep(Duration::from_millis(30 + u64::try_from(kill * 41 % 190).unwrap())).await;
        server.kill_nine();
        server = house.start().await;
        round.store(kill, Ordering::SeqCst);
    }
    let mut told = Vec::new();
    for writer in writers {
        told.extend(writer.await.unwrap());
    }
    assert!(told.len() >= WRITERS, "there was no load");
    let auditor = house.sign_in("auditor", "auditor-1");
    all_of_it_is_there_once(&auditor, &told).await;
    drop(server);
    house.is_sound();
    println!("{kills} kills, {} companies told and found once", told.len());
}

async fn all_of_it_is_there_once(auditor: &Client, told: &[Told]) {
    let names = |items: Vec<Value>, pointer: &str| {
        let mut names: Vec<String> = items.iter().map(|item| text(item, pointer).to_owned()).collect();
        names.sort();
        names
    };
    let sorted = |pick: fn(&Told) -> &String| {
        let mut all: Vec<String> = told.iter().map(|one| pick(one).clone()).collect();
        all.sort();
        all
    };
    // Every writer ends with a company that is done, so that there is nothing besides what was told.
    assert_eq!(names(auditor.list("/v1/accounts").await, "/name"), sorted(|one| &one.name));
    assert_eq!(names(auditor.list("/v1/accounts").await, "/id"), sorted(|one| &one.account));
    assert_eq!(names(auditor.list("/v1/memberships").await, "/id"), sorted(|one| &one.membership));
    assert_eq!(names(auditor.list("/v1/profiles").await, "/id"), sorted(|one| &one.profile));
    for one in told {
        let answer = auditor.read(&format!("/v1/profiles/{}/answers/1.1", one.profile)).await;
        assert_eq!(one.saved, [1, 2, 3, 4], "{}", one.name);
        assert_eq!(
            (answer["version"].as_i64(), text(&answer, "/content/text")),
            (Some(4), one.words.as_str())
        );
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = auditor.read(&format!("/v1/events?limit=1000&after={after}")).await;
        let items = page["items"].as_array().unwrap();
        if items.is_empty() {
            break;
        }
        for event in items {
            after += 1;
            assert_eq!(event["position"], after, "the order has a gap");
            *counts.entry(text(event, "/type").to_owned()).or_default() += 1;
        }
    }
    for (kind, each) in [
        ("account.registered", 1),
        ("account.agreement_accepted", 1),
        ("membership.applied", 1),
        ("profile.started", 1),
        ("profile.answer_saved", 4),
    ] {
        assert_eq!(counts.get(kind).copied().unwrap_or_default(), told.len() * each, "{kind}: {counts:?}");
    }
}
