//! What starts each clock, when it is due, and what ends it. Handbook 3.3, 3.4 and 14.

use crate::support::{Story, day, passing, waiver};
use kernel::{Policy, PolicyTable, PolicyVersion};
use obligations::{CLOCKS, Ended, FollowError, Kind, Obligation, Owner, Standing, clock, concerns};
use serde_json::json;
use std::sync::Arc;

fn ended(one: &Obligation) -> (Option<Ended>, Option<String>) {
    (one.ended, one.ended_on.map(|on| on.to_string()))
}

fn at(on: &str) -> Option<String> {
    Some(on.to_owned())
}

#[test]
fn every_kind_has_one_clock_with_a_basis() {
    let policy = Policy::default();
    for kind in Kind::ALL {
        assert_eq!(CLOCKS.iter().filter(|clock| clock.kind == *kind).count(), 1, "{kind}");
        let (_, basis) = clock(*kind).unwrap().basis(&policy);
        assert!(basis.contains("Handbook") || basis.contains("U.S.C."), "{kind}: {basis}");
    }
    for key in CLOCKS.iter().flat_map(|clock| clock.policy_key().into_iter().chain(clock.window)) {
        assert!(policy.value_of(key).is_some(), "{key}");
    }
    assert!(!concerns("profile.answer_saved"));
}

/// Handbook 3.3: the security profile has to come within 30 days, the last day included.
#[test]
fn an_application_is_open_until_the_end_of_its_last_day_and_then_overdue() {
    let story = Story::new().applied("2026-03-02", "2026-04-01");
    let one = story.last(Kind::ApplicationProfile);
    assert_eq!(
        (one.owner(), one.started_on, one.due_on),
        (Owner::Company, day("2026-03-02"), day("2026-04-01"))
    );
    assert_eq!(one.standing(day("2026-04-01")), Standing::Open);
    assert_eq!(one.standing(day("2026-04-02")), Standing::Overdue);
}

#[test]
fn an_application_ends_met_missed_or_released() {
    let submitted = Story::new().applied("2026-03-02", "2026-04-01").submitted("2026-04-01", "2026-06-30");
    let one = submitted.last(Kind::ApplicationProfile);
    assert_eq!((ended(one), one.was_met_late()), ((Some(Ended::Met), at("2026-04-01")), false));
    let expired = Story::new()
        .applied("2026-03-02", "2026-04-01")
        .when("membership.application_expired", json!({"expired_on": "2026-04-09"}));
    assert_eq!(ended(expired.last(Kind::ApplicationProfile)), (Some(Ended::Missed), at("2026-04-09")));
    for (event, on) in [
        ("membership.rejected", "rejected_on"),
        ("membership.found_ineligible", "found_on"),
        ("membership.withdrawn", "withdrawn_on"),
    ] {
        let story = Story::new().applied("2026-03-02", "2026-04-01").when(event, json!({on: "2026-03-20"}));
        let one = story.last(Kind::ApplicationProfile);
        assert_eq!(ended(one), (Some(Ended::Released), at("2026-03-20")), "{event}");
        assert_eq!(one.standing(day("2027-01-01")), Standing::Released);
    }
}

/// 6 U.S.C. 964(c): 90 days from the receipt; a return and a second submission move nothing.
#[test]
fn the_decision_is_due_after_the_first_submission_whatever_follows() {
    let story = Story::new()
        .applied("2026-03-02", "2026-04-01")
        .submitted("2026-03-20", "2026-06-18")
        .when("membership.profile_returned", json!({"returned_on": "2026-04-01"}))
        .submitted("2026-04-10", "2026-06-18");
    let all = story.all(Kind::CertificationDecision);
    assert_eq!((all.len(), all[0].due_on, all[0].ended), (1, day("2026-06-18"), None));
    let story = story.certified("2026-07-01", "2027-07-01", "2027-07-01");
    let one = story.last(Kind::CertificationDecision);
    assert_eq!((ended(one), one.was_met_late()), ((Some(Ended::Met), at("2026-07-01")), true));
}

