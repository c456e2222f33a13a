//! The documents that are generated from the code and checked in, so that a change of the contract is seen in review.

use crate::project;
use crate::steps::{Failure, Steps, execute};
use clap::Args;
use std::path::Path;
use std::process::Command;

/// The OpenAPI document.
pub(crate) const OPENAPI: &str = "openapi/ctpat-v1.json";
/// The documentation of the event types.
const EVENTS: &str = "docs/EVENTS.md";

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Compare instead of writing, and fail on a difference.
    #[arg(long)]
    check: bool,
}

pub(crate) fn openapi(arguments: &Arguments, steps: &mut Steps) -> Result<(), Failure> {
    alone("openapi", OPENAPI, "cargo xtask openapi", arguments, steps)
}

pub(crate) fn events(arguments: &Arguments, steps: &mut Steps) -> Result<(), Failure> {
    alone("events", EVENTS, "cargo xtask events-doc", arguments, steps)
}

/// Compares both documents with what the code says.
pub(crate) fn check_all(server: &Path) -> Result<(), String> {
    generate(server, "openapi", OPENAPI, "cargo xtask openapi", true)?;
    generate(server, "events", EVENTS, "cargo xtask events-doc", true)
}

fn alone(
    command: &str,
    file: &str,
    how: &str,
    arguments: &Arguments,
    steps: &mut Steps,
) -> Result<(), Failure> {
    let server = steps.step("Build the server", project::build_server)?;
    let verb = if arguments.check { "Check" } else { "Write" };
    steps.step(&format!("{verb} {file}"), || generate(&server, command, file, how, arguments.check))
}

fn generate(server: &Path, command: &str, file: &str, how: &str, check: bool) -> Result<(), String> {
    let mut generator = Command::new(server);
    generator.current_dir(project::root()).args([command, "--output", file]);
    if !check {
        return execute(&mut generator);
    }
    execute(generator.arg("--check"))
        .map_err(|_| format!("{file} is not what the code says; run `{how}` and look at the difference"))
}
