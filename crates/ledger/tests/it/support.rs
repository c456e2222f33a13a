//! An engine with an empty database, and short words for what the tests do with it.

use crate::counter;
use crate::tally::Tally;
use async_trait::async_trait;
use chrono::Utc;
use kernel::Actor;
use ledger::{
    Append, AppendError, Appended, Attachment, Db, FeedFilter, IdempotencyRecord, Ledger, LedgerOptions,
    Metadata, NewEvent, ProjectionError, RecordedEvent, Statement, StreamAppend, Tx,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// A database of the test's own.
pub struct Engine {
    pub name: &'static str,
    pub url: String,
    /// Where an SQLite database is; removed at the end.
    #[allow(dead_code, reason = "held so that it lives as long as the test")]
    pub folder: Option<testkit::TempDir>,
}

impl Engine {
    pub fn sqlite() -> Self {
        let folder = testkit::temp_dir("ledger").unwrap();
        let url = format!("sqlite://{}", folder.path().join("ledger.db").display());
        Self { name: "sqlite", url, folder: Some(folder) }
    }

    pub fn postgres() -> Self {
        Self { name: "postgres", url: testkit::test_database_url(), folder: None }
    }

    pub fn is_sqlite(&self) -> bool {
        self.name == "sqlite"
    }

    /// Another empty database of the same engine.
    pub fn another(&self) -> Self {
        if self.is_sqlite() { Self::sqlite() } else { Self::postgres() }
    }

    /// Options with the tally as the only read model.
    pub fn options(&self) -> LedgerOptions {
        self.options_with(Tally::version(1))
    }

    pub fn options_with(&self, tally: Tally) -> LedgerOptions {
        LedgerOptions {
            connections: 4,
            ..LedgerOptions::new(&self.url, vec![Arc::new(tally)], counter::types())
        }
    }

    pub async fn open(&self) -> Ledger {
        Ledger::open(self.options()).await.unwrap()
    }

    /// Runs statements behind the ledger's back.
    pub async fn sql(&self, script: &str) {
        let db = Db::open(&self.url, 1).unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.execute_script(script).await.unwrap_or_else(|error| panic!("{script}: {error}"));
        tx.commit().await.unwrap();
        db.close().await;
    }

    /// The one number that a query gives.
    pub async fn number(&self, sql: &str) -> i64 {
        let db = Db::open(&self.url, 1).unwrap();
        let rows: Vec<(i64,)> =
            Statement::new(sql).fetch_all(&db).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        db.close().await;
        rows[0].0
    }
}

/// One decision on one stream.
pub fn append(stream: &str, expected_version: i64, events: Vec<NewEvent>) -> Append {
    append_to(vec![on(stream, expected_version, events)])
}

pub fn append_to(streams: Vec<StreamAppend>) -> Append {
    Append {
        streams,
        metadata: Metadata::of(&Actor::system()),
        occurred_at: Utc::now(),
        idempotency: None,
        attachments: Vec::new(),
    }
}

pub fn on(stream: &str, expected_version: i64, events: Vec<NewEvent>) -> StreamAppend {
    StreamAppend {
        aggregate_type: counter::COUNTER,
        aggregate_id: stream.to_owned(),
        expected_version,
        events,
    }
}

pub fn with_key(mut append: Append, scope: &str) -> Append {
    append.idempotency = Some(IdempotencyRecord {
        scope: scope.to_owned(),
        fingerprint: format!("fingerprint of {scope}"),
        outcome: format!("outcome of {scope}"),
        recorded_at: Utc::now(),
    });
    append
}

pub fn with_attachment(mut append: Append, attachment: Arc<dyn Attachment>) -> Append {
    append.attachments.push(attachment);
    append
}

/// `events` additions of 1, 2, 3, … spread over `streams` counters, a hundred a decision.
pub async fn fill(ledger: &Ledger, events: i64, streams: i64) {
    let mut amount = 1;
    while amount <= events {
        let mut decision = append_to(Vec::new());
        let until = (amount + 99).min(events);
        for stream in 0..streams {
            let name = format!("filled-{stream}");
            let new: Vec<_> =
                (amount..=until).filter(|n| n % streams == stream).map(counter::added).collect();
            if !new.is_empty() {
                let version = version(ledger, &name).await;
                decision.streams.push(on(&name, version, new));
            }
        }
        ledger.append(decision).await.unwrap();
        amount = until + 1;
    }
}

/// The version of a stream, as it is stored.
pub async fn version(ledger: &Ledger, stream: &str) -> i64 {
    let mut statement = Statement::new("SELECT COALESCE(max(sequence), 0) FROM events WHERE aggregate_id = ");
    statement.bind(stream);
    let rows: Vec<(i64,)> = statement.fetch_all(ledger.db()).await.unwrap();
    rows[0].0
}

/// Everything there is.
pub async fn everything(ledger: &Ledger) -> Vec<RecordedEvent> {
    ledger.feed(0, i64::MAX, &FeedFilter::default()).await.unwrap()
}

/// Checks what holds of every ledger: positions 1, 2, 3, …, each stream 1, 2, 3, …, times that never go back, a chain that verifies,
/// and read models equal to a fresh fold. Gives the events.
pub async fn assert_whole(ledger: &Ledger) -> Vec<RecordedEvent> {
    let events = everything(ledger).await;
    let mut streams = std::collections::HashMap::new();
    let mut recorded_at = chrono::DateTime::<Utc>::UNIX_EPOCH;
    for (event, position) in events.iter().zip(1..) {
        assert_eq!(event.position, position);
        let sequence = streams.entry((&event.aggregate_type, &event.aggregate_id)).or_insert(0);
        *sequence += 1;
        assert_eq!(event.sequence, *sequence, "{event:?}");
        assert!(event.recorded_at >= recorded_at, "{event:?}");
        recorded_at = event.recorded_at;
    }
    let verified = ledger::verify_database(ledger, |_, _| {}).await.unwrap();
    assert_eq!(verified.events, i64::try_from(events.len()).unwrap());
    for projection in ledger.projections() {
        assert_eq!(ledger.check(projection.as_ref(), |_| {}).await.unwrap(), []);
    }
    events
}

/// Appends until the database answers again; a decision with a key that is used was stored by an attempt before.
pub async fn append_when_it_answers(ledger: &Ledger, decision: &Append) -> Option<Appended> {
    for _ in 0..1200 {
        match ledger.append(decision.clone()).await {
            Ok(appended) => return Some(appended),
            Err(AppendError::KeyUsed) => return None,
            Err(AppendError::Unavailable) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the database did not come back within a minute");
}

/// Waits until reading works again on every connection of the pool.
pub async fn read_when_it_answers(ledger: &Ledger) {
    let mut in_a_row = 0;
    for _ in 0..1200 {
        match ledger.head().await {
            Ok(_) if in_a_row == 8 => return,
            Ok(_) => in_a_row += 1,
            Err(error) => {
                assert!(error.is_unavailable(), "{error}");
                in_a_row = 0;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    panic!("the database did not come back within a minute");
}

/// Keeps the writer in the middle of its transaction until it is let go.
pub struct Gate {
    entered: Semaphore,
    open: Semaphore,
}

impl Gate {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { entered: Semaphore::new(0), open: Semaphore::new(0) })
    }

    /// Returns when the writer stands in the gate.
    pub async fn entered(&self) {
        self.entered.acquire().await.unwrap().forget();
    }

    /// Lets the writer go on, now and for ever.
    pub fn open(&self) {
        self.open.add_permits(1);
    }
}

#[async_trait]
impl Attachment for Gate {
    async fn write(&self, _: &mut Tx<'_>) -> Result<(), ProjectionError> {
        self.entered.add_permits(1);
        let _open = self.open.acquire().await;
        Ok(())
    }
}
