//! Security profiles: answers one by one, review, snapshots.

pub mod answers;
pub mod view;

use super::names;
use super::{code, code_list, events, id_list, look_back};
use crate::http::answer::{cache_control, json_page};
use crate::http::command::mark_replayed;
use crate::http::tags::{Condition, NO_VERSION, tag_of};
use crate::http::{Declares, Req};
use crate::operation::{Matching, Operation};
use crate::problem::{Problem, registry};
use actix_web::HttpResponse;
use actix_web::http::{Method, StatusCode, header};
use answers::{AnswerList, AnswerView, SnapshotList, SnapshotView};
use chrono::NaiveDate;
use criteria::{CriterionId, EntityType};
use kernel::{AccountId, MembershipId, PersonId, ProfileId, Text};
use ledger::At;
use membership::membership::Office;
use portal::access::permission;
use portal::{AnswerMatch, ProfileFilter};
use profile::{
    AcceptAnswer, AnswerContent, AnswerText, Applies, Approve, EvidenceReference, Met, Profile, ReasonText,
    RejectAnswer, Return, SaveAnswer, answer_by, evidence_of_foreign_schemes, evidence_twice,
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use view::{ProfilePage, ProfileResource, ProfileView};

/// What the company says to one criterion. A draft may be incomplete; submission asks for a text, or for a reason why the criterion does
/// not apply. Everything is kept as typed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveAnswerRequest {
    /// Whether the criterion applies.
    #[serde(default)]
    #[schema(inline, value_type = code::AppliesIn)]
    pub applies: Applies,
    /// How far it is met, in the company's own view.
    #[serde(default)]
    #[schema(inline, value_type = Option<code::MetIn>)]
    pub met: Option<Met>,
    /// The response, specific to the company.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 20000, pattern = "^[^\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F]*$", extensions(("x-shape" = json!("text without control characters other than line breaks and tabs"))))]
    pub text: AnswerText,
    /// Why it does not apply.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 4000, pattern = "^[^\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F]*$", extensions(("x-shape" = json!("text without control characters other than line breaks and tabs"))))]
    pub not_applicable_reason: Option<ReasonText>,
    /// Evidence, by reference: a document id, a file name, a library entry. Each once.
    #[serde(default)]
    #[schema(value_type = Vec<Text<200>>, max_items = 50)]
    pub evidence: Vec<EvidenceReference>,
}

/// Submit the profile.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitProfileRequest {}

/// Begin the review.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartReviewRequest {}

/// Let an answer stand.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptAnswerRequest {
    /// The criterion.
    pub criterion_id: CriterionId,
    /// A remark for the company.
    #[serde(default)]
    pub comment: Option<Text<4000>>,
}

/// Ask for a change of an answer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectAnswerRequest {
    /// The criterion.
    pub criterion_id: CriterionId,
    /// What is wrong and what would help.
    pub comment: Text<4000>,
}

/// Give the profile back to the company.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnProfileRequest {
    /// The last day to answer, if one is set.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// A remark on the whole.
    #[serde(default)]
    pub comment: Option<Text<4000>>,
}

/// Approve the profile.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveProfileRequest {
    /// A remark on the whole.
    #[serde(default)]
    pub comment: Option<Text<4000>>,
}

async fn list(req: Req<permission::ProfileRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let filter = ProfileFilter {
        status: query.codes("status", &profile::Status::ALL.map(profile::Status::as_str)),
        entity_type: query
            .codes("entity_type", &EntityType::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()),
        account_id: query.ids::<AccountId>("account_id"),
        membership_id: query.ids::<MembershipId>("membership_id"),
        office: query.codes("office", &names(Office::ALL, Office::as_str)),
        specialist_id: query.ids::<PersonId>("specialist_id"),
        due_on_or_before: query.date("due_on_or_before"),
    };
    query.finish()?;
    Ok(json_page(&ProfilePage::from(req.state.portal.profiles(&req.call()?, &filter, &request).await?)))
}

async fn get(req: Req<permission::ProfileRead>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let found = req.state.portal.profile(&req.call()?, id, look_back(&req)?).await?;
    req.represent::<ProfileResource>(&found, StatusCode::OK).await
}

