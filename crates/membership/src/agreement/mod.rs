//! The participation agreement: versioned texts. Handbook 3.5.
//!
//! The text is a paraphrase in our own words, not the text of CBP; an installation of the programme puts its own in its place as a new
//! version. A version that was accepted is never changed.

use chrono::NaiveDate;

/// One version of the agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// Its name, which an acceptance records.
    pub version: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The first day on which it is the one to accept.
    pub effective_on: NaiveDate,
    /// The whole text.
    pub text: &'static str,
}

const TEXT_2024_1: &str = "\
The company takes part in the Customs Trade Partnership Against Terrorism of its own free will and promises:

1. to work with its business partners and with CBP to meet the Minimum Security Criteria that apply to it;
2. to fill in the security profile in the portal, and to look at all of it again every year;
3. to give complete and accurate information, and to answer inquiries promptly;
4. to tell CBP and its supply chain security specialist as soon as feasible of suspicious activity, anomalies and breaches;
5. to keep the requirements throughout its supply chain, to pass them on where it does not control a link, and to see that they are kept;
6. to help with validations, to help plan visits to sites at home and abroad, and to be present at them.

The person who accepts this agreement is an officer of the company and may bind it.";

/// Every version, oldest first.
pub const AGREEMENTS: &[Agreement] = &[Agreement {
    version: "2024-1",
    title: "Agreement to participate voluntarily",
    effective_on: match NaiveDate::from_ymd_opt(2024, 1, 1) {
        Some(day) => day,
        None => NaiveDate::MIN,
    },
    text: TEXT_2024_1,
}];

/// A version by its name.
pub fn agreement(version: &str) -> Option<&'static Agreement> {
    AGREEMENTS.iter().find(|agreement| agreement.version == version)
}

/// The version to accept on a day; `None` before the first.
pub fn agreement_in_force(on: NaiveDate) -> Option<&'static Agreement> {
    AGREEMENTS.iter().rev().find(|agreement| agreement.effective_on <= on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_in_order_and_named_once() {
        assert!(AGREEMENTS.is_sorted_by_key(|agreement| agreement.effective_on));
        for one in AGREEMENTS {
            assert_eq!(agreement(one.version), Some(one));
            assert_eq!(agreement_in_force(one.effective_on), Some(one));
        }
        assert_eq!(agreement_in_force(NaiveDate::from_ymd_opt(2023, 12, 31).unwrap()), None);
    }
}
