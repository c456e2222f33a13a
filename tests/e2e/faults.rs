//! When the database does not answer, and who is let in where tokens come from an issuer.

use crate::support::issuer::{ISSUER, changed, claims};
use crate::support::story::{registration, text};
use crate::support::{Answer, Client, House, Issuer};
use reqwest::Method;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::{ClusterOptions, PgCluster, Stop};

/// A server whose requests may take three seconds, on a PostgreSQL that may be stopped.
fn on_its_own_postgres() -> (PgCluster, Arc<House>) {
    let cluster =
        PgCluster::start(ClusterOptions::default().without_fsync()).unwrap_or_else(|error| panic!("{error}"));
    let database = cluster.create_database().unwrap_or_else(|error| panic!("{error}"));
    let house = House::with(Some(database), &[("CTPAT__LIMITS__REQUEST_SECONDS", "3")]);
    (cluster, house)
}

async fn recovers(officer: &Client, account: &str) {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(40) {
        let ready = officer.get("/readyz").await.status == 200;
        if ready && officer.get(&format!("/v1/accounts/{account}")).await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the server does not recover");
}

fn unavailable(answer: &Answer) {
    answer.problem("unavailable");
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
}

/// Reading and writing are answered in time, and say when to come again.
async fn says_that_it_is_unavailable(officer: &Client, account: &str, key: &str) {
    let began = Instant::now();
    unavailable(&officer.get("/v1/accounts").await);
    unavailable(&officer.get(&format!("/v1/accounts/{account}/events")).await);
    let headers = [("Idempotency-Key", key)];
    unavailable(&officer.post_with("/v1/accounts", &headers, &registration(key)).await);
    unavailable(&officer.get("/readyz").await);
    assert_eq!(officer.get("/livez").await.status, 200, "the process itself is well");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

/// The write that was not acknowledged is sent again with its key, and is there once.
async fn written_once(officer: &Client, key: &str) {
    let headers = [("Idempotency-Key", key)];
    let began = Instant::now();
    loop {
        let answer = officer.post_with("/v1/accounts", &headers, &registration(key)).await;
        if answer.status == 201 {
            break;
        }
        assert!(matches!(answer.status, 409 | 503), "{} {}", answer.status, answer.text());
        assert!(began.elapsed() < Duration::from_secs(40), "{}", answer.text());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let found = officer.list("/v1/accounts").await;
    assert_eq!(found.iter().filter(|account| account["name"] == key).count(), 1, "{key}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stalls_or_dies_is_survived_without_a_restart() {
    let (cluster, house) = on_its_own_postgres();
    let mut server = house.start().await;
    let officer = house.sign_in("officer", "ana");
    let account = officer.does("/v1/accounts", &registration("First")).await;
    let account = text(&account, "/id").to_owned();

    cluster.pause().unwrap();
    says_that_it_is_unavailable(&officer, &account, "paused").await;
    cluster.resume().unwrap();
    recovers(&officer, &account).await;
    written_once(&officer, "paused").await;

    for (how, stop) in [("fast", Some(Stop::Fast)), ("immediate", Some(Stop::Immediate)), ("killed", None)] {
        match stop {
            Some(stop) => cluster.stop(stop).unwrap(),
            None => cluster.kill9().unwrap(),
        }
        says_that_it_is_unavailable(&officer, &account, how).await;
        cluster.start_again().unwrap();
        recovers(&officer, &account).await;
        written_once(&officer, how).await;
    }
    assert!(server.is_running(), "it is still the same process");
    assert_eq!(officer.list("/v1/accounts").await.len(), 5);
    drop(server);
    house.is_sound();
}

on_both_engines!(readiness_goes_down_while_writes_do_not_get_through);

/// Reading goes on as ever, so a look at the database alone would not show it.
async fn readiness_goes_down_while_writes_do_not_get_through(house: Arc<House>) {
    let _server = house.start().await;
    let officer = house.sign_in("officer", "ana");
    let account = officer.does("/v1/accounts", &registration("First")).await;
    let path = format!("/v1/accounts/{}", text(&account, "/id"));
    let other = ledger::Db::open(house.database(), 1).unwrap();
    let mut lock = other.begin().await.unwrap();
    lock.execute_script("UPDATE ledger_head SET position = position").await.unwrap();
    let stalled = tokio::spawn({
        let officer = officer.clone();
        async move {
            officer
                .post_with("/v1/accounts", &[("Idempotency-Key", "stalled")], &registration("stalled"))
                .await
        }
    });
    let began = Instant::now();
    loop {
        let answer = officer.get("/readyz").await;
        if answer.status == 503 {
            unavailable(&answer);
            assert!(answer.text().contains("Writes do not get through"), "{}", answer.text());
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(40), "readiness does not go down");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    unavailable(&stalled.await.unwrap());
    // It stays down although nobody writes, and everything else goes on.
    assert_eq!(officer.get("/readyz").await.status, 503);
    let metrics = house.sign_in("operator", "operator-1").get("/metrics").await.text();
    assert!(metrics.contains("ledger_writing_stalls 1"), "{metrics}");
    assert_eq!(officer.get(&path).await.status, 200);
    assert_eq!(officer.get("/livez").await.status, 200);
    lock.rollback().await.unwrap();
    recovers(&officer, text(&account, "/id")).await;
    written_once(&officer, "stalled").await;
    house.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn production_takes_the_issuers_tokens_alone_and_follows_its_keys() {
    let keys = testkit::temp_dir("keys").unwrap();
    let file = keys.path().join("jwks.json");
    let (old, new) = (Issuer::new("key-1"), Issuer::new("key-2"));
    Issuer::publish(&[&old], &file);
    // A development token is made beforehand, in the very folder that the server will use.
    let house = House::with(
        None,
        &[
            ("CTPAT__AUTH__MODE", "production"),
            ("CTPAT__AUTH__ISSUER", ISSUER),
            ("CTPAT__AUTH__JWKS", file.to_str().unwrap()),
        ],
    );
    let elsewhere = House::on_sqlite();
    let development = elsewhere.token("auditor", "auditor-1", &[]);
    std::fs::create_dir_all(house.path().join("data")).unwrap();
    let pem = "development-key.pem";
    std::fs::copy(elsewhere.path().join("data").join(pem), house.path().join("data").join(pem)).unwrap();
    let refused = house.run(&["token", "--role", "auditor"]);
    assert_eq!(refused.status.code(), Some(2), "tokens are not issued in production");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("development"));

    let _server = house.start().await;
    let get = |token: String| {
        let client = Client::new(&house, Some(token));
        async move { client.get("/v1/accounts").await }
    };
    get(development).await.problem("unauthenticated");
    let auditor = claims("auditor");
    assert_eq!(get(old.sign(&auditor)).await.status, 200);
    get(old.sign(&changed(&auditor, "iss", json!("urn:ctpat:development")))).await.problem("unauthenticated");
    get(Issuer::new("key-1").sign(&auditor)).await.problem("unauthenticated");

    // A new key appears. For a key that is not known the source is asked again, at most every ten seconds; the old one goes on counting
    // as long as it is published.
    Issuer::publish(&[&old, &new], &file);
    let began = Instant::now();
    while get(new.sign(&auditor)).await.status != 200 {
        assert!(began.elapsed() < Duration::from_secs(25), "the new key does not count");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(get(old.sign(&auditor)).await.status, 200);
    // The old one is withdrawn.
    Issuer::publish(&[&new], &file);
    let began = Instant::now();
    loop {
        let _ = get(Issuer::new("key-3").sign(&auditor)).await;
        let answer = get(old.sign(&auditor)).await;
        if answer.status == 401 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(25), "the withdrawn key still counts");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(get(new.sign(&auditor)).await.status, 200);
    // The last good keys go on counting when the source breaks.
    std::fs::write(&file, "no set of keys").unwrap();
    get(Issuer::new("key-4").sign(&auditor)).await.problem("unauthenticated");
    assert_eq!(get(new.sign(&auditor)).await.status, 200);
    // The installation's own operator signs in the same way.
    let operator = Client::new(&house, Some(new.sign(&claims("operator"))));
    assert_eq!(operator.send(Method::GET, "/metrics", &[], None).await.status, 200);
}
