//! Memberships: the application, the certification and the life after it.

pub mod benefits;
pub mod conflicts;
pub mod example;
pub mod lists;
pub mod request;
mod rules;
pub mod view;

use super::enforcement::request::{
    RecommendEnforcementRequest, ReinstateRequest, RemoveRequest, SuspendRequest,
};
use super::{code_list, date_parameter, events, id_list, look_back};
use crate::http::answer::json_page;
use crate::http::{Declares, Given, Req};
use crate::operation::{Matching, Operation};
use crate::problem::{Problem, registry};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use benefits::BenefitList;
use criteria::EntityType;
use kernel::{AccountId, MembershipId, PersonId};
use lists::{ConflictList, MembershipPage, ToDoView};
use membership::membership as mbr;
use membership::membership::command as ask;
use portal::access::{PermissionType, permission};
use portal::{Application, EnforcementDecision, MembershipFacts, MembershipFilter};
use request::{
    ApplyRequest, AssignSpecialistRequest, AttachDocumentRequest, CertifyRequest, ChangeIdentifiersRequest,
    ChangeTierRequest, CorrectDateRequest, DeclareEligibilityRequest, DocumentData, FindIneligibleRequest,
    ReapplyRequest, RecommendCertificationRequest, RecordDeterminationRequest,
    RecordValidationOutcomeRequest, RecordVettingResultRequest, RejectRequest, RemoveDocumentRequest,
    RequestWithdrawalRequest, SetBondRequest, TakeBackWithdrawalRequest, WithdrawRequest, both, identifiers,
};
use serde_json::{Value, json};
use view::{MembershipResource, MembershipView};

async fn apply(req: Req<permission::MembershipApply>) -> Result<HttpResponse, Problem> {
    let body: ApplyRequest = req.body_with(rules::application)?;
    let declarations = body.declarations.unwrap_or_default().declarations();
    let (identifiers, declarations) = both(identifiers(&body.identifiers, body.entity_type), declarations)
        .map_err(|errors| req.also_wrong(errors, rules::application))?;
    let application = Application {
        account_id: body.account_id,
        entity_type: body.entity_type,
        country_of_establishment: body.country_of_establishment,
        identifiers,
        documents: body.documents.into_iter().map(DocumentData::document).collect(),
        declarations,
        invitation_token: body.invitation_token,
    };
    req.command::<MembershipResource, _, _>(StatusCode::CREATED, |call| {
        let (portal, application) = (&req.state.portal, application.clone());
        async move { portal.apply(&call, application).await }
    })
    .await
}

async fn reapply(req: Req<permission::MembershipApply>) -> Result<HttpResponse, Problem> {
    let previous: MembershipId = req.id("membership_id")?;
    let body: ReapplyRequest = req.body_with(rules::new_application)?;
    let entity_type = type_of(&req, previous).await?;
    let declarations = body.declarations.unwrap_or_default().declarations();
    let (identifiers, declarations) = both(identifiers(&body.identifiers, entity_type), declarations)
        .map_err(|errors| req.also_wrong(errors, rules::new_application))?;
    let documents: Vec<mbr::Document> = body.documents.into_iter().map(DocumentData::document).collect();
    req.command::<MembershipResource, _, _>(StatusCode::CREATED, |call| {
        let application = |account_id, entity_type| Application {
            account_id,
            entity_type,
            country_of_establishment: body.country_of_establishment,
            identifiers: identifiers.clone(),
            documents: documents.clone(),
            declarations: declarations.clone(),
            invitation_token: body.invitation_token.clone(),
        };
        let portal = &req.state.portal;
        async move { portal.reapply(&call, previous, application).await }
    })
    .await
}

/// The type of a membership that the caller may read.
async fn type_of<P>(req: &Req<P>, id: MembershipId) -> Result<EntityType, Problem> {
    let membership = req.state.portal.membership(&req.call()?, id, None).await?;
    let identity = membership.state.identity.as_ref().ok_or_else(|| Problem::new(registry::NOT_FOUND))?;
    Ok(identity.entity_type)
}

