use crate::support::*;
use kernel::Actor;
use membership::enforcement::*;

fn appealed() -> Story {
    suspended().and(officer(), "2028-07-05", appeal(1))
}

#[test]
fn an_appeal_lies_until_the_last_day_and_is_due_after_180_days() {
    let story = suspended().and(officer(), LAST_DAY, appeal(1));
    assert_eq!(story.state.status(), ActionStatus::Appealed);
    assert_eq!(story.state.open_appeal().unwrap().due_on, day("2029-03-03"));
    let refusal = suspended().state_forbids(officer(), "2028-09-05", appeal(1), "appeal_late");
    assert!(refusal.sentence.contains(LAST_DAY), "{}", refusal.sentence);
    let soon = decided(Impose { for_false_information: true, ..removal() });
    assert!(
        soon.state_forbids(officer(), "2028-07-07", appeal(1), "appeal_late").sentence.contains("2028-07-06")
    );
}

#[test]
fn one_appeal_at_a_time_and_none_after_a_denial() {
    appealed().state_forbids(officer(), "2028-07-06", appeal(2), "appeal_open");
    let denied = appealed().and(another_director(), "2028-07-20", decision(false));
    assert_eq!(denied.state.status(), ActionStatus::Open, "the action stands");
    denied.state_forbids(officer(), "2028-07-21", appeal(2), "appeal_decided");
}

#[test]
fn an_appeal_that_was_taken_back_can_be_filed_again_in_time() {
    let back = appealed().and(officer(), "2028-07-20", WithdrawAppeal { text: None });
    assert_eq!(back.state.appeals[0].status, AppealStatus::Withdrawn);
    let again = back.clone().and(officer(), "2028-07-21", appeal(2));
    assert_eq!(again.state.appeals.len(), 2);
    back.state_forbids(officer(), "2028-09-05", appeal(2), "appeal_late");
    back.state_forbids(officer(), "2028-07-21", WithdrawAppeal { text: None }, "no_open_appeal");
}

#[test]
fn who_decided_the_action_does_not_decide_the_appeal() {
    for granted in [true, false] {
        appealed().forbidden(director(), "2028-08-01", decision(granted), "decided_the_action");
        for other in [officer(), supervisor(), Actor::system()] {
            appealed().forbidden(other, "2028-08-01", decision(granted), "programme_director_only");
        }
    }
    suspended().state_forbids(another_director(), "2028-08-01", decision(true), "no_open_appeal");
}

#[test]
fn a_granted_appeal_ends_the_action_also_when_it_is_late() {
    let granted = appealed().and(another_director(), "2029-02-01", decision(true));
    let state = &granted.state;
    assert_eq!(
        (state.status(), state.ended.as_ref().unwrap().how),
        (ActionStatus::Ended, EndKind::AppealGranted)
    );
    let appeal = &state.appeals[0];
    assert_eq!((appeal.status, appeal.closed_by), (AppealStatus::Granted, Some(another_director().id)));
    let EnforcementEvent::AppealGranted(event) = &granted.events[2] else { panic!() };
    assert_eq!(event.days_since_filing, 211);
    granted.state_forbids(officer(), "2029-02-02", appeal_again(), "action_ended");
}

fn appeal_again() -> FileAppeal {
    appeal(2)
}

#[test]
fn only_an_officer_appeals_and_takes_back() {
    for other in [employee(), consultant(), supervisor(), director()] {
        suspended().forbidden(other.clone(), DECIDED, appeal(1), "officer_only");
        appealed().forbidden(other, "2028-07-20", WithdrawAppeal { text: None }, "officer_only");
    }
}

#[test]
fn nobody_appeals_against_a_reinstatement_or_what_is_over() {
    decided(reinstatement()).state_forbids(officer(), DECIDED, appeal(1), "not_appealable");
    let end = End { how: EndKind::Removal, by_action: Some(id("enf", 0x402)) };
    let removed = suspended().and(director(), "2028-09-06", end);
    let refusal = removed.state_forbids(officer(), "2028-09-07", appeal(1), "action_ended");
    assert!(refusal.sentence.contains("enf_"), "it names the removal: {}", refusal.sentence);
}

#[test]
fn a_suspension_that_a_removal_ended_comes_back_with_a_new_time_to_answer() {
    let end = End { how: EndKind::Removal, by_action: Some(id("enf", 0x402)) };
    let removed = suspended().and(director(), "2028-09-06", end);
    let resumed = removed.and(another_director(), "2028-11-02", Resume { appeal_id: id("apl", 1) });
    assert_eq!(resumed.state.status(), ActionStatus::Open);
    assert_eq!(resumed.state.entry.unwrap().answer_due_on, Some(day("2029-01-31")));
    let other = Resume { appeal_id: id("apl", 1) };
    suspended().state_forbids(another_director(), "2028-11-02", other, "not_ended_by_removal");
}
