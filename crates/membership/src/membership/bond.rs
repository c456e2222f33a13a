//! The customs bond. Only CBP staff record it: Handbook 2.3, bond data could not be changed by the company.

use super::code::codes;
use chrono::NaiveDate;
use kernel::Text;
use serde::{Deserialize, Serialize};

codes! {
    /// What a bond secures.
    pub enum BondKind {
        /// Import bond (activity code 1).
        Importer = "importer",
        /// Custodial bond (type 2).
        Custodial = "custodial",
        /// International carrier bond (activity code 3).
        InternationalCarrier = "international_carrier",
        /// Common-carrier bond.
        CommonCarrier = "common_carrier",
        /// Another bond in favour of CBP.
        Other = "other",
    }
}

codes! {
    /// For how long a bond holds.
    pub enum BondTerm {
        /// Until it is ended: what the programme means by a continuous bond.
        Continuous = "continuous",
        /// For one transaction.
        SingleTransaction = "single_transaction",
    }
}

/// A bond. The formats of bond numbers are not published, so a number is any text. Handbook 2.4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    /// What it secures.
    pub kind: BondKind,
    /// For how long it holds.
    pub term: BondTerm,
    /// Its number, as typed.
    pub number: Text<40>,
    /// The surety company.
    pub surety: Text<200>,
    /// Since when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_on: Option<NaiveDate>,
    /// The last day on which it holds, if it was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
}

impl Bond {
    /// Whether it holds on a day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.effective_on.is_none_or(|first| first <= day) && self.ends_on.is_none_or(|last| day <= last)
    }
}
