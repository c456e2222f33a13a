//! Commands: run once, whatever the network does.

use crate::http::answer::Resource;
use crate::http::request::Req;
use crate::http::tags::{Condition, NO_VERSION, tag_of};
use crate::problem::{Problem, registry};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use ledger::At;
use portal::access::PermissionType;
use portal::{Call, Committed, Named, Outcome, PortalError};
use std::collections::HashSet;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

/// Idempotency keys of requests that this process is working on. Another process that works on the same key at the same time finds it
/// recorded when it commits, and then answers from the record.
#[derive(Default)]
pub struct Running {
    scopes: Mutex<HashSet<String>>,
}

struct Guard<'a> {
    running: &'a Running,
    scope: String,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.running.scopes.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.scope);
    }
}

impl Running {
    fn enter(&self, scope: &str) -> Option<Guard<'_>> {
        let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        scopes.insert(scope.to_owned()).then(|| Guard { running: self, scope: scope.to_owned() })
    }
}

impl<P: PermissionType> Req<P> {
    /// Runs a command on a resource and answers with its representation; a repeat of an idempotency key is answered from the record,
    /// if the caller may still read the resource: rights may have been lost meanwhile.
    ///
    /// # Errors
    /// Whatever keeps the command from being done.
    pub async fn command<R, F, Fut>(&self, status: StatusCode, work: F) -> Result<HttpResponse, Problem>
    where
        R: Resource,
        F: Fn(Call) -> Fut,
        Fut: Future<Output = Result<Committed<R::Aggregate>, PortalError>>,
    {
        let call = self.expecting::<R>(self.call()?).await?;
        let answer = self
            .once(
                &call,
                || work(call.clone()),
                |id, version| {
                    let call = &call;
                    async move {
                        // The first request may have given, and another one taken, what the caller may read.
                        let caller = self.state.portal.as_of_now(&call.caller).await?;
                        let call = Call { caller, ..call.clone() };
                        R::read(&self.state, &call, &id, At::Version(version)).await
                    }
                },
            )
            .await?;
        let (committed, replayed) = answer;
        let mut response = self.represent::<R>(&committed, status).await?;
        if replayed {
            mark_replayed(&mut response);
        }
        Ok(response)
    }

    /// The call with the version that `If-Match` asks for: the one that the resource of the address has now, where a tag of the header is
    /// that of its representation, and otherwise one that nothing has. From there on the ledger sees to it that the version stays that.
    async fn expecting<R: Resource>(&self, call: Call) -> Result<Call, Problem> {
        let Some(condition @ Condition::OneOf(_)) = self.if_match() else { return Ok(call) };
        let Some(id) = self.http.match_info().get(&format!("{}_id", R::KIND)) else { return Ok(call) };
        let newest = At::Within { as_of: None, known_at: None, version: None };
        let matched = match R::read(&self.state, &call, id, newest).await {
            Ok(now) => {
                let view = R::view(&self.state, &self.caller, &now).await?;
                condition.matches_strongly(&tag_of(now.version, &view)?, now.version).then_some(now.version)
            }
            // What keeps the caller from it is told by the command.
            Err(_) => None,
        };
        Ok(Call { expected_version: Some(matched.unwrap_or(NO_VERSION)), ..call })
    }

    /// Refuses a request that replaces data without naming the version that it replaces; only to those who may do it at all.
    ///
    /// # Errors
    /// `If-Match` is missing.
    pub async fn require_match(&self) -> Result<(), Problem> {
        if self.if_match().is_some() {
            return Ok(());
        }
        self.may_still(&self.call()?).await?;
        Err(Problem::new(registry::MATCH_REQUIRED)
            .detail("Send the ETag of the version that you have read as If-Match."))
    }

    /// Does `work` unless the key is recorded; then gives what `again` makes of the record. The second value says which.
    ///
    /// # Errors
    /// Whatever keeps the work from being done, a recorded refusal included.
    pub async fn once<T, F, Fut, G, GFut>(&self, call: &Call, work: F, again: G) -> Result<(T, bool), Problem>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<T, PortalError>>,
        G: Fn(String, i64) -> GFut,
        GFut: Future<Output = Result<T, PortalError>>,
    {
        let Some(key) = &call.idempotency else { return Ok((work().await?, false)) };
        let _guard = self.state.running.enter(&key.scope).ok_or_else(|| {
            Problem::new(registry::IDEMPOTENCY_KEY_IN_PROGRESS)
                .detail("Send the request again after a second: it then gets the answer of the first.")
                .header(header::RETRY_AFTER, "1")
        })?;
        if let Some(answer) = self.recorded(call, &again).await? {
            return Ok((answer, true));
        }
        match work().await {
            Err(PortalError::KeyUsed) => match self.recorded(call, &again).await? {
                Some(answer) => Ok((answer, true)),
                None => Err(PortalError::KeyUsed.into()),
            },
            result => Ok((result?, false)),
        }
    }

    /// The answer from the record of the key, if there is one. Rights may have been lost since it was made, and come before all that the
    /// record says.
    async fn recorded<T, G, GFut>(&self, call: &Call, again: &G) -> Result<Option<T>, Problem>
    where
        G: Fn(String, i64) -> GFut,
        GFut: Future<Output = Result<T, PortalError>>,
    {
        let Some(key) = &call.idempotency else { return Ok(None) };
        let Some((fingerprint, outcome)) = self.state.portal.recorded_outcome(&key.scope).await? else {
            return Ok(None);
        };
        let same = fingerprint == key.fingerprint;
        match outcome {
            Outcome::Done { id, version, .. } if same => return Ok(Some(again(id, version).await?)),
            Outcome::Done { id, version, .. } => {
                again(id, version).await?;
                self.may_still(call).await?;
            }
            Outcome::Refused { refusal } => {
                self.may_still(call).await?;
                if same {
                    return Err(Problem::from(refusal).header(replayed_header(), "true"));
                }
            }
        }
        Err(Problem::new(registry::IDEMPOTENCY_KEY_REUSED).detail(
            "This Idempotency-Key came with another body before. Send a new key with a new request, or the first body again to \
             get the first answer.",
        ))
    }

    /// Asks whether the caller may, as of now, do this to what the address names.
    async fn may_still(&self, call: &Call) -> Result<(), Problem> {
        let portal = &self.state.portal;
        let segments = self.http.match_info();
        let named = if segments.get("account_id").is_some() {
            Named::Account(self.id("account_id")?)
        } else if segments.get("membership_id").is_some() {
            Named::Membership(self.id("membership_id")?)
        } else if segments.get("profile_id").is_some() {
            Named::Profile(self.id("profile_id")?)
        } else {
            Named::NobodysOwn
        };
        let caller = portal.as_of_now(&call.caller).await?;
        Ok(portal.may(&caller, P::PERMISSION, named).await?)
    }
}

fn replayed_header() -> HeaderName {
    HeaderName::from_static("idempotent-replayed")
}

/// Says that the answer is that of an earlier request.
pub fn mark_replayed(response: &mut HttpResponse) {
    response.headers_mut().insert(replayed_header(), HeaderValue::from_static("true"));
}
