//! Deadlines as one model. Pure rules, no I/O, no clock.
//!
//! An **obligation** is one deadline that somebody has to meet. Nobody creates it: it follows from events by the one table of clocks,
//! [`CLOCKS`]. To add a clock is to add an entry there; the events are named by their type and their members by name, so this crate knows no
//! other aggregate, and the portal's tests hold the names to the events that there are.
//!
//! # What becomes of an obligation
//!
//! | Standing | What it says | How it is known |
//! |---|---|---|
//! | open | it runs | an event started it |
//! | overdue | it is still owed and its last day is past | derived when it is read, from the day on which it is read |
//! | met | what was owed was done, late or not | an event of `met_by` |
//! | missed | its last day went by, and that has had its consequence | an event of `missed_by` |
//! | waived | a supervisor let it off, with a reason | `obligation.waived` |
//! | released | what it was owed for has ended | an event of `released_by` |
//!
//! # When something is due
//!
//! The day is that of the programme (America/New_York) and counts to its end: what is done before midnight there is in time. Days, years and
//! leap days are those of [`kernel::time`]. Where the event that starts a clock states the last day, that day counts, and only a correction
//! moves it; the version that is told is the one whose values gave it. Otherwise it follows from the policy value that the clock rests on, in the version that governs the clock: the one in force when
//! it started, unless a later version says that it moves open clocks ([`kernel::PolicyTable::governing`]). What has ended is moved by a correction alone.
//!
//! A clock that repeats begins again where it was due: whatever is read, all that have begun by that day are there. What a removal released runs
//! again where an appeal undoes the removal. A clock that lapses is a right rather than a duty, and is missed when its last day is past.
//!
//! # The obligation's own events
//!
//! | Command | Event | Who | Rule |
//! |---|---|---|---|
//! | [`Waive`] | `obligation.waived` | supervisor, programme director | it is open, overdue or not; a reason |
//! | [`RecordPassing`] | `obligation.date_passed` | the portal itself | its last day is past and it is open; once for each last day |
//!
//! # The calendar of an account
//!
//! | From | To | Command | Who |
//! |---|---|---|---|
//! | — | open | [`OpenCalendar`] | officer, employee; at most 20 are open at a time |
//! | open | closed | [`CalendarCommand::Close`] | officer, employee |
//!
//! # Who records what
//!
//! The id of an obligation is derived from what started it ([`follow`]), so whoever notices that a day has passed writes to the same stream at
//! the same version, and one of them is told that it was done.

#![allow(clippy::result_large_err, reason = "a refusal is rare and carries everything its reader needs")]

mod calendar;
mod clock;
mod follow;
mod obligation;
mod record;
mod reminder;
mod table;

pub use calendar::{
    Calendar, CalendarClosed, CalendarCommand, CalendarEvent, CalendarOpened, CalendarStatus,
    MAX_OPEN_CALENDARS, OpenCalendar, decide_calendar, evolve_calendar,
};
pub use clock::{About, Clock, Due, Happens, Kind, Owner, Repeats, RestsOn, Starts};
pub use follow::{Fact, FollowError, concerns, follow};
pub use obligation::{Ended, Obligation, Standing};
pub use record::{
    Derived, ObligationCommand, ObligationDatePassed, ObligationEvent, ObligationRecord, ObligationWaived,
    Reason, RecordPassing, Waive, decide, evolve,
};
pub use reminder::{DueStep, Step, steps};
pub use table::{CLOCKS, clock};
