//! Commands over HTTP, with token, access, decision, read models and a synchronised commit, beside bare inserts by `pgbench`.

use crate::client::{Caller, load};
use crate::process::{Watch, mebibytes, resident};
use crate::report::{Report, Result};
use crate::server::{House, Server};
use crate::{Engine, Scale, appends};
use kernel::Role;
use ledger::{Ledger, LedgerOptions};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::PgCluster;

/// Inserts a second of `pgbench` with as many clients.
pub(crate) async fn pgbench(cluster: &PgCluster, scale: Scale) -> Result<f64> {
    let database = cluster.create_database()?;
    appends::prepare_pgbench(&database).await?;
    appends::pgbench_inserts(&database, scale.clients, scale.load)
}

/// An officer who answers the criteria of the company's profile one after the other, again and again.
struct Officer {
    caller: Caller,
    profile: String,
    /// The criteria, each with the version of its answer.
    answers: Vec<(String, Option<String>)>,
    saved: usize,
}

impl Officer {
    /// Saves the next answer, naming the version that is replaced.
    async fn save(mut self) -> Result<Self> {
        let index = self.saved % self.answers.len().max(1);
        let (criterion, version) = self.answers.get(index).ok_or("the profile asks nothing")?;
        let text = format!(
            "Round {}: our compliance officer reviews this procedure with the branch managers.",
            self.saved
        );
        let body = json!({"applies": "yes", "met": "yes", "text": text});
        let path = format!("/v1/profiles/{}/answers/{criterion}", self.profile);
        let (version, _) = self.caller.ask(Method::PUT, &path, Some(&body), version.as_deref()).await?;
        if let Some(answer) = self.answers.get_mut(index) {
            answer.1 = version;
        }
        self.saved += 1;
        Ok(self)
    }
}

/// A text member.
fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| format!("{pointer} is missing in {value}").into())
}

/// Registers a company, accepts the agreement and applies; gives the membership.
pub(crate) async fn join(officer: &Caller, number: u32) -> Result<Value> {
    let body = json!({
        "company": {"name": format!("Company {number}, Inc."), "employees": "from_51_to_250", "ownership_type": "corporation"},
        "primary_address": {"type": "headquarters", "country": "US", "street_1": "400 Harbor Road", "city": "Laredo",
            "state": "TX", "postal_code": "78040", "staffed_office": true},
        "contact": {"given_name": "Maria", "family_name": "Ortega", "email": format!("officer{number}@company.example"),
            "job_title": "Chief Compliance Officer", "company_officer": true},
    });
    let (_, account) = officer.ask(Method::POST, "/v1/accounts", Some(&body), None).await?;
    let account = text(&account, "/id")?;
    let (_, agreements) = officer.ask(Method::GET, "/v1/agreements", None, None).await?;
    let in_force = agreements.pointer("/items").and_then(Value::as_array).into_iter().flatten();
    let agreement = in_force
        .into_iter()
        .find(|one| one.pointer("/in_force") == Some(&Value::Bool(true)))
        .ok_or("no agreement is in force")?;
    let body = json!({"agreement_version": text(agreement, "/version")?});
    officer.ask(Method::POST, &format!("/v1/accounts/{account}/accept-agreement"), Some(&body), None).await?;
    let body = json!({
        "account_id": account, "entity_type": "importer", "country_of_establishment": "US",
        "identifiers": [{"type": "importer_of_record", "value": format!("12-{number:07}00")}],
        "declarations": {"debt": "no_unpaid_final_debt",
            "last_trading_on": kernel::programme_date(chrono::Utc::now()).to_string()},
    });
    Ok(officer.ask(Method::POST, "/v1/memberships", Some(&body), None).await?.1)
}

async fn officer(server: &Server, number: u32) -> Result<Officer> {
    let caller = server.caller(&format!("officer{number}"), Role::Officer)?;
    let membership = join(&caller, number).await?;
    let (_, criteria) = caller.ask(Method::GET, "/v1/criteria?entity_type=importer", None, None).await?;
    let answers = criteria
        .pointer("/items")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|criterion| Ok((text(criterion, "/id")?, None)))
        .collect::<Result<Vec<_>>>()?;
    Ok(Officer { caller, profile: text(&membership, "/profile_id")?, answers, saved: 0 })
}

/// Measures one engine.
pub(crate) async fn run(engine: Engine<'_>, scale: Scale, inserts: f64, report: &mut Report) -> Result<()> {
    let house = House::new(engine)?;
    let server = house.serve().await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = resident(server.process());
    let mut officers = Vec::new();
    for number in 0..scale.clients {
        officers.push(officer(&server, number).await?);
    }
    let watch = Watch::on(server.process());
    let commands = load(officers, scale.load, Officer::save).await?;
    let most = watch.most().await;
    drop(server);
    // Fast and wrong would be worth nothing.
    let ledger = Ledger::open(LedgerOptions::new(
        &house.database,
        portal::read::projections(&kernel::PolicyTable::default()),
        portal::event_types(),
    ))
    .await?;
    ledger::verify_database(&ledger, |_, _| {}).await?;
    let name = engine.name();
    report.rate(
        &format!("commands over HTTP, {} clients: {name}", scale.clients),
        commands.per_second,
        &[("pgbench inserts", inserts)],
    );
    report.figure(
        &format!("… latency of these commands: {name}"),
        &format!(
            "median {}, 99 of 100 within {}",
            crate::report::milliseconds(commands.median),
            crate::report::milliseconds(commands.slowest_hundredth)
        ),
    );
    let known = |kibibytes: Option<u64>| kibibytes.map_or_else(|| "not known".to_owned(), mebibytes);
    report.figure(
        &format!("resident memory of the server: {name}"),
        &format!("idle {}, under these commands {}", known(idle), known(most)),
    );
    Ok(())
}
