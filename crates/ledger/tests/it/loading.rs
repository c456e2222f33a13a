//! Aggregates are folded from their events, each applied once.

use crate::counter::{Counter, added, added_once_upon_a_time, cleared, old_types};
use crate::support::{Engine, append, assert_whole, everything};
use chrono::{DateTime, TimeDelta, Utc};
use ledger::{At, Ledger, LedgerError, LedgerOptions};
use std::sync::Arc;

on_both_engines!(
    every_event_is_applied_exactly_once,
    what_another_process_wrote_is_noticed,
    a_small_cache_forgets_and_loads_again,
    an_aggregate_as_it_was,
    old_payloads_come_up,
    an_event_that_nobody_knows_stops_loading,
    a_restored_stream_is_folded_anew,
);

async fn every_event_is_applied_exactly_once(engine: &Engine) {
    let ledger = engine.open().await;
    let nothing = ledger.load::<Counter>("a").await.unwrap();
    assert_eq!((*nothing.state).clone(), Counter::default());
    assert_eq!(nothing.version, 0);
    let mut total = 0;
    for n in 0..30 {
        ledger.append(append("a", n * 2, vec![added(n), added(1)])).await.unwrap();
        total += n + 1;
        // Warm: from the cache and what came after.
        let warm = ledger.load::<Counter>("a").await.unwrap();
        assert_eq!(*warm.state, Counter { total, applied: n * 2 + 2 });
        assert_eq!(warm.version, n * 2 + 2);
    }
    // Cold: through the event store of cqrs-es, whose snapshots would apply every event twice.
    let cold = engine.open().await.load::<Counter>("a").await.unwrap();
    assert_eq!(*cold.state, Counter { total, applied: 60 });
    assert_eq!(cold.version, 60);
    // And past the cache.
    let past = ledger.load_at::<Counter>("a", At::Version(60)).await.unwrap();
    assert_eq!(*past.state, Counter { total, applied: 60 });
    // Nothing but events is stored of an aggregate.
    assert!(!ledger.db().has_table("snapshots").await.unwrap());
}

async fn what_another_process_wrote_is_noticed(engine: &Engine) {
    let (ledger, other) = (engine.open().await, engine.open().await);
    for n in 0..10 {
        let (writer, reader) = if n % 2 == 0 { (&ledger, &other) } else { (&other, &ledger) };
        writer.append(append("a", n, vec![added(10)])).await.unwrap();
        let loaded = reader.load::<Counter>("a").await.unwrap();
        assert_eq!(*loaded.state, Counter { total: (n + 1) * 10, applied: n + 1 });
        assert_eq!(loaded.version, n + 1);
        // Unchanged, it is the very same value.
        assert!(Arc::ptr_eq(&loaded.state, &reader.load::<Counter>("a").await.unwrap().state));
    }
}

async fn a_small_cache_forgets_and_loads_again(engine: &Engine) {
    let ledger = Ledger::open(LedgerOptions { cached_streams: 3, ..engine.options() }).await.unwrap();
    for round in 0..3 {
        for stream in 0..10 {
            let name = format!("stream-{stream}");
            ledger.append(append(&name, round, vec![added(stream)])).await.unwrap();
            let loaded = ledger.load::<Counter>(&name).await.unwrap();
            assert_eq!(*loaded.state, Counter { total: stream * (round + 1), applied: round + 1 });
        }
    }
}

async fn an_aggregate_as_it_was(engine: &Engine) {
    let ledger = engine.open().await;
    let day = |day: i64| -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(day)
    };
    let mut known = Vec::new();
    for (version, amount) in [(0, 1), (1, 20), (2, 300)] {
        let mut decision = append("a", version, vec![added(amount)]);
        decision.occurred_at = day(version);
        known.push(ledger.append(decision).await.unwrap().recorded_at);
    }
    let at = async |at: At| {
        let loaded = ledger.load_at::<Counter>("a", at).await.unwrap();
        (loaded.state.total, loaded.version, loaded.recorded_at)
    };
    assert_eq!(at(At::Version(0)).await, (0, 0, None));
    assert_eq!(at(At::Version(2)).await, (21, 2, Some(known[1])));
    assert_eq!(at(At::Version(9)).await, (321, 3, Some(known[2])));
    assert_eq!(at(At::AsOf(day(0) - TimeDelta::microseconds(1))).await, (0, 0, None));
    assert_eq!(at(At::AsOf(day(0))).await, (1, 1, Some(known[0])));
    assert_eq!(at(At::AsOf(day(2) - TimeDelta::microseconds(1))).await, (21, 2, Some(known[1])));
    assert_eq!(at(At::AsOf(day(9))).await, (321, 3, Some(known[2])));
    // What was so in March is known since it was recorded.
    assert_eq!(at(At::KnownAt(known[0] - TimeDelta::microseconds(1))).await, (0, 0, None));
    assert_eq!(at(At::KnownAt(known[2])).await, (321, 3, Some(known[2])));
    // Several limits at once: all of them hold.
    let within = |as_of, known_at, version| At::Within { as_of, known_at, version };
    assert_eq!(at(within(None, None, None)).await.1, 3);
    assert_eq!(at(within(Some(day(1)), Some(known[2]), Some(3))).await, (21, 2, Some(known[1])));
    assert_eq!(at(within(Some(day(9)), Some(known[2]), Some(1))).await, (1, 1, Some(known[0])));
    assert_eq!(
        at(within(Some(day(9)), Some(known[0] - TimeDelta::microseconds(1)), None)).await,
        (0, 0, None)
    );
    assert_eq!(ledger.load_at::<Counter>("nobody", At::Version(5)).await.unwrap().version, 0);
}

