//! Instants and programme dates.
//!
//! The programme's days are those of New York. A last day counts to its end: what happens before midnight there is in time. Days are counted
//! by the calendar, so a day on which the clocks change counts as one; months and years are counted by the calendar too, and where the month
//! has no such day its last day is meant: a year from 29 February ends on 28 February.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, SubsecRound, TimeZone as _, Utc};

/// An instant, UTC, kept to the microsecond.
pub type Timestamp = DateTime<Utc>;

/// The zone of the programme.
const ZONE: chrono_tz::Tz = chrono_tz::America::New_York;

/// The first day on which anything can have happened: the programme was launched in November 2001. Handbook 1.1.
// Reckoned when this is compiled: an impossible date would not compile.
pub const PROGRAMME_BEGAN_ON: NaiveDate = NaiveDate::from_ymd_opt(2001, 11, 1).unwrap();

/// Cuts an instant to whole microseconds, which is what both database engines keep.
pub fn to_microseconds(instant: Timestamp) -> Timestamp {
    instant.trunc_subsecs(6)
}

/// The calendar date on which an instant falls for the programme, which is reckoned in America/New_York.
pub fn programme_date(instant: Timestamp) -> NaiveDate {
    instant.with_timezone(&ZONE).date_naive()
}

/// The end of a programme day: the first instant that no longer belongs to it. Midnight in New York has always been there once: the clocks
/// change later in the night.
pub fn end_of_programme_day(date: NaiveDate) -> Timestamp {
    let midnight = date.succ_opt().unwrap_or(date).and_time(NaiveTime::MIN);
    let end = ZONE.from_local_datetime(&midnight).earliest();
    end.map_or_else(|| midnight.and_utc(), |end| end.with_timezone(&Utc))
}

/// The beginning of a programme day: the first instant that belongs to it.
pub fn start_of_programme_day(date: NaiveDate) -> Timestamp {
    end_of_programme_day(date.pred_opt().unwrap_or(date))
}

/// The day so many days later. The last day that can be written stands for what is beyond it.
pub fn days_after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

/// The day so many days earlier.
pub fn days_before(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN)
}

/// The same day so many years later; from 29 February, 28 February where the year has no leap day.
pub fn years_after(date: NaiveDate, years: u32) -> NaiveDate {
    date.checked_add_months(Months::new(years.saturating_mul(12))).unwrap_or(NaiveDate::MAX)
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
