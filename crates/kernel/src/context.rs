//! What a decision may know besides the state: when, who and by which policy.

use crate::{Actor, Policy, Timestamp};
use chrono::NaiveDate;
use std::sync::Arc;

/// Handed to every `decide`. The rules read no clock and no configuration of their own.
#[derive(Debug, Clone)]
pub struct Context {
    /// The moment of the decision.
    pub now: Timestamp,
    /// Who asks.
    pub actor: Actor,
    /// The policy values in force.
    pub policy: Arc<Policy>,
}

impl Context {
    /// Today's date for the programme (America/New_York).
    pub fn today(&self) -> NaiveDate {
        crate::programme_date(self.now)
    }
}
