//! What only the passing of time brings about: deadlines that pass, reminders and letters, expired applications and forgotten idempotency keys.
//!
//! A round is a row of tasks, each on its own: what goes wrong with one, a panic included, is logged and counted and does not keep the others
//! from being done, nor the next round from coming.

use crate::error::PortalError;
use crate::executor::IDEMPOTENCY_DAYS;
use crate::portal::Portal;
use crate::usecase::Mailer;
use chrono::NaiveDate;
use futures::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often the clock is looked at. Nothing depends on it: a command on an application whose time has run out is refused all the same, and
/// whether a deadline is overdue is read off the day.
const INTERVAL: Duration = Duration::from_secs(60);

/// A round that takes longer than this is told of, again and again until it ends.
const LONG_ROUND: Duration = Duration::from_secs(300);

/// When the last round of the clock ended, or its first one began.
#[derive(Debug, Default)]
pub(crate) struct Rounds(Mutex<Option<Instant>>);

impl Rounds {
    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

impl Portal {
    /// How long ago the clock of this process finished a round, or began its first; `None` where it does not run.
    pub fn since_last_round(&self) -> Option<Duration> {
        let last = *self.rounds.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.map(|last| last.elapsed())
    }

    /// Whether the clock of this process runs and has finished no round for minutes.
    pub fn clock_stands_still(&self) -> bool {
        self.since_last_round().is_some_and(|since| since > INTERVAL + LONG_ROUND)
    }

    /// Looks at the clock until `stop` turns true. Several processes may do so: each fact is recorded once.
    pub async fn run_clock(self, mailer: Arc<dyn Mailer>, mut stop: watch::Receiver<bool>) {
        let mut reminded_on = None;
        self.rounds.note();
        while !*stop.borrow() {
            {
                let round = self.round(&mailer, &mut reminded_on);
                tokio::pin!(round);
                loop {
                    tokio::select! {
                        () = &mut round => break,
                        () = tokio::time::sleep(LONG_ROUND) => {
                            let since = self.since_last_round().unwrap_or_default().as_secs();
                            tracing::error!(seconds = since, "the clock has finished no round for minutes");
                        }
                    }
                }
            }
            self.rounds.note();
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// One round: every task once. `reminded_on` is the day for which reminders have been recorded.
    pub async fn round(&self, mailer: &Arc<dyn Mailer>, reminded_on: &mut Option<NaiveDate>) {
        if let Some(passed @ 1..) = task("record_passed_dates", self.record_passed_dates()).await {
            tracing::info!(passed, "deadlines passed");
        }
        if let Some(expired @ 1..) = task("expire_applications", self.expire_applications()).await {
            tracing::info!(expired, "applications expired: no security profile came in time");
        }
        // What is due today was due this morning: once a day is enough, and again after a start.
        let today = self.today();
        if *reminded_on != Some(today) {
            // A version that comes into force while the server runs is kept as it is now.
            task("adopt_policies", self.adopt_policies()).await;
            if let Some(steps) = task("remind", self.remind()).await {
                *reminded_on = Some(today);
                tracing::info!(steps, "reminders of deadlines recorded");
            }
        }
        task("send_letters", self.send_letters(mailer)).await;
        let old = self.now() - chrono::Duration::days(IDEMPOTENCY_DAYS);
        task("forget_idempotency_keys", self.ledger.forget_idempotency_keys(old)).await;
        task("wipe_log", async {
            self.wipe_log().await;
            Ok::<_, PortalError>(())
        })
        .await;
    }
}

/// Does a task; `None` where it failed. What is left of it is done in a later round.
async fn task<T, E: std::fmt::Display>(
    name: &'static str,
    work: impl Future<Output = Result<T, E>>,
) -> Option<T> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(done)) => return Some(done),
        Ok(Err(error)) => {
            tracing::warn!(task = name, %error, "a task of the clock failed and will be done again")
        }
        Err(_) => tracing::error!(task = name, "a task of the clock panicked and will be done again"),
    }
    metrics::counter!("portal_clock_failures_total", "task" => name).increment(1);
    None
}
