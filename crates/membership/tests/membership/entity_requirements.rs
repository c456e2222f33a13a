use criteria::EntityType;
use kernel::CountryCode;
use membership::membership::entity_requirements::{ALL, CountryRule, InvitationRule, Need, of};
use membership::membership::{Condition, DocumentKind, Statement};

#[test]
fn every_type_has_one_entry_and_says_where_it_comes_from() {
    for rules in ALL {
        assert_eq!(of(rules.entity_type), rules);
        assert_eq!(ALL.iter().filter(|other| other.entity_type == rules.entity_type).count(), 1);
        let sources = [rules.source, rules.established.source, rules.office.source, rules.invitation_source]
            .into_iter()
            .chain(rules.all_identifiers().map(|rule| rule.source))
            .chain(rules.all_documents().map(|rule| rule.source))
            .chain(rules.bond.iter().map(|rule| rule.source))
            .chain(rules.pilot.iter().map(|pilot| pilot.source));
        for source in sources {
            assert!(source.starts_with("Handbook") || source.starts_with("Public Law"), "{source}");
        }
        assert!(rules.summary.ends_with('.'), "{}", rules.entity_type);
    }
}

#[test]
fn what_is_only_believed_is_optional() {
    for rules in ALL {
        for rule in rules.all_identifiers().filter(|rule| rule.source.contains("unverified")) {
            assert_eq!(rule.need, Need::IfApplicable);
        }
        if let Some(bond) = rules.bond.filter(|bond| bond.source.contains("unverified")) {
            assert_eq!(bond.need, Need::IfApplicable);
        }
    }
}

#[test]
fn only_two_types_are_by_invitation() {
    let vietnam = CountryCode::parse("VN").unwrap();
    let invited: Vec<_> = ALL
        .iter()
        .filter(|rules| rules.invitation.needs_invitation(vietnam))
        .map(|rules| rules.entity_type)
        .collect();
    assert_eq!(invited, [EntityType::ForeignMarinePortTerminal, EntityType::ForeignManufacturer]);
    assert_eq!(of(EntityType::ForeignMarinePortTerminal).invitation, InvitationRule::Always);
    for neighbour in [CountryCode::CA, CountryCode::MX] {
        assert!(!of(EntityType::ForeignManufacturer).invitation.needs_invitation(neighbour));
    }
}

#[test]
fn offices_are_where_the_handbook_wants_them() {
    use CountryCode as C;
    let vietnam = CountryCode::parse("VN").unwrap();
    let allowed = |entity_type: EntityType, establishment: CountryCode| -> Vec<&'static str> {
        [("US", C::US), ("CA", C::CA), ("MX", C::MX), ("VN", vietnam)]
            .into_iter()
            .filter(|(_, country)| of(entity_type).office.countries.allows(*country, establishment))
            .map(|(code, _)| code)
            .collect()
    };
    assert_eq!(allowed(EntityType::Importer, C::US), ["US", "CA"]);
    assert_eq!(allowed(EntityType::Exporter, C::US), ["US"]);
    assert_eq!(allowed(EntityType::UsCanadaHighwayCarrier, C::US), ["US", "CA", "MX"]);
    assert_eq!(allowed(EntityType::UsMexicoHighwayCarrier, C::US), ["US", "CA", "MX"]);
    assert_eq!(allowed(EntityType::MexicoLongHaulCarrier, C::MX), ["MX"]);
    assert_eq!(allowed(EntityType::RailCarrier, C::US), ["US", "CA", "MX"]);
    assert_eq!(allowed(EntityType::SeaCarrier, vietnam), ["US", "CA", "MX", "VN"]);
    assert_eq!(allowed(EntityType::Consolidator, C::US), ["US"]);
    assert_eq!(allowed(EntityType::CustomsBroker, C::US), ["US"]);
    assert_eq!(allowed(EntityType::ThirdPartyLogistics, C::US), ["US"]);
    assert_eq!(allowed(EntityType::UsMarinePortTerminal, C::US), ["US"]);
    assert_eq!(allowed(EntityType::ForeignMarinePortTerminal, vietnam), ["CA", "MX", "VN"]);
    assert_eq!(allowed(EntityType::ForeignManufacturer, C::MX), ["MX"]);
    assert!(matches!(of(EntityType::ForeignManufacturer).office.countries, CountryRule::Establishment));
}

#[test]
fn companies_in_mexico_of_any_type_need_rfc_and_acta() {
    for rules in ALL {
        let documents = rules.missing_documents(CountryCode::MX, &[]);
        assert!(
            documents.iter().any(|rule| rule.kind == DocumentKind::ActaConstitutiva),
            "{}",
            rules.entity_type
        );
        let more = rules.missing_identifiers(CountryCode::MX, &[]).len();
        assert_eq!(more, rules.missing_identifiers(CountryCode::US, &[]).len() + 1, "{}", rules.entity_type);
    }
}

#[test]
fn bonds_and_pilots_are_where_the_handbook_names_them() {
    let bonded: Vec<_> =
        ALL.iter().filter(|rules| rules.needed_bond().is_some()).map(|rules| rules.entity_type).collect();
    let expected =
        [EntityType::Importer, EntityType::RailCarrier, EntityType::AirCarrier, EntityType::Consolidator];
    assert_eq!(bonded, expected);
    for rules in ALL.iter().filter(|rules| rules.is_pilot()) {
        let pilot = rules.pilot.unwrap();
        assert_eq!(pilot.places, 10);
        assert_eq!(pilot.opens_on.to_string(), "2025-12-01");
        assert_eq!(pilot.closes_on().to_string(), "2030-12-01");
    }
    assert_eq!(ALL.iter().filter(|rules| rules.is_pilot()).count(), 2);
}

#[test]
fn every_statement_and_condition_speaks_in_sentences() {
    for statement in Statement::ALL {
        assert!(statement.text().starts_with("We ") || statement.text().starts_with("Our "), "{statement}");
        assert!(
            ALL.iter().any(|rules| rules.statements.contains(statement)),
            "{statement} is asked of nobody"
        );
    }
    for condition in Condition::ALL {
        assert!(condition.text().ends_with('.') && condition.how_checked().ends_with('.'));
        assert!(condition.source().starts_with("Handbook 2.1"));
    }
}
