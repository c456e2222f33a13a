//! A ledger that was dumped and restored is the same ledger: feed, followers and writers go on.

use crate::counter::{Counter, added};
use crate::support::{Engine, append, assert_whole, everything, fill, with_key};
use async_trait::async_trait;
use ledger::{AppendError, FeedFilter, FollowError, Follower, Handler, RecordedEvent};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use testkit::PgBinaries;

on_both_engines!(a_restored_ledger_goes_on);

/// The last position it was handed.
struct Last(AtomicI64);

#[async_trait]
impl Handler for Last {
    async fn handle(&self, events: &[RecordedEvent]) -> Result<(), FollowError> {
        for event in events {
            assert_eq!(self.0.swap(event.position, Ordering::SeqCst), event.position - 1);
        }
        Ok(())
    }
}

/// What an operator does: `pg_dump` and `pg_restore`, or a copy of the file made by SQLite itself while the server runs.
async fn restored(engine: &Engine) -> Engine {
    let copy = engine.another();
    if engine.is_sqlite() {
        let db = ledger::Db::open(&engine.url, 1).unwrap();
        let ledger::Db::Sqlite(pool) = &db else { panic!("{}", engine.name) };
        let path = copy.url.strip_prefix("sqlite://").unwrap();
        sqlx::query("VACUUM INTO $1").bind(path).execute(pool).await.unwrap();
        db.close().await;
    } else {
        let binaries = PgBinaries::find().unwrap();
        let folder = testkit::temp_dir("dump").unwrap();
        let dump = folder.path().join("dump");
        for (program, url) in [("pg_dump", &engine.url), ("pg_restore", &copy.url)] {
            let mut command = Command::new(binaries.program(program));
            if program == "pg_dump" {
                command.args(["--format", "custom", "--file"]).arg(&dump).arg(url);
            } else {
                command.args(["--exit-on-error", "--dbname", url]).arg(&dump);
            }
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    copy
}

async fn a_restored_ledger_goes_on(engine: &Engine) {
    let original = engine.open().await;
    fill(&original, 700, 3).await;
    original.append(with_key(append("a", 0, vec![added(5)]), "key")).await.unwrap();
    let follow = |ledger: &ledger::Ledger, last: &Arc<Last>| {
        Follower::new("mail", ledger.clone(), FeedFilter::default(), last.clone())
    };
    let last = Arc::new(Last(AtomicI64::new(0)));
    assert_eq!(follow(&original, &last).catch_up().await.unwrap(), 701);

    let copy = restored(engine).await;
    // What was written after the dump is not in it.
    original.append(append("a", 1, vec![added(6)])).await.unwrap();
    let ledger = copy.open().await;
    assert_eq!(everything(&ledger).await, everything(&original).await[..701]);
    assert_eq!(assert_whole(&ledger).await.len(), 701);

    assert_eq!(follow(&ledger, &last).checkpoint().await.unwrap(), 701);
    assert!(matches!(
        ledger.append(with_key(append("a", 1, vec![added(5)]), "key")).await,
        Err(AppendError::KeyUsed)
    ));
    assert_eq!(ledger.append(append("a", 1, vec![added(7)])).await.unwrap().position, 702);
    assert_eq!(follow(&ledger, &last).catch_up().await.unwrap(), 1);
    assert_eq!(*ledger.load::<Counter>("a").await.unwrap().state, Counter { total: 12, applied: 2 });
    assert_eq!(assert_whole(&ledger).await.len(), 702);

    // A plain copy of SQLite's file is as good, once nobody has it open.
    if copy.is_sqlite() {
        ledger.db().close().await;
        drop(ledger);
        let again = copy.another();
        let path = |engine: &Engine| engine.url.strip_prefix("sqlite://").unwrap().to_owned();
        for end in ["", "-wal"] {
            let from = format!("{}{end}", path(&copy));
            if std::path::Path::new(&from).exists() {
                std::fs::copy(from, format!("{}{end}", path(&again))).unwrap();
            }
        }
        assert_eq!(assert_whole(&again.open().await).await.len(), 702);
    }
}
