//! The closed lists of enforcement, and the values that a decision is made of. Handbook 3.6.

use crate::membership::code::codes;
use chrono::NaiveDate;
use kernel::Text;
use serde::{Deserialize, Serialize};

codes! {
    /// What was decided.
    pub enum EnforcementKind {
        /// Benefits are withheld for a time, all of them or some.
        Suspension = "suspension",
        /// The member is expelled.
        Removal = "removal",
        /// A suspension is lifted on an accepted corrective plan. It is carried out with the decision.
        Reinstatement = "reinstatement",
    }
}

codes! {
    /// How far a decision reaches. 6 U.S.C. 967(a): denial of benefits in whole or in part.
    pub enum Scope {
        /// Every benefit.
        Whole = "whole",
        /// The benefits that are named, such as FAST lanes only.
        Partial = "partial",
    }
}

codes! {
    /// Where an action stands.
    #[derive(Default)]
    pub enum ActionStatus {
        /// In force.
        #[default]
        Open = "open",
        /// In force, and an appeal against it is open.
        Appealed = "appealed",
        /// No longer in force.
        Ended = "ended",
    }
}

codes! {
    /// What ended an action.
    pub enum EndKind {
        /// The suspension was lifted.
        Reinstatement = "reinstatement",
        /// The member was removed.
        Removal = "removal",
        /// An appeal was granted.
        AppealGranted = "appeal_granted",
        /// The membership was closed at the company's request.
        MembershipClosed = "membership_closed",
        /// It was carried out with the decision: a reinstatement.
        CarriedOut = "carried_out",
    }
}

