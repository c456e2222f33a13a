use crate::support::*;
use criteria::EntityType;
use kernel::identifiers::IdentifierType;
use kernel::{CountryCode, RefusalKind};
use membership::membership::event::MembershipApplied;
use membership::membership::*;

#[test]
fn an_officer_applies_and_has_thirty_days_for_the_profile() {
    let command = application(EntityType::Importer);
    let events = nothing().ask(officer(), APPLIED, command.clone()).unwrap();
    let [MembershipEvent::Applied(applied)] = events.as_slice() else { panic!("{events:?}") };
    let expected = MembershipApplied {
        membership_id: membership_id(),
        account_id: account_id(),
        profile_id: profile_id(),
        entity_type: EntityType::Importer,
        country_of_establishment: CountryCode::US,
        identifiers: command
            .identifiers
            .into_iter()
            .map(|identifier| CheckedIdentifier::of(identifier, &account()))
            .collect(),
        documents: Vec::new(),
        declarations: declared(EntityType::Importer),
        invitation_id: None,
        previous_membership_id: None,
        agreement: agreement(),
        determinations: applied.determinations.clone(),
        applied_by: officer().id,
        applied_on: day(APPLIED),
        profile_due_on: day(PROFILE_DUE),
        status: Status::PreApplicant,
    };
    assert_eq!(applied, &expected);
}

#[test]
fn every_condition_is_determined_with_the_application() {
    let state = pre_applicant().state;
    let standing: Vec<_> = Condition::ALL
        .iter()
        .map(|condition| {
            state.determination(*condition).map(|newest| (newest.outcome, newest.determined_by)).unwrap()
        })
        .collect();
    use DeterminedBy::{Company, System};
    assert_eq!(
        standing,
        [
            (Outcome::Met, System),
            (Outcome::Met, System),
            (Outcome::Met, System),
            (Outcome::Met, System),
            (Outcome::Open, System),
            (Outcome::Met, Company),
            (Outcome::Open, System),
            (Outcome::Open, System),
        ]
    );
    assert!(!state.is_settled(Condition::C6), "the company's word alone does not settle C6");
}

#[test]
fn all_sixteen_types_can_be_applied_for() {
    assert_eq!(membership::membership::entity_requirements::ALL.len(), 16);
    for rules in membership::membership::entity_requirements::ALL {
        let story = pre_applicant_as(rules.entity_type);
        assert_eq!(story.state.status, Status::PreApplicant, "{}", rules.entity_type);
        assert_eq!(
            story.state.determination(Condition::C1).unwrap().outcome,
            Outcome::Met,
            "{}",
            rules.entity_type
        );
    }
}

#[test]
fn an_application_without_declarations_leaves_them_open() {
    let command = Apply { declarations: Declarations::default(), ..application(EntityType::Exporter) };
    let state = nothing().and(officer(), APPLIED, command).state;
    assert_eq!(state.determination(Condition::C1).unwrap().outcome, Outcome::Open);
    assert_eq!(state.determination(Condition::C6).unwrap().outcome, Outcome::Open);
}

#[test]
fn only_an_officer_applies() {
    let others =
        [employee(), consultant(), integrator(), specialist(), supervisor(), kernel::Actor::system()];
    nothing().forbidden(&others, APPLIED, application(EntityType::Importer), "officer_only");
}

#[test]
fn nobody_applies_twice_on_one_stream() {
    for (status, story) in stories() {
        if status != Status::NotApplied {
            story.state_forbids(officer(), CERTIFIED, application(EntityType::Importer), "already_applied");
        }
    }
}

fn refused_for_the_account(account: AccountFacts, code: &str, errors: &[&str], mend: &[&str]) {
    let command = Apply { account, ..application(EntityType::Importer) };
    let refusal = nothing().ask(officer(), APPLIED, command).unwrap_err();
    assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::StateForbids, code));
    assert_eq!(refusal.current_state.as_deref(), Some("not_applied"));
    assert_eq!(refusal.allowed_commands, mend);
    assert_eq!(refusal.errors.iter().map(|error| error.code.as_str()).collect::<Vec<_>>(), errors);
}

#[test]
fn without_an_officer_or_the_agreement_nobody_applies() {
    let no_officer = || AccountFacts { officer: None, ..account() };
    refused_for_the_account(no_officer(), "officer_missing", &["officer_missing"], &["grant-role"]);
    let no_agreement = AccountFacts { agreement: None, ..account() };
    refused_for_the_account(
        no_agreement,
        "agreement_not_accepted",
        &["agreement_not_accepted"],
        &["accept-agreement"],
    );
    let neither = AccountFacts { agreement: None, ..no_officer() };
    let both = ["officer_missing", "agreement_not_accepted"];
    refused_for_the_account(neither, "officer_missing", &both, &["grant-role", "accept-agreement"]);
}

#[test]
fn a_type_by_invitation_needs_one() {
    let terminal = Apply { invitation_id: None, ..application(EntityType::ForeignMarinePortTerminal) };
    let missing = [("/invitation_token", "invitation_required")];
    nothing().invalid(officer(), APPLIED, terminal, "application_invalid", &missing);

    let vietnam = CountryCode::parse("VN").unwrap();
    let elsewhere =
        Apply { country_of_establishment: vietnam, ..application(EntityType::ForeignManufacturer) };
    nothing().invalid(officer(), APPLIED, elsewhere.clone(), "application_invalid", &missing);
    let invited = Apply { invitation_id: Some(invitation_id()), ..elsewhere };
    let story = nothing().and(officer(), APPLIED, invited);
    assert_eq!(story.state.identity.unwrap().invitation_id, Some(invitation_id()));

    for neighbour in [CountryCode::MX, CountryCode::CA] {
        let command =
            Apply { country_of_establishment: neighbour, ..application(EntityType::ForeignManufacturer) };
        nothing().and(officer(), APPLIED, command);
    }
}

