use crate::support::*;
use kernel::Actor;
use membership::membership::event::{MembershipBondSet, MembershipRecommendationLapsed};
use membership::membership::*;

#[test]
fn staff_record_the_bond() {
    for story in [pre_applicant(), applicant(), returned(), only_approved()] {
        let expected = MembershipBondSet { bond: import_bond(), earlier: None, set_on: day(CERTIFIED) };
        story.then(specialist(), CERTIFIED, SetBond { bond: import_bond() }, vec![expected.into()]);
    }
    let newer = Bond { number: text("9913XY777"), ..import_bond() };
    let expected =
        MembershipBondSet { bond: newer.clone(), earlier: Some(import_bond()), set_on: day("2026-05-01") };
    certified().then(supervisor(), "2026-05-01", SetBond { bond: newer }, vec![expected.into()]);
}

#[test]
fn the_same_bond_changes_nothing() {
    approved().then(specialist(), CERTIFIED, SetBond { bond: import_bond() }, Vec::new());
}

#[test]
fn nobody_but_staff_records_a_bond() {
    let mut others = company();
    others.extend([auditor(), Actor::system()]);
    pre_applicant().forbidden(&others, SUBMITTED, SetBond { bond: import_bond() }, "staff_only");
}

#[test]
fn a_bond_does_not_end_before_it_begins() {
    let bond = Bond { ends_on: Some(day("2024-12-31")), ..import_bond() };
    pre_applicant().invalid(
        specialist(),
        SUBMITTED,
        SetBond { bond },
        "bond_invalid",
        &[("/ends_on", "date_order")],
    );
}

#[test]
fn a_recommendation_lapses_with_a_bond_that_will_not_do() {
    let bond = Bond { term: BondTerm::SingleTransaction, ..import_bond() };
    let expected = vec![
        MembershipBondSet { bond: bond.clone(), earlier: Some(import_bond()), set_on: day(CERTIFIED) }.into(),
        MembershipRecommendationLapsed {
            cause: LapseCause::Bond,
            recommended_by: specialist().id,
            recommended_on: day(RECOMMENDED),
            lapsed_on: day(CERTIFIED),
        }
        .into(),
    ];
    recommended().then(specialist(), CERTIFIED, SetBond { bond }, expected);
}

#[test]
fn after_an_end_no_bond_is_recorded() {
    for story in [rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(specialist(), CERTIFIED, SetBond { bond: import_bond() }, "wrong_status");
    }
}
