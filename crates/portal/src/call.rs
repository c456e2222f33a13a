//! What comes with every request besides its own input.

use crate::access::Caller;
use ledger::Metadata;
use serde::{Deserialize, Serialize};

/// A request as the application sees it.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who asks.
    pub caller: Caller,
    /// The id of this request.
    pub request_id: String,
    /// What belongs together: the trace id, or the request's id.
    pub correlation_id: String,
    /// The W3C trace context.
    pub traceparent: Option<String>,
    /// The version that `If-Match` names.
    pub expected_version: Option<i64>,
    /// The idempotency key, as a scope (client, method, path and key) and a digest of the body.
    pub idempotency: Option<Idempotency>,
    /// The network address that the request came from.
    pub network_address: Option<String>,
}

/// An idempotency key in its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Client, method, path and key, as one text.
    pub scope: String,
    /// A digest of the request's body.
    pub fingerprint: String,
}

/// What is recorded with an idempotency key, and what a repeat is answered from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// It succeeded: this resource at this version is the answer.
    Done {
        /// The kind of resource, for example `membership` or `answer`.
        resource: String,
        /// Its id.
        id: String,
        /// The version of its stream after the command.
        version: i64,
    },
    /// The domain refused it.
    Refused {
        /// Why.
        refusal: kernel::Refusal,
    },
}

impl Call {
    /// The metadata of the events that this request leads to, done by `actor`.
    pub fn metadata(&self, actor: &kernel::Actor) -> Metadata {
        Metadata {
            client_id: self.caller.client_id.clone(),
            request_id: Some(self.request_id.clone()),
            correlation_id: Some(self.correlation_id.clone()),
            causation_id: None,
            traceparent: self.traceparent.clone(),
            ..Metadata::of(actor)
        }
    }
}
