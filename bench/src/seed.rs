//! Many memberships, appended to the ledger with the read models of the portal, without going over HTTP one by one.

use crate::report::Result;
use chrono::{Days, Utc};
use futures::{StreamExt as _, TryStreamExt as _};
use kernel::{AccountId, Actor, EventId, MembershipId, ProfileId};
use ledger::{Append, Ledger, LedgerOptions, Metadata, NewEvent, StreamAppend};
use membership::membership::event::MembershipEvent;
use serde_json::{Value, json};
use uuid::Uuid;

/// Real payloads: the ones by which the events' readers are tested.
const APPLIED: &str = include_str!("../../crates/membership/golden/membership.applied/v1.json");
const DECLARED: &str = include_str!("../../crates/membership/golden/membership.eligibility_declared/v1.json");

/// Memberships of one append.
const AT_ONCE: u64 = 50;
/// Appends that wait for the writer together; it takes them all into one transaction.
const APPENDS: usize = 16;
/// One membership in so many has a history of some length.
const ONE_IN: u64 = 100;
/// Events of such a history, besides the application.
const HISTORY: u32 = 20;

/// What was seeded.
pub(crate) struct Seeded {
    /// A membership with a history, from the middle.
    pub with_history: String,
    /// Events in the ledger.
    pub events: u64,
}

/// Opens the ledger of the portal.
pub(crate) async fn open(database: &str) -> Result<Ledger> {
    let options = LedgerOptions::new(
        database,
        portal::read::projections(&kernel::PolicyTable::default()),
        portal::event_types(),
    );
    Ok(Ledger::open(options).await?)
}

/// An event of the domain from its payload; a payload that the domain does not read is an error.
fn event(event_type: &str, mut payload: Value) -> Result<NewEvent> {
    if let Some(members) = payload.as_object_mut() {
        members.insert("type".to_owned(), json!(event_type));
    }
    let event: MembershipEvent = serde_json::from_value(payload)?;
    Ok(NewEvent::of(EventId::new(Uuid::now_v7()), &event)?)
}

/// An importer that applied today, so that no clock has run out.
fn applied(template: &Value, membership: MembershipId, number: u64) -> Result<NewEvent> {
    let today = kernel::programme_date(Utc::now());
    let mut payload = template.clone();
    if let Some(members) = payload.as_object_mut() {
        let normalised = format!("12-{number:07}00");
        members.remove("previous_membership_id");
        members.remove("documents");
        members.extend([
            ("membership_id".to_owned(), json!(membership)),
            ("account_id".to_owned(), json!(AccountId::new(Uuid::now_v7()))),
            ("profile_id".to_owned(), json!(ProfileId::new(Uuid::now_v7()))),
            ("entity_type".to_owned(), json!("importer")),
            ("country_of_establishment".to_owned(), json!("US")),
            (
                "identifiers".to_owned(),
                json!([{"as_typed": normalised, "normalised": normalised, "type": "importer_of_record"}]),
            ),
            ("declarations".to_owned(), json!({"debt": "no_unpaid_final_debt", "last_trading_on": today})),
            ("applied_on".to_owned(), json!(today)),
            ("profile_due_on".to_owned(), json!(today + Days::new(30))),
        ]);
    }
    event("membership.applied", payload)
}

fn membership(number: u64, payloads: &(Value, Value)) -> Result<StreamAppend> {
    let id = MembershipId::new(Uuid::now_v7());
    let mut events = vec![applied(&payloads.0, id, number)?];
    if number.is_multiple_of(ONE_IN) {
        for _ in 0..HISTORY {
            events.push(event("membership.eligibility_declared", payloads.1.clone())?);
        }
    }
    Ok(StreamAppend {
        aggregate_type: "membership",
        aggregate_id: id.to_string(),
        expected_version: 0,
        events,
    })
}

/// Appends this many memberships.
pub(crate) async fn seed(ledger: &Ledger, memberships: u64) -> Result<Seeded> {
    let payloads: (Value, Value) = (serde_json::from_str(APPLIED)?, serde_json::from_str(DECLARED)?);
    let payloads = &payloads;
    let histories: Vec<String> =
        futures::stream::iter((0..memberships.div_ceil(AT_ONCE)).map(|block| async move {
            let first = block * AT_ONCE;
            let streams = (first..memberships.min(first + AT_ONCE))
                .map(|number| membership(number, payloads))
                .collect::<Result<Vec<_>>>()?;
            let history = streams
                .iter()
                .find(|stream| stream.events.len() > 1)
                .map(|stream| stream.aggregate_id.clone());
            let append = Append {
                streams,
                metadata: Metadata::of(&Actor::system()),
                occurred_at: Utc::now(),
                idempotency: None,
                attachments: Vec::new(),
            };
            ledger.append(append).await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(history)
        }))
        .buffered(APPENDS)
        .try_filter_map(|history| async move { Ok(history) })
        .try_collect()
        .await?;
    let with_history = histories.get(histories.len() / 2).ok_or("nothing was seeded")?.clone();
    Ok(Seeded { with_history, events: u64::try_from(ledger.head().await?.position)? })
}
