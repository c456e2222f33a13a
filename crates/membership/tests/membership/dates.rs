//! The dates that are told on a day. Handbook 3.4: the year runs from certification, again and again.

use chrono::NaiveDate;
use membership::membership::Dates;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_anniversary_that_is_told_is_the_next_one_as_long_as_the_membership_goes_on() {
    let dates = Dates {
        certified_on: Some(day("2024-02-29")),
        anniversary_on: Some(day("2025-02-28")),
        ..Dates::default()
    };
    for (today, next) in [
        ("2024-03-01", "2025-02-28"),
        ("2025-02-28", "2025-02-28"),
        ("2025-03-01", "2026-02-28"),
        ("2028-02-28", "2028-02-29"),
        ("2028-03-01", "2029-02-28"),
    ] {
        assert_eq!(dates.as_of(day(today)).anniversary_on, Some(day(next)), "{today}");
    }
    let ended = Dates { ended_on: Some(day("2024-12-01")), ..dates };
    assert_eq!(ended.as_of(day("2030-01-01")).anniversary_on, Some(day("2025-02-28")));
}
