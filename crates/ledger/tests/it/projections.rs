//! Read models follow from the ledger alone, and can be made from it again.

use crate::counter::{COUNTER, added, added_with, cleared};
use crate::support::{Engine, append, assert_whole, fill, version};
use crate::tally::Tally;
use ledger::{AppendError, Db, Ledger, LedgerError, LedgerOptions, Projection, Statement};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

on_both_engines!(
    a_rebuilt_read_model_equals_the_live_one,
    an_interrupted_rebuild_goes_on_where_it_was,
    writers_go_on_during_a_rebuild_and_a_check,
    two_rebuilds_and_checks_at_once_do_not_spoil_each_other,
    a_check_finds_what_was_changed,
    a_check_names_the_event_that_is_missing,
    a_new_version_is_rebuilt_when_the_ledger_is_opened,
    a_new_read_model_begins_with_the_first_event,
    a_read_model_that_was_away_is_rebuilt_when_it_comes_back,
    a_writer_of_another_version_refuses_to_write,
    a_writer_of_another_version_is_stopped_before_the_tables_are_switched,
    a_rebuild_that_cannot_take_an_event_leaves_everything_as_it_was,
);

type Row = (String, i64, i64);

async fn tallies(ledger: &Ledger) -> Vec<Row> {
    let statement =
        Statement::new("SELECT counter_id, total, last_position FROM tallies ORDER BY counter_id");
    statement.fetch_all(ledger.db()).await.unwrap()
}

/// The options of a programme with this tally, and the tally.
fn with(engine: &Engine, version: i64) -> (LedgerOptions, Tally) {
    let tally = Tally::version(version);
    (engine.options_with(tally.clone()), tally)
}

async fn a_rebuilt_read_model_equals_the_live_one(engine: &Engine) {
    let (options, tally) = with(engine, 1);
    let ledger = Ledger::open(options).await.unwrap();
    fill(&ledger, 1300, 7).await;
    let known = version(&ledger, "filled-3").await;
    ledger.append(append("filled-3", known, vec![cleared(), added_with(8, "é")])).await.unwrap();
    let live = tallies(&ledger).await;
    assert_eq!(live.len(), 7);
    assert_eq!(live[3], ("filled-3".to_owned(), 8, 1302));
    assert_eq!(live.iter().map(|row| row.1).sum::<i64>() - 8, (1..=1300).filter(|n| n % 7 != 3).sum::<i64>());

    let mut seen = Vec::new();
    ledger.rebuild(&tally, |progress| seen.push((progress.position, progress.head))).await.unwrap();
    assert_eq!(seen, [(0, 1302), (500, 1302), (1000, 1302), (1302, 1302)]);
    assert_eq!(tallies(&ledger).await, live);
    for table in ["tallies__rebuild", "additions__rebuild", "tallies__check"] {
        assert!(!ledger.db().has_table(table).await.unwrap());
    }
    // The new tables are the live ones in every respect: the writer goes on in them, and they can be rebuilt again.
    ledger.append(append("new", 0, vec![added(1)])).await.unwrap();
    ledger.rebuild(&tally, |_| {}).await.unwrap();
    assert_eq!(assert_whole(&ledger).await.len(), 1303);
    assert_eq!(engine.number("SELECT count(*) FROM projection_rebuilds").await, 0);
}

async fn an_interrupted_rebuild_goes_on_where_it_was(engine: &Engine) {
    let (options, tally) = with(engine, 1);
    let ledger = Ledger::open(options).await.unwrap();
    fill(&ledger, 2600, 5).await;
    let live = tallies(&ledger).await;
    for check in [false, true] {
        let far_enough = Arc::new(Notify::new());
        let progress = |progress: ledger::Progress| {
            if progress.position >= 1000 {
                far_enough.notify_one();
            }
        };
        let work = async {
            if check {
                ledger.check(&tally, progress).await.map(|_| ())
            } else {
                ledger.rebuild(&tally, progress).await
            }
        };
        tokio::select! {
            biased;
            () = far_enough.notified() => {}
            done = work => panic!("was not interrupted: {done:?}"),
        }
        assert_eq!(tallies(&ledger).await, live);
        let at = engine.number("SELECT position FROM projection_rebuilds").await;
        assert!(at >= 1000);

        // Another process goes on.
        let (options, tally) = with(engine, 1);
        let other = Ledger::open(options).await.unwrap();
        let mut first = None;
        let progress = |progress: ledger::Progress| {
            first.get_or_insert(progress.position);
        };
        if check {
            assert_eq!(other.check(&tally, progress).await.unwrap(), []);
        } else {
            other.rebuild(&tally, progress).await.unwrap();
        }
        // A page may just have been under way when the first was stopped.
        assert!(first.unwrap() >= at);
        assert_eq!(
            tally.asked.replayed_events.load(Ordering::SeqCst),
            usize::try_from(2600 - first.unwrap()).unwrap()
        );
        assert_eq!(tallies(&ledger).await, live);
    }
    assert_whole(&ledger).await;
}

