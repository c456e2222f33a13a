//! Deadlines: what is due, by whom, on what basis, and what became of it.

use super::{code, code_list, date_parameter, events, id_list, names};
use crate::http::Req;
use crate::http::answer::{cache_control, json_page};
use crate::http::command::mark_replayed;
use crate::operation::Operation;
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::policy::BasisKind;
use kernel::time::days_after;
use kernel::{AccountId, MembershipId, ObligationId, PersonId, PolicyTable, end_of_programme_day};
use membership::membership::Office;
use obligations::{Kind, Owner, Reason, Standing, clock};
use portal::access::{Caller, Ownership, permission};
use portal::read::obligations::ObligationRow;
use portal::{DueCount, ObligationFilter, Plan, PlanFilter, PortalError, allowed_commands};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Waive a deadline.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiveObligationRequest {
    /// Why, in words for the company. Must name no person.
    pub reason: Reason,
}

/// A deadline.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Obligation)]
pub struct ObligationView {
    /// Its id.
    pub id: ObligationId,
    /// How many events have changed it. That it is overdue is no event.
    pub version: i64,
    /// What kind of deadline it is.
    #[schema(inline, value_type = code::ObligationKindOut)]
    pub kind: Kind,
    /// What is due, as a heading.
    pub title: &'static str,
    /// What has to be done, in a sentence to whoever owes it.
    pub ask: &'static str,
    /// Who owes it.
    #[schema(inline, value_type = code::OwnerOut)]
    pub owner: Owner,
    /// The company's account.
    pub account_id: AccountId,
    /// The membership it is owed for.
    pub membership_id: MembershipId,
    /// What it is about, where several of the kind run at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Which one it is, from 1: the year of an annual review, the round of a review.
    pub occurrence: u32,
    /// How it stands today. Whether it is overdue is read off the day, so no job has to have run.
    #[schema(inline, value_type = code::StandingOfObligationOut)]
    pub status: Standing,
    /// What the caller can do now.
    pub allowed_commands: Vec<&'static str>,
    /// The day on which it started.
    pub started_on: NaiveDate,
    /// The first day on which it can be met, where that is not the day of its start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_on: Option<NaiveDate>,
    /// Its last day, which counts to its end in New York.
    pub due_on: NaiveDate,
    /// The end of that day: from this instant on it is overdue.
    pub overdue_at: DateTime<Utc>,
    /// Whether it was met after its last day.
    pub met_late: bool,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<NaiveDate>,
    /// The type of the event that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// Why it was waived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiver_reason: Option<String>,
    /// Who waived it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived_by: Option<PersonId>,
    /// What kind of source it rests on.
    #[schema(inline, value_type = code::BasisKindOut)]
    pub basis_kind: BasisKind,
    /// Where it is written that it is due, and what is doubtful about it.
    pub basis: String,
    /// The policy value that it rests on, where one says how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_key: Option<&'static str>,
    /// The version of the policy that it goes by.
    #[schema(max_length = 40)]
    pub policy_version: String,
}

/// A page of deadlines.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObligationPage {
    /// The deadlines.
    pub items: Vec<ObligationView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// How many of a kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ObligationCount)]
pub struct CountView {
    /// The kind of deadline.
    #[schema(inline, value_type = code::ObligationKindOut)]
    pub kind: String,
    /// Who owes them.
    #[schema(inline, value_type = code::OwnerOut)]
    pub owner: String,
    /// How many.
    pub count: i64,
}

/// A week of the plan.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ObligationWeek)]
pub struct WeekView {
    /// Its Monday.
    pub begins_on: NaiveDate,
    /// Its Sunday.
    pub ends_on: NaiveDate,
    /// How many fall due in it, from today on.
    pub count: i64,
    /// The same by kind.
    #[schema(max_items = 100)]
    pub by_kind: Vec<CountView>,
}

/// What falls due by week.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ObligationPlan)]
pub struct PlanView {
    /// The programme's date on which it was counted.
    pub counted_on: NaiveDate,
    /// How many are overdue.
    pub overdue: i64,
    /// The same by kind.
    #[schema(max_items = 100)]
    pub overdue_by_kind: Vec<CountView>,
    /// The current week and those that follow, also where nothing falls due.
    #[schema(max_items = 53)]
    pub weeks: Vec<WeekView>,
}

