//! What clients say about memberships.

use super::super::code;
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::identifiers::{Identifier, IdentifierType};
use kernel::text::OneLine;
use kernel::{AccountId, CountryCode, DocumentId, FieldError, PersonId, Text};
use membership::membership as mbr;
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// An identifier as typed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentifierData {
    /// Its kind.
    #[serde(rename = "type")]
    #[schema(inline, value_type = code::IdentifierTypeIn)]
    pub identifier_type: IdentifierType,
    /// The identifier as typed; separators and case do not matter.
    pub value: Text<60>,
}

/// A document by reference.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentData {
    /// What it is.
    #[schema(inline, value_type = code::DocumentKindIn)]
    pub kind: mbr::DocumentKind,
    /// Its title. It must name nobody.
    #[schema(value_type = OneLine<200>)]
    pub title: Text<200>,
    /// Where it is kept: an address that begins with `https:`, `http:` or `urn:`, or words such as a file number. No other kind of address is taken.
    pub reference: Text<2000>,
    /// Its SHA-256, in lower-case hexadecimal.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 64, pattern = "^[0-9a-f]{64}$", extensions(("x-shape" = json!("64 digits of lower-case hexadecimal"))))]
    pub sha256: Option<mbr::Sha256>,
}

impl DocumentData {
    pub(super) fn document(self) -> mbr::Document {
        mbr::Document {
            document_id: DocumentId::new(Uuid::now_v7()),
            kind: self.kind,
            title: self.title,
            reference: self.reference,
            sha256: self.sha256,
        }
    }
}

/// A statement that the type asks for, and the company's answer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementData {
    /// The statement; `/v1/entity-types` says which ones a type asks for, and their text.
    #[schema(inline, value_type = code::StatementIn)]
    pub statement: mbr::Statement,
    /// Affirmed or denied.
    #[schema(inline, value_type = code::StatementAnswerIn)]
    pub answer: mbr::StatementAnswer,
}

/// What the company declares.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclarationsData {
    /// The last day on which it traded in the role applied for.
    #[serde(default)]
    pub last_trading_on: Option<NaiveDate>,
    /// Whether there is a final, unpaid debt to CBP.
    #[serde(default)]
    #[schema(inline, value_type = Option<code::DebtIn>)]
    pub debt: Option<mbr::DebtDeclaration>,
    /// The statements that the type asks for.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub statements: Vec<StatementData>,
}

impl StatementData {
    /// One answer to each statement: of two nobody knows which one is meant.
    pub(super) fn twice(list: &[(usize, StatementData)]) -> Vec<FieldError> {
        let mut seen = BTreeSet::new();
        let again = list.iter().filter(|(_, given)| !seen.insert(given.statement));
        again
            .map(|(index, given)| {
                let detail = format!("{} stands there already; give it once.", given.statement);
                FieldError::new(format!("/declarations/statements/{index}"), "statement_twice", detail)
            })
            .collect()
    }
}

impl DeclarationsData {
    /// The declarations, or which statements stand twice.
    pub(super) fn declarations(self) -> Result<mbr::Declarations, Vec<FieldError>> {
        let list: Vec<(usize, StatementData)> = self.statements.into_iter().enumerate().collect();
        let errors = StatementData::twice(&list);
        if !errors.is_empty() {
            return Err(errors);
        }
        let statements = list.into_iter().map(|(_, given)| (given.statement, given.answer)).collect();
        Ok(mbr::Declarations { last_trading_on: self.last_trading_on, debt: self.debt, statements })
    }
}

/// Apply for a membership.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyRequest {
    /// The company's account.
    pub account_id: AccountId,
    /// The type applied for.
    #[schema(inline, value_type = code::EntityTypeIn)]
    pub entity_type: EntityType,
    /// Where the company is established.
    pub country_of_establishment: CountryCode,
    /// Its identifiers; `/v1/entity-types` says which ones the type needs.
    #[schema(max_items = 100)]
    pub identifiers: Vec<IdentifierData>,
    /// Its documents, by reference.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub documents: Vec<DocumentData>,
    /// What it declares already; it can be declared later too.
    #[serde(default)]
    pub declarations: Option<DeclarationsData>,
    /// The secret of an invitation, for types that need one.
    #[serde(default)]
    #[schema(max_length = 100, pattern = "^[A-Za-z0-9_-]{1,100}$", extensions(("x-shape" = json!("the secret of an invitation: letters, digits, - and _"))))]
    pub invitation_token: Option<String>,
}

