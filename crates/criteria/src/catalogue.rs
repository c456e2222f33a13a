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
    /// The catalogue's types that it concerns.
    pub applies_to: Vec<String>,
    /// What happened, in our words.
    pub summary: String,
    /// The level before, where the level changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Level>,
    /// The level since, where the level changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Level>,
    /// How surely it is known.
    pub confidence: Confidence,
    /// Names of the sources.
    #[serde(alias = "source")]
    pub sources: Vec<String>,
    /// What is doubtful.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
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
    /// When it was revised, as far as known (`YYYY-MM`).
    pub revised: Vec<String>,
    /// The first day on which it is in force.
    pub in_force_on: NaiveDate,
    /// The month up to which changes of levels were looked for (`YYYY-MM`).
    pub levels_current_to: String,
    /// What kind of text this is. Shown wherever criteria are shown.
    pub disclaimer: String,
    /// What is to be known about it.
    pub note: String,
    /// What is not known.
    pub known_gaps: Vec<String>,
    /// What each confidence means.
    pub confidence_levels: BTreeMap<Confidence, String>,
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

    /// What it asks of an entity type on a day, in the order of the catalogue.
    pub fn applicable(&self, entity_type: EntityType, on: NaiveDate) -> Vec<ApplicableCriterion<'_>> {
        let applicable = |criterion| ApplicableCriterion::of(criterion, entity_type, on);
        self.criteria.iter().filter_map(applicable).collect()
    }
}

/// A criterion as it applies to an entity type on a day.
#[derive(Debug, Clone, Copy)]
pub struct ApplicableCriterion<'a> {
    /// The criterion.
    pub criterion: &'a Criterion,
    /// The level on that day.
    pub level: Level,
    /// How surely the level is known for this type.
    pub level_confidence: Confidence,
}

impl<'a> ApplicableCriterion<'a> {
    fn of(criterion: &'a Criterion, entity_type: EntityType, on: NaiveDate) -> Option<Self> {
        let level = criterion.level_for(entity_type, on)?;
        Some(Self { criterion, level, level_confidence: criterion.level_confidence_for(entity_type) })
    }
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
    confidence_levels: BTreeMap<Confidence, String>,
    sources: Vec<Source>,
}

#[derive(Deserialize)]
struct FileEdition {
    name: String,
    released: String,
    #[serde(default)]
    revised: Vec<String>,
    #[serde(deserialize_with = "month_or_day")]
    effective: NaiveDate,
    levels_current_to: String,
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
    level_by_entity: BTreeMap<String, Level>,
    #[serde(default)]
    level_verified_for: Vec<String>,
    #[serde(default)]
    level_confidence_by_entity: BTreeMap<String, Confidence>,
    #[serde(default)]
    level_history: Vec<LevelPeriod>,
    #[serde(default)]
    notes: Option<String>,
}

/// `2020-01` is read as the first day of the month.
fn first_day(text: &str) -> chrono::ParseResult<NaiveDate> {
    if text.len() == 7 { format!("{text}-01").parse() } else { text.parse() }
}

fn month_or_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    first_day(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

fn read(id: &str, text: &str) -> Result<Edition, serde_json::Error> {
    let file: File = serde_json::from_str(text)?;
    let in_force_on = file.edition.effective;
    let added = additions(&file.changes, in_force_on)?;
    let mut criteria: Vec<Criterion> = file
        .criteria
        .into_iter()
        .map(|criterion| {
            let added = added.get(&criterion.id).cloned().unwrap_or_default();
            criterion.criterion(in_force_on, added)
        })
        .collect();
    criteria.sort_by_key(|criterion| criterion.id);
    Ok(Edition {
        id: EditionId(id.to_owned()),
        name: file.edition.name,
        released: file.edition.released,
        revised: file.edition.revised,
        in_force_on,
        levels_current_to: file.edition.levels_current_to,
        disclaimer: file.disclaimer,
        note: file.edition.note,
        known_gaps: file.known_gaps,
        confidence_levels: file.confidence_levels,
        focus_areas: file.focus_areas,
        categories: file.categories,
        criteria,
        unresolved: file.unresolved_ids,
        changes: file.changes,
        sources: file.sources,
    })
}

/// The days on which criteria were added for single types after the edition came into force.
fn additions(
    changes: &[Change],
    in_force_on: NaiveDate,
) -> Result<BTreeMap<CriterionId, BTreeMap<String, NaiveDate>>, serde_json::Error> {
    let mut added: BTreeMap<CriterionId, BTreeMap<String, NaiveDate>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.kind == "criteria_added") {
        let day = first_day(&change.date).map_err(serde::de::Error::custom)?;
        for id in change.criteria.iter().filter(|_| day > in_force_on) {
            let types = added.entry(*id).or_default();
            types.extend(change.applies_to.iter().map(|kind| (kind.clone(), day)));
        }
    }
    Ok(added)
}

impl FileCriterion {
    fn criterion(self, in_force_on: NaiveDate, added: BTreeMap<String, NaiveDate>) -> Criterion {
        let mut levels = self.level_history;
        if levels.is_empty() {
            levels.push(LevelPeriod { from: in_force_on, level: self.level });
        }
        let mut level_confidence = self.level_confidence_by_entity;
        level_confidence.extend(self.level_verified_for.into_iter().map(|kind| (kind, Confidence::Verified)));
        let mut level_exceptions = self.level_by_entity;
        level_exceptions.retain(|_, level| *level != self.level);
        Criterion {
            id: self.id,
            title: self.title,
            summary: self.summary,
            evidence_hint: self.evidence_hint,
            levels,
            level_exceptions,
            added,
            confidence: self.confidence,
            applies_to_confidence: self.applies_to_confidence,
            level_confidence,
            applies_to: self.applies_to,
            notes: self.notes,
            sources: self.source,
        }
    }
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
) -> Vec<ApplicableCriterion<'static>> {
    let Some(edition) = edition(edition_id.as_str()) else { return Vec::new() };
    edition.applicable(entity_type, on)
}

#[cfg(test)]
mod tests;
