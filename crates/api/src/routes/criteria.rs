//! The Minimum Security Criteria: editions and what applies to whom.

use super::{code, date_parameter};
use crate::http::Req;
use crate::http::answer::json_page;
use crate::operation::Operation;
use crate::problem::{Problem, registry};
use ::criteria::{
    ApplicableCriterion, Category, Change, Criterion, CriterionId, Edition, EntityType, FocusArea,
    LevelPeriod, Source, UnresolvedCriterion, applicable, edition, edition_in_force, editions,
};
use actix_web::HttpResponse;
use chrono::NaiveDate;
use portal::access::permission;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One edition of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriteriaEditionSummary {
    /// Its name.
    pub id: String,
    /// Its title.
    pub name: String,
    /// The first day on which it is in force.
    pub in_force_on: NaiveDate,
    /// Whether it is in force today.
    pub in_force: bool,
    /// What kind of text this is.
    pub disclaimer: String,
    /// How many criteria it has.
    pub criteria: usize,
}

/// Every edition.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriteriaEditionList {
    /// Oldest first.
    pub items: Vec<CriteriaEditionSummary>,
}

/// A criterion of an edition, with how surely each thing is known.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Criterion)]
pub struct CriterionView {
    /// Its number.
    pub id: CriterionId,
    /// The category.
    pub category: u8,
    /// What it asks, in a few words.
    pub title: &'static str,
    /// What it asks.
    pub summary: &'static str,
    /// What helps to show that it is met.
    pub evidence_hint: &'static str,
    /// The level over time, oldest first.
    pub levels: Vec<LevelPeriod>,
    /// How surely number, subject and level are known for at least one entity type.
    #[schema(inline, value_type = code::ConfidenceOut)]
    pub confidence: &'static str,
    /// The types of the catalogue that it applies to.
    pub applies_to: Vec<String>,
    /// How surely that list is known.
    #[schema(inline, value_type = code::ConfidenceOut)]
    pub applies_to_confidence: &'static str,
    /// How surely the level is known for single types.
    #[schema(value_type = Object)]
    pub level_confidence: BTreeMap<String, &'static str>,
    /// What is doubtful.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<&'static str>,
    /// Where it was read: ids in the edition's sources.
    pub sources: Vec<String>,
}

impl From<&'static Criterion> for CriterionView {
    fn from(criterion: &'static Criterion) -> Self {
        Self {
            id: criterion.id,
            category: criterion.id.category(),
            title: &criterion.title,
            summary: &criterion.summary,
            evidence_hint: &criterion.evidence_hint,
            levels: criterion.levels.clone(),
            confidence: criterion.confidence.as_str(),
            applies_to: criterion.applies_to.clone(),
            applies_to_confidence: criterion.applies_to_confidence.as_str(),
            level_confidence: criterion
                .level_confidence
                .iter()
                .map(|(kind, confidence)| (kind.clone(), confidence.as_str()))
                .collect(),
            notes: criterion.notes.as_deref(),
            sources: criterion.sources.clone(),
        }
    }
}

/// An edition of the criteria.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CriteriaEdition)]
pub struct CriteriaEditionView {
    /// Its name.
    pub id: String,
    /// Its title.
    pub name: String,
    /// When it was released (`YYYY-MM`).
    pub released: String,
    /// The first day on which it is in force.
    pub in_force_on: NaiveDate,
    /// What kind of text this is. Show it wherever criteria are shown.
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
    pub criteria: Vec<CriterionView>,
    /// Numbers without a known text; they are no criteria.
    pub unresolved: Vec<UnresolvedCriterion>,
    /// What happened to the criteria since.
    pub changes: Vec<Change>,
    /// Where it was read.
    pub sources: Vec<Source>,
}

impl From<&'static Edition> for CriteriaEditionView {
    fn from(found: &'static Edition) -> Self {
        Self {
            id: found.id.to_string(),
            name: found.name.clone(),
            released: found.released.clone(),
            in_force_on: found.in_force_on,
            disclaimer: found.disclaimer.clone(),
            note: found.note.clone(),
            known_gaps: found.known_gaps.clone(),
            focus_areas: found.focus_areas.clone(),
            categories: found.categories.clone(),
            criteria: found.criteria.iter().map(CriterionView::from).collect(),
            unresolved: found.unresolved.clone(),
            changes: found.changes.clone(),
            sources: found.sources.clone(),
        }
    }
}

/// A criterion as it applies to an entity type on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ApplicableCriterion)]
pub struct ApplicableCriterionView {
    /// Its number.
    pub id: CriterionId,
    /// The category.
    pub category: u8,
    /// Must or should, on that day.
    #[schema(inline, value_type = code::LevelOut)]
    pub level: &'static str,
    /// How surely the level is known for this type.
    #[schema(inline, value_type = code::ConfidenceOut)]
    pub level_confidence: &'static str,
    /// How surely it is known that it applies to this type.
    #[schema(inline, value_type = code::ConfidenceOut)]
    pub applies_to_confidence: &'static str,
    /// What it asks, in a few words.
    pub title: &'static str,
    /// What it asks.
    pub summary: &'static str,
    /// What helps to show that it is met.
    pub evidence_hint: &'static str,
    /// What is doubtful.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<&'static str>,
}

