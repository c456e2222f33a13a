//! Aggregate: an enforcement action, one decision on one membership with everything that makes it an entry of the register, and the appeals
//! against it. Handbook 1.4, 3.3, 3.6 and 4.4; 6 U.S.C. 967.
//!
//! # Life cycle
//!
//! | From | To | Command | Who | Rule |
//! |---|---|---|---|---|
//! | (none) | open | [`Impose`] | programme director | a reason that fits, facts, criteria, cause; recommended by somebody else; what depends on the membership is asked there |
//! | (none) | ended | [`Impose`] of a reinstatement | programme director | the same; it is carried out with the decision |
//! | open, appealed | same | [`SubmitCorrectivePlan`] | officer or employee | a suspension; objectives with dates |
//! | open | appealed | [`FileAppeal`] | officer | in time; none open, none denied before |
//! | appealed | open | [`WithdrawAppeal`] | officer | |
//! | appealed | open | [`DecideAppeal`], denied | programme director | who decided the action does not decide the appeal |
//! | appealed | ended | [`DecideAppeal`], granted | programme director | the same; the membership is restored with it |
//! | open | ended | [`End`] | follows | a reinstatement, a removal, or the closing of the membership |
//! | ended by a removal | open | [`Resume`] | follows | the appeal against the removal was granted; the time to answer runs anew |
//! | any | same | [`CorrectEntry`] | programme director | both values stay |
//!
//! The status of the membership is another machine: see [`crate::membership`].

#![allow(clippy::result_large_err, reason = "a refusal is rare and carries everything its reader needs")]

mod aggregate;
pub mod command;
mod decide;
pub mod event;
pub mod state;
pub mod values;

pub use command::{
    CorrectEntry, DecideAppeal, End, EnforcementCommand, FileAppeal, Impose, Resume, SubmitCorrectivePlan,
    WithdrawAppeal,
};
pub use decide::{MAX_CRITERIA, MAX_OBJECTIVES, decide};
pub use event::EnforcementEvent;
pub use state::{Appeal, EnforcementAction, EntryCorrection, SubmittedPlan, evolve};
pub use values::{
    ActionStatus, AppealStatus, AppliedCriterion, Cause, CauseKind, CorrectivePlan, EndKind, EnforcementKind,
    EntryField, Objective, ReasonCode, Scope,
};
