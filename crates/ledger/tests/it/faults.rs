//! A database that is away, stopped, stalled or locked: everybody is told so, and when it is back everything goes on.

use crate::counter::{Counter, added};
use crate::support::{
    Engine, Gate, append, append_to, append_when_it_answers, assert_whole, everything, read_when_it_answers,
    with_attachment, with_key,
};
use futures::FutureExt as _;
use ledger::{Append, AppendError, Db, Ledger, LedgerError, LedgerOptions};
use std::time::Duration;
use testkit::{ClusterOptions, PgCluster, Stop};

/// Long enough for a database that is well, short enough for a test of one that is not.
const PATIENCE: Duration = Duration::from_millis(1500);

fn impatient(engine: &Engine) -> LedgerOptions {
    LedgerOptions { patience: PATIENCE, ..engine.options() }
}

fn decision(n: i64) -> Append {
    with_key(append("a", n, vec![added(1), added(1)][..1].to_vec()), &format!("key {n}"))
}

fn cluster() -> (PgCluster, Engine) {
    let cluster = PgCluster::start(ClusterOptions::default().without_fsync()).unwrap();
    let engine = Engine { name: "postgres", url: cluster.create_database().unwrap(), folder: None };
    (cluster, engine)
}

async fn assert_unavailable(ledger: &Ledger, n: i64) {
    assert!(matches!(ledger.append(decision(n)).await, Err(AppendError::Unavailable)));
}

mod postgresql_itself {
    use super::{
        Counter, Duration, Engine, Ledger, PATIENCE, Stop, append_when_it_answers, assert_unavailable,
        assert_whole, cluster, decision, impatient, read_when_it_answers,
    };
    use futures::FutureExt as _;

