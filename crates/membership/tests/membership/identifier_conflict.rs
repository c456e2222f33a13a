//! Others use the same identifiers: staff certify only with a reason. Handbook 2.4.

use crate::support::*;
use kernel::RefusalKind;
use membership::enforcement::{EnforcementKind, ReasonCode};
use membership::membership::*;

const MERGER: &str = "The other company was merged into this one in March.";

fn recommended_despite(others: &[IdentifierUse]) -> Story {
    approved().and(
        specialist(),
        RECOMMENDED,
        RecommendCertification {
            in_use: others.to_vec(),
            identifier_conflict_reason: Some(text(MERGER)),
            ..recommend()
        },
    )
}

#[test]
fn nobody_recommends_while_others_use_the_identifiers() {
    let other = another(false, 0x300);
    let command = RecommendCertification { in_use: vec![other.clone()], ..recommend() };
    let refusal = approved().state_forbids(specialist(), RECOMMENDED, command, "identifier_conflict");
    assert_eq!(refusal.errors.len(), 1);
    assert!(refusal.errors[0].detail.contains(&other.membership_id.to_string()), "{refusal:?}");
}

#[test]
fn with_a_reason_it_is_recommended_and_certified_and_both_are_kept() {
    let others = [another(false, 0x301), another(true, 0x300)];
    let accepted = AcceptedConflict {
        membership_ids: vec![others[1].membership_id, others[0].membership_id],
        reason: text(MERGER),
    };
    let story = recommended_despite(&others);
    let state = &story.state;
    assert_eq!(state.recommendation.as_ref().unwrap().identifier_conflict, Some(accepted.clone()));
    let command = Certify { in_use: others.to_vec(), ..certify() };
    let certified = story.and(supervisor(), CERTIFIED, command).state;
    assert_eq!((certified.status, certified.identifier_conflict), (Status::Certified, Some(accepted)));
}

#[test]
fn who_came_after_the_recommendation_has_to_be_explained_too() {
    let (known, new) = (another(false, 0x300), another(false, 0x301));
    let story = recommended_despite(std::slice::from_ref(&known));
    let both = Certify { in_use: vec![known, new.clone()], ..certify() };
    let refusal = story.state_forbids(supervisor(), CERTIFIED, both.clone(), "identifier_conflict");
    assert_eq!(refusal.errors.len(), 1, "the known one is explained");
    assert!(refusal.errors[0].detail.contains(&new.membership_id.to_string()));
    let reason = Some(text("The newcomer typed a wrong number and was told."));
    let certified =
        story.and(supervisor(), CERTIFIED, Certify { identifier_conflict_reason: reason, ..both });
    assert_eq!(certified.state.identifier_conflict.unwrap().membership_ids.len(), 2);
}

#[test]
fn a_reason_without_a_conflict_is_refused() {
    let reason = || Some(text(MERGER));
    let expected = [("/identifier_conflict_reason", "no_identifier_conflict")];
    let command = RecommendCertification { identifier_conflict_reason: reason(), ..recommend() };
    approved().invalid(specialist(), RECOMMENDED, command, "no_identifier_conflict", &expected);
    let command = Certify { identifier_conflict_reason: reason(), ..certify() };
    recommended().invalid(supervisor(), CERTIFIED, command, "no_identifier_conflict", &expected);
}

#[test]
fn a_reason_replaces_no_other_condition() {
    let command = RecommendCertification {
        in_use: vec![another(false, 0x300)],
        identifier_conflict_reason: Some(text(MERGER)),
        ..recommend()
    };
    let refusal = only_approved().ask(specialist(), RECOMMENDED, command).unwrap_err();
    assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::StateForbids, "vetting_not_passed"));
}

#[test]
fn what_is_for_staff_alone_is_a_member_of_its_payload() {
    let others = [another(false, 0x300)];
    let story = recommended_despite(&others).and(
        supervisor(),
        CERTIFIED,
        Certify {
            in_use: others.to_vec(),
            identifier_conflict_reason: Some(text("Still the same merger.")),
            ..certify()
        },
    );
    let story = story
        .and(supervisor(), VALIDATED, recommendation(EnforcementKind::Removal))
        .and(director(), SUSPENDED, remove(2, ReasonCode::AggravatedFlagrantDisregard))
        .and(
            another_director(),
            REMOVED,
            Restore {
                in_use: others.to_vec(),
                identifier_conflict_reason: Some(text("Still the same merger.")),
                ..restore(2)
            },
        );
    let written: Vec<serde_json::Value> =
        story.events.iter().map(|event| serde_json::to_value(event).unwrap()).collect();
    for (event_type, parent, member) in membership::membership::event::FOR_STAFF {
        let event = written.iter().find(|event| event["type"] == *event_type).expect("such an event");
        let whole = parent.map_or(event, |parent| &event[parent]);
        assert!(whole.get(member).is_some(), "{event_type} has no {member}");
    }
}
