//! Several processes on one database take turns.

use crate::child::{self, Work, Writer};
use crate::counter::{Added, CounterEvent};
use crate::support::{Engine, assert_whole};
use std::collections::HashMap;

on_both_engines!(sixteen_writers_on_four_streams_in_three_processes_lose_nothing);

async fn sixteen_writers_on_four_streams_in_three_processes_lose_nothing(engine: &Engine) {
    const EVENTS: i64 = 25;
    let writers: Vec<Writer> = (0..16)
        .map(|n| Writer { name: format!("writer-{n}"), stream: format!("stream-{}", n % 4) })
        .collect();
    // All three begin on a database that is not even set up.
    let children: Vec<_> = [&writers[0..6], &writers[6..11], &writers[11..16]]
        .map(|share| child::start(engine, Work::Compete { writers: share.to_vec(), events: EVENTS }))
        .into_iter()
        .collect();
    for child in children {
        let output = child.wait_with_output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }

    let ledger = engine.open().await;
    let mut by_writer: HashMap<String, Vec<i64>> = HashMap::new();
    for event in assert_whole(&ledger).await {
        let CounterEvent::Added(Added { amount, note }) = event.decode().unwrap() else {
            panic!("{event:?}")
        };
        let writer = writers.iter().find(|writer| Some(&writer.name) == note.as_ref()).unwrap();
        assert_eq!(writer.stream, event.aggregate_id);
        by_writer.entry(writer.name.clone()).or_default().push(amount);
    }
    assert_eq!(by_writer.len(), 16);
    for (writer, amounts) in by_writer {
        assert_eq!(amounts, (0..EVENTS).collect::<Vec<_>>(), "{writer}");
    }
}
