//! Small closed lists of the membership: offices, tiers, reasons, dates that can be mended.

use super::code::codes;
use super::eligibility::Condition;

codes! {
    /// A field office of CBP. Handbook 1.4. More may open.
    pub enum Office {
        /// Washington.
        Washington = "washington",
        /// JFK, New York.
        NewYorkJfk = "new_york_jfk",
        /// Newark.
        Newark = "newark",
        /// Miami.
        Miami = "miami",
        /// Los Angeles.
        LosAngeles = "los_angeles",
        /// Laredo, the first on the south-west border.
        Laredo = "laredo",
        /// Buffalo.
        Buffalo = "buffalo",
        /// Houston.
        Houston = "houston",
    }
}

codes! {
    /// The tier of a member. 6 U.S.C. 964 to 966. Only for types to which CBP applies tiers, see
    /// [`super::entity_requirements::EntityRequirements::tiered`].
    pub enum Tier {
        /// Certified: limited benefits.
        Tier1 = "tier_1",
        /// Validated: full benefits.
        Tier2 = "tier_2",
        /// Validated, and exceeding the criteria.
        Tier3 = "tier_3",
    }
}

codes! {
    /// What the record of a validation makes of a membership. Handbook 3.3. A failed validation changes nothing by itself: what follows
    /// from it is decided as an enforcement action.
    pub enum ValidationOutcome {
        /// The first validation was passed: the member is validated.
        Validated = "validated",
        /// A later validation was passed: the member stays validated, and its time begins anew.
        Renewed = "renewed",
    }
}

codes! {
    /// Why a tier is changed. Handbook 3.3; each reason belongs to one direction.
    pub enum TierChangeReason {
        /// Best practices qualify, so the member exceeds the criteria: to Tier III. Handbook 12.5; 6 U.S.C. 966.
        BestPracticesQualify = "best_practices_qualify",
        /// The member no longer exceeds the criteria: to Tier II.
        NoLongerExceedsCriteria = "no_longer_exceeds_criteria",
    }
}

impl TierChangeReason {
    /// The tier that a reason leads to.
    pub const fn leads_to(self) -> Tier {
        match self {
            TierChangeReason::BestPracticesQualify => Tier::Tier3,
            TierChangeReason::NoLongerExceedsCriteria => Tier::Tier2,
        }
    }
}

codes! {
    /// The result of the vetting as far as it has got.
    pub enum VettingOutcome {
        /// Not finished.
        Open = "open",
        /// Nothing speaks against the applicant.
        Passed = "passed",
        /// Something speaks against the applicant.
        Failed = "failed",
    }
}

codes! {
    /// The vetting in one code. What lies behind it stays in CBP's own systems.
    pub enum VettingSummary {
        /// Under way.
        InProgress = "in_progress",
        /// Waits for information from the applicant.
        InformationRequested = "information_requested",
        /// Nothing found.
        NoConcerns = "no_concerns",
        /// Something was found and cleared up.
        ConcernsResolved = "concerns_resolved",
        /// A significant security event.
        SecurityEvent = "security_event",
        /// Violations of customs law.
        CustomsViolations = "customs_violations",
        /// An issue of concern with owners or officers. Names no person.
        OwnershipConcern = "ownership_concern",
        /// False or misleading information.
        FalseInformation = "false_information",
        /// The applicant could not be identified with what it gave.
        IdentityNotEstablished = "identity_not_established",
    }
}

impl VettingSummary {
    /// The outcome that a summary belongs to.
    pub const fn outcome(self) -> VettingOutcome {
        match self {
            VettingSummary::InProgress | VettingSummary::InformationRequested => VettingOutcome::Open,
            VettingSummary::NoConcerns | VettingSummary::ConcernsResolved => VettingOutcome::Passed,
            VettingSummary::SecurityEvent
            | VettingSummary::CustomsViolations
            | VettingSummary::OwnershipConcern
            | VettingSummary::FalseInformation
            | VettingSummary::IdentityNotEstablished => VettingOutcome::Failed,
        }
    }
}

codes! {
    /// Why CBP refuses an application. Handbook 3.3.
    pub enum RejectionReason {
        /// The security profile does not meet the criteria.
        CriteriaNotMet = "criteria_not_met",
        /// Required information is missing or contradicts itself.
        InformationIncomplete = "information_incomplete",
        /// False or misleading information.
        FalseInformation = "false_information",
        /// The vetting was failed.
        VettingFailed = "vetting_failed",
        /// The applicant did not answer.
        NoResponse = "no_response",
        /// The same business already has an application or a membership.
        Duplicate = "duplicate",
        /// Something else; the text says what.
        Other = "other",
    }
}

