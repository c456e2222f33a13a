//! What the catalogue's file may say that the built-in edition does not say yet.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(text: &str) -> CriterionId {
    text.parse().unwrap()
}

/// The built-in data with one change to them.
fn altered(change: impl FnOnce(&mut serde_json::Value)) -> Result<Edition, serde_json::Error> {
    let mut file: serde_json::Value = serde_json::from_str(include_str!("../../data/msc-2020.json")).unwrap();
    change(&mut file);
    read("altered", &file.to_string())
}

#[test]
fn the_built_in_data_can_be_read() {
    assert_eq!(altered(|_| ()).unwrap().criteria, EDITIONS.first().unwrap().criteria);
}

#[test]
fn a_criterion_that_was_added_later_applies_from_its_day_to_the_types_named() {
    let edition = altered(|file| {
        file["changes"][1] = serde_json::json!({
            "date": "2024-05", "kind": "criteria_added", "criteria": ["1.4"], "applies_to": ["rail_carrier"],
            "summary": "Added.", "source": [], "confidence": "recalled"
        });
    })
    .unwrap();
    let level = |kind, on| edition.criterion(id("1.4")).unwrap().level_for(kind, day(on));
    assert_eq!(level(EntityType::RailCarrier, "2024-04-30"), None);
    assert_eq!(level(EntityType::RailCarrier, "2024-05-01"), Some(Level::Must));
    assert_eq!(level(EntityType::Importer, "2024-04-30"), Some(Level::Must));
    let asked = |on: &str| edition.applicable(EntityType::RailCarrier, day(on)).len();
    assert_eq!(asked("2024-04-30") + 1, asked("2024-05-01"));
}

#[test]
fn one_type_may_have_another_level_than_the_others() {
    let edition = altered(|file| {
        let criteria = file["criteria"].as_array_mut().unwrap();
        let criterion = criteria.iter_mut().find(|criterion| criterion["id"] == "1.3").unwrap();
        criterion["level_by_entity"] = serde_json::json!({ "air_carrier": "should", "importer": "must" });
    })
    .unwrap();
    let level = |kind| edition.criterion(id("1.3")).unwrap().level_for(kind, day("2026-01-01"));
    assert_eq!(level(EntityType::AirCarrier), Some(Level::Should));
    assert_eq!(level(EntityType::Importer), Some(Level::Must));
    assert_eq!(level(EntityType::SeaCarrier), Some(Level::Must));
}

#[test]
fn data_that_make_no_sense_are_not_read() {
    let wrong: [fn(&mut serde_json::Value); 4] = [
        |file| file["criteria"][0]["level"] = "may".into(),
        |file| file["criteria"][0]["id"] = "13.1".into(),
        |file| file["changes"][0]["date"] = "soon".into(),
        |file| file["edition"]["effective"] = "2020".into(),
    ];
    for change in wrong {
        assert!(altered(change).is_err());
    }
}
