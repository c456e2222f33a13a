//! The clocks of members: validations, suspensions, appeals, and what becomes of them all when a member leaves. Handbook 3.3, 3.4, 6 and 7.

use crate::support::{Story, day};
use kernel::{Policy, PolicyTable, PolicyVersion};
use obligations::{Ended, Kind, Obligation, Standing};
use serde_json::{Value, json};
use std::sync::Arc;

fn member() -> Story {
    Story::new().certified("2026-04-22", "2027-04-22", "2027-04-22")
}

fn due(story: &Story, kind: Kind) -> Vec<String> {
    story.all(kind).iter().map(|one| one.due_on.to_string()).collect()
}

fn ended(one: &Obligation) -> Option<(Ended, String)> {
    Some((one.ended?, one.ended_on?.to_string()))
}

fn validated(on: &str, next: &str) -> Value {
    json!({"validated_on": on, "recorded_on": on, "revalidation_due_on": next})
}

fn suspended(story: Story) -> Story {
    let decided = json!({
        "enforcement_action_id": "one", "decided_on": "2028-06-06", "notice_on": "2028-06-07",
        "answer_due_on": "2028-09-05", "appeal_due_on": "2028-09-04",
    });
    story.at("2028-06-06").of("one").when("enforcement_action.decided", decided)
}

#[test]
fn whoever_has_left_owes_nothing_more() {
    for (event, on) in [
        ("membership.closed", "closed_on"),
        ("membership.removed", "removed_on"),
        ("membership.withdrawn", "withdrawn_on"),
    ] {
        let story = member()
            .when("membership.validation_outcome_recorded", validated("2027-03-15", "2031-03-15"))
            .at("2028-06-01")
            .when(event, json!({on: "2028-06-01"}));
        for kind in [Kind::AnnualReview, Kind::Revalidation] {
            let one = story.last(kind);
            assert_eq!(ended(one), Some((Ended::Released, "2028-06-01".to_owned())), "{event}: {kind}");
        }
        assert!(
            story.known.iter().all(|one| one.standing(day("2040-01-01")) != Standing::Overdue),
            "{event}"
        );
        let later = story.at("2035-01-01").when("membership.date_corrected", json!({"field": "applied_on"}));
        assert_eq!(later.all(Kind::AnnualReview).len(), 3, "{event}: none of the years after");
    }
}

#[test]
fn a_removal_that_an_appeal_undoes_lets_everything_go_on_with_the_years_between() {
    let story = member()
        .at("2026-12-01")
        .when("membership.removed", json!({"removed_on": "2026-12-01"}))
        .at("2028-06-01")
        .when("membership.restored", json!({"restored_on": "2028-06-01"}));
    assert_eq!(due(&story, Kind::AnnualReview), ["2027-04-22", "2028-04-22", "2029-04-22"]);
    assert!(story.known.iter().all(|one| one.ended.is_none()), "{:?}", story.known);
}

/// 6 U.S.C. 965(a) and 969: the first within a year, the next within four years of the one before.
#[test]
fn a_validation_meets_the_first_and_starts_the_clock_of_the_next() {
    let story =
        member().when("membership.validation_outcome_recorded", validated("2027-03-15", "2031-03-15"));
    assert_eq!(ended(story.last(Kind::FirstValidation)), Some((Ended::Met, "2027-03-15".to_owned())));
    assert_eq!(due(&story, Kind::Revalidation), ["2031-03-15"]);
    let story =
        story.when("membership.validation_outcome_recorded", validated("2031-04-01", "2035-04-01")).when(
            "membership.date_corrected",
            json!({"field": "validated_on", "earlier": "2031-04-01", "value": "2031-03-10", "derived": [
                {"field": "revalidation_due_on", "earlier": "2035-04-01", "value": "2035-03-10"},
            ]}),
        );
    assert_eq!(due(&story, Kind::Revalidation), ["2031-03-15", "2035-03-10"]);
    let first = story.all(Kind::Revalidation)[0];
    assert_eq!((ended(first), first.was_met_late()), (Some((Ended::Met, "2031-03-10".to_owned())), false));
    assert_eq!(
        ended(story.last(Kind::FirstValidation)),
        Some((Ended::Met, "2027-03-15".to_owned())),
        "only the newest was mended"
    );
}

