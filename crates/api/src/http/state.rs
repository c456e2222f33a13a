//! What the routes hold.

use crate::auth::Authenticator;
use crate::http::body::Validators;
use crate::http::client_address::TrustedProxies;
use crate::http::command::Running;
use crate::http::rate::RateLimits;
use bytes::Bytes;
use metrics_exporter_prometheus::PrometheusHandle;
use portal::Portal;
use std::time::Duration;

/// One for each process, shared by all workers.
pub struct ApiState {
    /// The application.
    pub portal: Portal,
    /// Checks tokens.
    pub authenticator: Authenticator,
    /// The text of the document, as it is served.
    pub document: Bytes,
    /// Checks bodies against the document.
    pub validators: Validators,
    /// Requests with an idempotency key that are being worked on.
    pub running: Running,
    /// Quotas.
    pub rate: RateLimits,
    /// The reverse proxies that are believed about where a request came from.
    pub proxies: TrustedProxies,
    /// How long a request may take.
    pub patience: Duration,
    /// Renders the metrics.
    pub metrics: PrometheusHandle,
}
