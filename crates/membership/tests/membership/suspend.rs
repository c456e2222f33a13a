use crate::support::*;
use kernel::Actor;
use membership::enforcement::EnforcementKind;
use membership::membership::benefits::Benefit;
use membership::membership::event::MembershipSuspended;
use membership::membership::*;

fn accused() -> Story {
    validated().and(supervisor(), ACCUSED, recommendation(EnforcementKind::Suspension))
}

#[test]
fn a_member_is_suspended_and_keeps_its_tier() {
    let expected = |earlier_status| {
        vec![
            MembershipSuspended {
                enforcement_action_id: enforcement_id(1),
                withheld_benefits: Vec::new(),
                reason: membership::enforcement::ReasonCode::SecurityIncident,
                decided_by: director().id,
                decided_on: day(SUSPENDED),
                earlier_status,
                status: Status::Suspended,
            }
            .into(),
        ]
    };
    accused().then(director(), SUSPENDED, suspend(1, &[]), expected(Status::Validated));
    let certified = certified().and(specialist(), ACCUSED, recommendation(EnforcementKind::Suspension));
    certified.then(director(), SUSPENDED, suspend(1, &[]), expected(Status::Certified));
    let state = suspended().state;
    assert_eq!((state.status, state.tier), (Status::Suspended, Some(Tier::Tier2)));
    assert_eq!(state.enforcement.recommendation, None, "it is used up");
}

#[test]
fn a_partial_suspension_leaves_the_status() {
    let state = fast_lanes_lost().state;
    assert_eq!(state.status, Status::Validated);
    assert_eq!(state.enforcement.in_force[0].withheld_benefits, [Benefit::FastLanes]);
}

#[test]
fn the_tier_does_not_change_while_a_suspension_is_in_force() {
    let raise = ChangeTier {
        tier: Tier::Tier3,
        reason: TierChangeReason::BestPracticesQualify,
        text: text("All five parts were shown."),
        assessed_by: specialist().id,
    };
    suspended().state_forbids(supervisor(), REMOVED, raise.clone(), "suspended");
    fast_lanes_lost().state_forbids(supervisor(), REMOVED, raise, "suspended");
    suspended().state_forbids(supervisor(), REMOVED, validation("VAL-2", REMOVED), "suspended");
    let exceeding =
        RecordValidationOutcome { best_practices: Some(text("Cameras.")), ..validation("VAL-2", REMOVED) };
    fast_lanes_lost().state_forbids(supervisor(), REMOVED, exceeding, "suspended");
    // A validation that leaves the tier is recorded.
    fast_lanes_lost().and(supervisor(), REMOVED, validation("VAL-2", REMOVED));
}

#[test]
fn one_action_for_one_cause_at_a_time() {
    let again = fast_lanes_lost().and(supervisor(), REMOVED, recommendation(EnforcementKind::Suspension));
    let doubled = Suspend { cause: Some(incident(1)), in_force: vec![in_force(1)], ..suspend(3, &[]) };
    let refusal = again.state_forbids(director(), REMOVED, doubled, "action_doubled");
    assert!(refusal.sentence.contains(&enforcement_id(1).to_string()), "{}", refusal.sentence);
    let other_cause = Suspend { in_force: vec![in_force(1)], ..suspend(3, &[]) };
    let both = again.and(director(), REMOVED, other_cause).state;
    assert_eq!((both.status, both.enforcement.in_force.len()), (Status::Suspended, 2));
}

#[test]
fn only_what_the_member_has_is_withheld_and_once() {
    let code = "suspension_invalid";
    let errors = [("/withheld_benefits/0", "benefit_not_held")];
    accused().invalid(director(), SUSPENDED, suspend(1, &[Benefit::AdvanceUnlading]), code, &errors);
    let twice = suspend(1, &[Benefit::FastLanes, Benefit::FastLanes]);
    accused().invalid(director(), SUSPENDED, twice, code, &[("/withheld_benefits/1", "duplicate")]);
}

#[test]
fn the_programme_director_alone_suspends_and_somebody_has_recommended_it() {
    let mut others = company();
    others.extend([specialist(), supervisor(), auditor(), Actor::system()]);
    accused().forbidden(&others, SUSPENDED, suspend(1, &[]), "programme_director_only");
    validated().state_forbids(director(), SUSPENDED, suspend(1, &[]), "not_recommended");
    let other = validated().and(supervisor(), ACCUSED, recommendation(EnforcementKind::Removal));
    other.state_forbids(director(), SUSPENDED, suspend(1, &[]), "not_recommended");
    suspended().state_forbids(director(), REMOVED, suspend(3, &[]), "already_suspended");
}
