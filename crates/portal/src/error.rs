//! Everything that can keep a use case from succeeding.

use crate::read::memberships::IDENTIFIER_TAKEN;
use kernel::{FieldError, Refusal};
use ledger::{AppendError, LedgerError};

/// The code of what is refused to staff because they belong to the company that it is about.
pub const CONFLICT_OF_INTEREST: &str = "conflict_of_interest";

/// Why a use case did not succeed. Nothing it was about has changed.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// There is no such thing, or the caller may not know that there is.
    #[error("not found")]
    NotFound,
    /// The caller may see it, but may not do this.
    #[error("forbidden")]
    Forbidden,
    /// The caller belongs to the company that this is about, and acts for CBP.
    #[error("conflict of interest")]
    ConflictOfInterest,
    /// A rule of the domain.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// `If-Match` names another version than the current one.
    #[error("the resource is at version {current}")]
    VersionMismatch {
        /// The version that it has.
        current: i64,
    },
    /// Data would be replaced: `If-Match` has to name the version that is replaced.
    #[error("If-Match is required; the resource is at version {current}")]
    MatchRequired {
        /// The version that it has.
        current: i64,
    },
    /// Somebody else wrote at the same time, again and again.
    #[error("the resource is being changed by others")]
    Contended,
    /// A decision with the same idempotency key has just been recorded: answer from the record.
    #[error("the idempotency key has just been used")]
    KeyUsed,
    /// Too many writes are waiting.
    #[error("too many writes are waiting")]
    Overloaded,
    /// The database does not answer.
    #[error("the database does not answer")]
    Unavailable,
    /// Something that should not happen; the text is for the log alone.
    #[error("{0}")]
    Internal(String),
}

impl PortalError {
    /// The input is wrong at these members.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Refusal::invalid("validation_failed", "The request is not valid; see errors.", errors).into()
    }
}

impl From<LedgerError> for PortalError {
    fn from(error: LedgerError) -> Self {
        if error.is_unavailable() {
            PortalError::Unavailable
        } else {
            PortalError::Internal(error.to_string())
        }
    }
}

impl From<sqlx::Error> for PortalError {
    fn from(error: sqlx::Error) -> Self {
        LedgerError::Database(error).into()
    }
}

impl From<serde_json::Error> for PortalError {
    fn from(error: serde_json::Error) -> Self {
        PortalError::Internal(error.to_string())
    }
}

impl From<AppendError> for PortalError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict { .. } => PortalError::Contended,
            AppendError::Refused { code, .. } if code == IDENTIFIER_TAKEN => PortalError::Contended,
            AppendError::KeyUsed => PortalError::KeyUsed,
            AppendError::Refused { code, detail } => Refusal::state(&code, detail, "unchanged", &[]).into(),
            AppendError::Overloaded => PortalError::Overloaded,
            AppendError::Unavailable => PortalError::Unavailable,
            AppendError::Internal => {
                PortalError::Internal("the ledger could not store the events".to_owned())
            }
        }
    }
}
