//! Lists and the feed, page by page, while others write.

use crate::support::story::{Staff, registration, text};
use crate::support::{Client, House};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const BEFORE: usize = 40;

on_both_engines!(
    nothing_is_lost_or_doubled_while_others_write,
    the_feed_is_read_without_a_gap_while_others_write,
    who_follows_another_ledger_is_told
);

async fn registered(officer: &Client, name: &str) -> String {
    text(&officer.does("/v1/accounts", &registration(name)).await, "/id").to_owned()
}

/// Writes until told to stop; gives what it wrote.
fn write(house: &Arc<House>, stop: &Arc<AtomicBool>, writer: usize) -> tokio::task::JoinHandle<Vec<String>> {
    let officer = house.sign_in("officer", &format!("writer-{writer}"));
    let stop = stop.clone();
    tokio::spawn(async move {
        let mut written = Vec::new();
        while !stop.load(Ordering::SeqCst) {
            written.push(registered(&officer, &format!("Company {writer} {}", written.len())).await);
        }
        written
    })
}

async fn nothing_is_lost_or_doubled_while_others_write(house: Arc<House>) {
    let _server = house.start().await;
    let officer = house.sign_in("officer", "first");
    let auditor = house.sign_in("auditor", "auditor-1");
    let mut before = BTreeSet::new();
    for number in 0..BEFORE {
        before.insert(registered(&officer, &format!("Before {number}")).await);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4).map(|writer| write(&house, &stop, writer)).collect();
    // Round after round, in pages of different sizes, while the list grows.
    for limit in [1, 3, 7, 16] {
        let mut seen: Vec<String> = Vec::new();
        let mut cursor = String::new();
        // Whoever writes may be faster than who reads one by one, so reading ends with what was there before.
        while !before.iter().all(|id| seen.contains(id)) {
            let page = auditor.read(&format!("/v1/accounts?limit={limit}{cursor}")).await;
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            seen.extend(items.iter().map(|item| text(item, "/id").to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let unique: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(unique.len(), seen.len(), "limit {limit}: something came twice");
        assert!(before.is_subset(&unique), "limit {limit}: something was left out");
    }
    stop.store(true, Ordering::SeqCst);
    let mut all = before;
    for writer in writers {
        let written = writer.await.unwrap();
        assert!(!written.is_empty());
        all.extend(written);
    }
    let listed: Vec<String> =
        auditor.list("/v1/accounts").await.iter().map(|item| text(item, "/id").to_owned()).collect();
    assert_eq!(listed.len(), all.len());
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), all);
}

async fn the_feed_is_read_without_a_gap_while_others_write(house: Arc<House>) {
    let _server = house.start().await;
    let auditor = house.sign_in("auditor", "auditor-1");
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4).map(|writer| write(&house, &stop, writer)).collect();
    let mut events: Vec<Value> = Vec::new();
    let mut after = 0;
    let read = |after: i64| {
        let auditor = auditor.clone();
        async move { auditor.read(&format!("/v1/events?limit=5&wait_seconds=1&after={after}")).await }
    };
    while events.len() < 200 {
        let page = read(after).await;
        events.extend(page["items"].as_array().unwrap().iter().cloned());
        after = page["next_after"].as_i64().unwrap();
    }
    stop.store(true, Ordering::SeqCst);
    let mut written = BTreeSet::new();
    for writer in writers {
        written.extend(writer.await.unwrap());
    }
    let head = auditor.read("/v1/ledger-head").await["position"].as_i64().unwrap();
    while after < head {
        let page = read(after).await;
        events.extend(page["items"].as_array().unwrap().iter().cloned());
        after = page["next_after"].as_i64().unwrap();
    }
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event["position"], index + 1, "a gap, or an event that came twice");
    }
    let told: BTreeSet<String> = events
        .iter()
        .filter(|event| event["type"] == "account.registered")
        .map(|event| text(event, "/aggregate_id").to_owned())
        .collect();
    assert_eq!(told, written);
    // A page once read never changes.
    let again = auditor.read("/v1/events?limit=100&after=0").await;
    assert_eq!(again["items"].as_array().unwrap(), &events[..100]);
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_and_limits_that_were_not_given_out_are_refused() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let staff = Staff::of(&house);
    for number in 0..3 {
        let officer = house.sign_in("officer", &format!("officer-{number}"));
        let account = crate::support::story::register(&officer, &format!("Company {number}")).await;
        officer.does("/v1/memberships", &crate::support::story::application(&account)).await;
    }
    let auditor = &staff.auditor;
    let first = auditor.read("/v1/memberships?limit=1").await;
    let cursor = text(&first, "/next_cursor");
    assert_eq!(auditor.get(&format!("/v1/memberships?limit=2&cursor={cursor}")).await.status, 200);
    for other in [
        format!("/v1/memberships?limit=1&status=pre_applicant&cursor={cursor}"),
        format!("/v1/memberships?limit=1&sort=due_on&cursor={cursor}"),
        format!("/v1/memberships?limit=1&cursor={cursor}x"),
        "/v1/memberships?cursor=bm90IGEgY3Vyc29y".to_owned(),
        "/v1/memberships?cursor=%00".to_owned(),
    ] {
        let problem = auditor.get(&other).await.problem("validation-failed");
        assert_eq!(problem["errors"][0]["pointer"], "?cursor", "{other}: {problem}");
    }
    // Another caller's cursor is one for other filters.
    let officer = house.sign_in("officer", "officer-0");
    officer.get(&format!("/v1/memberships?limit=1&cursor={cursor}")).await.problem("validation-failed");
    for list in ["/v1/accounts", "/v1/memberships", "/v1/profiles", "/v1/invitations", "/v1/incidents"] {
        for limit in ["0", "201", "-1", "1.5", "x", "", "99999999999999999999"] {
            let problem = auditor.get(&format!("{list}?limit={limit}")).await.problem("validation-failed");
            assert_eq!(problem["errors"][0]["pointer"], "?limit", "{list} {limit}");
        }
        assert_eq!(auditor.get(&format!("{list}?limit=200")).await.status, 200, "{list}");
    }
    for limit in ["0", "1001"] {
        auditor.get(&format!("/v1/events?limit={limit}")).await.problem("validation-failed");
    }
    // By the date that is due next: the same in pages and in one.
    let one_by_one = {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = auditor.read(&format!("/v1/memberships?sort=due_on&limit=1{cursor}")).await;
            found.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break found,
            }
        }
    };
    assert_eq!(one_by_one, auditor.list("/v1/memberships?sort=due_on").await);
}

async fn who_follows_another_ledger_is_told(house: Arc<House>) {
    let _server = house.start().await;
    registered(&house.sign_in("officer", "first"), "Before").await;
    let auditor = house.sign_in("auditor", "auditor-1");
    let head = auditor.read("/v1/ledger-head").await["position"].as_i64().unwrap();
    let caught_up = auditor.read(&format!("/v1/events?after={head}")).await;
    assert_eq!((caught_up["items"].as_array().unwrap().len(), &caught_up["next_after"]), (0, &head.into()));
    for beyond in [head + 1, 9_007_199_254_740_991] {
        for more in ["", "&wait_seconds=20", "&type=account.registered"] {
            let problem =
                auditor.get(&format!("/v1/events?after={beyond}{more}")).await.problem("state-forbids");
            assert_eq!(text(&problem, "/code"), "after_beyond_head");
            assert_eq!(text(&problem, "/errors/0/pointer"), "?after");
            assert!(text(&problem, "/detail").contains(&format!("ends at position {head}")), "{problem}");
        }
    }
}