codes! {
    /// Why CBP finds an applicant ineligible. Handbook 2.1: each reason belongs to one condition.
    pub enum IneligibilityReason {
        /// Has not traded in the role within the period.
        NotTrading = "not_trading",
        /// Does not act in the role applied for.
        WrongEntityType = "wrong_entity_type",
        /// No staffed business office in a country allowed for the type.
        NoStaffedOffice = "no_staffed_office",
        /// No company officer as primary cargo-security officer.
        NoOfficer = "no_officer",
        /// The agreement to participate is not signed.
        AgreementNotSigned = "agreement_not_signed",
        /// The security profile is not complete.
        ProfileIncomplete = "profile_incomplete",
        /// Final, unpaid debt to CBP.
        UnpaidDebt = "unpaid_debt",
        /// A significant security event or another issue of concern.
        SecurityConcern = "security_concern",
        /// Not in good standing with an agency that the type names.
        NotInGoodStanding = "not_in_good_standing",
        /// No history of moving cargo in the international supply chain.
        NoCargoHistory = "no_cargo_history",
        /// No bond, licence or identifier that the type needs.
        NoBondOrLicence = "no_bond_or_licence",
    }
}

impl IneligibilityReason {
    /// The condition that a reason belongs to.
    pub const fn condition(self) -> Condition {
        match self {
            IneligibilityReason::NotTrading
            | IneligibilityReason::WrongEntityType
            | IneligibilityReason::NoBondOrLicence => Condition::C1,
            IneligibilityReason::NoStaffedOffice => Condition::C2,
            IneligibilityReason::NoOfficer => Condition::C3,
            IneligibilityReason::AgreementNotSigned => Condition::C4,
            IneligibilityReason::ProfileIncomplete => Condition::C5,
            IneligibilityReason::UnpaidDebt => Condition::C6,
            IneligibilityReason::SecurityConcern | IneligibilityReason::NotInGoodStanding => Condition::C7,
            IneligibilityReason::NoCargoHistory => Condition::C8,
        }
    }
}

codes! {
    /// Why a company withdraws. Handbook 3.3 asks for a reason.
    pub enum WithdrawalReason {
        /// It no longer trades in the role.
        NoLongerTrading = "no_longer_trading",
        /// The business was closed.
        BusinessClosed = "business_closed",
        /// It was merged or sold.
        MergedOrSold = "merged_or_sold",
        /// It applied for the wrong type.
        WrongEntityType = "wrong_entity_type",
        /// It cannot meet the criteria now.
        CannotMeetCriteria = "cannot_meet_criteria",
        /// The programme does not suit it.
        NotInterested = "not_interested",
        /// Something else; the text says what.
        Other = "other",
    }
}

codes! {
    /// Dates that were typed or recorded by people and can be mended.
    pub enum DateField {
        /// The day of the application.
        AppliedOn = "applied_on",
        /// The day on which the security profile was first submitted.
        ProfileSubmittedOn = "profile_submitted_on",
        /// The day on which the security profile was approved.
        ProfileApprovedOn = "profile_approved_on",
        /// The day on which the vetting was determined.
        VettingDeterminedOn = "vetting_determined_on",
        /// The day of the certification.
        CertifiedOn = "certified_on",
        /// The day of the newest validation.
        ValidatedOn = "validated_on",
        /// The day on which the membership ended.
        EndedOn = "ended_on",
    }
}

codes! {
    /// Dates that follow from others and are reckoned again when those are mended.
    pub enum DerivedDateField {
        /// The last day to submit the security profile; follows from `applied_on`.
        ProfileDueOn = "profile_due_on",
        /// The day by which CBP aims to decide; follows from `profile_submitted_on`.
        CertificationDueOn = "certification_due_on",
        /// The next anniversary; follows from `certified_on`.
        AnniversaryOn = "anniversary_on",
        /// The day by which the first validation is due; follows from `certified_on`.
        FirstValidationDueOn = "first_validation_due_on",
        /// The day by which the next validation is due; follows from `validated_on`.
        RevalidationDueOn = "revalidation_due_on",
        /// The first day of a new application; follows from `ended_on`.
        ReapplyFrom = "reapply_from",
    }
}