async fn list(req: Req<permission::MembershipRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let filter = MembershipFilter {
        status: query.codes("status", &super::names(&mbr::Status::ALL, mbr::Status::as_str)),
        entity_type: query.codes("entity_type", &super::names(EntityType::ALL, |kind| kind.as_str())),
        tier: query.codes("tier", &super::names(mbr::Tier::ALL, |tier| tier.as_str())),
        office: query.codes("office", &super::names(mbr::Office::ALL, |office| office.as_str())),
        specialist_id: query.ids::<PersonId>("specialist_id"),
        unassigned: query.choice("unassigned"),
        account_id: query.ids::<AccountId>("account_id"),
        due_on_or_before: query.date("due_on_or_before"),
        by_due_date: query.code("sort", &["id", "due_on"]).is_some_and(|sort| sort == "due_on"),
    };
    query.finish()?;
    let page = req.state.portal.memberships(&req.call()?, &filter, &request).await?;
    Ok(json_page(&MembershipPage::from(page)))
}

async fn get(req: Req<permission::MembershipRead>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let membership = req.state.portal.membership(&req.call()?, id, look_back(&req)?).await?;
    req.represent::<MembershipResource>(&membership, StatusCode::OK).await
}

/// Every command on one membership goes the same way.
async fn command<P: PermissionType>(
    req: &Req<P>,
    id: MembershipId,
    ask: impl Fn(MembershipFacts) -> ask::MembershipCommand + Sync,
) -> Result<HttpResponse, Problem> {
    let ask = &ask;
    req.command::<MembershipResource, _, _>(StatusCode::OK, |call| async move {
        req.state.portal.on_membership(&call, id, P::PERMISSION, ask).await
    })
    .await
}

async fn change_identifiers(req: Req<permission::MembershipEdit>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: ChangeIdentifiersRequest = req.body_with(rules::identifiers_alone)?;
    let identifiers = identifiers(&body.identifiers, type_of(&req, id).await?)
        .map_err(|errors| req.also_wrong(errors, rules::identifiers_alone))?;
    req.require_match().await?;
    command(&req, id, |MembershipFacts { account, in_use }| {
        ask::ChangeIdentifiers { identifiers: identifiers.clone(), account, in_use }.into()
    })
    .await
}

async fn attach_document(req: Req<permission::MembershipEdit>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: AttachDocumentRequest = req.body_with(rules::attached_document)?;
    let document = body.document.document();
    command(&req, id, |_| ask::AttachDocument { document: document.clone() }.into()).await
}

async fn remove_document(req: Req<permission::MembershipEdit>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let RemoveDocumentRequest { document_id } = req.body()?;
    command(&req, id, |_| ask::RemoveDocument { document_id }.into()).await
}

async fn set_bond(req: Req<permission::MembershipSetBond>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: SetBondRequest = req.body_with(rules::bond)?;
    let bond = mbr::Bond {
        kind: body.kind,
        term: body.term,
        number: body.number,
        surety: body.surety,
        effective_on: body.effective_on,
        ends_on: body.ends_on,
    };
    command(&req, id, |_| ask::SetBond { bond: bond.clone() }.into()).await
}

async fn declare_eligibility(req: Req<permission::MembershipEdit>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let of_declarations = |given: &Given<'_>| rules::declarations(given, None);
    let body: DeclareEligibilityRequest = req.body_with(of_declarations)?;
    let declarations =
        body.declarations.declarations().map_err(|errors| req.also_wrong(errors, of_declarations))?;
    command(&req, id, |_| ask::DeclareEligibility { declarations: declarations.clone() }.into()).await
}

async fn record_determination(req: Req<permission::MembershipDetermine>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: RecordDeterminationRequest = req.body_with(rules::determination)?;
    command(&req, id, |_| {
        let RecordDeterminationRequest { condition, outcome, determined_on, basis } = body.clone();
        ask::RecordDetermination { condition, outcome, determined_on, basis }.into()
    })
    .await
}

async fn assign_specialist(req: Req<permission::MembershipAssign>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let AssignSpecialistRequest { specialist_id, office } = req.body()?;
    command(&req, id, |_| ask::AssignSpecialist { specialist: specialist_id, office }.into()).await
}

