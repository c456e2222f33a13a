//! Whatever is changed behind the ledger's back is found, and the first bad position is named.

use crate::counter::{added, added_with, cleared};
use crate::support::{Engine, append, append_to, assert_whole, on};
use ledger::{Ledger, Verified, VerifyError, canonical, export, verify_database, verify_export};

on_both_engines!(
    a_database_that_was_tampered_with_is_found_out,
    an_event_behind_the_head_is_found_out,
    an_export_verifies_by_itself,
    an_export_that_was_tampered_with_is_found_out,
    an_empty_ledger_verifies,
    a_ledger_of_several_pages_verifies,
);

/// Twelve events on three streams; the fifth adds 5 to `a`.
async fn twelve(engine: &Engine) -> Ledger {
    let ledger = engine.open().await;
    for n in 0..4 {
        let decision = append_to(vec![
            on("a", n, vec![added(n * 4 + 1)]),
            on("b", n, vec![added_with(n, "zwölf")]),
            on("c", n, vec![if n == 2 { cleared() } else { added(n) }]),
        ]);
        ledger.append(decision).await.unwrap();
    }
    assert_eq!(assert_whole(&ledger).await.len(), 12);
    ledger
}

/// Statements, with `{json}` and `{text}` for a cast of the engine's own, and the position that has to be named.
const TAMPERED: &[(&str, &str, i64)] = &[
    (
        "a byte of a payload",
        "UPDATE events SET payload = {json}(replace({text}(payload), ':9', ':8')) WHERE position = 7",
        7,
    ),
    (
        "white space in a payload",
        "UPDATE events SET payload = {json}(replace({text}(payload), ':', ': ')) WHERE position = 4",
        4,
    ),
    ("a payload emptied", "UPDATE events SET payload = '{}' WHERE position = 12", 12),
    (
        "a byte of the metadata",
        "UPDATE events SET metadata = {json}(replace({text}(metadata), '\"system\"', '\"staff\"')) WHERE position = 1",
        1,
    ),
    ("occurred_at", "UPDATE events SET occurred_at = '2020-01-01T00:00:00Z' WHERE position = 6", 6),
    ("recorded_at", "UPDATE events SET recorded_at = '2020-01-01T00:00:00Z' WHERE position = 11", 11),
    (
        "an event id",
        "UPDATE events SET event_id = 'evt_00000000000000000000000000000000' WHERE position = 3",
        3,
    ),
    ("an event type", "UPDATE events SET event_type = 'counter.cleared' WHERE position = 3", 3),
    ("an event version", "UPDATE events SET event_version = '1' WHERE position = 3", 3),
    ("an aggregate id", "UPDATE events SET aggregate_id = 'd' WHERE position = 8", 8),
    ("a sequence", "UPDATE events SET sequence = 9 WHERE position = 10", 10),
    ("a hash", "UPDATE events SET hash = (SELECT hash FROM events WHERE position = 1) WHERE position = 2", 2),
    ("the first event dropped", "DELETE FROM events WHERE position = 1", 1),
    ("an event in the middle dropped", "DELETE FROM events WHERE position = 5", 5),
    ("the last event dropped", "DELETE FROM events WHERE position = 12", 12),
    ("the last two events dropped", "DELETE FROM events WHERE position > 10", 11),
    ("everything dropped", "DELETE FROM events", 1),
    (
        "an event dropped and the rest moved up",
        "DELETE FROM events WHERE position = 5; UPDATE events SET position = -position WHERE position > 5; \
      UPDATE events SET position = -position - 1 WHERE position < 0; UPDATE ledger_head SET position = 11",
        5,
    ),
    (
        "the last event dropped and the head set back",
        "DELETE FROM events WHERE position = 12; UPDATE ledger_head SET position = 11",
        11,
    ),
    (
        "two events swapped",
        "UPDATE events SET position = -5 WHERE position = 6; UPDATE events SET position = 6 WHERE position = 5; \
      UPDATE events SET position = 5 WHERE position = -5",
        5,
    ),
    (
        "two payloads swapped",
        "UPDATE events SET payload = (SELECT payload FROM events e WHERE e.position = 11 - events.position) WHERE position IN (4, 7)",
        4,
    ),
    (
        "two hashes swapped",
        "UPDATE events SET hash = (SELECT e.hash FROM events e WHERE e.position = 17 - events.position) WHERE position IN (8, 9)",
        8,
    ),
    ("the head's hash", "UPDATE ledger_head SET hash = (SELECT hash FROM events WHERE position = 11)", 12),
    ("the head moved on", "UPDATE ledger_head SET position = 15", 13),
    ("the head's instant set back", "UPDATE ledger_head SET recorded_at = '2020-01-01T00:00:00Z'", 12),
    ("the head's instant set on", "UPDATE ledger_head SET recorded_at = '2099-01-01T00:00:00Z'", 12),
];