impl From<Plan> for PlanView {
    fn from(plan: Plan) -> Self {
        let counts = |due: Vec<DueCount>| -> (i64, Vec<CountView>) {
            let sum = due.iter().map(|count| count.count).sum();
            let view = |DueCount { kind, owner, count }| CountView { kind, owner, count };
            (sum, due.into_iter().map(view).collect())
        };
        let (overdue, overdue_by_kind) = counts(plan.overdue);
        let weeks = plan.weeks.into_iter().map(|week| {
            let (count, by_kind) = counts(week.due);
            WeekView { begins_on: week.begins_on, ends_on: days_after(week.begins_on, 6), count, by_kind }
        });
        Self { counted_on: plan.today, overdue, overdue_by_kind, weeks: weeks.collect() }
    }
}

/// A deadline as the caller sees it on a day; `None` for one of a kind that this programme does not know.
fn view(
    row: ObligationRow,
    policies: &PolicyTable,
    today: NaiveDate,
    allowed_commands: Vec<&'static str>,
) -> Option<ObligationView> {
    let obligation = row.obligation()?;
    let clock = clock(obligation.kind)?;
    let version = policies.versions().find(|version| version.name == obligation.policy_version);
    let values = version.unwrap_or_else(|| policies.in_force(obligation.started_on)).values.clone();
    let (basis_kind, basis) = clock.basis(&values);
    Some(ObligationView {
        id: obligation.id,
        version: row.version,
        kind: obligation.kind,
        title: clock.title,
        ask: clock.ask,
        owner: clock.owner,
        account_id: obligation.account_id,
        membership_id: obligation.membership_id,
        about: obligation.about.clone(),
        occurrence: obligation.occurrence,
        status: obligation.standing(today),
        allowed_commands,
        started_on: obligation.started_on,
        opens_on: obligation.opens_on,
        due_on: obligation.due_on,
        overdue_at: end_of_programme_day(obligation.due_on),
        met_late: obligation.was_met_late(),
        ended_on: obligation.ended_on,
        ended_by: row.ended_by,
        waiver_reason: row.waiver_reason,
        waived_by: row.waived_by.and_then(|id| id.parse().ok()),
        basis_kind,
        basis,
        policy_key: clock.policy_key(),
        policy_version: obligation.policy_version,
    })
}

/// What the state allows: what runs can be waived.
fn possible(row: &ObligationRow, caller: &Caller, owner: &Ownership) -> Vec<&'static str> {
    let running = row.ended.is_none().then_some("waive");
    allowed_commands(caller, owner, running)
}

fn one<P>(req: &Req<P>, row: ObligationRow, owner: &Ownership) -> Result<HttpResponse, Problem> {
    let portal = &req.state.portal;
    let commands = possible(&row, &req.caller, owner);
    let id = row.obligation_id.clone();
    let view = view(row, portal.policies(), portal.today(), commands)
        .ok_or_else(|| PortalError::Internal(format!("{id} is of an unknown kind")))?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, cache_control(false))).json(view))
}

async fn list(req: Req<permission::ObligationRead>) -> Result<HttpResponse, Problem> {
    let offices = names(Office::ALL, Office::as_str);
    let mut query = req.query();
    let request = query.page();
    let filter = ObligationFilter {
        standing: query
            .codes("status", &names(Standing::ALL, Standing::as_str))
            .iter()
            .filter_map(|code| Standing::parse(code))
            .collect(),
        kind: query.codes("kind", &names(Kind::ALL, Kind::as_str)),
        owner: query.codes("owner", &names(Owner::ALL, Owner::as_str)),
        account_id: query.ids::<AccountId>("account_id"),
        membership_id: query.ids::<MembershipId>("membership_id"),
        office: query.codes("office", &offices),
        specialist_id: query.ids::<PersonId>("specialist_id"),
        due_on_or_after: query.date("due_on_or_after"),
        due_on_or_before: query.date("due_on_or_before"),
    };
    query.finish()?;
    let portal = &req.state.portal;
    let page = portal.obligations(&req.call()?, &filter, &request).await?;
    let (policies, today) = (portal.policies(), portal.today());
    let items = page.items.into_iter().filter_map(|row| {
        // Whose it is is enough for what a list tells: the office was asked in the query.
        let owner = Ownership { account_id: row.account_id.parse().ok(), ..Ownership::default() };
        let commands = possible(&row, &req.caller, &owner);
        view(row, policies, today, commands)
    });
    Ok(json_page(&ObligationPage { items: items.collect(), next_cursor: page.next_cursor }))
}