#[test]
fn each_round_has_its_own_review_and_only_a_return_that_names_a_day_asks_for_an_answer_by_it() {
    let story = Story::new()
        .applied("2026-03-02", "2026-04-01")
        .submitted("2026-03-20", "2026-06-18")
        .when("membership.profile_returned", json!({"returned_on": "2026-04-01"}));
    assert_eq!(story.all(Kind::ProfileAnswer), Vec::<&Obligation>::new());
    let story = story
        .submitted("2026-04-10", "2026-06-18")
        .when(
            "membership.profile_returned",
            json!({"returned_on": "2026-04-20", "answer_due_on": "2026-05-15"}),
        )
        .submitted("2026-05-16", "2026-06-18")
        .when("membership.profile_approved", json!({"approved_on": "2026-05-20"}));
    let reviews: Vec<_> =
        story.all(Kind::ProfileReview).into_iter().map(|one| (one.due_on, ended(one))).collect();
    assert_eq!(
        reviews,
        [
            (day("2026-04-19"), (Some(Ended::Met), at("2026-04-01"))),
            (day("2026-05-10"), (Some(Ended::Met), at("2026-04-20"))),
            (day("2026-06-15"), (Some(Ended::Met), at("2026-05-20"))),
        ]
    );
    let answer = story.last(Kind::ProfileAnswer);
    assert_eq!((answer.due_on, answer.was_met_late()), (day("2026-05-15"), true));
}