/// Apply again after a membership has ended. Nothing carries over but the account and the type.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReapplyRequest {
    /// Where the company is established.
    pub country_of_establishment: CountryCode,
    /// Its identifiers.
    #[schema(max_items = 100)]
    pub identifiers: Vec<IdentifierData>,
    /// Its documents, by reference.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub documents: Vec<DocumentData>,
    /// What it declares already.
    #[serde(default)]
    pub declarations: Option<DeclarationsData>,
    /// The secret of an invitation, for types that need one.
    #[serde(default)]
    #[schema(max_length = 100, pattern = "^[A-Za-z0-9_-]{1,100}$", extensions(("x-shape" = json!("the secret of an invitation: letters, digits, - and _"))))]
    pub invitation_token: Option<String>,
}

/// Replace the identifiers.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeIdentifiersRequest {
    /// The whole new list.
    #[schema(max_items = 100)]
    pub identifiers: Vec<IdentifierData>,
}

/// Attach a document.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachDocumentRequest {
    /// The document.
    pub document: DocumentData,
}

/// Take a document off.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveDocumentRequest {
    /// Which one.
    pub document_id: DocumentId,
}

/// Record the bond.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetBondRequest {
    /// What it secures.
    #[schema(inline, value_type = code::BondKindIn)]
    pub kind: mbr::BondKind,
    /// For how long.
    #[schema(inline, value_type = code::BondTermIn)]
    pub term: mbr::BondTerm,
    /// Its number.
    #[schema(value_type = OneLine<40>)]
    pub number: Text<40>,
    /// Who stands for it.
    #[schema(value_type = OneLine<200>)]
    pub surety: Text<200>,
    /// Its first day.
    #[serde(default)]
    pub effective_on: Option<NaiveDate>,
    /// Its last day.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
}

/// Declare eligibility. What is absent stays as it was declared before.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclareEligibilityRequest {
    /// What is declared.
    pub declarations: DeclarationsData,
}

/// Record a determination of CBP.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordDeterminationRequest {
    /// The condition.
    #[schema(inline, value_type = code::ConditionIn)]
    pub condition: mbr::Condition,
    /// What was determined.
    #[schema(inline, value_type = code::OutcomeIn)]
    pub outcome: mbr::Outcome,
    /// When; today where absent.
    #[serde(default)]
    pub determined_on: Option<NaiveDate>,
    /// On which basis. It must name nobody.
    pub basis: Text<4000>,
}

/// Assign a specialist and an office.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignSpecialistRequest {
    /// The specialist.
    pub specialist_id: PersonId,
    /// The office.
    #[schema(inline, value_type = code::OfficeIn)]
    pub office: mbr::Office,
}

/// Record the result of the vetting.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordVettingResultRequest {
    /// The result.
    #[schema(inline, value_type = code::VettingOutcomeIn)]
    pub outcome: mbr::VettingOutcome,
    /// The result in one code; what lies behind it stays in CBP's own systems.
    #[schema(inline, value_type = code::VettingSummaryIn)]
    pub summary: mbr::VettingSummary,
    /// The day on which it was determined; today where absent.
    #[serde(default)]
    pub determined_on: Option<NaiveDate>,
}

/// Recommend a certification.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendCertificationRequest {
    /// Why, if there is something to say.
    #[serde(default)]
    pub remark: Option<Text<4000>>,
    /// Why it may be certified although other live memberships of the type use its identifiers; needed while there are any. The company
    /// never sees it. It must name nobody.
    #[serde(default)]
    pub identifier_conflict_reason: Option<Text<4000>>,
}

/// Certify.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertifyRequest {
    /// Why it may be certified although other live memberships of the type use its identifiers; needed while there are any of which the
    /// recommendation has not said so. The company never sees it. It must name nobody.
    #[serde(default)]
    pub identifier_conflict_reason: Option<Text<4000>>,
}

/// Record that a validation was passed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordValidationOutcomeRequest {
    /// The validation, by the name under which CBP keeps it. One validation is recorded once.
    pub validation_reference: Text<60>,
    /// The day on which it was passed; today where absent.
    #[serde(default)]
    pub validated_on: Option<NaiveDate>,
    /// Which best practices qualify, and why; needed for Tier III, and only for types with tiers. It must name nobody.
    #[serde(default)]
    pub best_practices: Option<Text<4000>>,
    /// The day by which the next validation is due, where it is to be sooner than policy says.
    #[serde(default)]
    pub revalidation_due_on: Option<NaiveDate>,
    /// The specialist who wrote the report; somebody else has to record its outcome.
    pub reported_by: PersonId,
}

