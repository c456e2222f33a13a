//! Schemas of closed lists. On input an unlisted value is refused with the list; on output clients must expect values that are not yet
//! listed, so the schema is open there. A member takes one with `#[schema(inline, value_type = …)]`, so that its own description stands
//! before that of the list.

use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

fn closed(codes: &[&str]) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("One of the listed values."))
        .enum_values(Some(codes.iter().copied()))
        .into()
}

fn open(codes: &[&str]) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[a-z][a-z0-9_]*$"))
        .max_length(Some(80))
        .description(Some(format!("Extensible enum: {}.", codes.join(", "))))
        .examples(codes.first().map(|code| serde_json::Value::from(*code)))
        .into()
}

macro_rules! list {
    ($name:ident, $make:ident, $list:expr, $doc:literal) => {
        #[doc = concat!($doc, ": `", stringify!($list), "`.")]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $make(&$list)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}

macro_rules! codes {
    ($($input:ident, $output:ident = $list:expr;)+) => {
        $(
            list!($input, closed, $list, "The closed list for input");
            list!($output, open, $list, "The open list for output");
        )+
    };
}

macro_rules! inputs {
    ($($input:ident = $list:expr;)+) => {
        $(list!($input, closed, $list, "The closed list for input");)+
    };
}

macro_rules! outputs {
    ($($output:ident = $list:expr;)+) => {
        $(list!($output, open, $list, "The open list for output");)+
    };
}

macro_rules! names {
    ($kind:ty) => {
        <$kind>::ALL.iter().map(|code| code.as_str()).collect::<Vec<&'static str>>()
    };
}

use ::criteria::EntityType;
use kernel::Role;
use kernel::identifiers::IdentifierType;
use membership::account::values as account;
use membership::enforcement as enf;
use membership::membership as mbr;
use membership::membership::benefits::Benefit;
use membership::membership::entity_requirements::Need;
use profile::MissingReason;

/// The company roles, which an account grants.
pub const COMPANY_ROLES: [&str; 3] = ["officer", "employee", "consultant"];
/// Whether a criterion applies.
pub const APPLIES: [&str; 2] = ["yes", "not_applicable"];
/// How far a criterion is met.
pub const MET: [&str; 3] = ["yes", "partly", "no"];
/// How an answer stands in the review.
pub const STANDING: [&str; 5] =
    ["undecided", "accepted", "rejected", "changed_since_accepted", "changed_since_rejected"];

/// The kinds of things that events happen to.
pub const AGGREGATES: [&str; 8] = [
    "account",
    "invitation",
    "membership",
    "enforcement_action",
    "profile",
    "incident",
    "obligation",
    "calendar",
];
/// Who has to act next.
pub const WAITING_FOR: [&str; 4] = ["specialist", "supervisor", "programme_director", "company"];
/// What has to be done next, where somebody waits for it.
const NEXT_STEP: [&str; 9] = [
    "submit_profile",
    "assign_specialist",
    "review_profile",
    "answer_returned_profile",
    "recommend_certification",
    "certify",
    "answer_suspension",
    "decide_on_plan",
    "close_membership",
];
/// What is due next on a day: the next step, or the validation of a member for which nobody waits.
const DUE_FOR: [&str; 8] = [
    "submit_profile",
    "assign_specialist",
    "review_profile",
    "answer_returned_profile",
    "recommend_certification",
    "certify",
    "answer_suspension",
    "validation",
];
/// Whether a type can be applied for without an invitation.
const INVITATION: [&str; 3] = ["not_needed", "always", "unless_established_in"];

/// Why a membership has ended, however it did.
fn endings() -> Vec<&'static str> {
    let mut all = names!(mbr::RejectionReason);
    all.extend(names!(mbr::IneligibilityReason));
    all.extend(names!(mbr::WithdrawalReason));
    all.extend(names!(enf::ReasonCode));
    all.push(mbr::Ending::Expired.reason_code());
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|code| seen.insert(*code));
    all
}

