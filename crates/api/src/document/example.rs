//! Examples of parameters and problems.

use super::path_parameters;
use crate::http::advice;
use crate::operation::Operation;
use crate::problem::{Problem, registry};
use kernel::{FieldError, Refusal};
use portal::PortalError;
use serde_json::{Value, json};

/// A value that a parameter takes.
pub(super) fn of_parameter(name: &str, schema: &Value) -> Value {
    if name == "wait_seconds" {
        // Whoever tries the example is not to wait.
        return json!(0);
    }
    let text = |pointer: &str| schema.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    if let Some(items) = schema.get("items") {
        return json!([of_parameter(name, items)]);
    }
    if let Some(value) = schema.get("default").or_else(|| schema.pointer("/enum/0")) {
        return value.clone();
    }
    match (text("/type"), text("/format"), name) {
        ("integer", ..) => json!(schema.get("maximum").and_then(Value::as_i64).unwrap_or(7).min(7)),
        ("boolean", ..) => json!(false),
        (_, "date", _) => json!("2026-03-31"),
        (_, "date-time", _) => json!("2026-03-31T12:00:00Z"),
        (_, _, "aggregate_id") => json!("mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"),
        (_, _, "number") => json!("CSQU3054383"),
        (_, _, "cursor") => json!("eyJrIjoibWJyXzAxOTNhNWMwIn0"),
        _ => {
            let pattern = text("/pattern");
            let prefix = ["acc", "mbr", "prf", "inv", "enf", "apl", "inc", "per", "obl", "cal", "ntf"]
                .into_iter()
                .find(|prefix| pattern.contains(prefix));
            json!(format!("{}_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", prefix.unwrap_or("per")))
        }
    }
}

/// A problem as this operation answers with it: the very one that the code would make.
pub(super) fn of_problem(status: u16, operation: &Operation) -> Value {
    let new = |kind: registry::ProblemType, detail: &str| Problem::new(kind).detail(detail);
    let mut problem = match status {
        400 if operation.body.is_some() => Problem::invalid(vec![FieldError::new(
            "/no_such_member",
            "unknown_member",
            "is not a member that this takes",
        )]),
        400 => Problem::invalid(vec![FieldError::new(
            "?no_such_parameter",
            "unknown_parameter",
            "is not a parameter here",
        )]),
        401 => new(registry::UNAUTHENTICATED, "Send an access token as Authorization: Bearer."),
        403 => {
            let who = operation.permission.map(advice::who_may).unwrap_or_default();
            new(registry::FORBIDDEN, &who)
        }
        404 => Problem::new(registry::NOT_FOUND),
        409 => Problem::from(Refusal::state(
            "wrong_status",
            "A membership that is certified does not allow withdraw.",
            "certified",
            &["correct-date"],
        )),
        412 => PortalError::VersionMismatch { current: 3 }.into(),
        428 => PortalError::MatchRequired { current: 3 }.into(),
        406 => {
            new(registry::NOT_ACCEPTABLE, "The answer comes as application/json, which Accept leaves out.")
        }
        408 => new(registry::REQUEST_TIMEOUT, "The body did not arrive within 30 seconds."),
        413 => new(registry::CONTENT_TOO_LARGE, "The body may have at most 1048576 bytes."),
        415 => new(registry::UNSUPPORTED_MEDIA_TYPE, "Content-Type has to be application/json."),
        422 => new(
            registry::IDEMPOTENCY_KEY_REUSED,
            "This Idempotency-Key came with another body before. Send a new key with a new request, or the first body again to get the \
             first answer.",
        ),
        429 => new(registry::TOO_MANY_REQUESTS, "Wait for as many seconds as Retry-After says."),
        503 => Problem::unavailable("The database does not answer."),
        other => {
            let kind = registry::of_status(other);
            new(kind, kind.meaning)
        }
    };
    problem = problem.of_request(&of_path(&operation.path), "0193a5c0-de7a-7c3e-b8f6-a1b2c3d4e5f6");
    serde_json::to_value(&problem).unwrap_or_default()
}

/// The address with its parameters' examples.
fn of_path(path: &str) -> String {
    path_parameters(path).iter().fold(path.to_owned(), |path, parameter| {
        let text = |name: &str| parameter.get(name).and_then(Value::as_str).unwrap_or_default();
        path.replace(&format!("{{{}}}", text("name")), text("example"))
    })
}
