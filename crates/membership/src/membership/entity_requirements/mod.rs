//! What each entity type needs, as data: identifiers, documents, offices, invitation, bond, statements. Handbook 2.2.
//!
//! The rules, `GET /v1/entity-types` and the to-do list read the same table. Every entry says where it comes from, and
//! what is only believed is optional (Handbook, "How to read this").

mod catalogue;

use super::bond::{Bond, BondKind, BondTerm};
use super::declaration::Statement;
use super::document::DocumentKind;
use chrono::{Months, NaiveDate};
use criteria::EntityType;
use kernel::CountryCode;
use kernel::identifiers::IdentifierType;

/// Which countries will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountryRule {
    /// Any.
    Any,
    /// One of these.
    OneOf(&'static [CountryCode]),
    /// Any but these.
    AnyBut(&'static [CountryCode]),
    /// The country in which the company is established.
    Establishment,
}

impl CountryRule {
    /// Whether a country will do for a company established in `establishment`.
    pub fn allows(self, country: CountryCode, establishment: CountryCode) -> bool {
        match self {
            CountryRule::Any => true,
            CountryRule::OneOf(codes) => codes.contains(&country),
            CountryRule::AnyBut(codes) => !codes.contains(&country),
            CountryRule::Establishment => country == establishment,
        }
    }
}

/// How much something is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Always.
    Required,
    /// By companies established in Mexico, of any type. Handbook 2.1.
    RequiredIfMexican,
    /// If the company has it.
    IfApplicable,
    /// When CBP asks for it.
    OnRequest,
}

impl Need {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Need::Required => "required",
            Need::RequiredIfMexican => "required_if_mexican",
            Need::IfApplicable => "if_applicable",
            Need::OnRequest => "on_request",
        }
    }

    /// Whether a company established in `country` can't do without it.
    pub fn is_binding(self, country: CountryCode) -> bool {
        match self {
            Need::Required => true,
            Need::RequiredIfMexican => country == CountryCode::MX,
            Need::IfApplicable | Need::OnRequest => false,
        }
    }
}

/// One identifier, or one of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentifierRequirement {
    /// Any of these will do.
    pub any_of: &'static [IdentifierType],
    /// How much it is needed.
    pub need: Need,
    /// What to give, in a sentence.
    pub text: &'static str,
    /// Where it is written.
    pub source: &'static str,
}

/// One document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentRequirement {
    /// Its kind.
    pub kind: DocumentKind,
    /// How much it is needed.
    pub need: Need,
    /// What to give, in a sentence.
    pub text: &'static str,
    /// Where it is written.
    pub source: &'static str,
}

/// Where the company has to have a staffed business office, or be established.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceRequirement {
    /// The countries.
    pub countries: CountryRule,
    /// The rule in a sentence.
    pub text: &'static str,
    /// Where it is written.
    pub source: &'static str,
}

/// Whether an invitation of CBP is needed to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationRule {
    /// Anybody may apply.
    NotNeeded,
    /// Always needed.
    Always,
    /// Needed unless the company is established in one of these countries.
    UnlessEstablishedIn(&'static [CountryCode]),
}

impl InvitationRule {
    /// Whether a company established in `country` needs an invitation.
    pub fn needs_invitation(self, country: CountryCode) -> bool {
        match self {
            InvitationRule::NotNeeded => false,
            InvitationRule::Always => true,
            InvitationRule::UnlessEstablishedIn(codes) => !codes.contains(&country),
        }
    }
}

/// A bond, recorded by staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BondRequirement {
    /// Any of these kinds will do, each with the term that it needs, if one is named.
    pub any_of: &'static [(BondKind, Option<BondTerm>)],
    /// How much it is needed.
    pub need: Need,
    /// The rule in a sentence.
    pub text: &'static str,
    /// Where it is written.
    pub source: &'static str,
}