codes! {
    /// Where an appeal stands.
    pub enum AppealStatus {
        /// Filed and not decided.
        Open = "open",
        /// Granted: what stood before the action is restored.
        Granted = "granted",
        /// Denied: the action stands.
        Denied = "denied",
        /// Taken back by the company.
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// What kind of thing gave cause.
    pub enum CauseKind {
        /// A security incident, by its id (`inc_…`).
        Incident = "incident",
        /// A validation, by its reference.
        Validation = "validation",
        /// An annual review, by the year of its anniversary.
        AnnualReview = "annual_review",
        /// A vetting or a determination of eligibility, by CBP's file number.
        Eligibility = "eligibility",
        /// An inquiry of CBP, by its file number.
        Inquiry = "inquiry",
        /// A suspension (`enf_…`): of a removal that follows one, and of a reinstatement.
        Suspension = "suspension",
    }
}

codes! {
    /// Why, in one code. Handbook 3.4, 3.6 and 10.
    pub enum ReasonCode {
        /// A seizure of narcotics, human smuggling or another incident.
        SecurityIncident = "security_incident",
        /// A failed validation.
        FailedValidation = "failed_validation",
        /// The criteria are not met.
        CriteriaNotMet = "criteria_not_met",
        /// The report of a validation was not answered.
        ValidationReportUnanswered = "validation_report_unanswered",
        /// The annual review was not completed.
        AnnualReviewMissed = "annual_review_missed",
        /// An inquiry in the portal was not answered.
        InquiryUnanswered = "inquiry_unanswered",
        /// Required information was not given.
        InformationNotGiven = "information_not_given",
        /// False or misleading information.
        FalseInformation = "false_information",
        /// Knowingly false information; 30 days to appeal.
        KnowinglyFalseInformation = "knowingly_false_information",
        /// Action or inaction that shows lack of commitment.
        LackOfCommitment = "lack_of_commitment",
        /// A condition of eligibility is not met, vetting included.
        EligibilityNotMet = "eligibility_not_met",
        /// A suspension was not answered in time.
        SuspensionUnanswered = "suspension_unanswered",
        /// The answer to a suspension is not good enough.
        SuspensionAnswerInsufficient = "suspension_answer_insufficient",
        /// Aggravated circumstances: inadequate security.
        AggravatedInadequateSecurity = "aggravated_inadequate_security",
        /// Aggravated circumstances: flagrant disregard.
        AggravatedFlagrantDisregard = "aggravated_flagrant_disregard",
        /// A corrective plan with objectives and dates is accepted.
        CorrectivePlanAccepted = "corrective_plan_accepted",
    }
}

use EnforcementKind::{Reinstatement, Removal, Suspension};

impl ReasonCode {
    /// The reason in a sentence.
    pub const fn text(self) -> &'static str {
        match self {
            ReasonCode::SecurityIncident => {
                "A seizure of narcotics, human smuggling or another security incident."
            }
            ReasonCode::FailedValidation => "A validation was failed.",
            ReasonCode::CriteriaNotMet => "The minimum security criteria are not met.",
            ReasonCode::ValidationReportUnanswered => "The report of a validation was not answered.",
            ReasonCode::AnnualReviewMissed => "The annual review was not completed.",
            ReasonCode::InquiryUnanswered => "An inquiry in the portal was not answered.",
            ReasonCode::InformationNotGiven => "Required information was not given.",
            ReasonCode::FalseInformation => "False or misleading information was given.",
            ReasonCode::KnowinglyFalseInformation => "False information was given knowingly.",
            ReasonCode::LackOfCommitment => "Action or inaction shows lack of commitment.",
            ReasonCode::EligibilityNotMet => "A condition of eligibility is not met, vetting included.",
            ReasonCode::SuspensionUnanswered => "The suspension was not answered in time.",
            ReasonCode::SuspensionAnswerInsufficient => "The answer to the suspension is not good enough.",
            ReasonCode::AggravatedInadequateSecurity => "Aggravated circumstances: inadequate security.",
            ReasonCode::AggravatedFlagrantDisregard => "Aggravated circumstances: flagrant disregard.",
            ReasonCode::CorrectivePlanAccepted => {
                "A corrective plan with objectives and dates is accepted, with consent to unannounced visits."
            }
        }
    }

    /// Where it is written.
    pub const fn source(self) -> &'static str {
        match self {
            ReasonCode::SecurityIncident
            | ReasonCode::FailedValidation
            | ReasonCode::CriteriaNotMet
            | ReasonCode::InformationNotGiven
            | ReasonCode::FalseInformation
            | ReasonCode::LackOfCommitment
            | ReasonCode::EligibilityNotMet => "Handbook 3.6; 6 U.S.C. 967(a)",
            ReasonCode::KnowinglyFalseInformation => "Handbook 3.6; 6 U.S.C. 967(b)",
            ReasonCode::AnnualReviewMissed | ReasonCode::InquiryUnanswered => "Handbook 3.4",
            ReasonCode::ValidationReportUnanswered => "Handbook 6.2 and 10",
            ReasonCode::SuspensionUnanswered
            | ReasonCode::SuspensionAnswerInsufficient
            | ReasonCode::AggravatedInadequateSecurity
            | ReasonCode::AggravatedFlagrantDisregard
            | ReasonCode::CorrectivePlanAccepted => "Handbook 3.3",
        }
    }

    /// What can be decided for this reason. A member in good standing is removed only for aggravated circumstances or for knowingly false
    /// information, a suspended one when its time to answer is over.
    pub const fn kinds(self) -> &'static [EnforcementKind] {
        match self {
            ReasonCode::KnowinglyFalseInformation => &[Suspension, Removal],
            ReasonCode::SuspensionUnanswered
            | ReasonCode::SuspensionAnswerInsufficient
            | ReasonCode::AggravatedInadequateSecurity
            | ReasonCode::AggravatedFlagrantDisregard => &[Removal],
            ReasonCode::CorrectivePlanAccepted => &[Reinstatement],
            _ => &[Suspension],
        }
    }

    /// What the cause has to be, where the reason says so.
    pub const fn cause(self) -> Option<CauseKind> {
        match self {
            ReasonCode::SecurityIncident => Some(CauseKind::Incident),
            ReasonCode::FailedValidation | ReasonCode::ValidationReportUnanswered => {
                Some(CauseKind::Validation)
            }
            ReasonCode::AnnualReviewMissed => Some(CauseKind::AnnualReview),
            ReasonCode::InquiryUnanswered => Some(CauseKind::Inquiry),
            ReasonCode::EligibilityNotMet => Some(CauseKind::Eligibility),
            ReasonCode::SuspensionUnanswered
            | ReasonCode::SuspensionAnswerInsufficient
            | ReasonCode::CorrectivePlanAccepted => Some(CauseKind::Suspension),
            _ => None,
        }
    }

    /// Whether it is one of those for which a suspended member is removed.
    pub const fn follows_suspension(self) -> bool {
        matches!(self, ReasonCode::SuspensionUnanswered | ReasonCode::SuspensionAnswerInsufficient)
    }
}

codes! {
    /// What of an entry can be corrected.
    pub enum EntryField {
        /// The facts.
        Facts = "facts",
        /// The day of the letter; the time to answer moves with it.
        NoticeOn = "notice_on",
        /// The day from which it holds.
        EffectiveOn = "effective_on",
        /// What the cause is called.
        CauseReference = "cause_reference",
    }
}

/// What gave cause to an action: a link that is never left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What kind of thing.
    pub kind: CauseKind,
    /// Which one: an id, a year or a reference.
    pub reference: Text<60>,
}

/// A criterion by which it was decided, in words; it must name no person.
pub type AppliedCriterion = Text<300>;

/// Something that a company undertakes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// What.
    pub objective: Text<1000>,
    /// By when.
    pub due_on: NaiveDate,
}

/// How a suspended member means to put things right. Handbook 3.3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectivePlan {
    /// What it undertakes.
    pub objectives: Vec<Objective>,
    /// Whether it consents to unannounced visits.
    pub consents_to_unannounced_visits: bool,
}
