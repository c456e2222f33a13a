//! Days and their ends, against a table that other tools have reckoned (`tests/data/deadlines.py` says how).

use chrono::NaiveDate;
use kernel::time::{days_after, days_before, years_after};
use kernel::{Timestamp, end_of_programme_day, programme_date};

#[test]
fn every_deadline_of_the_table_is_reckoned_the_same() {
    let table = include_str!("../data/deadlines.csv");
    let mut rows = 0;
    for row in table.lines().skip(1) {
        let [instant, day, unit, amount, last_day, over_at] = row.split(',').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let started_on = programme_date(instant.parse().unwrap());
        assert_eq!(started_on, day.parse::<NaiveDate>().unwrap(), "{row}");
        let amount: i64 = amount.parse().unwrap();
        let period = u32::try_from(amount.abs()).unwrap();
        let due_on = match unit {
            "days" if amount < 0 => days_before(started_on, period),
            "days" => days_after(started_on, period),
            _ => years_after(started_on, period),
        };
        assert_eq!(due_on, last_day.parse::<NaiveDate>().unwrap(), "{row}");
        let over = end_of_programme_day(due_on);
        assert_eq!(over, over_at.parse::<Timestamp>().unwrap(), "{row}");
        assert_eq!(programme_date(over - chrono::Duration::microseconds(1)), due_on, "{row}");
        assert_eq!(programme_date(over), due_on.succ_opt().unwrap(), "{row}");
        rows += 1;
    }
    assert!(rows > 350, "{rows}");
}
