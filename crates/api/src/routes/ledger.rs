//! The feed of all events and the head of the ledger.

use super::code::AGGREGATES;
use super::events::{self, EventPage};
use crate::http::Req;
use crate::http::accept::wants;
use crate::http::answer::json_page;
use crate::operation::Operation;
use crate::problem::Problem;
use ::ledger::FeedFilter;
use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use kernel::{AccountId, InvitationId, MembershipId, ProfileId};
use portal::FeedRequest;
use portal::access::permission;
use serde::Serialize;
use serde_json::json;
use std::time::Duration;
use utoipa::ToSchema;

/// The head of the ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LedgerHead)]
pub struct HeadView {
    /// The position of the last event, 0 for an empty ledger.
    pub position: i64,
    /// Its hash.
    pub hash: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

async fn feed(req: Req<permission::FeedRead>) -> Result<HttpResponse, Problem> {
    let known: Vec<&str> = portal::event_descriptions().iter().map(|event| event.event_type).collect();
    let mut query = req.query();
    let request = FeedRequest {
        after: query.number("after", 0, 9_007_199_254_740_991).unwrap_or_default(),
        limit: query.number("limit", 1, 1000).unwrap_or(100),
        filter: FeedFilter {
            event_types: query.codes("type", &known),
            aggregate_types: query.codes("aggregate_type", &AGGREGATES),
            aggregate_ids: query.many("aggregate_id", |text| {
                let right = text.parse::<AccountId>().is_ok()
                    || text.parse::<InvitationId>().is_ok()
                    || text.parse::<MembershipId>().is_ok()
                    || text.parse::<ProfileId>().is_ok();
                if right {
                    Ok(())
                } else {
                    Err("must be the id of an account, an invitation, a membership or a profile".to_owned())
                }
            }),
        },
        wait: query
            .number("wait_seconds", 0, 25)
            .and_then(|seconds| u64::try_from(seconds).ok())
            .map(Duration::from_secs)
            .unwrap_or_default(),
    };
    query.finish()?;
    let ndjson = wants(&req.http, "application/x-ndjson") > wants(&req.http, "application/json");
    let page = req.state.portal.feed(&req.call()?, &request).await?;
    Ok(events::feed(page.events, page.next_after, ndjson))
}

async fn head(req: Req<permission::LedgerRead>) -> Result<HttpResponse, Problem> {
    req.query().finish()?;
    let head = req.state.portal.ledger_head(&req.call()?).await?;
    Ok(json_page(&HeadView { position: head.position, hash: head.hash, recorded_at: head.recorded_at }))
}

/// The operations on the ledger.
pub fn operations() -> Vec<Operation> {
    let known: Vec<&str> = portal::event_descriptions().iter().map(|event| event.event_type).collect();
    let number = |most: i64| json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": most});
    vec![
        Operation::get("/v1/events", "events_list", feed)
            .about("ledger", "Read the feed", "Every event, in commit order. A page once read never changes, and nothing ever appears before it. Go on with `after` = `next_after` (header `Next-After` with NDJSON). With `wait_seconds` an empty page waits for news. An `after` that the ledger has not reached is refused with `after_beyond_head`: whoever follows then has another ledger, or one that was restored from an older backup.")
            .problems(&[409])
            .parameter("after", "Only events after this position.", number(9_007_199_254_740_991))
            .parameter("limit", "How many events at the most.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 1000, "default": 100}))
            .parameter("type", "Only these event types.", json!({"type": "array", "maxItems": 50, "items": {"type": "string", "enum": known}}))
            .parameter("aggregate_type", "Only events of these kinds of things.", super::code_list(&AGGREGATES))
            .parameter("aggregate_id", "Only events of these things.", json!({"type": "array", "maxItems": 50, "items": {"type": "string", "maxLength": 36, "pattern": "^(acc|inv|mbr|prf)_[0-9a-f]{32}$"}}))
            .parameter("wait_seconds", "How long to wait when there is nothing new.", number(25))
            .answers::<EventPage>(200, events::example("membership", "membership.applied", "mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"))
            .also_as("application/x-ndjson"),
        Operation::get("/v1/ledger-head", "ledger_head_get", head)
            .about("ledger", "Read the head of the ledger", "The last position and its hash, for keeping elsewhere: whoever has it can prove later that nothing before it was changed.")
            .answers::<HeadView>(200, json!({"position": 7, "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "recorded_at": "2026-03-02T15:04:05.130000Z"})),
    ]
}