impl BondRequirement {
    /// Whether a bond is of a kind and term that will do.
    pub fn accepts(&self, bond: &Bond) -> bool {
        self.any_of.iter().any(|(kind, term)| *kind == bond.kind && term.is_none_or(|term| term == bond.term))
    }
}

/// A pilot: limited places, limited time. Public Law 118-98.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pilot {
    /// The most participants of this type.
    pub places: u32,
    /// The first day.
    pub opens_on: NaiveDate,
    /// For how many years at the most.
    pub years: u32,
    /// Where it is written.
    pub source: &'static str,
}

impl Pilot {
    /// The first day on which it is over.
    pub fn closes_on(&self) -> NaiveDate {
        let months = Months::new(self.years.saturating_mul(12));
        self.opens_on.checked_add_months(months).unwrap_or(NaiveDate::MAX)
    }
}

/// Everything that one entity type needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityRequirements {
    /// The type.
    pub entity_type: EntityType,
    /// Who it is for and on which conditions, in a sentence or two.
    pub summary: &'static str,
    /// Where the conditions are written.
    pub source: &'static str,
    /// Where the company has to be established.
    pub established: PlaceRequirement,
    /// Where it has to have a staffed business office. C2.
    pub office: PlaceRequirement,
    /// Whether it needs an invitation.
    pub invitation: InvitationRule,
    /// Where the invitation rule is written.
    pub invitation_source: &'static str,
    /// Its identifiers.
    pub identifiers: &'static [IdentifierRequirement],
    /// Its documents.
    pub documents: &'static [DocumentRequirement],
    /// Its bond.
    pub bond: Option<BondRequirement>,
    /// The statements that it has to make.
    pub statements: &'static [Statement],
    /// Whether an alternate point of contact is needed (and not only advised).
    pub alternate_contact: Need,
    /// Whether CBP applies tiers. Handbook 3.2: mainly to importers, and the best-practice route to Tier III is described for
    /// importers and exporters; other types are simply certified or validated.
    pub tiered: bool,
    /// The pilot that it belongs to.
    pub pilot: Option<Pilot>,
}

impl EntityRequirements {
    /// Whether the type is a pilot, with few places.
    pub const fn is_pilot(&self) -> bool {
        self.pilot.is_some()
    }

    /// The identifiers of the type together with those that companies of any type need.
    pub fn all_identifiers(&self) -> impl Iterator<Item = &'static IdentifierRequirement> {
        self.identifiers.iter().chain(catalogue::COMMON_IDENTIFIERS)
    }

    /// The documents of the type together with those that companies of any type need.
    pub fn all_documents(&self) -> impl Iterator<Item = &'static DocumentRequirement> {
        self.documents.iter().chain(catalogue::COMMON_DOCUMENTS)
    }

    /// The identifiers that a company established in `country` still lacks.
    pub fn missing_identifiers(
        &self,
        country: CountryCode,
        has: &[IdentifierType],
    ) -> Vec<&'static IdentifierRequirement> {
        let lacks = |rule: &&IdentifierRequirement| !rule.any_of.iter().any(|kind| has.contains(kind));
        self.all_identifiers().filter(|rule| rule.need.is_binding(country)).filter(lacks).collect()
    }

    /// The documents that a company established in `country` still lacks.
    pub fn missing_documents(
        &self,
        country: CountryCode,
        has: &[DocumentKind],
    ) -> Vec<&'static DocumentRequirement> {
        let binding = self.all_documents().filter(|rule| rule.need.is_binding(country));
        binding.filter(|rule| !has.contains(&rule.kind)).collect()
    }

    /// The bond that the type can't do without.
    pub fn needed_bond(&self) -> Option<&BondRequirement> {
        self.bond.as_ref().filter(|bond| bond.need == Need::Required)
    }
}

/// Every type with what it needs, in the order of the handbook.
pub const ALL: &[EntityRequirements] = catalogue::ENTITY_TYPES;

/// What one type needs.
pub fn of(entity_type: EntityType) -> &'static EntityRequirements {
    catalogue::of(entity_type)
}
