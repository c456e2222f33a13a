//! Aggregate: a membership, one business entity of one type, from application onwards. Handbook 2.1, 2.2, 3.1 to 3.5.
//!
//! # Life cycle (Handbook 3.3)
//!
//! | From | To | Command | Who | Rule |
//! |---|---|---|---|---|
//! | (none) | pre_applicant | [`Apply`] | company officer | identifiers, documents and invitation of the type; no identifier of another live membership of the account and type; an officer (C3); the agreement accepted (C4) |
//! | pre_applicant | inactive | [`ExpireApplication`] | the portal's clock | the last day to submit the profile is past |
//! | pre_applicant | applicant | [`SubmitSecurityProfile`] | company officer | in time; nothing is missing that the applicant can give |
//! | applicant | applicant | [`ReturnProfile`] | CBP staff | under review; a specialist assigned; at least one answer rejected |
//! | applicant | applicant | [`SubmitSecurityProfile`] | company officer | after a return |
//! | applicant | approved | [`ApproveProfile`] | CBP staff | under review; a specialist assigned |
//! | applicant, approved | same | [`RecordVettingResult`] | CBP staff | the newest result counts |
//! | approved | approved | [`RecommendCertification`] | CBP staff | a specialist assigned; vetting passed; every condition settled; the bond that the type needs |
//! | approved | certified | [`Certify`] | supervisor or programme director | recommended by somebody else; everything checked again |
//! | pre_applicant, applicant, approved | rejected | [`Reject`] | CBP staff | reason code and text |
//! | pre_applicant, applicant, approved | ineligible | [`FindIneligible`] | CBP staff | reason code of the condition, and text |
//! | pre_applicant, applicant, approved | withdrawn | [`Withdraw`] | officer or employee | reason |
//! | certified | validated | [`RecordValidationOutcome`] | supervisor or programme director | a validation that was passed, reported by somebody else; Tier II, or III with qualifying best practices |
//! | validated | same | [`RecordValidationOutcome`] | supervisor or programme director | renewed; the tier stays or rises |
//! | any | same | [`OverrideConflict`], [`EndConflictOverride`] | programme director, not for oneself | somebody of CBP with a role in the company's account; reason |
//! | validated | same | [`ChangeTier`] | supervisor or programme director | reason; assessed by somebody else |
//! | certified, validated | suspended, or the same where partial | [`Suspend`] | programme director | recommended by somebody else; one action a cause; only benefits that the member has |
//! | certified, validated | removed | [`Remove`] | programme director | recommended; aggravated circumstances or knowingly false information |
//! | suspended | the status before | [`Reinstate`] | programme director | recommended; a corrective plan with objectives, dates and consent to unannounced visits |
//! | suspended | removed | [`Remove`] | programme director | recommended; the time to answer is over, no appeal is open |
//! | suspended, removed | the status before | [`Restore`] | programme director | follows from an appeal that was granted; no other live membership of the account and type uses its identifiers |
//! | certified, validated, suspended | same | [`RequestWithdrawal`] | point of contact | reason |
//! | certified, validated, suspended | same | [`TakeBackWithdrawal`] | point of contact | asked for, and not closed yet |
//! | certified, validated, suspended | withdrawn | [`Close`] | supervisor or programme director | asked for; no appeal is open |
//! | removed, rejected, ineligible, withdrawn, inactive | a new membership | [`Apply`] after [`check_reapplication`] | company officer | no waiting period runs |
//!
//! Without moving the status: [`RecommendEnforcement`] (staff); [`ChangeIdentifiers`], [`AttachDocument`], [`RemoveDocument`] (company); [`SetBond`],
//! [`RecordDetermination`], [`AssignSpecialist`] (staff); [`DeclareEligibility`] (officer or employee); [`CorrectDate`]
//! (supervisor or programme director, in every status).
//!
//! No path leads to certified while the vetting is open or failed. [`Status::verbs`] is the one table of what a status allows;
//! every refusal quotes it through [`Membership::allowed_commands`].
//!
//! # Choices that the handbook leaves open
//!
//! - **Four state machines** (Handbook 3.1): status, tier, the standing of the profile and enforcement are kept apart. A suspension of
//!   some benefits leaves the status; the entries of the register are the aggregate [`crate::enforcement`]; a removal leaves tier and
//!   profile as they are, since an appeal may give them back. The profile itself
//!   is another aggregate; the membership only knows that it was submitted, returned or approved.
//! - **Tiers** are kept for importers and exporters (Handbook 3.2); other types are certified without one.
//! - **The clock of 90 days** (6 U.S.C. 964(c)) runs from the first submission; a return does not move it. It is a target, not a bar.
//! - **A recommendation lapses** when vetting, a condition, the account, the bond or the identifiers change so that the membership could no
//!   longer be certified. Changing identifiers opens a passed vetting again, since it was about others.
//! - **Approving the profile confirms C8**, whose evidence is the profile's content; a denial of the company, or a determination
//!   of staff, stands until staff settle it by name.
//! - **The account**: what follows from it for the conditions ([`account_changed`]) is recorded with the change of the account itself.
//! - **The specialist** (Handbook 1.4 and 4.4): whoever reviews and recommends, nobody is certified before a specialist is assigned.
//! - **Vetting and C7**: a result determines C7; certification needs both.
//! - **Identifiers used twice** (Handbook 2.4): within an account a second live membership of a type is refused; across accounts
//!   it is taken, and certified only with a reason that staff give.
//! - **An earlier value of a mended date** stays in [`Membership::corrections`]; what follows from the date keeps its distance. An application
//!   whose last day would be past by it ends in the same step, when that is said to be meant.
//!
//! Nothing here reads a clock, a random source or a database. Texts of staff and companies must name no person.

