use crate::support::*;
use criteria::Level;
use kernel::Role;
use profile::{CategoryProgress, Missing, MissingReason};

#[test]
fn progress_counts_by_category() {
    let given = Given::draft()
        .and(save("4.8", says("Accounts of their own.")), Role::Employee)
        .and(save("4.10", says(" ")), Role::Employee)
        .and(save("9.16", not_applicable(Some("No cameras are used."))), Role::Employee);
    let progress = given.profile.progress();
    let one = CategoryProgress { category: 1, needed: 1, must: 1, ..CategoryProgress::default() };
    let four = CategoryProgress {
        category: 4,
        needed: 2,
        must: 1,
        complete: 1,
        must_complete: 1,
        begun: 1,
        ..CategoryProgress::default()
    };
    let nine = CategoryProgress {
        category: 9,
        needed: 1,
        complete: 1,
        not_applicable: 1,
        ..CategoryProgress::default()
    };
    assert_eq!(progress.by_category, [one, four, nine]);
    let total = CategoryProgress {
        needed: 4,
        must: 2,
        complete: 2,
        must_complete: 1,
        begun: 1,
        not_applicable: 1,
        ..CategoryProgress::default()
    };
    assert_eq!(progress.total, total);
    assert_eq!(Given::nothing().profile.progress(), profile::Progress::default());
}

#[test]
fn progress_shows_how_the_review_stands() {
    let total = Given::returned().profile.progress().total;
    assert_eq!((total.accepted, total.rejected), (1, 1));
}

#[test]
fn what_is_missing_is_listed_with_its_level() {
    let given = Given::returned().and(save("9.16", not_applicable(None)), Role::Employee);
    let expected = [
        Missing {
            criterion_id: id("4.8"),
            level: Level::Must,
            reason: MissingReason::UnchangedSinceRejection,
        },
        Missing { criterion_id: id("9.16"), level: Level::Should, reason: MissingReason::ReasonMissing },
    ];
    assert_eq!(given.profile.missing_before_submit(), expected);
    assert_eq!(Given::answered().profile.missing_before_submit(), []);
    assert_eq!(Given::draft().profile.missing_before_submit().len(), 4);
}
