//! Security incidents: reporting them, the accounts that they involve, CBP's review.

mod example;
mod request;
mod view;

use super::{code_list, date_parameter, events, id_list, look_back, names};
use crate::http::Req;
use crate::http::answer::json_page;
use crate::http::request::Declares;
use crate::operation::{Matching, Operation};
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use incident::{AddStatement, BeginReview, InvolveAccount, Kind, RemoveAccount, Risk, Status, Triage};
use kernel::{AccountId, IncidentId};
use portal::IncidentFilter;
use portal::access::{Permission, permission};
use request::{
    AddIncidentStatementRequest, BeginReviewRequest, InvolveAccountRequest, RemoveAccountRequest,
    ReportIncidentRequest, TriageIncidentRequest,
};
use serde_json::{Value, json};
use std::future::Future;
use view::{IncidentPage, IncidentResource, IncidentView};

async fn report(req: Req<permission::IncidentReport>) -> Result<HttpResponse, Problem> {
    let body: ReportIncidentRequest = req.body()?;
    let new = body.read().map_err(Problem::invalid)?;
    req.command::<IncidentResource, _, _>(StatusCode::CREATED, |call| {
        let (portal, new) = (&req.state.portal, new.clone());
        async move { portal.report_incident(&call, new).await }
    })
    .await
}

async fn list(req: Req<permission::IncidentRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let number = query.many("number", |value| {
        let fits = (1..=kernel::cargo::MAX_TYPED).contains(&value.chars().count());
        if fits { Ok(()) } else { Err("must have 1 to 40 characters".to_owned()) }
    });
    let filter = IncidentFilter {
        status: query.codes("status", &statuses()),
        kind: query.codes("kind", &names(Kind::ALL, Kind::as_str)),
        account_id: query.ids::<AccountId>("account_id"),
        number: number.iter().map(|typed| kernel::cargo::normal_form(typed)).collect(),
        risk: query.codes("risk", &names(Risk::ALL, Risk::as_str)),
        due_on_or_before: query.date("due_on_or_before"),
    };
    query.finish()?;
    Ok(json_page(&IncidentPage::from(req.state.portal.incidents(&req.call()?, &filter, &request).await?)))
}

async fn get(req: Req<permission::IncidentRead>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let found = req.state.portal.incident(&req.call()?, id, look_back(&req)?).await?;
    req.represent::<IncidentResource>(&found, StatusCode::OK).await
}

async fn history(req: Req<permission::IncidentRead>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let (after, limit) = events::history_range(&req)?;
    let found = req.state.portal.incident_history(&req.call()?, id, after, limit + 1).await?;
    Ok(events::history(&req.caller, found, limit))
}

async fn add_statement(req: Req<permission::IncidentReport>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let AddIncidentStatementRequest { account_id, text } = req.body()?;
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let (portal, texts) = (&req.state.portal, vec![text.clone()]);
        async move {
            portal
                .on_incident(&call, id, Permission::IncidentReport, account_id, texts, |digests| {
                    digests.into_iter().map(|text| AddStatement { account_id, text }.into()).next()
                })
                .await
        }
    })
    .await
}

async fn involve_account(req: Req<permission::IncidentReview>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let InvolveAccountRequest { account_id, role, disclosed } = req.body()?;
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let command = InvolveAccount { account_id, role, disclosed: disclosed.clone() };
        let portal = &req.state.portal;
        async move { portal.involve_account(&call, id, command).await }
    })
    .await
}

/// A step of CBP's review, which needs nothing but the state.
async fn review(
    req: &Req<permission::IncidentReview>,
    command: impl Into<incident::IncidentCommand>,
) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let command = command.into();
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let (portal, command) = (&req.state.portal, command.clone());
        async move {
            portal
                .on_incident(&call, id, Permission::IncidentReview, None, Vec::new(), |_| {
                    Some(command.clone())
                })
                .await
        }
    })
    .await
}

async fn remove_account(req: Req<permission::IncidentReview>) -> Result<HttpResponse, Problem> {
    let RemoveAccountRequest { account_id, reason } = req.body()?;
    review(&req, RemoveAccount { account_id, reason }).await
}

async fn triage(req: Req<permission::IncidentReview>) -> Result<HttpResponse, Problem> {
    let TriageIncidentRequest { risk, basis } = req.body()?;
    review(&req, Triage { risk, basis }).await
}

async fn begin_review(req: Req<permission::IncidentReview>) -> Result<HttpResponse, Problem> {
    let BeginReviewRequest {} = req.body()?;
    review(&req, BeginReview {}).await
}

