//! The outermost layer: request ids, trace context, headers, one log line and the metrics of every request.

use crate::http::connection::Connection;
use crate::http::request::{ClientId, RateLimitHeader, RequestIds};
use crate::http::state::ApiState;
use crate::problem::{PROBLEM_JSON, Problem, registry};
use actix_web::ResponseError as _;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _};
use std::rc::Rc;
use std::time::Instant;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// Wraps every request.
pub async fn outermost(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let ids = identify(request.headers());
    request.extensions_mut().insert(ids.clone());
    let connection = request.conn_data::<Rc<Connection>>().cloned();
    if let Some(connection) = &connection {
        connection.begins(&request, &ids);
    }
    let policy = request.app_data::<Data<ApiState>>().map(|state| state.rate.policy());
    let counted = counted(request.method().as_str());
    let bodiless = request.method() == Method::HEAD;
    let upgrade = request.head().upgrade() || request.headers().contains_key(header::UPGRADE);
    let mut response = into_problem(next.call(request).await?);
    if let Some(connection) = &connection {
        connection.answers(bodiless);
    }
    if upgrade {
        // Nothing is upgraded here, and what would be left of the connection is not to be taken for something else.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    let route = response.request().match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let status = response.status();
    let limit = response.request().extensions().get::<RateLimitHeader>().cloned();
    let headers = response.headers_mut();
    if let Some(RateLimitHeader(value)) = limit {
        set(headers, HeaderName::from_static("ratelimit"), &value);
    }
    dress(headers, &ids.request_id, policy.as_deref());
    let seconds = started.elapsed().as_secs_f64();
    metrics::histogram!("http_request_seconds", "method" => counted, "route" => route.clone())
        .record(seconds);
    let client = response.request().extensions().get::<ClientId>().map(|ClientId(id)| id.clone());
    note(counted, &route, status.as_u16(), seconds, &ids, client.as_deref());
    Ok(response)
}

/// Sets the headers that every answer has.
pub(crate) fn dress(headers: &mut HeaderMap, request_id: &str, policy: Option<&str>) {
    set(headers, REQUEST_ID, request_id);
    if let Some(policy) = policy {
        set(headers, HeaderName::from_static("ratelimit-policy"), policy);
    }
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        set(headers, header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        set(headers, header::CACHE_CONTROL, "private, no-cache");
    }
    if !headers.contains_key(header::VARY) {
        set(headers, header::VARY, "Authorization, Accept");
    }
}

/// Counts an answer and writes its line into the log.
pub(crate) fn note(
    method: &'static str,
    route: &str,
    status: u16,
    seconds: f64,
    ids: &RequestIds,
    client_id: Option<&str>,
) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    let (request_id, trace_id) = (&ids.request_id, &ids.correlation_id);
    // The pattern of the route, never the address itself, and a method of the known ones: nothing in the line is of the client's choice
    // but its ids, and those are escaped.
    if status >= 500 {
        tracing::warn!(method, route, status, seconds, request_id, trace_id, client_id, "request");
    } else {
        tracing::info!(method, route, status, seconds, request_id, trace_id, client_id, "request");
    }
}

/// The method as the metrics count it. A client can invent methods; each would be a series of its own that is never forgotten.
pub(crate) fn counted(method: &str) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}

/// An error that some layer below answered in its own words, for example about a browser's origin, becomes a problem.
fn into_problem(response: ServiceResponse<impl MessageBody + 'static>) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON);
    if problem || !(status.is_client_error() || status.is_server_error()) {
        return response.map_into_boxed_body();
    }
    let preflight = response.request().method() == Method::OPTIONS;
    let kind = if preflight { registry::FORBIDDEN } else { registry::of_status(status.as_u16()) };
    let named = name(Problem::new(kind), response.request()).error_response();
    response.into_response(named)
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A sane id of the client's is taken over; otherwise a new one is made. A trace context is continued.
fn identify(headers: &HeaderMap) -> RequestIds {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let sane = |text: &&str| {
        (8..=100).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let request_id =
        text("request-id").filter(sane).map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
    let traceparent = text("traceparent").filter(|text| trace_id(text).is_some()).map(str::to_owned);
    let correlation_id =
        traceparent.as_deref().and_then(trace_id).map_or_else(|| request_id.clone(), str::to_owned);
    RequestIds { request_id, correlation_id, traceparent }
}

/// The trace id of a W3C trace context, `00-<32 digits>-<16 digits>-<2 digits>`.
fn trace_id(text: &str) -> Option<&str> {
    let parts: Vec<&str> = text.split('-').collect();
    let hexadecimal = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    match parts.as_slice() {
        [version, trace, parent, flags]
            if hexadecimal(version, 2)
                && hexadecimal(trace, 32)
                && hexadecimal(parent, 16)
                && hexadecimal(flags, 2)
                && trace.bytes().any(|byte| byte != b'0') =>
        {
            Some(trace)
        }
        _ => None,
    }
}

/// Names the request in a problem.
pub fn name(problem: Problem, http: &actix_web::HttpRequest) -> Problem {
    let request_id =
        http.extensions().get::<RequestIds>().map(|ids| ids.request_id.clone()).unwrap_or_default();
    problem.of_request(http.path(), &request_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_context_is_read_as_w3c_writes_it() {
        assert_eq!(
            trace_id("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            Some("4bf92f3577b34da6a3ce929d0e0e4736")
        );
        for wrong in ["", "00-0-0-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "x"] {
            assert_eq!(trace_id(wrong), None, "{wrong}");
        }
    }
}