async fn record_vetting_result(req: Req<permission::MembershipVet>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let RecordVettingResultRequest { outcome, summary, determined_on } = req.body_with(rules::vetting)?;
    let determined_on = determined_on.unwrap_or_else(|| kernel::programme_date(req.state.portal.now()));
    command(&req, id, |_| ask::RecordVettingResult { outcome, determined_on, summary }.into()).await
}

async fn recommend_certification(req: Req<permission::MembershipRecommend>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: RecommendCertificationRequest = req.body()?;
    command(&req, id, |MembershipFacts { account, in_use }| {
        let RecommendCertificationRequest { remark, identifier_conflict_reason } = body.clone();
        ask::RecommendCertification { account, remark, in_use, identifier_conflict_reason }.into()
    })
    .await
}

async fn certify(req: Req<permission::MembershipCertify>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let CertifyRequest { identifier_conflict_reason } = req.body()?;
    command(&req, id, |MembershipFacts { account, in_use }| {
        let identifier_conflict_reason = identifier_conflict_reason.clone();
        ask::Certify { account, in_use, identifier_conflict_reason }.into()
    })
    .await
}

async fn record_validation_outcome(
    req: Req<permission::MembershipValidate>,
) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: RecordValidationOutcomeRequest = req.body()?;
    command(&req, id, |_| {
        let RecordValidationOutcomeRequest {
            validation_reference,
            validated_on,
            best_practices,
            revalidation_due_on,
            reported_by,
        } = body.clone();
        let validated_on = validated_on.unwrap_or_else(|| kernel::programme_date(req.state.portal.now()));
        ask::RecordValidationOutcome {
            validation_reference,
            validated_on,
            best_practices,
            revalidation_due_on,
            reported_by,
        }
        .into()
    })
    .await
}

async fn change_tier(req: Req<permission::MembershipValidate>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: ChangeTierRequest = req.body()?;
    command(&req, id, |_| {
        let ChangeTierRequest { tier, reason, text, assessed_by } = body.clone();
        ask::ChangeTier { tier, reason, text, assessed_by }.into()
    })
    .await
}

async fn recommend_enforcement(req: Req<permission::EnforcementRecommend>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: RecommendEnforcementRequest = req.body()?;
    command(&req, id, |_| {
        let RecommendEnforcementRequest { action, reason, text } = body.clone();
        ask::RecommendEnforcement { action, reason, text }.into()
    })
    .await
}

/// Suspending, removing and reinstating go the same way.
async fn enforce(
    req: &Req<permission::EnforcementDecide>,
    id: MembershipId,
    decision: EnforcementDecision,
) -> Result<HttpResponse, Problem> {
    req.command::<MembershipResource, _, _>(StatusCode::OK, |call| {
        let (portal, decision) = (&req.state.portal, decision.clone());
        async move { portal.enforce(&call, id, decision).await }
    })
    .await
}

async fn suspend(req: Req<permission::EnforcementDecide>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: SuspendRequest = req.body()?;
    enforce(&req, id, body.decision()).await
}

async fn remove(req: Req<permission::EnforcementDecide>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: RemoveRequest = req.body()?;
    enforce(&req, id, body.decision()).await
}

async fn reinstate(req: Req<permission::EnforcementDecide>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: ReinstateRequest = req.body()?;
    enforce(&req, id, body.decision()).await
}

async fn request_withdrawal(req: Req<permission::MembershipLeave>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: RequestWithdrawalRequest = req.body()?;
    command(&req, id, |MembershipFacts { account, .. }| {
        let RequestWithdrawalRequest { reason, text } = body.clone();
        ask::RequestWithdrawal { account, reason, text }.into()
    })
    .await
}

async fn take_back_withdrawal(req: Req<permission::MembershipLeave>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let TakeBackWithdrawalRequest {} = req.body()?;
    req.command::<MembershipResource, _, _>(StatusCode::OK, |call| {
        let portal = &req.state.portal;
        async move { portal.take_back_withdrawal(&call, id).await }
    })
    .await
}

