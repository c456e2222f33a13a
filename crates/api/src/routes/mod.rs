//! The routes, one file a noun: requests, representations, handlers, and their registration.

pub mod accounts;
pub mod agreements;
pub mod calendars;
pub mod code;
pub mod criteria;
pub mod docs;
pub mod enforcement;
pub mod erasures;
pub mod events;
pub mod incidents;
pub mod invitations;
pub mod ledger;
pub mod memberships;
pub mod notifications;
pub mod obligations;
pub mod people;
pub mod profiles;
pub mod reference;
pub mod system;
pub mod work;

use crate::http::Req;
use crate::problem::Problem;
use ::ledger::At;
use serde_json::{Value, json};

/// Reads `as_of`, `known_at` and `at_version`; where several stand, all of them hold.
pub(crate) fn look_back<P>(req: &Req<P>) -> Result<Option<At>, Problem> {
    let mut query = req.query();
    let as_of = query.instant("as_of");
    let known_at = query.instant("known_at");
    let version = query.number("at_version", 1, 9_007_199_254_740_991);
    query.finish()?;
    Ok(match (as_of, known_at, version) {
        (None, None, None) => None,
        (None, None, Some(version)) => Some(At::Version(version)),
        (as_of, known_at, version) => Some(At::Within { as_of, known_at, version }),
    })
}

/// The stable names of a closed list.
pub(crate) fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(name).collect()
}

/// The schema of a parameter from a closed list.
pub(crate) fn code_list(codes: &[&str]) -> Value {
    json!({"type": "array", "maxItems": 50, "items": {"type": "string", "enum": codes}})
}

/// The schema of a parameter that takes ids.
pub(crate) fn id_list(prefix: &str) -> Value {
    json!({"type": "array", "maxItems": 50, "items": {
        "type": "string", "maxLength": 36, "pattern": format!("^{prefix}_[0-9a-f]{{32}}$"),
    }})
}

/// The schema of a date parameter.
pub(crate) fn date_parameter() -> Value {
    json!({"type": "string", "format": "date", "maxLength": 10})
}
