//! Where a membership stands, and the one table of what each status allows.

use super::code::codes;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a membership stands. Handbook 3.2.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is no application yet. Never seen outside: it is what an empty stream folds to.
    #[default]
    NotApplied,
    /// Company profile and agreement are there, the security profile is not yet.
    PreApplicant,
    /// The security profile was submitted; review and vetting are under way.
    Applicant,
    /// CBP approved the security profile; the certification is still to be decided.
    Approved,
    /// A member. Tier I where tiers are applied.
    Certified,
    /// A member whose validation was passed: Handbook 3.2 says "certified, validated". Tier II or III where tiers are applied.
    Validated,
    /// Every benefit is withheld for a time; ends in reinstatement or removal.
    Suspended,
    /// Expelled. Only an appeal leads back.
    Removed,
    /// CBP refused the application.
    Rejected,
    /// CBP found that the applicant does not meet a condition.
    Ineligible,
    /// The company withdrew.
    Withdrawn,
    /// The security profile was not submitted in time.
    Inactive,
}

impl Status {
    /// Every status that a membership can be seen in, in the order of the life cycle.
    pub const ALL: [Status; 11] = [
        Status::PreApplicant,
        Status::Applicant,
        Status::Approved,
        Status::Certified,
        Status::Validated,
        Status::Suspended,
        Status::Removed,
        Status::Rejected,
        Status::Ineligible,
        Status::Withdrawn,
        Status::Inactive,
    ];

