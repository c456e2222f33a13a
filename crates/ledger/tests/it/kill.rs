//! Acknowledged means durable, whatever kills the process.

use crate::child::{self, Work, key, lane_name};
use crate::counter::CounterEvent;
use crate::support::{Engine, append_when_it_answers, assert_whole, read_when_it_answers};
use crate::{counter, support};
use rand::Rng as _;
use std::collections::HashMap;
use testkit::{ClusterOptions, PgCluster};
use tokio::io::{AsyncBufReadExt as _, BufReader};

on_both_engines!(kill_nine_of_the_writer_loses_nothing_and_doubles_nothing);

const LANES: usize = 4;

/// How often each engine's writer is killed.
fn kills() -> usize {
    std::env::var("CTPAT_TEST_KILLS").map_or(50, |text| text.parse().expect("CTPAT_TEST_KILLS is a number"))
}

async fn kill_nine_of_the_writer_loses_nothing_and_doubles_nothing(engine: &Engine) {
    // For each lane the first operation that is not acknowledged.
    let mut next = [0_i64; LANES];
    let (mut stored, mut known_again) = (0, 0);
    for round in 0..kills() {
        // As a client does that is not sure: some of what was acknowledged already is sent again, with the same keys.
        let back = rand::rng().random_range(0..3);
        let from: Vec<i64> = next.iter().map(|next| (next - back).max(0)).collect();
        let mut child = child::start(engine, Work::ForEver { from: from.clone() });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Now and then before anything was acknowledged: while it opens the database, or sets it up.
        let mut wanted = rand::rng().random_range(0..60);
        if wanted < 5 {
            tokio::time::sleep(std::time::Duration::from_millis(wanted * 8)).await;
            wanted = 0;
        }
        let mut killed = false;
        let mut acknowledged = 0;
        loop {
            if acknowledged >= wanted && !killed {
                child.start_kill().unwrap();
                killed = true;
            }
            // What is in the pipe was acknowledged, be it before or while the process died.
            let Some(line) = lines.next_line().await.unwrap() else { break };
            let words: Vec<&str> = line.split(' ').collect();
            let [what @ ("stored" | "known"), lane, operation] = words[..] else { continue };
            let (lane, operation): (usize, i64) = (lane.parse().unwrap(), operation.parse().unwrap());
            acknowledged += 1;
            if operation < next[lane] {
                assert_eq!(what, "known", "round {round}: lane {lane} stored operation {operation} twice");
                known_again += 1;
            } else {
                assert_eq!(operation, next[lane], "round {round}");
                next[lane] += 1;
                stored += usize::from(what == "stored");
            }
        }
        assert!(killed, "round {round}: the writer ended by itself");
        child.wait().await.unwrap();
    }

    let ledger = engine.open().await;
    let mut found: HashMap<String, i64> = HashMap::new();
    for event in assert_whole(&ledger).await {
        let CounterEvent::Added(added) = event.decode().unwrap() else { panic!("{event:?}") };
        let events = found.entry(event.aggregate_id.clone()).or_default();
        assert_eq!(added.amount, *events / 3, "an operation is missing, doubled or halved: {event:?}");
        *events += 1;
    }
    for (lane, next) in next.iter().enumerate() {
        let events = found.get(&lane_name(lane)).copied().unwrap_or_default();
        assert_eq!(events % 3, 0);
        let operations = events / 3;
        // At most one was stored whose answer never came.
        assert!(
            operations == *next || operations == next + 1,
            "lane {lane}: {operations} stored, {next} acknowledged"
        );
        for operation in 0..operations {
            assert!(ledger.idempotency_record(&key(lane, operation)).await.unwrap().is_some());
        }
        assert!(ledger.idempotency_record(&key(lane, operations)).await.unwrap().is_none());
    }
    println!("{} kills: {stored} operations stored, {known_again} repeated and known", kills());
}

mod postgres_itself {
    /// Here it is the database that is killed, and the writer that lives on.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn kill_nine_of_postgresql_loses_nothing_and_doubles_nothing() {
        super::kill_postgresql().await;
    }
}

async fn kill_postgresql() {
    let cluster = PgCluster::start(ClusterOptions::default()).unwrap();
    let engine = Engine { name: "postgres", url: cluster.create_database().unwrap(), folder: None };
    let ledger = engine.open().await;
    let mut expected = 0;
    for round in 0..3 {
        let writers: Vec<_> = (0..LANES)
            .map(|lane| {
                let ledger = ledger.clone();
                tokio::spawn(async move {
                    for n in 0..20 {
                        let stream = format!("lane-{lane}-{round}-{n}");
                        let decision =
                            support::append(&stream, 0, vec![counter::added(n), counter::added(n)]);
                        append_when_it_answers(&ledger, &support::with_key(decision, &stream)).await;
                    }
                })
            })
            .collect();
        ledger.wait_for(expected + 10, std::time::Duration::from_secs(60)).await.unwrap();
        cluster.kill9().unwrap();
        cluster.start_again().unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
        read_when_it_answers(&ledger).await;
        expected += i64::try_from(LANES).unwrap() * 20 * 2;
        assert_eq!(i64::try_from(assert_whole(&ledger).await.len()).unwrap(), expected);
    }
}