async fn close(req: Req<permission::MembershipClose>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let _: request::CloseRequest = req.body()?;
    req.command::<MembershipResource, _, _>(StatusCode::OK, |call| {
        let portal = &req.state.portal;
        async move { portal.close_membership(&call, id).await }
    })
    .await
}

async fn benefits(req: Req<permission::MembershipRead>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let membership = req.state.portal.membership(&req.call()?, id, look_back(&req)?).await?;
    Ok(json_page(&BenefitList::of(&membership.state)))
}

async fn reject(req: Req<permission::MembershipReject>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: RejectRequest = req.body()?;
    command(&req, id, |_| ask::Reject { reason: body.reason, text: body.text.clone() }.into()).await
}

async fn find_ineligible(req: Req<permission::MembershipReject>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: FindIneligibleRequest = req.body_with(rules::finding)?;
    command(&req, id, |_| {
        let FindIneligibleRequest { condition, reason, text } = body.clone();
        ask::FindIneligible { condition, reason, text }.into()
    })
    .await
}

async fn withdraw(req: Req<permission::MembershipWithdraw>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: WithdrawRequest = req.body_with(rules::withdrawal)?;
    command(&req, id, |_| ask::Withdraw { reason: body.reason, text: body.text.clone() }.into()).await
}

async fn correct_date(req: Req<permission::MembershipCorrect>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let body: CorrectDateRequest = req.body_with(rules::correction)?;
    command(&req, id, |_| {
        let CorrectDateRequest { field, value, reason, accept_expiry } = body.clone();
        ask::CorrectDate { field, value, reason, accept_expiry: accept_expiry.unwrap_or_default() }.into()
    })
    .await
}

async fn history(req: Req<permission::MembershipRead>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    let (after, limit) = events::history_range(&req)?;
    let found = req.state.portal.membership_history(&req.call()?, id, after, limit + 1).await?;
    Ok(events::history(&req.caller, found, limit))
}

async fn to_do(req: Req<permission::MembershipRead>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    req.query().finish()?;
    let to_do = req.state.portal.membership_to_do(&req.call()?, id).await?;
    Ok(json_page(&ToDoView::from(to_do)))
}

async fn identifier_conflicts(req: Req<permission::MembershipCompare>) -> Result<HttpResponse, Problem> {
    let id: MembershipId = req.id("membership_id")?;
    req.query().finish()?;
    let found = req.state.portal.identifier_conflicts(&req.call()?, id).await?;
    Ok(json_page(&ConflictList::from(found)))
}

fn on_one<A, F, Fut>(verb: &str, id: &'static str, handler: F) -> Operation
where
    A: Declares + 'static,
    F: Fn(A) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    Operation::post(&format!("/v1/memberships/{{membership_id}}/{verb}"), id, handler)
        .answers::<MembershipView>(200, example::after(verb))
        .tagged()
        .matching(Matching::Optional)
}

fn identifiers_example() -> Value {
    json!([{"type": "importer_of_record", "value": "12-345678900"}])
}

fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Value {
    code_list(&super::names(all, name))
}

