use crate::support::*;
use kernel::Actor;
use membership::membership::event::MembershipCertificationRecommended;
use membership::membership::*;

fn recommend() -> RecommendCertification {
    let remark = Some(text("Visited the yard in January; nothing open."));
    RecommendCertification { remark, ..crate::support::recommend() }
}

#[test]
fn any_of_the_staff_recommends_once_everything_is_settled() {
    for actor in [specialist(), supervisor(), director()] {
        let expected = MembershipCertificationRecommended {
            recommended_by: actor.id,
            recommended_on: day(RECOMMENDED),
            remark: recommend().remark,
            certification_due_on: Some(day(CERTIFICATION_DUE)),
            determinations: Vec::new(),
            identifier_conflict: None,
        };
        approved().then(actor, RECOMMENDED, recommend(), vec![expected.into()]);
    }
    assert!(approved().state.allowed_commands().contains(&"recommend-certification"));
    assert!(!recommended().state.allowed_commands().contains(&"recommend-certification"));
    assert!(recommended().state.allowed_commands().contains(&"certify"));
}

#[test]
fn it_is_not_recommended_twice() {
    recommended().state_forbids(supervisor(), CERTIFIED, recommend(), "already_recommended");
}

#[test]
fn it_is_not_recommended_while_vetting_is_open_or_failed() {
    let without = only_approved().and(specialist(), APPROVED, SetBond { bond: import_bond() }).and(
        specialist(),
        APPROVED,
        debt_confirmed(),
    );
    let failed = without.clone().and(
        specialist(),
        VETTED,
        vetting(VettingOutcome::Failed, VettingSummary::IdentityNotEstablished, VETTED),
    );
    for (story, code) in [(without, "vetting_open"), (failed, "vetting_failed")] {
        let refusal = story.state_forbids(specialist(), RECOMMENDED, recommend(), "vetting_not_passed");
        assert_eq!(refusal.errors.iter().map(|error| error.code.as_str()).collect::<Vec<_>>(), [code]);
    }
}

#[test]
fn it_is_not_recommended_while_a_condition_is_open_denied_or_unconfirmed() {
    let vetted = || only_approved().and(specialist(), VETTED, passed(VETTED));
    let refusal = vetted().state_forbids(specialist(), RECOMMENDED, recommend(), "conditions_open");
    let codes: Vec<_> = refusal.errors.iter().map(|error| error.code.as_str()).collect();
    assert_eq!(codes, ["condition_unconfirmed", "bond_missing"]);

    for outcome in [Outcome::NotMet, Outcome::Open] {
        let determination = RecordDetermination { outcome, ..debt_confirmed() };
        let story = approved().and(specialist(), RECOMMENDED, determination);
        story.state_forbids(specialist(), RECOMMENDED, recommend(), "conditions_open");
    }
}

#[test]
fn the_bond_has_to_be_the_right_one_and_to_hold() {
    for (bond, code) in [
        (Bond { term: BondTerm::SingleTransaction, ..import_bond() }, "bond_unsuitable"),
        (Bond { kind: BondKind::Custodial, ..import_bond() }, "bond_unsuitable"),
        (Bond { ends_on: Some(day("2026-04-19")), ..import_bond() }, "bond_not_valid"),
        (Bond { effective_on: Some(day("2026-04-21")), ..import_bond() }, "bond_not_valid"),
    ] {
        let story = approved().and(specialist(), VETTED, SetBond { bond });
        let refusal = story.state_forbids(specialist(), RECOMMENDED, recommend(), "conditions_open");
        assert_eq!(refusal.errors[0].code, code);
    }
}

#[test]
fn what_the_account_has_lost_meanwhile_counts() {
    for account in [
        AccountFacts { officer: None, ..account() },
        AccountFacts { agreement: None, ..account() },
        AccountFacts { staffed_offices: [].into(), ..account() },
    ] {
        let command = RecommendCertification { account, ..recommend() };
        let refusal = approved().state_forbids(specialist(), RECOMMENDED, command, "conditions_open");
        assert_eq!(refusal.errors[0].code, "condition_not_met");
    }
}

#[test]
fn nobody_but_staff_recommends() {
    let mut others = company();
    others.extend([auditor(), Actor::system()]);
    approved().forbidden(&others, RECOMMENDED, recommend(), "staff_only");
}

#[test]
fn it_is_recommended_only_after_the_approval() {
    for story in [pre_applicant(), applicant(), returned()] {
        story.state_forbids(specialist(), APPROVED, recommend(), "profile_not_approved");
    }
    for story in [certified(), rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(specialist(), CERTIFIED, recommend(), "wrong_status");
    }
}
