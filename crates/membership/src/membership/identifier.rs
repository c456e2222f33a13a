//! Identifiers of a membership, with what seems odd about them. Handbook 2.4: refuse on shape, warn on the rest.

use super::body_rules;
use super::document::DocumentKind;
use super::entity_requirements::EntityRequirements;
use super::event::AcceptedConflict;
use super::facts::AccountFacts;
use super::state::Membership;
use kernel::identifiers::{Identifier, IdentifierType, Warning};
use kernel::{CountryCode, FieldError, MembershipId};
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

/// Another live membership of the same type that uses an identifier. Handbook 2.4: identifiers should be unique across active
/// memberships of a type, but mergers and successors exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierUse {
    /// The kind of identifier.
    pub identifier_type: IdentifierType,
    /// Its normalised form.
    pub normalised: String,
    /// The other membership.
    pub membership_id: MembershipId,
    /// Whether it belongs to the same account. Of other accounts an applicant must learn nothing.
    pub same_account: bool,
}

/// Identifiers of a list that another live membership of the same account uses for the same type, each with what to do.
pub(crate) fn used_in_account(identifiers: &[Identifier], in_use: &[IdentifierUse]) -> Vec<FieldError> {
    let own: Vec<&IdentifierUse> = in_use.iter().filter(|other| other.same_account).collect();
    let mut errors = Vec::new();
    for (index, identifier) in identifiers.iter().enumerate() {
        let same = |other: &&&IdentifierUse| {
            other.identifier_type == identifier.identifier_type && other.normalised == identifier.normalised
        };
        if let Some(other) = own.iter().find(same) {
            let detail = format!(
                "The membership {} of this account uses this identifier for the same type; withdraw that one, change its \
                 identifiers, or leave this one out.",
                other.membership_id
            );
            errors.push(FieldError::new(format!("/identifiers/{index}/value"), "identifier_in_use", detail));
        }
    }
    errors
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
    errors.extend(body_rules::identifiers_twice(identifiers.iter().enumerate()));
    let types: Vec<_> = identifiers.iter().map(|identifier| identifier.identifier_type).collect();
    errors.extend(body_rules::identifiers_missing(rules, country, &types));
    errors
}

/// Those uses by others of which nothing has been said yet.
pub(crate) fn unexplained<'a>(
    in_use: &'a [IdentifierUse],
    said: Option<&AcceptedConflict>,
) -> Vec<&'a IdentifierUse> {
    let is_open = |id: &MembershipId| said.is_none_or(|said| !said.membership_ids.contains(id));
    in_use.iter().filter(|other| is_open(&other.membership_id)).collect()
}

impl Membership {
    /// Those uses of its identifiers by others of which nobody has said yet why they are no bar.
    pub(crate) fn unexplained<'a>(&self, in_use: &'a [IdentifierUse]) -> Vec<&'a IdentifierUse> {
        unexplained(in_use, self.said_of_conflicts())
    }

    /// What the recommendation has said of others' use of its identifiers.
    pub(crate) fn said_of_conflicts(&self) -> Option<&AcceptedConflict> {
        self.recommendation.as_ref().and_then(|found| found.identifier_conflict.as_ref())
    }

    /// The types of its identifiers.
    pub(crate) fn identifier_types(&self) -> Vec<IdentifierType> {
        self.identifiers.iter().map(|checked| checked.identifier.identifier_type).collect()
    }

    /// The kinds of its documents.
    pub(crate) fn document_kinds(&self) -> Vec<DocumentKind> {
        self.documents.iter().map(|attached| attached.document.kind).collect()
    }
}
