//! `ctpat serve`.

use super::{Failure, no_runtime};
use crate::settings::{AuthMode, LogFormat, Settings};
use crate::wiring;
use clap::Args;
use std::io::IsTerminal as _;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tokio::sync::watch;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Address and port to listen on, in place of the configured one.
    #[arg(long)]
    pub listen: Option<SocketAddr>,
}

pub(crate) fn run(settings: Settings) -> Result<(), Failure> {
    log(&settings)?;
    let listener = listen(settings.server.listen)?;
    actix_web::rt::System::new().block_on(serve(settings, listener))
}

/// Takes the address, or says why it cannot be had.
pub(super) fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|error| {
        Failure::Usage(format!("{address} cannot be listened on: {error}; choose another with --listen"))
    })
}

/// Serves on a listener until a stop signal.
pub(super) async fn serve(settings: Settings, listener: TcpListener) -> Result<(), Failure> {
    let address = listener.local_addr().map_err(no_runtime)?;
    let ledger = wiring::open_ledger(&settings).await?;
    let engine = ledger.db().engine();
    let state = wiring::api_state(&settings, ledger).await?;
    let (stop, stopped) = watch::channel(false);
    let mailer = crate::mail::mailer(&settings.mail).map_err(Failure::Usage)?;
    let clock = actix_web::rt::spawn(state.portal.clone().run_clock(mailer, stopped));
    tracing::info!(%address, engine, "serving; the documentation is at http://{address}/docs");
    if settings.auth.mode == AuthMode::Development {
        tracing::warn!("development mode: tokens of this installation's own key are taken; see ctpat token");
    }
    let options = api::ServeOptions {
        workers: settings.server.workers,
        head_within: api::HEAD_WITHIN,
        stop_within: Duration::from_secs(settings.server.stop_within_seconds),
        cors_origins: settings.server.cors_origins.clone(),
    };
    api::serve(listener, state, options).await.map_err(no_runtime)?;
    // A receiver that is gone has stopped already.
    let _ = stop.send(true);
    let _ = clock.await;
    tracing::info!("stopped");
    Ok(())
}

fn log(settings: &Settings) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.log.level)
        .map_err(|error| Failure::Usage(format!("[log] level cannot be read: {error}")))?;
    // In a file, colours would be noise.
    let colours = std::io::stderr().is_terminal();
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    let result = match settings.log.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    result.map_err(|error| Failure::Failed(format!("the log cannot be set up: {error}")))
}
