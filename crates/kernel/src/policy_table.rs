//! The policy over time: dated versions, and which of them a clock goes by.

use crate::policy::Policy;
use crate::time::PROGRAMME_BEGAN_ON;
use chrono::NaiveDate;
use std::sync::Arc;

/// The name of the first version.
pub const INITIAL: &str = "initial";
/// The longest name that a version can have.
const LONGEST_NAME: usize = 40;

/// The values of the policy from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Its name, for answers to tell.
    pub name: String,
    /// The first day on which it is in force.
    pub effective_on: NaiveDate,
    /// Whether clocks that run on that day go by it from then on. Otherwise they keep the version that was in force when they started.
    pub moves_open_clocks: bool,
    /// Every value.
    pub values: Arc<Policy>,
}

/// The versions cannot follow each other like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyTableError {
    /// The name is empty, too long, or holds something other than letters, digits, `.` and `-`.
    #[error("a version's name has 1 to 40 letters, digits, dots and hyphens")]
    Name,
    /// There is a version of this name.
    #[error("there is another version of this name")]
    NameTaken,
    /// It does not begin after the version before it.
    #[error("a version begins after the one before it, which begins on {0}")]
    Order(NaiveDate),
}

/// Every version, in the order in which they come into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyTable {
    first: PolicyVersion,
    changes: Vec<PolicyVersion>,
}

impl From<Policy> for PolicyTable {
    /// One version that has been in force all the time.
    fn from(values: Policy) -> Self {
        let first = PolicyVersion {
            name: INITIAL.to_owned(),
            effective_on: PROGRAMME_BEGAN_ON,
            moves_open_clocks: false,
            values: Arc::new(values),
        };
        Self { first, changes: Vec::new() }
    }
}

impl Default for PolicyTable {
    fn default() -> Self {
        Policy::default().into()
    }
}

impl PolicyTable {
    /// Adds the next version.
    ///
    /// # Errors
    /// Its name is no name or is taken, or it does not begin after the version before it.
    pub fn then(mut self, version: PolicyVersion) -> Result<Self, PolicyTableError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if version.name.is_empty() || version.name.len() > LONGEST_NAME || !version.name.chars().all(plain) {
            return Err(PolicyTableError::Name);
        }
        if self.versions().any(|other| other.name == version.name) {
            return Err(PolicyTableError::NameTaken);
        }
        let before = self.newest().effective_on;
        if version.effective_on <= before {
            return Err(PolicyTableError::Order(before));
        }
        self.changes.push(version);
        Ok(self)
    }

    /// Every version, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &PolicyVersion> {
        std::iter::once(&self.first).chain(&self.changes)
    }

    /// The newest version, in force or to come.
    pub fn newest(&self) -> &PolicyVersion {
        self.changes.last().unwrap_or(&self.first)
    }

    /// The version in force on a day.
    pub fn in_force(&self, on: NaiveDate) -> &PolicyVersion {
        self.changes.iter().rev().find(|version| version.effective_on <= on).unwrap_or(&self.first)
    }

    /// The version that a clock goes by: the one in force when it started, unless a later one moves the clocks that are open when it comes into
    /// force. `due_on` says when the clock is due by a version, `ended_on` when it ended. A clock that was due before a version came into
    /// force has run out by then, and is not moved; nor is one that ended before it or on its first day, so that what has ended stays.
    pub fn governing(
        &self,
        started_on: NaiveDate,
        ended_on: Option<NaiveDate>,
        due_on: impl Fn(&Policy) -> NaiveDate,
    ) -> &PolicyVersion {
        let mut governing = self.in_force(started_on);
        for version in &self.changes {
            let runs_then = version.effective_on > started_on
                && ended_on.is_none_or(|ended| version.effective_on < ended)
                && due_on(&governing.values) >= version.effective_on;
            if version.moves_open_clocks && runs_then {
                governing = version;
            }
        }
        governing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::days_after;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn version(name: &str, effective_on: &str, days: u32, moves_open_clocks: bool) -> PolicyVersion {
        let values = Policy { profile_review_days: days, ..Policy::default() };
        PolicyVersion {
            name: name.to_owned(),
            effective_on: day(effective_on),
            moves_open_clocks,
            values: Arc::new(values),
        }
    }

    fn table() -> PolicyTable {
        let kept = version("kept", "2026-02-01", 20, false);
        let moved = version("moved", "2026-03-01", 60, true);
        PolicyTable::default().then(kept).unwrap().then(moved).unwrap()
    }

    fn governs(started_on: &str, ended_on: Option<&str>) -> String {
        let started_on = day(started_on);
        let due = |values: &Policy| days_after(started_on, values.profile_review_days);
        table().governing(started_on, ended_on.map(day), due).name.clone()
    }

    #[test]
    fn a_day_has_the_version_that_came_into_force_last() {
        let table = table();
        for (on, name) in [
            ("2001-11-01", "initial"),
            ("2026-01-31", "initial"),
            ("2026-02-01", "kept"),
            ("2026-02-28", "kept"),
            ("2026-03-01", "moved"),
            ("2030-01-01", "moved"),
        ] {
            assert_eq!(table.in_force(day(on)).name, name, "{on}");
        }
    }

    #[test]
    fn a_clock_keeps_the_version_of_its_start_unless_a_change_moves_open_clocks() {
        assert_eq!(
            governs("2026-01-20", None),
            "initial",
            "due on 19 February, before the change that moves"
        );
        assert_eq!(governs("2026-01-30", None), "moved", "due on 1 March, when the change comes into force");
        assert_eq!(governs("2026-01-29", None), "initial", "due on 28 February, the day before");
        assert_eq!(governs("2026-02-20", None), "moved");
        assert_eq!(governs("2026-02-20", Some("2026-02-28")), "kept", "it had ended");
        assert_eq!(governs("2026-02-20", Some("2026-03-01")), "kept", "it ended on that day");
        assert_eq!(governs("2026-02-20", Some("2026-03-02")), "moved");
        assert_eq!(governs("2026-03-02", None), "moved");
    }

    #[test]
    fn versions_have_names_of_their_own_and_follow_each_other() {
        let add = |name: &str, on: &str| table().then(version(name, on, 5, false)).map(|_| ());
        assert_eq!(add("2027.1-a", "2026-03-02"), Ok(()));
        assert_eq!(add("kept", "2026-04-01"), Err(PolicyTableError::NameTaken));
        assert_eq!(add("initial", "2026-04-01"), Err(PolicyTableError::NameTaken));
        assert_eq!(add("same-day", "2026-03-01"), Err(PolicyTableError::Order(day("2026-03-01"))));
        for name in ["", "two words", &"x".repeat(41)] {
            assert_eq!(add(name, "2026-04-01"), Err(PolicyTableError::Name), "{name}");
        }
    }
}
