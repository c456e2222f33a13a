//! What to do about a problem, where the request itself shows it.

use crate::problem::Problem;
use actix_web::HttpRequest;
use actix_web::http::header;
use portal::access::Permission;

/// Says what to do: who may do what is forbidden, that an address looks back, how a tag is written.
pub fn add(problem: Problem, http: &HttpRequest, permission: Option<Permission>) -> Problem {
    let advice = match (problem.status, permission) {
        (403, Some(permission)) if problem.detail.is_none() => Some(who_may(permission)),
        (404, _) if problem.detail.is_none() && looks_back(http) => Some(
            "There was no such thing at that time or in that version, or there is none at all. Leave as_of, known_at and at_version out \
             to read it as it is now."
                .to_owned(),
        ),
        (412, _) => tag(http).map(str::to_owned),
        _ => None,
    };
    let Some(advice) = advice else { return problem };
    let detail = match &problem.detail {
        Some(detail) => format!("{detail} {advice}"),
        None => advice,
    };
    problem.detail(detail)
}

/// The roles that have a permission, by the one table.
pub fn who_may(permission: Permission) -> String {
    let roles: Vec<&str> = permission.row().iter().map(|(role, _)| role.as_str()).collect();
    match roles.as_slice() {
        [only] => format!("This takes the permission {}, which the role {only} has.", permission.as_str()),
        several => format!(
            "This takes the permission {}, which these roles have: {}.",
            permission.as_str(),
            several.join(", ")
        ),
    }
}

/// Whether a request asks for what was once so.
pub(crate) fn looks_back(http: &HttpRequest) -> bool {
    let names = ["as_of=", "known_at=", "at_version="];
    http.query_string().split('&').any(|pair| names.iter().any(|name| pair.starts_with(name)))
}

/// What is wrong with the form of the tag in `If-Match`, which for that reason matches nothing.
fn tag(http: &HttpRequest) -> Option<&'static str> {
    let given = http.headers().get(header::IF_MATCH)?.to_str().ok()?.trim();
    if given.starts_with("W/") {
        Some(
            "The tag that came is weak (W/), and weak tags match nothing here: send it as it stands in ETag.",
        )
    } else if !given.starts_with('"') && given != "*" {
        Some("The tag that came has no quotation marks: they belong to it.")
    } else {
        None
    }
}
