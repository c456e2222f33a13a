//! The HTTP server: routes, limits, a graceful stop.

use crate::http::connection::{Wire, carry};
use crate::http::middleware;
use crate::http::request;
use crate::http::state::ApiState;
use crate::operation::{Handler, Produces};
use crate::problem::{Problem, registry};
use actix_cors::Cors;
use actix_http::{HttpService, Protocol};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, apply_fn_factory, map_config};
use actix_web::dev::{AppConfig, Server, Service as _};
use actix_web::http::Method;
use actix_web::http::header;
use actix_web::middleware::{Condition, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpMessage as _, HttpRequest, ResponseError as _};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Within what time the head of a request has to arrive.
pub const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// The most bytes of headers.
pub(crate) const MAX_HEADERS: usize = 16 * 1024;
/// The most bytes of an address.
pub(crate) const MAX_URI: usize = 8 * 1024;

/// How the server listens and stops.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Worker threads; 0 takes one for each processor.
    pub workers: usize,
    /// Within what time the head of a request has to arrive: [`HEAD_WITHIN`], unless for a test.
    pub head_within: Duration,
    /// What open requests get after a stop signal.
    pub stop_within: Duration,
    /// Browsers' origins; empty turns CORS off.
    pub cors_origins: Vec<String>,
}

/// Serves until a stop signal; open requests are then finished, and those that wait for news are answered at once.
///
/// # Errors
/// The listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    state: Data<ApiState>,
    options: ServeOptions,
) -> std::io::Result<()> {
    let (cors, head_within) = (options.cors_origins, options.head_within);
    let ledger = state.portal.ledger().clone();
    let stop = async move {
        if let Err(error) = stop_signal().await {
            tracing::error!(%error, "stop signals cannot be listened for");
            std::future::pending::<()>().await;
        }
        tracing::info!("stopping; open requests are finished first");
        ledger.stop_waiting();
    };
    let sweep = state.clone();
    let sweeper = actix_web::rt::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(60)).await;
            sweep.rate.forget_idle();
        }
    });
    let mut server = Server::build().shutdown_signal(stop).shutdown_timeout(options.stop_within.as_secs());
    if options.workers > 0 {
        server = server.workers(options.workers);
    }
    let stopping = server.graceful_shutdown_signal();
    let address = listener.local_addr()?;
    let server = server.listen("ctpat", listener, move || {
        let app = App::new()
            .app_data(state.clone())
            .app_data(web::PayloadConfig::new(crate::http::body::MAX_BODY))
            .wrap(Condition::new(!cors.is_empty(), cross_origin(&cors)))
            .wrap(from_fn(middleware::outermost))
            .configure(configure)
            .into_factory()
            .map_err(|error: actix_web::Error| error.error_response());
        let stopping = stopping.clone();
        let http = HttpService::build()
            .local_addr(address)
            .client_request_timeout(head_within)
            .client_disconnect_timeout(Duration::from_secs(1))
            .keep_alive(Duration::from_secs(75))
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .on_connect_ext(|wire: &Wire, data| {
                data.insert(wire.connection());
            })
            .finish(map_config(app, |()| AppConfig::default()));
        let policy = state.rate.policy();
        apply_fn_factory(http, move |stream: TcpStream, http| {
            let peer = stream.peer_addr().ok();
            let (wire, connection) = Wire::new(stream);
            carry(http.call((wire, Protocol::Http1, peer)), connection, head_within, policy.clone())
        })
    })?;
    let result = server.run().await;
    sweeper.abort();
    result
}

/// Waits for the first stop signal. A second one ends the process at once, as if none was listened for.
async fn stop_signal() -> std::io::Result<()> {
    let mut signals = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::quit()]
        .into_iter()
        .map(signal)
        .collect::<std::io::Result<Vec<Signal>>>()?;
    futures::future::select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
    tokio::spawn(async move {
        futures::future::select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
        tracing::warn!("stopping at once");
        std::process::exit(1);
    });
    Ok(())
}

fn cross_origin(origins: &[String]) -> Cors {
    let mut cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH"])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::HeaderName::from_static("idempotency-key"),
            header::HeaderName::from_static("request-id"),
            header::HeaderName::from_static("traceparent"),
        ])
        .expose_headers(["ETag", "Location", "Request-Id", "Retry-After", "RateLimit", "Idempotent-Replayed"])
        .max_age(600);
    for origin in origins {
        cors = cors.allowed_origin(origin);
    }
    cors
}

/// What the router has to know of an operation.
struct Served {
    method: Method,
    produces: Produces,
    handler: Handler,
}

/// Operations by path. They are put together once for all workers: their schemas and examples are megabytes that only the document needs.
static SERVED: LazyLock<BTreeMap<String, Vec<Served>>> = LazyLock::new(|| {
    let mut paths: BTreeMap<String, Vec<Served>> = BTreeMap::new();
    for operation in crate::operations() {
        let produces = operation.produces();
        paths.entry(operation.path).or_default().push(Served {
            method: operation.method,
            produces,
            handler: operation.handler,
        });
    }
    paths
});

/// Registers every operation, grouped by path, so that each path knows its methods.
pub fn configure(config: &mut ServiceConfig) {
    for (path, operations) in SERVED.iter() {
        let mut allowed: Vec<String> = Vec::new();
        let mut resource = web::resource(path.as_str());
        for operation in operations {
            allowed.push(operation.method.to_string());
            let produces = operation.produces.clone();
            let handler = Arc::clone(&operation.handler);
            let serve = move |http: HttpRequest, payload: web::Payload| {
                http.extensions_mut().insert(produces.clone());
                handler(http, payload)
            };
            if operation.method == Method::GET {
                allowed.push("HEAD".to_owned());
                resource = resource.route(web::route().method(Method::HEAD).to(serve.clone()));
            }
            resource = resource.route(web::route().method(operation.method.clone()).to(serve));
        }
        let allow = allowed.join(", ");
        resource = resource.default_service(web::to(move |http: HttpRequest| {
            let problem = Problem::new(registry::METHOD_NOT_ALLOWED)
                .detail(format!("This address takes {allow}."))
                .header(header::ALLOW, &allow);
            let response = middleware::name(problem, &http).error_response();
            async move { response }
        }));
        config.service(resource);
    }
    config.configure(crate::routes::docs::configure);
    config.default_service(web::to(|http: HttpRequest| {
        let response = middleware::name(Problem::new(registry::NOT_FOUND), &http).error_response();
        async move { response }
    }));
}

/// Whether the headers and the address are within their limits.
///
/// # Errors
/// They are not.
pub(crate) fn check_limits(http: &HttpRequest) -> Result<(), Problem> {
    let headers: usize =
        http.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if headers > MAX_HEADERS {
        return Err(Problem::new(registry::HEADERS_TOO_LARGE));
    }
    let uri = http.uri().path_and_query().map_or(0, |both| both.as_str().len());
    if uri > MAX_URI {
        return Err(Problem::new(registry::URI_TOO_LONG));
    }
    request::state(http).map(|_| ())
}
