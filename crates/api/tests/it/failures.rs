//! Handlers that panic, or that take too long, are answered for.

use crate::support::{Options, state};
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, test};
use api::Operation;
use api::http::middleware::outermost;
use api::http::{Open, Req};
use api::problem::Problem;
use portal::access::permission::MetricsRead;
use serde_json::Value;
use std::time::Duration;

async fn panics(_: Open) -> Result<HttpResponse, Problem> {
    panic!("the password is swordfish")
}

async fn dawdles(_: Open) -> Result<HttpResponse, Problem> {
    tokio::time::sleep(Duration::from_secs(60)).await;
    Ok(HttpResponse::Ok().finish())
}

async fn guarded(_: Req<MetricsRead>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().finish())
}

async fn answer(operation: Operation) -> (u16, Option<String>, Value) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { patience: Duration::from_millis(200), ..Options::default() };
    let handler = operation.handler;
    let app = App::new()
        .app_data(Data::new(state(folder.path(), &options).await))
        .wrap(from_fn(outermost))
        .route("/it", web::get().to(move |http: HttpRequest, payload: web::Payload| handler(http, payload)));
    let app = test::init_service(app).await;
    let response = test::call_service(&app, test::TestRequest::get().uri("/it").to_request()).await;
    let status = response.status().as_u16();
    assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), "application/problem+json");
    let wait = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
    (status, wait, test::read_body_json(response).await)
}

#[actix_web::test]
async fn a_panic_becomes_a_problem_without_its_cause() {
    let (status, _, problem) = answer(Operation::get("/it", "it_get", panics)).await;
    assert_eq!((status, problem["type"].as_str()), (500, Some("/problems/internal")));
    assert!(problem["request_id"].is_string() && !problem.to_string().contains("swordfish"), "{problem}");
}

#[actix_web::test]
async fn a_request_that_takes_too_long_becomes_a_problem_that_says_when_to_come_again() {
    let (status, wait, problem) = answer(Operation::get("/it", "it_get", dawdles)).await;
    assert_eq!((status, problem["type"].as_str()), (503, Some("/problems/unavailable")));
    assert!(wait.is_some());
}

#[actix_web::test]
async fn a_route_asks_for_the_permission_that_its_handler_declares() {
    let operation = Operation::get("/it", "it_get", guarded);
    assert_eq!(operation.permission, Some(portal::access::Permission::MetricsRead));
    assert_eq!(answer(operation).await.0, 401);
}
