//! Records of idempotency keys, stored in the transaction of the events they led to.

use chrono::{DateTime, Utc};

/// What is kept of a request that carried an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IdempotencyRecord {
    /// Client, method, route and key, as one text.
    pub scope: String,
    /// A digest of the request's body.
    pub fingerprint: String,
    /// What a repeat is answered from; the ledger does not look inside.
    pub outcome: String,
    /// When it was stored; set by the ledger.
    pub recorded_at: DateTime<Utc>,
}
