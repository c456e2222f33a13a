//! The list of invitations, and the way from a secret's digest to its invitation.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::{load_rows, store_rows};
use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::Timestamp;
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx};
use membership::invitation::InvitationEvent;
use std::collections::BTreeSet;

model_row! {
    /// One invitation, as the list shows it.
    InvitationRow in "invitations" {
        /// The invitation.
        invitation_id: String,
        /// SHA-256 of the secret.
        token_sha256: String,
        /// The type it is for.
        entity_type: String,
        /// Where it stands.
        status: String,
        /// Who issued it.
        issued_by: String,
        /// When.
        issued_on: NaiveDate,
        /// The last day on which it can be used.
        expires_on: NaiveDate,
        /// The membership that was applied for with it.
        membership_id: Option<String>,
        /// The version of its stream.
        version: i64,
    }
}

impl SortValue for InvitationRow {
    fn date(&self, _: &str) -> Option<NaiveDate> {
        None
    }

    fn instant(&self, _: &str) -> Option<Timestamp> {
        None
    }
}

/// Keeps the table `invitations`.
pub(crate) struct InvitationsProjection;

#[async_trait]
impl Projection for InvitationsProjection {
    fn name(&self) -> &'static str {
        "invitations"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["invitations"]
    }

    fn schema(&self) -> &'static str {
        "CREATE TABLE {invitations} (
            invitation_id TEXT PRIMARY KEY, token_sha256 TEXT NOT NULL, entity_type TEXT NOT NULL, status TEXT NOT NULL,
            issued_by TEXT NOT NULL, issued_on {date} NOT NULL, expires_on {date} NOT NULL, membership_id TEXT,
            version {bigint} NOT NULL
        ) {strict};
        CREATE UNIQUE INDEX invitations_token_{generation} ON {invitations} (token_sha256);
        CREATE INDEX invitations_status_{generation} ON {invitations} (status, invitation_id);"
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        let mine: Vec<&RecordedEvent> =
            events.iter().filter(|event| event.aggregate_type == "invitation").collect();
        let ids: BTreeSet<&str> = mine.iter().map(|event| event.aggregate_id.as_str()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut rows = load_rows::<InvitationRow>(tx, tables, &ids).await?;
        for event in mine {
            match event.decode()? {
                InvitationEvent::Issued(issued) => {
                    rows.insert(
                        event.aggregate_id.clone(),
                        InvitationRow {
                            invitation_id: event.aggregate_id.clone(),
                            token_sha256: issued.token_sha256,
                            entity_type: issued.entity_type.to_string(),
                            status: "open".to_owned(),
                            issued_by: issued.issued_by.to_string(),
                            issued_on: issued.issued_on,
                            expires_on: issued.expires_on,
                            membership_id: None,
                            version: event.sequence,
                        },
                    );
                }
                InvitationEvent::Redeemed(redeemed) => {
                    if let Some(row) = rows.get_mut(&event.aggregate_id) {
                        row.status = "redeemed".to_owned();
                        row.membership_id = Some(redeemed.membership_id.to_string());
                        row.version = event.sequence;
                    }
                }
                InvitationEvent::Revoked(_) => {
                    if let Some(row) = rows.get_mut(&event.aggregate_id) {
                        row.status = "revoked".to_owned();
                        row.version = event.sequence;
                    }
                }
            }
        }
        store_rows(tx, tables, &rows.values().collect::<Vec<_>>()).await
    }
}
