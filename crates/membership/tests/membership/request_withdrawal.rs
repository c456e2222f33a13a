//! The point of contact asks to leave, CBP closes. Handbook 3.3.

use crate::support::*;
use membership::membership::*;

fn close(in_force: Vec<InForce>) -> Close {
    Close { in_force }
}

#[test]
fn the_membership_goes_on_until_cbp_closes_it() {
    let asked = validated().and(point_of_contact(), ACCUSED, ask_to_leave());
    assert_eq!(asked.state.status, Status::Validated);
    for actor in [supervisor(), director()] {
        let state = asked.clone().and(actor, SUSPENDED, close(Vec::new())).state;
        assert_eq!((state.status, state.dates.ended_on), (Status::Withdrawn, Some(day(SUSPENDED))));
        assert_eq!(state.dates.reapply_from, None, "no suspension, no waiting time");
        assert_eq!(state.ending.unwrap().reason_code(), "merged_or_sold");
    }
}

#[test]
fn leaving_while_suspended_begins_the_waiting_time() {
    for story in [suspended(), fast_lanes_lost()] {
        let asked = story.and(point_of_contact(), "2027-05-01", ask_to_leave());
        let state = asked.and(supervisor(), "2027-05-02", close(vec![in_force(1)])).state;
        assert_eq!((state.status, state.dates.reapply_from), (Status::Withdrawn, Some(day("2028-05-01"))));
        assert_eq!(state.enforcement, EnforcementStanding::default());
        assert_eq!(check_reapplication(&state, day("2028-04-30")).unwrap_err().code, "reapply_wait");
    }
}

#[test]
fn what_was_asked_for_is_taken_back_until_it_is_closed() {
    let asked = validated().and(point_of_contact(), ACCUSED, ask_to_leave());
    assert!(asked.state.allowed_commands().contains(&"take-back-withdrawal"));
    let stays = asked.clone().and(point_of_contact(), SUSPENDED, stay(Vec::new()));
    assert_eq!(stays.state, validated().state);
    stays.state_forbids(supervisor(), SUSPENDED, close(Vec::new()), "withdrawal_not_requested");
    stays.state_forbids(point_of_contact(), SUSPENDED, stay(Vec::new()), "withdrawal_not_requested");
    let again = stays.and(point_of_contact(), SUSPENDED, ask_to_leave());
    assert!(again.state.withdrawal_request.is_some());

    asked.forbidden(&[officer(), employee()], SUSPENDED, stay(Vec::new()), "point_of_contact_only");
    asked.forbidden(&[supervisor()], SUSPENDED, stay(Vec::new()), "company_only");
    let closed = asked.and(supervisor(), SUSPENDED, close(Vec::new()));
    closed.state_forbids(point_of_contact(), REMOVED, stay(Vec::new()), "wrong_status");
}

#[test]
fn what_waits_for_a_suspended_member_that_stays_is_told_to_readers() {
    let last = |answered: Vec<InForce>| {
        let asked = suspended().and(point_of_contact(), "2027-05-01", ask_to_leave());
        let story = asked.and(point_of_contact(), "2027-05-02", stay(answered));
        let Some(MembershipEvent::WithdrawalTakenBack(event)) = story.events.last().cloned() else {
            panic!()
        };
        (event.answer_due_on, event.plan_submitted)
    };
    assert_eq!(last(vec![in_force(1)]), (Some(day(ANSWER_DUE)), false));
    assert_eq!(last(vec![InForce { plan: Some(plan()), ..in_force(1) }]), (Some(day(ANSWER_DUE)), true));
}

#[test]
fn an_open_appeal_is_settled_first() {
    let asked = suspended().and(point_of_contact(), "2027-05-01", ask_to_leave());
    let appealed = close(vec![InForce { appeal_open: true, ..in_force(1) }]);
    asked.state_forbids(supervisor(), "2027-05-02", appealed, "appeal_open");
}

#[test]
fn only_a_point_of_contact_asks_and_only_what_was_asked_for_is_closed() {
    validated().forbidden(&[officer(), employee()], ACCUSED, ask_to_leave(), "point_of_contact_only");
    validated().forbidden(&[consultant()], ACCUSED, ask_to_leave(), "consultant_never_signs");
    validated().forbidden(&[supervisor(), integrator()], ACCUSED, ask_to_leave(), "company_only");
    validated().state_forbids(supervisor(), ACCUSED, close(Vec::new()), "withdrawal_not_requested");
    let asked = validated().and(point_of_contact(), ACCUSED, ask_to_leave());
    asked.forbidden(&[specialist(), officer()], SUSPENDED, close(Vec::new()), "supervisor_only");
    let wordless = RequestWithdrawal { reason: WithdrawalReason::Other, ..ask_to_leave() };
    let errors = [("/text", "required")];
    validated().invalid(point_of_contact(), ACCUSED, wordless, "withdrawal_invalid", &errors);
    for story in [approved(), removed(), rejected()] {
        story.state_forbids(point_of_contact(), REMOVED, ask_to_leave(), "wrong_status");
    }
}
