//! The feed: every event in commit order, by position.

use crate::db::{Statement, Value};
use crate::ledger::{Ledger, LedgerError};
use crate::record::{COLUMNS, RawEvent, RecordedEvent};

/// Which events a reader of the feed wants. Each list is an OR, the lists together an AND; an empty list wants everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedFilter {
    /// Event types.
    pub event_types: Vec<String>,
    /// Aggregate types.
    pub aggregate_types: Vec<String>,
    /// Aggregate ids.
    pub aggregate_ids: Vec<String>,
}

impl Ledger {
    /// The first `limit` events after `after` that the filter wants, in commit order.
    ///
    /// A page that was once read never changes, and nothing ever appears before it: positions are given out under the lock of the
    /// head row, so position order is commit order.
    pub async fn feed(
        &self,
        after: i64,
        limit: i64,
        filter: &FeedFilter,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        self.raw_feed(after, limit, filter)
            .await?
            .into_iter()
            .map(|raw| RecordedEvent::read(raw, &self.types).map_err(LedgerError::from))
            .collect()
    }

    pub(crate) async fn raw_feed(
        &self,
        after: i64,
        limit: i64,
        filter: &FeedFilter,
    ) -> Result<Vec<RawEvent>, sqlx::Error> {
        let mut statement = Statement::new(format!("SELECT {COLUMNS} FROM events WHERE position > "));
        statement.bind(after);
        for (column, wanted) in [
            (" AND event_type IN ", &filter.event_types),
            (" AND aggregate_type IN ", &filter.aggregate_types),
            (" AND aggregate_id IN ", &filter.aggregate_ids),
        ] {
            if !wanted.is_empty() {
                statement.push(column);
                statement.bind_tuple(wanted.iter().map(|text| Value::from(text.as_str())));
            }
        }
        statement.push(" ORDER BY position LIMIT ");
        statement.bind(limit);
        statement.fetch_all(&self.db).await
    }
}