/// Appends on ten streams until told to stop.
fn appending(ledger: &Ledger, stop: &Arc<AtomicBool>) -> tokio::task::JoinHandle<i64> {
    let (ledger, stop) = (ledger.clone(), stop.clone());
    tokio::spawn(async move {
        let mut n = 0;
        while !stop.load(Ordering::SeqCst) {
            let stream = format!("meanwhile-{}", n % 10);
            let events = vec![added(n), if n % 7 == 0 { cleared() } else { added(1) }];
            ledger.append(append(&stream, n / 10 * 2, events)).await.unwrap();
            n += 1;
            if matches!(ledger.db(), Db::Sqlite(_)) {
                // At full speed it would keep the only write lock to itself, and the rebuild would take very long.
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        n * 2
    })
}

async fn writers_go_on_during_a_rebuild_and_a_check(engine: &Engine) {
    let (options, tally) = with(engine, 1);
    let (ledger, other) = (Ledger::open(options).await.unwrap(), engine.open().await);
    fill(&ledger, 2000, 5).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writer = appending(&other, &stop);
    ledger.rebuild(&tally, |_| {}).await.unwrap();
    assert_eq!(ledger.check(&tally, |_| {}).await.unwrap(), []);
    ledger.rebuild(&tally, |_| {}).await.unwrap();
    stop.store(true, Ordering::SeqCst);
    let appended = writer.await.unwrap();
    assert!(appended > 0);
    assert_eq!(i64::try_from(assert_whole(&ledger).await.len()).unwrap(), 2000 + appended);
}

async fn two_rebuilds_and_checks_at_once_do_not_spoil_each_other(engine: &Engine) {
    let (ledger, other) = (engine.open().await, engine.open().await);
    fill(&ledger, 3000, 5).await;
    let (one, two) = (Tally::version(1), Tally::version(1));
    let (first, second) = tokio::join!(ledger.rebuild(&one, |_| {}), other.rebuild(&two, |_| {}));
    first.unwrap();
    second.unwrap();
    assert_whole(&ledger).await;
    let (first, second) = tokio::join!(ledger.check(&one, |_| {}), other.check(&two, |_| {}));
    assert_eq!((first.unwrap(), second.unwrap()), (vec![], vec![]));
    assert_whole(&ledger).await;

    // Two programmes of the next version start at once.
    let (one, two) = tokio::join!(Ledger::open(with(engine, 2).0), Ledger::open(with(engine, 2).0));
    let (one, two) = (one.unwrap(), two.unwrap());
    one.append(append("a", 0, vec![added(1)])).await.unwrap();
    two.append(append("b", 0, vec![added(1)])).await.unwrap();
    assert_eq!(assert_whole(&two).await.len(), 3002);
}

async fn a_check_finds_what_was_changed(engine: &Engine) {
    let (options, tally) = with(engine, 1);
    let ledger = Ledger::open(options).await.unwrap();
    fill(&ledger, 700, 5).await;
    let found = async || {
        let found = ledger.check(&tally, |_| {}).await.unwrap();
        found.into_iter().map(|d| (d.table, d.only_live, d.only_fresh)).collect::<Vec<_>>()
    };
    assert_eq!(found().await, []);
    engine.sql("UPDATE tallies SET total = total + 1 WHERE counter_id = 'filled-2'").await;
    assert_eq!(found().await, [("tallies".to_owned(), 1, 1)]);
    engine.sql("DELETE FROM additions WHERE position IN (3, 4)").await;
    engine.sql("INSERT INTO tallies (counter_id, total, last_position) VALUES ('never', 0, 1)").await;
    assert_eq!(found().await, [("tallies".to_owned(), 2, 1), ("additions".to_owned(), 0, 2)]);
    engine.sql("UPDATE additions SET note = '' WHERE position = 9").await;
    assert_eq!(found().await, [("tallies".to_owned(), 2, 1), ("additions".to_owned(), 1, 3)]);

    ledger.rebuild(&tally, |_| {}).await.unwrap();
    assert_eq!(found().await, []);
}

async fn a_check_names_the_event_that_is_missing(engine: &Engine) {
    for (gone, filled) in [(7, 7), (3, 7), (600, 1200)] {
        let database = engine.another();
        let (options, tally) = with(&database, 1);
        let ledger = Ledger::open(options).await.unwrap();
        fill(&ledger, filled, 2).await;
        database.sql(&format!("DELETE FROM events WHERE position = {gone}")).await;
        for _ in 0..2 {
            let found = ledger.check(&tally, |_| {}).await;
            assert!(
                matches!(found, Err(LedgerError::EventMissing { position, head }) if (position, head) == (gone, filled)),
                "{found:?}"
            );
        }
        let rebuilt = ledger.rebuild(&tally, |_| {}).await;
        assert!(matches!(rebuilt, Err(LedgerError::EventMissing { .. })), "{rebuilt:?}");
        assert_eq!(tallies(&ledger).await.len(), 2, "the live table stays as it was");
        ledger.db().close().await;
    }
}

async fn a_new_version_is_rebuilt_when_the_ledger_is_opened(engine: &Engine) {
    let old = engine.open().await;
    fill(&old, 1200, 3).await;
    let totals = tallies(&old).await;
    let (options, tally) = with(engine, 2);
    let ledger = Ledger::open(options).await.unwrap();
    assert_eq!(tally.asked.replayed_events.load(Ordering::SeqCst), 1200);
    assert_eq!(tallies(&ledger).await, totals);
    assert_eq!(engine.number("SELECT max(largest) FROM tallies").await, 1200);
    assert_whole(&ledger).await;

    // Opened once more, there is nothing to do; an older programme makes its own tables again.
    let (options, tally) = with(engine, 2);
    Ledger::open(options).await.unwrap();
    assert_eq!(tally.asked.replayed_events.load(Ordering::SeqCst), 0);
    let back = engine.open().await;
    assert_eq!(tallies(&back).await, totals);
    back.append(append("new", 0, vec![added(1)])).await.unwrap();
    assert_whole(&back).await;
}

async fn a_new_read_model_begins_with_the_first_event(engine: &Engine) {
    let options = LedgerOptions { projections: Vec::new(), ..engine.options() };
    let without = Ledger::open(options).await.unwrap();
    fill(&without, 600, 3).await;
    let ledger = engine.open().await;
    ledger.append(append("new", 0, vec![added(1)])).await.unwrap();
    assert!(matches!(without.append(append("old", 0, vec![added(1)])).await, Err(AppendError::Unavailable)));
    assert_eq!(assert_whole(&ledger).await.len(), 601);
}

async fn a_read_model_that_was_away_is_rebuilt_when_it_comes_back(engine: &Engine) {
    engine.open().await.append(append("a", 0, vec![added(1)])).await.unwrap();
    let without = Ledger::open(LedgerOptions { projections: Vec::new(), ..engine.options() }).await.unwrap();
    without.append(append("a", 1, vec![added(2)])).await.unwrap();
    let ledger = engine.open().await;
    assert_eq!(tallies(&ledger).await, [("a".to_owned(), 3, 2)]);
    assert_whole(&ledger).await;
}

async fn a_writer_of_another_version_refuses_to_write(engine: &Engine) {
    let old = engine.open().await;
    old.append(append("a", 0, vec![added(1)])).await.unwrap();
    let new = Ledger::open(with(engine, 2).0).await.unwrap();
    for _ in 0..2 {
        assert!(matches!(old.append(append("a", 1, vec![added(2)])).await, Err(AppendError::Unavailable)));
    }
    // Reading goes on.
    assert_eq!(old.history(COUNTER, "a", 0, 10).await.unwrap().len(), 1);
    new.append(append("a", 1, vec![added(2)])).await.unwrap();
    assert_eq!(assert_whole(&new).await.len(), 2);
}

async fn a_writer_of_another_version_is_stopped_before_the_tables_are_switched(engine: &Engine) {
    let old = engine.open().await;
    fill(&old, 100, 2).await;
    // A programme of the next version died between the switch and the announcement of the new version.
    let next: Arc<dyn Projection> = Arc::new(Tally::version(2));
    old.rebuild(next.as_ref(), |_| {}).await.unwrap();
    assert!(matches!(old.append(append("a", 0, vec![added(1)])).await, Err(AppendError::Unavailable)));
    let new = Ledger::open(with(engine, 2).0).await.unwrap();
    new.append(append("a", 0, vec![added(1)])).await.unwrap();
    assert_eq!(assert_whole(&new).await.len(), 101);
}

async fn a_rebuild_that_cannot_take_an_event_leaves_everything_as_it_was(engine: &Engine) {
    let ledger = engine.open().await;
    fill(&ledger, 600, 3).await;
    ledger.append(append("a", 0, vec![added(1), cleared()])).await.unwrap();
    let live = tallies(&ledger).await;
    let error = ledger.rebuild(&Tally::version(3), |_| {}).await.unwrap_err();
    assert!(matches!(&error, LedgerError::Projection { projection, .. } if projection == "tally"), "{error}");
    assert!(Ledger::open(with(engine, 3).0).await.is_err());

    // An event that no reader knows stops a rebuild as well; it is never skipped.
    engine.sql("UPDATE events SET event_type = 'counter.exploded' WHERE position = 10").await;
    let error = ledger.rebuild(&Tally::version(2), |_| {}).await.unwrap_err();
    assert!(matches!(&error, LedgerError::UnknownEvent(unknown) if unknown.position == 10), "{error}");
    engine.sql("UPDATE events SET event_type = 'counter.added' WHERE position = 10").await;

    assert_eq!(tallies(&ledger).await, live);
    ledger.append(append("a", 2, vec![added(5)])).await.unwrap();
    assert_whole(&ledger).await;
    let next = Ledger::open(with(engine, 2).0).await.unwrap();
    assert_whole(&next).await;
    assert!(matches!(next.db(), Db::Sqlite(_)) == engine.is_sqlite());
}
