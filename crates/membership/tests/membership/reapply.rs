use crate::support::*;
use kernel::RefusalKind;
use membership::membership::event::MembershipWithdrawn;
use membership::membership::*;

#[test]
fn after_an_end_a_new_application_is_possible_at_once() {
    for (status, story) in stories() {
        if status.is_ended() {
            let in_time = if status == Status::Removed { "2028-04-01" } else { CERTIFIED };
            assert_eq!(check_reapplication(&story.state, day(in_time)), Ok(()), "{status}");
            assert!(story.state.allowed_commands().contains(&"reapply"), "{status}");
        }
    }
}

#[test]
fn while_the_membership_lives_no_new_application_is_possible() {
    for (status, story) in stories() {
        if !status.is_ended() && status != Status::NotApplied {
            let refusal = check_reapplication(&story.state, day(CERTIFIED)).unwrap_err();
            assert_eq!(
                (refusal.kind, refusal.code.as_str()),
                (RefusalKind::StateForbids, "membership_is_live")
            );
            assert_eq!(refusal.current_state.as_deref(), Some(status.as_str()));
            assert_eq!(refusal.allowed_commands, story.state.allowed_commands());
            assert!(!refusal.allowed_commands.iter().any(|command| command == "reapply"));
        }
    }
    assert_eq!(check_reapplication(&Membership::default(), day(APPLIED)).unwrap_err().code, "not_applied");
}

#[test]
fn a_waiting_period_that_was_set_has_to_pass() {
    let after_a_suspension = applicant().with(MembershipWithdrawn {
        reason: WithdrawalReason::NotInterested,
        text: None,
        withdrawn_by: officer().id,
        withdrawn_on: day("2026-05-01"),
        reapply_from: Some(day("2027-05-01")),
        earlier_status: Status::Certified,
        status: Status::Withdrawn,
    });
    let refusal = check_reapplication(&after_a_suspension.state, day("2027-04-30")).unwrap_err();
    assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::StateForbids, "reapply_wait"));
    assert_eq!(refusal.current_state.as_deref(), Some("withdrawn"));
    assert_eq!(check_reapplication(&after_a_suspension.state, day("2027-05-01")), Ok(()));
}
