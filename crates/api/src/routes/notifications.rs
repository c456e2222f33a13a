//! The inbox: what the caller was told about deadlines.

use super::{code, id_list};
use crate::http::Req;
use crate::http::answer::json_page;
use crate::operation::Operation;
use crate::problem::Problem;
use actix_web::HttpResponse;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, MembershipId, NotificationId, ObligationId};
use obligations::{Kind, clock};
use portal::access::permission;
use portal::read::notifications::NotificationRow;
use portal::{NotificationFilter, how_long};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// One thing that the caller was told.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Notification)]
pub struct NotificationView {
    /// Its id.
    pub id: NotificationId,
    /// The account that it is about.
    pub account_id: AccountId,
    /// The membership that it is about.
    pub membership_id: MembershipId,
    /// The deadline that it is about.
    pub obligation_id: ObligationId,
    /// What kind of deadline it is.
    #[schema(inline, value_type = code::ObligationKindOut)]
    pub kind: String,
    /// What is due, as a heading.
    pub title: &'static str,
    /// How long there was when it was said, in a sentence.
    pub sentence: String,
    /// The last day that the deadline had then.
    pub due_on: NaiveDate,
    /// Which reminder it is: `opens`, `before_30`, `after_1`, …
    #[schema(max_length = 20)]
    pub step: String,
    /// Whether the caller is told as the second contact, since the first has not seen to it.
    pub escalated: bool,
    /// When it was said.
    pub created_at: DateTime<Utc>,
    /// When the caller marked it as read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<DateTime<Utc>>,
}

/// A page of notifications.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotificationPage {
    /// The notifications.
    pub items: Vec<NotificationView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Mark notifications as read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkReadRequest {
    /// Which ones. Those that are not the caller's are passed over.
    #[schema(min_items = 1, max_items = 200)]
    pub notification_ids: Vec<NotificationId>,
}

/// What was marked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MarkedRead {
    /// How many of them had not been read.
    pub marked: u64,
}

fn view(row: NotificationRow) -> Option<NotificationView> {
    let title = Kind::parse(&row.kind).and_then(clock)?.title;
    Some(NotificationView {
        id: row.notification_id.parse().ok()?,
        account_id: row.account_id.parse().ok()?,
        membership_id: row.membership_id.parse().ok()?,
        obligation_id: row.obligation_id.parse().ok()?,
        kind: row.kind,
        title,
        sentence: how_long(row.due_on, kernel::programme_date(row.created_at)),
        due_on: row.due_on,
        step: row.step,
        escalated: row.escalated,
        created_at: row.created_at,
        read_at: row.read_at,
    })
}

async fn list(req: Req<permission::NotificationRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let filter =
        NotificationFilter { account_id: query.ids::<AccountId>("account_id"), unread: query.flag("unread") };
    query.finish()?;
    let page = req.state.portal.notifications(&req.call()?, &filter, &request).await?;
    let items = page.items.into_iter().filter_map(view).collect();
    Ok(json_page(&NotificationPage { items, next_cursor: page.next_cursor }))
}

async fn mark_read(req: Req<permission::NotificationRead>) -> Result<HttpResponse, Problem> {
    let MarkReadRequest { notification_ids } = req.body()?;
    let marked = req.state.portal.mark_notifications_read(&req.call()?, &notification_ids).await?;
    Ok(json_page(&MarkedRead { marked }))
}

const ID: &str = "ntf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

/// The operations on notifications.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/notifications", "notifications_list", list)
            .about("obligations", "Read your inbox", "Reminders of deadlines, the newest first. A company's primary point of contact is told (its officers where it has none), and in the last days and after them its alternate too; at CBP the specialist who looks after the membership. Each step of a deadline is told once.")
            .paged()
            .parameter("account_id", "Only of these accounts.", id_list("acc"))
            .parameter("unread", "Only those that are not read yet.", json!({"type": "boolean", "default": false}))
            .answers::<NotificationPage>(200, json!({"items": [{
                "id": ID, "account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "membership_id": "mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
                "obligation_id": "obl_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "kind": "application_profile",
                "title": "Security profile of the application", "sentence": "Due in 14 days, on 2026-04-01.", "due_on": "2026-04-01",
                "step": "before_14", "escalated": false, "created_at": "2026-03-18T15:04:05Z",
            }]})),
        Operation::post("/v1/notifications/mark-read", "notifications_mark", mark_read)
            .about("obligations", "Mark notifications as read", "Yours alone; a repeat changes nothing.")
            .takes::<MarkReadRequest>(json!({"notification_ids": [ID]}))
            .answers::<MarkedRead>(200, json!({"marked": 1})),
    ]
}
