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
use incident::{
    AcceptResponse, AddStatement, BeginReview, Close, Compare, CompleteAction, ConcludePart, EraseText,
    InvolveAccount, Kind, RemoveAccount, Reopen, RequestAnalysis, ReturnResponse, Risk, Status,
    SubmitAnalysis, Triage, UndoComparison,
};
use kernel::{AccountId, IncidentId};
use portal::access::{Permission, permission};
use portal::{IncidentFilter, NewAction};
use request::{
    AcceptResponseRequest, AddIncidentStatementRequest, BeginReviewRequest, CloseIncidentRequest,
    CompareIncidentsRequest, CompleteActionRequest, ConcludePartRequest, CorrectFactsRequest,
    EraseTextRequest, InvolveAccountRequest, PlanActionsRequest, RemoveAccountRequest, ReopenIncidentRequest,
    ReportIncidentRequest, RequestAnalysisRequest, ReturnResponseRequest, SubmitAnalysisRequest,
    TriageIncidentRequest, UndoComparisonRequest,
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
        probable_duplicates: !query.codes("duplicates", &["probable"]).is_empty(),
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

async fn request_analysis(req: Req<permission::IncidentReview>) -> Result<HttpResponse, Problem> {
    let RequestAnalysisRequest { account_id, due_on } = req.body()?;
    review(&req, RequestAnalysis { account_id, due_on }).await
}

async fn accept_response(req: Req<permission::IncidentReview>) -> Result<HttpResponse, Problem> {
    let AcceptResponseRequest { account_id, due_on } = req.body()?;
    review(&req, AcceptResponse { account_id, due_on }).await
}

async fn return_response(req: Req<permission::IncidentReview>) -> Result<HttpResponse, Problem> {
    let ReturnResponseRequest { account_id, reason, due_on } = req.body()?;
    review(&req, ReturnResponse { account_id, reason, due_on }).await
}

async fn conclude_part(req: Req<permission::IncidentReview>) -> Result<HttpResponse, Problem> {
    let ConcludePartRequest { account_id, conclusion, basis } = req.body()?;
    review(&req, ConcludePart { account_id, conclusion, basis }).await
}

async fn submit_analysis(req: Req<permission::IncidentRespond>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let SubmitAnalysisRequest { account_id, root_cause, failed_criteria } = req.body()?;
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let (portal, texts, failed) = (&req.state.portal, vec![root_cause.clone()], failed_criteria.clone());
        async move {
            portal
                .on_incident(&call, id, Permission::IncidentRespond, Some(account_id), texts, |digests| {
                    let root_cause = digests.into_iter().next()?;
                    let failed_criteria = failed.clone();
                    Some(SubmitAnalysis { account_id, root_cause, failed_criteria }.into())
                })
                .await
        }
    })
    .await
}

async fn submit_plan(req: Req<permission::IncidentRespond>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let PlanActionsRequest { account_id, actions } = req.body()?;
    let actions: Vec<NewAction> = actions
        .into_iter()
        .map(|action| NewAction {
            description: action.description,
            owner: action.owner,
            due_on: action.due_on,
        })
        .collect();
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let (portal, actions) = (&req.state.portal, actions.clone());
        async move { portal.plan_actions(&call, id, account_id, actions).await }
    })
    .await
}

async fn complete_action(req: Req<permission::IncidentRespond>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let CompleteActionRequest { account_id, number } = req.body()?;
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let portal = &req.state.portal;
        async move {
            portal
                .on_incident(&call, id, Permission::IncidentRespond, Some(account_id), Vec::new(), |_| {
                    Some(CompleteAction { account_id, number }.into())
                })
                .await
        }
    })
    .await
}

/// Closing and opening again.
async fn lead(
    req: &Req<permission::IncidentClose>,
    command: impl Into<incident::IncidentCommand>,
) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let command = command.into();
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let (portal, command) = (&req.state.portal, command.clone());
        async move {
            portal
                .on_incident(&call, id, Permission::IncidentClose, None, Vec::new(), |_| {
                    Some(command.clone())
                })
                .await
        }
    })
    .await
}

