//! The one table of what a status allows, and what every refusal says about it.

use crate::support::*;
use criteria::EntityType;
use kernel::{Actor, RefusalKind};
use membership::enforcement::{EnforcementKind, ReasonCode};
use membership::membership::*;

/// One command of every kind, with somebody who may ask for it.
fn commands() -> Vec<(Actor, MembershipCommand)> {
    vec![
        (officer(), application(EntityType::Importer).into()),
        (officer(), change(application(EntityType::Importer).identifiers).into()),
        (officer(), AttachDocument { document: acta() }.into()),
        (officer(), RemoveDocument { document_id: document_id(1) }.into()),
        (specialist(), SetBond { bond: import_bond() }.into()),
        (officer(), DeclareEligibility { declarations: declared(EntityType::Importer) }.into()),
        (specialist(), debt_confirmed().into()),
        (supervisor(), AssignSpecialist { specialist: specialist().id, office: Office::Washington }.into()),
        (officer(), SubmitSecurityProfile { account: account() }.into()),
        (specialist(), ReturnProfile { rejected_answers: 1, answer_due_on: None }.into()),
        (specialist(), ApproveProfile { snapshot_number: 1 }.into()),
        (specialist(), passed(CERTIFIED).into()),
        (specialist(), recommend().into()),
        (supervisor(), certify().into()),
        (specialist(), Reject { reason: RejectionReason::NoResponse, text: text("No answer.") }.into()),
        (
            specialist(),
            FindIneligible {
                condition: Condition::C1,
                reason: IneligibilityReason::NotTrading,
                text: text("No entry since 2023."),
            }
            .into(),
        ),
        (officer(), Withdraw { reason: WithdrawalReason::NotInterested, text: None }.into()),
        (Actor::system(), ExpireApplication {}.into()),
        (
            supervisor(),
            CorrectDate {
                field: DateField::AppliedOn,
                value: day("2026-03-01"),
                reason: text("Typed wrong."),
                accept_expiry: false,
            }
            .into(),
        ),
        (supervisor(), validation("VAL-7", LATER).into()),
        (
            supervisor(),
            ChangeTier {
                tier: Tier::Tier3,
                reason: TierChangeReason::BestPracticesQualify,
                text: text("All five parts were shown."),
                assessed_by: specialist().id,
            }
            .into(),
        ),
        (supervisor(), recommendation(EnforcementKind::Removal).into()),
        (director(), suspend(7, &[]).into()),
        (director(), remove(8, ReasonCode::AggravatedInadequateSecurity).into()),
        (
            director(),
            Reinstate {
                enforcement_action_id: enforcement_id(9),
                suspension: enforcement_id(1),
                in_force: vec![InForce { plan: Some(plan()), ..in_force(1) }],
            }
            .into(),
        ),
        (point_of_contact(), ask_to_leave().into()),
        (supervisor(), Close { in_force: Vec::new() }.into()),
        (director(), restore(2).into()),
    ]
}

/// A day after everything that the stories tell.
const LATER: &str = "2028-06-01";

#[test]
fn what_the_table_does_not_allow_is_refused_with_the_table() {
    let mut refused = 0;
    for (status, story) in stories() {
        for (actor, command) in commands() {
            let verb = command.verb();
            if status.allows(verb) {
                continue;
            }
            refused += 1;
            let refusal = story.ask(actor, LATER, command).expect_err(verb.as_str());
            assert_eq!(refusal.kind, RefusalKind::StateForbids, "{status} {verb}");
            assert_eq!(refusal.current_state.as_deref(), Some(status.as_str()), "{status} {verb}");
            assert_eq!(refusal.allowed_commands, story.state.allowed_commands(), "{status} {verb}");
            assert!(!refusal.sentence.is_empty());
        }
    }
    assert!(refused > 80, "{refused}");
}

#[test]
fn every_command_by_url_that_is_said_to_be_allowed_can_be_done() {
    for (status, story) in stories() {
        for name in story.state.allowed_commands() {
            let verb = Verb::parse(name).unwrap();
            if verb == Verb::Reapply {
                assert_eq!(check_reapplication(&story.state, day(LATER)), Ok(()));
                continue;
            }
            let (actor, command) =
                commands().into_iter().find(|(_, command)| command.verb() == verb).unwrap();
            let result = story.ask(actor, LATER, command);
            assert!(result.is_ok(), "{status} {name}: {result:?}");
        }
    }
}

#[test]
fn recommend_and_certify_are_said_to_be_allowed_only_when_nothing_stands_in_the_way() {
    let says = |story: &Story, verb: Verb| story.state.allowed_commands().contains(&verb.as_str());
    let failed = vetting(VettingOutcome::Failed, VettingSummary::SecurityEvent, VETTED);
    for story in
        [only_approved(), only_approved().and(specialist(), VETTED, failed), applicant(), certified()]
    {
        assert!(!says(&story, Verb::RecommendCertification) && !says(&story, Verb::Certify));
    }
    assert!(says(&approved(), Verb::RecommendCertification) && !says(&approved(), Verb::Certify));
    assert!(!says(&recommended(), Verb::RecommendCertification) && says(&recommended(), Verb::Certify));
}

#[test]
fn what_nobody_asks_for_by_url_is_no_advice() {
    for (_, story) in stories() {
        for name in story.state.allowed_commands() {
            assert!(Verb::parse(name).unwrap().in_url());
        }
    }
    assert!(nothing().state.allowed_commands().is_empty());
}

#[test]
fn names_read_back() {
    for status in Status::ALL {
        assert_eq!(Status::parse(status.as_str()), Some(status));
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
    assert_eq!(Status::parse("not_applied"), None);
    for verb in Verb::ALL {
        assert_eq!(Verb::parse(verb.as_str()), Some(*verb));
    }
    for office in Office::ALL {
        assert_eq!(serde_json::from_value::<Office>(office.as_str().into()).unwrap(), *office);
    }
}
