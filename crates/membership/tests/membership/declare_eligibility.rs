use crate::support::*;
use criteria::EntityType;
use kernel::Actor;
use membership::membership::event::{MembershipEligibilityDeclared, MembershipRecommendationLapsed};
use membership::membership::*;

fn only(last_trading_on: Option<&str>, debt: Option<DebtDeclaration>) -> Declarations {
    Declarations { last_trading_on: last_trading_on.map(day), debt, ..Declarations::default() }
}

fn silent(entity_type: EntityType) -> Story {
    nothing().and(
        officer(),
        APPLIED,
        Apply { declarations: Declarations::default(), ..application(entity_type) },
    )
}

fn declare(declarations: Declarations) -> DeclareEligibility {
    DeclareEligibility { declarations }
}

#[test]
fn a_declaration_is_laid_over_the_earlier_ones_and_determines() {
    let story =
        silent(EntityType::Importer).and(employee(), APPLIED, declare(only(Some("2026-02-20"), None)));
    let second = only(None, Some(DebtDeclaration::NoUnpaidFinalDebt));
    let expected = MembershipEligibilityDeclared {
        declared: second.clone(),
        declarations: declared(EntityType::Importer),
        determinations: vec![Determination {
            condition: Condition::C6,
            outcome: Outcome::Met,
            determined_on: day(SUBMITTED),
            determined_by: DeterminedBy::Company,
            person_id: Some(employee().id),
            basis: "The company declares that it has no such debt.".to_owned(),
            source: DeterminationSource::Declaration,
        }],
        declared_by: employee().id,
        declared_on: day(SUBMITTED),
    };
    story.then(employee(), SUBMITTED, declare(second), vec![expected.into()]);
}

#[test]
fn trading_within_the_period_is_met_and_before_it_is_not() {
    for (last, outcome) in
        [("2025-03-20", Outcome::Met), ("2025-03-19", Outcome::NotMet), (SUBMITTED, Outcome::Met)]
    {
        let story = silent(EntityType::Importer).and(officer(), SUBMITTED, declare(only(Some(last), None)));
        assert_eq!(story.state.determination(Condition::C1).unwrap().outcome, outcome, "{last}");
    }
}

#[test]
fn a_type_with_statements_has_to_make_them_all() {
    let story = silent(EntityType::UsCanadaHighwayCarrier);
    let partly = Declarations {
        statements: [(Statement::CrossesCanadianBorder, StatementAnswer::Affirmed)].into(),
        ..only(Some("2026-02-20"), None)
    };
    let story = story.and(officer(), SUBMITTED, declare(partly));
    assert_eq!(story.state.determination(Condition::C1).unwrap().outcome, Outcome::Open);
    let rest = Declarations {
        statements: [(Statement::NoMexicanBorderCrossing, StatementAnswer::Affirmed)].into(),
        ..Declarations::default()
    };
    let story = story.and(officer(), SUBMITTED, declare(rest));
    assert_eq!(story.state.determination(Condition::C1).unwrap().outcome, Outcome::Met);
}

#[test]
fn a_denied_statement_means_that_its_condition_is_not_met() {
    for (entity_type, statement, condition) in [
        (EntityType::UsCanadaHighwayCarrier, Statement::NoMexicanBorderCrossing, Condition::C1),
        (EntityType::Exporter, Statement::GoodStandingWithAgencies, Condition::C7),
        (EntityType::ThirdPartyLogistics, Statement::NoDoubleBrokering, Condition::C8),
    ] {
        let denial = Declarations {
            statements: [(statement, StatementAnswer::Denied)].into(),
            ..Declarations::default()
        };
        let story = pre_applicant_as(entity_type).and(officer(), SUBMITTED, declare(denial));
        let newest = story.state.determination(condition).unwrap();
        assert_eq!((newest.outcome, newest.determined_by), (Outcome::NotMet, DeterminedBy::Company));
        assert!(newest.basis.contains(statement.text()));

        let affirmed = Declarations { last_trading_on: None, debt: None, ..declared(entity_type) };
        let story = story.and(officer(), SUBMITTED, declare(affirmed));
        assert_ne!(story.state.determination(condition).unwrap().outcome, Outcome::NotMet);
    }
}

