//! Holds the texts about incidents against the digests in the ledger.

use crate::incident_texts::digest;
use incident::IncidentEvent;
use ledger::{FeedFilter, Ledger, LedgerError, fetch_all};
use std::collections::BTreeMap;

/// A text about an incident that is not what the ledger says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFault {
    /// The incident.
    pub incident_id: String,
    /// The number of the text within it.
    pub number: i64,
    /// What is wrong, in a sentence.
    pub fault: &'static str,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckedTexts {
    /// How many texts there are.
    pub texts: usize,
    /// What is not as the ledger says.
    pub faults: Vec<TextFault>,
}

/// A row of `incident_texts`.
#[derive(Debug, sqlx::FromRow)]
struct TextRow {
    incident_id: String,
    number: i64,
    salt: String,
    text: String,
}

/// What the ledger says of a text: its digest, where it was written, and where it was erased.
struct OfText {
    sha256: incident::TextDigest,
    written: i64,
    erased: Option<i64>,
}

/// Compares every text about an incident with the digest that the event has which it belongs to. What is written or erased meanwhile is
/// no fault.
///
/// # Errors
/// The database failed, or an event cannot be read.
pub async fn check_incident_texts(ledger: &Ledger) -> Result<CheckedTexts, LedgerError> {
    let before = ledger.head().await?.position;
    let rows = fetch_all!(
        ledger.db(),
        TextRow,
        "SELECT incident_id, number, salt, text FROM incident_texts ORDER BY incident_id, number"
    )?;
    let mut said = what_is_said(ledger).await?;
    let mut checked = CheckedTexts { texts: rows.len(), faults: Vec::new() };
    let mut fault = |(incident_id, number): (String, i64), fault| {
        checked.faults.push(TextFault { incident_id, number, fault });
    };
    for row in rows {
        let key = (row.incident_id, row.number);
        match said.remove(&key) {
            None => fault(key, "no event refers to this text"),
            Some(text) if text.erased.is_some_and(|position| position <= before) => {
                fault(key, "it was erased, and is there");
            }
            Some(text) if text.sha256 != digest(&row.salt, &row.text) => {
                fault(key, "it is not the text of which the event has the digest");
            }
            Some(_) => {}
        }
    }
    for (key, text) in said {
        if text.erased.is_none() && text.written <= before {
            fault(key, "it was never erased, and is gone");
        }
    }
    Ok(checked)
}

async fn what_is_said(ledger: &Ledger) -> Result<BTreeMap<(String, i64), OfText>, LedgerError> {
    const PAGE: i64 = 1000;
    let filter = FeedFilter { aggregate_types: vec!["incident".to_owned()], ..FeedFilter::default() };
    let mut said = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = ledger.feed(after, PAGE, &filter).await?;
        let Some(last) = page.last() else { return Ok(said) };
        after = last.position;
        for event in &page {
            let decoded: IncidentEvent =
                event.decode().map_err(|error| LedgerError::Aggregate(error.to_string()))?;
            let key = |number: u32| (event.aggregate_id.clone(), i64::from(number));
            for text in decoded.texts() {
                let sha256 = text.sha256.clone();
                said.insert(key(text.number), OfText { sha256, written: event.position, erased: None });
            }
            if let IncidentEvent::TextErased(erased) = &decoded
                && let Some(text) = said.get_mut(&key(erased.number))
            {
                text.erased = Some(event.position);
            }
        }
    }
}
