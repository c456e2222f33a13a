//! What was so on a day, as it is known in the end. Handbook 3.4.

use crate::support::*;
use kernel::{Timestamp, start_of_programme_day};
use membership::membership::*;

fn correct(field: DateField, value: &str) -> CorrectDate {
    CorrectDate { field, value: day(value), reason: text("The letter says so."), accept_expiry: false }
}

/// The events of a story, each at noon of the day on which it was asked for.
fn told(steps: &[(&str, MembershipEvent)]) -> Vec<Timestamp> {
    let noon = |on: &str| -> Timestamp { format!("{on}T17:00:00Z").parse().unwrap() };
    holds_from(steps.iter().map(|(on, event)| (event, noon(on))))
}

fn last(story: &Story) -> MembershipEvent {
    story.events.last().unwrap().clone()
}

#[test]
fn a_mended_date_holds_since_the_day_that_it_names() {
    let story = certified();
    let certification = last(&story);
    let story = story.and(supervisor(), "2026-05-04", correct(DateField::CertifiedOn, "2026-04-20"));
    let first = last(&story);
    let story = story.and(supervisor(), "2026-05-05", correct(DateField::CertifiedOn, "2026-04-21"));
    let steps = [(CERTIFIED, certification), ("2026-05-04", first), ("2026-05-05", last(&story))];
    let since = start_of_programme_day(day("2026-04-21"));
    assert_eq!(told(&steps), [since, since, since], "both corrections are about the certification");
    // Before the second correction was known the first one counted, and before that what was recorded.
    let since = start_of_programme_day(day("2026-04-20"));
    assert_eq!(told(&steps[..2]), [since, since]);
    assert_eq!(told(&steps[..1]), ["2026-04-22T17:00:00Z".parse::<Timestamp>().unwrap()]);
}

#[test]
fn what_was_recorded_later_holds_since_it_was_so() {
    let story = certified().and(supervisor(), "2027-03-20", validation("VAL-1", VALIDATED));
    let since = told(&[("2027-03-20", last(&story))]);
    assert_eq!(since, [start_of_programme_day(day(VALIDATED))]);
}

#[test]
fn only_the_first_submission_is_mended() {
    let first = last(&unassigned());
    let again = returned().and(officer(), RESUBMITTED, SubmitSecurityProfile { account: account() });
    let second = last(&again);
    let mended =
        last(&again.and(supervisor(), APPROVED, correct(DateField::ProfileSubmittedOn, "2026-03-18")));
    let since = told(&[(SUBMITTED, first), (RESUBMITTED, second), (APPROVED, mended)]);
    let mended = start_of_programme_day(day("2026-03-18"));
    assert_eq!(since, [mended, "2026-04-08T17:00:00Z".parse().unwrap(), mended]);
}
