//! What can be asked of a membership. Values are typed; their shapes were checked at the edge.

use super::benefits::Benefit;
use super::bond::Bond;
use super::declaration::Declarations;
use super::document::Document;
use super::eligibility::{Condition, Outcome};
use super::facts::AccountFacts;
use super::identifier::IdentifierUse;
use super::status::Verb;
use super::values::{
    DateField, IneligibilityReason, Office, RejectionReason, Tier, TierChangeReason, VettingOutcome,
    VettingSummary, WithdrawalReason,
};
use crate::enforcement::{Cause, CorrectivePlan, EnforcementKind, ReasonCode};
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::identifiers::Identifier;
use kernel::{
    AccountId, AppealId, CountryCode, DocumentId, EnforcementActionId, InvitationId, MembershipId, PersonId,
    ProfileId, Text,
};

/// Words that go with a decision. They must name no person.
pub type Remark = Text<4000>;

/// By which name CBP keeps a validation, as typed.
pub type ValidationReference = Text<60>;

/// Apply for a membership. Handbook 3.3: SubmitCompanyProfile and AcceptAgreement.
#[derive(Debug, Clone, PartialEq)]
pub struct Apply {
    /// The membership, a new id.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// The security profile that will go with it, a new id.
    pub profile_id: ProfileId,
    /// The type applied for.
    pub entity_type: EntityType,
    /// Where the company is established.
    pub country_of_establishment: CountryCode,
    /// Its identifiers.
    pub identifiers: Vec<Identifier>,
    /// Its documents.
    pub documents: Vec<Document>,
    /// What it declares already.
    pub declarations: Declarations,
    /// The invitation that is redeemed with the application; the portal has checked it.
    pub invitation_id: Option<InvitationId>,
    /// The ended membership that this one follows; see [`super::check_reapplication`].
    pub previous_membership_id: Option<MembershipId>,
    /// What the account says.
    pub account: AccountFacts,
    /// How many places of the type's pilot are taken; 0 for types that are no pilot.
    pub pilot_places_taken: u32,
    /// Which other live memberships of the account use identifiers for this type.
    pub in_use: Vec<IdentifierUse>,
    /// The first day on which the account may apply for this type, where an earlier membership left it a waiting time.
    pub waits_until: Option<NaiveDate>,
}

/// Replace the whole list of identifiers.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeIdentifiers {
    /// The new list.
    pub identifiers: Vec<Identifier>,
    /// What the account says.
    pub account: AccountFacts,
    /// Which other live memberships of the account use identifiers for this type.
    pub in_use: Vec<IdentifierUse>,
}

/// Attach a document by reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachDocument {
    /// The document.
    pub document: Document,
}

/// Take a document off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveDocument {
    /// Which one.
    pub document_id: DocumentId,
}

/// Record the bond. Staff only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetBond {
    /// The bond.
    pub bond: Bond,
}

/// Declare trading, debts and the statements of the type. What is absent stays as it was declared before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclareEligibility {
    /// What is declared.
    pub declarations: Declarations,
}

/// Record a determination of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordDetermination {
    /// The condition.
    pub condition: Condition,
    /// What was determined.
    pub outcome: Outcome,
    /// When; today where absent.
    pub determined_on: Option<NaiveDate>,
    /// On which basis.
    pub basis: Remark,
}

/// Assign the specialist and the office that look after the membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignSpecialist {
    /// The specialist.
    pub specialist: PersonId,
    /// The office.
    pub office: Office,
}

/// Take in that the security profile was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitSecurityProfile {
    /// What the account says.
    pub account: AccountFacts,
}

/// Take in that the security profile was returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnProfile {
    /// How many answers were rejected.
    pub rejected_answers: u32,
    /// The last day to answer, if one is set. The programme publishes none for applicants.
    pub answer_due_on: Option<NaiveDate>,
}

/// Take in that the security profile was approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveProfile {
    /// The number of the snapshot that was approved.
    pub snapshot_number: u32,
}

/// Record the result of the vetting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordVettingResult {
    /// The result.
    pub outcome: VettingOutcome,
    /// The day on which it was determined.
    pub determined_on: NaiveDate,
    /// The result in one code.
    pub summary: VettingSummary,
}

