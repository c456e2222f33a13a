//! Aggregate: one security incident with the accounts that it involves. Pure rules, no I/O, no clock.
//!
//! # Life cycle (Handbook 11)
//!
//! | From | To | Command | Who | Rule |
//! |---|---|---|---|---|
//! | not_reported | reported | [`Report`] | a company for itself, staff | the order of times is possible |
//! | any but not_reported | same | [`AddStatement`] | a company that is involved, staff | |
//! | any but not_reported | same | [`InvolveAccount`] | staff | at most 50 accounts |
//! | any but not_reported | same | [`RemoveAccount`] | staff | not the account that reported |
//! | reported | triaged | [`Triage`] | staff | with the criteria; again at any time, which changes no status |
//! | triaged | under_review | [`BeginReview`] | staff | |
//!
//! # Choices that the handbook leaves open
//!
//! - **No report is too late.** The agreement says "as soon as feasible" and no source names hours, so there is no clock on reporting;
//!   the order in which CBP learned of it is kept instead ([`Disclosure`]), because handbook 3.6 makes it count.
//! - **A report is made when the portal takes it.** A company may say whom it told before and when, and cannot date its report back.
//! - **A moment is a span.** Nobody knows exactly when a seal was changed on the road; an order of times is refused only when it is
//!   impossible.
//! - **A company sees its own part.** Whoever reported sees the report. Another account sees the kind, what staff chose to disclose
//!   ([`FactGroup`]), and what concerns it alone. Each event is about the whole or about one account, so histories can be cut.
//! - **Free text stands beside the ledger** ([`TextRef`]): narratives name drivers and witnesses, who have a right to be forgotten.

#![allow(clippy::result_large_err, reason = "a refusal is rare and carries everything its reader needs")]

mod aggregate;
pub mod command;
mod decide;
pub mod event;
pub mod state;
pub mod values;

pub use command::{
    AddStatement, BeginReview, IncidentCommand, InvolveAccount, RemoveAccount, Report, Triage,
};
pub use decide::decide;
pub use event::IncidentEvent;
pub use state::{Incident, Party, Statement, Status, evolve};
pub use values::{
    Conveyance, Disclosure, DiscoveredBy, FactGroup, Facts, Kind, Mode, Moment, Notification, Notified,
    PartyRole, Place, Risk, TextDigest, TextRef,
};