/// The operations on memberships.
pub fn operations() -> Vec<Operation> {
    let statuses = names(&mbr::Status::ALL, mbr::Status::as_str);
    let mut all = vec![
        Operation::post("/v1/memberships", "membership_apply", apply)
            .about("memberships", "Apply for a membership", "By an officer of an account whose agreement is accepted. Makes a pre-applicant and its empty security profile, which is to be submitted in time. An identifier that another live membership of the account uses for the same type is refused, with its name. `/v1/entity-types` says what each type needs.")
            .takes::<ApplyRequest>(json!({"account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "entity_type": "importer", "country_of_establishment": "US", "identifiers": identifiers_example()}))
            .answers::<MembershipView>(201, example::applied())
            .tagged()
            .problems(&[404])
            .leads_to("membership_id", "$response.body#/id")
            .leads_to("profile_id", "$response.body#/profile_id"),
        Operation::get("/v1/memberships", "memberships_list", list)
            .about("memberships", "List memberships", "The memberships that the caller may see. Filters are ANDed; one that is repeated is ORed.")
            .paged()
            .parameter("status", "Only these statuses.", statuses)
            .parameter("entity_type", "Only these types.", names(EntityType::ALL, EntityType::as_str))
            .parameter("tier", "Only these tiers.", names(mbr::Tier::ALL, |tier| tier.as_str()))
            .parameter("office", "Only these offices.", names(mbr::Office::ALL, mbr::Office::as_str))
            .parameter("specialist_id", "Only those of these specialists.", id_list("per"))
            .parameter("unassigned", "Only those that no specialist looks after yet, or only those that one does.", json!({"type": "boolean"}))
            .parameter("account_id", "Only those of these accounts.", id_list("acc"))
            .parameter("due_on_or_before", "Only those on which something is due on this day or before.", date_parameter())
            .parameter("sort", "By application (`id`) or by what is due next (`due_on`; those without are left out).", json!({"type": "string", "enum": ["id", "due_on"], "default": "id"}))
            .answers::<MembershipPage>(200, lists::page_example()),
        Operation::get("/v1/memberships/{membership_id}", "membership_get", get)
            .about("memberships", "Read a membership", "The membership as it is, or as it was.")
            .looks_back()
            .answers::<MembershipView>(200, example::after("certify"))
            .tagged(),
        Operation::get("/v1/memberships/{membership_id}/to-do", "membership_to_do", to_do)
            .about("memberships", "See what is missing", "What the company has to do before it can submit, and what is open before CBP can certify.")
            .answers::<ToDoView>(200, lists::to_do_example()),
        Operation::get("/v1/memberships/{membership_id}/identifier-conflicts", "membership_identifier_conflicts", identifier_conflicts)
            .about("memberships", "See who else uses the identifiers", "Live memberships of the same type with the same identifiers, of any account; applicants never learn of them. While there are any, recommending and certifying need a reason, such as a merger or a successor.")
            .answers::<ConflictList>(200, json!({"items": [{"type": "importer_of_record", "normalised": "12345678900", "membership_id": "mbr_0193b2d1aa007c3eb8f6a1b2c3d4e5f6"}]})),
        on_one("change-identifiers", "membership_change_identifiers", change_identifiers)
            .about("memberships", "Replace the identifiers", "The whole list, as If-Match says that you have read it. Refused on shape, or where another live membership of the account uses one for the same type; taken with a warning on check digits. A passed vetting is open again afterwards.")
            .takes::<ChangeIdentifiersRequest>(json!({"identifiers": identifiers_example()}))
            .matching(Matching::Required),
        on_one("attach-document", "membership_attach_document", attach_document)
            .about("memberships", "Attach a document", "By reference: the portal keeps its title and where it is, not the file. `/v1/entity-types` says which documents a type needs.")
            .takes::<AttachDocumentRequest>(json!({"document": {"kind": "certificate_of_incorporation", "title": "Certificate", "reference": "https://files.example.com/certificate.pdf"}})),
        on_one("remove-document", "membership_remove_document", remove_document)
            .about("memberships", "Take a document off", "The history keeps that it was attached.")
            .takes::<RemoveDocumentRequest>(json!({"document_id": "doc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"})),
        on_one("set-bond", "membership_set_bond", set_bond)
            .about("memberships", "Record the bond", "By CBP: a company cannot change its bond data.")
            .takes::<SetBondRequest>(json!({"kind": "importer", "term": "continuous", "number": "010001234", "surety": "Example Surety Co.", "effective_on": "2026-01-01"})),
        on_one("declare-eligibility", "membership_declare_eligibility", declare_eligibility)
            .about("memberships", "Declare eligibility", "Last trading, debts, and the statements of the type. What is absent stays as it was. The example leaves `last_trading_on` out, since what counts depends on the day; `/to-do` says what is still to be declared.")
            .takes::<DeclareEligibilityRequest>(json!({"declarations": {"debt": "no_unpaid_final_debt"}})),
        on_one("record-determination", "membership_record_determination", record_determination)
            .about("memberships", "Record a determination", "Of one of the conditions C1 to C8, with its basis.")
            .takes::<RecordDeterminationRequest>(json!({"condition": "c6", "outcome": "met", "basis": "No final unpaid debt found."})),
        on_one("assign-specialist", "membership_assign_specialist", assign_specialist)
            .about("memberships", "Assign a specialist", "And the office that looks after the membership. Staff are known from their tokens alone: the id is that of a person who signs in as a specialist, and neither role nor office of that person can be checked. A person of a company is refused.")
            .takes::<AssignSpecialistRequest>(json!({"specialist_id": "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "office": "laredo"})),
        on_one("record-vetting-result", "membership_record_vetting_result", record_vetting_result)
            .about("memberships", "Record the result of the vetting", "The newest result counts; what lies behind it stays in CBP's own systems.")
            .takes::<RecordVettingResultRequest>(json!({"outcome": "passed", "summary": "no_concerns"})),
        on_one("recommend-certification", "membership_recommend_certification", recommend_certification)
            .about("memberships", "Recommend the certification", "Once the profile is approved, the vetting passed, every condition settled and the bond in order; with a reason while others use the same identifiers. Somebody else then certifies.")
            .takes::<RecommendCertificationRequest>(json!({})),
        on_one("certify", "membership_certify", certify)
            .about("memberships", "Certify", "By a supervisor or the programme director who did not recommend it. CBP aims at 90 days from the submission of the profile (6 U.S.C. 964(c)).")
            .takes::<CertifyRequest>(json!({})),
        on_one("record-validation-outcome", "membership_record_validation_outcome", record_validation_outcome)
            .about("memberships", "Record that a validation was passed", "The first makes the member validated, in Tier II where tiers are applied; a later one renews it and leaves the tier. Qualifying best practices lead to Tier III. The next validation is due as policy says, or sooner where that is said. Somebody other than the one who wrote the report records it. A failed validation is recorded as the cause of an enforcement action.")
            .takes::<RecordValidationOutcomeRequest>(json!({"validation_reference": "VAL-2027-00412", "reported_by": "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"})),
        on_one("change-tier", "membership_change_tier", change_tier)
            .about("memberships", "Change the tier", "Of a validated member, with a reason, decided by somebody other than the one who assessed it: to Tier III for qualifying best practices, back to Tier II when the criteria are no longer exceeded. Never while suspended.")
            .takes::<ChangeTierRequest>(json!({"tier": "tier_3", "reason": "best_practices_qualify", "text": "Seal checks by camera; all five parts of the framework were shown.", "assessed_by": "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"})),
        Operation::get("/v1/memberships/{membership_id}/benefits", "membership_benefits", benefits)
            .about("memberships", "See the benefits", "What goes with tier and type, each with its source and the day on which that was read. While the member is suspended they are withheld, all of them or those that the suspension names. Whether a shipment drew one is not known here.")
            .looks_back()
            .answers::<BenefitList>(200, benefits::example()),
        on_one("recommend-enforcement", "membership_recommend_enforcement", recommend_enforcement)
            .about("memberships", "Recommend an enforcement action", "A suspension, a removal or a reinstatement, to the programme director; somebody else decides. A newer recommendation takes the place of an older one. The company never sees it.")
            .takes::<RecommendEnforcementRequest>(json!({"action": "suspension", "reason": "failed_validation", "text": "Two of three sites kept no log of seals."})),
        on_one("suspend", "membership_suspend", suspend)
            .about("memberships", "Suspend a member", "All benefits are withheld, or those that are named, such as FAST lanes only; then the status stays. Recommended by somebody else. Makes an entry of the register: reason, facts, criteria and cause are never absent, and one cause has one action at a time. The company has 90 days from the letter to answer.")
            .takes::<SuspendRequest>(json!({"reason": "failed_validation", "facts": "Trailer 4471 stood unlocked; no log of its seal was kept.", "criteria_applied": ["Seal control (7.24): not followed."], "cause": {"kind": "validation", "reference": "VAL-2028-00077"}})),
        on_one("remove", "membership_remove", remove)
            .about("memberships", "Remove a member", "A suspended one when its time to answer is over and no good answer came; one in good standing for aggravated circumstances or knowingly false information. Recommended by somebody else, and never while an appeal is open. Makes an entry of the register.")
            .takes::<RemoveRequest>(json!({"reason": "aggravated_inadequate_security", "facts": "The yard has had no fence since March.", "criteria_applied": ["Physical security (9.1): not met."], "cause": {"kind": "validation", "reference": "VAL-2028-00081"}})),
        on_one("reinstate", "membership_reinstate", reinstate)
            .about("memberships", "Reinstate a member", "A suspension is lifted on the corrective plan that the company has submitted, with its consent to unannounced visits. Recommended by somebody else. Makes an entry of the register.")
            .takes::<ReinstateRequest>(json!({"enforcement_action_id": "enf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "facts": "The plan names two objectives with dates; both can be checked on site.", "criteria_applied": ["A corrective plan with objectives and dates."]})),
        on_one("request-withdrawal", "membership_request_withdrawal", request_withdrawal)
            .about("memberships", "Ask to leave", "By the primary or the alternate point of contact, with a reason, also while suspended. The membership goes on until CBP closes it.")
            .takes::<RequestWithdrawalRequest>(json!({"reason": "merged_or_sold"})),
        on_one("take-back-withdrawal", "membership_take_back_withdrawal", take_back_withdrawal)
            .about("memberships", "Take back that you asked to leave", "By a point of contact, as long as CBP has not closed the membership. Everything goes on as before the request; the history keeps both.")
            .takes::<TakeBackWithdrawalRequest>(json!({})),
        on_one("close", "membership_close", close)
            .about("memberships", "Close a membership", "That its company asked to leave. What is in force against it ends. After a withdrawal that follows a suspension a waiting time begins before a new application.")
            .takes::<request::CloseRequest>(json!({})),
        on_one("reject", "membership_reject", reject)
            .about("memberships", "Reject the application", "With a reason for the company.")
            .takes::<RejectRequest>(json!({"reason": "criteria_not_met", "text": "The security profile does not meet the criteria."})),
        on_one("find-ineligible", "membership_find_ineligible", find_ineligible)
            .about("memberships", "Find the applicant ineligible", "With the condition that is not met.")
            .takes::<FindIneligibleRequest>(json!({"condition": "c6", "reason": "unpaid_debt", "text": "There is a final, unpaid debt to CBP."})),
        on_one("withdraw", "membership_withdraw", withdraw)
            .about("memberships", "Withdraw the application", "With a reason.")
            .takes::<WithdrawRequest>(json!({"reason": "no_longer_trading"})),
        Operation::post("/v1/memberships/{membership_id}/reapply", "membership_reapply", reapply)
            .about("memberships", "Apply again", "After a removal, a rejection, a finding of ineligibility, a withdrawal or an expiry: a new application of the same type, which names the old one. After a removal, and after a withdrawal that followed a suspension, only when the waiting time is over; a refusal names the first day.")
            .takes::<ReapplyRequest>(json!({"country_of_establishment": "US", "identifiers": identifiers_example()}))
            .answers::<MembershipView>(201, example::applied())
            .tagged()
            .matching(Matching::Optional),
        on_one("correct-date", "membership_correct_date", correct_date)
            .about("memberships", "Mend a date", "That was recorded wrong, with a reason. The earlier value stays visible; dates that follow from it move with it. One by which an application would have expired is refused unless that is said to be meant.")
            .takes::<CorrectDateRequest>(json!({"field": "applied_on", "value": "2026-03-02", "reason": "The application had come on paper on 2 March 2026."})),
        Operation::get("/v1/memberships/{membership_id}/events", "membership_events", history)
            .about("memberships", "Read the history of a membership", "Every event, in order.")
            .parameter("after", "Only events after this sequence.", json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_007_199_254_740_991_i64}))
            .parameter("limit", "How many events at the most.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}))
            .answers::<events::EventPage>(200, events::example("membership", "membership.applied", example::ID)),
    ];
    all.extend(conflicts::operations());
    all
}