async fn answers(req: Req<permission::ProfileRead>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let found = req.state.portal.profile(&req.call()?, id, look_back(&req)?).await?;
    Ok(json_page(&AnswerList::of(&found.state)))
}

async fn answer(req: Req<permission::ProfileRead>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let criterion: CriterionId = req.id("criterion_id")?;
    let found = req.state.portal.profile(&req.call()?, id, look_back(&req)?).await?;
    answer_response(&req, &found.state, criterion)
}

fn answer_response<P>(
    req: &Req<P>,
    profile: &Profile,
    criterion: CriterionId,
) -> Result<HttpResponse, Problem> {
    let view = AnswerView::of(profile, criterion).ok_or_else(|| Problem::new(registry::NOT_FOUND))?;
    let etag = tag_of(view.version.into(), &view)?;
    let private = (header::CACHE_CONTROL, cache_control(false));
    if req.http.method().is_safe() && req.has_already(&etag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, etag))
            .insert_header(private)
            .finish());
    }
    Ok(HttpResponse::Ok().insert_header((header::ETAG, etag)).insert_header(private).json(view))
}

/// The version of an answer, where `If-Match` names it.
fn named_answer(condition: &Condition, profile: &Profile, criterion: CriterionId) -> Option<i64> {
    let view = AnswerView::of(profile, criterion)?;
    let version = i64::from(view.version);
    let tag = tag_of(version, &view).ok()?;
    condition.matches_strongly(&tag, version).then_some(version)
}

async fn save_answer(req: Req<permission::ProfileAnswer>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let criterion_id: CriterionId = req.id("criterion_id")?;
    let body: SaveAnswerRequest = req.body_with(|given| {
        let links = given.items("/evidence");
        let links = || links.iter().map(|(index, link)| (*index, link));
        [evidence_twice(links()), evidence_of_foreign_schemes(links())].concat()
    })?;
    let content = AnswerContent {
        applies: body.applies,
        met: body.met,
        text: body.text,
        not_applicable_reason: body.not_applicable_reason,
        evidence: body.evidence,
    };
    let command = SaveAnswer { criterion_id, content, expected_answer_version: None };
    let condition = req.if_match();
    let precondition = match condition {
        Some(Condition::Any) => AnswerMatch::Exists,
        _ => AnswerMatch::Named,
    };
    let mut call = req.call()?;
    let portal = &req.state.portal;
    if let Some(condition @ Condition::OneOf(_)) = condition {
        let found = portal.profile(&call, id, None).await.ok();
        let matched = found.and_then(|found| named_answer(&condition, &found.state, criterion_id));
        call.expected_version = Some(matched.unwrap_or(NO_VERSION));
    }
    let (committed, replayed) = req
        .once(
            &call,
            || portal.save_answer(&call, id, command.clone(), precondition),
            |_, version| portal.profile(&call, id, Some(At::Version(version))),
        )
        .await?;
    let mut response = answer_response(&req, &committed.state, criterion_id)?;
    if replayed {
        mark_replayed(&mut response);
    }
    Ok(response)
}

async fn submit(req: Req<permission::ProfileSubmit>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let SubmitProfileRequest {} = req.body()?;
    let portal = &req.state.portal;
    req.command::<ProfileResource, _, _>(StatusCode::OK, |call| async move {
        portal.submit_profile(&call, id).await
    })
    .await
}

async fn start_review(req: Req<permission::ProfileReview>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let StartReviewRequest {} = req.body()?;
    let portal = &req.state.portal;
    req.command::<ProfileResource, _, _>(StatusCode::OK, |call| async move {
        portal.start_review(&call, id).await
    })
    .await
}

async fn accept_answer(req: Req<permission::ProfileReview>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let AcceptAnswerRequest { criterion_id, comment } = req.body()?;
    req.command::<ProfileResource, _, _>(StatusCode::OK, |call| {
        let (portal, command) = (&req.state.portal, AcceptAnswer { criterion_id, comment: comment.clone() });
        async move { portal.accept_answer(&call, id, command).await }
    })
    .await
}

