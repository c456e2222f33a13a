//! The command line.

mod demo;
mod events;
mod files;
mod ledger;
mod migrate;
mod openapi;
mod projections;
mod sentinel;
mod serve;
mod token;

use crate::settings::{Settings, SettingsError};
use clap::{Parser, Subcommand};
use rustix::fs::Mode;
use std::path::PathBuf;
use std::process::ExitCode;

const ABOUT: &str = "An open, self-hostable CTPAT member portal.

Begin with `ctpat demo`, which plays the main job and keeps serving, or with `ctpat serve`. With nothing configured they serve on \
http://127.0.0.1:8080; `ctpat serve` keeps its data on SQLite in the folder ctpat-data and makes a signing key of its own there, with \
which `ctpat token` makes access tokens for trying things out.";

const EXIT_CODES: &str = "Exit codes: 0 done, 1 it failed, 2 wrong usage or configuration, 3 a verification or check found a difference.";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "ctpat", version, about = ABOUT, long_about = ABOUT, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Configuration file (TOML). Without it, ctpat.toml in the working folder is read when it is there. Environment variables such
    /// as CTPAT__SERVER__LISTEN override it.
    #[arg(long, global = true, env = "CTPAT_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API until a stop signal.
    Serve(serve::Arguments),
    /// Play the main job over HTTP against a server of its own, then keep serving.
    Demo(demo::Arguments),
    /// Print an access token for trying things out (development mode only).
    Token(token::Arguments),
    /// Print the OpenAPI document.
    Openapi(openapi::Arguments),
    /// Print the documentation of all event types, or write it to a file.
    Events(events::Arguments),
    /// Bring the database to the current step and its read models to the current version.
    Migrate,
    /// Verify, export and sign the ledger.
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Prove from the ledger that the register of enforcement actions is complete and right: every status has its event, actor and cause,
    /// no link is an orphan, no action is doubled, no entry lacks a member, and the lists show what the ledger says. Exit code 3 when
    /// something is not so.
    Sentinel(sentinel::Arguments),
    /// Rebuild and check the read models.
    #[command(subcommand)]
    Projections(projections::Command),
}

/// How a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Wrong usage or configuration: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// A verification or a check found a difference: exit code 3.
    #[error("{0}")]
    Difference(String),
    /// Anything else: exit code 1.
    #[error("{0}")]
    Failed(String),
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Failure::Usage(error.to_string())
    }
}

macro_rules! failed_from {
    ($($error:ty),+ $(,)?) => {
        $(impl From<$error> for Failure { fn from(error: $error) -> Self { Failure::Failed(error.to_string()) } })+
    };
}

impl From<::ledger::LedgerError> for Failure {
    fn from(error: ::ledger::LedgerError) -> Self {
        match error {
            ::ledger::LedgerError::EventMissing { .. } => Failure::Difference(error.to_string()),
            other => Failure::Failed(other.to_string()),
        }
    }
}

failed_from!(::ledger::ExportError, serde_json::Error, sqlx::migrate::MigrateError);

/// Runs the command and gives its exit code.
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("ctpat: {failure}");
            match failure {
                Failure::Failed(_) => ExitCode::from(1),
                Failure::Usage(_) => ExitCode::from(2),
                Failure::Difference(_) => ExitCode::from(3),
            }
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), Failure> {
    // These two need neither configuration nor database.
    match &cli.command {
        Command::Openapi(arguments) => return openapi::run(arguments),
        Command::Events(arguments) => return events::run(arguments),
        _ => {}
    }
    let listen = match &cli.command {
        Command::Serve(arguments) => arguments.listen,
        Command::Demo(arguments) => arguments.listen,
        _ => None,
    };
    let settings = Settings::read(cli.config.as_deref(), listen)?;
    // Databases with what belongs to them, exports and keys are for their owner alone.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(no_runtime)?;
    match cli.command {
        Command::Serve(_) => serve::run(settings),
        Command::Demo(arguments) => demo::run(settings, &arguments),
        Command::Token(arguments) => token::run(&settings, &arguments),
        Command::Openapi(_) | Command::Events(_) => Ok(()),
        Command::Migrate => runtime.block_on(migrate::run(&settings)),
        Command::Ledger(command) => runtime.block_on(ledger::run(&settings, command)),
        Command::Sentinel(arguments) => runtime.block_on(sentinel::run(&settings, &arguments)),
        Command::Projections(command) => runtime.block_on(projections::run(&settings, command)),
    }
}

/// The system gives no threads or no events.
pub(crate) fn no_runtime(error: std::io::Error) -> Failure {
    Failure::Failed(format!("the system does not let this run: {error}"))
}

/// A progress bar on a terminal; nothing elsewhere.
pub(crate) fn progress_bar(what: &str) -> indicatif::ProgressBar {
    use std::io::IsTerminal as _;
    if !std::io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(0);
    if let Ok(style) =
        indicatif::ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} events, {per_sec}, {eta} left")
    {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}
