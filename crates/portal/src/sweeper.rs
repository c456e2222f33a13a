//! What only the passing of time brings about: deadlines that pass, reminders and letters, expired applications and forgotten idempotency keys.

use crate::executor::IDEMPOTENCY_DAYS;
use crate::portal::Portal;
use crate::usecase::Mailer;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often the clock is looked at. Nothing depends on it: a command on an application whose time has run out is refused all the same, and
/// whether a deadline is overdue is read off the day.
const INTERVAL: Duration = Duration::from_secs(60);

impl Portal {
    /// Looks at the clock until `stop` turns true. Several processes may do so: each fact is recorded once.
    pub async fn run_clock(self, mailer: Arc<dyn Mailer>, mut stop: watch::Receiver<bool>) {
        let mut reminded_on = None;
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
            // What is due today was due this morning: once a day is enough, and again after a start.
            let today = self.today();
            if reminded_on != Some(today) {
                // A version that comes into force while the server runs is kept as it is now.
                if let Err(fault) = self.adopt_policies().await {
                    tracing::warn!(%fault, "the policy could not be kept and will be");
                }
                match self.remind().await {
                    Ok(steps) => {
                        reminded_on = Some(today);
                        tracing::info!(steps, "reminders of deadlines recorded");
                    }
                    Err(error) => {
                        tracing::warn!(%error, "not everybody could be reminded; those left will be")
                    }
                }
            }
            if let Err(error) = self.send_letters(&mailer).await {
                tracing::warn!(%error, "letters could not be sent and will be");
            }
            let old = self.now() - chrono::Duration::days(IDEMPOTENCY_DAYS);
            if let Err(error) = self.ledger.forget_idempotency_keys(old).await {
                tracing::warn!(%error, "old idempotency keys could not be forgotten and will be again");
            }
            self.wipe_log().await;
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                _ = stop.changed() => {}
            }
        }
    }
}