#[test]
fn what_staff_determined_the_company_can_make_worse_but_not_better() {
    let no_debt = || declare(only(None, Some(DebtDeclaration::NoUnpaidFinalDebt)));
    let debt = || declare(only(None, Some(DebtDeclaration::UnpaidFinalDebt)));
    let denied_by_staff = RecordDetermination { outcome: Outcome::NotMet, ..debt_confirmed() };
    let story = silent(EntityType::Importer).and(specialist(), APPLIED, denied_by_staff);
    let story = story.and(officer(), SUBMITTED, no_debt());
    let newest = story.state.determination(Condition::C6).unwrap();
    assert_eq!((newest.outcome, newest.determined_by), (Outcome::NotMet, DeterminedBy::Staff));

    let story = story.and(specialist(), SUBMITTED, debt_confirmed()).and(officer(), SUBMITTED, debt());
    let newest = story.state.determination(Condition::C6).unwrap();
    assert_eq!((newest.outcome, newest.determined_by), (Outcome::NotMet, DeterminedBy::Company));
    let story = story.and(officer(), SUBMITTED, no_debt());
    assert!(!story.state.is_settled(Condition::C6), "staff have to confirm again");
}

#[test]
fn a_recommendation_lapses_when_the_company_declares_a_debt() {
    let story =
        recommended().and(officer(), CERTIFIED, declare(only(None, Some(DebtDeclaration::UnpaidFinalDebt))));
    let lapsed = MembershipRecommendationLapsed {
        cause: LapseCause::Declaration,
        recommended_by: specialist().id,
        recommended_on: day(RECOMMENDED),
        lapsed_on: day(CERTIFIED),
    };
    assert_eq!(story.events.last(), Some(&lapsed.into()));
}

#[test]
fn the_same_again_changes_nothing() {
    pre_applicant().then(officer(), SUBMITTED, declare(declared(EntityType::Importer)), Vec::new());
}

#[test]
fn only_officer_and_employee_declare() {
    let declaration = || declare(declared(EntityType::Importer));
    pre_applicant().forbidden(&[consultant()], SUBMITTED, declaration(), "consultant_never_signs");
    let others = [integrator(), specialist(), supervisor(), Actor::system()];
    pre_applicant().forbidden(&others, SUBMITTED, declaration(), "company_only");
}

#[test]
fn nothing_the_future_and_what_is_not_asked_are_refused() {
    let story = pre_applicant();
    let code = "declarations_invalid";
    story.invalid(
        officer(),
        SUBMITTED,
        declare(Declarations::default()),
        code,
        &[("/declarations", "nothing_declared")],
    );
    let wrong = Declarations {
        statements: [(Statement::OwnWarehousingAssets, StatementAnswer::Denied)].into(),
        ..only(Some("2026-03-21"), None)
    };
    let errors = [
        ("/declarations/last_trading_on", "date_in_future"),
        ("/declarations/statements", "statement_not_asked"),
    ];
    story.invalid(officer(), SUBMITTED, declare(wrong), code, &errors);
}

#[test]
fn after_an_end_nothing_is_declared() {
    for story in [rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(officer(), CERTIFIED, declare(declared(EntityType::Importer)), "wrong_status");
    }
}

#[test]
fn what_waits_for_the_vetting_is_not_told_anew() {
    let mut identifiers = application(EntityType::Importer).identifiers;
    identifiers.push(identifier(kernel::identifiers::IdentifierType::Ein));
    let story = approved().and(officer(), CERTIFIED, change(identifiers));
    assert_eq!(story.state.determination(Condition::C7).unwrap().outcome, Outcome::Open);
    let story = story.and(officer(), CERTIFIED, declare(only(Some("2026-04-21"), None)));
    let Some(MembershipEvent::EligibilityDeclared(declared)) = story.events.last() else { panic!() };
    let conditions: Vec<_> =
        declared.determinations.iter().map(|determination| determination.condition).collect();
    assert_eq!(conditions, [Condition::C1]);
}
