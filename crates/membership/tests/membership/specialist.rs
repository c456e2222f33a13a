//! Somebody at CBP is answerable for a case before it is reviewed and decided. Handbook 1.4 and 4.4.

use crate::support::*;
use kernel::Policy;
use membership::membership::*;

fn codes(story: &Story) -> Vec<&'static str> {
    let to_do = to_do(&story.state, &account(), day(APPROVED), &Policy::default());
    to_do.to_certify.iter().map(|item| item.code.as_str()).collect()
}

#[test]
fn nothing_is_reviewed_before_a_specialist_is_assigned() {
    let approve = ApproveProfile { snapshot_number: 1 };
    let give_back = ReturnProfile { rejected_answers: 1, answer_due_on: None };
    unassigned().state_forbids(specialist(), APPROVED, approve.clone(), "specialist_not_assigned");
    unassigned().state_forbids(specialist(), APPROVED, give_back, "specialist_not_assigned");
    assert_eq!(check_review(&unassigned().state).unwrap_err().code, "specialist_not_assigned");
    assert!(codes(&unassigned()).contains(&"specialist_not_assigned"));
    let assigned = unassigned().and(supervisor(), SUBMITTED, assign());
    assert_eq!(check_review(&assigned.state), Ok(()));
    assert!(!codes(&assigned).contains(&"specialist_not_assigned"));
    assert!(assigned.ask(specialist(), APPROVED, approve).is_ok());
}

/// The profile was approved, and the vetting passed, before anybody had to be assigned.
fn approved_in_the_old_days() -> Story {
    let approval = only_approved().events.pop().unwrap();
    unassigned()
        .with(approval)
        .and(specialist(), APPROVED, SetBond { bond: import_bond() })
        .and(specialist(), APPROVED, debt_confirmed())
        .and(specialist(), VETTED, passed(VETTED))
}

#[test]
fn nobody_is_recommended_or_certified_before_a_specialist_is_assigned() {
    let story = approved_in_the_old_days();
    let refusal = story.state_forbids(specialist(), RECOMMENDED, recommend(), "conditions_open");
    assert_eq!(refusal.errors[0].code, "specialist_not_assigned");
    assert!(!story.state.allowed_commands().contains(&"recommend-certification"));
    assert_eq!(codes(&story), ["specialist_not_assigned", "not_recommended"]);

    let recommendation = recommended().events.pop().unwrap();
    let story = story.with(recommendation);
    story.state_forbids(supervisor(), CERTIFIED, certify(), "conditions_open");
    assert!(!story.state.allowed_commands().contains(&"certify"));
    let story = story.and(supervisor(), CERTIFIED, assign());
    assert!(story.state.allowed_commands().contains(&"certify"));
    assert!(story.ask(supervisor(), CERTIFIED, certify()).is_ok());
}
