//! Schemas of closed lists. On input an unlisted value is refused with the list; on output clients must expect values that are not yet
//! listed, so the schema is open there.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};

fn closed(codes: &[&str]) -> Schema {
    Schema::Object(
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("One of the listed values."))
            .enum_values(Some(codes.iter().copied()))
            .build(),
    )
}

fn open(codes: &[&str]) -> Schema {
    Schema::Object(
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[a-z][a-z0-9_]*$"))
            .max_length(Some(80))
            .description(Some(format!("Extensible enum: {}.", codes.join(", "))))
            .examples(codes.first().map(|code| serde_json::Value::from(*code)))
            .build(),
    )
}

macro_rules! codes {
    ($($input:ident, $output:ident = $list:expr;)+) => {
        $(
            #[doc = concat!("The closed list for input: `", stringify!($list), "`.")]
            pub fn $input() -> Schema {
                closed(&$list)
            }

            #[doc = concat!("The open list for output: `", stringify!($list), "`.")]
            pub fn $output() -> Schema {
                open(&$list)
            }
        )+
    };
}

macro_rules! names {
    ($kind:ty) => {
        <$kind>::ALL.iter().map(|code| code.as_str()).collect::<Vec<&'static str>>()
    };
}

/// Any number of roles.
pub fn roles() -> Schema {
    Schema::Array(
        ArrayBuilder::new().items(RefOr::T(role())).max_items(Some(20)).description(Some("Roles.")).build(),
    )
}

use ::criteria::EntityType;
use kernel::Role;
use kernel::identifiers::IdentifierType;
use membership::account::values as account;
use membership::membership as mbr;

/// The company roles, which an account grants.
pub const COMPANY_ROLES: [&str; 3] = ["officer", "employee", "consultant"];
/// Whether a criterion applies.
pub const APPLIES: [&str; 2] = ["yes", "not_applicable"];
/// How far a criterion is met.
pub const MET: [&str; 3] = ["yes", "partly", "no"];
/// How an answer stands in the review.
pub const STANDING: [&str; 5] =
    ["undecided", "accepted", "rejected", "changed_since_accepted", "changed_since_rejected"];

codes! {
    entity_type_in, entity_type = names!(EntityType);
    identifier_type_in, identifier_type = names!(IdentifierType);
    office_in, office = names!(mbr::Office);
    condition_in, condition = names!(mbr::Condition);
    outcome_in, outcome = names!(mbr::Outcome);
    vetting_outcome_in, vetting_outcome = names!(mbr::VettingOutcome);
    vetting_summary_in, vetting_summary = names!(mbr::VettingSummary);
    rejection_in, rejection = names!(mbr::RejectionReason);
    ineligibility_in, ineligibility = names!(mbr::IneligibilityReason);
    withdrawal_in, withdrawal = names!(mbr::WithdrawalReason);
    date_field_in, date_field = names!(mbr::DateField);
    derived_date_field_in, derived_date_field = names!(mbr::DerivedDateField);
    document_kind_in, document_kind = names!(mbr::DocumentKind);
    bond_kind_in, bond_kind = names!(mbr::BondKind);
    bond_term_in, bond_term = names!(mbr::BondTerm);
    debt_in, debt = names!(mbr::DebtDeclaration);
    statement_in, statement = names!(mbr::Statement);
    statement_answer_in, statement_answer = names!(mbr::StatementAnswer);
    tier_in, tier = names!(mbr::Tier);
    status_in, status = names!(mbr::Status);
    determined_by_in, determined_by = names!(mbr::DeterminedBy);
    determination_source_in, determination_source = names!(mbr::DeterminationSource);
    to_do_code_in, to_do_code = names!(mbr::ToDoCode);
    waits_for_in, waits_for = names!(mbr::WaitsFor);
    to_do_resource_in, to_do_resource = names!(mbr::ToDoResource);
    profile_stage_in, profile_stage = names!(mbr::ProfileStage);
    profile_status_in, profile_status = profile::state::Status::ALL.map(profile::state::Status::as_str);
    address_type_in, address_type = names!(account::AddressType);
    ownership_type_in, ownership_type = names!(account::OwnershipType);
    years_in_business_in, years_in_business = names!(account::YearsInBusiness);
    employees_in, employees = names!(account::Employees);
    point_of_contact_in, point_of_contact = names!(account::PointOfContact);
    invitation_status_in, invitation_status = names!(membership::invitation::InvitationStatus);
    company_role_in, company_role = COMPANY_ROLES;
    role_in, role = Role::CALLERS.map(Role::as_str);
    applies_in, applies = APPLIES;
    met_in, met = MET;
    standing_in, standing = STANDING;
    level_in, level = ["must", "should"];
    confidence_in, confidence = ["verified", "secondary", "recalled"];
}
