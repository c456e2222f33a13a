//! The versions of the participation agreement.

use crate::http::Req;
use crate::http::answer::json_page;
use crate::operation::Operation;
use crate::problem::{Problem, registry};
use actix_web::HttpResponse;
use chrono::NaiveDate;
use membership::agreement::{AGREEMENTS, Agreement, agreement, agreement_in_force};
use portal::access::permission;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A version of the agreement.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Agreement)]
pub struct AgreementView {
    /// Its name, which an acceptance records.
    pub version: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The first day on which it is the one to accept.
    pub effective_on: NaiveDate,
    /// Whether it is the one to accept today.
    pub in_force: bool,
    /// The whole text: a paraphrase, which an installation of the programme replaces by its own.
    pub text: &'static str,
}

/// Every version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgreementList {
    /// Oldest first.
    pub items: Vec<AgreementView>,
}

fn view(agreement: &Agreement, today: NaiveDate) -> AgreementView {
    AgreementView {
        version: agreement.version,
        title: agreement.title,
        effective_on: agreement.effective_on,
        in_force: agreement_in_force(today).is_some_and(|current| current.version == agreement.version),
        text: agreement.text,
    }
}

async fn list(req: Req<permission::ReferenceRead>) -> Result<HttpResponse, Problem> {
    req.query().finish()?;
    let today = kernel::programme_date(req.state.portal.now());
    Ok(json_page(&AgreementList { items: AGREEMENTS.iter().map(|one| view(one, today)).collect() }))
}

async fn get(req: Req<permission::ReferenceRead>) -> Result<HttpResponse, Problem> {
    req.query().finish()?;
    let today = kernel::programme_date(req.state.portal.now());
    let found = agreement(req.segment("version")).ok_or_else(|| Problem::new(registry::NOT_FOUND))?;
    req.tagged(&view(found, today), false)
}

fn example() -> Value {
    json!({"version": "2024-1", "title": "Agreement to participate voluntarily", "effective_on": "2024-01-01", "in_force": true, "text": "The company takes part …"})
}

/// The operations on agreements.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/agreements", "agreements_list", list)
            .about(
                "agreements",
                "List the versions of the agreement",
                "With their texts; the one in force is the one to accept.",
            )
            .answers::<AgreementList>(200, json!({"items": [example()]})),
        Operation::get("/v1/agreements/{version}", "agreement_get", get)
            .about(
                "agreements",
                "Read a version of the agreement",
                "A version that was accepted is never changed.",
            )
            .answers::<AgreementView>(200, example())
            .tagged(),
    ]
}