async fn close(req: Req<permission::IncidentClose>) -> Result<HttpResponse, Problem> {
    let CloseIncidentRequest { outcome, basis } = req.body()?;
    lead(&req, Close { outcome, basis }).await
}

async fn reopen(req: Req<permission::IncidentClose>) -> Result<HttpResponse, Problem> {
    let ReopenIncidentRequest { reason } = req.body()?;
    lead(&req, Reopen { reason }).await
}

async fn compare(req: Req<permission::IncidentReview>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let CompareIncidentsRequest { incident_id, verdict, reason } = req.body()?;
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let (portal, reason) = (&req.state.portal, reason.clone());
        async move {
            let command = |other| Compare { other, verdict, reason: reason.clone() }.into();
            portal.compare_incidents(&call, id, incident_id, command).await
        }
    })
    .await
}

async fn undo_comparison(req: Req<permission::IncidentReview>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let UndoComparisonRequest { incident_id, reason } = req.body()?;
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let (portal, reason) = (&req.state.portal, reason.clone());
        async move {
            let command = |other| UndoComparison { other, reason: reason.clone() }.into();
            portal.compare_incidents(&call, id, incident_id, command).await
        }
    })
    .await
}

async fn correct(req: Req<permission::IncidentCorrect>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let body: CorrectFactsRequest = req.body()?;
    let command = body.read().map_err(Problem::invalid)?;
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let (portal, command) = (&req.state.portal, command.clone());
        async move { portal.correct_incident(&call, id, command).await }
    })
    .await
}

