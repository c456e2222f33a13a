//! `ctpat migrate`.

use super::Failure;
use crate::settings::Settings;
use crate::wiring;

pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    let ledger = wiring::open_ledger(settings).await?;
    let head = ledger.head().await?;
    println!(
        "The {} database is at the current step; the ledger has {} events and {} read models.",
        ledger.db().engine(),
        head.position,
        ledger.projections().len()
    );
    Ok(())
}
