//! The built-in data and what is read from them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use chrono::NaiveDate;
use criteria::{
    ApplicableCriterion, Confidence, Criterion, CriterionId, Edition, EntityType, Level, applicable, edition,
    edition_in_force, editions,
};
use std::collections::BTreeSet;

const TODAY: &str = "2026-01-01";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn built_in() -> &'static Edition {
    edition("2020").unwrap()
}

fn criterion(id: &str) -> &'static Criterion {
    built_in().criterion(id.parse().unwrap()).unwrap()
}

fn asked(kind: EntityType, on: &str) -> Vec<ApplicableCriterion<'static>> {
    applicable(&built_in().id, kind, day(on))
}

#[test]
fn editions_are_found_by_name_and_by_day() {
    assert_eq!(editions().len(), 1);
    assert!(editions().is_sorted_by_key(|edition| edition.in_force_on));
    assert!(edition("2019").is_none());
    assert!(edition_in_force(day("2019-12-31")).is_none());
    for on in ["2020-01-01", "2026-11-24"] {
        assert_eq!(edition_in_force(day(on)).unwrap().id.as_str(), "2020", "{on}");
    }
    let edition = built_in();
    assert_eq!(edition.in_force_on, day("2020-01-01"));
    assert_eq!((edition.released.as_str(), edition.levels_current_to.as_str()), ("2019-05", "2023-09"));
    assert_eq!(edition.revised, ["2019-11", "2020-03"]);
}

#[test]
fn the_edition_says_what_it_is_and_what_it_lacks() {
    let edition = built_in();
    assert!(edition.disclaimer.contains("not a CBP publication"), "{}", edition.disclaimer);
    assert_eq!(edition.known_gaps.len(), 6);
    assert_eq!(edition.confidence_levels.len(), 3, "a meaning for every confidence");
    assert_eq!(edition.changes.len(), 7);
}

#[test]
fn a_hundred_criteria_in_twelve_categories() {
    let edition = built_in();
    let count = |level| edition.criteria.iter().filter(|c| c.level_on(day(TODAY)) == Some(level)).count();
    assert_eq!((edition.criteria.len(), count(Level::Must), count(Level::Should)), (100, 64, 36));
    let ids: BTreeSet<CriterionId> = edition.criteria.iter().map(|criterion| criterion.id).collect();
    assert_eq!(ids.len(), 100, "every number once");
    assert!(edition.criteria.is_sorted_by_key(|criterion| criterion.id));

    let numbers: Vec<u8> = edition.categories.iter().map(|category| category.number).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<u8>>());
    let held: Vec<u8> = edition.focus_areas.iter().flat_map(|area| area.categories.iter().copied()).collect();
    assert_eq!(held, numbers, "every category in one focus area");
    for category in &edition.categories {
        let area = edition.focus_areas.iter().find(|area| area.id == category.focus_area).unwrap();
        assert!(area.categories.contains(&category.number), "{}", category.name);
    }
    // Category: criteria, of which must. Handbook 5.2.
    let table = [
        (4, 2),
        (4, 2),
        (7, 6),
        (13, 10),
        (13, 6),
        (6, 6),
        (18, 11),
        (1, 1),
        (15, 7),
        (8, 5),
        (3, 2),
        (8, 6),
    ];
    for (number, (all, must)) in (1..).zip(table) {
        let of = |criterion: &&Criterion| criterion.id.category() == number;
        let criteria: Vec<&Criterion> = edition.criteria.iter().filter(of).collect();
        let musts = criteria.iter().filter(|c| c.level_on(day(TODAY)) == Some(Level::Must)).count();
        assert_eq!((criteria.len(), musts), (all, must), "category {number}");
    }
}

#[test]
fn every_criterion_is_whole() {
    let edition = built_in();
    let booklets: BTreeSet<&str> = EntityType::ALL.iter().map(|kind| kind.booklet_type()).collect();
    let sources: BTreeSet<&str> = edition.sources.iter().map(|source| source.id.as_str()).collect();
    assert_eq!((booklets.len(), sources.len()), (14, edition.sources.len()));
    let known = |kind: &str| booklets.contains(kind);
    for criterion in &edition.criteria {
        let id = criterion.id;
        for text in [&criterion.title, &criterion.summary, &criterion.evidence_hint] {
            assert!(!text.trim().is_empty(), "{id}");
        }
        assert!(
            !criterion.applies_to.is_empty() && criterion.applies_to.iter().all(|kind| known(kind)),
            "{id}"
        );
        for kind in criterion.level_confidence.keys().chain(criterion.level_exceptions.keys()) {
            assert!(criterion.applies_to.contains(kind), "{id} {kind}");
        }
        assert_eq!(criterion.levels.first().unwrap().from, edition.in_force_on, "{id}");
        assert!(
            criterion.levels.windows(2).all(|two| two[0].from < two[1].from && two[0].level != two[1].level)
        );
        for source in &criterion.sources {
            assert!(sources.contains(source.as_str()), "{id} {source}");
        }
        assert!(criterion.confidence == Confidence::Recalled || !criterion.sources.is_empty(), "{id}");
    }
    for change in &edition.changes {
        assert!(change.criteria.iter().all(|id| edition.criterion(*id).is_some()), "{}", change.summary);
        assert!(change.applies_to.iter().all(|kind| known(kind)), "{}", change.summary);
        assert!(change.sources.iter().all(|source| sources.contains(source.as_str())), "{}", change.summary);
    }
}

