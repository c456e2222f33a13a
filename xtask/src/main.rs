//! The project's own errands, `cargo xtask <errand>`: run every test, hold the server to its contract, write the generated documents.

mod bench;
mod contract;
mod documents;
mod install;
mod interrupt;
mod project;
mod steps;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use steps::{Failure, Steps};

/// The project's own errands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    errand: Errand,
}

#[derive(Debug, Subcommand)]
enum Errand {
    /// Run every test on SQLite and PostgreSQL, installing what is missing.
    Test(test::Arguments),
    /// Hold the server to its OpenAPI document: linters, Schemathesis, generated clients, on both engines.
    Contract(contract::Arguments),
    /// Measure appends, commands, reads, lists, rebuilds, start-up and memory on both engines, beside peers, and print ratios.
    Bench(bench::Arguments),
    /// Write openapi/ctpat-v1.json from the code.
    Openapi(documents::Arguments),
    /// Write docs/EVENTS.md from the code.
    EventsDoc(documents::Arguments),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    interrupt::outlive();
    let mut steps = Steps::new();
    let outcome = run(&cli.errand, &mut steps);
    steps.summary();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(errand: &Errand, steps: &mut Steps) -> Result<(), Failure> {
    match errand {
        Errand::Test(arguments) => test::run(arguments, steps),
        Errand::Contract(arguments) => contract::run(arguments, steps),
        Errand::Bench(arguments) => bench::run(arguments, steps),
        Errand::Openapi(arguments) => documents::openapi(arguments, steps),
        Errand::EventsDoc(arguments) => documents::events(arguments, steps),
    }
}