async fn by_week(req: Req<permission::ObligationPlan>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let weeks = query.number("weeks", 1, 53).and_then(|weeks| u32::try_from(weeks).ok()).unwrap_or(WEEKS);
    let owner = query.codes("owner", &names(Owner::ALL, Owner::as_str));
    let office = query.codes("office", &names(Office::ALL, Office::as_str));
    let mut specialist_id = query.many("specialist_id", |text| match text {
        "me" => Ok(()),
        id => id.parse::<PersonId>().map(|_| ()).map_err(|_| "must be a person id, or me".to_owned()),
    });
    query.finish()?;
    for id in specialist_id.iter_mut().filter(|id| *id == "me") {
        *id = req.caller.person_id.to_string();
    }
    let filter = PlanFilter { owner, office, specialist_id, weeks };
    let plan = req.state.portal.obligations_by_week(&req.call()?, &filter).await?;
    Ok(json_page(&PlanView::from(plan)))
}

async fn get(req: Req<permission::ObligationRead>) -> Result<HttpResponse, Problem> {
    let id: ObligationId = req.id("obligation_id")?;
    req.query().finish()?;
    let (row, owner) = req.state.portal.obligation(&req.call()?, id).await?;
    one(&req, row, &owner)
}

async fn waive(req: Req<permission::ObligationWaive>) -> Result<HttpResponse, Problem> {
    let id: ObligationId = req.id("obligation_id")?;
    let WaiveObligationRequest { reason } = req.body()?;
    let call = req.call()?;
    let portal = &req.state.portal;
    let ((row, owner), replayed) = req
        .once(
            &call,
            || portal.waive_obligation(&call, id, reason.clone()),
            |_, _| portal.obligation(&call, id),
        )
        .await?;
    let mut response = one(&req, row, &owner)?;
    if replayed {
        mark_replayed(&mut response);
    }
    Ok(response)
}

async fn history(req: Req<permission::ObligationRead>) -> Result<HttpResponse, Problem> {
    let id: ObligationId = req.id("obligation_id")?;
    let (after, limit) = events::history_range(&req)?;
    let found = req.state.portal.obligation_history(&req.call()?, id, after, limit + 1).await?;
    Ok(events::history(&req.caller, found, limit))
}

/// How many weeks a plan has when nobody asks for a number.
const WEEKS: u32 = 12;

fn specialists() -> Value {
    json!({"type": "array", "maxItems": 50, "items": {"type": "string", "maxLength": 36, "pattern": "^(me|per_[0-9a-f]{32})$"}})
}

const ID: &str = "obl_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

fn example() -> Value {
    let title = clock(Kind::ApplicationProfile).map(|clock| (clock.title, clock.ask)).unwrap_or_default();
    json!({
        "id": ID, "version": 1, "kind": "application_profile", "title": title.0, "ask": title.1, "owner": "company",
        "account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "membership_id": "mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "occurrence": 1, "status": "open", "allowed_commands": [], "started_on": "2026-03-02", "due_on": "2026-04-01",
        "overdue_at": "2026-04-02T04:00:00Z", "met_late": false, "basis_kind": "secondary_source",
        "basis": "Handbook 3.3 and 14. Sources conflict: 30 days in secondary sources, 60 in an older portal manual.",
        "policy_key": "application_profile_days", "policy_version": "initial",
    })
}