/// Change the tier.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTierRequest {
    /// The tier after.
    #[schema(inline, value_type = code::TierIn)]
    pub tier: mbr::Tier,
    /// Why, in one code that leads to this tier.
    #[schema(inline, value_type = code::TierChangeIn)]
    pub reason: mbr::TierChangeReason,
    /// Why, in words for the company. It must name nobody.
    pub text: Text<4000>,
    /// The specialist who assessed it; somebody else has to decide.
    pub assessed_by: PersonId,
}

/// Ask to leave.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestWithdrawalRequest {
    /// Why, in one code.
    #[schema(inline, value_type = code::WithdrawalIn)]
    pub reason: mbr::WithdrawalReason,
    /// Why, in words; needed where the code is `other`.
    #[serde(default)]
    pub text: Option<Text<4000>>,
}

/// Take back that you asked to leave.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeBackWithdrawalRequest {}

/// Close a membership that its company asked to leave.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseRequest {}

/// Refuse the application.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectRequest {
    /// Why, in one code.
    #[schema(inline, value_type = code::RejectionIn)]
    pub reason: mbr::RejectionReason,
    /// Why, in words for the company.
    pub text: Text<4000>,
}

/// Find the applicant ineligible.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindIneligibleRequest {
    /// The condition that is not met.
    #[schema(inline, value_type = code::ConditionIn)]
    pub condition: mbr::Condition,
    /// Why, in one code that belongs to the condition.
    #[schema(inline, value_type = code::IneligibilityIn)]
    pub reason: mbr::IneligibilityReason,
    /// Why, in words for the company.
    pub text: Text<4000>,
}

/// Withdraw the application.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawRequest {
    /// Why, in one code.
    #[schema(inline, value_type = code::WithdrawalIn)]
    pub reason: mbr::WithdrawalReason,
    /// Why, in words; needed where the code is `other`.
    #[serde(default)]
    pub text: Option<Text<4000>>,
}

/// Mend a date that was recorded wrong.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectDateRequest {
    /// Which date.
    #[schema(inline, value_type = code::DateFieldIn)]
    pub field: mbr::DateField,
    /// What it should have been.
    pub value: NaiveDate,
    /// Why.
    pub reason: Text<4000>,
    /// Whether it is meant that the application ends, because by the mended date the last day to submit its security profile is past.
    /// Without it such a correction is refused.
    #[serde(default)]
    pub accept_expiry: Option<bool>,
}

impl IdentifierData {
    /// Reads it at its place in a list; where it is wrong, the right shape is named. A railroad's SCAC may be short.
    pub(super) fn read(
        &self,
        index: usize,
        entity_type: Option<EntityType>,
    ) -> Result<Identifier, FieldError> {
        let parse = match entity_type {
            Some(EntityType::RailCarrier) | None => Identifier::parse_for_railroad,
            Some(_) => Identifier::parse,
        };
        parse(self.identifier_type, self.value.as_str()).map_err(|error| {
            FieldError::new(format!("/identifiers/{index}/value"), error.code, error.sentence)
        })
    }
}

/// Reads identifiers; every wrong one is named.
pub(super) fn identifiers(
    data: &[IdentifierData],
    entity_type: EntityType,
) -> Result<Vec<Identifier>, Vec<FieldError>> {
    let mut read = Vec::with_capacity(data.len());
    let mut errors = Vec::new();
    for (index, given) in data.iter().enumerate() {
        match given.read(index, Some(entity_type)) {
            Ok(identifier) => read.push(identifier),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(read) } else { Err(errors) }
}

/// Identifiers and declarations, or everything that is wrong with either.
pub(super) fn both(
    identifiers: Result<Vec<Identifier>, Vec<FieldError>>,
    declarations: Result<mbr::Declarations, Vec<FieldError>>,
) -> Result<(Vec<Identifier>, mbr::Declarations), Vec<FieldError>> {
    match (identifiers, declarations) {
        (Ok(identifiers), Ok(declarations)) => Ok((identifiers, declarations)),
        (identifiers, declarations) => {
            Err([identifiers.err().unwrap_or_default(), declarations.err().unwrap_or_default()].concat())
        }
    }
}
