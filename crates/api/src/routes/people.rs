//! Who a person is that an event names.

use crate::http::Req;
use crate::http::answer::cache_control;
use crate::operation::Operation;
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::header;
use kernel::PersonId;
use portal::access::permission;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// Who a person is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    /// The person.
    pub id: PersonId,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
}

async fn get(req: Req<permission::PersonRead>) -> Result<HttpResponse, Problem> {
    let id: PersonId = req.id("person_id")?;
    req.query().finish()?;
    let person = req.state.portal.person(&req.call()?, id).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, cache_control(true))).json(PersonView {
        id,
        given_name: person.given_name,
        family_name: person.family_name,
        email: person.email,
        telephone: person.telephone,
        job_title: person.job_title,
    }))
}

/// The operation on persons.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/people/{person_id}", "person_get", get)
            .about("people", "Read who a person is", "The newest details of a person whom an event names. A person is a contact of one account; somebody who serves several companies is another person in each. Not found where the details were erased.")
            .answers::<PersonView>(200, json!({"id": "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "given_name": "Maria", "family_name": "Ortega"})),
    ]
}
