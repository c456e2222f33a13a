//! The benchmark: starts PostgreSQL, measures everything in one go and prints ratios against peers measured in the same run.

mod appends;
mod report;

use report::{Report, Result};
use testkit::{ClusterOptions, PgCluster};

#[tokio::main]
async fn main() -> Result<()> {
    let cluster = PgCluster::start(ClusterOptions::default())?;
    let mut report = Report::default();
    report.figure("machine", &machine());
    appends::run(&cluster, &mut report).await?;
    Ok(())
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{cores} cores, {} {}", std::env::consts::OS, std::env::consts::ARCH)
}
