//! Holds the server to `openapi/ctpat-v1.json`: the document against its rules, the server against the document, generated clients against
//! the server.

mod server;
mod tools;

use crate::steps::{Failure, Steps};
use crate::{documents, project, test};
use clap::{Args, ValueEnum};
use server::{Engine, RunningServer};
use std::path::Path;
use tools::Tools;

#[derive(Debug, Default, Args)]
pub(crate) struct Arguments {
    /// Only the document: that it is what the code says, its linters, and that clients generated from it compile. No server is started.
    #[arg(long)]
    document_only: bool,
    /// The engine to serve on; both without it.
    #[arg(long, value_enum)]
    engine: Option<EngineName>,
    /// How many requests Schemathesis makes up for each operation; contract/schemathesis.toml says otherwise.
    #[arg(long)]
    examples: Option<u32>,
    /// Let Schemathesis make up other requests than in the last run, from this seed.
    #[arg(long)]
    seed: Option<u64>,
}

/// The engines by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EngineName {
    Sqlite,
    Postgres,
}

pub(crate) fn run(arguments: &Arguments, steps: &mut Steps) -> Result<(), Failure> {
    if arguments.document_only || arguments.engine == Some(EngineName::Sqlite) {
        let server = steps.step("Build the server", project::build_server)?;
        return hold(arguments, &server, "", steps);
    }
    let postgres = test::postgres(steps)?;
    let server = steps.step("Build the server", project::build_server)?;
    hold(arguments, &server, postgres.url(), steps)
}

/// The whole contract, with a server that is built and a PostgreSQL that runs.
pub(crate) fn hold(
    arguments: &Arguments,
    server: &Path,
    postgres_url: &str,
    steps: &mut Steps,
) -> Result<(), Failure> {
    steps.step("Contract: the generated documents are up to date", || documents::check_all(server))?;
    let tools = steps.step("Contract: tools", Tools::install)?;
    steps.step("Contract: Spectral with the OWASP rules", || tools.spectral())?;
    steps.step("Contract: Redocly", || tools.redocly())?;
    steps.step("Contract: the TypeScript client compiles", || tools.typescript_client())?;
    steps.step("Contract: the Python client compiles", || tools.python_client())?;
    if arguments.document_only {
        return Ok(());
    }
    for name in [EngineName::Sqlite, EngineName::Postgres] {
        if arguments.engine.is_none_or(|wanted| wanted == name) {
            on(name, arguments, server, postgres_url, &tools, steps)?;
        }
    }
    Ok(())
}

fn on(
    name: EngineName,
    arguments: &Arguments,
    binary: &Path,
    postgres_url: &str,
    tools: &Tools,
    steps: &mut Steps,
) -> Result<(), Failure> {
    let (engine, word) = match name {
        EngineName::Sqlite => (Engine::Sqlite, "SQLite"),
        EngineName::Postgres => (Engine::Postgres(postgres_url), "PostgreSQL"),
    };
    let server = steps
        .step(&format!("Contract: start the server on {word}"), || RunningServer::start(binary, engine))?;
    let outcome = steps
        .step(&format!("Contract: the TypeScript client plays the scenario on {word}"), || {
            tools.typescript_scenario(&server)
        })
        .and_then(|()| {
            steps.step(&format!("Contract: the Python client plays the scenario on {word}"), || {
                tools.python_scenario(&server)
            })
        })
        .and_then(|()| {
            steps.step(&format!("Contract: Schemathesis on {word}"), || {
                tools.schemathesis(&server, arguments.examples, arguments.seed)
            })
        });
    if outcome.is_err() {
        println!("    the server's log ends with:\n{}", server.log_tail());
    }
    outcome?;
    steps.step(&format!("Contract: stop the server on {word}"), || server.stop())
}