#[test]
fn a_mexican_company_of_any_type_gives_acta_and_rfc() {
    let mexican = Apply {
        country_of_establishment: CountryCode::MX,
        ..application(EntityType::UsMexicoHighwayCarrier)
    };
    let missing = [("/identifiers", "identifier_missing"), ("/documents", "document_missing")];
    nothing().invalid(officer(), APPLIED, mexican.clone(), "application_invalid", &missing);

    let mut complete = Apply { documents: vec![acta()], ..mexican };
    complete.identifiers.push(identifier(IdentifierType::Rfc));
    nothing().and(officer(), APPLIED, complete);
}

#[test]
fn everything_wrong_is_told_at_once() {
    let command = Apply {
        country_of_establishment: CountryCode::MX,
        identifiers: vec![identifier(IdentifierType::Scac), identifier(IdentifierType::Scac)],
        documents: vec![
            Document { kind: DocumentKind::Other, ..acta() },
            Document { kind: DocumentKind::BondCopy, ..acta() },
        ],
        declarations: Declarations {
            last_trading_on: Some(day("2026-03-03")),
            debt: None,
            statements: [(Statement::UsesOwnAssets, StatementAnswer::Affirmed)].into(),
        },
        ..application(EntityType::ForeignMarinePortTerminal)
    };
    let command = Apply { invitation_id: None, ..command };
    nothing().invalid(
        officer(),
        APPLIED,
        command,
        "application_invalid",
        &[
            ("/invitation_token", "invitation_required"),
            ("/identifiers/1", "duplicate"),
            ("/identifiers", "identifier_missing"),
            ("/documents/1", "duplicate"),
            ("/documents", "document_missing"),
            ("/declarations/last_trading_on", "date_in_future"),
            ("/declarations/statements", "statement_not_asked"),
        ],
    );
}

#[test]
fn lists_are_bounded() {
    let identifiers = (0..101).map(|n| identifier_as(IdentifierType::UsDotNumber, &(1000 + n).to_string()));
    let documents = (0..101).map(|n| Document { document_id: document_id(n), ..acta() });
    let mut command = application(EntityType::Importer);
    command.identifiers.extend(identifiers);
    command.documents.extend(documents);
    let errors = [("/identifiers", "too_many"), ("/documents", "too_many")];
    nothing().invalid(officer(), APPLIED, command, "application_invalid", &errors);
}

#[test]
fn a_type_bound_to_countries_is_not_for_others() {
    let wrong = [("/country_of_establishment", "country_not_for_type")];
    for entity_type in [
        EntityType::MexicoLongHaulCarrier,
        EntityType::ForeignManufacturer,
        EntityType::ForeignMarinePortTerminal,
    ] {
        let command = Apply { country_of_establishment: CountryCode::US, ..application(entity_type) };
        nothing().invalid(officer(), APPLIED, command, "application_invalid", &wrong);
    }
}

#[test]
fn a_pilot_has_few_places_and_a_limited_time() {
    for entity_type in
        [EntityType::ThirdPartyLogisticsPilotAsset, EntityType::ThirdPartyLogisticsPilotNonAsset]
    {
        let with = |taken| Apply {
            pilot_places_taken: taken,
            declarations: Declarations::default(),
            ..application(entity_type)
        };
        nothing().state_forbids(officer(), APPLIED, with(10), "pilot_full");
        nothing().and(officer(), APPLIED, with(9));
        nothing().state_forbids(officer(), "2025-11-30", with(0), "pilot_not_open");
        nothing().and(officer(), "2025-12-01", with(0));
        nothing().and(officer(), "2030-11-30", with(0));
        nothing().state_forbids(officer(), "2030-12-01", with(0), "pilot_closed");
    }
}

#[test]
fn a_new_application_names_the_one_before_and_carries_nothing_over() {
    let command =
        Apply { previous_membership_id: Some(earlier_membership_id()), ..application(EntityType::Importer) };
    let state = nothing().and(officer(), APPLIED, command).state;
    assert_eq!(state.identity.unwrap().previous_membership_id, Some(earlier_membership_id()));
    assert_eq!(state.vetting, None);
}

#[test]
fn an_identifier_is_used_once_in_an_account_for_a_type() {
    let with = |other| Apply { in_use: vec![other], ..application(EntityType::Importer) };
    let own = another(true, 0x300);
    let refusal = nothing().state_forbids(officer(), APPLIED, with(own.clone()), "identifier_in_use");
    assert_eq!(refusal.errors[0].pointer, "/identifiers/0/value");
    assert!(refusal.errors[0].detail.contains(&own.membership_id.to_string()), "{refusal:?}");
    // Of others' memberships an applicant learns nothing, and other identifiers of its own are no bar.
    nothing().and(officer(), APPLIED, with(another(false, 0x301)));
    let other_number = IdentifierUse { normalised: "98765432100".to_owned(), ..own };
    nothing().and(officer(), APPLIED, with(other_number));
}