impl From<ApplicableCriterion<'static>> for ApplicableCriterionView {
    fn from(found: ApplicableCriterion<'static>) -> Self {
        let criterion = found.criterion;
        Self {
            id: criterion.id,
            category: criterion.id.category(),
            level: found.level.as_str(),
            level_confidence: found.level_confidence.as_str(),
            applies_to_confidence: criterion.applies_to_confidence.as_str(),
            title: &criterion.title,
            summary: &criterion.summary,
            evidence_hint: &criterion.evidence_hint,
            notes: criterion.notes.as_deref(),
        }
    }
}

/// What applies to an entity type on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApplicableCriteria {
    /// The edition in force on that day.
    pub edition: String,
    /// The type.
    #[schema(inline, value_type = code::EntityTypeOut)]
    pub entity_type: EntityType,
    /// The day.
    pub on: NaiveDate,
    /// What kind of text this is.
    pub disclaimer: String,
    /// The criteria, in the order of the catalogue.
    pub items: Vec<ApplicableCriterionView>,
}

fn summary(edition: &Edition, today: NaiveDate) -> CriteriaEditionSummary {
    CriteriaEditionSummary {
        id: edition.id.to_string(),
        name: edition.name.clone(),
        in_force_on: edition.in_force_on,
        in_force: edition_in_force(today).is_some_and(|current| current.id == edition.id),
        disclaimer: edition.disclaimer.clone(),
        criteria: edition.criteria.len(),
    }
}

async fn list(req: Req<permission::ReferenceRead>) -> Result<HttpResponse, Problem> {
    req.query().finish()?;
    let today = kernel::programme_date(req.state.portal.now());
    let items = editions().iter().map(|edition| summary(edition, today)).collect();
    Ok(json_page(&CriteriaEditionList { items }))
}

async fn get(req: Req<permission::ReferenceRead>) -> Result<HttpResponse, Problem> {
    req.query().finish()?;
    let found = edition(req.segment("edition")).ok_or_else(|| Problem::new(registry::NOT_FOUND))?;
    req.tagged(&CriteriaEditionView::from(found), false)
}

async fn applying(req: Req<permission::ReferenceRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let types: Vec<&str> = EntityType::ALL.iter().map(|kind| kind.as_str()).collect();
    let named = query.code("entity_type", &types);
    let named = query.required("entity_type", named);
    let on = query.date("on");
    query.finish()?;
    let entity_type = named.as_deref().and_then(EntityType::parse);
    let entity_type = entity_type.ok_or_else(|| Problem::new(registry::NOT_FOUND))?;
    let on = on.unwrap_or_else(|| kernel::programme_date(req.state.portal.now()));
    let found = edition_in_force(on).ok_or_else(|| {
        Problem::new(registry::NOT_FOUND)
            .detail("No edition was in force on that day; the oldest is of 2020.")
    })?;
    Ok(json_page(&ApplicableCriteria {
        edition: found.id.to_string(),
        entity_type,
        on,
        disclaimer: found.disclaimer.clone(),
        items: applicable(&found.id, entity_type, on)
            .into_iter()
            .map(ApplicableCriterionView::from)
            .collect(),
    }))
}

/// The oldest edition, with one of everything.
fn edition_in_full() -> Value {
    let mut edition = json!(editions().first().map(CriteriaEditionView::from));
    for member in edition.as_object_mut().into_iter().flat_map(|members| members.values_mut()) {
        if let Value::Array(list) = member {
            list.truncate(1);
        }
    }
    edition
}

/// What applies to an importer, cut to one criterion.
fn applying_example() -> Value {
    let Some(edition) = editions().first() else { return Value::Null };
    let found = applicable(&edition.id, EntityType::Importer, edition.in_force_on);
    json!(ApplicableCriteria {
        edition: edition.id.to_string(),
        entity_type: EntityType::Importer,
        on: edition.in_force_on,
        disclaimer: edition.disclaimer.clone(),
        items: found.into_iter().take(1).map(ApplicableCriterionView::from).collect(),
    })
}

fn edition_example() -> Value {
    json!({"id": "2020", "name": "CTPAT Minimum Security Criteria, 2019/2020 edition", "in_force_on": "2020-01-01", "in_force": true, "disclaimer": "A paraphrased working catalogue.", "criteria": 100})
}

/// The operations on criteria.
pub fn operations() -> Vec<Operation> {
    let types: Vec<&str> = EntityType::ALL.iter().map(|kind| kind.as_str()).collect();
    vec![
        Operation::get("/v1/criteria-editions", "criteria_editions_list", list)
            .about("criteria", "List the editions of the criteria", "Oldest first.")
            .answers::<CriteriaEditionList>(200, json!({"items": [edition_example()]})),
        Operation::get("/v1/criteria-editions/{edition}", "criteria_edition_get", get)
            .about(
                "criteria",
                "Read an edition of the criteria",
                "With every criterion, its levels over time, and how surely each thing is known.",
            )
            .answers::<CriteriaEditionView>(200, edition_in_full())
            .tagged(),
        Operation::get("/v1/criteria", "criteria_list", applying)
            .about("criteria", "See what applies", "To an entity type, on a day: today where none is given.")
            .required_parameter("entity_type", "The type.", json!({"type": "string", "enum": types}))
            .parameter("on", "The day.", date_parameter())
            .problems(&[404])
            .answers::<ApplicableCriteria>(200, applying_example()),
    ]
}
