//! When somebody is reminded. Handbook 3.4 and 10.

use crate::support::Story;
use kernel::Policy;
use obligations::{Kind, steps};

fn told(story: &Story, kind: Kind) -> Vec<String> {
    steps(story.last(kind), &Policy::default())
        .iter()
        .map(|step| format!("{} {}{}", step.on, step.step, if step.escalates { " escalates" } else { "" }))
        .collect()
}

#[test]
fn warnings_come_before_the_last_day_and_after_it_and_the_later_ones_go_to_a_second_contact_too() {
    let story = Story::new().certified("2026-04-22", "2027-04-22", "2027-04-22");
    assert_eq!(
        told(&story, Kind::AnnualReview),
        [
            "2027-01-22 opens",
            "2027-03-23 before_30",
            "2027-04-08 before_14",
            "2027-04-15 before_7 escalates",
            "2027-04-21 before_1 escalates",
            "2027-04-23 after_1 escalates",
            "2027-05-07 after_15 escalates",
            "2027-05-21 after_29 escalates",
        ]
    );
}

#[test]
fn nobody_is_reminded_on_the_day_on_which_it_starts() {
    let story = Story::new().applied("2026-03-02", "2026-04-01");
    assert_eq!(told(&story, Kind::ApplicationProfile)[0], "2026-03-18 before_14");
    let policy = Policy { reminder_second_days: 7, ..Policy::default() };
    let steps = steps(story.last(Kind::ApplicationProfile), &policy);
    let sevens = steps.iter().filter(|step| step.step.to_string() == "before_7").count();
    assert_eq!(sevens, 1, "two values that are the same make one reminder");
}
