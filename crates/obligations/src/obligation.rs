//! One deadline, as it follows from events.

use crate::clock::{Due, Kind, Owner, Repeats};
use crate::table::clock;
use chrono::NaiveDate;
use kernel::time::{days_after, days_before, years_after};
use kernel::{AccountId, MembershipId, ObligationId, Policy, PolicyTable};

kernel::codes! {
    /// How a deadline ended.
    pub enum Ended {
        /// What was owed was done, late or not.
        Met = "met",
        /// Its last day went by, and that has had its consequence.
        Missed = "missed",
        /// A supervisor let it off.
        Waived = "waived",
        /// What it was owed for has ended.
        Released = "released",
    }
}

kernel::codes! {
    /// How a deadline stands on a day.
    pub enum Standing {
        /// It runs, and its last day is to come or is today.
        Open = "open",
        /// It is still owed, and its last day is past.
        Overdue = "overdue",
        /// What was owed was done, late or not.
        Met = "met",
        /// Its last day went by, and that has had its consequence.
        Missed = "missed",
        /// A supervisor let it off.
        Waived = "waived",
        /// What it was owed for has ended.
        Released = "released",
    }
}

/// One deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// Its id, derived from what started it.
    pub id: ObligationId,
    /// Its kind.
    pub kind: Kind,
    /// The company's account.
    pub account_id: AccountId,
    /// The membership it is owed for.
    pub membership_id: MembershipId,
    /// What it is about, where several of the kind run at once.
    pub about: Option<String>,
    /// Which one it is, from 1, where the clock repeats or its event comes again.
    pub occurrence: u32,
    /// The day that the first one of a clock that repeats started on; else that of its own start.
    pub base_on: NaiveDate,
    /// The day on which it started.
    pub started_on: NaiveDate,
    /// The first day on which it can be met, where that is not the day of its start.
    pub opens_on: Option<NaiveDate>,
    /// Its last day. That day is included.
    pub due_on: NaiveDate,
    /// The version of the policy that it goes by.
    pub policy_version: String,
    /// How it ended; `None` while it runs.
    pub ended: Option<Ended>,
    /// When it ended.
    pub ended_on: Option<NaiveDate>,
    /// The type of the event that ended it.
    pub ended_by: Option<String>,
    /// The last day whose passing is recorded.
    pub passed_on: Option<NaiveDate>,
}

impl Obligation {
    /// Who owes it.
    pub fn owner(&self) -> Owner {
        clock(self.kind).map_or(Owner::Company, |clock| clock.owner)
    }

    /// How it stands on a day.
    pub fn standing(&self, on: NaiveDate) -> Standing {
        match self.ended {
            Some(Ended::Met) => Standing::Met,
            Some(Ended::Missed) => Standing::Missed,
            Some(Ended::Waived) => Standing::Waived,
            Some(Ended::Released) => Standing::Released,
            None if self.due_on < on => Standing::Overdue,
            None => Standing::Open,
        }
    }

    /// Whether it was met after its last day.
    pub fn was_met_late(&self) -> bool {
        self.ended == Some(Ended::Met) && self.ended_on.is_some_and(|ended| ended > self.due_on)
    }

    /// Reckons version, last day and window again, from its start and its end. A last day that was stated stays, and so does the version that it
    /// was stated by.
    pub(crate) fn reckon(&mut self, policies: &PolicyTable) {
        let Some(clock) = clock(self.kind) else { return };
        let (started_on, stated) = (self.started_on, self.due_on);
        let follows = clock.policy_key().filter(|_| clock.due == Due::DaysAfter);
        if follows.is_none() && clock.window.is_none() {
            return;
        }
        let due_by = |values: &Policy| match follows.and_then(|key| values.value_of(key)) {
            Some(days) => days_after(started_on, days),
            None => stated,
        };
        let version = policies.governing(started_on, self.ended_on, due_by);
        self.due_on = due_by(&version.values);
        self.opens_on = clock
            .window
            .and_then(|key| version.values.value_of(key))
            .map(|days| days_before(self.due_on, days).max(started_on));
        self.policy_version.clone_from(&version.name);
    }

    /// Takes a last day that an event states. The version that it goes by is the one whose values give that day: the one in force on the day of
    /// the event, or, where the day was reckoned before that version was known here, the newest one before it that gives it.
    pub(crate) fn state(&mut self, policies: &PolicyTable, due_on: NaiveDate, on: NaiveDate) {
        self.due_on = due_on;
        let in_force = policies.in_force(on);
        let so_far: Vec<_> =
            policies.versions().filter(|version| version.effective_on <= in_force.effective_on).collect();
        let gave = so_far.iter().rev().find(|version| self.last_day_by(&version.values) == Some(due_on));
        self.policy_version.clone_from(&gave.copied().unwrap_or(in_force).name);
        self.reckon(policies);
    }

    /// The last day that the values of a version give, where the clock rests on one.
    fn last_day_by(&self, values: &Policy) -> Option<NaiveDate> {
        let key = clock(self.kind)?.policy_key()?;
        let value = values.values().into_iter().find(|value| value.key == key)?;
        Some(match value.unit.as_str() {
            "years" => years_after(self.started_on, value.value),
            _ => days_after(self.started_on, value.value),
        })
    }

    /// The day on which the next one of a clock that repeats is due, reckoned from the first start so that 29 February comes back.
    pub(crate) fn next_due_on(&self) -> Option<NaiveDate> {
        match clock(self.kind)?.repeats {
            Repeats::Never => None,
            Repeats::EveryYear => Some(years_after(self.base_on, self.occurrence.saturating_add(1))),
        }
    }
}