/// Recommend the certification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecommendCertification {
    /// What the account says.
    pub account: AccountFacts,
    /// Why, if there is something to say.
    pub remark: Option<Remark>,
    /// Which other live memberships of the type use its identifiers.
    pub in_use: Vec<IdentifierUse>,
    /// Why it may be certified although others use its identifiers.
    pub identifier_conflict_reason: Option<Remark>,
}

/// Certify. Somebody other than the one who recommended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certify {
    /// What the account says.
    pub account: AccountFacts,
    /// Which other live memberships of the type use its identifiers.
    pub in_use: Vec<IdentifierUse>,
    /// Why it may be certified although others use its identifiers; needed where the recommendation has not said so of all of them.
    pub identifier_conflict_reason: Option<Remark>,
}

/// Refuse the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Why, in one code.
    pub reason: RejectionReason,
    /// Why, in words for the company.
    pub text: Remark,
}

/// Find the applicant ineligible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindIneligible {
    /// The condition that is not met.
    pub condition: Condition,
    /// Why, in one code that belongs to the condition.
    pub reason: IneligibilityReason,
    /// Why, in words for the company.
    pub text: Remark,
}

/// Withdraw the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    /// Why, in one code.
    pub reason: WithdrawalReason,
    /// Why, in words; needed where the code is `other`.
    pub text: Option<Remark>,
}

/// End an application whose security profile did not come in time. The portal's clock asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpireApplication {}

/// Mend a date that was recorded wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectDate {
    /// Which date.
    pub field: DateField,
    /// What it should have been.
    pub value: NaiveDate,
    /// Why.
    pub reason: Remark,
    /// Whether an application may end by it at once.
    pub accept_expiry: bool,
}

/// Record that a validation was passed. Handbook 3.3: RecordValidationOutcome and RecordRevalidationOutcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordValidationOutcome {
    /// The validation.
    pub validation_reference: ValidationReference,
    /// The day on which it was passed.
    pub validated_on: NaiveDate,
    /// Which best practices qualify, and why; needed for Tier III and for nothing else.
    pub best_practices: Option<Remark>,
    /// The day by which the next validation is due, where it is to be sooner than policy says.
    pub revalidation_due_on: Option<NaiveDate>,
    /// The specialist who wrote the report.
    pub reported_by: PersonId,
}

/// Let somebody of CBP act on the membership although they have a role in the company's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideConflict {
    /// Who.
    pub person_id: PersonId,
    /// Why that is no bar.
    pub reason: Remark,
    /// Whether this is somebody of CBP with a role in the account; the portal has looked.
    pub has_conflict: bool,
}

/// End that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndConflictOverride {
    /// Who.
    pub person_id: PersonId,
    /// Why.
    pub reason: Remark,
}

/// Raise or lower the tier of a validated member. Handbook 3.3: ChangeTier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeTier {
    /// The tier.
    pub tier: Tier,
    /// Why, in one code.
    pub reason: TierChangeReason,
    /// Why, in words for the company.
    pub text: Remark,
    /// The specialist who assessed it.
    pub assessed_by: PersonId,
}

/// What an enforcement action that is in force says. It is an aggregate of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The action.
    pub enforcement_action_id: EnforcementActionId,
    /// What was decided.
    pub action: EnforcementKind,
    /// Why.
    pub reason: ReasonCode,
    /// What gave cause.
    pub cause: Cause,
    /// The last day to answer it.
    pub answer_due_on: Option<NaiveDate>,
    /// Whether an appeal against it is open.
    pub appeal_open: bool,
    /// The newest plan with which the company answered it.
    pub plan: Option<CorrectivePlan>,
}

/// Recommend an enforcement action to the programme director.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecommendEnforcement {
    /// What.
    pub action: EnforcementKind,
    /// Why, in one code.
    pub reason: ReasonCode,
    /// Why, in words for the programme director.
    pub text: Remark,
}

/// Withhold benefits for a time. Handbook 3.3: Suspend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspend {
    /// The enforcement action, a new id.
    pub enforcement_action_id: EnforcementActionId,
    /// The benefits to withhold; none stands for all.
    pub withheld_benefits: Vec<Benefit>,
    /// Why, in one code.
    pub reason: ReasonCode,
    /// What gave cause.
    pub cause: Option<Cause>,
    /// What is in force.
    pub in_force: Vec<InForce>,
}

