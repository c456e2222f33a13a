//! The event log under cqrs-es: one order of everything, verifiable, with the read models that follow from it.
//!
//! It promises, on SQLite and on PostgreSQL alike:
//!
//! 1. **One order.** Positions are 1, 2, 3, … without gaps; position order is commit order.
//! 2. **One transaction.** Events, read models, the idempotency record and the chain head are committed together or not at all.
//! 3. **Acknowledged means durable.** [`Ledger::append`] returns after the commit.
//! 4. **Nothing unreadable gets in.** An event that a read model cannot take is refused with its command, alone.
//! 5. **Optimistic concurrency per stream.** A conflict is reported, never merged.
//! 6. **Tamper evidence.** Every event carries a hash over its canonical JSON (RFC 8785) and its predecessor's hash.
//!
//! It knows no domain: aggregates, projections and upcasters are brought by the application.

mod append;
mod batch;
pub mod canonical;
mod check;
pub mod db;
mod export;
mod feed;
mod follower;
mod health;
mod idempotency;
mod ledger;
mod loading;
mod migrate;
mod projection;
mod rebuild;
mod record;
mod replay;
mod together;
mod upcast;
mod verify;
mod writer;

pub use append::{Append, AppendError, Appended, Attachment, NewEvent, StreamAppend};
pub use check::Difference;
pub use db::{Db, DbUrlError, Statement, Tx, Value, check_url};
pub use export::{ExportError, ExportLine, export};
pub use feed::FeedFilter;
pub use follower::{FollowError, Follower, Handler};
pub use health::WRITE_PATIENCE;
pub use idempotency::IdempotencyRecord;
pub use ledger::{Head, Ledger, LedgerError, LedgerOptions};
pub use loading::{At, Dated, Loaded};
pub use migrate::migrate;
pub use projection::{Projection, ProjectionError, Tables};
pub use record::{Metadata, RecordedEvent};
pub use replay::Progress;
pub use together::Together;
pub use upcast::{EventTypes, UnknownEvent, Upcaster};
pub use verify::{Fault, Verified, VerifyError, verify_database, verify_export, verify_export_with};
