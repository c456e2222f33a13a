//! Problems (RFC 9457): the one shape of every error.

pub mod page;
pub mod registry;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use kernel::{FieldError, OpenCriterion, Refusal, RefusalKind};
use portal::{CONFLICT_OF_INTEREST, PortalError};
use registry::ProblemType;
use serde::Serialize;
use std::fmt;
use utoipa::ToSchema;

/// The media type of problems.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// One wrong member of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemFieldError {
    /// JSON pointer (RFC 6901) into the body, or `?name` for a parameter of the address.
    pub pointer: String,
    /// Stable code.
    pub code: String,
    /// A sentence for people; may change.
    pub detail: String,
}

/// One criterion of the security profile that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemCriterion {
    /// Which one, for example `4.8`: at `/v1/profiles/{profile_id}/answers/{criterion_id}`.
    #[schema(max_length = 20)]
    pub criterion_id: String,
    /// Why, in one stable code.
    pub code: String,
    /// A sentence for people; may change.
    pub detail: String,
}

/// What went wrong. `type` and `code` are part of the contract; `title` and `detail` are for people and may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// The problem type: `/problems/<slug>`, an address with a page about it.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The title of the problem type.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What went wrong this time, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The path of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The id of the request, for the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The broken rule, where a rule of the programme was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The state that forbids it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_state: Option<String>,
    /// What is possible now: commands by their names in the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_commands: Option<Vec<String>>,
    /// The version that the resource has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<i64>,
    /// Everything that is wrong with the request, all at once. A pointer leads to a member of the body; `""` is the body as a whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemFieldError>,
    /// The criteria of the security profile that stand in the way, all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<ProblemCriterion>,
    #[serde(skip)]
    #[schema(ignore)]
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem of a type.
    pub fn new(kind: ProblemType) -> Self {
        Self {
            problem_type: format!("/problems/{}", kind.slug),
            title: kind.title.to_owned(),
            status: kind.status,
            detail: None,
            instance: None,
            request_id: None,
            code: None,
            current_state: None,
            allowed_commands: None,
            current_version: None,
            errors: Vec::new(),
            criteria: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Says what went wrong this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// Lists what is wrong, as far as [`MAX_ERRORS`] goes; `detail` says how much there is.
    #[must_use]
    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors
            .into_iter()
            .take(MAX_ERRORS)
            .map(|error| ProblemFieldError {
                pointer: printable(&error.pointer, MAX_POINTER),
                code: error.code,
                detail: printable(&error.detail, MAX_DETAIL),
            })
            .collect();
        self
    }

    /// Names the request. Not every target is a path: `OPTIONS *` and `CONNECT host:port` name no instance.
    #[must_use]
    pub fn of_request(mut self, path: &str, request_id: &str) -> Self {
        if path.starts_with('/') {
            self.instance.get_or_insert_with(|| path.to_owned());
        }
        self.request_id.get_or_insert_with(|| request_id.to_owned());
        self
    }

    /// The request is not valid in these members.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] if only.pointer.is_empty() => printable(&format!("The body {}", only.detail), MAX_DETAIL),
            [only] => {
                format!("{}: {}", printable(&only.pointer, MAX_POINTER), printable(&only.detail, MAX_DETAIL))
            }
            several if several.len() > MAX_ERRORS => {
                format!("{} members are not valid; the first {MAX_ERRORS} are in errors.", several.len())
            }
            several => format!("{} members are not valid; see errors.", several.len()),
        };
        Self::new(registry::VALIDATION_FAILED).detail(detail).errors(errors)
    }

    /// The token is missing or not taken.
    pub fn unauthenticated(detail: &str, challenge: &str) -> Self {
        Self::new(registry::UNAUTHENTICATED).detail(detail).header(header::WWW_AUTHENTICATE, challenge)
    }

    /// Not available; to be tried again after some seconds.
    pub fn unavailable(detail: &str) -> Self {
        Self::new(registry::UNAVAILABLE).detail(detail).header(header::RETRY_AFTER, "2")
    }
}

/// How many errors one problem lists. A body may hold a hundred thousand wrong members; an answer is not to be larger than it.
pub const MAX_ERRORS: usize = 100;
/// How many characters of a pointer, whose names came from outside, are given back.
const MAX_POINTER: usize = 300;
/// How many characters of a sentence that may quote what came from outside are given back.
const MAX_DETAIL: usize = 2000;

/// Names that came from outside may hold control characters, which are shown instead of sent, and may be long, which is cut.
fn printable(text: &str, max: usize) -> String {
    let cut = if text.chars().nth(max).is_some() { "…" } else { "" };
    text.chars()
        .take(max)
        .chain(cut.chars())
        .flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] })
        .collect()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.problem_type)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, PROBLEM_JSON));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        response.body(serde_json::to_vec(self).unwrap_or_default())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal.kind {
            RefusalKind::Invalid => registry::VALIDATION_FAILED,
            RefusalKind::StateForbids => registry::STATE_FORBIDS,
            RefusalKind::ActorForbidden => registry::FORBIDDEN,
        };
        let mut problem = Problem::new(kind).detail(refusal.sentence).errors(refusal.errors);
        let criterion = |open: OpenCriterion| ProblemCriterion {
            criterion_id: open.criterion_id,
            code: open.code,
            detail: open.detail,
        };
        problem.criteria = refusal.criteria.into_iter().map(criterion).collect();
        problem.code = Some(refusal.code);
        problem.current_state = refusal.current_state;
        problem.allowed_commands =
            (refusal.kind == RefusalKind::StateForbids).then_some(refusal.allowed_commands);
        problem
    }
}

impl From<PortalError> for Problem {
    fn from(error: PortalError) -> Self {
        match error {
            PortalError::NotFound => Problem::new(registry::NOT_FOUND),
            PortalError::Forbidden => Problem::new(registry::FORBIDDEN),
            PortalError::ConflictOfInterest => Self {
                code: Some(CONFLICT_OF_INTEREST.to_owned()),
                ..Problem::new(registry::FORBIDDEN).detail(
                    "You have accepted a role in the account of this company, so you do nothing on it for CBP. Let somebody act who has \
                     nothing to do with the company, or ask the programme director to override the conflict.",
                )
            },
            PortalError::Refused(refusal) => refusal.into(),
            PortalError::VersionMismatch { current } => {
                let mut problem = Problem::new(registry::VERSION_MISMATCH)
                    .detail(format!(
                        "The resource is at version {current}. Read it again, and send the request with If-Match: \"{current}\" if it \
                         still fits."
                    ));
                problem.current_version = Some(current);
                problem
            }
            PortalError::MatchRequired { current } => {
                let mut problem = Problem::new(registry::MATCH_REQUIRED)
                    .detail(format!("The resource is at version {current}; send If-Match: \"{current}\"."));
                problem.current_version = Some(current);
                problem
            }
            PortalError::Contended | PortalError::KeyUsed => Problem::new(registry::CONTENDED)
                .detail("Others wrote to the same resource at the same time. Send the request again.")
                .header(header::RETRY_AFTER, "1"),
            PortalError::Overloaded => Problem::unavailable("Too many writes are waiting."),
            PortalError::Unavailable => Problem::unavailable("The database does not answer."),
            PortalError::Internal(cause) => {
                tracing::error!(cause, "a request failed");
                Problem::new(registry::INTERNAL)
            }
        }
    }
}
