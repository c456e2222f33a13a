//! Readers of the feed never miss an event, and what they read stays as it was.

use crate::counter::added;
use crate::support::{Engine, Gate, append, assert_whole, everything, version, with_attachment};
use ledger::{AppendError, FeedFilter, Ledger, RecordedEvent};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

on_both_engines!(
    a_slow_transaction_hides_nothing_from_a_reader,
    a_page_once_read_never_changes,
    waiting_ends_when_anybody_appends,
);

/// Follows the feed page by page until told to stop, and then to the end.
async fn follow(ledger: Ledger, page: i64, stop: Arc<AtomicBool>) -> Vec<Vec<RecordedEvent>> {
    let mut pages = Vec::new();
    let mut checkpoint = 0;
    loop {
        let last_look = stop.load(Ordering::SeqCst);
        let events = ledger.feed(checkpoint, page, &FeedFilter::default()).await.unwrap();
        if let Some(last) = events.last() {
            assert_eq!(events[0].position, checkpoint + 1, "an event before this one was not there yet");
            checkpoint = last.position;
            pages.push(events);
        } else if last_look {
            return pages;
        } else {
            tokio::task::yield_now().await;
        }
    }
}

async fn a_slow_transaction_hides_nothing_from_a_reader(engine: &Engine) {
    let (slow, fast) = (engine.open().await, engine.open().await);
    let stop = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn(follow(engine.open().await, 3, stop.clone()));
    for round in 0..5 {
        // The slow one holds the head row, and has its positions as good as taken.
        let gate = Gate::new();
        let decision = with_attachment(append("slow", round, vec![added(1)]), gate.clone());
        let waiting = tokio::spawn({
            let slow = slow.clone();
            async move { slow.append(decision).await }
        });
        gate.entered().await;
        // The other process would commit right away, if it were let.
        let overtaking = tokio::spawn({
            let fast = fast.clone();
            async move { fast.append(append("fast", round, vec![added(2)])).await }
        });
        for _ in 0..20 {
            assert_eq!(everything(&fast).await.len(), usize::try_from(2 * round).unwrap());
        }
        gate.open();
        assert_eq!(waiting.await.unwrap().unwrap().position, 2 * round + 1);
        assert_eq!(overtaking.await.unwrap().unwrap().position, 2 * round + 2);
    }
    stop.store(true, Ordering::SeqCst);
    assert_eq!(reader.await.unwrap().concat(), assert_whole(&slow).await);
}

async fn a_page_once_read_never_changes(engine: &Engine) {
    let ledgers = [engine.open().await, engine.open().await, engine.open().await];
    let stop = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = [1, 7, 1000]
        .map(|page| tokio::spawn(follow(ledgers[0].clone(), page, stop.clone())))
        .into_iter()
        .collect();
    let writers: Vec<_> = (0..6)
        .map(|writer| {
            let ledger = ledgers[writer % 3].clone();
            tokio::spawn(async move {
                // Two write to each stream, so there are conflicts and batches of which only a part goes through.
                let stream = format!("stream-{}", writer / 2);
                for n in 0..40 {
                    let mut known = version(&ledger, &stream).await;
                    loop {
                        match ledger.append(append(&stream, known, vec![added(n), added(n)])).await {
                            Ok(_) => break,
                            Err(AppendError::Conflict { actual, .. }) => known = actual,
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    stop.store(true, Ordering::SeqCst);
    let all = assert_whole(&ledgers[0]).await;
    assert_eq!(all.len(), 6 * 40 * 2);
    for reader in readers {
        assert_eq!(reader.await.unwrap().concat(), all);
    }
}

async fn waiting_ends_when_anybody_appends(engine: &Engine) {
    let (ledger, other) = (engine.open().await, engine.open().await);
    let long = Duration::from_secs(600);
    assert!(!ledger.wait_for(0, Duration::ZERO).await.unwrap());
    for (writer, position) in [(&ledger, 0), (&other, 1)] {
        let waiting = tokio::spawn({
            let ledger = ledger.clone();
            async move { ledger.wait_for(position, long).await }
        });
        writer.append(append("a", position, vec![added(1)])).await.unwrap();
        assert!(waiting.await.unwrap().unwrap());
    }
    assert!(ledger.wait_for(1, long).await.unwrap());
}
