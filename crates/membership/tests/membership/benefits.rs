//! Benefits by tier and type, and what withholds them. Handbook 9.1 to 9.3.

use crate::support::*;
use criteria::EntityType;
use membership::enforcement::EnforcementKind;
use membership::membership::benefits::{ALL, Benefit};
use membership::membership::*;
use std::collections::BTreeSet;

fn held(story: &Story) -> BTreeSet<Benefit> {
    story.state.benefits().iter().map(|held| held.entry.benefit).collect()
}

#[test]
fn each_tier_adds_what_the_law_names() {
    let tier_1 = held(&certified());
    assert!(
        tier_1.contains(&Benefit::LimitedScoreReduction) && !tier_1.contains(&Benefit::FewerExaminations)
    );
    let tier_2 = held(&validated());
    assert!(
        tier_2.contains(&Benefit::FewerExaminations) && !tier_2.contains(&Benefit::LimitedScoreReduction)
    );
    assert!(
        tier_2.contains(&Benefit::TradeComplianceEligibility) && !tier_2.contains(&Benefit::ExpeditedRelease)
    );
    let raise =
        RecordValidationOutcome { best_practices: Some(text("Cameras.")), ..validation("VAL-1", VALIDATED) };
    let tier_3 = held(&certified().and(supervisor(), VALIDATED, raise));
    assert!(tier_3.is_superset(&tier_2) && tier_3.contains(&Benefit::ExpeditedRelease));
}

#[test]
fn the_type_decides_too() {
    let sea = held(&certified_as(EntityType::SeaCarrier));
    assert!(sea.contains(&Benefit::AdvanceUnlading) && !sea.contains(&Benefit::FastLanes));
    assert!(!sea.contains(&Benefit::LimitedScoreReduction), "tiers are not applied to it");
    let highway = held(&certified_as(EntityType::UsMexicoHighwayCarrier));
    assert!(highway.contains(&Benefit::FastLanes) && !highway.contains(&Benefit::StratifiedExamExemption));
}

#[test]
fn a_suspension_withholds_all_or_what_it_names() {
    let all = suspended().state.benefits();
    assert_eq!(all.len(), validated().state.benefits().len(), "what is withheld stays visible");
    assert!(all.iter().all(|held| held.withheld_by == [enforcement_id(1)]));
    for held in fast_lanes_lost().state.benefits() {
        let expected =
            if held.entry.benefit == Benefit::FastLanes { vec![enforcement_id(1)] } else { Vec::new() };
        assert_eq!(held.withheld_by, expected, "{}", held.entry.benefit);
    }
}

#[test]
fn who_is_no_member_has_none_and_no_tier() {
    for story in [approved(), removed(), withdrawn()] {
        assert_eq!((story.state.benefits(), story.state.tier_in_effect()), (Vec::new(), None));
    }
    assert_eq!(suspended().state.tier_in_effect(), Some(Tier::Tier2));
    let accused = certified().and(specialist(), ACCUSED, recommendation(EnforcementKind::Suspension));
    let suspended = accused.and(director(), SUSPENDED, suspend(1, &[]));
    assert_eq!(suspended.state.tier_in_effect(), Some(Tier::Tier1));
}

#[test]
fn every_benefit_is_there_once_with_a_source() {
    let codes: Vec<Benefit> = ALL.iter().map(|entry| entry.benefit).collect();
    assert_eq!(codes, Benefit::ALL);
    assert!(ALL.iter().all(|entry| !entry.source.is_empty() && entry.from <= entry.up_to));
}
