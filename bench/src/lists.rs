//! Lists and histories in a small and in a large database; on the large one also how fast a read model is rebuilt and a server starts.

use crate::client::{Caller, quantile};
use crate::process::{mebibytes, resident};
use crate::report::{Report, Result, float};
use crate::seed::{open, seed};
use crate::server::House;
use crate::{Engine, Scale};
use kernel::Role;
use ledger::Ledger;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// How many pages the list is walked before a page in the middle is measured.
const WALK: u32 = 20;

/// What is asked, with a name for the report.
type Question = (&'static str, String);

/// What was measured in one database.
struct Measured {
    memberships: u64,
    medians: Vec<(&'static str, Duration)>,
    start_up: Duration,
    idle: Option<u64>,
}

async fn questions(caller: &Caller, history: &str) -> Result<Vec<Question>> {
    let mut middle = "/v1/memberships?limit=50".to_owned();
    for _ in 0..WALK {
        let (_, page) = caller.ask(reqwest::Method::GET, &middle, None, None).await?;
        let Some(cursor) = page.pointer("/next_cursor").and_then(Value::as_str) else { break };
        middle = format!("/v1/memberships?limit=50&cursor={cursor}");
    }
    Ok(vec![
        ("list, first page", "/v1/memberships?limit=50".to_owned()),
        ("list, page after a cursor", middle),
        (
            "list with filters, by what is due",
            "/v1/memberships?limit=50&status=pre_applicant&entity_type=importer&sort=due_on".to_owned(),
        ),
        (
            "list of two statuses, by what is due",
            "/v1/memberships?limit=50&status=pre_applicant&status=applicant&sort=due_on".to_owned(),
        ),
        ("work queue", "/v1/work-queue?limit=50&waiting_for=company".to_owned()),
        ("history of one membership", format!("/v1/memberships/{history}/events?limit=50")),
    ])
}

async fn median(caller: &Caller, path: &str, requests: u32) -> Result<Duration> {
    for _ in 0..requests / 10 {
        caller.size_of(path).await?;
    }
    let mut times = Vec::new();
    for _ in 0..requests {
        let begin = Instant::now();
        caller.size_of(path).await?;
        times.push(begin.elapsed());
    }
    Ok(quantile(&mut times, 50))
}

/// Seeds a database and measures it; gives its ledger too, no server running any more.
async fn measure(
    engine: Engine<'_>,
    scale: Scale,
    memberships: u64,
    house: &House,
) -> Result<(Measured, Ledger, u64, f64)> {
    let ledger = open(&house.database).await?;
    let begin = Instant::now();
    let seeded = seed(&ledger, memberships).await?;
    let seeding = float(seeded.events) / begin.elapsed().as_secs_f64();
    if let Engine::Postgres(_) = engine {
        // What autovacuum does within minutes, in time for what is measured.
        let pool = sqlx::PgPool::connect(&house.database).await?;
        sqlx::query("VACUUM ANALYZE").execute(&pool).await?;
        pool.close().await;
    }
    let server = house.serve().await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = resident(server.process());
    let caller = server.caller("director", Role::ProgrammeDirector)?;
    let mut medians = Vec::new();
    for (name, path) in questions(&caller, &seeded.with_history).await? {
        medians.push((name, median(&caller, &path, scale.requests).await?));
    }
    let measured = Measured { memberships, medians, start_up: server.start_up, idle };
    Ok((measured, ledger, seeded.events, seeding))
}

/// Rebuilds the read model of memberships for some time; gives events a second and how many events that were.
async fn rebuild(ledger: &Ledger, time: Duration) -> Result<(f64, i64)> {
    let projection = ledger
        .projections()
        .iter()
        .find(|projection| projection.name() == "memberships")
        .ok_or("there is no read model of memberships")?
        .clone();
    let done = Arc::new(AtomicI64::new(0));
    let seen = done.clone();
    let begin = Instant::now();
    let work =
        ledger.rebuild(projection.as_ref(), move |progress| seen.store(progress.position, Ordering::Relaxed));
    if let Ok(finished) = tokio::time::timeout(time, work).await {
        finished?;
    }
    let seconds = begin.elapsed().as_secs_f64();
    let events = done.load(Ordering::Relaxed);
    Ok((float(u64::try_from(events)?) / seconds, events))
}

/// Measures one engine.
pub(crate) async fn run(engine: Engine<'_>, scale: Scale, report: &mut Report) -> Result<()> {
    let name = engine.name();
    let small_house = House::new(engine)?;
    let (small, ledger, ..) = measure(engine, scale, scale.few, &small_house).await?;
    ledger.db().close().await;
    drop((ledger, small_house));
    let house = House::new(engine)?;
    let (large, ledger, events, seeding) = measure(engine, scale, scale.many, &house).await?;
    for ((question, few), (_, many)) in small.medians.iter().zip(&large.medians) {
        report.times(
            &format!("{question}, {} memberships: {name}", large.memberships),
            *many,
            &format!("{} memberships", small.memberships),
            *few,
        );
    }
    report.times(
        &format!("start to /readyz, {} memberships: {name}", large.memberships),
        large.start_up,
        &format!("{} memberships", small.memberships),
        small.start_up,
    );
    let known = |kibibytes: Option<u64>| kibibytes.map_or_else(|| "not known".to_owned(), mebibytes);
    report.figure(
        &format!("resident memory idle, {} memberships: {name}", large.memberships),
        &format!("{} ({} with {} memberships)", known(large.idle), known(small.idle), small.memberships),
    );
    report.figure(
        &format!("append of memberships in bulk with all read models: {name}"),
        &format!("{seeding:.0} events/s over {events} events"),
    );
    let (rate, replayed) = rebuild(&ledger, scale.rebuild).await?;
    report.figure(
        &format!("rebuild of the memberships read model: {name}"),
        &format!("{rate:.0} events/s over the first {replayed} of {events} events"),
    );
    Ok(())
}
