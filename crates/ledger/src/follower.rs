//! Followers: whatever reads the feed after its own checkpoint.

use crate::feed::FeedFilter;
use crate::ledger::{Ledger, LedgerError};
use crate::record::RecordedEvent;
use crate::{execute, fetch_optional};
use async_trait::async_trait;
use chrono::Utc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Why a follower stopped at an event. It tries again from the same checkpoint.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct FollowError(pub String);

/// What is done with the events. A page may be handed over again after a crash, or by another process: doing it twice must be the
/// same as doing it once, which a command achieves with an id derived from the causing event.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Takes one page, in the order of the ledger.
    async fn handle(&self, events: &[RecordedEvent]) -> Result<(), FollowError>;
}

/// One follower of the feed, with a durable checkpoint under its name.
pub struct Follower {
    name: String,
    ledger: Ledger,
    filter: FeedFilter,
    page: i64,
    handler: Arc<dyn Handler>,
}

impl Follower {
    /// A follower that wants the events of `filter`.
    pub fn new(
        name: impl Into<String>,
        ledger: Ledger,
        filter: FeedFilter,
        handler: Arc<dyn Handler>,
    ) -> Self {
        Self { name: name.into(), ledger, filter, page: 200, handler }
    }

    /// Where it stands: everything up to this position is done.
    pub async fn checkpoint(&self) -> Result<i64, LedgerError> {
        let row = fetch_optional!(
            &self.ledger.db,
            (i64,),
            "SELECT position FROM followers WHERE name = $1",
            &self.name
        )?;
        Ok(row.map_or(0, |(position,)| position))
    }

    /// Hands over everything that is there and moves the checkpoint; gives the number of events.
    ///
    /// # Errors
    /// The database failed, an event cannot be read, or the handler did not take a page; what was handed over before stays done.
    pub async fn catch_up(&self) -> Result<usize, LedgerError> {
        let mut done = 0;
        loop {
            let checkpoint = self.checkpoint().await?;
            // Without a filter's match there may still be newer events: the checkpoint goes to the head seen before reading.
            let head = self.ledger.head().await?.position;
            let events = self.ledger.feed(checkpoint, self.page, &self.filter).await?;
            let full = i64::try_from(events.len()).is_ok_and(|read| read == self.page);
            let next = match events.last() {
                Some(last) if full => last.position,
                Some(last) => last.position.max(head),
                None => head,
            };
            if !events.is_empty() {
                self.handler.handle(&events).await.map_err(|error| LedgerError::Projection {
                    projection: self.name.clone(),
                    detail: error.to_string(),
                })?;
                done += events.len();
            }
            if next > checkpoint {
                let mut tx = self.ledger.db.begin().await?;
                execute!(
                    &mut tx,
                    "INSERT INTO followers (name, position, updated_at) VALUES ($1, $2, $3) \
                     ON CONFLICT (name) DO UPDATE SET position = excluded.position, updated_at = excluded.updated_at \
                     WHERE followers.position < excluded.position",
                    &self.name,
                    next,
                    kernel::to_microseconds(Utc::now())
                )?;
                tx.commit().await?;
            }
            if !full {
                return Ok(done);
            }
        }
    }

    /// Follows until `stop` turns true. A failure is logged and tried again, from 1 second up to every minute.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut pause = Duration::from_secs(1);
        while !*stop.borrow() {
            let work = async {
                self.catch_up().await?;
                let checkpoint = self.checkpoint().await?;
                self.ledger.wait_for(checkpoint, Duration::from_secs(30)).await
            };
            let result = tokio::select! {
                result = work => result,
                _ = stop.changed() => return,
            };
            match result {
                Ok(_) => pause = Duration::from_secs(1),
                Err(error) => {
                    tracing::warn!(follower = self.name, %error, "a follower stopped and will try again");
                    metrics::counter!("ledger_follower_failures", "follower" => self.name.clone())
                        .increment(1);
                    tokio::select! {
                        () = tokio::time::sleep(pause) => pause = (pause * 2).min(Duration::from_secs(60)),
                        _ = stop.changed() => return,
                    }
                }
            }
        }
    }
}
