//! What is recommended to the programme director and not decided yet. Companies have no list of it.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::store_rows;
use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::Timestamp;
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx, execute};
use membership::membership::MembershipEvent;
use std::collections::BTreeMap;

model_row! {
    /// One recommendation that waits for a decision.
    RecommendationRow in "enforcement_recommendations" {
        /// The membership.
        membership_id: String,
        /// What is recommended.
        action: String,
        /// Why, in one code.
        reason: String,
        /// Who recommends.
        recommended_by: String,
        /// Since when.
        recommended_on: NaiveDate,
    }
}

impl SortValue for RecommendationRow {
    fn date(&self, column: &str) -> Option<NaiveDate> {
        (column == "recommended_on").then_some(self.recommended_on)
    }

    fn instant(&self, _: &str) -> Option<Timestamp> {
        None
    }
}

/// The events that matter here; the others need not be read.
const TYPES: [&str; 6] = [
    "membership.enforcement_recommended",
    "membership.suspended",
    "membership.removed",
    "membership.reinstated",
    "membership.restored",
    "membership.closed",
];

/// Keeps the table `enforcement_recommendations`.
pub(crate) struct RecommendationsProjection;

#[async_trait]
impl Projection for RecommendationsProjection {
    fn name(&self) -> &'static str {
        "enforcement_recommendations"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["enforcement_recommendations"]
    }

    fn schema(&self) -> &'static str {
        "CREATE TABLE {enforcement_recommendations} (
            membership_id TEXT PRIMARY KEY, action TEXT NOT NULL, reason TEXT NOT NULL, recommended_by TEXT NOT NULL,
            recommended_on {date} NOT NULL
        ) {strict};
        CREATE INDEX enforcement_recommendations_on_{generation}
            ON {enforcement_recommendations} (recommended_on, membership_id);"
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        let mut rows: BTreeMap<String, RecommendationRow> = BTreeMap::new();
        for event in events.iter().filter(|event| TYPES.contains(&event.event_type.as_str())) {
            match event.decode()? {
                MembershipEvent::EnforcementRecommended(found) => {
                    let row = RecommendationRow {
                        membership_id: event.aggregate_id.clone(),
                        action: found.action.to_string(),
                        reason: found.reason.to_string(),
                        recommended_by: found.recommended_by.to_string(),
                        recommended_on: found.recommended_on,
                    };
                    rows.insert(event.aggregate_id.clone(), row);
                }
                MembershipEvent::Suspended(_)
                | MembershipEvent::Removed(_)
                | MembershipEvent::Reinstated(_)
                | MembershipEvent::Restored(_)
                | MembershipEvent::Closed(_) => {
                    rows.remove(&event.aggregate_id);
                    let sql =
                        tables.sql("DELETE FROM {enforcement_recommendations} WHERE membership_id = $1");
                    execute!(&mut *tx, &sql, &event.aggregate_id)?;
                }
                _ => {}
            }
        }
        store_rows(tx, tables, &rows.values().collect::<Vec<_>>()).await
    }
}
