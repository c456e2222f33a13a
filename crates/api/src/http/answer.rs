//! Answers: representations with their ETag, lists, 304.

use crate::http::advice;
use crate::http::request::Req;
use crate::http::state::ApiState;
use crate::http::tags::tag_of;
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use cqrs_es::Aggregate;
use ledger::At;
use portal::access::Caller;
use portal::{Call, Committed, PortalError};
use serde::Serialize;
use std::future::Future;

/// A kind of resource that folds from one stream.
pub trait Resource {
    /// The aggregate.
    type Aggregate: Aggregate + Clone + 'static;
    /// Its representation.
    type View: Serialize;
    /// Its name in recorded outcomes.
    const KIND: &'static str;
    /// The collection that it is in, for `Location`.
    const COLLECTION: &'static str;
    /// Whether the representation holds personal data, which no cache may keep.
    const PERSONAL: bool;
    /// It, in a version, for a caller who may read it now.
    fn read(
        state: &ApiState,
        call: &Call,
        id: &str,
        at: At,
    ) -> impl Future<Output = Result<Committed<Self::Aggregate>, PortalError>>;
    /// Its representation for this caller.
    fn view(
        state: &ApiState,
        caller: &Caller,
        committed: &Committed<Self::Aggregate>,
    ) -> impl Future<Output = Result<Self::View, PortalError>>;
    /// What the caller can do, where a representation says it. Of what was once so it is emptied: commands act on what is so now.
    fn allowed_commands(_: &mut Self::View) -> Option<&mut Vec<&'static str>> {
        None
    }
}

/// What stands for the version in the tag of a resource that has none.
const NO_VERSION_OF_ITS_OWN: i64 = 0;

/// How long caches may keep an answer.
pub fn cache_control(personal: bool) -> &'static str {
    if personal { "private, no-store" } else { "private, no-cache" }
}

impl<P> Req<P> {
    /// Answers with the representation of a resource; 304 when the client has it already.
    ///
    /// # Errors
    /// The representation cannot be put together.
    pub async fn represent<R: Resource>(
        &self,
        committed: &Committed<R::Aggregate>,
        status: StatusCode,
    ) -> Result<HttpResponse, Problem> {
        let mut view = R::view(&self.state, &self.caller, committed).await?;
        if advice::looks_back(&self.http)
            && let Some(commands) = R::allowed_commands(&mut view)
        {
            commands.clear();
        }
        let etag = tag_of(committed.version, &view)?;
        if self.http.method().is_safe() && self.has_already(&etag) {
            return Ok(HttpResponse::NotModified()
                .insert_header((header::ETAG, etag))
                .insert_header((header::CACHE_CONTROL, cache_control(R::PERSONAL)))
                .finish());
        }
        let mut response = HttpResponse::build(status);
        response.insert_header((header::ETAG, etag));
        response.insert_header((header::CACHE_CONTROL, cache_control(R::PERSONAL)));
        if status == StatusCode::CREATED {
            response.insert_header((header::LOCATION, format!("/v1/{}/{}", R::COLLECTION, committed.id)));
        }
        Ok(response.json(view))
    }
}

impl<P> Req<P> {
    /// Answers with a single resource that has no version of its own, tagged by what it holds; 304 when the client has it already.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn tagged(&self, body: &impl Serialize, personal: bool) -> Result<HttpResponse, Problem> {
        let tag = (header::ETAG, tag_of(NO_VERSION_OF_ITS_OWN, body)?);
        let control = (header::CACHE_CONTROL, cache_control(personal));
        if self.http.method().is_safe() && self.has_already(&tag.1) {
            return Ok(HttpResponse::NotModified().insert_header(tag).insert_header(control).finish());
        }
        Ok(HttpResponse::Ok().insert_header(tag).insert_header(control).json(body))
    }
}

/// Answers with JSON that may be kept and asked for again.
pub fn json_page(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, cache_control(false))).json(body)
}
