//! `/docs`: Swagger UI out of the binary; no foreign host is asked.

use crate::http::middleware;
use crate::problem::{Problem, registry};
use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};
use std::sync::Arc;
use utoipa_swagger_ui::Config;

/// The page may load its own scripts, styles and images, and call this server: nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Registers the page and its files.
pub fn configure(config: &mut ServiceConfig) {
    let files = Arc::new(Config::from("/openapi.json").try_it_out_enabled(true).display_operation_id(true));
    config.service(
        web::resource("/docs")
            .route(web::get().to(to_the_page))
            .route(web::head().to(to_the_page))
            .default_service(web::to(wrong_method)),
    );
    let (get, head) = (files.clone(), files);
    config.service(
        web::resource("/docs/{file:.*}")
            .route(web::get().to(move |http: HttpRequest| file(http, get.clone())))
            .route(web::head().to(move |http: HttpRequest| file(http, head.clone())))
            .default_service(web::to(wrong_method)),
    );
}

/// The page names its files relative to its own address, which therefore ends with a slash.
async fn to_the_page() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

async fn wrong_method(http: HttpRequest) -> HttpResponse {
    let problem = Problem::new(registry::METHOD_NOT_ALLOWED)
        .detail("This address takes GET, HEAD.")
        .header(header::ALLOW, "GET, HEAD");
    middleware::name(problem, &http).error_response()
}

async fn file(http: HttpRequest, files: Arc<Config<'static>>) -> HttpResponse {
    let name = http.match_info().get("file").unwrap_or_default();
    match utoipa_swagger_ui::serve(name, files) {
        Ok(Some(file)) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, file.content_type))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .body(file.bytes.into_owned()),
        Ok(None) => middleware::name(Problem::new(registry::NOT_FOUND), &http).error_response(),
        Err(error) => {
            tracing::error!(%error, "the documentation page cannot be served");
            middleware::name(Problem::new(registry::INTERNAL), &http).error_response()
        }
    }
}