/// Handbook 3.4: the window opens 90 days before the anniversary, on which the review is due, year after year.
#[test]
fn the_annual_review_comes_back_every_year_and_29_february_comes_back_in_leap_years() {
    let mut story = Story::new().certified("2028-02-29", "2029-02-28", "2029-02-28");
    for noticed in ["2029-03-01", "2030-03-01", "2031-03-01", "2032-03-01"] {
        story = story.passed(Kind::AnnualReview, noticed);
    }
    let all = story.all(Kind::AnnualReview);
    let due: Vec<_> = all.iter().map(|one| one.due_on.to_string()).collect();
    assert_eq!(due, ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29", "2033-02-28"]);
    let opens: Vec<_> = all.iter().map(|one| one.opens_on.unwrap().to_string()).collect();
    assert_eq!(opens, ["2028-11-30", "2029-11-30", "2030-11-30", "2031-12-01", "2032-11-30"]);
    assert_eq!(all[1].started_on, day("2029-02-28"));
    assert_eq!(all[0].standing(day("2033-01-01")), Standing::Overdue, "still owed");
    let again = passing(all[0], "2033-03-01");
    assert_eq!(
        story.when("obligation.date_passed", again).all(Kind::AnnualReview).len(),
        5,
        "no second of the year"
    );
}

#[test]
fn a_waived_review_is_followed_by_that_of_the_next_year() {
    let story = Story::new().certified("2026-04-22", "2027-04-22", "2027-04-22");
    let waived = waiver(story.last(Kind::AnnualReview), "2027-04-01");
    let mut story = story.when("obligation.waived", waived.clone());
    let all = story.all(Kind::AnnualReview);
    assert_eq!((ended(all[0]), all[1].due_on), ((Some(Ended::Waived), at("2027-04-01")), day("2028-04-22")));
    assert!(matches!(story.tried("obligation.waived", waived), Err(FollowError::Ended)));
}

#[test]
fn the_end_of_a_membership_releases_what_it_was_owed_for() {
    let story = Story::new()
        .certified("2026-04-22", "2027-04-22", "2027-04-22")
        .when("membership.withdrawn", json!({"withdrawn_on": "2026-12-01"}));
    for kind in [Kind::FirstValidation, Kind::AnnualReview] {
        assert_eq!(ended(story.last(kind)), (Some(Ended::Released), at("2026-12-01")), "{kind}");
    }
    assert_eq!(story.all(Kind::AnnualReview).len(), 1, "no next one");
}

/// Handbook 3.4: a correction is itself an event; what was reckoned from the date moves with it.
#[test]
fn a_mended_date_moves_the_deadlines_that_follow_from_it() {
    let story = Story::new().applied("2026-03-02", "2026-04-01").submitted("2026-03-20", "2026-06-18").when(
        "membership.date_corrected",
        json!({"field": "profile_submitted_on", "value": "2026-03-18", "derived": [
            {"field": "certification_due_on", "earlier": "2026-06-18", "value": "2026-06-16"},
        ]}),
    );
    assert_eq!(story.last(Kind::CertificationDecision).due_on, day("2026-06-16"));
    assert_eq!(story.last(Kind::ProfileReview).due_on, day("2026-04-17"), "30 days after the mended day");
    assert_eq!(ended(story.last(Kind::ApplicationProfile)), (Some(Ended::Met), at("2026-03-18")));

    let story = Story::new()
        .certified("2026-04-22", "2027-04-22", "2027-04-22")
        .passed(Kind::AnnualReview, "2027-04-23")
        .when(
            "membership.date_corrected",
            json!({"field": "certified_on", "value": "2026-04-20", "derived": [
                {"field": "anniversary_on", "earlier": "2027-04-22", "value": "2027-04-20"},
                {"field": "first_validation_due_on", "earlier": "2027-04-22", "value": "2027-04-20"},
            ]}),
        );
    let due: Vec<_> = story.all(Kind::AnnualReview).iter().map(|one| one.due_on.to_string()).collect();
    assert_eq!(due, ["2027-04-20", "2028-04-20"]);
    assert_eq!(story.last(Kind::FirstValidation).due_on, day("2027-04-20"));
}

fn table(days: u32, effective_on: &str, moves_open_clocks: bool) -> PolicyTable {
    let values = Policy { profile_review_days: days, annual_review_window_days: days, ..Policy::default() };
    let version = PolicyVersion {
        name: "2026-2".to_owned(),
        effective_on: day(effective_on),
        moves_open_clocks,
        values: Arc::new(values),
    };
    PolicyTable::default().then(version).unwrap()
}

#[test]
fn a_changed_policy_moves_open_clocks_only_where_it_says_so_and_never_a_stated_day() {
    let under = |moves| {
        Story::under(table(60, "2026-04-01", moves))
            .applied("2026-03-02", "2026-04-01")
            .submitted("2026-03-20", "2026-06-18")
    };
    let kept = under(false);
    let review = kept.last(Kind::ProfileReview);
    assert_eq!((review.due_on, review.policy_version.as_str()), (day("2026-04-19"), "initial"));
    let moved = under(true);
    let review = moved.last(Kind::ProfileReview);
    assert_eq!((review.due_on, review.policy_version.as_str()), (day("2026-05-19"), "2026-2"));
    let decision = moved.last(Kind::CertificationDecision);
    assert_eq!((decision.due_on, decision.policy_version.as_str()), (day("2026-06-18"), "initial"));
    // One that had ended before the change came into force has never gone by it.
    let ended_before = under(true).when("membership.profile_approved", json!({"approved_on": "2026-03-30"}));
    let review = ended_before.last(Kind::ProfileReview);
    assert_eq!((review.due_on, review.policy_version.as_str()), (day("2026-04-19"), "initial"));
    let started_after = Story::under(table(60, "2026-03-20", false)).submitted("2026-03-20", "2026-06-18");
    assert_eq!(started_after.last(Kind::ProfileReview).due_on, day("2026-05-19"));
}

#[test]
fn a_deadline_has_the_same_id_whoever_reckons_it() {
    let story = || {
        Story::new()
            .certified("2026-04-22", "2027-04-22", "2027-04-22")
            .passed(Kind::AnnualReview, "2027-04-23")
    };
    let (one, other) = (story(), story());
    assert_eq!(one.known, other.known);
    let mut ids: Vec<_> = one.known.iter().map(|one| one.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}