const TAMPERED_SQLITE: &[(&str, &str, i64)] = &[
    ("an instant that is none", "UPDATE events SET recorded_at = 'yesterday' WHERE position = 7", 7),
    (
        "an instant finer than can be hashed",
        "UPDATE events SET occurred_at = replace(occurred_at, 'Z', '001Z') WHERE position = 7",
        7,
    ),
    ("a payload that is no JSON", "UPDATE events SET payload = 'x' WHERE position = 7", 7),
    ("a head's instant that is none", "UPDATE ledger_head SET recorded_at = 'yesterday'", 0),
];

const TAMPERED_POSTGRES: &[(&str, &str, i64)] = &[
    ("an instant without end", "UPDATE events SET occurred_at = 'infinity' WHERE position = 7", 7),
    (
        "an instant beyond all calendars",
        "UPDATE events SET recorded_at = '270000-01-01Z' WHERE position = 7",
        7,
    ),
    ("a head's instant without end", "UPDATE ledger_head SET recorded_at = 'infinity'", 0),
    (
        "the first of two faults is named",
        "UPDATE events SET occurred_at = 'infinity' WHERE position = 7; DELETE FROM events WHERE position = 5",
        5,
    ),
];

async fn a_database_that_was_tampered_with_is_found_out(engine: &Engine) {
    let (json, own) =
        if engine.is_sqlite() { ("CAST", TAMPERED_SQLITE) } else { ("CAST", TAMPERED_POSTGRES) };
    // `f(x)` becomes `CAST(x AS …)`, which both engines understand.
    let cast = |sql: &str| {
        let to = if engine.is_sqlite() { "TEXT" } else { "JSON" };
        let sql = sql.replace("{text}(payload)", "CAST(payload AS TEXT)");
        let sql = sql.replace("{text}(metadata)", "CAST(metadata AS TEXT)");
        let sql = sql.replace("{json}(", &format!("{json}("));
        if sql.contains("CAST(replace(") { sql.replace(") WHERE", &format!(" AS {to}) WHERE")) } else { sql }
    };
    for (what, sql, position) in TAMPERED.iter().chain(own) {
        let database = engine.another();
        let ledger = twelve(&database).await;
        database.sql(&cast(sql)).await;
        match verify_database(&ledger, |_, _| {}).await {
            Err(VerifyError::Fault(fault)) => assert_eq!(fault.position, *position, "{what}: {fault}"),
            other => panic!("{what}: {other:?}"),
        }
        ledger.db().close().await;
    }
}

async fn an_event_behind_the_head_is_found_out(engine: &Engine) {
    let ledger = twelve(engine).await;
    engine
        .sql("INSERT INTO events SELECT 13, event_id, aggregate_type, 'new', 1, event_type, event_version, payload, metadata, \
              occurred_at, recorded_at, hash FROM events WHERE position = 12")
        .await;
    let error = verify_database(&ledger, |_, _| {}).await.unwrap_err();
    assert!(matches!(&error, VerifyError::Fault(fault) if fault.position == 13), "{error}");
}

async fn exported(ledger: &Ledger) -> String {
    let mut file = Vec::new();
    export(ledger, &mut file, |_, _| {}).await.unwrap();
    String::from_utf8(file).unwrap()
}

async fn an_export_verifies_by_itself(engine: &Engine) {
    let ledger = twelve(engine).await;
    let mut seen = Vec::new();
    let mut file = Vec::new();
    let written = export(&ledger, &mut file, |position, head| seen.push((position, head))).await.unwrap();
    assert_eq!((written, seen.as_slice()), (12, &[(12, 12)][..]));
    let head = ledger.head().await.unwrap();
    let verified = Verified { events: 12, hash: head.hash.clone(), streams: 3 };
    assert_eq!(verify_export(file.as_slice()).unwrap(), verified);
    assert_eq!(verify_database(&ledger, |_, _| {}).await.unwrap(), verified);

    // A line each, the head at the end; what is in the database is in the file.
    let text = String::from_utf8(file).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 13);
    assert_eq!(lines[12], serde_json::json!({"record": "head", "position": 12, "hash": head.hash}));
    for (line, event) in lines.iter().zip(ledger.feed(0, 100, &ledger::FeedFilter::default()).await.unwrap())
    {
        assert_eq!(line["record"], "event");
        assert_eq!(line["position"], event.position);
        assert_eq!(line["payload"], event.payload);
        assert_eq!(line["metadata"], serde_json::to_value(&event.metadata).unwrap());
        assert_eq!(line["occurred_at"], canonical::instant(event.occurred_at));
        assert_eq!(line["hash"], event.hash);
    }

    // A file that was carried through a system with other line ends is still the same.
    assert_eq!(verify_export(text.replace('\n', "\r\n").as_bytes()).unwrap(), verified);
}

