//! One criterion, with what is known of it and how surely.

use crate::entity_type::EntityType;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

/// The number of a criterion, for example `3.9`: category and number in it. Orders as the catalogue does, 3.10 after 3.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CriterionId {
    category: u8,
    number: u8,
}

/// The text is no criterion number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a criterion is named by its category and number, for example 3.9")]
pub struct CriterionIdError;

impl CriterionId {
    /// The category, 1 to 12.
    pub const fn category(self) -> u8 {
        self.category
    }
}

impl FromStr for CriterionId {
    type Err = CriterionIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part = |text: &str| -> Result<u8, CriterionIdError> {
            let plain = !text.is_empty() && text.len() <= 2 && !text.starts_with('0');
            if plain && text.bytes().all(|byte| byte.is_ascii_digit()) {
                text.parse().map_err(|_| CriterionIdError)
            } else {
                Err(CriterionIdError)
            }
        };
        let (category, number) = text.split_once('.').ok_or(CriterionIdError)?;
        let (category, number) = (part(category)?, part(number)?);
        if (1..=12).contains(&category) { Ok(Self { category, number }) } else { Err(CriterionIdError) }
    }
}

impl fmt::Display for CriterionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.category, self.number)
    }
}

impl Serialize for CriterionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CriterionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for CriterionId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^([1-9]|1[0-2])\\.[1-9][0-9]?$"))
            .max_length(Some(5))
            .description(Some("The number of a criterion: category and number in it."))
            .extensions(Some(
                utoipa::openapi::extensions::ExtensionsBuilder::new()
                    .add("x-shape", "the number of a criterion: its category, a point, its number in it")
                    .build(),
            ))
            .examples([serde_json::Value::from("3.9")])
            .into()
    }
}

impl ToSchema for CriterionId {}

/// Whether a criterion is required or recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CriterionLevel)]
pub enum Level {
    /// Required for membership.
    Must,
    /// Recommended practice.
    Should,
}

impl Level {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Must => "must",
            Level::Should => "should",
        }
    }
}

/// How surely something is known, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CriteriaConfidence)]
pub enum Confidence {
    /// Read in a copy of a CBP booklet or bulletin.
    Verified,
    /// Read with a third party.
    Secondary,
    /// Believed; no page was seen.
    Recalled,
}

impl Confidence {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Confidence::Verified => "verified",
            Confidence::Secondary => "secondary",
            Confidence::Recalled => "recalled",
        }
    }
}

/// One of the three focus areas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CriteriaFocusArea)]
pub struct FocusArea {
    /// Stable name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The categories in it.
    pub categories: Vec<u8>,
}

/// One of the twelve categories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CriteriaCategory)]
pub struct Category {
    /// Its number, 1 to 12.
    pub number: u8,
    /// Its name.
    pub name: String,
    /// The focus area it belongs to.
    pub focus_area: String,
    /// What it is about, in our words.
    pub description: String,
    /// How surely the name is known.
    pub name_confidence: Confidence,
}

/// A level that holds from a day on, until the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CriterionLevelPeriod)]
pub struct LevelPeriod {
    /// The first day.
    pub from: NaiveDate,
    /// The level.
    pub level: Level,
}

/// One criterion of an edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// Its number.
    pub id: CriterionId,
    /// What it asks, in a few words of ours.
    pub title: String,
    /// What it asks, in our words.
    pub summary: String,
    /// What helps to show that it is met, in our words.
    pub evidence_hint: String,
    /// The level over time, oldest first; the first holds from the day the edition came into force.
    pub levels: Vec<LevelPeriod>,
    /// Levels of single types that differ from the others', by the catalogue's type.
    pub level_exceptions: BTreeMap<String, Level>,
    /// The day on which a type got the criterion, where that was later than the edition, by the catalogue's type.
    pub added: BTreeMap<String, NaiveDate>,
    /// How surely number, subject and level are known for at least one entity type.
    pub confidence: Confidence,
    /// How surely the list of entity types is known.
    pub applies_to_confidence: Confidence,
    /// How surely the level is known for single entity types, by the catalogue's type.
    pub level_confidence: BTreeMap<String, Confidence>,
    /// The catalogue's types that it applies to.
    pub applies_to: Vec<String>,
    /// What is doubtful.
    pub notes: Option<String>,
    /// Names of the sources.
    pub sources: Vec<String>,
}

impl Criterion {
    /// The level on a day, exceptions for single types apart; `None` before it came into force.
    pub fn level_on(&self, on: NaiveDate) -> Option<Level> {
        self.levels.iter().rev().find(|period| period.from <= on).map(|period| period.level)
    }

    /// The level for an entity type on a day; `None` where it does not apply, or not yet.
    pub fn level_for(&self, entity_type: EntityType, on: NaiveDate) -> Option<Level> {
        let booklet = entity_type.booklet_type();
        let applies = self.applies_to.iter().any(|kind| kind == booklet)
            && self.added.get(booklet).is_none_or(|added| *added <= on);
        let level = self.level_on(on).filter(|_| applies)?;
        Some(self.level_exceptions.get(booklet).copied().unwrap_or(level))
    }

    /// How surely the level is known for an entity type. Where nobody looked into the booklet of that type, the level is only as sure
    /// as the belief that the criterion applies to it at all.
    pub fn level_confidence_for(&self, entity_type: EntityType) -> Confidence {
        self.level_confidence
            .get(entity_type.booklet_type())
            .copied()
            .unwrap_or_else(|| self.confidence.max(self.applies_to_confidence))
    }
}

/// A number that is known to exist, or believed to, without a text. Never presented as a criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnresolvedCriterion {
    /// The number.
    pub id: String,
    /// What is known of it.
    pub note: String,
    /// The catalogue's types that it may concern; empty where nothing is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applies_to: Vec<String>,
}

/// Where something was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CriteriaSource)]
pub struct Source {
    /// The name by which criteria refer to it.
    pub id: String,
    /// What it is.
    pub name: String,
    /// `cbp_document_copy`, `cbp_page`, `third_party_page`, … Extensible.
    pub kind: String,
    /// The address, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
