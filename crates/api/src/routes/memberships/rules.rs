//! What a body about a membership breaks by itself.

use super::request::IdentifierData;
use super::request::StatementData;
use crate::http::Given;
use criteria::EntityType;
use kernel::identifiers::Identifier;
use kernel::{CountryCode, FieldError, Text};
use membership::membership::{self as mbr, body_rules};
use serde::Deserialize;

/// An application: what the type asks for and does not take, what stands twice, and days that are still to come.
pub(super) fn application(given: &Given<'_>) -> Vec<FieldError> {
    let entity_type = given.at::<EntityType>("/entity_type");
    let country = given.at::<CountryCode>("/country_of_establishment");
    let mut errors = Vec::new();
    if let (Some(entity_type), Some(country)) = (entity_type, country) {
        let rules = body_rules::of_type(entity_type);
        errors.extend(body_rules::establishment(rules, country, given.has("/invitation_token")));
        if given.has("/identifiers")
            && let Some(types) = given.of_all("/identifiers", "type")
        {
            errors.extend(body_rules::identifiers_missing(rules, country, &types));
        }
        if let Some(kinds) = given.of_all("/documents", "kind") {
            errors.extend(body_rules::documents_missing(rules, country, &kinds));
        }
    }
    errors.extend(references(given));
    errors.extend(identifiers(given, entity_type));
    errors.extend(declarations(given, entity_type));
    errors
}

/// Where the documents of an application are.
fn references(given: &Given<'_>) -> Vec<FieldError> {
    let documents = given.items::<DocumentReference>("/documents").into_iter();
    let wrong = |(index, document): (usize, DocumentReference)| {
        body_rules::document_reference(&format!("/documents/{index}/reference"), &document.reference)
    };
    documents.filter_map(wrong).collect()
}

/// What is asked of a document by itself.
#[derive(Deserialize)]
struct DocumentReference {
    reference: Text<2000>,
}

/// A document that is attached.
pub(super) fn attached_document(given: &Given<'_>) -> Vec<FieldError> {
    let reference = given.at::<Text<2000>>("/document/reference");
    let wrong = |reference| body_rules::document_reference("/document/reference", &reference);
    reference.and_then(wrong).into_iter().collect()
}

/// A new application after an end, whose type stands in the membership before.
pub(super) fn new_application(given: &Given<'_>) -> Vec<FieldError> {
    [references(given), identifiers(given, None), declarations(given, None)].concat()
}

/// A new list of identifiers.
pub(super) fn identifiers_alone(given: &Given<'_>) -> Vec<FieldError> {
    identifiers(given, None)
}

fn identifiers(given: &Given<'_>, entity_type: Option<EntityType>) -> Vec<FieldError> {
    let mut read: Vec<(usize, Identifier)> = Vec::new();
    let mut errors = Vec::new();
    for (index, item) in given.items::<IdentifierData>("/identifiers") {
        match item.read(index, entity_type) {
            Ok(identifier) => read.push((index, identifier)),
            Err(error) => errors.push(error),
        }
    }
    errors.extend(body_rules::identifiers_twice(read.iter().map(|(index, identifier)| (*index, identifier))));
    errors
}

/// Declarations; of which statements a type asks for is known where the type is.
pub(super) fn declarations(given: &Given<'_>, entity_type: Option<EntityType>) -> Vec<FieldError> {
    let last = given.at("/declarations/last_trading_on");
    let mut errors: Vec<FieldError> =
        last.and_then(|last| body_rules::last_trading(last, given.today)).into_iter().collect();
    let statements = given.items::<StatementData>("/declarations/statements");
    errors.extend(StatementData::twice(&statements));
    if let Some(entity_type) = entity_type {
        let mut asked: Vec<mbr::Statement> = statements.iter().map(|(_, given)| given.statement).collect();
        asked.dedup();
        errors.extend(body_rules::statements_not_asked(body_rules::of_type(entity_type), &asked));
    }
    errors
}

pub(super) fn bond(given: &Given<'_>) -> Vec<FieldError> {
    body_rules::bond_days(given.at("/effective_on"), given.at("/ends_on")).into_iter().collect()
}

pub(super) fn determination(given: &Given<'_>) -> Vec<FieldError> {
    let condition = given.at("/condition").and_then(body_rules::staff_determine);
    condition.into_iter().chain(determined(given)).collect()
}

fn determined(given: &Given<'_>) -> Option<FieldError> {
    body_rules::determined(given.at("/determined_on")?, given.today)
}

pub(super) fn vetting(given: &Given<'_>) -> Vec<FieldError> {
    let fits = given.at("/outcome").zip(given.at("/summary"));
    let summary = fits.and_then(|(outcome, summary)| body_rules::vetting_summary(outcome, summary));
    summary.into_iter().chain(determined(given)).collect()
}

pub(super) fn finding(given: &Given<'_>) -> Vec<FieldError> {
    let both = given.at("/condition").zip(given.at("/reason"));
    both.and_then(|(condition, reason)| body_rules::finding(condition, reason)).into_iter().collect()
}

pub(super) fn withdrawal(given: &Given<'_>) -> Vec<FieldError> {
    let reason = given.at("/reason");
    reason.and_then(|reason| body_rules::withdrawal(reason, given.has("/text"))).into_iter().collect()
}

pub(super) fn correction(given: &Given<'_>) -> Vec<FieldError> {
    let value = given.at("/value");
    value.and_then(|value| body_rules::mended_date(value, given.today)).into_iter().collect()
}