#[test]
fn the_levels_agree_with_the_changes() {
    let mut seen = 0;
    for change in built_in().changes.iter().filter(|change| change.kind == "level_changed") {
        let on = day(&change.date);
        for id in &change.criteria {
            let criterion = built_in().criterion(*id).unwrap();
            for kind in EntityType::ALL
                .iter()
                .filter(|kind| change.applies_to.iter().any(|t| t == kind.booklet_type()))
            {
                assert_eq!(criterion.level_for(*kind, on.pred_opt().unwrap()), change.from, "{id} {kind}");
                assert_eq!(criterion.level_for(*kind, on), change.to, "{id} {kind}");
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 3);
}

#[test]
fn numbers_without_a_text_are_never_criteria() {
    let unresolved = &built_in().unresolved;
    let ids: BTreeSet<CriterionId> =
        unresolved.iter().map(|unresolved| unresolved.id.parse().unwrap()).collect();
    assert_eq!((unresolved.len(), ids.len()), (55, 55));
    assert!(built_in().criteria.iter().all(|criterion| !ids.contains(&criterion.id)));
    for kind in EntityType::ALL {
        assert!(
            asked(*kind, TODAY).iter().all(|applicable| !ids.contains(&applicable.criterion.id)),
            "{kind}"
        );
    }
}

#[test]
fn every_entity_type_is_asked_its_criteria_in_order() {
    use EntityType as T;
    for (kind, count) in [
        (T::Importer, 96),
        (T::Exporter, 96),
        (T::UsCanadaHighwayCarrier, 94),
        (T::UsMexicoHighwayCarrier, 94),
        (T::MexicoLongHaulCarrier, 94),
        (T::RailCarrier, 89),
        (T::SeaCarrier, 86),
        (T::AirCarrier, 89),
        (T::Consolidator, 95),
        (T::CustomsBroker, 75),
        (T::ThirdPartyLogistics, 97),
        (T::ThirdPartyLogisticsPilotAsset, 97),
        (T::ThirdPartyLogisticsPilotNonAsset, 97),
        (T::UsMarinePortTerminal, 82),
        (T::ForeignMarinePortTerminal, 82),
        (T::ForeignManufacturer, 97),
    ] {
        let asked = asked(kind, TODAY);
        assert_eq!(asked.len(), count, "{kind}");
        assert!(asked.is_sorted_by_key(|applicable| applicable.criterion.id), "{kind}");
    }
    assert!(asked(T::Importer, "2019-12-31").is_empty(), "before the edition was in force");
}

#[test]
fn forced_labour_became_a_must_in_2023() {
    let level = |kind, on| criterion("3.9").level_for(kind, day(on));
    for kind in [EntityType::Importer, EntityType::Exporter, EntityType::ForeignManufacturer] {
        assert_eq!(level(kind, "2019-12-31"), None);
        assert_eq!(level(kind, "2022-12-31"), Some(Level::Should));
        assert_eq!(level(kind, "2023-01-01"), Some(Level::Must));
    }
    assert_eq!(level(EntityType::RailCarrier, "2023-01-01"), None);
}

#[test]
fn a_level_is_shown_no_surer_than_it_is() {
    let sure = |id: &str, kind| criterion(id).level_confidence_for(kind);
    assert_eq!(criterion("1.1").confidence, Confidence::Verified);
    // Read in the booklet of the type itself.
    assert_eq!(sure("1.1", EntityType::Importer), Confidence::Verified);
    assert_eq!(sure("1.1", EntityType::UsMexicoHighwayCarrier), Confidence::Verified);
    assert_eq!(sure("1.1", EntityType::ThirdPartyLogisticsPilotAsset), Confidence::Verified);
    // Nobody saw the booklet of rail carriers.
    assert_eq!(sure("1.1", EntityType::RailCarrier), Confidence::Recalled);
    assert_eq!(sure("1.3", EntityType::ForeignManufacturer), Confidence::Recalled);
    // Reported by name for these.
    assert_eq!(sure("3.9", EntityType::Exporter), Confidence::Secondary);
    assert_eq!(sure("7.35", EntityType::SeaCarrier), Confidence::Secondary);
}

#[test]
fn entity_types_are_read_by_their_names() {
    for kind in EntityType::ALL {
        assert_eq!(EntityType::parse(kind.as_str()), Some(*kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        assert!(!kind.title().is_empty());
    }
    assert_eq!(EntityType::ALL.len(), 16);
    assert_eq!(EntityType::parse("Importer"), None);
}

#[test]
fn numbers_order_as_numbers_and_are_written_as_they_are_read() {
    let id = |text: &str| text.parse::<CriterionId>().unwrap();
    assert!(id("3.9") < id("3.10") && id("3.10") < id("10.1"));
    assert_eq!(serde_json::to_value(id("3.10")).unwrap(), "3.10");
    for wrong in ["", "3", "3.", ".9", "3.09", "13.1", "0.1", "3.9.1", "a.b", "3.100", "+3.9", " 3.9", "3.٩"]
    {
        assert!(wrong.parse::<CriterionId>().is_err(), "{wrong}");
        assert!(serde_json::from_value::<CriterionId>(wrong.into()).is_err(), "{wrong}");
    }
}
