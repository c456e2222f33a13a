//! Editions, read once from the data that are built in.

use crate::criterion::{
    Category, Confidence, Criterion, CriterionId, FocusArea, Level, LevelPeriod, Source, UnresolvedCriterion,
};
use crate::entity_type::EntityType;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;
use utoipa::ToSchema;

/// The name of an edition, for example `2020`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EditionId(String);

impl EditionId {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EditionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that happened to the criteria after they were published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CriteriaChange)]
pub struct Change {
    /// The day or month.
    pub date: String,
    /// `criteria_added`, `level_changed`, `guidance` or `programme`.
    pub kind: String,
    /// The criteria it concerns.
    pub criteria: Vec<CriterionId>,
    /// What happened, in our words.
    pub summary: String,
    /// How surely it is known.
    pub confidence: Confidence,
}

/// A published set of criteria. Immutable.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Its name.
    pub id: EditionId,
    /// Its title.
    pub name: String,
    /// When it was released, as far as known (`YYYY-MM`).
    pub released: String,
    /// The first day on which it is in force.
    pub in_force_on: NaiveDate,
    /// What kind of text this is. Shown wherever criteria are shown.
    pub disclaimer: String,
    /// What is to be known about it.
    pub note: String,
    /// What is not known.
    pub known_gaps: Vec<String>,
    /// The three focus areas.
    pub focus_areas: Vec<FocusArea>,
    /// The twelve categories.
    pub categories: Vec<Category>,
    /// The criteria, in the order of the catalogue.
    pub criteria: Vec<Criterion>,
    /// Numbers without a known text.
    pub unresolved: Vec<UnresolvedCriterion>,
    /// What happened to the criteria since.
    pub changes: Vec<Change>,
    /// Where it was read.
    pub sources: Vec<Source>,
}

impl Edition {
    /// A criterion by its number.
    pub fn criterion(&self, id: CriterionId) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }
}

/// A criterion as it applies to an entity type on a day.
#[derive(Debug, Clone, Copy)]
pub struct ApplicableCriterion {
    /// The criterion.
    pub criterion: &'static Criterion,
    /// The level on that day.
    pub level: Level,
    /// How surely the level is known for this type.
    pub level_confidence: Confidence,
}

#[derive(Deserialize)]
struct File {
    disclaimer: String,
    edition: FileEdition,
    focus_areas: Vec<FocusArea>,
    categories: Vec<Category>,
    criteria: Vec<FileCriterion>,
    unresolved_ids: Vec<UnresolvedCriterion>,
    changes: Vec<Change>,
    known_gaps: Vec<String>,
    sources: Vec<Source>,
}

#[derive(Deserialize)]
struct FileEdition {
    name: String,
    released: String,
    #[serde(deserialize_with = "month_or_day")]
    effective: NaiveDate,
    note: String,
}

#[derive(Deserialize)]
struct FileCriterion {
    id: CriterionId,
    level: Level,
    title: String,
    summary: String,
    applies_to: Vec<String>,
    applies_to_confidence: Confidence,
    evidence_hint: String,
    source: Vec<String>,
    confidence: Confidence,
    #[serde(default)]
    level_confidence_by_entity: BTreeMap<String, Confidence>,
    #[serde(default)]
    level_history: Vec<LevelPeriod>,
    #[serde(default)]
    notes: Option<String>,
}

/// `2020-01` is read as the first day of the month.
fn month_or_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    let day = if text.len() == 7 { format!("{text}-01") } else { text };
    day.parse().map_err(serde::de::Error::custom)
}

fn read(id: &str, text: &str) -> Result<Edition, serde_json::Error> {
    let file: File = serde_json::from_str(text)?;
    let in_force_on = file.edition.effective;
    let criteria = file
        .criteria
        .into_iter()
        .map(|criterion| {
            let mut levels = criterion.level_history;
            if levels.is_empty() {
                levels.push(LevelPeriod { from: in_force_on, level: criterion.level });
            }
            Criterion {
                id: criterion.id,
                title: criterion.title,
                summary: criterion.summary,
                evidence_hint: criterion.evidence_hint,
                levels,
                confidence: criterion.confidence,
                applies_to_confidence: criterion.applies_to_confidence,
                level_confidence: criterion.level_confidence_by_entity,
                applies_to: criterion.applies_to,
                notes: criterion.notes,
                sources: criterion.source,
            }
        })
        .collect();
    let mut edition = Edition {
        id: EditionId(id.to_owned()),
        name: file.edition.name,
        released: file.edition.released,
        in_force_on,
        disclaimer: file.disclaimer,
        note: file.edition.note,
        known_gaps: file.known_gaps,
        focus_areas: file.focus_areas,
        categories: file.categories,
        criteria,
        unresolved: file.unresolved_ids,
        changes: file.changes,
        sources: file.sources,
    };
    edition.criteria.sort_by_key(|criterion| criterion.id);
    Ok(edition)
}

