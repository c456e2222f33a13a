use crate::support::*;
use kernel::Actor;
use membership::membership::event::MembershipFoundIneligible;
use membership::membership::*;

fn find(reason: IneligibilityReason) -> FindIneligible {
    FindIneligible { condition: reason.condition(), reason, text: text("Bill 4410 is final and unpaid.") }
}

#[test]
fn the_condition_is_determined_with_the_finding() {
    for story in [pre_applicant(), applicant(), returned(), approved(), recommended()] {
        let expected = MembershipFoundIneligible {
            condition: Condition::C6,
            reason: IneligibilityReason::UnpaidDebt,
            text: text("Bill 4410 is final and unpaid."),
            found_by: specialist().id,
            found_on: day(CERTIFIED),
            determination: Determination {
                condition: Condition::C6,
                outcome: Outcome::NotMet,
                determined_on: day(CERTIFIED),
                determined_by: DeterminedBy::Staff,
                person_id: Some(specialist().id),
                basis: "Bill 4410 is final and unpaid.".to_owned(),
                source: DeterminationSource::StaffFinding,
            },
            earlier_status: story.state.status,
            status: Status::Ineligible,
        };
        story.then(specialist(), CERTIFIED, find(IneligibilityReason::UnpaidDebt), vec![expected.into()]);
    }
    let state = ineligible().state;
    assert_eq!(state.status, Status::Ineligible);
    assert_eq!(state.ending.as_ref().unwrap().reason_code(), "unpaid_debt");
    assert_eq!(state.determination(Condition::C6).unwrap().outcome, Outcome::NotMet);
}

#[test]
fn each_reason_belongs_to_one_condition() {
    for reason in IneligibilityReason::ALL {
        applicant().and(supervisor(), VETTED, find(*reason));
        for condition in Condition::ALL.iter().filter(|condition| **condition != reason.condition()) {
            let command = FindIneligible { condition: *condition, ..find(*reason) };
            let errors = [("/reason", "reason_does_not_fit")];
            applicant().invalid(supervisor(), VETTED, command, "finding_invalid", &errors);
        }
    }
}

#[test]
fn nobody_but_staff_finds() {
    let mut others = company();
    others.extend([auditor(), Actor::system()]);
    applicant().forbidden(&others, VETTED, find(IneligibilityReason::NotTrading), "staff_only");
}

#[test]
fn what_is_certified_or_ended_is_not_found_ineligible() {
    for story in [certified(), rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(specialist(), CERTIFIED, find(IneligibilityReason::NotTrading), "wrong_status");
    }
}
