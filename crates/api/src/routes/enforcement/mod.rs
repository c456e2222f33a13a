//! The register of enforcement actions, and the appeals against them.

pub mod example;
pub mod request;
pub mod view;

use super::{code_list, date_parameter, events, id_list, look_back, names};
use crate::http::answer::json_page;
use crate::http::{Declares, Req};
use crate::operation::{Matching, Operation};
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use kernel::{AccountId, AppealId, EnforcementActionId, MembershipId, PersonId};
use membership::enforcement as enf;
use portal::access::{PermissionType, permission};
use portal::{AppealFilter, EnforcementFilter};
use request::{
    CorrectEntryRequest, DenyAppealRequest, FileAppealRequest, GrantAppealRequest,
    SubmitCorrectivePlanRequest, WithdrawAppealRequest,
};
use serde_json::{Value, json};
use uuid::Uuid;
use view::{
    AppealPage, AppealView, EnforcementActionPage, EnforcementActionResource, EnforcementActionView,
    ReasonList, RecommendationPage,
};

async fn list(req: Req<permission::EnforcementRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let filter = EnforcementFilter {
        account_id: query.ids::<AccountId>("account_id"),
        membership_id: query.ids::<MembershipId>("membership_id"),
        action: query.codes("action", &names(enf::EnforcementKind::ALL, enf::EnforcementKind::as_str)),
        reason: query.codes("reason", &names(enf::ReasonCode::ALL, enf::ReasonCode::as_str)),
        status: query.codes("status", &names(enf::ActionStatus::ALL, enf::ActionStatus::as_str)),
        scope: query.codes("scope", &names(enf::Scope::ALL, enf::Scope::as_str)),
        decided_by: query.ids::<PersonId>("decided_by"),
        decided_from: query.date("decided_from"),
        decided_to: query.date("decided_to"),
        newest_first: query.code("sort", &["id", "-id"]).is_some_and(|sort| sort == "-id"),
    };
    query.finish()?;
    let page = req.state.portal.enforcement_actions(&req.call()?, &filter, &request).await?;
    Ok(json_page(&EnforcementActionPage::from(page)))
}

async fn get(req: Req<permission::EnforcementRead>) -> Result<HttpResponse, Problem> {
    let id: EnforcementActionId = req.id("enforcement_action_id")?;
    let action = req.state.portal.enforcement_action(&req.call()?, id, look_back(&req)?).await?;
    req.represent::<EnforcementActionResource>(&action, StatusCode::OK).await
}

async fn history(req: Req<permission::EnforcementRead>) -> Result<HttpResponse, Problem> {
    let id: EnforcementActionId = req.id("enforcement_action_id")?;
    let (after, limit) = events::history_range(&req)?;
    let found = req.state.portal.enforcement_history(&req.call()?, id, after, limit + 1).await?;
    Ok(events::history(&req.caller, found, limit))
}

/// Every command on one entry goes the same way.
async fn command<P: PermissionType>(
    req: &Req<P>,
    ask: impl Fn() -> enf::EnforcementCommand + Sync,
) -> Result<HttpResponse, Problem> {
    let id: EnforcementActionId = req.id("enforcement_action_id")?;
    let ask = &ask;
    req.command::<EnforcementActionResource, _, _>(StatusCode::OK, |call| async move {
        req.state.portal.on_enforcement_action(&call, id, P::PERMISSION, ask).await
    })
    .await
}

async fn submit_plan(req: Req<permission::EnforcementAnswer>) -> Result<HttpResponse, Problem> {
    let _: EnforcementActionId = req.id("enforcement_action_id")?;
    let body: SubmitCorrectivePlanRequest = req.body()?;
    let plan = body.plan();
    command(&req, || enf::SubmitCorrectivePlan { plan: plan.clone() }.into()).await
}

async fn correct_entry(req: Req<permission::EnforcementDecide>) -> Result<HttpResponse, Problem> {
    let _: EnforcementActionId = req.id("enforcement_action_id")?;
    let body: CorrectEntryRequest = req.body()?;
    command(&req, || {
        let CorrectEntryRequest { field, value, reason } = body.clone();
        enf::CorrectEntry { field, value, reason }.into()
    })
    .await
}

async fn file_appeal(req: Req<permission::AppealFile>) -> Result<HttpResponse, Problem> {
    let _: EnforcementActionId = req.id("enforcement_action_id")?;
    let FileAppealRequest { grounds } = req.body()?;
    let appeal_id = AppealId::new(Uuid::now_v7());
    command(&req, || enf::FileAppeal { appeal_id, grounds: grounds.clone() }.into()).await
}

async fn withdraw_appeal(req: Req<permission::AppealFile>) -> Result<HttpResponse, Problem> {
    let _: EnforcementActionId = req.id("enforcement_action_id")?;
    let WithdrawAppealRequest { text } = req.body()?;
    command(&req, || enf::WithdrawAppeal { text: text.clone() }.into()).await
}