codes! {
    EntityTypeIn, EntityTypeOut = names!(EntityType);
    IdentifierTypeIn, IdentifierTypeOut = names!(IdentifierType);
    OfficeIn, OfficeOut = names!(mbr::Office);
    ConditionIn, ConditionOut = names!(mbr::Condition);
    OutcomeIn, OutcomeOut = names!(mbr::Outcome);
    VettingOutcomeIn, VettingOutcomeOut = names!(mbr::VettingOutcome);
    VettingSummaryIn, VettingSummaryOut = names!(mbr::VettingSummary);
    EnforcementKindIn, EnforcementKindOut = names!(enf::EnforcementKind);
    ReasonCodeIn, ReasonCodeOut = names!(enf::ReasonCode);
    CauseKindIn, CauseKindOut = names!(enf::CauseKind);
    EntryFieldIn, EntryFieldOut = names!(enf::EntryField);
    BenefitIn, BenefitOut = names!(Benefit);
    TierIn, TierOut = names!(mbr::Tier);
    DateFieldIn, DateFieldOut = names!(mbr::DateField);
    DocumentKindIn, DocumentKindOut = names!(mbr::DocumentKind);
    BondKindIn, BondKindOut = names!(mbr::BondKind);
    BondTermIn, BondTermOut = names!(mbr::BondTerm);
    DebtIn, DebtOut = names!(mbr::DebtDeclaration);
    StatementIn, StatementOut = names!(mbr::Statement);
    StatementAnswerIn, StatementAnswerOut = names!(mbr::StatementAnswer);
    AddressTypeIn, AddressTypeOut = names!(account::AddressType);
    PointOfContactIn, PointOfContactOut = names!(account::PointOfContact);
    CompanyRoleIn, CompanyRoleOut = COMPANY_ROLES;
    IncidentKindIn, IncidentKindOut = names!(incident::Kind);
    DiscoveredByIn, DiscoveredByOut = names!(incident::DiscoveredBy);
    PartyRoleIn, PartyRoleOut = names!(incident::PartyRole);
    FactGroupIn, FactGroupOut = names!(incident::FactGroup);
    ModeIn, ModeOut = names!(incident::Mode);
    NotifiedIn, NotifiedOut = names!(incident::Notified);
    VerdictIn, VerdictOut = names!(incident::Verdict);
    ConclusionIn, ConclusionOut = names!(incident::Conclusion);
    OutcomeOfIncidentIn, OutcomeOfIncidentOut = names!(incident::Outcome);
    RiskIn, RiskOut = names!(incident::Risk);
    CargoNumberTypeIn, CargoNumberTypeOut = names!(kernel::cargo::CargoNumberType);
    WithdrawalIn, WithdrawalOut = names!(mbr::WithdrawalReason);
    AppliesIn, AppliesOut = APPLIES;
    MetIn, MetOut = MET;
}

inputs! {
    RejectionIn = names!(mbr::RejectionReason);
    IneligibilityIn = names!(mbr::IneligibilityReason);
    TierChangeIn = names!(mbr::TierChangeReason);
    OwnershipTypeIn = names!(account::OwnershipType);
    YearsInBusinessIn = names!(account::YearsInBusiness);
    EmployeesIn = names!(account::Employees);
}

outputs! {
    SignOut = ["container", "seal", "entry", "seizure", "place_and_time", "account_and_time"];
    FactFieldOut = [
        "kind", "discovered_by", "occurred", "discovered", "place", "conveyance", "numbers", "goods", "quantity",
    ];
    StageOut = names!(incident::Stage);
    IncidentStatusOut = names!(incident::Status);
    DisclosureOut = names!(incident::Disclosure);
    KeptTextOut = ["kept", "erased", "altered"];
    RetainedKindOut = ["person", "applicant"];
    ErasureKindOut = ["person", "text", "applicant"];
    MissingFactOut = ["place", "conveyance", "numbers", "goods"];
    ObligationKindOut = names!(obligations::Kind);
    CalendarStatusOut = names!(obligations::CalendarStatus);
    OwnerOut = names!(obligations::Owner);
    StandingOfObligationOut = names!(obligations::Standing);
    DerivedDateFieldOut = names!(mbr::DerivedDateField);
    ScopeOut = names!(enf::Scope);
    ActionStatusOut = names!(enf::ActionStatus);
    EndKindOut = names!(enf::EndKind);
    AppealStatusOut = names!(enf::AppealStatus);
    BenefitStateOut = ["granted", "withheld"];
    BasisKindOut = ["statute", "portal_manual", "cbp_page", "secondary_source", "design_choice"];
    ValidationOutcomeOut = names!(mbr::ValidationOutcome);
    StatusOut = names!(mbr::Status);
    DeterminedByOut = names!(mbr::DeterminedBy);
    DeterminationSourceOut = names!(mbr::DeterminationSource);
    ToDoCodeOut = names!(mbr::ToDoCode);
    WaitsForOut = names!(mbr::WaitsFor);
    ToDoResourceOut = names!(mbr::ToDoResource);
    ProfileStageOut = names!(mbr::ProfileStage);
    ProfileStatusOut = profile::state::Status::ALL.map(profile::state::Status::as_str);
    InvitationStatusOut = names!(membership::invitation::InvitationStatus);
    RoleOut = Role::CALLERS.map(Role::as_str);
    StandingOut = STANDING;
    LevelOut = ["must", "should"];
    WaitingForOut = WAITING_FOR;
    NextStepOut = NEXT_STEP;
    DueForOut = DUE_FOR;
    EndingOut = endings();
    MissingReasonOut = [MissingReason::Unanswered, MissingReason::ReasonMissing, MissingReason::UnchangedSinceRejection]
        .map(MissingReason::as_str);
    DecisionOut = ["accepted", "rejected"];
    NeedOut = [Need::Required, Need::RequiredIfMexican, Need::IfApplicable, Need::OnRequest].map(Need::as_str);
    InvitationOut = INVITATION;
    PersonKindOut = ["contact", "staff", "machine", "portal"];
    ActorKindOut = ["company_user", "staff", "machine", "system"];
    ActorRoleOut = Role::CALLERS.into_iter().chain([Role::System]).map(Role::as_str).collect::<Vec<_>>();
    AggregateOut = AGGREGATES;
    ConfidenceOut = ["verified", "secondary", "recalled"];
}