async fn erase_text(req: Req<permission::IncidentErase>) -> Result<HttpResponse, Problem> {
    let id: IncidentId = req.id("incident_id")?;
    let EraseTextRequest { number, reason } = req.body()?;
    req.command::<IncidentResource, _, _>(StatusCode::OK, |call| {
        let (portal, command) = (&req.state.portal, EraseText { number, reason: reason.clone() });
        async move { portal.erase_incident_text(&call, id, command).await }
    })
    .await
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
            .problems(&[404])
            .leads_to("incident_id", "$response.body#/id"),
        Operation::get("/v1/incidents", "incidents_list", list)
            .about("incidents", "List incidents", "Oldest first. For CBP all of them; for a company the parts that its own accounts have in them, one item for each account.")
            .paged()
            .parameter("status", "Only these statuses.", code_list(&statuses()))
            .parameter("kind", "Only these kinds.", code_list(&names(Kind::ALL, Kind::as_str)))
            .parameter("account_id", "Only those that involve these accounts.", id_list("acc"))
            .parameter("number", "Only those with these numbers of containers, seals, entries or seizures; separators and case do not matter. A company finds what it reported.", number_parameter())
            .parameter("risk", "Only those that CBP finds so urgent. Companies are not told, and find nothing.", code_list(&names(Risk::ALL, Risk::as_str)))
            .parameter("duplicates", "Only those that look like others which nobody has compared with them: by a number, or by place, or account and kind, at about the same time. Companies are not told, and find nothing.", code_list(&["probable"]))
            .parameter("due_on_or_before", "Only those of which something is due on this day or before: from CBP, and for a company from its account.", date_parameter())
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
        on_one("request-analysis", "incident_request_analysis", request_analysis)
            .about("incidents", "Ask for an analysis", "Of one account, with a last day. Again, where CBP comes back to an account after a conclusion.")
            .takes::<RequestAnalysisRequest>(json!({"account_id": ACCOUNT})),
        on_one("submit-analysis", "incident_submit_analysis", submit_analysis)
            .about("incidents", "Hand in the analysis", "The root cause, and the criteria of the edition in force that failed. By officers and employees.")
            .takes::<SubmitAnalysisRequest>(json!({"account_id": ACCOUNT, "root_cause": "The spare seals lay open in the guard house.", "failed_criteria": ["6.1"]})),
        on_one("plan-actions", "incident_plan_actions", submit_plan)
            .about("incidents", "Hand in the corrective plan", "Immediate and lasting actions, each with a contact of the account who sees to it and a day. By officers and employees.")
            .takes::<PlanActionsRequest>(json!({"account_id": ACCOUNT, "actions": [{"description": "Keep spare seals in the safe.", "owner": "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "due_on": "2026-04-30"}]})),
        on_one("accept-response", "incident_accept_response", accept_response)
            .about("incidents", "Take what was handed in", "After an analysis the account owes a corrective plan; after a plan it is watched while it carries it out.")
            .takes::<AcceptResponseRequest>(json!({"account_id": ACCOUNT})),
        on_one("return-response", "incident_return_response", return_response)
            .about("incidents", "Give back what was handed in", "An analysis or a plan, with what is missing and a new last day.")
            .takes::<ReturnResponseRequest>(json!({"account_id": ACCOUNT, "reason": "Say who checks the seals at the yard."})),
        on_one("complete-action", "incident_complete_action", complete_action)
            .about("incidents", "Say that an action is done", "While the plan is carried out. Saying it again changes nothing.")
            .takes::<CompleteActionRequest>(json!({"account_id": ACCOUNT, "number": 1})),
        on_one("conclude-part", "incident_conclude_part", conclude_part)
            .about("incidents", "Come to a conclusion about an account", "With its basis. That something is mended only when every action is done and the watching is over.")
            .takes::<ConcludePartRequest>(json!({"account_id": ACCOUNT, "conclusion": "no_fault", "basis": "The company followed its own procedures and has improved them."})),
        on_one("close-incident", "incident_close", close)
            .about("incidents", "Close an incident", "By a supervisor or the programme director, once nothing goes on with any account.")
            .takes::<CloseIncidentRequest>(json!({"outcome": "confirmed", "basis": "The seal was changed on the road."})),
        on_one("reopen-incident", "incident_reopen", reopen)
            .about("incidents", "Open an incident again", "With a reason. Parts stay as they were concluded; CBP may ask an account again.")
            .takes::<ReopenIncidentRequest>(json!({"reason": "The laboratory found residues."})),
        on_one("correct-facts", "incident_correct_facts", correct)
            .about("incidents", "Correct or complete what is known", "Members that are absent stay as they are. Both values stay visible, with who corrected them and why. Staff until it is closed; the company that reported, until CBP has said how urgent it is.")
            .takes::<CorrectFactsRequest>(json!({"quantity": "13 cartons", "reason": "Counted again at the yard."})),
        on_one("erase-text", "incident_erase_text", erase_text)
            .about("incidents", "Erase a text", "A narrative, a statement, a root cause or an action that names somebody. It is deleted for good; that it was, and why, stays on record.")
            .takes::<EraseTextRequest>(json!({"number": 1, "reason": "It named a driver who had nothing to do with it."})),
        on_one("compare", "incident_compare", compare)
            .about("incidents", "Compare with another incident", "Says whether the two are the same, with a reason. Nothing is merged: both keep their records, and both say so.")
            .takes::<CompareIncidentsRequest>(json!({"incident_id": example::OTHER, "verdict": "same", "reason": "One seizure, entered by two offices."})),
        on_one("undo-comparison", "incident_undo_comparison", undo_comparison)
            .about("incidents", "Take a comparison back", "Of both incidents, with a reason. What had been found stays in the histories.")
            .takes::<UndoComparisonRequest>(json!({"incident_id": example::OTHER, "reason": "The seizure numbers differ in the last digit."})),
        Operation::get("/v1/incidents/{incident_id}/events", "incident_events", history)
            .about("incidents", "Read the history of an incident", "For CBP every event, in order; for a company those that concern the whole or its own accounts. What only staff read is left out.")
            .parameter("after", "Only events after this sequence.", json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_007_199_254_740_991_i64}))
            .parameter("limit", "How many events at the most.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}))
            .answers::<events::EventPage>(200, events::example("incident", "incident.reported", example::ID)),
    ]
}
