//! Instants and programme dates.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};

/// An instant, UTC, kept to the microsecond.
pub type Timestamp = DateTime<Utc>;

/// Cuts an instant to whole microseconds, which is what both database engines keep.
pub fn to_microseconds(instant: Timestamp) -> Timestamp {
    instant.trunc_subsecs(6)
}

/// The calendar date on which an instant falls for the programme, which is reckoned in America/New_York.
pub fn programme_date(instant: Timestamp) -> NaiveDate {
    instant.with_timezone(&chrono_tz::America::New_York).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_after_midnight_utc_is_still_the_day_before_in_new_york() {
        let instant: Timestamp = "2026-01-01T03:00:00Z".parse().unwrap();
        assert_eq!(programme_date(instant), NaiveDate::from_ymd_opt(2025, 12, 31).unwrap());
    }
}
