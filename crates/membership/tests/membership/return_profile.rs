use crate::support::*;
use membership::membership::event::MembershipProfileReturned;
use membership::membership::*;

fn give_back(answer_due_on: Option<&str>) -> ReturnProfile {
    ReturnProfile { rejected_answers: 2, answer_due_on: answer_due_on.map(day) }
}

#[test]
fn staff_return_it_with_rejected_answers_and_the_company_stays_an_applicant() {
    let expected = MembershipProfileReturned {
        round: 1,
        rejected_answers: 2,
        answer_due_on: Some(day("2026-05-01")),
        returned_on: day(RETURNED),
        determinations: vec![Determination {
            condition: Condition::C5,
            outcome: Outcome::Open,
            determined_on: day(RETURNED),
            determined_by: DeterminedBy::System,
            person_id: None,
            basis: "CBP returned the security profile.".to_owned(),
            source: DeterminationSource::SecurityProfile,
        }],
        status: Status::Applicant,
    };
    applicant().then(specialist(), RETURNED, give_back(Some("2026-05-01")), vec![expected.into()]);
    let after = applicant().and(specialist(), RETURNED, give_back(Some("2026-05-01"))).state;
    assert_eq!((after.status, after.profile.stage), (Status::Applicant, ProfileStage::Returned));
    assert_eq!(after.dates.profile_answer_due_on, Some(day("2026-05-01")));
}

#[test]
fn without_a_rejected_answer_or_with_a_day_that_is_past_it_is_not_returned() {
    let command = ReturnProfile { rejected_answers: 0, answer_due_on: Some(day("2026-03-31")) };
    let errors = [("", "no_rejected_answer"), ("/due_on", "date_in_past")];
    applicant().invalid(specialist(), RETURNED, command, "return_invalid", &errors);
    applicant().and(specialist(), RETURNED, give_back(Some(RETURNED)));
}

#[test]
fn nobody_but_staff_returns_it() {
    applicant().forbidden(&company(), RETURNED, give_back(None), "staff_only");
}

#[test]
fn only_what_is_under_review_is_returned() {
    pre_applicant().state_forbids(specialist(), RETURNED, give_back(None), "profile_not_submitted");
    returned().state_forbids(specialist(), RETURNED, give_back(None), "profile_returned");
    approved().state_forbids(specialist(), CERTIFIED, give_back(None), "profile_already_approved");
    certified().state_forbids(specialist(), CERTIFIED, give_back(None), "profile_already_approved");
    for story in [rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(specialist(), CERTIFIED, give_back(None), "wrong_status");
    }
}
