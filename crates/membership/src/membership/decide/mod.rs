//! Every rule of the membership: one function a command, one file a topic.

pub(crate) mod actor;
mod application;
mod certification;
mod company_data;
mod conflict;
mod correction;
mod eligibility;
mod ending;
mod enforcement;
mod lapse;
mod leaving;
mod security_profile;
mod validation;
mod vetting;

use super::command::MembershipCommand;
use super::event::MembershipEvent;
use super::state::{Identity, Membership};
use super::status::{Status, Verb};
use kernel::{Context, Refusal};

pub use application::check_reapplication;
pub use conflict::{end_conflict_override, override_conflict};
pub use eligibility::account_changed;
pub use security_profile::check_review;

type Decision = Result<Vec<MembershipEvent>, Refusal>;

/// Decides a command: the events that follow from it, none where nothing would change, or a refusal.
pub fn decide(membership: &Membership, command: MembershipCommand, context: &Context) -> Decision {
    if !membership.status.allows(command.verb()) {
        return Err(wrong_status(membership, command.verb()));
    }
    match command {
        MembershipCommand::Apply(command) => application::apply(command, context),
        MembershipCommand::ChangeIdentifiers(command) => {
            company_data::change_identifiers(membership, command, context)
        }
        MembershipCommand::AttachDocument(command) => {
            company_data::attach_document(membership, command, context)
        }
        MembershipCommand::RemoveDocument(command) => {
            company_data::remove_document(membership, command, context)
        }
        MembershipCommand::SetBond(command) => company_data::set_bond(membership, command, context),
        MembershipCommand::DeclareEligibility(command) => {
            eligibility::declare_eligibility(membership, command, context)
        }
        MembershipCommand::RecordDetermination(command) => {
            eligibility::record_determination(membership, command, context)
        }
        MembershipCommand::AssignSpecialist(command) => {
            company_data::assign_specialist(membership, command, context)
        }
        MembershipCommand::SubmitSecurityProfile(command) => {
            security_profile::submit_security_profile(membership, command, context)
        }
        MembershipCommand::ReturnProfile(command) => {
            security_profile::return_profile(membership, command, context)
        }
        MembershipCommand::ApproveProfile(command) => {
            security_profile::approve_profile(membership, command, context)
        }
        MembershipCommand::RecordVettingResult(command) => {
            vetting::record_vetting_result(membership, command, context)
        }
        MembershipCommand::RecommendCertification(command) => {
            certification::recommend_certification(membership, command, context)
        }
        MembershipCommand::Certify(command) => certification::certify(membership, command, context),
        MembershipCommand::Reject(command) => ending::reject(membership, command, context),
        MembershipCommand::FindIneligible(command) => ending::find_ineligible(membership, command, context),
        MembershipCommand::Withdraw(command) => ending::withdraw(membership, command, context),
        MembershipCommand::ExpireApplication(_) => ending::expire_application(membership, context),
        MembershipCommand::CorrectDate(command) => correction::correct_date(membership, command, context),
        MembershipCommand::RecordValidationOutcome(command) => {
            validation::record_validation_outcome(membership, command, context)
        }
        MembershipCommand::ChangeTier(command) => validation::change_tier(membership, command, context),
        MembershipCommand::RecommendEnforcement(command) => {
            enforcement::recommend_enforcement(membership, command, context)
        }
        MembershipCommand::Suspend(command) => enforcement::suspend(membership, command, context),
        MembershipCommand::Remove(command) => enforcement::remove(membership, command, context),
        MembershipCommand::Reinstate(command) => enforcement::reinstate(membership, command, context),
        MembershipCommand::Restore(command) => enforcement::restore(membership, command, context),
        MembershipCommand::RequestWithdrawal(command) => leaving::request_withdrawal(command, context),
        MembershipCommand::Close(command) => leaving::close(membership, &command, context),
        MembershipCommand::TakeBackWithdrawal(command) => {
            leaving::take_back_withdrawal(membership, &command, context)
        }
    }
}

/// A refusal because of what the membership is now, with what would be allowed.
fn refused(membership: &Membership, code: &str, sentence: impl Into<String>) -> Refusal {
    Refusal::state(code, sentence, membership.status.as_str(), &membership.allowed_commands())
}

/// The table does not allow the command in this status.
fn wrong_status(membership: &Membership, verb: Verb) -> Refusal {
    let status = membership.status;
    let (code, sentence) = match (status, verb) {
        (Status::NotApplied, _) => ("not_applied", "There is no application yet.".to_owned()),
        (_, Verb::Apply) => ("already_applied", "There is an application already.".to_owned()),
        (Status::PreApplicant, Verb::RecordVettingResult | Verb::ReturnProfile | Verb::ApproveProfile) => {
            ("profile_not_submitted", "The security profile has not been submitted yet.".to_owned())
        }
        (Status::PreApplicant | Status::Applicant, Verb::RecommendCertification | Verb::Certify) => {
            ("profile_not_approved", "The security profile has not been approved yet.".to_owned())
        }
        (
            Status::Approved | Status::Certified | Status::Validated | Status::Suspended,
            Verb::SubmitSecurityProfile | Verb::ReturnProfile | Verb::ApproveProfile,
        ) => ("profile_already_approved", "The security profile has been approved already.".to_owned()),
        (Status::Suspended, Verb::ChangeTier | Verb::RecordValidationOutcome) => (
            "suspended",
            "Neither the tier nor a validation is recorded while the member is suspended.".to_owned(),
        ),
        (Status::Suspended, Verb::Suspend) => {
            ("already_suspended", "The member is suspended already.".to_owned())
        }
        (Status::Inactive, Verb::SubmitSecurityProfile) => {
            ("application_expired", "The application has expired; apply anew.".to_owned())
        }
        (Status::Certified, Verb::ChangeTier) => {
            ("not_validated", "Only the tier of a validated member is changed.".to_owned())
        }
        (
            Status::Applicant | Status::Approved | Status::Certified | Status::Validated | Status::Suspended,
            Verb::ExpireApplication,
        ) => ("profile_already_submitted", "The security profile was submitted in time.".to_owned()),
        (_, Verb::Reapply) => ("membership_is_live", format!("A membership that is {status} is not ended.")),
        _ => ("wrong_status", format!("A membership that is {status} does not allow {verb}.")),
    };
    refused(membership, code, sentence)
}

/// Whose membership it is. Every status but `not_applied` has one.
fn identity(membership: &Membership) -> Result<&Identity, Refusal> {
    membership
        .identity
        .as_ref()
        .ok_or_else(|| refused(membership, "not_applied", "There is no application yet."))
}