    async fn assert_goes_on(ledger: &Ledger, n: i64) {
        append_when_it_answers(ledger, &decision(n)).await;
        read_when_it_answers(ledger).await;
        assert!(ledger.is_ready(Duration::from_secs(60)).await);
        let loaded = ledger.load::<Counter>("a").await.unwrap();
        assert_eq!((loaded.version, loaded.state.applied), (n + 1, n + 1));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn stopped_and_started_again() {
        let (cluster, engine) = cluster();
        let ledger = Ledger::open(impatient(&engine)).await.unwrap();
        for (n, how) in [(0, Stop::Fast), (2, Stop::Immediate)] {
            assert_goes_on(&ledger, n).await;
            cluster.stop(how).unwrap();
            assert_unavailable(&ledger, n + 1).await;
            assert!(ledger.head().await.unwrap_err().is_unavailable());
            assert!(!ledger.is_ready(PATIENCE).await);
            // Through cqrs-es, and with something in the cache.
            let stream = if n == 0 { "b" } else { "a" };
            assert!(ledger.load::<Counter>(stream).await.unwrap_err().is_unavailable());
            cluster.start_again().unwrap();
            assert_goes_on(&ledger, n + 1).await;
        }
        assert_eq!(assert_whole(&ledger).await.len(), 4);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn loading_from_a_broken_connection_is_unavailable() {
        let (cluster, engine) = cluster();
        let ledger = Ledger::open(impatient(&engine)).await.unwrap();
        assert_goes_on(&ledger, 0).await;
        let admin = Engine { name: "postgres", url: cluster.url("postgres"), folder: None };
        for round in 1..6 {
            // The sessions are ended, and the connections in the pool do not know it yet.
            let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ctpat' AND pid <> pg_backend_pid()";
            admin.sql(all).await;
            if let Err(error) = ledger.load::<Counter>(&format!("never-{round}")).await {
                assert!(error.is_unavailable(), "{error:?}");
            }
            assert_goes_on(&ledger, round).await;
        }
        assert_eq!(assert_whole(&ledger).await.len(), 6);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_caller_that_goes_away_leaves_no_transaction_open() {
        let engine = Engine::postgres();
        let ledger = Ledger::open(impatient(&engine)).await.unwrap();
        for _ in 0..20 {
            ledger.head().await.unwrap();
            // Dropped while it waits for the answer.
            drop(ledger.db().begin().now_or_never());
        }
        let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
        let mut looks = 0;
        while engine.number(open).await > 0 {
            // Each is taken back as soon as it was begun; one that was forgotten would stay until PostgreSQL ends its session.
            looks += 1;
            assert!(looks < 1000, "a transaction stays open");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_goes_on(&ledger, 0).await;
        assert_whole(&ledger).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn stalled_and_going_on() {
        let (cluster, engine) = cluster();
        let ledger = Ledger::open(impatient(&engine)).await.unwrap();
        assert_goes_on(&ledger, 0).await;
        cluster.pause().unwrap();
        for _ in 0..2 {
            assert_unavailable(&ledger, 1).await;
        }
        assert!(!ledger.is_ready(PATIENCE).await);
        cluster.resume().unwrap();
        // Whether one of the attempts was stored shows by its key; it is never stored twice.
        assert_goes_on(&ledger, 1).await;
        assert_eq!(assert_whole(&ledger).await.len(), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn away_when_the_programme_starts() {
        let (cluster, engine) = cluster();
        cluster.stop(Stop::Fast).unwrap();
        let error = Ledger::open(impatient(&engine)).await.err().unwrap();
        assert!(error.is_unavailable());
        let said = error.to_string();
        assert!(said.contains(&format!("PostgreSQL at 127.0.0.1:{}", cluster.port())), "{said}");
        assert!(said.contains("refused"), "{said}");
        let ledger = Ledger::open_lazily(impatient(&engine)).unwrap();
        assert!(ledger.prepare().await.unwrap_err().is_unavailable());
        assert_unavailable(&ledger, 0).await;
        cluster.start_again().unwrap();
        ledger.prepare().await.unwrap();
        assert_goes_on(&ledger, 0).await;
        assert_eq!(assert_whole(&ledger).await.len(), 1);
    }
}

on_both_engines!(
    a_locked_database_is_unavailable_and_comes_back,
    a_write_that_waits_for_too_long_is_seen_while_it_waits,
    whoever_waits_for_news_is_let_go_when_the_process_stops,
    a_ledger_is_looked_for_without_making_one,
    too_many_waiting_are_turned_away,
    a_caller_that_goes_away_disturbs_nobody,
);

async fn a_locked_database_is_unavailable_and_comes_back(engine: &Engine) {
    let ledger = Ledger::open(impatient(engine)).await.unwrap();
    ledger.append(decision(0)).await.unwrap();
    let other = Db::open(&engine.url, 1).unwrap();
    let mut lock = other.begin().await.unwrap();
    lock.execute_script("UPDATE ledger_head SET position = position").await.unwrap();
    for _ in 0..2 {
        assert_unavailable(&ledger, 1).await;
    }
    // Reading is not disturbed; writing is known not to get through.
    assert!(ledger.writing_stalls() && !ledger.is_ready(PATIENCE).await);
    assert_eq!(everything(&ledger).await.len(), 1);
    assert_eq!(ledger.load::<Counter>("a").await.unwrap().version, 1);
    lock.rollback().await.unwrap();
    // Nobody has to write for it to be known again.
    becomes(&ledger, false).await;
    assert!(ledger.is_ready(Duration::from_secs(60)).await);
    append_when_it_answers(&ledger, &decision(1)).await;
    assert_eq!(assert_whole(&ledger).await.len(), 2);
}

/// Waits until writing stalls, or does not any more.
async fn becomes(ledger: &Ledger, stalls: bool) {
    for _ in 0..1200 {
        if ledger.writing_stalls() == stalls {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("writing_stalls() stays {}", !stalls);
}

async fn a_write_that_waits_for_too_long_is_seen_while_it_waits(engine: &Engine) {
    // More patience than a test has: the write is not given up meanwhile.
    let options = LedgerOptions { patience: Duration::from_secs(600), ..engine.options() };
    let ledger = Ledger::open(options).await.unwrap();
    assert!(ledger.is_ready(PATIENCE).await && ledger.oldest_wait() == Duration::ZERO);
    let gate = Gate::new();
    let held = tokio::spawn({
        let (ledger, decision) = (ledger.clone(), with_attachment(append_to(Vec::new()), gate.clone()));
        async move { ledger.append(decision).await }
    });
    gate.entered().await;
    becomes(&ledger, true).await;
    assert!(ledger.oldest_wait() > ledger::WRITE_PATIENCE);
    assert!(!ledger.is_ready(PATIENCE).await);
    gate.open();
    held.await.unwrap().unwrap();
    assert!(ledger.is_ready(PATIENCE).await && ledger.oldest_wait() == Duration::ZERO);
}

async fn whoever_waits_for_news_is_let_go_when_the_process_stops(engine: &Engine) {
    let ledger = engine.open().await;
    let waiting = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.wait_for(0, Duration::from_secs(3600)).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    ledger.stop_waiting();
    assert!(!waiting.await.unwrap().unwrap());
    assert!(!ledger.wait_for(0, Duration::from_secs(3600)).await.unwrap());
    ledger.append(decision(0)).await.unwrap();
    assert!(ledger.wait_for(0, Duration::from_secs(3600)).await.unwrap());
}

async fn a_ledger_is_looked_for_without_making_one(engine: &Engine) {
    for _ in 0..2 {
        let ledger = Ledger::open_lazily(engine.options()).unwrap();
        assert!(matches!(ledger.look().await, Err(LedgerError::Missing(_))));
    }
    let ledger = engine.open().await;
    ledger.look().await.unwrap();
    engine.sql("DELETE FROM ledger_head").await;
    assert!(matches!(ledger.head().await, Err(LedgerError::HeadMissing)));
}

async fn too_many_waiting_are_turned_away(engine: &Engine) {
    let options = LedgerOptions { queue: 4, ..engine.options() };
    let ledger = Ledger::open(options).await.unwrap();
    let gate = Gate::new();
    let held = tokio::spawn({
        let (ledger, decision) = (ledger.clone(), with_attachment(append_to(Vec::new()), gate.clone()));
        async move { ledger.append(decision).await }
    });
    gate.entered().await;
    let mut waiting = Vec::new();
    for n in 0..4 {
        let ledger = ledger.clone();
        let mut answer =
            async move { ledger.append(append(&format!("stream-{n}"), 0, vec![added(n)])).await }.boxed();
        assert!(answer.as_mut().now_or_never().is_none());
        waiting.push(answer);
    }
    // Turned away at once, without waiting.
    let away = ledger.append(append("away", 0, vec![added(1)])).now_or_never().unwrap();
    assert!(matches!(away, Err(AppendError::Overloaded)));
    gate.open();
    held.await.unwrap().unwrap();
    for answer in waiting {
        answer.await.unwrap();
    }
    ledger.append(append("away", 0, vec![added(1)])).await.unwrap();
    assert_eq!(assert_whole(&ledger).await.len(), 5);
}

async fn a_caller_that_goes_away_disturbs_nobody(engine: &Engine) {
    let ledger = engine.open().await;
    let gate = Gate::new();
    let held = tokio::spawn({
        let (ledger, decision) = (ledger.clone(), with_attachment(append_to(Vec::new()), gate.clone()));
        async move { ledger.append(decision).await }
    });
    gate.entered().await;
    // Handed in, and then dropped: it may be recorded, whole, or not.
    assert!(ledger.append(append("gone", 0, vec![added(1), added(2)])).now_or_never().is_none());
    let next = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.append(append("stays", 0, vec![added(1)])).await }
    });
    gate.open();
    held.await.unwrap().unwrap();
    next.await.unwrap().unwrap();
    assert!([1, 3].contains(&assert_whole(&ledger).await.len()));
}
