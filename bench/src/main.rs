//! The benchmark: starts PostgreSQL and servers of its own, measures everything in one go and prints ratios against peers measured in the
//! same run. Nothing is asserted: how fast a machine is says nothing about whether the programme is right.

mod appends;
mod bare;
mod client;
mod commands;
mod lists;
mod process;
mod reads;
mod report;
mod seed;
mod server;

use clap::{Parser, Subcommand, ValueEnum};
use report::{Report, Result};
use std::time::Duration;
use testkit::{ClusterOptions, PgCluster};

/// Measures the portal beside peers and prints ratios.
#[derive(Debug, Parser)]
struct Cli {
    /// A short run: little load, few memberships. For seeing that it works, not for numbers.
    #[arg(long)]
    quick: bool,
    /// How many memberships the large database has.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    memberships: Option<u64>,
    /// Only these parts; all of them without.
    #[arg(long, value_enum, value_name = "PART")]
    only: Vec<Part>,
    #[command(subcommand)]
    peer: Option<Peer>,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Ledger appends beside stock postgres-es and pgbench.
    Appends,
    /// Commands over HTTP beside pgbench; memory idle and under load.
    Commands,
    /// Reading one membership beside a bare server.
    Reads,
    /// Lists and histories in a small and in a large database, rebuild rate and start-up time.
    Lists,
}

#[derive(Debug, Subcommand)]
enum Peer {
    /// Serve a fixed answer of this many bytes; the benchmark starts it itself, as a peer.
    #[command(hide = true)]
    Bare { port: u16, size: usize },
}

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// How long each load lasts.
    pub load: Duration,
    /// Clients at once over HTTP.
    pub clients: u32,
    /// Memberships of the small database.
    pub few: u64,
    /// Memberships of the large database.
    pub many: u64,
    /// Requests of which the median is taken.
    pub requests: u32,
    /// How long a rebuild may take before its rate is taken as it is.
    pub rebuild: Duration,
}

/// The two engines.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Engine<'a> {
    Postgres(&'a PgCluster),
    Sqlite,
}

impl Engine<'_> {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Postgres(_) => "PostgreSQL",
            Engine::Sqlite => "SQLite",
        }
    }
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    if let Some(Peer::Bare { port, size }) = cli.peer {
        return bare::serve(port, size);
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure(&cli))
}

async fn measure(cli: &Cli) -> Result<()> {
    let seconds = |quick, whole| Duration::from_secs(if cli.quick { quick } else { whole });
    let scale = Scale {
        load: seconds(1, 8),
        clients: 64,
        few: if cli.quick { 100 } else { 1_000 },
        many: cli.memberships.unwrap_or(if cli.quick { 2_000 } else { 1_000_000 }),
        requests: if cli.quick { 100 } else { 1_000 },
        rebuild: seconds(5, 60),
    };
    let wanted = |part| cli.only.is_empty() || cli.only.contains(&part);
    let cluster = PgCluster::start(ClusterOptions::default())?;
    let mut report = Report::default();
    report.figure("machine", &machine());
    if wanted(Part::Appends) {
        appends::run(&cluster, scale.load, &mut report).await?;
    }
    if wanted(Part::Commands) {
        let inserts = commands::pgbench(&cluster, scale).await?;
        for engine in [Engine::Postgres(&cluster), Engine::Sqlite] {
            commands::run(engine, scale, inserts, &mut report).await?;
        }
    }
    if wanted(Part::Reads) {
        for engine in [Engine::Postgres(&cluster), Engine::Sqlite] {
            reads::run(engine, scale, &mut report).await?;
        }
    }
    if wanted(Part::Lists) {
        for engine in [Engine::Postgres(&cluster), Engine::Sqlite] {
            lists::run(engine, scale, &mut report).await?;
        }
    }
    Ok(())
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = process::memory_of_machine().map(process::mebibytes).unwrap_or_default();
    format!("{cores} cores, {memory} of memory, {} {}", std::env::consts::OS, std::env::consts::ARCH)
}