async fn old_payloads_come_up(engine: &Engine) {
    // The programme of before, which knew no read model either.
    let before = LedgerOptions { types: old_types(), projections: Vec::new(), ..engine.options() };
    let old = Ledger::open(before).await.unwrap();
    old.append(append("a", 0, vec![added_once_upon_a_time(5), added_once_upon_a_time(6)])).await.unwrap();

    let ledger = engine.open().await;
    let loaded = ledger.load::<Counter>("a").await.unwrap();
    assert_eq!(*loaded.state, Counter { total: 11, applied: 2 });
    ledger.append(append("a", 2, vec![added(7)])).await.unwrap();
    assert_eq!(ledger.load::<Counter>("a").await.unwrap().state.total, 18);
    // The feed brings them up too, and the read model was made of them. What is stored stays as it was written.
    let events = assert_whole(&ledger).await;
    assert_eq!(events[0].payload, serde_json::json!({"amount": 5}));
    assert_eq!(events[0].event_version, "2");
    assert_eq!(engine.number("SELECT total FROM tallies").await, 18);
    assert_eq!(engine.number("SELECT count(*) FROM events WHERE event_version = '1'").await, 2);
    let mut file = Vec::new();
    ledger::export(&ledger, &mut file, |_, _| {}).await.unwrap();
    assert!(String::from_utf8(file).unwrap().contains(r#""payload":{"n":5}"#));
    // The old programme cannot read what is new, and says so.
    assert!(matches!(old.load::<Counter>("a").await, Err(LedgerError::Aggregate(_))));
}

async fn an_event_that_nobody_knows_stops_loading(engine: &Engine) {
    let ledger = engine.open().await;
    ledger.append(append("a", 0, vec![added(1), cleared(), added(2)])).await.unwrap();
    ledger.append(append("b", 0, vec![added(1)])).await.unwrap();
    engine.sql("UPDATE events SET event_type = 'counter.exploded' WHERE position = 2").await;
    let error = ledger.load::<Counter>("a").await.unwrap_err();
    assert!(error.to_string().contains("counter.exploded"), "{error}");
    assert!(!error.is_unavailable());
    let error = ledger.load_at::<Counter>("a", At::Version(3)).await.unwrap_err();
    assert!(matches!(&error, LedgerError::UnknownEvent(unknown) if unknown.position == 2), "{error}");
    assert_eq!(ledger.load::<Counter>("b").await.unwrap().version, 1);
}

async fn a_restored_stream_is_folded_anew(engine: &Engine) {
    let ledger = engine.open().await;
    ledger.append(append("a", 0, vec![added(1), added(10)])).await.unwrap();
    let first = everything(&ledger).await[0].hash.clone();
    assert_eq!(ledger.load::<Counter>("a").await.unwrap().state.total, 11);
    // Somebody restores the database to a moment before the second event, under the running server.
    engine
        .sql(&format!(
            "DELETE FROM events WHERE position = 2; UPDATE ledger_head SET position = 1, hash = '{first}'; \
             UPDATE tallies SET total = 1, last_position = 1; DELETE FROM additions WHERE position = 2"
        ))
        .await;
    assert_eq!(ledger.load::<Counter>("a").await.unwrap().state.total, 1);
    ledger.append(append("a", 1, vec![added(100)])).await.unwrap();
    assert_eq!(*ledger.load::<Counter>("a").await.unwrap().state, Counter { total: 101, applied: 2 });
    assert_whole(&ledger).await;
}
