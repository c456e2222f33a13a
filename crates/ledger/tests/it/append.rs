//! One decision: all of it, once, in one order, or nothing.

use crate::counter::{added, added_with, cleared, event_id};
use crate::support::{
    Engine, append, append_to, assert_whole, everything, on, version, with_attachment, with_key,
};
use crate::tally::Tally;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use ledger::{AppendError, Attachment, FeedFilter, Ledger, NewEvent, ProjectionError, Tx, execute};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

on_both_engines!(
    positions_are_gap_free_and_in_commit_order_with_concurrent_writers,
    a_conflict_tells_both_versions_and_stores_nothing,
    several_streams_are_written_together_or_not_at_all,
    a_used_key_is_told_and_stores_nothing,
    keys_can_be_forgotten,
    a_failing_attachment_takes_everything_back,
    what_cannot_be_read_back_is_refused,
    a_decision_may_hold_no_event,
    what_was_written_is_read_back,
    many_may_open_a_new_database_at_once,
);

async fn positions_are_gap_free_and_in_commit_order_with_concurrent_writers(engine: &Engine) {
    let ledgers = [engine.open().await, engine.open().await];
    let acknowledged = Arc::new(AtomicI64::new(0));
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let ledger: Ledger = ledgers[writer % 2].clone();
            let acknowledged = acknowledged.clone();
            tokio::spawn(async move {
                let stream = format!("writer-{writer}");
                let mut version = 0;
                for round in 0..25 {
                    let events: Vec<_> = (0..=round % 3).map(added).collect();
                    let before = acknowledged.load(Ordering::SeqCst);
                    let appended = ledger.append(append(&stream, version, events)).await.unwrap();
                    // Whatever was acknowledged before this decision was asked for stands before it.
                    assert!(appended.position > before);
                    acknowledged.fetch_max(appended.position, Ordering::SeqCst);
                    version += round % 3 + 1;
                    assert_eq!(appended.versions, [version]);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let events = assert_whole(&ledgers[0]).await;
    assert_eq!(events.len(), 8 * (8 * (1 + 2 + 3) + 1));
    assert_eq!(i64::try_from(events.len()).unwrap(), ledgers[1].head().await.unwrap().position);
}

async fn a_conflict_tells_both_versions_and_stores_nothing(engine: &Engine) {
    let ledger = engine.open().await;
    ledger.append(append("a", 0, vec![added(1), added(2)])).await.unwrap();
    for expected in [0, 1, 3] {
        match ledger.append(append("a", expected, vec![added(3)])).await.unwrap_err() {
            AppendError::Conflict { aggregate_id, expected: told, actual } => {
                assert_eq!((aggregate_id.as_str(), told, actual), ("a", expected, 2));
            }
            error => panic!("{error}"),
        }
    }
    // A stream is an aggregate type and an id: the same id of another type is another stream.
    let mut other = append("a", 0, vec![added(4)]);
    other.streams[0].aggregate_type = "other";
    assert_eq!(ledger.append(other).await.unwrap().versions, [1]);
    assert_eq!(assert_whole(&ledger).await.len(), 3);
}

async fn several_streams_are_written_together_or_not_at_all(engine: &Engine) {
    let ledger = engine.open().await;
    let both = append_to(vec![on("a", 0, vec![added(1)]), on("b", 0, vec![added(2), added(3)])]);
    let appended = ledger.append(both).await.unwrap();
    assert_eq!((appended.position, appended.versions), (3, vec![1, 2]));

    let second_is_late = append_to(vec![on("a", 1, vec![added(4)]), on("b", 1, vec![added(5)])]);
    assert!(matches!(ledger.append(second_is_late).await, Err(AppendError::Conflict { actual: 2, .. })));
    let first_is_late = append_to(vec![on("a", 0, vec![added(4)]), on("b", 2, vec![added(5)])]);
    assert!(matches!(ledger.append(first_is_late).await, Err(AppendError::Conflict { actual: 1, .. })));
    let twice = append_to(vec![on("a", 1, vec![added(4)]), on("a", 1, vec![added(5)])]);
    assert!(
        matches!(ledger.append(twice).await, Err(AppendError::Refused { code, .. }) if code == "stream_twice")
    );

    assert_eq!(assert_whole(&ledger).await.len(), 3);
    let appended =
        ledger.append(append_to(vec![on("b", 2, vec![added(6)]), on("a", 1, vec![])])).await.unwrap();
    assert_eq!(appended.versions, [3, 1]);
}

async fn a_used_key_is_told_and_stores_nothing(engine: &Engine) {
    let ledger = engine.open().await;
    ledger.append(with_key(append("a", 0, vec![added(1)]), "key 1")).await.unwrap();
    let record = ledger.idempotency_record("key 1").await.unwrap().unwrap();
    assert_eq!(
        (record.fingerprint.as_str(), record.outcome.as_str()),
        ("fingerprint of key 1", "outcome of key 1")
    );
    assert_eq!(record.recorded_at, ledger.head().await.unwrap().recorded_at);
    assert_eq!(ledger.idempotency_record("key 2").await.unwrap(), None);

    // The repeat expects the old version; that its key is used is what it has to hear.
    for expected in [0, 1] {
        let repeat = with_key(append("a", expected, vec![added(1)]), "key 1");
        assert!(matches!(ledger.append(repeat).await, Err(AppendError::KeyUsed)));
    }
    // Two requests with one key, on their way at the same time: one of them wins.
    let (one, two) = tokio::join!(
        ledger.append(with_key(append("b", 0, vec![added(2)]), "key 2")),
        ledger.append(with_key(append("c", 0, vec![added(2)]), "key 2")),
    );
    assert!(
        matches!((&one, &two), (Ok(_), Err(AppendError::KeyUsed)) | (Err(AppendError::KeyUsed), Ok(_))),
        "{one:?} {two:?}"
    );
    // A decision that was refused has not used its key.
    let late = with_key(append("a", 0, vec![added(3)]), "key 3");
    assert!(matches!(ledger.append(late).await, Err(AppendError::Conflict { .. })));
    ledger.append(with_key(append("a", 1, vec![added(3)]), "key 3")).await.unwrap();
    assert_eq!(assert_whole(&ledger).await.len(), 3);
}

async fn keys_can_be_forgotten(engine: &Engine) {
    let ledger = engine.open().await;
    ledger.append(with_key(append("a", 0, vec![added(1)]), "old")).await.unwrap();
    let between = ledger.append(with_key(append("a", 1, vec![added(1)]), "new")).await.unwrap().recorded_at;
    let forgotten = ledger.forget_idempotency_keys(between).await.unwrap();
    // Both may have been recorded in one microsecond.
    assert!(forgotten <= 1);
    assert!(ledger.idempotency_record("new").await.unwrap().is_some());
    assert_eq!(
        ledger.forget_idempotency_keys(Utc::now() + chrono::TimeDelta::days(1)).await.unwrap(),
        2 - forgotten
    );
    ledger.append(with_key(append("a", 2, vec![added(1)]), "old")).await.unwrap();
}

enum Note {
    Written(&'static str),
    Refused,
    Broken,
}

#[async_trait]
impl Attachment for Note {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        match self {
            Note::Written(text) => {
                execute!(&mut *tx, "INSERT INTO notes (text) VALUES ($1)", *text)?;
                Ok(())
            }
            Note::Refused => Err(ProjectionError::Refused {
                code: "no_note".to_owned(),
                detail: "No note today.".to_owned(),
            }),
            Note::Broken => {
                execute!(&mut *tx, "INSERT INTO no_such_table (text) VALUES ('x')")?;
                Ok(())
            }
        }
    }
}

async fn a_failing_attachment_takes_everything_back(engine: &Engine) {
    engine.sql("CREATE TABLE notes (text TEXT PRIMARY KEY)").await;
    let ledger = engine.open().await;
    let decision = |text| with_key(append("a", 0, vec![added(1)]), text);
    for (broken, wanted) in [(Note::Refused, "no_note"), (Note::Broken, "read_model_refused")] {
        let first = with_attachment(decision("key"), Arc::new(Note::Written("first")));
        let error = ledger.append(with_attachment(first, Arc::new(broken))).await.unwrap_err();
        assert!(matches!(&error, AppendError::Refused { code, .. } if code == wanted), "{error:?}");
    }
    assert_eq!(engine.number("SELECT count(*) FROM notes").await, 0);
    assert_eq!(engine.number("SELECT count(*) FROM tallies").await, 0);
    assert_eq!(ledger.idempotency_record("key").await.unwrap(), None);
    assert_eq!(ledger.head().await.unwrap().position, 0);

    // Mended, the same request works; a conflict takes its attachment along.
    let mended = with_attachment(decision("key"), Arc::new(Note::Written("first")));
    ledger.append(mended.clone()).await.unwrap();
    assert!(matches!(ledger.append(mended).await, Err(AppendError::KeyUsed)));
    let late = with_attachment(decision("another key"), Arc::new(Note::Written("second")));
    assert!(matches!(ledger.append(late).await, Err(AppendError::Conflict { .. })));
    assert_eq!(engine.number("SELECT count(*) FROM notes").await, 1);
    assert_eq!(assert_whole(&ledger).await.len(), 1);
}

async fn what_cannot_be_read_back_is_refused(engine: &Engine) {
    let ledger = engine.open().await;
    let event = |event_type: &str, event_version: &str, payload| NewEvent {
        event_id: event_id(),
        event_type: event_type.to_owned(),
        event_version: event_version.to_owned(),
        payload,
    };
    for (strange, wanted) in [
        (event("counter.exploded", "1", json!({})), "event_unknown"),
        (event("counter.added", "1", json!({"n": 1})), "event_unknown"),
        (event("counter.added", "3", json!({"amount": 1})), "event_unknown"),
        (event("counter.added", "02", json!({"amount": 1})), "event_unknown"),
        (event("counter.added", "2", json!({"n": 1})), "event_unreadable"),
        (event("counter.added", "2", json!(null)), "event_unreadable"),
        (event("counter.added", "2", json!([1])), "event_unreadable"),
        // A number that canonical JSON cannot keep would come back as another.
        (event("counter.added", "2", json!({"amount": 9_007_199_254_740_993_i64})), "event_unreadable"),
        (event("counter.added", "2", json!({"amount": -9_007_199_254_740_993_i64})), "event_unreadable"),
        (event("counter.added", "2", json!({"amount": 1, "more": [u64::MAX]})), "event_unreadable"),
    ] {
        let decision = with_key(append("a", 0, vec![added(1), strange.clone()]), "key");
        let error = ledger.append(decision).await.unwrap_err();
        assert!(
            matches!(&error, AppendError::Refused { code, .. } if code == wanted),
            "{strange:?}: {error:?}"
        );
    }
    assert_eq!(ledger.head().await.unwrap().position, 0);
    ledger.append(with_key(append("a", 0, vec![added(9_007_199_254_740_992)]), "key")).await.unwrap();
    assert_whole(&ledger).await;
}

async fn a_decision_may_hold_no_event(engine: &Engine) {
    let ledger = engine.open().await;
    let nothing = ledger.append(append_to(Vec::new())).await.unwrap();
    assert_eq!((nothing.position, nothing.versions.len()), (0, 0));
    ledger.append(append("a", 0, vec![added(1)])).await.unwrap();

    let key_alone = ledger.append(with_key(append_to(Vec::new()), "key")).await.unwrap();
    assert_eq!(key_alone.position, 1);
    assert!(ledger.idempotency_record("key").await.unwrap().is_some());
    assert!(matches!(ledger.append(with_key(append_to(Vec::new()), "key")).await, Err(AppendError::KeyUsed)));

    // A stream without events still has to be at the expected version.
    assert_eq!(ledger.append(append("a", 1, vec![])).await.unwrap().versions, [1]);
    assert!(matches!(ledger.append(append("a", 0, vec![])).await, Err(AppendError::Conflict { .. })));
    assert_eq!(assert_whole(&ledger).await.len(), 1);
    assert_eq!(version(&ledger, "a").await, 1);
}

async fn what_was_written_is_read_back(engine: &Engine) {
    let ledger = engine.open().await;
    let strange = "é € 𝄞 \u{1} \u{1f} \u{2028} \" \\ / <>&' 'DROP' {} $1";
    let mut decision = append("stream é \"1\"", 0, vec![added_with(-7, strange), cleared()]);
    // Finer than what the engines keep.
    let occurred_at: DateTime<Utc> = "2026-02-28T23:59:59.123456789Z".parse().unwrap();
    decision.occurred_at = occurred_at;
    decision.metadata.client_id = Some(format!("\u{0} {strange}"));
    decision.metadata.causation_id = Some("evt_x".to_owned());
    let appended = ledger.append(decision.clone()).await.unwrap();

    let again = engine.open().await;
    let events = assert_whole(&again).await;
    for (event, (written, sequence)) in events.iter().zip(decision.streams[0].events.iter().zip(1..)) {
        assert_eq!(event.event_id, written.event_id);
        assert_eq!((&event.event_type, &event.event_version), (&written.event_type, &written.event_version));
        assert_eq!(event.payload, written.payload);
        assert_eq!(event.metadata, decision.metadata);
        assert_eq!(event.aggregate_id, "stream é \"1\"");
        assert_eq!(event.sequence, sequence);
        assert_eq!(event.occurred_at, kernel::to_microseconds(occurred_at));
        assert_eq!(event.recorded_at, appended.recorded_at);
    }
    assert_eq!(events[1].hash, again.head().await.unwrap().hash);
    assert_eq!(again.history("counter", "stream é \"1\"", 1, 10).await.unwrap(), events[1..]);
    let filter = FeedFilter { event_types: vec!["counter.cleared".to_owned()], ..FeedFilter::default() };
    assert_eq!(again.feed(0, 10, &filter).await.unwrap(), events[1..]);
    assert_eq!(again.feed(2, 10, &FeedFilter::default()).await.unwrap(), []);
}

async fn many_may_open_a_new_database_at_once(engine: &Engine) {
    let opening: Vec<_> =
        (0..6).map(|_| tokio::spawn(Ledger::open(engine.options_with(Tally::version(1))))).collect();
    for (number, ledger) in opening.into_iter().enumerate() {
        let ledger = ledger.await.unwrap().unwrap();
        ledger.append(append(&format!("from-{number}"), 0, vec![added(1)])).await.unwrap();
    }
    let ledger = engine.open().await;
    assert_whole(&ledger).await;
    assert_eq!(everything(&ledger).await.len(), 6);
}
