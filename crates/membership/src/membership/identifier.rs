//! Identifiers of a membership, with what seems odd about them. Handbook 2.4: refuse on shape, warn on the rest.

use super::document::DocumentKind;
use super::entity_requirements::EntityRequirements;
use super::facts::AccountFacts;
use super::state::Membership;
use kernel::identifiers::{Identifier, IdentifierType, Warning};
use kernel::{CountryCode, FieldError};
use serde::{Deserialize, Serialize};

/// An identifier with its warnings as they were when it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedIdentifier {
    /// The identifier: its type, the text as typed, the normalised form.
    #[serde(flatten)]
    pub identifier: Identifier,
    /// What seems odd about it, for example a check digit that does not fit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

impl CheckedIdentifier {
    /// Checks an identifier by itself and against what the account says.
    pub fn of(identifier: Identifier, account: &AccountFacts) -> Self {
        let mut warnings = identifier.warnings();
        warnings.extend(differs_from_expected(&identifier, account));
        Self { identifier, warnings }
    }
}

/// A MID is built from name and address, so one that can't be built from the account's is odd. Handbook 2.5.
fn differs_from_expected(identifier: &Identifier, account: &AccountFacts) -> Option<Warning> {
    let expected = &account.expected_mids;
    let is_odd = identifier.identifier_type == IdentifierType::Mid
        && !expected.is_empty()
        && !expected.contains(&identifier.normalised);
    is_odd.then(|| {
        let list = expected.iter().map(String::as_str).collect::<Vec<_>>().join(" or ");
        let detail =
            format!("From the company's name and addresses {list} would be expected; please compare.");
        Warning { code: "mid_differs".to_owned(), detail }
    })
}

/// The most identifiers that one membership has.
pub const MAX_IDENTIFIERS: usize = 100;

/// Everything that is wrong with a list of identifiers, all at once.
pub(crate) fn wrong_list(
    identifiers: &[Identifier],
    rules: &EntityRequirements,
    country: CountryCode,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if identifiers.len() > MAX_IDENTIFIERS {
        let detail = format!("A membership has at most {MAX_IDENTIFIERS} identifiers.");
        errors.push(FieldError::new("/identifiers", "too_many", detail));
    }
    for (index, identifier) in identifiers.iter().enumerate() {
        let same = |earlier: &Identifier| {
            earlier.identifier_type == identifier.identifier_type
                && earlier.normalised == identifier.normalised
        };
        if identifiers.iter().take(index).any(same) {
            let detail = "This identifier is in the list already.";
            errors.push(FieldError::new(format!("/identifiers/{index}"), "duplicate", detail));
        }
    }
    let types: Vec<_> = identifiers.iter().map(|identifier| identifier.identifier_type).collect();
    for missing in rules.missing_identifiers(country, &types) {
        errors.push(FieldError::new("/identifiers", "identifier_missing", missing.text));
    }
    errors
}

impl Membership {
    /// The types of its identifiers.
    pub(crate) fn identifier_types(&self) -> Vec<IdentifierType> {
        self.identifiers.iter().map(|checked| checked.identifier.identifier_type).collect()
    }

    /// The kinds of its documents.
    pub(crate) fn document_kinds(&self) -> Vec<DocumentKind> {
        self.documents.iter().map(|attached| attached.document.kind).collect()
    }
}