/// The data that are built in. A test reads them, so that a mistake in them is found before a release; should one get through all the
/// same, the edition is missing and nothing can be applied for, which is seen at once.
static EDITIONS: LazyLock<Vec<Edition>> =
    LazyLock::new(|| read("2020", include_str!("../data/msc-2020.json")).into_iter().collect());

/// Every edition, oldest first.
pub fn editions() -> &'static [Edition] {
    &EDITIONS
}

/// An edition by its name.
pub fn edition(id: &str) -> Option<&'static Edition> {
    EDITIONS.iter().find(|edition| edition.id.as_str() == id)
}

/// The edition in force on a day; `None` before the first.
pub fn edition_in_force(on: NaiveDate) -> Option<&'static Edition> {
    EDITIONS.iter().rev().find(|edition| edition.in_force_on <= on)
}

/// What an edition asks of an entity type on a day, in the order of the catalogue; nothing for an unknown edition.
pub fn applicable(
    edition_id: &EditionId,
    entity_type: EntityType,
    on: NaiveDate,
) -> Vec<ApplicableCriterion> {
    let booklet = entity_type.booklet_type();
    let Some(edition) = edition(edition_id.as_str()) else { return Vec::new() };
    edition
        .criteria
        .iter()
        .filter(|criterion| criterion.applies_to.iter().any(|kind| kind == booklet))
        .filter_map(|criterion| {
            Some(ApplicableCriterion {
                criterion,
                level: criterion.level_on(on)?,
                level_confidence: criterion
                    .level_confidence
                    .get(booklet)
                    .copied()
                    .unwrap_or(criterion.confidence),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_built_in_data_are_whole() {
        let edition = read("2020", include_str!("../data/msc-2020.json")).unwrap();
        assert_eq!(edition.criteria.len(), 100);
        let today = day("2026-01-01");
        let count = |level| edition.criteria.iter().filter(|c| c.level_on(today) == Some(level)).count();
        assert_eq!((count(Level::Must), count(Level::Should)), (64, 36));
        let ids: BTreeSet<CriterionId> = edition.criteria.iter().map(|criterion| criterion.id).collect();
        assert_eq!(ids.len(), 100, "every number once");
        assert_eq!(edition.categories.len(), 12);
        for criterion in &edition.criteria {
            assert!(edition.categories.iter().any(|category| category.number == criterion.id.category()));
            assert!(!criterion.summary.is_empty() && !criterion.evidence_hint.is_empty(), "{}", criterion.id);
        }
        assert_eq!(edition.unresolved.len(), 55);
        for unresolved in &edition.unresolved {
            assert!(!ids.contains(&unresolved.id.parse().unwrap()), "{} has no text", unresolved.id);
        }
        let sources: BTreeSet<&str> = edition.sources.iter().map(|source| source.id.as_str()).collect();
        for source in edition.criteria.iter().flat_map(|criterion| &criterion.sources) {
            assert!(sources.contains(source.as_str()), "{source}");
        }
    }

    #[test]
    fn every_entity_type_is_asked_something_in_order() {
        for kind in EntityType::ALL {
            let asked = applicable(&edition("2020").unwrap().id, *kind, day("2026-01-01"));
            assert!(asked.len() > 50, "{kind}: {}", asked.len());
            assert!(asked.is_sorted_by_key(|applicable| applicable.criterion.id));
        }
    }

    #[test]
    fn forced_labour_became_a_must_in_2023() {
        let level = |on: &str| {
            applicable(&edition("2020").unwrap().id, EntityType::Importer, day(on))
                .into_iter()
                .find(|applicable| applicable.criterion.id.to_string() == "3.9")
                .map(|applicable| applicable.level)
        };
        assert_eq!(level("2022-12-31"), Some(Level::Should));
        assert_eq!(level("2023-01-01"), Some(Level::Must));
        assert_eq!(level("2019-12-31"), None);
    }

    #[test]
    fn numbers_order_as_numbers() {
        let id = |text: &str| text.parse::<CriterionId>().unwrap();
        assert!(id("3.9") < id("3.10") && id("3.10") < id("10.1"));
        for wrong in ["3", "3.", ".9", "3.09", "13.1", "0.1", "3.9.1", "a.b", "3.100"] {
            assert!(wrong.parse::<CriterionId>().is_err(), "{wrong}");
        }
    }
}
