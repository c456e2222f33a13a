//! Followers see every event they want, in order, at least once.

use crate::counter::{added, cleared};
use crate::support::{Engine, append, append_to, fill, on};
use async_trait::async_trait;
use ledger::{FeedFilter, FollowError, Follower, Handler, Ledger, LedgerError, RecordedEvent};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, watch};

on_both_engines!(
    the_checkpoint_survives,
    a_filter_passes_over_the_rest,
    a_failing_handler_gets_the_same_page_again,
    after_a_crash_a_page_is_handed_over_again,
    a_running_follower_sees_the_events_of_every_process,
);

/// What a handler does with a page.
#[derive(Clone, Copy, PartialEq)]
enum Do {
    Take,
    Fail,
    /// Takes it, and never comes back.
    Die,
}

/// Remembers the positions of each page, and follows its script; after its end it takes everything.
#[derive(Default)]
struct Recorder {
    pages: Mutex<Vec<Vec<i64>>>,
    script: Mutex<VecDeque<Do>>,
    took: Notify,
}

impl Recorder {
    fn with(script: &[Do]) -> Arc<Self> {
        Arc::new(Self { script: Mutex::new(script.iter().copied().collect()), ..Self::default() })
    }

    fn positions(&self) -> Vec<i64> {
        self.pages.lock().unwrap().concat()
    }
}

#[async_trait]
impl Handler for Recorder {
    async fn handle(&self, events: &[RecordedEvent]) -> Result<(), FollowError> {
        let now = self.script.lock().unwrap().pop_front().unwrap_or(Do::Take);
        if now == Do::Fail {
            return Err(FollowError("not today".to_owned()));
        }
        self.pages.lock().unwrap().push(events.iter().map(|event| event.position).collect());
        self.took.notify_one();
        if now == Do::Die {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

fn follower(ledger: &Ledger, handler: &Arc<Recorder>) -> Follower {
    Follower::new("mail", ledger.clone(), FeedFilter::default(), handler.clone())
}

async fn the_checkpoint_survives(engine: &Engine) {
    let ledger = engine.open().await;
    fill(&ledger, 450, 3).await;
    let first = Recorder::with(&[]);
    assert_eq!(follower(&ledger, &first).checkpoint().await.unwrap(), 0);
    assert_eq!(follower(&ledger, &first).catch_up().await.unwrap(), 450);
    assert_eq!(first.positions(), (1..=450).collect::<Vec<_>>());
    assert_eq!(follower(&ledger, &first).catch_up().await.unwrap(), 0);

    // Another process, later.
    let again = engine.open().await;
    let second = Recorder::with(&[]);
    assert_eq!(follower(&again, &second).checkpoint().await.unwrap(), 450);
    ledger.append(append("a", 0, vec![added(1), added(2)])).await.unwrap();
    assert_eq!(follower(&again, &second).catch_up().await.unwrap(), 2);
    assert_eq!(second.positions(), [451, 452]);

    // A follower of another name has a checkpoint of its own.
    let other = Recorder::with(&[]);
    let stranger = Follower::new("other", again, FeedFilter::default(), other.clone());
    assert_eq!(stranger.catch_up().await.unwrap(), 452);
}

async fn a_filter_passes_over_the_rest(engine: &Engine) {
    let ledger = engine.open().await;
    let follow = |handler: &Arc<Recorder>| {
        let filter = FeedFilter {
            event_types: vec!["counter.cleared".to_owned()],
            aggregate_types: vec!["counter".to_owned()],
            aggregate_ids: vec!["a".to_owned(), "b".to_owned()],
        };
        Follower::new("clearings", ledger.clone(), filter, handler.clone())
    };
    let recorder = Recorder::with(&[]);
    let decision = append_to(vec![
        on("a", 0, vec![added(1), cleared()]),
        on("b", 0, vec![cleared(), added(1)]),
        on("c", 0, vec![cleared(), added(1)]),
    ]);
    ledger.append(decision).await.unwrap();
    assert_eq!(follow(&recorder).catch_up().await.unwrap(), 2);
    assert_eq!(recorder.positions(), [2, 3]);
    // What it does not want is not read again either.
    assert_eq!(follow(&recorder).checkpoint().await.unwrap(), 6);
    fill(&ledger, 300, 2).await;
    assert_eq!(follow(&recorder).catch_up().await.unwrap(), 0);
    assert_eq!(follow(&recorder).checkpoint().await.unwrap(), 306);
    ledger.append(append("b", 2, vec![cleared()])).await.unwrap();
    assert_eq!(follow(&recorder).catch_up().await.unwrap(), 1);
    assert_eq!(recorder.positions(), [2, 3, 307]);
}

async fn a_failing_handler_gets_the_same_page_again(engine: &Engine) {
    let ledger = engine.open().await;
    fill(&ledger, 300, 2).await;
    let recorder = Recorder::with(&[Do::Take, Do::Fail, Do::Fail, Do::Take]);
    for _ in 0..2 {
        let error = follower(&ledger, &recorder).catch_up().await.unwrap_err();
        assert!(
            matches!(&error, LedgerError::Projection { projection, .. } if projection == "mail"),
            "{error}"
        );
        assert!(!error.is_unavailable());
        // What was done before stays done.
        assert_eq!(follower(&ledger, &recorder).checkpoint().await.unwrap(), 200);
    }
    assert_eq!(follower(&ledger, &recorder).catch_up().await.unwrap(), 100);
    assert_eq!(recorder.positions(), (1..=300).collect::<Vec<_>>());
}

async fn after_a_crash_a_page_is_handed_over_again(engine: &Engine) {
    let ledger = engine.open().await;
    fill(&ledger, 300, 2).await;
    let recorder = Recorder::with(&[Do::Take, Do::Die]);
    let dying = tokio::spawn({
        let follower = follower(&ledger, &recorder);
        async move { follower.catch_up().await }
    });
    while recorder.positions().len() < 300 {
        recorder.took.notified().await;
    }
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    assert_eq!(follower(&ledger, &recorder).catch_up().await.unwrap(), 100);
    let twice: Vec<i64> = (1..=300).chain(201..=300).collect();
    assert_eq!(recorder.positions(), twice);
}

async fn a_running_follower_sees_the_events_of_every_process(engine: &Engine) {
    let (ledger, other) = (engine.open().await, engine.open().await);
    // It fails at first, and goes on by itself.
    let recorder = Recorder::with(&[Do::Fail]);
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(follower(&ledger, &recorder).run(stopped));
    for n in 0..5 {
        let writer = if n % 2 == 0 { &ledger } else { &other };
        writer.append(append("a", n, vec![added(n)])).await.unwrap();
        while recorder.positions().last() != Some(&(n + 1)) {
            recorder.took.notified().await;
        }
    }
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(recorder.positions(), [1, 2, 3, 4, 5]);
}
