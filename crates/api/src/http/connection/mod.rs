//! What a connection carries, and what is answered when it carries something else than HTTP.
//!
//! The HTTP implementation refuses what it cannot read before there is a request for any handler, in its own words: with a status and no body.
//! Here its dispatcher runs over a [`Wire`] that lets every answer of a handler pass and stops at such a refusal; then the dispatcher is ended
//! and a problem of the registry is sent in its place.

mod outgoing;
mod refusal;
mod request_line;
mod wire;

use crate::http::middleware;
use crate::http::request::RequestIds;
use actix_http::error::DispatchError;
use actix_web::dev::ServiceRequest;
use actix_web::http::{Method, header};
use actix_web::rt::net::TcpStream;
use refusal::Refusal;
use request_line::RequestLine;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
pub(crate) use wire::Wire;

/// A request whose body comes in chunks, which may turn out to be none.
#[derive(Clone)]
struct Chunked {
    ids: RequestIds,
    method: &'static str,
    bodiless: bool,
    path: String,
}

/// What is known about a connection, by its [`Wire`] and by those who serve its requests.
pub(crate) struct Connection {
    stream: RefCell<Option<TcpStream>>,
    line: RefCell<RequestLine>,
    /// When the first of the bytes came that nothing has been answered to.
    arriving: Cell<Option<Instant>>,
    /// Whether a request was read.
    served: Cell<bool>,
    /// Whether a request is being worked on.
    working: Cell<bool>,
    /// The last request, if its body comes in chunks.
    chunked: RefCell<Option<Chunked>>,
    /// The answers of handlers that the wire has not seen yet: whether they go without their bodies.
    answers: RefCell<VecDeque<bool>>,
    /// Whether every answer that was begun has been written whole.
    between_answers: Cell<bool>,
    /// The status of a refusal that no handler gave.
    refused: Cell<Option<u16>>,
}

impl Connection {
    fn new() -> Self {
        Self {
            stream: RefCell::new(None),
            line: RefCell::new(RequestLine::new()),
            arriving: Cell::new(None),
            served: Cell::new(false),
            working: Cell::new(false),
            chunked: RefCell::new(None),
            answers: RefCell::new(VecDeque::new()),
            between_answers: Cell::new(true),
            refused: Cell::new(None),
        }
    }

    /// A request was read and is worked on from now on.
    pub(crate) fn begins(&self, request: &ServiceRequest, ids: &RequestIds) {
        self.served.set(true);
        self.working.set(true);
        let chunked = request.headers().contains_key(header::TRANSFER_ENCODING).then(|| Chunked {
            ids: ids.clone(),
            method: middleware::counted(request.method().as_str()),
            bodiless: request.method() == Method::HEAD,
            path: request.path().to_owned(),
        });
        self.chunked.replace(chunked);
    }

    /// The request that is worked on is answered; `bodiless`: by the head of the answer alone.
    pub(crate) fn answers(&self, bodiless: bool) {
        self.working.set(false);
        self.answers.borrow_mut().push_back(bodiless);
    }

    fn next_answer(&self) -> Option<bool> {
        self.answers.borrow_mut().pop_front()
    }

    fn received(&self, bytes: &[u8]) {
        if self.arriving.get().is_none() {
            self.arriving.set(Some(Instant::now()));
        }
        if !self.served.get() {
            self.line.borrow_mut().read(bytes);
        }
    }

    fn sent(&self, between_answers: bool) {
        self.arriving.set(None);
        self.between_answers.set(between_answers);
    }

    fn refuse(&self, status: u16) {
        self.refused.set(Some(status));
    }

    fn take_back(&self, stream: Option<TcpStream>) {
        self.stream.replace(stream);
    }

    /// Since when a head is arriving on a connection that has served others before. The dispatcher itself looks at the first alone.
    fn dawdling_since(&self) -> Option<Instant> {
        let next = self.served.get() && !self.working.get() && self.between_answers.get();
        // What is left of a body in chunks is no head.
        self.arriving.get().filter(|_| next && self.chunked.borrow().is_none())
    }

    /// Whether of the first request only a beginning has come.
    fn is_cut_off(&self) -> bool {
        !self.served.get() && !self.line.borrow().method().is_empty()
    }

    /// What has to be answered after the dispatcher has ended by itself, or at a refusal.
    fn refusal(&self, ended: bool, head_within: Duration) -> Option<Refusal> {
        let arrived = self.arriving.get();
        match self.refused.get() {
            // Who has sent nothing has asked nothing.
            Some(408) if arrived.is_none() => None,
            Some(status) if self.served.get() => Some(Refusal::of(status, None, arrived, head_within)),
            Some(status) => Some(Refusal::of(status, Some(&self.line.borrow()), arrived, head_within)),
            // The client has said that nothing more comes.
            None if ended && self.is_cut_off() => Some(Refusal::of_part(&self.line.borrow(), arrived)),
            // The dispatcher gives a request up without an answer when the chunks of its body are none.
            None if ended && self.working.get() && self.between_answers.get() => {
                self.chunked.take().map(|request| Refusal::of_chunks(request, arrived))
            }
            None => None,
        }
    }
}

/// Carries a connection to its end. The head of each request has to arrive within `head_within`; `policy` is the rate limit's, as all answers
/// have it.
///
/// # Errors
/// Those of the dispatcher.
pub(crate) async fn carry(
    dispatch: impl Future<Output = Result<(), DispatchError>>,
    connection: Rc<Connection>,
    head_within: Duration,
    policy: String,
) -> Result<(), DispatchError> {
    let mut dispatch = Box::pin(dispatch);
    let mut patience = None;
    let ended = poll_fn(|context| {
        if let Poll::Ready(result) = dispatch.as_mut().poll(context) {
            return Poll::Ready(Some(result));
        }
        if connection.refused.get().is_some() {
            return Poll::Ready(None);
        }
        let Some(since) = connection.dawdling_since() else {
            patience = None;
            return Poll::Pending;
        };
        let timer = patience.get_or_insert_with(|| Box::pin(sleep_until(since + head_within)));
        timer.as_mut().poll(context).map(|()| {
            connection.refuse(408);
            None
        })
    })
    .await;
    // It gives the socket back.
    drop(dispatch);
    let stream = connection.stream.take();
    let refusal = connection.refusal(matches!(ended, Some(Ok(()))), head_within);
    if let (Some(stream), Some(refusal)) = (stream, refusal) {
        refusal.send(stream, &policy).await;
    }
    ended.unwrap_or(Ok(()))
}