async fn grant_appeal(req: Req<permission::AppealDecide>) -> Result<HttpResponse, Problem> {
    let _: EnforcementActionId = req.id("enforcement_action_id")?;
    let GrantAppealRequest { text, identifier_conflict_reason } = req.body()?;
    command(&req, || {
        let identifier_conflict_reason = identifier_conflict_reason.clone();
        enf::DecideAppeal { granted: true, text: text.clone(), identifier_conflict_reason }.into()
    })
    .await
}

async fn deny_appeal(req: Req<permission::AppealDecide>) -> Result<HttpResponse, Problem> {
    let _: EnforcementActionId = req.id("enforcement_action_id")?;
    let DenyAppealRequest { text } = req.body()?;
    command(&req, || {
        enf::DecideAppeal { granted: false, text: text.clone(), identifier_conflict_reason: None }.into()
    })
    .await
}

async fn recommendations(req: Req<permission::EnforcementReview>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let action = query.codes("action", &names(enf::EnforcementKind::ALL, enf::EnforcementKind::as_str));
    query.finish()?;
    let page = req.state.portal.enforcement_recommendations(&req.call()?, action, &request).await?;
    Ok(json_page(&RecommendationPage::from(page)))
}

async fn appeals(req: Req<permission::EnforcementRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let filter = AppealFilter {
        account_id: query.ids::<AccountId>("account_id"),
        membership_id: query.ids::<MembershipId>("membership_id"),
        enforcement_action_id: query.ids::<EnforcementActionId>("enforcement_action_id"),
        status: query.codes("status", &names(enf::AppealStatus::ALL, enf::AppealStatus::as_str)),
        due_on_or_before: query.date("due_on_or_before"),
    };
    query.finish()?;
    let page = req.state.portal.appeals(&req.call()?, &filter, &request).await?;
    Ok(json_page(&AppealPage::from(page)))
}

async fn appeal(req: Req<permission::EnforcementRead>) -> Result<HttpResponse, Problem> {
    let id: AppealId = req.id("appeal_id")?;
    req.query().finish()?;
    let (action, appeal) = req.state.portal.appeal(&req.call()?, id).await?;
    let entry = action.state.entry.as_ref().ok_or(portal::PortalError::NotFound)?;
    req.tagged(&AppealView::of(entry, &appeal), false)
}

async fn reasons(req: Req<permission::ReferenceRead>) -> Result<HttpResponse, Problem> {
    req.query().finish()?;
    Ok(json_page(&ReasonList::all()))
}

fn on_one<A, F, Fut>(verb: &str, id: &'static str, handler: F) -> Operation
where
    A: Declares + 'static,
    F: Fn(A) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    Operation::post(&format!("/v1/enforcement-actions/{{enforcement_action_id}}/{verb}"), id, handler)
        .answers::<EnforcementActionView>(200, example::after(verb))
        .tagged()
        .matching(Matching::Optional)
}

fn codes<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Value {
    code_list(&names(all, name))
}

