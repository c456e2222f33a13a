//! The answer to what is no request.

use super::Chunked;
use super::request_line::RequestLine;
use crate::http::middleware;
use crate::http::request::RequestIds;
use crate::http::server::{MAX_HEADERS, MAX_URI};
use crate::problem::Problem;
use crate::problem::registry::{self, ProblemType};
use actix_web::ResponseError as _;
use actix_web::body::MessageBody as _;
use actix_web::http::header::{self, HttpDate};
use actix_web::rt::net::TcpStream;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout};

/// How long the client gets to take the answer. What it still sends meanwhile is read and thrown away: closing a socket with unread bytes in
/// it can take the answer away from the client before it is read.
const LINGER: Duration = Duration::from_secs(2);
/// How many headers the parser reads.
const MOST_HEADERS: usize = 96;

/// A refusal that is not from a handler.
pub(super) struct Refusal {
    kind: ProblemType,
    detail: String,
    method: &'static str,
    bodiless: bool,
    path: Option<String>,
    ids: RequestIds,
    since: Option<Instant>,
}

impl Refusal {
    /// In place of one of the parser with this status. `line` is what is known about the first request of a connection; of later ones nothing
    /// is known.
    pub(super) fn of(
        status: u16,
        line: Option<&RequestLine>,
        since: Option<Instant>,
        head_within: Duration,
    ) -> Self {
        let too_long = line.is_some_and(|line| line.target_length() > MAX_URI);
        let other_version = line.is_some_and(RequestLine::is_of_another_version);
        let (kind, detail) = match status {
            400 | 431 if too_long => {
                (registry::URI_TOO_LONG, format!("The address may have at most {MAX_URI} bytes."))
            }
            400 if other_version => (
                registry::HTTP_VERSION_NOT_SUPPORTED,
                "The request line names another version. Send HTTP/1.1; over a proxy, let the proxy speak it to this server.".to_owned(),
            ),
            400 => (
                registry::MALFORMED_REQUEST,
                "This is no HTTP/1.1 request. Look at the request line (method, address, HTTP/1.1, with what is no ASCII \
                 percent-encoded); at the headers (a name and a colon each, Host once); and at how the body is announced: once, by \
                 Content-Length or by Transfer-Encoding: chunked. Nothing was changed."
                    .to_owned(),
            ),
            408 => (
                registry::REQUEST_TIMEOUT,
                format!(
                    "The head of the request did not arrive within {head_within:?}. Send the request again, on a new connection. Nothing was \
                     changed."
                ),
            ),
            431 => (
                registry::HEADERS_TOO_LARGE,
                format!("There may be at most {MOST_HEADERS} headers, of {MAX_HEADERS} bytes together."),
            ),
            other => {
                let kind = registry::of_status(other);
                (kind, kind.remedy.to_owned())
            }
        };
        let method = line.map(RequestLine::method).unwrap_or_default();
        Self {
            kind,
            detail,
            method: middleware::counted(method),
            bodiless: method == "HEAD",
            path: None,
            ids: RequestIds::new(),
            since,
        }
    }

    /// To the beginning of a request on which nothing followed.
    pub(super) fn of_part(line: &RequestLine, since: Option<Instant>) -> Self {
        Self {
            kind: registry::MALFORMED_REQUEST,
            detail: "The request ended before its head did. An empty line has to follow on the headers. Nothing was changed."
                .to_owned(),
            method: middleware::counted(line.method()),
            bodiless: line.method() == "HEAD",
            path: None,
            ids: RequestIds::new(),
            since,
        }
    }

    /// To a request whose body is not in the chunks that it announced.
    pub(super) fn of_chunks(request: Chunked, since: Option<Instant>) -> Self {
        Self {
            kind: registry::MALFORMED_REQUEST,
            detail: "The body is not in chunks as Transfer-Encoding announces: each is its size in hexadecimal, a line end, the bytes and \
                     a line end, and the last has size 0. Nothing was changed."
                .to_owned(),
            method: request.method,
            bodiless: request.bodiless,
            path: Some(request.path),
            ids: request.ids,
            since,
        }
    }

    /// Sends it and closes.
    pub(super) async fn send(self, mut stream: TcpStream, policy: &str) {
        let seconds = self.since.map_or(0.0, |since| since.elapsed().as_secs_f64());
        middleware::note(self.method, "unknown", self.kind.status, seconds, &self.ids, None);
        let answer = self.answer(policy);
        // A client that is gone, or does not read, needs no answer.
        let _ = timeout(LINGER, async {
            stream.write_all(&answer).await?;
            stream.shutdown().await?;
            let mut rest = [0; 4096];
            while stream.read(&mut rest).await? > 0 {}
            std::io::Result::Ok(())
        })
        .await;
    }

    fn answer(&self, policy: &str) -> Vec<u8> {
        let mut problem = Problem::new(self.kind).detail(self.detail.as_str());
        problem.request_id = Some(self.ids.request_id.clone());
        if let Some(path) = &self.path {
            problem = problem.of_request(path, &self.ids.request_id);
        }
        let mut response = problem.error_response();
        middleware::dress(response.headers_mut(), &self.ids.request_id, Some(policy));
        let status = response.status();
        let reason = status.canonical_reason().unwrap_or_default();
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
        for (name, value) in response.headers() {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        let body = response.into_body().try_into_bytes().unwrap_or_default();
        let (connection, length, date) = (header::CONNECTION, header::CONTENT_LENGTH, header::DATE);
        let now = HttpDate::from(SystemTime::now());
        let last = format!("{length}: {}\r\n{connection}: close\r\n{date}: {now}\r\n\r\n", body.len());
        head.extend_from_slice(last.as_bytes());
        if !self.bodiless {
            head.extend_from_slice(&body);
        }
        head
    }
}
