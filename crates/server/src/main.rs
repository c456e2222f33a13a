//! The binary `ctpat`.

use clap::Parser;
use server::command::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    server::command::run(Cli::parse())
}