async fn reject_answer(req: Req<permission::ProfileReview>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let RejectAnswerRequest { criterion_id, comment } = req.body()?;
    req.command::<ProfileResource, _, _>(StatusCode::OK, |call| {
        let (portal, command) = (&req.state.portal, RejectAnswer { criterion_id, comment: comment.clone() });
        async move { portal.reject_answer(&call, id, command).await }
    })
    .await
}

async fn give_back(req: Req<permission::ProfileReview>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let ReturnProfileRequest { due_on, comment } = req.body_with(|given| {
        let due_on = given.at("/due_on");
        due_on.and_then(|due_on| answer_by(due_on, given.today)).into_iter().collect()
    })?;
    req.command::<ProfileResource, _, _>(StatusCode::OK, |call| {
        let (portal, command) = (&req.state.portal, Return { due_on, comment: comment.clone() });
        async move { portal.return_profile(&call, id, command).await }
    })
    .await
}

async fn approve(req: Req<permission::ProfileApprove>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let ApproveProfileRequest { comment } = req.body()?;
    req.command::<ProfileResource, _, _>(StatusCode::OK, |call| {
        let (portal, command) = (&req.state.portal, Approve { comment: comment.clone() });
        async move { portal.approve_profile(&call, id, command).await }
    })
    .await
}

async fn snapshots(req: Req<permission::ProfileRead>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    req.query().finish()?;
    let found = req.state.portal.profile(&req.call()?, id, None).await?;
    Ok(json_page(&SnapshotList::of(&found.state)))
}

async fn snapshot(req: Req<permission::ProfileRead>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let number: u32 = req.id("number")?;
    req.query().finish()?;
    let found = req.state.portal.profile(&req.call()?, id, None).await?;
    let snapshot = found.state.snapshot(number).ok_or_else(|| Problem::new(registry::NOT_FOUND))?;
    req.tagged(&SnapshotView::of(snapshot), false)
}

async fn history(req: Req<permission::ProfileRead>) -> Result<HttpResponse, Problem> {
    let id: ProfileId = req.id("profile_id")?;
    let (after, limit) = events::history_range(&req)?;
    Ok(events::history(
        &req.caller,
        req.state.portal.profile_history(&req.call()?, id, after, limit + 1).await?,
        limit,
    ))
}

const ID: &str = "prf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

fn on_one<A, F, Fut>(verb: &str, id: &'static str, handler: F) -> Operation
where
    A: Declares + 'static,
    F: Fn(A) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    Operation::post(&format!("/v1/profiles/{{profile_id}}/{verb}"), id, handler)
        .answers::<ProfileView>(200, view::after(verb))
        .tagged()
        .matching(Matching::Optional)
}

fn statuses() -> Value {
    code_list(&profile::Status::ALL.map(profile::Status::as_str))
}

