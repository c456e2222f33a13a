//! When somebody is reminded, and when a second contact is written to too. Handbook 3.4 and 10.

use crate::obligation::Obligation;
use chrono::NaiveDate;
use kernel::Policy;
use kernel::time::{days_after, days_before};
use std::fmt;

/// One reminder of a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The window has opened in which it can be met.
    Opens,
    /// So many days before the last day.
    Before(u32),
    /// So many days after the last day.
    After(u32),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Opens => f.write_str("opens"),
            Step::Before(days) => write!(f, "before_{days}"),
            Step::After(days) => write!(f, "after_{days}"),
        }
    }
}

/// A reminder with its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueStep {
    /// The first day on which it goes out.
    pub on: NaiveDate,
    /// Which one.
    pub step: Step,
    /// Whether it also goes to the second contact.
    pub escalates: bool,
}

/// Every reminder of a deadline, in the order of their days. What would fall on the day of the start or before is left out: whoever has just been
/// told what is due needs no reminder of it.
pub fn steps(obligation: &Obligation, policy: &Policy) -> Vec<DueStep> {
    let due_on = obligation.due_on;
    let escalates_from = days_before(due_on, policy.reminder_escalation_days);
    let mut found = Vec::new();
    let mut add = |on: NaiveDate, step: Step| {
        if on > obligation.started_on && !found.iter().any(|other: &DueStep| other.step == step) {
            found.push(DueStep { on, step, escalates: on >= escalates_from });
        }
    };
    if let Some(opens_on) = obligation.opens_on {
        add(opens_on, Step::Opens);
    }
    for days in [
        policy.reminder_first_days,
        policy.reminder_second_days,
        policy.reminder_third_days,
        policy.reminder_last_days,
    ] {
        add(days_before(due_on, days), Step::Before(days));
    }
    for number in 0..policy.late_warnings {
        let days = number.saturating_mul(policy.late_warning_days).saturating_add(1);
        add(days_after(due_on, days), Step::After(days));
    }
    found.sort_by_key(|step| step.on);
    found
}