/// Expel. Handbook 3.3: Remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remove {
    /// The enforcement action, a new id.
    pub enforcement_action_id: EnforcementActionId,
    /// Why, in one code.
    pub reason: ReasonCode,
    /// What gave cause.
    pub cause: Option<Cause>,
    /// What is in force.
    pub in_force: Vec<InForce>,
}

/// Lift a suspension. Handbook 3.3: Reinstate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reinstate {
    /// The enforcement action, a new id.
    pub enforcement_action_id: EnforcementActionId,
    /// The suspension to lift.
    pub suspension: EnforcementActionId,
    /// What is in force.
    pub in_force: Vec<InForce>,
}

/// Give back what stood before an action, because an appeal was granted. Handbook 3.3: GrantAppeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// The action that is undone.
    pub enforcement_action_id: EnforcementActionId,
    /// The appeal that was granted.
    pub appeal_id: AppealId,
    /// Which other live memberships of the type use its identifiers.
    pub in_use: Vec<IdentifierUse>,
    /// Why that is no bar, where others do.
    pub identifier_conflict_reason: Option<Remark>,
}

/// Ask to leave. Handbook 3.3: RequestWithdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestWithdrawal {
    /// What the account says: who its points of contact are.
    pub account: AccountFacts,
    /// Why, in one code.
    pub reason: WithdrawalReason,
    /// Why, in words; needed where the code is `other`.
    pub text: Option<Remark>,
}

/// Close what the company asked to leave. Handbook 3.3: CloseAccount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// What is in force.
    pub in_force: Vec<InForce>,
}

/// Take back that the company asked to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBackWithdrawal {
    /// What the account says: who its points of contact are.
    pub account: AccountFacts,
    /// What is in force.
    pub in_force: Vec<InForce>,
}

macro_rules! commands {
    ($($(#[doc = $doc:expr])+ $name:ident,)+) => {
        /// Every command.
        #[derive(Debug, Clone, PartialEq)]
        pub enum MembershipCommand {
            $($(#[doc = $doc])+ $name($name),)+
        }

        impl MembershipCommand {
            /// The command by its name in the table of [`super::Status::verbs`].
            pub const fn verb(&self) -> Verb {
                match self { $(MembershipCommand::$name(_) => Verb::$name,)+ }
            }
        }

        $(
            impl From<$name> for MembershipCommand {
                fn from(command: $name) -> Self {
                    MembershipCommand::$name(command)
                }
            }
        )+
    };
}

commands! {
    /// Apply for a membership.
    Apply,
    /// Replace the list of identifiers.
    ChangeIdentifiers,
    /// Attach a document.
    AttachDocument,
    /// Take a document off.
    RemoveDocument,
    /// Record the bond.
    SetBond,
    /// Declare eligibility.
    DeclareEligibility,
    /// Record a determination of staff.
    RecordDetermination,
    /// Assign specialist and office.
    AssignSpecialist,
    /// The security profile was submitted.
    SubmitSecurityProfile,
    /// The security profile was returned.
    ReturnProfile,
    /// The security profile was approved.
    ApproveProfile,
    /// Record the result of the vetting.
    RecordVettingResult,
    /// Recommend the certification.
    RecommendCertification,
    /// Certify.
    Certify,
    /// Refuse the application.
    Reject,
    /// Find the applicant ineligible.
    FindIneligible,
    /// Withdraw the application.
    Withdraw,
    /// End an application whose time has run out.
    ExpireApplication,
    /// Mend a date.
    CorrectDate,
    /// Record that a validation was passed.
    RecordValidationOutcome,
    /// Raise or lower the tier.
    ChangeTier,
    /// Recommend an enforcement action.
    RecommendEnforcement,
    /// Withhold benefits.
    Suspend,
    /// Expel.
    Remove,
    /// Lift a suspension.
    Reinstate,
    /// Give back what stood before.
    Restore,
    /// Ask to leave.
    RequestWithdrawal,
    /// Close what the company asked to leave.
    Close,
    /// Take back that the company asked to leave.
    TakeBackWithdrawal,
}
