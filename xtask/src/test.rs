//! Every test there is.

use crate::steps::{Failure, Steps, execute};
use crate::{contract, install, project};
use clap::Args;
use testkit::{ClusterOptions, POSTGRES_URL_VARIABLE, PgCluster, SERVER_BINARY_VARIABLE};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Leave out the contract: the OpenAPI linters, Schemathesis and the generated clients.
    #[arg(long)]
    no_contract: bool,
    /// Arguments for `cargo nextest run`, such as `-p ledger` or a part of a test's name. With any, only these tests are run: neither
    /// the examples in the documentation nor the contract.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    nextest: Vec<String>,
}

/// The packages whose tests start the binary `ctpat`.
const STARTS_SERVER: [&str; 2] = ["end-to-end", "server"];

pub(crate) fn run(arguments: &Arguments, steps: &mut Steps) -> Result<(), Failure> {
    let cluster = postgres(steps)?;
    steps.step("cargo-nextest", install::nextest)?;
    let packages = packages(&arguments.nextest);
    let server = if packages.is_empty() || packages.iter().any(|package| STARTS_SERVER.contains(package)) {
        steps.step("curl", install::curl)?;
        Some(steps.step("Build the server", project::build_server)?)
    } else {
        None
    };
    steps.step("Tests", || {
        let mut command = project::cargo();
        command.args(["nextest", "run", "--locked"]);
        if packages.is_empty() {
            command.arg("--workspace");
        }
        command.args(&arguments.nextest).env(POSTGRES_URL_VARIABLE, cluster.url());
        command.envs(server.iter().map(|path| (SERVER_BINARY_VARIABLE, path)));
        execute(&mut command)
    })?;
    let Some(server) = server.filter(|_| arguments.nextest.is_empty()) else {
        println!("\n    Only the tests asked for were run; `cargo xtask test` runs everything.");
        return Ok(());
    };
    steps.step("Examples in the documentation", || {
        execute(
            project::cargo()
                .args(["test", "--locked", "--workspace", "--doc"])
                .env(POSTGRES_URL_VARIABLE, cluster.url()),
        )
    })?;
    if arguments.no_contract {
        println!("\n    The contract was left out; `cargo xtask contract` holds the server to it.");
        return Ok(());
    }
    contract::hold(&contract::Arguments::default(), &server, cluster.url(), steps)
}

/// The packages that arguments of nextest name.
fn packages(arguments: &[String]) -> Vec<&str> {
    let mut found = Vec::new();
    let mut next_is_one = false;
    for argument in arguments {
        if std::mem::take(&mut next_is_one) {
            found.push(argument.as_str());
        } else if argument == "-p" || argument == "--package" {
            next_is_one = true;
        } else if let Some(name) = argument.strip_prefix("--package=").or_else(|| argument.strip_prefix("-p"))
        {
            found.push(name);
        } else if argument == "--" {
            break;
        }
    }
    found
}

/// A PostgreSQL for the whole run: one that somebody named, or one of our own that ends with the run.
pub(crate) enum Postgres {
    /// The one that the environment names.
    Named(String),
    /// Our own, and the address of its first database.
    Own(String, #[allow(dead_code, reason = "held so that it lives as long as the run")] PgCluster),
}

impl Postgres {
    /// The address of a database in it, as its superuser.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Named(url) | Self::Own(url, _) => url,
        }
    }
}

/// Finds, or installs and starts, PostgreSQL.
pub(crate) fn postgres(steps: &mut Steps) -> Result<Postgres, Failure> {
    steps.step("PostgreSQL", || {
        if let Ok(url) = std::env::var(POSTGRES_URL_VARIABLE) {
            println!("    taken from {POSTGRES_URL_VARIABLE}");
            return Ok(Postgres::Named(url));
        }
        install::postgresql()?;
        // The tests make hundreds of short-lived databases and no machine loses power under them. Tests of durability and benchmarks
        // start clusters of their own.
        let cluster =
            PgCluster::start(ClusterOptions::default().without_fsync()).map_err(|error| error.to_string())?;
        println!("    listens on 127.0.0.1:{} until this run ends", cluster.port());
        Ok(Postgres::Own(cluster.url("postgres"), cluster))
    })
}

#[cfg(test)]
mod tests {
    use super::packages;

    #[test]
    fn finds_the_packages_named() {
        let found = |line: &str| {
            let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
            packages(&arguments).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            found("-p ledger --package=kernel -pportal --package api a_test -- -p x"),
            ["ledger", "kernel", "portal", "api"]
        );
        assert!(found("a_test --no-capture").is_empty());
    }
}
