//! Aggregate: the security profile, answer by answer, review by review. Pure rules, no I/O, no clock.
//!
//! A profile belongs to one membership. It takes one answer per criterion that applies to the entity type; the list of
//! criteria with their levels is frozen when the draft begins, so that nobody's questions change while they are answered.
//!
//! # Life cycle (Handbook 5.4)
//!
//! | From | To | Command | Who | Rule |
//! |---|---|---|---|---|
//! | not_started | in_progress | [`Start`] | whoever opens the application | the edition has criteria for the type |
//! | in_progress, returned | same | [`SaveAnswer`] | the company | always, complete or not; no change leaves no event |
//! | in_progress | submitted | [`Submit`] | company officer | every applicable criterion answered, MUST and SHOULD |
//! | submitted | under_review | [`StartReview`] | specialist, supervisor | |
//! | under_review | same | [`AcceptAnswer`] | specialist, supervisor | not a MUST that the company itself calls not met |
//! | under_review | same | [`RejectAnswer`] | specialist, supervisor | a comment |
//! | under_review | returned | [`Return`] | specialist, supervisor | at least one rejected answer; a due date, if any, not past |
//! | returned | submitted | [`Submit`] | company officer | as above, and every rejected answer changed |
//! | under_review | approved | [`Approve`] | specialist, supervisor | every answer accepted; leaves a numbered snapshot |
//! | any but not_started, closed | closed | [`Close`] | whoever ends the membership | nothing can be changed afterwards |
//!
//! # Choices that the handbook leaves open
//!
//! - **Submitted and under review: the company's edits are locked.** The handbook offers a lock or a parallel draft. Locked,
//!   because a reviewer then decides about exactly what is shown, and an answer can't change under a decision.
//! - **Returned: every answer may be changed**, not only the rejected ones, since mending one often touches others. An
//!   accepted answer that is changed loses its acceptance ([`Standing::ChangedSinceAccepted`]). Changing a rejected answer and
//!   typing the rejected words again is no change.
//! - **Approval needs every answer accepted**, which is stricter than "none rejected": an answer that nobody looked at must
//!   not become part of an approved snapshot, and 6 U.S.C. 971(b) wants each determination documented.
//! - **A MUST that the company calls not met can't be accepted**; a SHOULD can. "Partly" is left to the reviewer.
//! - **An answer's version** counts from 1 per answer; version 0 means "nothing saved yet". Saving with an expected version
//!   that is no longer current is refused, unless what is saved is already there.
//! - **History**: the state keeps each submitted version with its decisions, bounded; drafts in between and everything beyond
//!   the bound are in the events.
//!
//! A next draft from an approved snapshot (the annual round) will be one more event that leads from approved to in_progress;
//! rounds, answer versions and snapshot numbers count on over drafts.

#![allow(clippy::result_large_err, reason = "a refusal is rare and carries everything its reader needs")]

mod aggregate;
pub mod answer;
pub mod command;
mod decide;
pub mod event;
pub mod progress;
mod review;
pub mod state;
pub mod text;

pub use answer::{
    Answer, AnswerContent, AnswerText, AnswerVersion, Applies, Comment, Decision, EvidenceReference,
    FrozenCriterion, Met, Outcome, ReasonText, Standing, SubmittedVersion,
};
pub use command::{
    AcceptAnswer, Approve, Close, ProfileCommand, RejectAnswer, Return, SaveAnswer, Start, StartReview,
    Submit,
};
pub use decide::{decide, evidence_of_foreign_schemes, evidence_twice};
pub use event::ProfileEvent;
pub use progress::{CategoryProgress, Missing, MissingReason, Progress};
pub use review::answer_by;
pub use state::{Profile, Returned, Snapshot, Status, evolve};