#![allow(clippy::result_large_err, reason = "a refusal is rare and carries everything its reader needs")]

mod aggregate;
mod assessment;
pub mod benefits;
pub mod body_rules;
pub mod bond;
pub(crate) mod code;
pub mod command;
mod decide;
pub mod declaration;
pub mod document;
pub mod eligibility;
pub mod entity_requirements;
pub mod event;
mod evolve;
pub mod facts;
pub mod identifier;
pub mod state;
pub mod status;
pub mod to_do;
mod valid_time;
pub mod values;

pub use assessment::describe_countries;
pub use bond::{Bond, BondKind, BondTerm};
pub use command::{
    Apply, ApproveProfile, AssignSpecialist, AttachDocument, Certify, ChangeIdentifiers, ChangeTier, Close,
    CorrectDate, DeclareEligibility, EndConflictOverride, ExpireApplication, FindIneligible, InForce,
    MembershipCommand, OverrideConflict, RecommendCertification, RecommendEnforcement, RecordDetermination,
    RecordValidationOutcome, RecordVettingResult, Reinstate, Reject, Remark, Remove, RemoveDocument,
    RequestWithdrawal, Restore, ReturnProfile, SetBond, SubmitSecurityProfile, Suspend, TakeBackWithdrawal,
    ValidationReference, Withdraw,
};
pub(crate) use decide::actor as decide_actor;
pub use decide::{
    account_changed, check_reapplication, check_review, decide, end_conflict_override, override_conflict,
};
pub use declaration::{DebtDeclaration, Declarations, Statement, StatementAnswer};
pub use document::{AttachedDocument, Document, DocumentKind, Sha256};
pub use eligibility::{Condition, Determination, DeterminationSource, DeterminedBy, Outcome, SettledBy};
pub use event::{AcceptedConflict, LapseCause, MembershipEvent};
pub use evolve::evolve;
pub use facts::{AcceptedAgreement, AccountFacts};
pub use identifier::{CheckedIdentifier, IdentifierUse};
pub use state::{
    ActionInForce, Assignment, ConflictOverride, Correction, Dates, Ending, EnforcementRecommendation,
    EnforcementStanding, Membership, PassedValidation, ProfileStage, Recommendation, Vetting,
    WithdrawalRequest,
};
pub use status::{Status, Verb};
pub use to_do::{ToDo, ToDoCode, ToDoItem, ToDoResource, WaitsFor, identifier_conflict, to_do};
pub use valid_time::holds_from;
pub use values::{
    DateField, DerivedDateField, IneligibilityReason, Office, RejectionReason, Tier, TierChangeReason,
    ValidationOutcome, VettingOutcome, VettingSummary, WithdrawalReason,
};
