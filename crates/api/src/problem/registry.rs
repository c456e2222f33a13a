//! Every problem type (RFC 9457) in one table: the source of the document's enum, of the pages at `/problems` and of the tests.

/// One problem type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemType {
    /// The last segment of its `type`, which is part of the contract.
    pub slug: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its status.
    pub status: u16,
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

macro_rules! problems {
    ($($name:ident = $slug:literal, $status:literal, $title:literal, $meaning:literal, $remedy:literal;)+) => {
        $(
            #[doc = $meaning]
            pub const $name: ProblemType = ProblemType {
                slug: $slug, title: $title, status: $status, meaning: $meaning, remedy: $remedy,
            };
        )+

        /// Every problem type, in the order of their statuses.
        pub const ALL: &[ProblemType] = &[$($name,)+];
    };
}

problems! {
    MALFORMED_REQUEST = "malformed-request", 400, "The request cannot be read",
        "The body is not JSON in UTF-8, is cut off, or is nested more than 64 levels deep; a header cannot be read; or it is no HTTP request.",
        "Mend the request; detail says where reading stopped. Nothing was changed.";
    VALIDATION_FAILED = "validation-failed", 400, "The request is not valid",
        "Members or parameters are missing, unknown, of the wrong type or shape. All of them are listed in errors, each with a pointer.",
        "Mend every member that errors names and send the request again. Nothing was changed.";
    UNAUTHENTICATED = "unauthenticated", 401, "Sign in first",
        "There is no access token, or it is not one that this installation takes.",
        "Get a new access token and send it as Authorization: Bearer.";
    FORBIDDEN = "forbidden", 403, "You may not do this",
        "You may see this, but your role does not allow what was asked, a second person has to do it, or you belong to the company that it is about (conflict_of_interest).",
        "Ask somebody whose role allows it; the operation lists the roles.";
    NOT_FOUND = "not-found", 404, "Not found",
        "There is no such thing, or you may not know that there is.",
        "Check the address and the id.";
    METHOD_NOT_ALLOWED = "method-not-allowed", 405, "This method is not allowed here",
        "The address exists, but not with this method.",
        "Use one of the methods in Allow.";
    NOT_ACCEPTABLE = "not-acceptable", 406, "No representation that you accept",
        "The resource has no representation of a media type in Accept.",
        "Accept application/json.";
    REQUEST_TIMEOUT = "request-timeout", 408, "The request took too long to arrive",
        "The head of the request did not arrive within 10 seconds, or its body not within the time that a request may take.",
        "Send the request again over a better connection. Nothing was changed.";
    STATE_FORBIDS = "state-forbids", 409, "The state forbids this now",
        "A rule of the programme forbids this in the current state; code names the rule, allowed_commands what is possible now.",
        "Follow detail, or choose one of allowed_commands. Nothing was changed.";
    CONTENDED = "contended", 409, "Others are changing this",
        "Others wrote to the same resource at the same time, again and again.",
        "Send the request again.";
    IDEMPOTENCY_KEY_IN_PROGRESS = "idempotency-key-in-progress", 409, "The first request is still running",
        "A request with the same Idempotency-Key is still being worked on.",
        "Send the request again after Retry-After.";
    VERSION_MISMATCH = "version-mismatch", 412, "The resource has changed",
        "If-Match names another version than current_version.",
        "Read the resource again, merge, and send the request with its new ETag. Nothing was changed.";
    CONTENT_TOO_LARGE = "content-too-large", 413, "The body is too large",
        "The body has more than 1 MiB.",
        "Send less at once.";
    URI_TOO_LONG = "uri-too-long", 414, "The address is too long",
        "The address has more than 8 KiB.",
        "Send fewer or shorter parameters.";
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", 415, "The media type is not supported",
        "Content-Type is not the one that the operation takes.",
        "Send the media type that detail names.";
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused", 422, "The Idempotency-Key was used for something else",
        "The key was used with another body within the last seven days.",
        "Use a new key for a new request.";
    MATCH_REQUIRED = "match-required", 428, "If-Match is required",
        "Data would be replaced, so the version that is replaced has to be named.",
        "Read the resource, and send the request with its ETag in If-Match.";
    TOO_MANY_REQUESTS = "too-many-requests", 429, "Too many requests",
        "This client has sent more requests than its quota.",
        "Wait for Retry-After; RateLimit tells what is left.";
    HEADERS_TOO_LARGE = "headers-too-large", 431, "The headers are too large",
        "The headers have more than 16 KiB, or there are more than 96.",
        "Send smaller headers.";
    INTERNAL = "internal", 500, "Something went wrong here",
        "The server made a mistake. The request id leads to its cause in the log.",
        "Send the request again with the same Idempotency-Key; report the request id if it happens again.";
    UNAVAILABLE = "unavailable", 503, "Not available right now",
        "The database does not answer, too many writes are waiting, or the request took longer than allowed.",
        "Send the request again after Retry-After, with the same Idempotency-Key: a repeat never does anything twice.";
    HTTP_VERSION_NOT_SUPPORTED = "http-version-not-supported", 505, "This version of HTTP is not served",
        "The request line names a version of HTTP that is neither 1.0 nor 1.1.",
        "Send HTTP/1.1.";
}

/// The first problem type with a status; an unforeseen one counts as a mistake of the server's, or as a request that cannot be read.
pub fn of_status(status: u16) -> ProblemType {
    let other = if status < 500 { MALFORMED_REQUEST } else { INTERNAL };
    ALL.iter().copied().find(|problem| problem.status == status).unwrap_or(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_slug_is_used_once() {
        let slugs: BTreeSet<&str> = ALL.iter().map(|problem| problem.slug).collect();
        assert_eq!(slugs.len(), ALL.len());
        assert!(ALL.is_sorted_by_key(|problem| problem.status));
    }
}
