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
    /// Fold the ledger anew and compare the result with the live tables, and what stands beside the ledger with what it says of it:
    /// details and sign-ins of persons, addresses that agreements were accepted from, erased persons, staff who acted, texts about
    /// incidents. Exit code 3 when they differ.
    Check {
        /// Names of read models; without any, all of them and what stands beside the ledger.
        names: Vec<String>,
    },
}

pub(crate) async fn run(settings: &Settings, command: Command) -> Result<(), Failure> {
    let ledger = wiring::open_existing_ledger(settings).await?;
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
            let (mut strange_persons, mut strange_texts) = (0, 0);
            if names.is_empty() {
                strange_persons = check_persons(&ledger).await?;
                strange_texts = check_texts(&ledger).await?;
            }
            let mut failures = Vec::new();
            if !different.is_empty() {
                different.dedup();
                failures.push(format!(
                    "these read models are not what the ledger says: {}; mend them with ctpat projections rebuild",
                    different.join(", ")
                ));
            }
            if strange_persons > 0 {
                failures.push(format!(
                    "{strange_persons} times persons are not what the ledger says: somebody changed the tables sign_ins, people, \
                     agreement_origins or staff"
                ));
            }
            if strange_texts > 0 {
                failures.push(format!(
                    "{strange_texts} texts about incidents are not what the ledger says: somebody changed the table incident_texts"
                ));
            }
            if failures.is_empty() { Ok(()) } else { Err(Failure::Difference(failures.join("; "))) }
        }
    }
}

/// Prints how what is known of persons stands to the ledger; gives how often it is not what the ledger says.
async fn check_persons(ledger: &Ledger) -> Result<usize, Failure> {
    let checked = portal::check_persons(ledger).await?;
    if checked.faults.is_empty() {
        println!("sign-ins: {}, each the one that an event of its account bound", checked.sign_ins);
        println!("staff: {}, and everybody who acted is among them", checked.staff);
        println!("people: everybody whom an event names is there, and nobody who was erased");
        println!("agreements: {} with the network address that they were accepted from", checked.origins);
    }
    for fault in &checked.faults {
        let account = fault.account_id.as_ref().map(|account| format!(" in {account}")).unwrap_or_default();
        println!("persons: {}{account}: {}", fault.person_id, fault.fault);
    }
    Ok(checked.faults.len())
}

/// Prints how the texts about incidents stand to the ledger; gives how many are not what the ledger says.
async fn check_texts(ledger: &Ledger) -> Result<usize, Failure> {
    let checked = portal::check_incident_texts(ledger).await?;
    if checked.faults.is_empty() {
        println!("incident texts: {}, each the one that an event has the digest of", checked.texts);
    }
    for fault in &checked.faults {
        println!("incident texts: number {} of {}: {}", fault.number, fault.incident_id, fault.fault);
    }
    Ok(checked.faults.len())
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