#[test]
fn a_suspension_is_answered_by_a_plan_and_each_has_its_own_clock() {
    let story = suspended(member());
    let answer = story.last(Kind::SuspensionAnswer);
    assert_eq!((answer.started_on, answer.due_on), (day("2028-06-07"), day("2028-09-05")));
    let mended = json!({"field": "notice_on", "corrected_on": "2028-06-08", "answer_due_on": "2028-09-03"});
    let story = story.when("enforcement_action.corrected", mended);
    assert_eq!(story.last(Kind::SuspensionAnswer).due_on, day("2028-09-03"));
    let plan = |on: &str| json!({"submitted_on": on});
    let story = story.of("another").when("enforcement_action.corrective_plan_submitted", plan("2028-06-20"));
    assert_eq!(story.last(Kind::SuspensionAnswer).ended, None, "that was about another");
    let story = story.of("one").when("enforcement_action.corrective_plan_submitted", plan("2028-07-03"));
    assert_eq!(ended(story.last(Kind::SuspensionAnswer)), Some((Ended::Met, "2028-07-03".to_owned())));
}

#[test]
fn a_suspension_that_is_in_force_again_is_answered_anew() {
    let story = suspended(member())
        .when("enforcement_action.ended", json!({"how": "removal", "ended_on": "2028-06-20"}))
        .at("2028-11-02")
        .when(
            "enforcement_action.resumed",
            json!({"resumed_on": "2028-11-02", "answer_due_on": "2029-01-31"}),
        );
    let answer = story.last(Kind::SuspensionAnswer);
    assert_eq!((answer.ended, answer.due_on), (None, day("2029-01-31")));
    assert_eq!(ended(story.last(Kind::AppealFiling)), Some((Ended::Released, "2028-06-20".to_owned())));
}

/// 6 U.S.C. 967(c): a company may appeal and need not, and CBP owes a decision.
#[test]
fn an_appeal_can_be_filed_until_its_last_day_and_is_decided_within_180_days() {
    let lapsed = suspended(member()).at("2028-09-05").passed(Kind::AppealFiling, "2028-09-05");
    assert_eq!(ended(lapsed.last(Kind::AppealFiling)), Some((Ended::Missed, "2028-09-05".to_owned())));
    let filed = json!({"appeal_id": "a", "filed_on": "2028-07-05", "due_on": "2029-01-01"});
    let filed = || suspended(member()).when("enforcement_action.appeal_filed", filed.clone());
    let story = filed();
    assert_eq!(ended(story.last(Kind::AppealFiling)), Some((Ended::Met, "2028-07-05".to_owned())));
    assert_eq!(due(&story, Kind::AppealDecision), ["2029-01-01"]);
    for event in ["enforcement_action.appeal_granted", "enforcement_action.appeal_denied"] {
        let story = filed().when(event, json!({"appeal_id": "a", "decided_on": "2029-02-01"}));
        assert!(story.last(Kind::AppealDecision).was_met_late(), "{event}");
    }
    let withdrawn = json!({"appeal_id": "a", "withdrawn_on": "2028-07-20"});
    let story = filed().when("enforcement_action.appeal_withdrawn", withdrawn);
    assert_eq!(ended(story.last(Kind::AppealDecision)), Some((Ended::Released, "2028-07-20".to_owned())));
}