/// The operations on the register.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/enforcement-actions", "enforcement_actions_list", list)
            .about("enforcement", "List the register of enforcement actions", "Every suspension, removal and reinstatement that the caller may see, each with reason, cause and decision maker; companies see their own. Filters are ANDed; one that is repeated is ORed.")
            .paged()
            .parameter("account_id", "Only those of these accounts.", id_list("acc"))
            .parameter("membership_id", "Only those on these memberships.", id_list("mbr"))
            .parameter("action", "Only these actions.", codes(enf::EnforcementKind::ALL, enf::EnforcementKind::as_str))
            .parameter("reason", "Only for these reasons.", codes(enf::ReasonCode::ALL, enf::ReasonCode::as_str))
            .parameter("status", "Only those that stand there.", codes(enf::ActionStatus::ALL, enf::ActionStatus::as_str))
            .parameter("scope", "Only those that reach so far.", codes(enf::Scope::ALL, enf::Scope::as_str))
            .parameter("decided_by", "Only those that these persons decided.", id_list("per"))
            .parameter("decided_from", "Only those decided on this day or after.", date_parameter())
            .parameter("decided_to", "Only those decided on this day or before.", date_parameter())
            .parameter("sort", "The oldest first (`id`) or the newest (`-id`).", json!({"type": "string", "enum": ["id", "-id"], "default": "id"}))
            .answers::<EnforcementActionPage>(200, example::page()),
        Operation::get("/v1/enforcement-actions/{enforcement_action_id}", "enforcement_action_get", get)
            .about("enforcement", "Read an enforcement action", "The entry of the register with its answer, its appeals, its corrections and what ended it, as it is or as it was.")
            .looks_back()
            .answers::<EnforcementActionView>(200, example::decided())
            .tagged(),
        Operation::get("/v1/enforcement-actions/{enforcement_action_id}/events", "enforcement_action_events", history)
            .about("enforcement", "Read the history of an enforcement action", "Every event, in order.")
            .parameter("after", "Only events after this sequence.", json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_007_199_254_740_991_i64}))
            .parameter("limit", "How many events at the most.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}))
            .answers::<events::EventPage>(200, events::example("enforcement_action", "enforcement_action.decided", example::ID)),
        on_one("submit-corrective-plan", "enforcement_action_submit_corrective_plan", submit_plan)
            .about("enforcement", "Answer a suspension", "With a corrective plan: objectives with dates, and whether the company consents to unannounced visits. A reinstatement needs both. The newest plan counts.")
            .takes::<SubmitCorrectivePlanRequest>(json!({"objectives": [{"objective": "Two people check and log every seal at the gate.", "due_on": "2035-08-01"}], "consents_to_unannounced_visits": true})),
        on_one("correct-entry", "enforcement_action_correct_entry", correct_entry)
            .about("enforcement", "Correct an entry", "That was recorded wrong, with a reason. Both values and who made the correction stay visible. The last day to answer moves with the day of the letter; the last day to appeal does not move.")
            .takes::<CorrectEntryRequest>(json!({"field": "facts", "value": "14 kg of cocaine in trailer 4471; the seal had been changed.", "reason": "The laboratory weighed it."})),
        on_one("file-appeal", "enforcement_action_file_appeal", file_appeal)
            .about("enforcement", "File an appeal", "Within 90 days of the decision, 30 where the cause is knowingly false information; a late one is refused with the last day. CBP decides within 180 days. One at a time, and none after a denial.")
            .takes::<FileAppealRequest>(json!({"grounds": "The seal was changed by officers at the inspection before."}))
            .leads_to("appeal_id", "$response.body#/appeals/0/appeal_id"),
        on_one("withdraw-appeal", "enforcement_action_withdraw_appeal", withdraw_appeal)
            .about("enforcement", "Take an appeal back", "Another can be filed while the time to appeal runs.")
            .takes::<WithdrawAppealRequest>(json!({"text": "A corrective plan is the better way."})),
        on_one("grant-appeal", "enforcement_action_grant_appeal", grant_appeal)
            .about("enforcement", "Grant the appeal", "By somebody who did not decide the action. What stood before it is restored: the status, and after a removal the suspensions that it had ended. A removed member takes up its identifiers again: refused while another live membership of the account uses one for the same type, and with a reason alone while another company's does.")
            .takes::<GrantAppealRequest>(json!({"text": "The seal was changed by officers; the company could not know."})),
        on_one("deny-appeal", "enforcement_action_deny_appeal", deny_appeal)
            .about("enforcement", "Deny the appeal", "By somebody who did not decide the action. The action stands.")
            .takes::<DenyAppealRequest>(json!({"text": "The log does not show the seal of 2 June."})),
        Operation::get("/v1/enforcement-recommendations", "enforcement_recommendations_list", recommendations)
            .about("enforcement", "List what is recommended", "Suspensions, removals and reinstatements that wait for the programme director, the oldest first. Why is in the membership, in `enforcement.recommendation`. Companies have no such list.")
            .paged()
            .parameter("action", "Only these actions.", codes(enf::EnforcementKind::ALL, enf::EnforcementKind::as_str))
            .answers::<RecommendationPage>(200, example::recommendations()),
        Operation::get("/v1/appeals", "appeals_list", appeals)
            .about("enforcement", "List appeals", "The appeals that the caller may see; companies see their own.")
            .paged()
            .parameter("account_id", "Only those of these accounts.", id_list("acc"))
            .parameter("membership_id", "Only those on these memberships.", id_list("mbr"))
            .parameter("enforcement_action_id", "Only those against these actions.", id_list("enf"))
            .parameter("status", "Only those that stand there.", codes(enf::AppealStatus::ALL, enf::AppealStatus::as_str))
            .parameter("due_on_or_before", "Only those that are to be decided on this day or before.", date_parameter())
            .answers::<AppealPage>(200, example::appeal_page()),
        Operation::get("/v1/appeals/{appeal_id}", "appeal_get", appeal)
            .about("enforcement", "Read an appeal", "With the action that it is against; what can be done with it is done there.")
            .answers::<AppealView>(200, example::appeal())
            .tagged(),
        Operation::get("/v1/enforcement-reasons", "enforcement_reasons_list", reasons)
            .about("reference", "List the reasons of enforcement actions", "The closed list: each with its text, its source, what it can be a reason for, and which kind of cause it needs.")
            .answers::<ReasonList>(200, example::reasons()),
    ]
}
