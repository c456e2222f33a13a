//! How far a profile is, for readers: counts per category and what is missing before it can be submitted.

use crate::answer::{Applies, Standing};
use crate::event::ReviewCount;
use crate::state::Profile;
use criteria::{CriterionId, Level};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far one category of the criteria is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryProgress {
    /// The category, 1 to 12.
    pub category: u8,
    /// Criteria asked.
    pub needed: u32,
    /// Of these, at level MUST.
    pub must: u32,
    /// Answers that could be submitted.
    pub complete: u32,
    /// Of these, at level MUST.
    pub must_complete: u32,
    /// Answers begun and not complete.
    pub begun: u32,
    /// Complete answers that say "not applicable".
    pub not_applicable: u32,
    /// Answers that CBP rejected and that were not changed since.
    pub rejected: u32,
    /// Answers whose present version CBP accepted.
    pub accepted: u32,
}

impl CategoryProgress {
    fn add(&mut self, other: &CategoryProgress) {
        self.needed += other.needed;
        self.must += other.must;
        self.complete += other.complete;
        self.must_complete += other.must_complete;
        self.begun += other.begun;
        self.not_applicable += other.not_applicable;
        self.rejected += other.rejected;
        self.accepted += other.accepted;
    }
}

/// How far the whole profile is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The sum over all categories; its `category` is 0.
    pub total: CategoryProgress,
    /// Category by category, in order.
    pub by_category: Vec<CategoryProgress>,
}

/// Why an answer stands in the way of submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingReason {
    /// Nothing was saved, or only white space.
    Unanswered,
    /// It is marked not applicable, without a reason.
    ReasonMissing,
    /// CBP rejected it, and it was not changed since.
    UnchangedSinceRejection,
}

impl MissingReason {
    /// The stable code in a problem's `errors`.
    pub const fn as_str(self) -> &'static str {
        match self {
            MissingReason::Unanswered => "unanswered",
            MissingReason::ReasonMissing => "reason_missing",
            MissingReason::UnchangedSinceRejection => "unchanged_since_rejection",
        }
    }

    /// What to do, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            MissingReason::Unanswered => "This criterion has no answer yet.",
            MissingReason::ReasonMissing => "This criterion is marked not applicable; say why.",
            MissingReason::UnchangedSinceRejection => {
                "CBP rejected this answer and it was not changed since; follow the comment and change it."
            }
        }
    }
}

/// One answer that stands in the way of submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The criterion.
    pub criterion_id: CriterionId,
    /// Its level. Both MUST and SHOULD have to be answered; the level only says which to begin with.
    pub level: Level,
    /// Why.
    pub reason: MissingReason,
}

impl Profile {
    /// Counts answers by category.
    pub fn progress(&self) -> Progress {
        let mut categories: BTreeMap<u8, CategoryProgress> = BTreeMap::new();
        for (criterion_id, level) in &self.criteria {
            let category = criterion_id.category();
            let count = categories.entry(category).or_default();
            count.category = category;
            count.needed += 1;
            let must = u32::from(*level == Level::Must);
            count.must += must;
            let Some(answer) = self.answers.get(criterion_id) else { continue };
            if answer.content.is_complete() {
                count.complete += 1;
                count.must_complete += must;
                count.not_applicable += u32::from(answer.content.applies == Applies::NotApplicable);
            } else {
                count.begun += 1;
            }
            match answer.standing() {
                Standing::Rejected => count.rejected += 1,
                Standing::Accepted => count.accepted += 1,
                _ => {}
            }
        }
        let by_category: Vec<CategoryProgress> = categories.into_values().collect();
        let mut total = CategoryProgress::default();
        by_category.iter().for_each(|count| total.add(count));
        Progress { total, by_category }
    }

    /// Every answer that stands in the way of submission, in the order of the criteria; empty when an officer may submit.
    pub fn missing_before_submit(&self) -> Vec<Missing> {
        let missing = |(criterion_id, level): (&CriterionId, &Level)| {
            let reason = match self.answers.get(criterion_id) {
                None => MissingReason::Unanswered,
                Some(answer) if !answer.content.is_complete() => match answer.content.applies {
                    Applies::Yes => MissingReason::Unanswered,
                    Applies::NotApplicable => MissingReason::ReasonMissing,
                },
                Some(answer) if answer.standing() == Standing::Rejected => {
                    MissingReason::UnchangedSinceRejection
                }
                Some(_) => return None,
            };
            Some(Missing { criterion_id: *criterion_id, level: *level, reason })
        };
        self.criteria.iter().filter_map(missing).collect()
    }

    /// How the review stands.
    pub fn review_count(&self) -> ReviewCount {
        let mut count = ReviewCount { accepted: 0, rejected: 0, undecided: 0 };
        for answer in self.answers.values() {
            match answer.standing() {
                Standing::Accepted => count.accepted += 1,
                Standing::Rejected => count.rejected += 1,
                _ => count.undecided += 1,
            }
        }
        count
    }
}
