//! Aggregate: one security incident with the accounts that it involves. Pure rules, no I/O, no clock.
//!
//! # Life cycle (Handbook 11)
//!
//! | From | To | Command | Who | Rule |
//! |---|---|---|---|---|
//! | not_reported | reported | [`Report`] | a company for itself, staff | the order of times is possible |
//! | any but not_reported | same | [`AddStatement`] | a company that is involved, staff | |
//! | any but not_reported, closed | same | [`InvolveAccount`] | staff | at most 50 accounts |
//! | any but not_reported, closed | same | [`RemoveAccount`] | staff | not the account that reported, nor one of which something was asked |
//! | reported | triaged | [`Triage`] | staff | with the criteria; again at any time, which changes no status |
//! | triaged | under_review | [`BeginReview`] | staff | |
//! | any but not_reported, closed | same | [`CorrectFacts`] | staff; the company that reported, until it is triaged | the order of times is possible |
//! | any but not_reported | same | [`EraseText`] | supervisor, programme director | a reason |
//! | any but not_reported | same | [`Compare`] | staff | not with itself; both incidents get the event |
//! | any but not_reported | same | [`UndoComparison`] | staff | a reason; both incidents get the event |
//! | under_review | closed | [`Close`] | supervisor, programme director | nothing goes on with any account |
//! | closed | under_review | [`Reopen`] | supervisor, programme director | a reason |
//!
//! From the review on each account goes its own way ([`Stage`]); the incident stands where the account is that is furthest behind, and the
//! review goes on when nothing goes on with any of them.
//!
//! | From | To | Command | Who | Rule |
//! |---|---|---|---|---|
//! | involved, concluded | analysis_requested | [`RequestAnalysis`] | staff | a last day, by policy |
//! | analysis_requested | analysis_submitted | [`SubmitAnalysis`] | officer, employee | criteria of the edition in force |
//! | plan_requested | plan_submitted | [`SubmitPlan`] | officer, employee | at least one action |
//! | analysis_submitted | plan_requested | [`AcceptResponse`] | staff | a last day, by policy |
//! | plan_submitted | monitoring | [`AcceptResponse`] | staff | a last day, by policy |
//! | analysis_submitted | analysis_requested | [`ReturnResponse`] | staff | a reason |
//! | plan_submitted | plan_requested | [`ReturnResponse`] | staff | a reason |
//! | monitoring | same | [`CompleteAction`] | officer, employee | |
//! | any but concluded | concluded | [`ConcludePart`] | staff | mended: every action done, and the watching over |
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
mod comparison;
mod correction;
mod decide;
pub mod event;
pub mod part;
pub mod state;
pub mod values;

pub use command::{
    AcceptResponse, AddStatement, BeginReview, Close, Compare, CompleteAction, ConcludePart, CorrectFacts,
    Correction, EraseText, IncidentCommand, InvolveAccount, PlanAction, RemoveAccount, Reopen, Report,
    RequestAnalysis, ReturnResponse, SubmitAnalysis, SubmitPlan, Triage, UndoComparison,
};
pub use decide::decide;
pub use event::IncidentEvent;
pub use state::{Action, Analysis, Incident, Party, Statement, Status, evolve};
pub use values::{
    Conclusion, Conveyance, Disclosure, DiscoveredBy, FactGroup, Facts, Kind, Mode, Moment, Notification,
    Notified, Outcome, PartyRole, Place, Risk, Stage, TextDigest, TextRef, Verdict,
};
