//! The list of security profiles.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::{load_rows, store_rows};
use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::Timestamp;
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx};
use profile::ProfileEvent;
use std::collections::BTreeSet;

model_row! {
    /// One profile, as the list shows it.
    ProfileRow in "profiles" {
        /// The profile.
        profile_id: String,
        /// The membership it belongs to.
        membership_id: String,
        /// The company's account.
        account_id: String,
        /// The type applied for.
        entity_type: String,
        /// The edition answered.
        edition: String,
        /// Where it stands.
        status: String,
        /// How many criteria are asked.
        answers_needed: i64,
        /// How many answers could be submitted as they are.
        answers_complete: i64,
        /// Submissions so far.
        round: i64,
        /// When it was last submitted.
        submitted_at: Option<Timestamp>,
        /// When it was approved.
        approved_on: Option<NaiveDate>,
        /// When it last changed.
        updated_at: Timestamp,
        /// The version of its stream.
        version: i64,
    }
}

impl SortValue for ProfileRow {
    fn date(&self, column: &str) -> Option<NaiveDate> {
        (column == "approved_on").then_some(self.approved_on).flatten()
    }

    fn instant(&self, column: &str) -> Option<Timestamp> {
        match column {
            "submitted_at" => self.submitted_at,
            "updated_at" => Some(self.updated_at),
            _ => None,
        }
    }
}

/// Keeps the table `profiles`.
pub(crate) struct ProfilesProjection;

#[async_trait]
impl Projection for ProfilesProjection {
    fn name(&self) -> &'static str {
        "profiles"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["profiles"]
    }

    fn schema(&self) -> &'static str {
        "CREATE TABLE {profiles} (
            profile_id TEXT PRIMARY KEY, membership_id TEXT NOT NULL, account_id TEXT NOT NULL, entity_type TEXT NOT NULL,
            edition TEXT NOT NULL, status TEXT NOT NULL, answers_needed {bigint} NOT NULL, answers_complete {bigint} NOT NULL,
            round {bigint} NOT NULL, submitted_at {instant}, approved_on {date}, updated_at {instant} NOT NULL,
            version {bigint} NOT NULL
        ) {strict};
        CREATE INDEX profiles_account_{generation} ON {profiles} (account_id, profile_id);
        CREATE INDEX profiles_membership_{generation} ON {profiles} (membership_id, profile_id);
        CREATE INDEX profiles_status_{generation} ON {profiles} (status, profile_id);"
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        let mine: Vec<&RecordedEvent> =
            events.iter().filter(|event| event.aggregate_type == "profile").collect();
        let ids: BTreeSet<&str> = mine.iter().map(|event| event.aggregate_id.as_str()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut rows = load_rows::<ProfileRow>(tx, tables, &ids).await?;
        for event in mine {
            let payload: ProfileEvent = event.decode()?;
            if let ProfileEvent::Started(started) = &payload {
                rows.insert(
                    event.aggregate_id.clone(),
                    ProfileRow {
                        profile_id: event.aggregate_id.clone(),
                        membership_id: started.membership_id.to_string(),
                        account_id: started.account_id.to_string(),
                        entity_type: started.entity_type.to_string(),
                        edition: started.edition.to_string(),
                        status: "not_started".to_owned(),
                        answers_needed: i64::try_from(started.criteria.len()).unwrap_or(i64::MAX),
                        answers_complete: 0,
                        round: 0,
                        submitted_at: None,
                        approved_on: None,
                        updated_at: event.occurred_at,
                        version: event.sequence,
                    },
                );
            }
            let Some(row) = rows.get_mut(&event.aggregate_id) else {
                return Err(ProjectionError::Refused {
                    code: "profile_unknown".to_owned(),
                    detail: format!("{} concerns a profile that was never started", event.event_type),
                });
            };
            row.updated_at = event.occurred_at;
            row.version = event.sequence;
            let status = match payload {
                ProfileEvent::Started(_) => "in_progress",
                ProfileEvent::AnswerSaved(saved) => {
                    row.answers_complete = saved.answers_complete.into();
                    continue;
                }
                ProfileEvent::Submitted(submitted) => {
                    row.round = submitted.round.into();
                    row.submitted_at = Some(submitted.submitted_at);
                    "submitted"
                }
                ProfileEvent::ReviewStarted(_) => "under_review",
                ProfileEvent::AnswerAccepted(_) | ProfileEvent::AnswerRejected(_) => continue,
                ProfileEvent::Returned(_) => "returned",
                ProfileEvent::Approved(approved) => {
                    row.approved_on = Some(approved.approved_on);
                    "approved"
                }
                ProfileEvent::Closed(_) => "closed",
            };
            row.status = status.to_owned();
        }
        store_rows(tx, tables, &rows.values().collect::<Vec<_>>()).await
    }
}