async fn an_export_that_was_tampered_with_is_found_out(engine: &Engine) {
    let ledger = twelve(engine).await;
    let text = exported(&ledger).await;
    let lines: Vec<&str> = text.lines().collect();
    let edited = |number: usize, from: &str, to: &str| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let line = lines[number - 1].replacen(from, to, 1);
        assert_ne!(line, lines[number - 1]);
        lines[number - 1] = line;
        lines.join("\n")
    };
    let without = |number: usize| {
        let mut lines = lines.clone();
        lines.remove(number - 1);
        lines.join("\n")
    };
    let swapped = |one: usize, two: usize| {
        let mut lines = lines.clone();
        lines.swap(one - 1, two - 1);
        lines.join("\n")
    };
    let other_hash =
        serde_json::from_str::<serde_json::Value>(lines[0]).unwrap()["hash"].as_str().unwrap().to_owned();
    for (what, file, position) in [
        ("a payload", edited(7, "\"amount\":9", "\"amount\":8"), 7),
        ("an extra member", edited(7, "\"amount\":9", "\"amount\":9,\"more\":1"), 7),
        ("a member that stands there twice", edited(7, "\"amount\":9", "\"amount\":8,\"amount\":9"), 7),
        ("a number written in another way", edited(7, "\"amount\":9", "\"amount\":9.0"), 7),
        ("an unknown member", edited(4, "\"position\"", "\"place\":4,\"position\""), 4),
        ("white space", edited(7, "\"payload\":", "\"payload\": "), 7),
        ("metadata", edited(2, "\"actor_role\":\"system\"", "\"actor_role\":\"officer\""), 2),
        ("a time", edited(3, "\"recorded_at\":\"2", "\"recorded_at\":\"3"), 3),
        ("an aggregate", edited(3, "\"aggregate_id\":\"c\"", "\"aggregate_id\":\"d\""), 3),
        ("the first line dropped", without(1), 1),
        ("a line in the middle dropped", without(5), 5),
        ("the last event dropped", without(12), 12),
        ("two lines swapped", swapped(5, 6), 5),
        ("a line doubled", format!("{}\n{text}", lines[0]), 2),
        ("cut off before the head", lines[..12].join("\n"), 13),
        ("cut off in the middle", lines[..6].join("\n"), 7),
        ("nothing left", String::new(), 1),
        ("another head", edited(13, "\"position\":12", "\"position\":14"), 13),
        (
            "another hash in the head",
            {
                let mut lines = lines.clone();
                let head = format!("{{\"record\":\"head\",\"position\":12,\"hash\":\"{other_hash}\"}}");
                lines[12] = &head;
                lines.join("\n")
            },
            12,
        ),
    ] {
        match verify_export(file.as_bytes()) {
            Err(VerifyError::Fault(fault)) => assert_eq!(fault.position, position, "{what}: {fault}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    // What is no line of an export at all is named by the line.
    for (what, file, line) in [
        ("cut off within a line", text[..text.len() / 2].to_owned(), text[..text.len() / 2].lines().count()),
        ("a member missing", edited(4, "\"event_version\":\"2\",", ""), 4),
        ("a time that is none", edited(4, "\"occurred_at\":\"2", "\"occurred_at\":\"x"), 4),
        ("no JSON", edited(4, "{", ""), 4),
        ("something behind the head", format!("{text}{}", lines[0]), 14),
    ] {
        match verify_export(file.as_bytes()) {
            Err(VerifyError::Line { line: told, .. }) => assert_eq!(told, line, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    // The export of a database that was tampered with is found out as well.
    engine.sql("UPDATE events SET aggregate_id = 'd' WHERE position = 8").await;
    let error = verify_export(exported(&ledger).await.as_bytes()).unwrap_err();
    assert!(matches!(&error, VerifyError::Fault(fault) if fault.position == 8), "{error}");
}

async fn an_empty_ledger_verifies(engine: &Engine) {
    let ledger = engine.open().await;
    let verified = Verified { events: 0, hash: canonical::GENESIS.to_owned(), streams: 0 };
    assert_eq!(verify_database(&ledger, |_, _| {}).await.unwrap(), verified);
    assert_eq!(verify_export(exported(&ledger).await.as_bytes()).unwrap(), verified);
}

async fn a_ledger_of_several_pages_verifies(engine: &Engine) {
    let ledger = engine.open().await;
    crate::support::fill(&ledger, 2345, 3).await;
    let mut seen = Vec::new();
    // Somebody goes on appending; what was there at the beginning is verified.
    let verified = verify_database(&ledger, |position, head| seen.push((position, head))).await.unwrap();
    assert_eq!(verified.events, 2345);
    assert_eq!(seen, [(1000, 2345), (2000, 2345), (2345, 2345)]);
    assert_eq!(verify_export(exported(&ledger).await.as_bytes()).unwrap(), verified);

    let appending = tokio::spawn({
        let ledger = ledger.clone();
        async move {
            for n in 0..50 {
                ledger.append(append("late", n, vec![added(n)])).await.unwrap();
            }
        }
    });
    while !appending.is_finished() {
        assert!(verify_database(&ledger, |_, _| {}).await.unwrap().events >= 2345);
        assert!(verify_export(exported(&ledger).await.as_bytes()).unwrap().events >= 2345);
    }
    appending.await.unwrap();

    engine.sql("DELETE FROM events WHERE position = 2001").await;
    let error = verify_database(&ledger, |_, _| {}).await.unwrap_err();
    assert!(matches!(&error, VerifyError::Fault(fault) if fault.position == 2001), "{error}");
}
