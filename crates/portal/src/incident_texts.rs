//! What people write about incidents, in words. It may name drivers and witnesses, so it stands beside the ledger, which knows a digest alone.

use crate::error::PortalError;
use crate::portal::Portal;
use async_trait::async_trait;
use incident::{TextDigest, TextRef};
use kernel::{IncidentId, Text, Timestamp};
use ledger::{Attachment, ProjectionError, Tx, execute, fetch_all};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// A text about an incident, as it came in.
pub type IncidentText = Text<10_000>;

/// What has become of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptText {
    /// It is the one that was written.
    Kept(String),
    /// It was erased.
    Erased,
    /// Somebody changed the table: it is not the one that was written.
    Altered,
}

/// A text with its salt, on the way into the table.
pub(crate) struct SaltedText {
    salt: String,
    text: IncidentText,
}

impl SaltedText {
    pub(crate) fn new(text: IncidentText) -> Self {
        Self { salt: hex::encode(rand::random::<[u8; 32]>()), text }
    }

    /// What the ledger says of it.
    pub(crate) fn digest(&self) -> TextDigest {
        digest(&self.salt, self.text.as_str())
    }
}

pub(crate) fn digest(salt: &str, text: &str) -> TextDigest {
    TextDigest(hex::encode(Sha256::digest(format!("{salt}\n{text}").as_bytes())))
}

/// Stores a text in the transaction of the event that refers to it.
pub(crate) struct StoreText {
    incident_id: IncidentId,
    number: i64,
    salt: String,
    text: String,
    recorded_at: Timestamp,
}

impl StoreText {
    pub(crate) fn new(incident_id: IncidentId, number: u32, text: &SaltedText, now: Timestamp) -> Self {
        Self {
            incident_id,
            number: number.into(),
            salt: text.salt.clone(),
            text: text.text.to_string(),
            recorded_at: now,
        }
    }
}

#[async_trait]
impl Attachment for StoreText {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        execute!(
            tx,
            "INSERT INTO incident_texts (incident_id, number, salt, text, recorded_at) VALUES ($1, $2, $3, $4, $5)",
            self.incident_id.to_string(),
            self.number,
            &self.salt,
            &self.text,
            self.recorded_at
        )?;
        Ok(())
    }
}

/// Erases a text.
pub(crate) struct EraseStoredText {
    pub incident_id: IncidentId,
    pub number: u32,
}

#[async_trait]
impl Attachment for EraseStoredText {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        execute!(
            tx,
            "DELETE FROM incident_texts WHERE incident_id = $1 AND number = $2",
            self.incident_id.to_string(),
            i64::from(self.number)
        )?;
        Ok(())
    }
}

/// A row of `incident_texts`.
#[derive(sqlx::FromRow)]
struct TextRow {
    number: i64,
    salt: String,
    text: String,
}

impl Portal {
    /// What has become of these texts of an incident. Whether the caller may read them is asked before.
    pub async fn incident_texts(
        &self,
        id: IncidentId,
        wanted: &[&TextRef],
    ) -> Result<BTreeMap<u32, KeptText>, PortalError> {
        let rows = fetch_all!(
            self.ledger.db(),
            TextRow,
            "SELECT number, salt, text FROM incident_texts WHERE incident_id = $1",
            id.to_string()
        )?;
        let mut rows: BTreeMap<i64, TextRow> = rows.into_iter().map(|row| (row.number, row)).collect();
        let become_of = |text: &&TextRef| {
            let kept = match rows.remove(&i64::from(text.number)) {
                None => KeptText::Erased,
                Some(row) if digest(&row.salt, &row.text) == text.sha256 => KeptText::Kept(row.text),
                Some(_) => KeptText::Altered,
            };
            (text.number, kept)
        };
        Ok(wanted.iter().map(become_of).collect())
    }
}
