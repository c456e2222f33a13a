use crate::support::*;
use kernel::Actor;
use membership::membership::event::{MembershipDeterminationRecorded, MembershipRecommendationLapsed};
use membership::membership::*;

fn determine(condition: Condition, outcome: Outcome) -> RecordDetermination {
    RecordDetermination { condition, outcome, determined_on: None, basis: text("Seen in the file.") }
}

#[test]
fn staff_determine_the_conditions_that_are_theirs() {
    for story in [pre_applicant(), applicant(), returned(), only_approved(), certified()] {
        for condition in [Condition::C1, Condition::C2, Condition::C6, Condition::C7, Condition::C8] {
            let expected = MembershipDeterminationRecorded {
                determination: Determination {
                    condition,
                    outcome: Outcome::Met,
                    determined_on: day("2026-04-30"),
                    determined_by: DeterminedBy::Staff,
                    person_id: Some(specialist().id),
                    basis: "Seen in the file.".to_owned(),
                    source: DeterminationSource::StaffFinding,
                },
                recorded_on: day("2026-05-04"),
            };
            let command = RecordDetermination {
                determined_on: Some(day("2026-04-30")),
                ..determine(condition, Outcome::Met)
            };
            story.then(specialist(), "2026-05-04", command, vec![expected.into()]);
        }
    }
}

#[test]
fn an_earlier_determination_stays_in_the_list() {
    let story = pre_applicant().and(specialist(), SUBMITTED, determine(Condition::C6, Outcome::NotMet)).and(
        supervisor(),
        APPROVED,
        determine(Condition::C6, Outcome::Met),
    );
    let outcomes: Vec<_> =
        story.state.determinations.iter().filter(|d| d.condition == Condition::C6).collect();
    assert_eq!(outcomes.len(), 3);
    assert_eq!(outcomes[1].outcome, Outcome::NotMet);
    assert!(story.state.is_settled(Condition::C6));
}

#[test]
fn facts_that_the_portal_knows_are_not_for_staff_and_nothing_is_determined_in_the_future() {
    for condition in [Condition::C3, Condition::C4, Condition::C5] {
        let command = RecordDetermination {
            determined_on: Some(day("2026-03-21")),
            ..determine(condition, Outcome::Met)
        };
        let errors = [("/condition", "condition_determined_by_system"), ("/determined_on", "date_in_future")];
        pre_applicant().invalid(specialist(), SUBMITTED, command, "determination_invalid", &errors);
    }
}

#[test]
fn nobody_but_staff_determines() {
    let mut others = company();
    others.extend([auditor(), Actor::system()]);
    pre_applicant().forbidden(&others, SUBMITTED, determine(Condition::C6, Outcome::Met), "staff_only");
}

#[test]
fn a_recommendation_lapses_when_a_condition_is_denied_or_opened() {
    for outcome in [Outcome::NotMet, Outcome::Open] {
        let story = recommended().and(specialist(), CERTIFIED, determine(Condition::C8, outcome));
        let lapsed = MembershipRecommendationLapsed {
            cause: LapseCause::Determination,
            recommended_by: specialist().id,
            recommended_on: day(RECOMMENDED),
            lapsed_on: day(CERTIFIED),
        };
        assert_eq!(story.events.last(), Some(&lapsed.into()));
        assert!(!story.state.allowed_commands().contains(&"certify"));
        assert!(!story.state.allowed_commands().contains(&"recommend-certification"));
    }
    let still = recommended().and(specialist(), CERTIFIED, determine(Condition::C8, Outcome::Met));
    assert!(still.state.recommendation.is_some());
}

#[test]
fn a_members_recommendation_does_not_lapse_any_more() {
    let story = certified().and(specialist(), "2026-06-01", determine(Condition::C6, Outcome::NotMet));
    assert!(story.state.recommendation.is_some());
}

#[test]
fn after_an_end_nothing_is_determined() {
    for story in [rejected(), ineligible(), withdrawn(), inactive()] {
        let command = determine(Condition::C6, Outcome::Met);
        story.state_forbids(specialist(), CERTIFIED, command, "wrong_status");
    }
}