/// The operations on security profiles.
pub fn operations() -> Vec<Operation> {
    let types = code_list(&EntityType::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    vec![
        Operation::get("/v1/profiles", "profiles_list", list)
            .about("profiles", "List security profiles", "The profiles that the caller may see.")
            .paged()
            .parameter("status", "Only these statuses.", statuses())
            .parameter("entity_type", "Only these types.", types)
            .parameter("account_id", "Only those of these accounts.", id_list("acc"))
            .parameter("membership_id", "Only those of these memberships.", id_list("mbr"))
            .parameter("office", "Only those of memberships that these offices look after.", code_list(&names(Office::ALL, Office::as_str)))
            .parameter("specialist_id", "Only those of memberships that these specialists look after.", id_list("per"))
            .parameter("due_on_or_before", "Only those on whose membership something is due on this day or before.", super::date_parameter())
            .answers::<ProfilePage>(200, view::page_example()),
        Operation::get("/v1/profiles/{profile_id}", "profile_get", get)
            .about("profiles", "Read a security profile", "How it stands and how far it is; the answers are at `/answers`.")
            .looks_back()
            .answers::<ProfileView>(200, view::after("save-answer"))
            .tagged(),
        Operation::get("/v1/profiles/{profile_id}/answers", "answers_list", answers)
            .about("profiles", "Read all answers", "One for each criterion that applies, in the order of the catalogue, answered or not; as they are, or as they were. `at_version` is a version of the profile.")
            .looks_back()
            .answers::<AnswerList>(200, json!({"items": [answers::answer_example()]})),
        Operation::get("/v1/profiles/{profile_id}/answers/{criterion_id}", "answer_get", answer)
            .about("profiles", "Read one answer", "With its standing in the review and every submitted version, as it is or as it was. Its ETag is its own version, 0 while nothing is saved; `at_version` is a version of the profile.")
            .looks_back()
            .answers::<AnswerView>(200, answers::answer_example())
            .tagged(),
        Operation::new(Method::PUT, "/v1/profiles/{profile_id}/answers/{criterion_id}", "answer_save", save_answer)
            .about("profiles", "Save one answer", "Replaces the answer; complete or not, as long as the profile is being written. An answer that exists asks for its own ETag in If-Match, so that nobody's words are lost; people who work on different answers do not get in each other's way.")
            .takes::<SaveAnswerRequest>(json!({"applies": "yes", "met": "yes", "text": "Our chief executive signed the statement on 4 January; it hangs in reception and stands on our website.", "evidence": ["statement-of-support.pdf"]}))
            .answers::<AnswerView>(200, answers::answer_example())
            .tagged()
            .matching(Matching::Optional)
            .problems(&[428]),
        on_one("submit", "profile_submit", submit)
            .about("profiles", "Submit the profile", "By an officer alone, when every criterion is answered, must and should. The company's edits are locked until CBP returns it. The membership becomes an applicant in the same step.")
            .takes::<SubmitProfileRequest>(json!({})),
        on_one("start-review", "profile_start_review", start_review)
            .about("profiles", "Begin the review", "By CBP, once the profile is submitted. Answers can be accepted and rejected from then on.")
            .takes::<StartReviewRequest>(json!({})),
        on_one("accept-answer", "profile_accept_answer", accept_answer)
            .about("profiles", "Accept an answer", "Lets one answer stand. A must that the company itself calls not met cannot be accepted.")
            .takes::<AcceptAnswerRequest>(json!({"criterion_id": "1.1"})),
        on_one("reject-answer", "profile_reject_answer", reject_answer)
            .about("profiles", "Reject an answer", "Asks for a change, with a comment.")
            .takes::<RejectAnswerRequest>(json!({"criterion_id": "1.3", "comment": "Please attach the written review component."})),
        on_one("return", "profile_return", give_back)
            .about("profiles", "Return the profile", "Gives it back to the company, which has to change every rejected answer.")
            .takes::<ReturnProfileRequest>(json!({"comment": "Three answers need more detail."})),
        on_one("approve", "profile_approve", approve)
            .about("profiles", "Approve the profile", "As a numbered snapshot that never changes. Every answer has to be accepted. The membership becomes approved in the same step.")
            .takes::<ApproveProfileRequest>(json!({})),
        Operation::get("/v1/profiles/{profile_id}/snapshots", "snapshots_list", snapshots)
            .about("profiles", "List approved snapshots", "Oldest first, without the answers.")
            .answers::<SnapshotList>(200, json!({"items": [{"number": 1, "approved_on": "2026-04-14", "approved_by": "per_0193b2d1aa007c3eb8f6000000000004"}]})),
        Operation::get("/v1/profiles/{profile_id}/snapshots/{number}", "snapshot_get", snapshot)
            .about("profiles", "Read an approved snapshot", "With the full text of every answer as it was approved.")
            .answers::<SnapshotView>(200, answers::snapshot_example())
            .tagged(),
        Operation::get("/v1/profiles/{profile_id}/events", "profile_events", history)
            .about("profiles", "Read the history of a security profile", "Every event, in order.")
            .parameter("after", "Only events after this sequence.", json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_007_199_254_740_991_i64}))
            .parameter("limit", "How many events at the most.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}))
            .answers::<events::EventPage>(200, events::example("profile", "profile.started", ID)),
    ]
}
