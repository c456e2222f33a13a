//! Calendars: the addresses at which an account's deadlines can be subscribed to.

pub mod feed;

use super::system::Anybody;
use super::{code, code_list, events, id_list, look_back, names};
use crate::http::answer::{Resource, cache_control, json_page};
use crate::http::command::mark_replayed;
use crate::http::query::Query;
use crate::http::tags::tag_of;
use crate::http::{ApiState, Req};
use crate::operation::{Matching, Operation};
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use chrono::NaiveDate;
use kernel::{AccountId, CalendarId, PersonId};
use ledger::At;
use obligations::{Calendar, CalendarStatus};
use portal::access::{Caller, permission};
use portal::{CalendarFilter, Call, Committed, Portal, PortalError, allowed_commands};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Open a calendar.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCalendarRequest {
    /// The account whose deadlines it shows.
    pub account_id: AccountId,
}

/// Close a calendar.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseCalendarRequest {}

/// A calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Calendar)]
pub struct CalendarView {
    /// Its id.
    pub id: CalendarId,
    /// Its version: the first part of its `ETag`.
    pub version: i64,
    /// The account whose deadlines it shows.
    pub account_id: AccountId,
    /// Where it stands.
    #[schema(inline, value_type = code::CalendarStatusOut)]
    pub status: &'static str,
    /// What the caller can do now.
    pub allowed_commands: Vec<&'static str>,
    /// The path at which calendar programs subscribe, on this server. Only in the answer that opens it: nobody can read it again, and a repeat
    /// of the request does not have it either. Whoever has it sees the deadlines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub address: Option<String>,
    /// Who opened it.
    pub opened_by: PersonId,
    /// When.
    pub opened_on: NaiveDate,
    /// Who closed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<PersonId>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<NaiveDate>,
}

/// One calendar of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarSummary {
    /// Its id.
    pub id: CalendarId,
    /// The account whose deadlines it shows.
    pub account_id: AccountId,
    /// Where it stands.
    #[schema(inline, value_type = code::CalendarStatusOut)]
    pub status: String,
    /// Who opened it.
    pub opened_by: PersonId,
    /// When.
    pub opened_on: NaiveDate,
    /// Its version.
    pub version: i64,
}

/// A page of calendars.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarPage {
    /// The calendars.
    pub items: Vec<CalendarSummary>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Calendars as resources.
pub struct CalendarResource;

impl Resource for CalendarResource {
    type Aggregate = Calendar;
    type View = CalendarView;
    const KIND: &'static str = "calendar";
    const COLLECTION: &'static str = "calendars";
    const PERSONAL: bool = false;

    async fn read(
        state: &ApiState,
        call: &Call,
        id: &str,
        at: At,
    ) -> Result<Committed<Calendar>, PortalError> {
        let id = id.parse().map_err(|_| PortalError::NotFound)?;
        state.portal.calendar(call, id, Some(at)).await
    }

    async fn view(
        _: &ApiState,
        caller: &Caller,
        committed: &Committed<Calendar>,
    ) -> Result<CalendarView, PortalError> {
        view(caller, committed, None)
    }
}

fn view(
    caller: &Caller,
    committed: &Committed<Calendar>,
    token: Option<String>,
) -> Result<CalendarView, PortalError> {
    let calendar = &committed.state;
    let opened = calendar.opened.as_ref().ok_or(PortalError::NotFound)?;
    let ownership = Portal::calendar_ownership(calendar);
    let possible = calendar.allowed_commands().iter().copied();
    Ok(CalendarView {
        id: opened.calendar_id,
        version: committed.version,
        account_id: opened.account_id,
        status: calendar.status.as_str(),
        allowed_commands: allowed_commands(caller, &ownership, possible),
        address: token.map(|token| format!("/v1/calendar-feeds/{token}.ics")),
        opened_by: opened.opened_by,
        opened_on: opened.opened_on,
        closed_by: calendar.closed.as_ref().map(|closed| closed.closed_by),
        closed_on: calendar.closed.as_ref().map(|closed| closed.closed_on),
    })
}

async fn open(req: Req<permission::CalendarManage>) -> Result<HttpResponse, Problem> {
    let OpenCalendarRequest { account_id } = req.body()?;
    let call = req.call()?;
    let portal = &req.state.portal;
    let ((calendar, token), replayed) = req
        .once(
            &call,
            || async {
                let (calendar, token) = portal.open_calendar(&call, account_id).await?;
                Ok((calendar, Some(token)))
            },
            |id, version| {
                let (call, state) = (&call, &req.state);
                async move { Ok((CalendarResource::read(state, call, &id, At::Version(version)).await?, None)) }
            },
        )
        .await?;
    // The tag is that of the calendar as it is read from now on, without its secret.
    let etag = tag_of(calendar.version, &view(&req.caller, &calendar, None)?)?;
    let mut response = HttpResponse::build(StatusCode::CREATED)
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, cache_control(true)))
        .insert_header((header::LOCATION, format!("/v1/calendars/{}", calendar.id)))
        .json(view(&req.caller, &calendar, token)?);
    if replayed {
        mark_replayed(&mut response);
    }
    Ok(response)
}

async fn close(req: Req<permission::CalendarManage>) -> Result<HttpResponse, Problem> {
    let id: CalendarId = req.id("calendar_id")?;
    let CloseCalendarRequest {} = req.body()?;
    req.command::<CalendarResource, _, _>(StatusCode::OK, |call| {
        let portal = &req.state.portal;
        async move { portal.close_calendar(&call, id).await }
    })
    .await
}