fn waived_example() -> Value {
    let mut example = example();
    if let Some(members) = example.as_object_mut() {
        members.insert("version".to_owned(), json!(2));
        members.insert("status".to_owned(), json!("waived"));
        members.insert("ended_on".to_owned(), json!("2026-03-20"));
        members.insert("ended_by".to_owned(), json!("obligation.waived"));
        members.insert(
            "waiver_reason".to_owned(),
            json!("The company's offices were closed by the flood of 9 March."),
        );
        members.insert("waived_by".to_owned(), json!("per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"));
    }
    example
}

/// The operations on deadlines.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/obligations", "obligations_list", list)
            .about("obligations", "List deadlines", "By their last days, the earliest first. Whether one is overdue is read off the day. A company sees those of its own memberships, whoever owes them; staff those of the memberships that they look after.")
            .paged()
            .parameter("status", "Only those that stand like this today.", code_list(&names(Standing::ALL, Standing::as_str)))
            .parameter("kind", "Only these kinds.", code_list(&names(Kind::ALL, Kind::as_str)))
            .parameter("owner", "Only those that these owe.", code_list(&names(Owner::ALL, Owner::as_str)))
            .parameter("account_id", "Only of these accounts.", id_list("acc"))
            .parameter("membership_id", "Only of these memberships.", id_list("mbr"))
            .parameter("office", "Only of memberships that these offices look after.", code_list(&names(Office::ALL, Office::as_str)))
            .parameter("specialist_id", "Only of memberships that these specialists look after.", id_list("per"))
            .parameter("due_on_or_after", "Only those whose last day is this one or later.", date_parameter())
            .parameter("due_on_or_before", "Only those whose last day is this one or earlier.", date_parameter())
            .answers::<ObligationPage>(200, json!({"items": [example()]})),
        Operation::get("/v1/obligations-by-week", "obligation_weeks_list", by_week)
            .about("obligations", "See what falls due by week", "Deadlines that run, counted over the memberships that the caller looks after: what is overdue, and what falls due from today on, in weeks from Monday to Sunday. `/v1/obligations` with `due_on_or_after` and `due_on_or_before` lists those of a week.")
            .parameter("weeks", "How many weeks, the current one included.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 53, "default": WEEKS}))
            .parameter("owner", "Only those that these owe.", code_list(&names(Owner::ALL, Owner::as_str)))
            .parameter("office", "Only of memberships that these offices look after.", code_list(&names(Office::ALL, Office::as_str)))
            .parameter("specialist_id", "Only of memberships that these specialists look after; `me` is the caller.", specialists())
            .answers::<PlanView>(200, json!({
                "counted_on": "2026-03-04", "overdue": 1,
                "overdue_by_kind": [{"kind": "profile_review", "owner": "specialist", "count": 1}],
                "weeks": [{"begins_on": "2026-03-02", "ends_on": "2026-03-08", "count": 2,
                    "by_kind": [{"kind": "application_profile", "owner": "company", "count": 2}]}],
            })),
        Operation::get("/v1/obligations/{obligation_id}", "obligation_get", get)
            .about("obligations", "Read a deadline", "What is due, by whom, on what basis and by which version of the policy, and what became of it. It follows from the events of its membership, so it has no ETag: it is overdue without any event.")
            .answers::<ObligationView>(200, example()),
        Operation::post("/v1/obligations/{obligation_id}/waive", "obligation_waive", waive)
            .about("obligations", "Waive a deadline", "Whoever owes it is let off, with a reason. What runs can be waived, overdue or not. A rule of the programme that ends something on a day, such as an application without a security profile, stays in force.")
            .takes::<WaiveObligationRequest>(json!({"reason": "The company's offices were closed by the flood of 9 March."}))
            .answers::<ObligationView>(200, waived_example()),
        Operation::get("/v1/obligations/{obligation_id}/events", "obligation_events", history)
            .about("obligations", "Read the history of a deadline", "What is recorded of the deadline itself: that a last day has passed, and that it was waived. What started, moved or met it is in the history of its membership.")
            .parameter("after", "Only events after this sequence.", json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_007_199_254_740_991_i64}))
            .parameter("limit", "How many events at the most.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}))
            .answers::<events::EventPage>(200, events::example("obligation", "obligation.waived", ID)),
    ]
}
