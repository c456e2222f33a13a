use crate::support::*;
use kernel::Actor;
use membership::membership::event::MembershipWithdrawn;
use membership::membership::*;

fn withdraw(reason: WithdrawalReason) -> Withdraw {
    Withdraw { reason, text: None }
}

#[test]
fn the_company_withdraws_with_a_reason() {
    for story in [pre_applicant(), applicant(), returned(), approved(), recommended()] {
        for actor in [officer(), employee()] {
            let expected = MembershipWithdrawn {
                reason: WithdrawalReason::BusinessClosed,
                text: None,
                withdrawn_by: actor.id,
                withdrawn_on: day(CERTIFIED),
                reapply_from: None,
                earlier_status: story.state.status,
                status: Status::Withdrawn,
            };
            story.then(actor, CERTIFIED, withdraw(WithdrawalReason::BusinessClosed), vec![expected.into()]);
        }
    }
    assert_eq!(withdrawn().state.ending.unwrap().reason_code(), "merged_or_sold");
}

#[test]
fn another_reason_is_said_in_words() {
    let errors = [("/text", "required")];
    applicant().invalid(officer(), VETTED, withdraw(WithdrawalReason::Other), "withdrawal_invalid", &errors);
    let told = Withdraw { text: Some(text("We move to another port.")), ..withdraw(WithdrawalReason::Other) };
    let state = applicant().and(officer(), VETTED, told).state;
    assert_eq!(state.ending.unwrap().text().unwrap().as_str(), "We move to another port.");
}

#[test]
fn a_consultant_a_machine_and_cbp_do_not_withdraw() {
    let command = || withdraw(WithdrawalReason::BusinessClosed);
    applicant().forbidden(&[consultant()], VETTED, command(), "consultant_never_signs");
    let others = [integrator(), specialist(), supervisor(), Actor::system()];
    applicant().forbidden(&others, VETTED, command(), "company_only");
}

#[test]
fn what_is_certified_or_ended_is_not_withdrawn_like_this() {
    for story in [certified(), rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(officer(), CERTIFIED, withdraw(WithdrawalReason::NotInterested), "wrong_status");
    }
}
