use crate::support::*;
use membership::enforcement::{CorrectivePlan, EnforcementKind};
use membership::membership::*;

fn reinstate(plan: Option<CorrectivePlan>) -> Reinstate {
    Reinstate {
        enforcement_action_id: enforcement_id(3),
        suspension: enforcement_id(1),
        in_force: vec![InForce { plan, ..in_force(1) }],
    }
}

fn recommended(story: Story) -> Story {
    story.and(specialist(), ANSWER_DUE, recommendation(EnforcementKind::Reinstatement))
}

#[test]
fn an_accepted_plan_gives_back_what_stood_before() {
    let state = recommended(suspended()).and(director(), REMOVED, reinstate(Some(plan()))).state;
    assert_eq!((state.status, state.tier), (Status::Validated, Some(Tier::Tier2)));
    assert_eq!(state.enforcement, EnforcementStanding::default());
    let state = recommended(fast_lanes_lost()).and(director(), REMOVED, reinstate(Some(plan()))).state;
    assert_eq!((state.status, state.enforcement.in_force), (Status::Validated, Vec::new()));
}

#[test]
fn without_plan_or_consent_nothing_is_lifted() {
    let story = recommended(suspended());
    story.state_forbids(director(), REMOVED, reinstate(None), "plan_missing");
    let unwilling = CorrectivePlan { consents_to_unannounced_visits: false, ..plan() };
    story.state_forbids(director(), REMOVED, reinstate(Some(unwilling)), "consent_missing");
    let appealed = Reinstate {
        in_force: vec![InForce { appeal_open: true, plan: Some(plan()), ..in_force(1) }],
        ..reinstate(None)
    };
    story.state_forbids(director(), REMOVED, appealed, "appeal_open");
}

#[test]
fn it_names_a_suspension_of_this_membership_and_was_recommended() {
    let other = Reinstate { suspension: enforcement_id(5), ..reinstate(Some(plan())) };
    let errors = [("/enforcement_action_id", "suspension_unknown")];
    recommended(suspended()).invalid(director(), REMOVED, other, "suspension_unknown", &errors);
    suspended().state_forbids(director(), REMOVED, reinstate(Some(plan())), "not_recommended");
    let command = reinstate(Some(plan()));
    recommended(suspended()).forbidden(
        &[supervisor(), officer()],
        REMOVED,
        command,
        "programme_director_only",
    );
    removed().state_forbids(director(), REMOVED, reinstate(Some(plan())), "wrong_status");
}
