//! Swagger UI, served from the binary: no foreign host is asked.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, http::header};
use std::sync::{Arc, OnceLock};
use utoipa_swagger_ui::Config;

static CONFIG: OnceLock<Arc<Config<'static>>> = OnceLock::new();

/// Registers `/docs`.
pub fn configure(config: &mut ServiceConfig) {
    config.route(
        "/docs",
        web::get().to(|| async { HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish() }),
    );
    config.route("/docs/{tail:.*}", web::get().to(file));
}

async fn file(tail: web::Path<String>) -> HttpResponse {
    let settings = CONFIG.get_or_init(|| Arc::new(Config::from("/openapi.json").try_it_out_enabled(true))).clone();
    match utoipa_swagger_ui::serve(&tail, settings) {
        Ok(Some(file)) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, file.content_type))
            .insert_header((
                header::CONTENT_SECURITY_POLICY,
                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self' 'unsafe-inline'",
            ))
            .body(file.bytes.into_owned()),
        _ => HttpResponse::NotFound().finish(),
    }
}