#[test]
fn a_request_to_leave_is_closed_or_taken_back_and_a_later_one_takes_its_place() {
    let requested = |on: &str| json!({"requested_on": on});
    let story = member()
        .when("membership.withdrawal_requested", requested("2029-02-01"))
        .when("membership.withdrawal_requested", requested("2029-02-10"));
    assert_eq!(due(&story, Kind::WithdrawalClosing), ["2029-03-03", "2029-03-12"]);
    assert_eq!(story.all(Kind::WithdrawalClosing)[0].ended, Some(Ended::Released));
    let closed = story.when("membership.closed", json!({"closed_on": "2029-02-20"}));
    assert_eq!(ended(closed.last(Kind::WithdrawalClosing)), Some((Ended::Met, "2029-02-20".to_owned())));
}

fn corrected(value: &str, anniversary_on: &str, on: &str) -> Value {
    json!({"field": "certified_on", "value": value, "corrected_on": on, "derived": [
        {"field": "anniversary_on", "value": anniversary_on},
        {"field": "first_validation_due_on", "value": anniversary_on},
    ]})
}

#[test]
fn the_years_that_a_correction_adds_or_takes_away_are_there_or_gone_at_once() {
    let story = member()
        .at("2026-05-04")
        .when("membership.date_corrected", corrected("2020-02-29", "2021-02-28", "2026-05-04"));
    assert_eq!(
        due(&story, Kind::AnnualReview),
        ["2021-02-28", "2022-02-28", "2023-02-28", "2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28"]
    );
    let story = story
        .at("2026-05-05")
        .when("membership.date_corrected", corrected("2026-04-20", "2027-04-20", "2026-05-05"));
    let running = |story: &Story| -> Vec<String> {
        let all = story.all(Kind::AnnualReview).into_iter();
        all.filter(|one| one.ended.is_none()).map(|one| one.due_on.to_string()).collect()
    };
    assert_eq!(running(&story), ["2027-04-20"]);
    let story = story.at("2027-04-21").passed_first(Kind::AnnualReview, "2027-04-21");
    assert_eq!(running(&story), ["2027-04-20", "2028-04-20"], "its turn has come again");
}

fn version(name: &str, effective_on: &str, moves: bool, values: Policy) -> PolicyVersion {
    let effective_on = day(effective_on);
    PolicyVersion { name: name.to_owned(), effective_on, moves_open_clocks: moves, values: Arc::new(values) }
}

#[test]
fn the_version_that_is_told_is_the_one_whose_values_gave_the_day() {
    let sixty = Policy { application_profile_days: 60, ..Policy::default() };
    let table = PolicyTable::default().then(version("2026-2", "2026-03-02", true, sixty)).unwrap();
    // Applied in the morning by the old values, before the new version was known here.
    let old = Story::under(table.clone()).applied("2026-03-02", "2026-04-01");
    assert_eq!(old.last(Kind::ApplicationProfile).policy_version, "initial");
    let new = Story::under(table).applied("2026-03-02", "2026-05-01");
    assert_eq!(new.last(Kind::ApplicationProfile).policy_version, "2026-2");
}

#[test]
fn what_ended_before_a_version_or_on_its_first_day_is_not_moved_by_it() {
    let sixty = Policy { profile_review_days: 60, ..Policy::default() };
    let table = PolicyTable::default().then(version("2026-2", "2026-04-01", true, sixty)).unwrap();
    let reviewed = |on: &str| {
        let story = Story::under(table.clone()).submitted("2026-03-20", "2026-06-18");
        let story = story.when("membership.profile_approved", json!({"approved_on": on}));
        let one = story.last(Kind::ProfileReview);
        (one.due_on.to_string(), one.policy_version.clone())
    };
    let (old, new) = (("2026-04-19", "initial"), ("2026-05-19", "2026-2"));
    for (on, (due_on, version)) in [("2026-03-31", old), ("2026-04-01", old), ("2026-04-02", new)] {
        assert_eq!(reviewed(on), (due_on.to_owned(), version.to_owned()), "{on}");
    }
}
