//! How the writer is: whether what was handed to it gets stored.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A write that waits longer than this says that writing stalls.
pub const WRITE_PATIENCE: Duration = Duration::from_secs(3);

/// How the writer of this process is doing.
#[derive(Debug, Default)]
pub(crate) struct WriterHealth {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the oldest decision of the batch that is being written was handed in.
    oldest: Option<Instant>,
    /// Nothing could be stored at the last attempt.
    failing: bool,
}

impl WriterHealth {
    /// A batch is begun, whose oldest decision was handed in at `since`.
    pub(crate) fn began(&self, since: Instant) {
        self.lock().oldest = Some(since);
    }

    /// The batch is answered; `stored` says whether the database took it, or could have.
    pub(crate) fn ended(&self, stored: bool) {
        let mut state = self.lock();
        state.oldest = None;
        if state.failing == stored {
            state.failing = !stored;
            if stored {
                tracing::info!("writing to the database goes on");
            } else {
                tracing::warn!("nothing can be written to the database");
            }
        }
    }

    /// Whether the last attempt to store something failed because of the database.
    pub(crate) fn is_failing(&self) -> bool {
        self.lock().failing
    }

    /// How long the oldest decision has been waiting.
    pub(crate) fn oldest_wait(&self) -> Duration {
        self.lock().oldest.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
