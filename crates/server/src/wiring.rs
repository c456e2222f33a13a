//! Putting the parts together as the configuration says.

use crate::command::Failure;
use crate::settings::{AuthMode, Settings};
use actix_web::web::Data;
use api::ApiState;
use api::auth::{AuthConfig, Authenticator, KeyError};
use api::http::{Running, body::Validators, rate::RateLimits};
use ledger::{Ledger, LedgerError, LedgerOptions};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use portal::{PolicyFault, Portal};
use std::time::Duration;

fn options(settings: &Settings) -> LedgerOptions {
    let projections = portal::read::projections(&settings.policies());
    let mut options = LedgerOptions::new(settings.database_url(), projections, portal::event_types());
    options.connections = settings.database.connections;
    options
}

fn prepare(settings: &Settings) -> Result<(), Failure> {
    if settings.database.url.is_empty() {
        std::fs::create_dir_all(&settings.server.data_folder).map_err(|error| {
            Failure::Failed(format!(
                "the data folder {} cannot be made: {error}",
                settings.server.data_folder.display()
            ))
        })?;
    }
    Ok(())
}

fn unreachable(error: LedgerError) -> Failure {
    match error {
        LedgerError::Missing(_) => Failure::Failed(format!(
            "{error}; ctpat serve or ctpat migrate makes one, and [database] url or [server] data_folder says where it is"
        )),
        error => Failure::Failed(format!("the database cannot be used: {error}")),
    }
}

/// Opens the ledger and brings tables and read models to their current version.
pub(crate) async fn open_ledger(settings: &Settings) -> Result<Ledger, Failure> {
    prepare(settings)?;
    let ledger = Ledger::open_lazily(options(settings)).map_err(unreachable)?;
    keep(settings, &ledger).await?;
    Ok(ledger)
}

/// Opens the ledger as it is; refuses where there is none.
pub(crate) async fn open_ledger_for_reading(settings: &Settings) -> Result<Ledger, Failure> {
    let ledger = Ledger::open_lazily(options(settings)).map_err(unreachable)?;
    ledger.look().await.map_err(unreachable)?;
    Ok(ledger)
}

/// Opens the ledger like [`open_ledger`], but refuses where there is none instead of making one.
pub(crate) async fn open_existing_ledger(settings: &Settings) -> Result<Ledger, Failure> {
    let ledger = open_ledger_for_reading(settings).await?;
    keep(settings, &ledger).await?;
    Ok(ledger)
}

/// Brings tables and read models to their current version. What deadlines went by is compared first: read models would follow a changed past.
async fn keep(settings: &Settings, ledger: &Ledger) -> Result<(), Failure> {
    let portal = Portal::new(ledger.clone(), settings.policies());
    let told = |fault: PolicyFault| match fault {
        PolicyFault::Portal(error) => Failure::Failed(format!("the database cannot be used: {error}")),
        fault => Failure::Usage(fault.to_string()),
    };
    match portal.compare_policies().await {
        // Opening says better where the database should be.
        Err(PolicyFault::Portal(_)) => {}
        compared => compared.map_err(told)?,
    }
    ledger.prepare().await.map_err(unreachable)?;
    portal.adopt_policies().await.map_err(told)
}

fn metrics() -> Result<PrometheusHandle, Failure> {
    const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| Failure::Failed(format!("the metrics cannot be set up: {error}")))
}

/// Puts the application and its API together.
pub(crate) async fn api_state(settings: &Settings, ledger: Ledger) -> Result<Data<ApiState>, Failure> {
    let config = match settings.auth.mode {
        AuthMode::Development => AuthConfig::Development { data_folder: settings.server.data_folder.clone() },
        AuthMode::Production => {
            AuthConfig::Production { issuer: settings.auth.issuer.clone(), jwks: settings.auth.jwks.clone() }
        }
    };
    let authenticator =
        Authenticator::new(&config, &settings.auth.audience).await.map_err(|error| match error {
            // The configuration may be right and the issuer away.
            KeyError::Fetch(_) => Failure::Failed(format!("[auth] {error}")),
            _ => Failure::Usage(format!("[auth] {error}")),
        })?;
    let document = api::openapi();
    Ok(Data::new(ApiState {
        portal: Portal::new(ledger, settings.policies()),
        authenticator,
        validators: Validators::new(&document),
        document: document.to_string().into(),
        running: Running::default(),
        rate: RateLimits::new(settings.limits.requests_per_second, settings.limits.burst),
        proxies: settings.proxies(),
        patience: Duration::from_secs(settings.limits.request_seconds),
        metrics: metrics()?,
    }))
}
