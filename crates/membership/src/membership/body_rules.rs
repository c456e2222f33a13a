//! Rules that a request can be held against by itself, before anything is known of what it is about. `decide` asks them, and the API
//! asks them of a body that has other mistakes too, so that everything is said at once. Each takes only what it needs: what could not be
//! read keeps no other rule from being asked.

use super::declaration::Statement;
use super::document::DocumentKind;
use super::eligibility::Condition;
use super::entity_requirements::{self, EntityRequirements};
use super::values::{IneligibilityReason, VettingOutcome, VettingSummary, WithdrawalReason};
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::identifiers::{Identifier, IdentifierType};
use kernel::reference::{foreign_scheme, foreign_scheme_sentence};
use kernel::time::PROGRAMME_BEGAN_ON;
use kernel::{CountryCode, FieldError, Text};

/// What a type needs.
pub fn of_type(entity_type: EntityType) -> &'static EntityRequirements {
    entity_requirements::of(entity_type)
}

/// Whether a company established in a country can apply for the type, and whether it needs an invitation for it. Handbook 2.2.
pub fn establishment(
    rules: &EntityRequirements,
    country: CountryCode,
    by_invitation: bool,
) -> Option<FieldError> {
    if !rules.established.countries.allows(country, country) {
        let detail = rules.established.text;
        return Some(FieldError::new("/country_of_establishment", "country_not_for_type", detail));
    }
    (rules.invitation.needs_invitation(country) && !by_invitation).then(|| {
        let detail =
            "This type can be applied for only by invitation of CBP; give the token of the invitation.";
        FieldError::new("/invitation_token", "invitation_required", detail)
    })
}

/// Identifiers that stand in a list before, by their places in it.
pub fn identifiers_twice<'a>(list: impl IntoIterator<Item = (usize, &'a Identifier)>) -> Vec<FieldError> {
    let mut seen: Vec<&Identifier> = Vec::new();
    let mut errors = Vec::new();
    for (index, identifier) in list {
        let same = |earlier: &&Identifier| {
            earlier.identifier_type == identifier.identifier_type
                && earlier.normalised == identifier.normalised
        };
        if seen.iter().any(same) {
            let detail = "This identifier is in the list already.";
            errors.push(FieldError::new(format!("/identifiers/{index}"), "duplicate", detail));
        }
        seen.push(identifier);
    }
    errors
}

/// Identifiers that the type needs and a list does not have.
pub fn identifiers_missing(
    rules: &EntityRequirements,
    country: CountryCode,
    types: &[IdentifierType],
) -> Vec<FieldError> {
    let missing = rules.missing_identifiers(country, types);
    missing
        .into_iter()
        .map(|missing| FieldError::new("/identifiers", "identifier_missing", missing.text))
        .collect()
}

/// A document that is an address is one of the web, or a URN: whoever follows it must not run what a company wrote. `pointer` leads to the
/// reference.
pub fn document_reference(pointer: &str, reference: &Text<2000>) -> Option<FieldError> {
    let scheme = foreign_scheme(reference.as_str())?;
    Some(FieldError::new(pointer, "reference_scheme", foreign_scheme_sentence(&scheme)))
}

/// Documents that the type needs and a list does not have.
pub fn documents_missing(
    rules: &EntityRequirements,
    country: CountryCode,
    kinds: &[DocumentKind],
) -> Vec<FieldError> {
    let missing = rules.missing_documents(country, kinds);
    missing
        .into_iter()
        .map(|missing| FieldError::new("/documents", "document_missing", missing.text))
        .collect()
}

/// Nobody has traded on a day that is still to come.
pub fn last_trading(last: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    (last > today).then(|| {
        let detail = format!("The day of last trading can't be after today, {today}.");
        FieldError::new("/declarations/last_trading_on", "date_in_future", detail)
    })
}

/// Statements that the type is not asked for.
pub fn statements_not_asked<'a>(
    rules: &EntityRequirements,
    statements: impl IntoIterator<Item = &'a Statement>,
) -> Vec<FieldError> {
    let strange = statements.into_iter().filter(|statement| !rules.statements.contains(statement));
    strange
        .map(|statement| {
            let detail = format!("This type is not asked for the statement {statement}.");
            FieldError::new("/declarations/statements", "statement_not_asked", detail)
        })
        .collect()
}

/// A bond does not end before it begins.
pub fn bond_days(effective_on: Option<NaiveDate>, ends_on: Option<NaiveDate>) -> Option<FieldError> {
    let (first, last) = (effective_on?, ends_on?);
    (last < first).then(|| {
        let detail = format!("A bond that holds from {first} on can't end on {last}.");
        FieldError::new("/ends_on", "date_order", detail)
    })
}

/// Conditions that are facts are determined by the portal itself.
pub fn staff_determine(condition: Condition) -> Option<FieldError> {
    (!condition.staff_may_determine()).then(|| {
        let detail = format!("Condition {condition} is a fact that the portal determines itself.");
        FieldError::new("/condition", "condition_determined_by_system", detail)
    })
}

/// Nothing was determined on a day that is still to come.
pub fn determined(on: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    (on > today).then(|| {
        let detail = format!("The day of the determination can't be after today, {today}.");
        FieldError::new("/determined_on", "date_in_future", detail)
    })
}

/// The summary of a vetting belongs to its result.
pub fn vetting_summary(outcome: VettingOutcome, summary: VettingSummary) -> Option<FieldError> {
    (summary.outcome() != outcome).then(|| {
        let detail = format!("The summary {summary} belongs to a vetting that is {}.", summary.outcome());
        FieldError::new("/summary", "summary_does_not_fit", detail)
    })
}

/// The reason of a finding belongs to its condition.
pub fn finding(condition: Condition, reason: IneligibilityReason) -> Option<FieldError> {
    (reason.condition() != condition).then(|| {
        let detail = format!("The reason {reason} belongs to condition {}.", reason.condition());
        FieldError::new("/reason", "reason_does_not_fit", detail)
    })
}

/// A withdrawal for another reason says which.
pub fn withdrawal(reason: WithdrawalReason, says_why: bool) -> Option<FieldError> {
    (reason == WithdrawalReason::Other && !says_why)
        .then(|| FieldError::new("/text", "required", "Say in words why, since the reason is `other`."))
}

/// A mended date lies between the beginning of the programme and today.
pub fn mended_date(value: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    if value > today {
        let detail = format!("The date can't be after today, {today}.");
        return Some(FieldError::new("/value", "date_in_future", detail));
    }
    (value < PROGRAMME_BEGAN_ON).then(|| {
        let detail =
            format!("The programme began in November 2001; the date can't be before {PROGRAMME_BEGAN_ON}.");
        FieldError::new("/value", "date_before_programme", detail)
    })
}