async fn get(req: Req<permission::CalendarRead>) -> Result<HttpResponse, Problem> {
    let id: CalendarId = req.id("calendar_id")?;
    let calendar = req.state.portal.calendar(&req.call()?, id, look_back(&req)?).await?;
    req.represent::<CalendarResource>(&calendar, StatusCode::OK).await
}

async fn list(req: Req<permission::CalendarRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let filter = CalendarFilter {
        status: query.codes("status", &names(CalendarStatus::ALL, CalendarStatus::as_str)),
        account_id: query.ids::<AccountId>("account_id"),
    };
    query.finish()?;
    let page = req.state.portal.calendars(&req.call()?, &filter, &request).await?;
    let items = page.items.into_iter().filter_map(|row| {
        Some(CalendarSummary {
            id: row.calendar_id.parse().ok()?,
            account_id: row.account_id.parse().ok()?,
            status: row.status,
            opened_by: row.opened_by.parse().ok()?,
            opened_on: row.opened_on,
            version: row.version,
        })
    });
    Ok(json_page(&CalendarPage { items: items.collect(), next_cursor: page.next_cursor }))
}

async fn history(req: Req<permission::CalendarRead>) -> Result<HttpResponse, Problem> {
    let id: CalendarId = req.id("calendar_id")?;
    let (after, limit) = events::history_range(&req)?;
    let found = req.state.portal.calendar_history(&req.call()?, id, after, limit + 1).await?;
    Ok(events::history(&req.caller, found, limit))
}

/// The deadlines of an account, as calendar programs read them. The secret in the address is all the proof that is asked for.
async fn subscribe(anybody: Anybody) -> Result<HttpResponse, Problem> {
    Query::parse(anybody.http.query_string()).finish()?;
    let token = anybody.http.match_info().get("feed").unwrap_or_default();
    let portal = &anybody.state.portal;
    let feed = portal.calendar_feed(token.strip_suffix(".ics").unwrap_or(token)).await?;
    let text = feed::text(&feed, portal.policies(), portal.today());
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, cache_control(true)))
        .body(text))
}

const ID: &str = "cal_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

fn example() -> Value {
    json!({"id": ID, "version": 1, "account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "status": "open", "allowed_commands": ["close-calendar"],
        "opened_by": "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "opened_on": "2026-03-02"})
}

fn opened_example() -> Value {
    let mut example = example();
    if let Some(members) = example.as_object_mut() {
        let address = "/v1/calendar-feeds/mD0h1yXq2n7cVb5kT8wZr4sLfJ9gPaEuQ3oIxN6vKtY.ics";
        members.insert("address".to_owned(), json!(address));
    }
    example
}

fn closed_example() -> Value {
    let mut example = example();
    if let Some(members) = example.as_object_mut() {
        members.insert("version".to_owned(), json!(2));
        members.insert("status".to_owned(), json!("closed"));
        members.insert("allowed_commands".to_owned(), json!([]));
        members.insert("closed_by".to_owned(), json!("per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"));
        members.insert("closed_on".to_owned(), json!("2026-03-20"));
    }
    example
}

/// The operations on calendars.
pub fn operations() -> Vec<Operation> {
    let statuses = names(CalendarStatus::ALL, CalendarStatus::as_str);
    vec![
        Operation::post("/v1/calendars", "calendar_open", open)
            .about("calendars", "Open a calendar", "The answer holds the path at which a calendar program subscribes to the account's deadlines. It is shown this once; whoever has it needs no token, so treat it like a password. An account has at most 20 open calendars.")
            .takes::<OpenCalendarRequest>(json!({"account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"}))
            .answers::<CalendarView>(201, opened_example())
            .tagged()
            .problems(&[404])
            .leads_to("calendar_id", "$response.body#/id"),
        Operation::get("/v1/calendars", "calendars_list", list)
            .about("calendars", "List calendars", "Oldest first, without their addresses.")
            .paged()
            .parameter("status", "Only these statuses.", code_list(&statuses))
            .parameter("account_id", "Only of these accounts.", id_list("acc"))
            .answers::<CalendarPage>(200, json!({"items": [{"id": ID, "account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "status": "open", "opened_by": "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "opened_on": "2026-03-02", "version": 1}]})),
        Operation::get("/v1/calendars/{calendar_id}", "calendar_get", get)
            .about("calendars", "Read a calendar", "Without its address.")
            .looks_back()
            .answers::<CalendarView>(200, example())
            .tagged(),
        Operation::post("/v1/calendars/{calendar_id}/close-calendar", "calendar_close", close)
            .about("calendars", "Close a calendar", "Its address leads nowhere from now on, for everybody who has it.")
            .takes::<CloseCalendarRequest>(json!({}))
            .answers::<CalendarView>(200, closed_example())
            .tagged()
            .matching(Matching::Optional),
        Operation::get("/v1/calendars/{calendar_id}/events", "calendar_events", history)
            .about("calendars", "Read the history of a calendar", "Who opened and who closed it.")
            .parameter("after", "Only events after this sequence.", json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_007_199_254_740_991_i64}))
            .parameter("limit", "How many events at the most.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}))
            .answers::<events::EventPage>(200, events::example("calendar", "calendar.opened", ID)),
        Operation::get("/v1/calendar-feeds/{feed}", "calendar_feed_get", subscribe)
            .about("calendars", "Subscribe to deadlines", "The account's deadlines in the iCalendar format (RFC 5545): what runs, and what ended within the last 400 days, each as an entry of its last day with a reminder. The secret in the address is the proof; not found where it is none, or its calendar is closed.")
            .answers_text("text/calendar")
            .problems(&[404]),
    ]
}
