//! Histories of single resources, and the feed of everything.

use crate::access::Permission;
use crate::call::Call;
use crate::error::PortalError;
use crate::portal::Portal;
use kernel::{FieldError, Refusal};
use ledger::{FeedFilter, Head, RecordedEvent};
use std::time::Duration;

/// The longest that a reader of the feed may wait for something new.
pub const MAX_WAIT: Duration = Duration::from_secs(25);

/// What a reader of the feed wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedRequest {
    /// The last position that the reader has.
    pub after: i64,
    /// The most events to give.
    pub limit: i64,
    /// Which events.
    pub filter: FeedFilter,
    /// How long to wait when there is nothing new, at most [`MAX_WAIT`].
    pub wait: Duration,
}

/// One page of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedPage {
    /// The events, in commit order.
    pub events: Vec<RecordedEvent>,
    /// Where to go on: the position to ask for events after.
    pub next_after: i64,
}

/// Nobody has read an event that there is not: the reader followed another ledger, or this one was restored from a backup that is older than
/// what was read. An empty page would let the reader miss everything up to that position.
fn beyond_the_head(after: i64, head: i64) -> Refusal {
    let sentence = format!(
        "The ledger ends at position {head}; position {after} is not in it. You followed another ledger, or this one was restored from an older \
         backup. Compare what you have with /v1/ledger-head and the hashes of the events, and go on after the last one that is the same."
    );
    let error = FieldError::new("?after", "after_beyond_head", format!("must be at most {head}"));
    Refusal {
        errors: vec![error],
        ..Refusal::state("after_beyond_head", sentence, &format!("head_{head}"), &[])
    }
}

impl Portal {
    /// The feed: in commit order. A page once read never changes and nothing ever appears before it.
    ///
    /// # Errors
    /// `after_beyond_head` for a position that the ledger has not reached.
    pub async fn feed(&self, call: &Call, request: &FeedRequest) -> Result<FeedPage, PortalError> {
        self.allow_unowned(&call.caller, Permission::FeedRead)?;
        let deadline = tokio::time::Instant::now() + request.wait.min(MAX_WAIT);
        let mut after = request.after;
        let mut head = self.ledger.head().await?.position;
        if after > head {
            return Err(beyond_the_head(after, head).into());
        }
        loop {
            // The head is read first: everything up to it is then in the page or does not match the filter.
            let events = self.ledger.feed(after, request.limit, &request.filter).await?;
            let full = i64::try_from(events.len()).is_ok_and(|read| read >= request.limit);
            let next_after = match events.last() {
                Some(last) if full => last.position,
                Some(last) => last.position.max(head),
                None => head.max(after),
            };
            let now = tokio::time::Instant::now();
            if !events.is_empty() || now >= deadline {
                return Ok(FeedPage { events, next_after });
            }
            after = next_after;
            // No news in time, or the process is about to stop: the page is empty.
            if !self.ledger.wait_for(after, deadline - now).await? {
                return Ok(FeedPage { events, next_after });
            }
            head = self.ledger.head().await?.position;
        }
    }

    /// The head of the ledger, for keeping elsewhere.
    pub async fn ledger_head(&self, call: &Call) -> Result<Head, PortalError> {
        self.allow_unowned(&call.caller, Permission::LedgerRead)?;
        Ok(self.ledger.head().await?)
    }

    /// The history of one stream after a sequence. Who may see the resource was asked by the caller of this.
    pub(crate) async fn stream_history(
        &self,
        aggregate_type: &str,
        aggregate_id: &str,
        after_sequence: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, PortalError> {
        Ok(self.ledger.history(aggregate_type, aggregate_id, after_sequence, limit).await?)
    }
}
