use crate::support::*;
use kernel::Actor;
use membership::enforcement::{EnforcementKind, ReasonCode};
use membership::membership::*;

const SUSPENSION: EnforcementKind = EnforcementKind::Suspension;

#[test]
fn staff_recommend_and_the_newest_recommendation_counts() {
    for actor in [specialist(), supervisor()] {
        let state = validated().and(actor.clone(), ACCUSED, recommendation(SUSPENSION)).state;
        assert_eq!(state.enforcement.recommendation.as_ref().unwrap().recommended_by, actor.id);
        assert_eq!(state.status, Status::Validated, "nothing is decided by it");
        assert!(
            state.allowed_commands().contains(&"suspend") && !state.allowed_commands().contains(&"remove")
        );
    }
    let newer = validated().and(specialist(), ACCUSED, recommendation(SUSPENSION)).and(
        supervisor(),
        ACCUSED,
        recommendation(EnforcementKind::Removal),
    );
    let says = newer.state.allowed_commands();
    assert!(says.contains(&"remove") && !says.contains(&"suspend"), "{says:?}");
}

#[test]
fn the_reason_fits_and_the_action_is_possible() {
    let wrong =
        RecommendEnforcement { reason: ReasonCode::CorrectivePlanAccepted, ..recommendation(SUSPENSION) };
    let errors = [("/reason", "reason_does_not_fit")];
    validated().invalid(supervisor(), ACCUSED, wrong, "recommendation_invalid", &errors);
    let code = "action_not_possible";
    validated().state_forbids(supervisor(), ACCUSED, recommendation(EnforcementKind::Reinstatement), code);
    suspended().state_forbids(supervisor(), REMOVED, recommendation(SUSPENSION), code);
}

#[test]
fn companies_and_auditors_recommend_nothing() {
    let mut others = company();
    others.extend([auditor(), Actor::system()]);
    validated().forbidden(&others, ACCUSED, recommendation(SUSPENSION), "staff_only");
}
