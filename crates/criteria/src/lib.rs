//! The Minimum Security Criteria as versioned data: editions, applicability for each entity type on a date, and how sure we are.
//!
//! The data are a paraphrase, not a publication of CBP: see [`Edition::disclaimer`]. What was read where, and what is only believed,
//! stands beside every criterion as its confidence and is shown to the reader. The law has the requirements reviewed every year
//! (6 U.S.C. 961(b)), so they are data with an edition and dates, never code.

mod catalogue;
mod criterion;
mod entity_type;

pub use catalogue::{
    ApplicableCriterion, Change, Edition, EditionId, applicable, edition, edition_in_force, editions,
};
pub use criterion::{
    Category, Confidence, Criterion, CriterionId, FocusArea, Level, LevelPeriod, Source, UnresolvedCriterion,
};
pub use entity_type::EntityType;
