//! `ctpat projections rebuild|check`.

use super::{Failure, progress_bar};
use crate::settings::Settings;
use crate::wiring;
use clap::Subcommand;
use ledger::{Ledger, Projection};
use std::sync::Arc;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Replay the ledger into new tables beside the live ones and switch them in. The server keeps answering meanwhile; a rebuild that
    /// was stopped goes on where it was.
    Rebuild {
        /// Names of read models; without any, all of them.
        names: Vec<String>,
    },
    /// Fold the ledger anew and compare the result with the live tables; exit code 3 when they differ.
    Check {
        /// Names of read models; without any, all of them.
        names: Vec<String>,
    },
}

pub(crate) async fn run(settings: &Settings, command: Command) -> Result<(), Failure> {
    let ledger = wiring::open_ledger(settings).await?;
    match command {
        Command::Rebuild { names } => {
            for projection in chosen(&ledger, &names)? {
                let bar = progress_bar(projection.name());
                ledger
                    .rebuild(projection.as_ref(), |progress| {
                        bar.set_length(u64::try_from(progress.head).unwrap_or_default());
                        bar.set_position(u64::try_from(progress.position).unwrap_or_default());
                    })
                    .await?;
                bar.finish_and_clear();
                println!("{}: rebuilt, version {}", projection.name(), projection.version());
            }
            Ok(())
        }
        Command::Check { names } => {
            let mut different = Vec::new();
            for projection in chosen(&ledger, &names)? {
                let bar = progress_bar(projection.name());
                let differences = ledger
                    .check(projection.as_ref(), |progress| {
                        bar.set_length(u64::try_from(progress.head).unwrap_or_default());
                        bar.set_position(u64::try_from(progress.position).unwrap_or_default());
                    })
                    .await?;
                bar.finish_and_clear();
                if differences.is_empty() {
                    println!("{}: equal to a fresh fold of the ledger", projection.name());
                }
                for difference in differences {
                    println!(
                        "{}: table {} differs: {} rows only in the live table, {} only in a fresh fold",
                        projection.name(),
                        difference.table,
                        difference.only_live,
                        difference.only_fresh
                    );
                    different.push(projection.name());
                }
            }
            if different.is_empty() {
                Ok(())
            } else {
                different.dedup();
                Err(Failure::Difference(format!(
                    "these read models are not what the ledger says: {}; mend them with ctpat projections rebuild",
                    different.join(", ")
                )))
            }
        }
    }
}

fn chosen(ledger: &Ledger, names: &[String]) -> Result<Vec<Arc<dyn Projection>>, Failure> {
    let all = ledger.projections();
    if names.is_empty() {
        return Ok(all.to_vec());
    }
    names
        .iter()
        .map(|name| {
            all.iter().find(|projection| projection.name() == name).cloned().ok_or_else(|| {
                let known: Vec<&str> = all.iter().map(|projection| projection.name()).collect();
                Failure::Usage(format!("there is no read model {name}; there are {}", known.join(", ")))
            })
        })
        .collect()
}
