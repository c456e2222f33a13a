//! PostgreSQL's own load generator, for numbers to compare with.

use crate::{Error, PgBinaries, temp_dir};
use sqlx::postgres::PgConnectOptions;
use std::process::{Command, Stdio};
use std::str::FromStr as _;
use std::time::Duration;

/// One run of `pgbench`.
#[derive(Debug, Clone)]
pub struct Pgbench {
    url: String,
    script: Option<String>,
    clients: u32,
    threads: u32,
    duration: Duration,
    protocol: &'static str,
}

/// What a run of `pgbench` measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PgbenchReport {
    /// Transactions a second, without the time to connect.
    pub tps: f64,
    /// Mean latency in milliseconds.
    pub latency_ms: f64,
    /// Transactions done.
    pub transactions: u64,
}

impl Pgbench {
    /// A run of ten seconds with one client against a database. Without a script it is pgbench's own TPC-B, for which
    /// [`Pgbench::initialize`] makes the tables.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            script: None,
            clients: 1,
            threads: 1,
            duration: Duration::from_secs(10),
            protocol: "prepared",
        }
    }

    /// The transaction to run, in pgbench's script language.
    #[must_use]
    pub fn script(mut self, script: &str) -> Self {
        self.script = Some(script.to_owned());
        self
    }

    /// Connections at once, and the threads of pgbench that drive them.
    #[must_use]
    pub fn clients(mut self, clients: u32, threads: u32) -> Self {
        self.clients = clients;
        self.threads = threads.clamp(1, clients.max(1));
        self
    }

    /// How long it runs, in whole seconds.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// Makes pgbench's own tables.
    ///
    /// # Errors
    /// pgbench is missing, or says no.
    pub fn initialize(&self, scale: u32) -> Result<(), Error> {
        let mut command = self.command()?;
        command.args(["-i", "-q", "-s", &scale.to_string()]);
        run(command).map(|_| ())
    }

    /// Runs it to the end.
    ///
    /// # Errors
    /// pgbench is missing, a transaction failed, or its report cannot be read.
    pub fn run(&self) -> Result<PgbenchReport, Error> {
        let folder = temp_dir("pgbench")?;
        let mut command = self.command()?;
        command
            .args([
                "-n",
                "-M",
                self.protocol,
                "-c",
                &self.clients.to_string(),
                "-j",
                &self.threads.to_string(),
            ])
            .args(["-T", &self.duration.as_secs().max(1).to_string()]);
        if let Some(script) = &self.script {
            let file = folder.path().join("script.sql");
            std::fs::write(&file, script)
                .map_err(|error| Error::new(format!("pgbench's script: {error}")))?;
            command.arg("-f").arg(file);
        }
        let report = run(command)?;
        read(&report).ok_or_else(|| Error::new(format!("pgbench's report cannot be read:\n{report}")))
    }

    fn command(&self) -> Result<Command, Error> {
        let program = PgBinaries::find()?.program("pgbench");
        if !program.is_file() {
            return Err(Error::new(format!(
                "{} is missing: install the package that holds pgbench (postgresql-contrib)",
                program.display()
            )));
        }
        let options = PgConnectOptions::from_str(&self.url)
            .map_err(|error| Error::new(format!("the address cannot be read: {error}")))?;
        let mut command = Command::new(program);
        command
            .args([
                "-h",
                options.get_host(),
                "-p",
                &options.get_port().to_string(),
                "-U",
                options.get_username(),
            ])
            .env("PGDATABASE", options.get_database().unwrap_or("postgres"))
            .stdin(Stdio::null());
        Ok(command)
    }
}

fn run(mut command: Command) -> Result<String, Error> {
    let answer = command.output().map_err(|error| Error::new(format!("pgbench cannot be run: {error}")))?;
    let output = String::from_utf8_lossy(&answer.stdout).into_owned();
    if answer.status.success() {
        return Ok(output);
    }
    Err(Error::new(format!(
        "pgbench failed ({}): {output}{}",
        answer.status,
        String::from_utf8_lossy(&answer.stderr)
    )))
}

fn read(report: &str) -> Option<PgbenchReport> {
    let number = |start: &str| -> Option<f64> {
        report.lines().find_map(|line| line.strip_prefix(start))?.split_whitespace().next()?.parse().ok()
    };
    let transactions = report
        .lines()
        .find_map(|line| line.strip_prefix("number of transactions actually processed: "))?
        .split(['/', ' '])
        .next()?
        .parse()
        .ok()?;
    Some(PgbenchReport { tps: number("tps = ")?, latency_ms: number("latency average = ")?, transactions })
}

#[cfg(test)]
mod tests {
    use super::{PgbenchReport, read};

    #[test]
    fn reads_the_report() {
        let report = "pgbench (15.18)\nnumber of transactions actually processed: 5432\n\
                      number of failed transactions: 0 (0.000%)\nlatency average = 3.680 ms\ninitial connection time = 12.3 ms\n\
                      tps = 2173.881234 (without initial connection time)\n";
        assert_eq!(
            read(report),
            Some(PgbenchReport { tps: 2173.881234, latency_ms: 3.68, transactions: 5432 })
        );
        assert_eq!(read("no report"), None);
    }
}
