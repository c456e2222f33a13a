//! What waits is committed together, and who is guilty fails alone.

use crate::counter::{POISON, added, added_with};
use crate::support::{Engine, Gate, append, append_to, assert_whole, on, with_attachment, with_key};
use crate::tally::Tally;
use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all};
use ledger::{Append, AppendError, Appended, Ledger, LedgerOptions};
use std::sync::atomic::Ordering;

on_both_engines!(
    what_waits_is_one_batch,
    a_batch_has_a_limit,
    the_guilty_one_is_refused_alone,
    decisions_of_a_batch_follow_on_each_other,
);

type Waiting = BoxFuture<'static, Result<Appended, AppendError>>;

/// Holds the writer in a transaction of its own, hands in the decisions, lets the writer go on and gives the answers.
async fn as_one_batch(ledger: &Ledger, decisions: Vec<Append>) -> Vec<Result<Appended, AppendError>> {
    let gate = Gate::new();
    let mut waiting: Vec<Waiting> = Vec::new();
    for decision in std::iter::once(with_attachment(append_to(Vec::new()), gate.clone())).chain(decisions) {
        let ledger = ledger.clone();
        let mut answer = async move { ledger.append(decision).await }.boxed();
        // The first look hands the decision in.
        assert!(answer.as_mut().now_or_never().is_none());
        if waiting.is_empty() {
            gate.entered().await;
        }
        waiting.push(answer);
    }
    gate.open();
    let mut answers = join_all(waiting).await;
    answers.remove(0).unwrap();
    answers
}

async fn what_waits_is_one_batch(engine: &Engine) {
    let tally = Tally::version(1);
    let asked = tally.asked.clone();
    let ledger = Ledger::open(engine.options_with(tally)).await.unwrap();
    let decisions = (0..50).map(|n| append(&format!("stream-{n}"), 0, vec![added(n)])).collect();
    let answers = as_one_batch(&ledger, decisions).await;
    for (answer, position) in answers.into_iter().zip(1..) {
        assert_eq!(answer.unwrap().position, position);
    }
    // The transaction that was held had no events, so only one asked the read model.
    assert_eq!(asked.live_batches.load(Ordering::SeqCst), 1);
    assert_eq!(assert_whole(&ledger).await.len(), 50);
}

async fn a_batch_has_a_limit(engine: &Engine) {
    let tally = Tally::version(1);
    let asked = tally.asked.clone();
    let options = LedgerOptions { max_batch: 8, ..engine.options_with(tally) };
    let ledger = Ledger::open(options).await.unwrap();
    let decisions = (0..20).map(|n| append(&format!("stream-{n}"), 0, vec![added(n)])).collect();
    assert!(as_one_batch(&ledger, decisions).await.iter().all(Result::is_ok));
    assert_eq!(asked.live_batches.load(Ordering::SeqCst), 3);
    assert_eq!(assert_whole(&ledger).await.len(), 20);
}

async fn the_guilty_one_is_refused_alone(engine: &Engine) {
    let ledger = engine.open().await;
    ledger.append(with_key(append("old", 0, vec![added(1)]), "used")).await.unwrap();
    let poisoned = |stream| append(stream, 0, vec![added(1), added_with(1, POISON)]);
    let answers = as_one_batch(
        &ledger,
        vec![
            append("a", 0, vec![added(1)]),
            with_key(poisoned("b"), "key of b"),
            append("old", 0, vec![added(1)]),
            with_key(append("c", 0, vec![added(1)]), "used"),
            append("d", 0, vec![added(1), added(2)]),
            poisoned("e"),
            with_key(append("f", 0, vec![added(1)]), "key of f"),
        ],
    )
    .await;
    let told: Vec<String> = answers
        .iter()
        .map(|answer| match answer {
            Ok(appended) => format!("position {}", appended.position),
            Err(AppendError::Refused { code, .. }) => code.clone(),
            Err(error) => error.to_string(),
        })
        .collect();
    assert_eq!(
        told,
        [
            "position 2",
            "not_tallied",
            "old is at version 1, not 0",
            "the idempotency key has been used",
            "position 4",
            "not_tallied",
            "position 5",
        ]
    );
    let events = assert_whole(&ledger).await;
    let streams: Vec<&str> = events.iter().map(|event| event.aggregate_id.as_str()).collect();
    assert_eq!(streams, ["old", "a", "d", "d", "f"]);
    assert_eq!(ledger.idempotency_record("key of b").await.unwrap(), None);
    assert!(ledger.idempotency_record("key of f").await.unwrap().is_some());

    // Mended, it works.
    ledger.append(with_key(append("b", 0, vec![added(1)]), "key of b")).await.unwrap();
    assert_whole(&ledger).await;
}

async fn decisions_of_a_batch_follow_on_each_other(engine: &Engine) {
    let ledger = engine.open().await;
    let answers = as_one_batch(
        &ledger,
        vec![
            append("a", 0, vec![added(1)]),
            append("a", 0, vec![added(2)]),
            append("a", 1, vec![added(3)]),
            append_to(vec![on("b", 0, vec![added(4)]), on("a", 2, vec![added(5)])]),
            append("a", 2, vec![added(6)]),
        ],
    )
    .await;
    assert_eq!(answers[0].as_ref().unwrap().versions, [1]);
    assert!(matches!(answers[1], Err(AppendError::Conflict { expected: 0, actual: 1, .. })));
    assert_eq!(answers[2].as_ref().unwrap().versions, [2]);
    assert_eq!(answers[3].as_ref().unwrap().versions, [1, 3]);
    assert!(matches!(answers[4], Err(AppendError::Conflict { expected: 2, actual: 3, .. })));
    assert_eq!(assert_whole(&ledger).await.len(), 4);
}
