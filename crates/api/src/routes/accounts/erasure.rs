//! Erasing a person, and what is left to look at afterwards.

use super::super::code;
use super::request::{EraseApplicantRequest, ErasePersonRequest};
use super::view::{self, AccountResource, AccountView};
use crate::http::Req;
use crate::http::answer::{Resource as _, cache_control};
use crate::http::command::mark_replayed;
use crate::http::tags::tag_of;
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::header;
use kernel::{AccountId, DocumentId, IncidentId};
use ledger::At;
use membership::membership::{Document, DocumentKind};
use portal::access::permission;
use portal::{Call, TextPlace, texts_to_look_at};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A text about an incident that may name an erased person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TextToLookAt {
    /// The incident.
    pub incident_id: IncidentId,
    /// The number of the text, for `erase-text`.
    pub number: u32,
    /// Whether the name, an address or a number of the person was found in it. Known to the request alone that erased the person.
    pub names_the_person: bool,
}

/// An account, one of whose persons was erased.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AccountAfterErasure)]
pub struct AccountAfterErasure {
    /// The account.
    #[serde(flatten)]
    pub account: AccountView,
    /// Texts about incidents that may still name the person: those in which a trace of the person was found, and all those of incidents that the
    /// account is involved in. Somebody has to read them; `erase-text` of the incident erases one.
    #[schema(max_items = 10000)]
    pub texts_to_look_at: Vec<TextToLookAt>,
}

fn places(naming: &[TextPlace], around: &[TextPlace]) -> Vec<TextToLookAt> {
    let entry = |(place, names_the_person): (TextPlace, bool)| TextToLookAt {
        incident_id: place.incident_id,
        number: place.number,
        names_the_person,
    };
    texts_to_look_at(naming, around).into_iter().map(entry).collect()
}

pub(super) async fn erase_person(req: Req<permission::PersonErase>) -> Result<HttpResponse, Problem> {
    let id: AccountId = req.id("account_id")?;
    let body: ErasePersonRequest = req.body()?;
    let (call, portal) = (req.call()?, &req.state.portal);
    let ((committed, naming), replayed) = req
        .once(
            &call,
            || async {
                let naming = portal.texts_naming(&call, id, body.person_id).await?;
                Ok((portal.erase_person(&call, id, body.person_id, body.reason.clone()).await?, naming))
            },
            |_, version| {
                let call = &call;
                async move {
                    let caller = portal.as_of_now(&call.caller).await?;
                    let call = Call { caller, ..call.clone() };
                    Ok((
                        portal.account(&call, id, Some(At::Version(version))).await?,
                        Vec::<TextPlace>::new(),
                    ))
                }
            },
        )
        .await?;
    let account = AccountResource::view(&req.state, &req.caller, &committed).await?;
    let etag = tag_of(committed.version, &account)?;
    let texts_to_look_at = places(&naming, &portal.texts_around(id).await?);
    let mut response = HttpResponse::Ok()
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, cache_control(true)))
        .json(AccountAfterErasure { account, texts_to_look_at });
    if replayed {
        mark_replayed(&mut response);
    }
    Ok(response)
}

/// A document that an application of an erased applicant names.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DocumentToDestroy {
    /// Its id.
    pub document_id: DocumentId,
    /// What it is.
    #[schema(inline, value_type = code::DocumentKindOut)]
    pub kind: DocumentKind,
    /// Its title.
    pub title: String,
    /// Where it is kept.
    pub reference: String,
}

/// An applicant that was erased.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AccountAfterForgetting)]
pub struct AccountAfterForgetting {
    /// The account.
    #[serde(flatten)]
    pub account: AccountView,
    /// The documents that its applications name. The portal knows where they are and does not have them: whoever keeps them destroys them.
    #[schema(max_items = 10000)]
    pub documents_to_destroy: Vec<DocumentToDestroy>,
    /// Texts of others about incidents that it was involved in, which may name its people: somebody has to read them.
    #[schema(max_items = 10000)]
    pub texts_to_look_at: Vec<TextToLookAt>,
}

pub(super) async fn erase_applicant(req: Req<permission::PersonErase>) -> Result<HttpResponse, Problem> {
    let id: AccountId = req.id("account_id")?;
    let EraseApplicantRequest { reason } = req.body()?;
    let (call, portal) = (req.call()?, &req.state.portal);
    let (committed, replayed) = req
        .once(
            &call,
            || portal.erase_applicant(&call, id, reason.clone()),
            |_, version| {
                let call = &call;
                async move {
                    let caller = portal.as_of_now(&call.caller).await?;
                    let call = Call { caller, ..call.clone() };
                    portal.account(&call, id, Some(At::Version(version))).await
                }
            },
        )
        .await?;
    let account = AccountResource::view(&req.state, &req.caller, &committed).await?;
    let etag = tag_of(committed.version, &account)?;
    let document = |document: Document| DocumentToDestroy {
        document_id: document.document_id,
        kind: document.kind,
        title: document.title.to_string(),
        reference: document.reference.to_string(),
    };
    let documents_to_destroy = portal.documents_of(id).await?.into_iter().map(document).collect();
    let texts_to_look_at = places(&[], &portal.texts_around(id).await?);
    let body = AccountAfterForgetting { account, documents_to_destroy, texts_to_look_at };
    let mut response = HttpResponse::Ok()
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, cache_control(true)))
        .json(body);
    if replayed {
        mark_replayed(&mut response);
    }
    Ok(response)
}

/// An example of the answer that an applicant was erased.
pub(super) fn forgotten_example() -> Value {
    let mut account = view::example();
    if let Value::Object(members) = &mut account {
        let document = json!({"document_id": "doc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "kind": "certificate_of_incorporation",
            "title": "Certificate", "reference": "https://files.example.com/certificate.pdf"});
        members.insert("contacts".to_owned(), json!([]));
        members.insert("users".to_owned(), json!([]));
        members.insert("erased".to_owned(), json!(true));
        members.insert("documents_to_destroy".to_owned(), json!([document]));
        members.insert("texts_to_look_at".to_owned(), json!([]));
    }
    account
}

/// An example of the answer.
pub(super) fn example() -> Value {
    let mut account = view::accepted_example();
    if let Value::Object(members) = &mut account {
        let text = json!({"incident_id": "inc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "number": 1, "names_the_person": true});
        members.insert("texts_to_look_at".to_owned(), json!([text]));
    }
    account
}
