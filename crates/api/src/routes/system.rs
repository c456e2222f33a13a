//! Health, metrics, the document and the pages about problems.

use crate::http::Req;
use crate::http::request::{Declares, Open, state};
use crate::http::state::ApiState;
use crate::operation::Operation;
use crate::problem::{Problem, page, registry};
use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use portal::access::permission;
use serde::Serialize;
use serde_json::json;
use std::time::Duration;
use utoipa::ToSchema;

/// How the server is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    pub status: &'static str,
}

/// A request of anybody, with what the routes hold.
pub(super) struct Anybody {
    pub(super) state: Data<ApiState>,
    pub(super) http: HttpRequest,
}

impl Declares for Anybody {
    const PERMISSION: Option<portal::access::Permission> = None;

    async fn from_parts(http: HttpRequest, payload: Payload) -> Result<Self, Problem> {
        let Open = Open::from_parts(http.clone(), payload).await?;
        Ok(Self { state: state(&http)?, http })
    }
}

async fn livez(_: Anybody) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(Health { status: "ok" }))
}

async fn readyz(anybody: Anybody) -> Result<HttpResponse, Problem> {
    let ledger = anybody.state.portal.ledger();
    if ledger.is_ready(Duration::from_secs(2)).await {
        Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(Health { status: "ok" }))
    } else if ledger.writing_stalls() {
        Err(Problem::unavailable("Writes do not get through to the database."))
    } else {
        Err(Problem::unavailable("The database does not answer."))
    }
}

async fn read_metrics(req: Req<permission::MetricsRead>) -> Result<HttpResponse, Problem> {
    metrics::gauge!("ledger_oldest_write_seconds").set(req.state.portal.ledger().oldest_wait().as_secs_f64());
    metrics::gauge!("ledger_writing_stalls")
        .set(f64::from(u8::from(req.state.portal.ledger().writing_stalls())));
    if let Some(since) = req.state.portal.since_last_round() {
        metrics::gauge!("portal_clock_round_age_seconds").set(since.as_secs_f64());
    }
    metrics::gauge!("portal_clock_stands_still")
        .set(f64::from(u8::from(req.state.portal.clock_stands_still())));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; version=0.0.4"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(req.state.metrics.render()))
}

async fn document(anybody: Anybody) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().insert_header(header::ContentType::json()).body(anybody.state.document.clone()))
}

fn html(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"))
        .body(body)
}

async fn problems(_: Anybody) -> Result<HttpResponse, Problem> {
    Ok(html(page::index()))
}

async fn problem(anybody: Anybody) -> Result<HttpResponse, Problem> {
    let slug = anybody.http.match_info().get("slug").unwrap_or_default();
    page::page(slug).map(html).ok_or_else(|| Problem::new(registry::NOT_FOUND))
}

/// The operations on the system.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/livez", "live_get", livez)
            .about("system", "See whether the process runs", "Answers as long as it does.")
            .answers::<Health>(200, json!({"status": "ok"})),
        Operation::get("/readyz", "ready_get", readyz)
            .about(
                "system",
                "See whether the database answers",
                "503 while it does not, or while writes do not get through to it.",
            )
            .answers::<Health>(200, json!({"status": "ok"})),
        Operation::get("/metrics", "metrics_get", read_metrics)
            .about("system", "Read the metrics", "In the text format of Prometheus.")
            .answers_text("text/plain"),
        Operation::get("/openapi.json", "document_get", document)
            .about("system", "Read this document", "OpenAPI 3.1.")
            .answers::<OpenApiDocument>(200, json!({"openapi": "3.1.0"})),
        Operation::get("/problems", "problems_list", problems)
            .about("system", "Read about all problem types", "A page for people.")
            .answers_text("text/html"),
        Operation::get("/problems/{slug}", "problem_get", problem)
            .about("system", "Read about a problem type", "A page for people: what it means and what to do.")
            .answers_text("text/html"),
    ]
}

/// An OpenAPI document.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OpenApiDocument)]
pub struct OpenApiDocument {
    /// The version of the specification.
    pub openapi: String,
}
