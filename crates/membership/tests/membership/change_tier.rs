use crate::support::*;
use criteria::EntityType;
use kernel::Actor;
use membership::membership::event::MembershipTierChanged;
use membership::membership::*;

const REVIEWED: &str = "2028-05-02";

fn change_to(tier: Tier) -> ChangeTier {
    let reason = match tier {
        Tier::Tier3 => TierChangeReason::BestPracticesQualify,
        _ => TierChangeReason::NoLongerExceedsCriteria,
    };
    ChangeTier { tier, reason, text: text("Seen on the review of May."), assessed_by: specialist().id }
}

#[test]
fn best_practices_raise_it_and_their_end_lowers_it() {
    let expected = MembershipTierChanged {
        tier: Tier::Tier3,
        earlier_tier: Tier::Tier2,
        reason: TierChangeReason::BestPracticesQualify,
        text: text("Seen on the review of May."),
        assessed_by: specialist().id,
        changed_by: director().id,
        changed_on: day(REVIEWED),
    };
    validated().then(director(), REVIEWED, change_to(Tier::Tier3), vec![expected.into()]);
    let raised = validated().and(supervisor(), REVIEWED, change_to(Tier::Tier3));
    assert_eq!((raised.state.status, raised.state.tier), (Status::Validated, Some(Tier::Tier3)));
    let lowered = raised.and(supervisor(), REVIEWED, change_to(Tier::Tier2));
    assert_eq!(lowered.state.tier, Some(Tier::Tier2));
}

#[test]
fn the_reason_fits_the_direction_and_something_changes() {
    let code = "tier_change_invalid";
    validated().invalid(supervisor(), REVIEWED, change_to(Tier::Tier2), code, &[("/tier", "tier_unchanged")]);
    let wrong = ChangeTier { reason: TierChangeReason::NoLongerExceedsCriteria, ..change_to(Tier::Tier3) };
    validated().invalid(supervisor(), REVIEWED, wrong, code, &[("/reason", "reason_does_not_fit")]);
    // Nothing leads back to Tier I.
    let errors = [("/reason", "reason_does_not_fit")];
    validated().invalid(supervisor(), REVIEWED, change_to(Tier::Tier1), code, &errors);
}

#[test]
fn who_assessed_it_does_not_decide() {
    let own = ChangeTier { assessed_by: supervisor().id, ..change_to(Tier::Tier3) };
    validated().forbidden(&[supervisor()], REVIEWED, own, "four_eyes");
}

#[test]
fn only_supervisor_and_programme_director_change_it() {
    let mut others = company();
    others.extend([specialist(), auditor(), Actor::system()]);
    validated().forbidden(&others, REVIEWED, change_to(Tier::Tier3), "supervisor_only");
}

#[test]
fn only_a_validated_member_of_a_type_with_tiers_has_one_to_change() {
    certified().state_forbids(supervisor(), REVIEWED, change_to(Tier::Tier3), "not_validated");
    let untiered =
        certified_as(EntityType::SeaCarrier).and(supervisor(), REVIEWED, validation("VAL-1", VALIDATED));
    untiered.state_forbids(supervisor(), REVIEWED, change_to(Tier::Tier3), "type_without_tiers");
    for story in [pre_applicant(), approved(), withdrawn()] {
        story.state_forbids(supervisor(), REVIEWED, change_to(Tier::Tier3), "wrong_status");
    }
}
