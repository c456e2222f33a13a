//! The application: one value that holds the ledger, the policy and the clock.

use crate::sign_ins::{Grants, grants};
use crate::sweeper::Rounds;
use crate::turns::Turns;
use chrono::NaiveDate;
use kernel::{Policy, PolicyTable, Timestamp, programme_date, to_microseconds};
use ledger::Ledger;
use std::sync::Arc;

/// Tells the time. Tests bring their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The application. Cheap to clone.
#[derive(Clone)]
pub struct Portal {
    pub(crate) ledger: Ledger,
    pub(crate) policies: Arc<PolicyTable>,
    pub(crate) grants: Grants,
    pub(crate) turns: Arc<Turns>,
    pub(crate) rounds: Arc<Rounds>,
    clock: Clock,
}

impl Portal {
    /// The application on a ledger that was opened with [`crate::read::projections`] of the same policies and
    /// [`crate::event_types`]; within a runtime, as the ledger.
    pub fn new(ledger: Ledger, policies: impl Into<PolicyTable>) -> Self {
        let grants = grants(ledger.db());
        Self {
            ledger,
            policies: Arc::new(policies.into()),
            grants,
            turns: Arc::default(),
            rounds: Arc::default(),
            clock: Arc::new(chrono::Utc::now),
        }
    }

    /// The same application by another clock.
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The moment, to the microsecond.
    pub fn now(&self) -> Timestamp {
        to_microseconds((self.clock)())
    }

    /// The ledger below.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The policy values in force today.
    pub fn policy(&self) -> Arc<Policy> {
        self.policies.in_force(self.today()).values.clone()
    }

    /// Every version of the policy.
    pub fn policies(&self) -> &PolicyTable {
        &self.policies
    }

    /// Today's date for the programme.
    pub fn today(&self) -> NaiveDate {
        programme_date(self.now())
    }
}