fn statuses() -> Vec<&'static str> {
    let all = names(Status::ALL, Status::as_str);
    all.into_iter().filter(|status| *status != Status::NotReported.as_str()).collect()
}

fn on_one<A, F, Fut>(verb: &str, id: &'static str, handler: F) -> Operation
where
    A: Declares + 'static,
    F: Fn(A) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    Operation::post(&format!("/v1/incidents/{{incident_id}}/{verb}"), id, handler)
        .answers::<IncidentView>(200, example::after(verb))
        .tagged()
        .matching(Matching::Optional)
}

fn number_parameter() -> Value {
    json!({"type": "array", "maxItems": 50, "items": {"type": "string", "minLength": 1, "maxLength": 40, "pattern": "^[A-Za-z0-9 ./-]+$"}})
}

const ACCOUNT: &str = "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

/// The operations on incidents.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/v1/incidents", "incident_report", report)
            .about("incidents", "Report an incident", "By anyone who knows: a company about itself, as the agreement asks \"as soon as feasible\", or CBP. Moments are spans, as surely as they are known; an order of times that is impossible is refused. The answer says what a complete record still needs.")
            .takes::<ReportIncidentRequest>(example::report())
            .answers::<IncidentView>(201, example::after("report"))
            .tagged()
            .leads_to("incident_id", "$response.body#/id"),
        Operation::get("/v1/incidents", "incidents_list", list)
            .about("incidents", "List incidents", "Oldest first. For CBP all of them; for a company the parts that its own accounts have in them, one item for each account.")
            .paged()
            .parameter("status", "Only these statuses.", code_list(&statuses()))
            .parameter("kind", "Only these kinds.", code_list(&names(Kind::ALL, Kind::as_str)))
            .parameter("account_id", "Only those that involve these accounts.", id_list("acc"))
            .parameter("number", "Only those with these numbers of containers, seals, entries or seizures; separators and case do not matter. A company finds what it reported.", number_parameter())
            .parameter("risk", "Only those that CBP finds so urgent. Companies are not told, and find nothing.", code_list(&names(Risk::ALL, Risk::as_str)))
            .parameter("due_on_or_before", "Only those of which CBP owes something on this day or before. Companies are not told, and find nothing.", date_parameter())
            .answers::<IncidentPage>(200, example::page()),
        Operation::get("/v1/incidents/{incident_id}", "incident_get", get)
            .about("incidents", "Read an incident", "CBP reads all of it. Whoever reported it reads the report; another account learns the kind and what CBP disclosed to it. Nobody of a company learns of the other companies.")
            .looks_back()
            .answers::<IncidentView>(200, example::after("report"))
            .tagged(),
        on_one("add-statement", "incident_add_statement", add_statement)
            .about("incidents", "Add a statement", "A company that is involved says what it has to say; staff say something to one account, or among themselves where they name none.")
            .takes::<AddIncidentStatementRequest>(json!({"account_id": ACCOUNT, "text": "The driver stopped twice; the log of the tracker is with us."})),
        on_one("involve-account", "incident_involve_account", involve_account)
            .about("incidents", "Name an account that it involves", "One incident can touch several accounts. Naming one again changes its role and what it is shown.")
            .takes::<InvolveAccountRequest>(json!({"account_id": ACCOUNT, "role": "carrier", "disclosed": ["times", "place", "numbers"]})),
        on_one("remove-account", "incident_remove_account", remove_account)
            .about("incidents", "Take an account out", "One that was named by mistake; it is shown nothing any more. Not the account that reported.")
            .takes::<RemoveAccountRequest>(json!({"account_id": ACCOUNT, "reason": "Another company of the same name."})),
        on_one("triage", "incident_triage", triage)
            .about("incidents", "Say how urgent it is", "With the criteria by which it was found so. It can be said again, which changes no status.")
            .takes::<TriageIncidentRequest>(json!({"risk": "high", "basis": "A seal was changed on a route with earlier seizures."})),
        on_one("begin-review", "incident_begin_review", begin_review)
            .about("incidents", "Begin the review", "Once it is known how urgent it is.")
            .takes::<BeginReviewRequest>(json!({})),
        Operation::get("/v1/incidents/{incident_id}/events", "incident_events", history)
            .about("incidents", "Read the history of an incident", "For CBP every event, in order; for a company those that concern the whole or its own accounts. What only staff read is left out.")
            .parameter("after", "Only events after this sequence.", json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_007_199_254_740_991_i64}))
            .parameter("limit", "How many events at the most.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}))
            .answers::<events::EventPage>(200, events::example("incident", "incident.reported", example::ID)),
    ]
}
