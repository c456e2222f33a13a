//! Ledger appends beside stock postgres-es and beside `pgbench`.

use crate::report::{Report, Result};
use chrono::Utc;
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::PersistedEventStore;
use cqrs_es::{Aggregate, EventStore};
use kernel::{Actor, EventId};
use ledger::{Append, EventTypes, Ledger, LedgerOptions, Metadata, NewEvent, StreamAppend};
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use testkit::PgCluster;
use testkit::pgbench::Pgbench;
use uuid::Uuid;

kernel::events! {
    /// The one event of the benchmark.
    pub enum Measured {
        /// Something was measured.
        Noted(Note) = "bench.noted", 1;
    }
}

/// A payload of the usual size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    text: String,
    number: u64,
}

/// The aggregate that stock postgres-es stores.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Notes {
    count: u64,
}

impl Aggregate for Notes {
    const TYPE: &'static str = "bench";
    type Command = u64;
    type Event = Measured;
    type Error = Infallible;
    type Services = ();

    async fn handle(
        &mut self,
        number: u64,
        (): &(),
        sink: &EventSink<Self>,
    ) -> std::result::Result<(), Infallible> {
        sink.write(note(number), self).await;
        Ok(())
    }

    fn apply(&mut self, _: Measured) {
        self.count += 1;
    }
}

fn note(number: u64) -> Measured {
    Note {
        text: "An answer of some eighty characters, which is what a short payload looks like here."
            .to_owned(),
        number,
    }
    .into()
}

const STOCK_TABLE: &str = "CREATE TABLE events (
    aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence bigint CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL,
    event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence))";

/// Runs `writers` tasks for some seconds and gives the writes a second.
async fn rate<F, Fut>(writers: usize, work: F) -> f64
where
    F: Fn(usize) -> Fut,
    Fut: Future<Output = u64> + Send + 'static,
{
    let started = Instant::now();
    let tasks: Vec<_> = (0..writers).map(|writer| tokio::spawn(work(writer))).collect();
    let mut done = 0_u64;
    for task in tasks {
        done += task.await.unwrap_or_default();
    }
    let seconds = started.elapsed().as_secs_f64();
    crate::report::float(done) / seconds
}

async fn ours(url: &str, writers: usize, time: Duration) -> Result<f64> {
    let types = EventTypes::new(Measured::DESCRIPTIONS.iter().copied(), Vec::new());
    let ledger = Ledger::open(LedgerOptions::new(url, Vec::new(), types)).await?;
    let number = Arc::new(AtomicU64::new(0));
    let rate = rate(writers, |writer| {
        let (ledger, number) = (ledger.clone(), number.clone());
        async move {
            let until = Instant::now() + time;
            let id = format!("w{writer}-{}", Uuid::now_v7().simple());
            let mut version = 0;
            let mut done = 0;
            while Instant::now() < until {
                let event = note(number.fetch_add(1, Ordering::Relaxed));
                let Ok(event) = NewEvent::of(EventId::new(Uuid::now_v7()), &event) else { break };
                let append = Append {
                    streams: vec![StreamAppend {
                        aggregate_type: "bench",
                        aggregate_id: id.clone(),
                        expected_version: version,
                        events: vec![event],
                    }],
                    metadata: Metadata::of(&Actor::system()),
                    occurred_at: Utc::now(),
                    idempotency: None,
                    attachments: Vec::new(),
                };
                if ledger.append(append).await.is_err() {
                    break;
                }
                version += 1;
                done += 1;
            }
            done
        }
    })
    .await;
    // A fast ledger that does not hold together would be worth nothing.
    ledger::verify_database(&ledger, |_, _| {}).await?;
    Ok(rate)
}

async fn stock(url: &str, writers: usize, time: Duration) -> Result<f64> {
    let pool =
        sqlx::postgres::PgPoolOptions::new().max_connections(u32::try_from(writers)?).connect(url).await?;
    sqlx::query("DROP TABLE IF EXISTS events").execute(&pool).await?;
    sqlx::query(STOCK_TABLE).execute(&pool).await?;
    Ok(rate(writers, |writer| {
        let pool = pool.clone();
        async move {
            let store = PersistedEventStore::<_, Notes>::new_event_store(PostgresEventRepository::new(pool));
            let until = Instant::now() + time;
            let id = format!("w{writer}-{}", Uuid::now_v7().simple());
            // Loaded once: what is compared is appending, not folding a stream that grows.
            let Ok(mut context) = store.load_aggregate(&id).await else { return 0 };
            let mut done = 0;
            while Instant::now() < until {
                let before = context.current_sequence;
                if store.commit(vec![note(done)], context, HashMap::new()).await.is_err() {
                    break;
                }
                context = cqrs_es::persist::EventStoreAggregateContext {
                    aggregate_id: id.clone(),
                    aggregate: Notes::default(),
                    current_sequence: before + 1,
                    current_snapshot: None,
                };
                done += 1;
            }
            done
        }
    })
    .await)
}

/// Single-row inserts of the same columns by `pgbench`, each its own transaction.
pub(crate) fn pgbench_inserts(url: &str, clients: u32, time: Duration) -> Result<f64> {
    let script = "\\set id random(1, 1000000000)\n\
        INSERT INTO rows (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata) \
        VALUES ('bench', gen_random_uuid()::text, :id, 'bench.noted', '1', \
        '{\"number\":1,\"text\":\"An answer of some eighty characters, which is what a short payload looks like here.\"}', '{}');\n";
    Ok(Pgbench::new(url).script(script).clients(clients, 2).duration(time).run()?.tps)
}

/// The table that [`pgbench_inserts`] fills.
pub(crate) async fn prepare_pgbench(url: &str) -> Result<()> {
    let pool = sqlx::PgPool::connect(url).await?;
    sqlx::query(&STOCK_TABLE.replace("TABLE events", "TABLE IF NOT EXISTS rows")).execute(&pool).await?;
    Ok(())
}

/// Measures 1, 8 and 32 writers.
pub(crate) async fn run(cluster: &PgCluster, time: Duration, report: &mut Report) -> Result<()> {
    for writers in [1_usize, 8, 32] {
        let raw = cluster.create_database()?;
        prepare_pgbench(&raw).await?;
        let pgbench = pgbench_inserts(&raw, u32::try_from(writers)?, time)?;
        let stock = stock(&cluster.create_database()?, writers, time).await?;
        let ours_postgres = ours(&cluster.create_database()?, writers, time).await?;
        let folder = testkit::temp_dir("bench")?;
        let sqlite = format!("sqlite://{}", folder.path().join("bench.db").display());
        let ours_sqlite = ours(&sqlite, writers, time).await?;
        let name = format!("ledger appends, {writers} writers");
        report.rate(
            &format!("{name}: PostgreSQL"),
            ours_postgres,
            &[("stock postgres-es", stock), ("pgbench inserts", pgbench)],
        );
        report.rate(
            &format!("{name}: SQLite"),
            ours_sqlite,
            &[("stock postgres-es", stock), ("pgbench inserts", pgbench)],
        );
    }
    Ok(())
}
