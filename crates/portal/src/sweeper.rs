//! What only the passing of time brings about: deadlines that pass, expired applications and forgotten idempotency keys.

use crate::executor::IDEMPOTENCY_DAYS;
use crate::portal::Portal;
use std::time::Duration;
use tokio::sync::watch;

/// How often the clock is looked at. Nothing depends on it: a command on an application whose time has run out is refused all the same, and
/// whether a deadline is overdue is read off the day.
const INTERVAL: Duration = Duration::from_secs(60);

impl Portal {
    /// Looks at the clock until `stop` turns true. Several processes may do so: each fact is recorded once.
    pub async fn run_clock(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.record_passed_dates().await {
                Ok(0) => {}
                Ok(passed) => tracing::info!(passed, "deadlines passed"),
                Err(error) => {
                    tracing::warn!(%error, "not every deadline that passed could be recorded; those left will be")
                }
            }
            match self.expire_applications().await {
                Ok(0) => {}
                Ok(expired) => {
                    tracing::info!(expired, "applications expired: no security profile came in time")
                }
                Err(error) => {
                    tracing::warn!(%error, "the clock could not be worked through and will be again")
                }
            }
            let old = self.now() - chrono::Duration::days(IDEMPOTENCY_DAYS);
            if let Err(error) = self.ledger.forget_idempotency_keys(old).await {
                tracing::warn!(%error, "old idempotency keys could not be forgotten and will be again");
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                _ = stop.changed() => {}
            }
        }
    }
}
