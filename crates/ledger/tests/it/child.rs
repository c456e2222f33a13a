//! Another process of the same programme: the test binary started again, told by the environment what to do.

use crate::counter::{self, Counter, added_with};
use crate::support::{Engine, append, with_key};
use ledger::{AppendError, Ledger};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::process::Stdio;
use tokio::process::{Child, Command};

const TASK: &str = "CTPAT_TEST_LEDGER_TASK";

/// What the other process is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    pub engine: String,
    pub url: String,
    pub work: Work,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Work {
    /// Each writer appends so many events to its stream, beside others who write to the same one.
    Compete { writers: Vec<Writer>, events: i64 },
    /// Each lane repeats or begins its operations from the given one on, one after the other, for ever. A line on the standard output
    /// acknowledges each.
    ForEver { from: Vec<i64> },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Writer {
    pub name: String,
    pub stream: String,
}

/// Starts the process.
pub fn start(engine: &Engine, work: Work) -> Child {
    let task = Task { engine: engine.name.to_owned(), url: engine.url.clone(), work };
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "child::another_process"])
        .env(TASK, serde_json::to_string(&task).unwrap())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// Past the test harness, which catches what `println!` prints.
fn say(line: &str) {
    // In one piece, and on a line of its own whatever the harness has begun to print.
    std::io::stdout().lock().write_all(format!("\n{line}\n").as_bytes()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "not a test: other tests start it as a process of its own"]
async fn another_process() {
    let Ok(task) = std::env::var(TASK) else { return };
    let task: Task = serde_json::from_str(&task).unwrap();
    let engine = Engine {
        name: if task.engine == "sqlite" { "sqlite" } else { "postgres" },
        url: task.url,
        folder: None,
    };
    let ledger = engine.open().await;
    let tasks: Vec<_> = match task.work {
        Work::Compete { writers, events } => {
            writers.into_iter().map(|writer| tokio::spawn(compete(ledger.clone(), writer, events))).collect()
        }
        Work::ForEver { from } => from
            .into_iter()
            .enumerate()
            .map(|(lane, from)| tokio::spawn(for_ever(ledger.clone(), lane, from)))
            .collect(),
    };
    for task in tasks {
        task.await.unwrap();
    }
}

async fn compete(ledger: Ledger, writer: Writer, events: i64) {
    for n in 0..events {
        let mut known = ledger.load::<Counter>(&writer.stream).await.unwrap().version;
        let event = counter::added_with(n, &writer.name);
        loop {
            match ledger.append(append(&writer.stream, known, vec![event.clone()])).await {
                Ok(_) => break,
                Err(AppendError::Conflict { actual, .. }) => known = actual,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// The stream of a lane.
pub fn lane_name(lane: usize) -> String {
    format!("lane-{lane}")
}

/// The idempotency key of an operation.
pub fn key(lane: usize, operation: i64) -> String {
    format!("lane {lane} operation {operation}")
}

async fn for_ever(ledger: Ledger, lane: usize, from: i64) {
    let stream = lane_name(lane);
    for operation in from.. {
        let key = key(lane, operation);
        let version = ledger.load::<Counter>(&stream).await.unwrap().version;
        // Three events a decision: half of one would show.
        let events = (0..3).map(|_| added_with(operation, &key)).collect();
        match ledger.append(with_key(append(&stream, version, events), &key)).await {
            Ok(_) => say(&format!("stored {lane} {operation}")),
            Err(AppendError::KeyUsed) => say(&format!("known {lane} {operation}")),
            Err(error) => panic!("{error}"),
        }
    }
}