    /// The name used in events and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::NotApplied => "not_applied",
            Status::PreApplicant => "pre_applicant",
            Status::Applicant => "applicant",
            Status::Approved => "approved",
            Status::Certified => "certified",
            Status::Validated => "validated",
            Status::Suspended => "suspended",
            Status::Removed => "removed",
            Status::Rejected => "rejected",
            Status::Ineligible => "ineligible",
            Status::Withdrawn => "withdrawn",
            Status::Inactive => "inactive",
        }
    }

    /// Reads a name; `None` when there is no such status.
    pub fn parse(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether an application is being decided.
    pub const fn is_application(self) -> bool {
        matches!(self, Status::PreApplicant | Status::Applicant | Status::Approved)
    }

    /// Whether the company is a member in good standing.
    pub const fn is_member(self) -> bool {
        matches!(self, Status::Certified | Status::Validated)
    }

    /// Whether the membership has ended, so that only a new application can follow, or an appeal against a removal.
    pub const fn is_ended(self) -> bool {
        matches!(
            self,
            Status::Removed | Status::Rejected | Status::Ineligible | Status::Withdrawn | Status::Inactive
        )
    }

    /// The table: what this status allows. What else a command needs (a vetting that was passed, a recommendation, …) is
    /// taken into account by [`super::Membership::allowed_commands`].
    pub const fn verbs(self) -> &'static [Verb] {
        match self {
            Status::NotApplied => &[Verb::Apply],
            Status::PreApplicant => &[
                Verb::ChangeIdentifiers,
                Verb::AttachDocument,
                Verb::RemoveDocument,
                Verb::SetBond,
                Verb::DeclareEligibility,
                Verb::RecordDetermination,
                Verb::AssignSpecialist,
                Verb::Reject,
                Verb::FindIneligible,
                Verb::Withdraw,
                Verb::CorrectDate,
                Verb::SubmitSecurityProfile,
                Verb::ExpireApplication,
            ],
            Status::Applicant => &[
                Verb::ChangeIdentifiers,
                Verb::AttachDocument,
                Verb::RemoveDocument,
                Verb::SetBond,
                Verb::DeclareEligibility,
                Verb::RecordDetermination,
                Verb::AssignSpecialist,
                Verb::RecordVettingResult,
                Verb::Reject,
                Verb::FindIneligible,
                Verb::Withdraw,
                Verb::CorrectDate,
                Verb::SubmitSecurityProfile,
                Verb::ReturnProfile,
                Verb::ApproveProfile,
            ],
            Status::Approved => &[
                Verb::ChangeIdentifiers,
                Verb::AttachDocument,
                Verb::RemoveDocument,
                Verb::SetBond,
                Verb::DeclareEligibility,
                Verb::RecordDetermination,
                Verb::AssignSpecialist,
                Verb::RecordVettingResult,
                Verb::RecommendCertification,
                Verb::Certify,
                Verb::Reject,
                Verb::FindIneligible,
                Verb::Withdraw,
                Verb::CorrectDate,
            ],
            Status::Certified => &[
                Verb::ChangeIdentifiers,
                Verb::AttachDocument,
                Verb::RemoveDocument,
                Verb::SetBond,
                Verb::DeclareEligibility,
                Verb::RecordDetermination,
                Verb::AssignSpecialist,
                Verb::CorrectDate,
                Verb::RecordValidationOutcome,
                Verb::RecommendEnforcement,
                Verb::Suspend,
                Verb::Remove,
                Verb::Reinstate,
                Verb::RequestWithdrawal,
                Verb::TakeBackWithdrawal,
                Verb::Close,
                Verb::Restore,
            ],
            Status::Validated => &[
                Verb::ChangeIdentifiers,
                Verb::AttachDocument,
                Verb::RemoveDocument,
                Verb::SetBond,
                Verb::DeclareEligibility,
                Verb::RecordDetermination,
                Verb::AssignSpecialist,
                Verb::CorrectDate,
                Verb::RecordValidationOutcome,
                Verb::ChangeTier,
                Verb::RecommendEnforcement,
                Verb::Suspend,
                Verb::Remove,
                Verb::Reinstate,
                Verb::RequestWithdrawal,
                Verb::TakeBackWithdrawal,
                Verb::Close,
                Verb::Restore,
            ],
            Status::Suspended => &[
                Verb::ChangeIdentifiers,
                Verb::AttachDocument,
                Verb::RemoveDocument,
                Verb::SetBond,
                Verb::DeclareEligibility,
                Verb::RecordDetermination,
                Verb::AssignSpecialist,
                Verb::CorrectDate,
                Verb::RecommendEnforcement,
                Verb::Remove,
                Verb::Reinstate,
                Verb::RequestWithdrawal,
                Verb::TakeBackWithdrawal,
                Verb::Close,
                Verb::Restore,
            ],
            Status::Removed => &[Verb::Reapply, Verb::CorrectDate, Verb::Restore],
            Status::Rejected | Status::Ineligible | Status::Withdrawn | Status::Inactive => {
                &[Verb::Reapply, Verb::CorrectDate]
            }
        }
    }

    /// Whether the table allows a command in this status.
    pub fn allows(self, verb: Verb) -> bool {
        self.verbs().contains(&verb)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

codes! {
    /// Every command by its name in the URL. Handbook 3.3.
    pub enum Verb {
        /// Apply for a membership; by URL this is the creation of one.
        Apply = "apply",
        /// Replace the list of identifiers.
        ChangeIdentifiers = "change-identifiers",
        /// Attach a document by reference.
        AttachDocument = "attach-document",
        /// Take a document off.
        RemoveDocument = "remove-document",
        /// Record the bond.
        SetBond = "set-bond",
        /// Declare trading, debts and what the type asks for.
        DeclareEligibility = "declare-eligibility",
        /// Record a determination on a condition.
        RecordDetermination = "record-determination",
        /// Assign specialist and office.
        AssignSpecialist = "assign-specialist",
        /// Record the result of the vetting.
        RecordVettingResult = "record-vetting-result",
        /// Recommend the certification.
        RecommendCertification = "recommend-certification",
        /// Certify.
        Certify = "certify",
        /// Refuse the application.
        Reject = "reject",
        /// Find the applicant ineligible.
        FindIneligible = "find-ineligible",
        /// Withdraw the application.
        Withdraw = "withdraw",
        /// Record that a validation was passed.
        RecordValidationOutcome = "record-validation-outcome",
        /// Raise or lower the tier.
        ChangeTier = "change-tier",
        /// Recommend a suspension, a removal or a reinstatement.
        RecommendEnforcement = "recommend-enforcement",
        /// Withhold benefits, all of them or some.
        Suspend = "suspend",
        /// Expel.
        Remove = "remove",
        /// Lift a suspension.
        Reinstate = "reinstate",
        /// Ask to leave.
        RequestWithdrawal = "request-withdrawal",
        /// Close what the company asked to leave.
        Close = "close",
        /// Take back that the company asked to leave.
        TakeBackWithdrawal = "take-back-withdrawal",
        /// Give back what stood before an action; follows from an appeal that was granted.
        Restore = "restore",
        /// Apply anew after an end.
        Reapply = "reapply",
        /// Mend a date that was recorded wrong.
        CorrectDate = "correct-date",
        /// Take in that the security profile was submitted; follows from the profile.
        SubmitSecurityProfile = "submit-security-profile",
        /// Take in that the security profile was returned; follows from the profile.
        ReturnProfile = "return-profile",
        /// Take in that the security profile was approved; follows from the profile.
        ApproveProfile = "approve-profile",
        /// End an application whose time has run out; follows from the clock.
        ExpireApplication = "expire-application",
    }
}

impl Verb {
    /// Whether the command has a URL of its own under a membership. The others follow from the profile, from the clock or
    /// from the creation of a membership, and are no advice to a caller.
    pub const fn in_url(self) -> bool {
        !matches!(
            self,
            Verb::Apply
                | Verb::SubmitSecurityProfile
                | Verb::ReturnProfile
                | Verb::ApproveProfile
                | Verb::ExpireApplication
                | Verb::Restore
        )
    }
}
