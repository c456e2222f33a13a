use crate::support::*;
use criteria::EntityType;
use kernel::CountryCode;
use kernel::identifiers::{Identifier, IdentifierType};
use membership::membership::event::{
    MembershipIdentifiersChanged, MembershipRecommendationLapsed, MembershipVettingReopened,
};
use membership::membership::*;

fn two() -> Vec<Identifier> {
    vec![
        identifier_as(IdentifierType::ImporterOfRecord, "98-765432100"),
        identifier_as(IdentifierType::ImporterOfRecord, "12-345678900"),
    ]
}

fn changed(story: &Story, on: &str) -> MembershipEvent {
    MembershipIdentifiersChanged {
        identifiers: two()
            .into_iter()
            .map(|identifier| CheckedIdentifier::of(identifier, &account()))
            .collect(),
        earlier: story.state.identifiers.clone(),
        changed_on: day(on),
    }
    .into()
}

#[test]
fn the_list_is_replaced_and_the_earlier_one_kept_in_the_event() {
    for story in [pre_applicant(), applicant(), returned(), only_approved(), certified()] {
        let command = change(two());
        story.then(employee(), CERTIFIED, command.clone(), vec![changed(&story, CERTIFIED)]);
        let after = story.and(employee(), CERTIFIED, command);
        assert_eq!(after.state.identifiers.len(), 2);
    }
}

#[test]
fn a_passed_vetting_is_open_again_and_a_recommendation_lapses() {
    let story = recommended();
    let determination = Determination {
        condition: Condition::C7,
        outcome: Outcome::Open,
        determined_on: day("2026-04-21"),
        determined_by: DeterminedBy::System,
        person_id: None,
        basis: "The identifiers were changed after the vetting was passed.".to_owned(),
        source: DeterminationSource::Vetting,
    };
    let expected = vec![
        changed(&story, "2026-04-21"),
        MembershipVettingReopened {
            cause: LapseCause::IdentifiersChanged,
            earlier_determined_on: day(VETTED),
            reopened_on: day("2026-04-21"),
            determination,
        }
        .into(),
        MembershipRecommendationLapsed {
            cause: LapseCause::IdentifiersChanged,
            recommended_by: specialist().id,
            recommended_on: day(RECOMMENDED),
            lapsed_on: day("2026-04-21"),
        }
        .into(),
    ];
    story.then(employee(), "2026-04-21", change(two()), expected);
    let after = story.and(employee(), "2026-04-21", change(two()));
    assert_eq!(after.state.vetting_outcome(), VettingOutcome::Open);
    after.state_forbids(supervisor(), CERTIFIED, certify(), "vetting_not_passed");
}

#[test]
fn a_failed_vetting_stays_failed() {
    let failed = vetting(VettingOutcome::Failed, VettingSummary::SecurityEvent, VETTED);
    let story = applicant().and(specialist(), VETTED, failed);
    let after = story.and(employee(), VETTED, change(two()));
    assert_eq!(after.state.vetting_outcome(), VettingOutcome::Failed);
}

#[test]
fn the_same_list_changes_nothing() {
    let story = pre_applicant();
    let identifiers = application(EntityType::Importer).identifiers;
    story.then(employee(), SUBMITTED, change(identifiers), Vec::new());
}

#[test]
fn a_list_without_what_the_type_needs_or_with_doubles_is_refused() {
    let scac = identifier(IdentifierType::Scac);
    let command = change(vec![scac.clone(), scac]);
    let errors = [("/identifiers/1", "duplicate"), ("/identifiers", "identifier_missing")];
    pre_applicant().invalid(employee(), SUBMITTED, command, "identifiers_invalid", &errors);
    let none = change(Vec::new());
    let errors = [("/identifiers", "identifier_missing"), ("/identifiers", "identifier_missing")];
    let mexican = pre_applicant_as(EntityType::MexicoLongHaulCarrier);
    assert_eq!(mexican.state.identity.as_ref().unwrap().country_of_establishment, CountryCode::MX);
    mexican.invalid(employee(), SUBMITTED, none, "identifiers_invalid", &errors);
}

#[test]
fn after_an_end_nothing_is_changed() {
    for story in [rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(employee(), CERTIFIED, change(two()), "wrong_status");
    }
    nothing().state_forbids(employee(), CERTIFIED, change(two()), "not_applied");
}

#[test]
fn what_seems_odd_is_taken_with_a_warning() {
    let warnings = |identifiers: Vec<Identifier>| -> Vec<String> {
        let story =
            pre_applicant_as(EntityType::ForeignManufacturer).and(employee(), SUBMITTED, change(identifiers));
        let all = story.state.identifiers.iter().flat_map(|checked| checked.warnings.iter());
        all.map(|warning| warning.code.clone()).collect()
    };
    let mid = |typed| identifier_as(IdentifierType::Mid, typed);
    let rfc = |typed| identifier_as(IdentifierType::Rfc, typed);
    assert_eq!(warnings(vec![mid("mxacmind1145tij"), rfc("GOD561231GR7")]), Vec::<String>::new());
    assert_eq!(warnings(vec![mid("MXOTHIND1145TIJ"), rfc("GOD561231GR9")]), ["mid_differs", "check_digit"]);
}

#[test]
fn identifiers_are_not_changed_to_those_of_another_membership_of_the_account() {
    let numbers = vec![
        identifier_as(IdentifierType::ImporterOfRecord, "98-765432100"),
        identifier(IdentifierType::ImporterOfRecord),
    ];
    let with = |other| ChangeIdentifiers { in_use: vec![other], ..change(numbers.clone()) };
    let refusal =
        pre_applicant().state_forbids(employee(), SUBMITTED, with(another(true, 0x300)), "identifier_in_use");
    assert_eq!(refusal.errors[0].pointer, "/identifiers/1/value");
    pre_applicant().and(employee(), SUBMITTED, with(another(false, 0x300)));
}
