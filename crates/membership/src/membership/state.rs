//! What a membership is, folded from its events.

use super::benefits::Benefit;
use super::bond::Bond;
use super::command::{Remark, ValidationReference};
use super::declaration::Declarations;
use super::document::AttachedDocument;
use super::eligibility::{Condition, Determination};
use super::event::{AcceptedConflict, DerivedDate};
use super::facts::AcceptedAgreement;
use super::identifier::CheckedIdentifier;
use super::status::{Status, Verb};
use super::values::{
    DateField, IneligibilityReason, Office, RejectionReason, Tier, ValidationOutcome, VettingOutcome,
    VettingSummary, WithdrawalReason,
};
use crate::enforcement::{EnforcementKind, ReasonCode};
use chrono::{Datelike as _, NaiveDate};
use criteria::EntityType;
use kernel::time::years_after;
use kernel::{AccountId, CountryCode, EnforcementActionId, InvitationId, MembershipId, PersonId, ProfileId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whose membership it is, of which type, and how it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The membership.
    pub membership_id: MembershipId,
    /// The company's account.
    pub account_id: AccountId,
    /// The security profile that goes with it.
    pub profile_id: ProfileId,
    /// The type.
    pub entity_type: EntityType,
    /// Where the company is established.
    pub country_of_establishment: CountryCode,
    /// The invitation that was redeemed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation_id: Option<InvitationId>,
    /// The ended membership that this one follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_membership_id: Option<MembershipId>,
    /// The agreement under which the company applied.
    pub agreement: AcceptedAgreement,
    /// The officer who applied.
    pub applied_by: PersonId,
}

/// Every date of a membership. Programme dates, reckoned in America/New_York.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// The application.
    pub applied_on: Option<NaiveDate>,
    /// The last day to submit the security profile.
    pub profile_due_on: Option<NaiveDate>,
    /// The first submission of the security profile.
    pub profile_submitted_on: Option<NaiveDate>,
    /// The newest submission, where there was a return.
    pub profile_resubmitted_on: Option<NaiveDate>,
    /// The newest return of the security profile.
    pub profile_returned_on: Option<NaiveDate>,
    /// The last day to answer a return, if one is set.
    pub profile_answer_due_on: Option<NaiveDate>,
    /// The approval of the security profile.
    pub profile_approved_on: Option<NaiveDate>,
    /// The day by which CBP aims to decide.
    pub certification_due_on: Option<NaiveDate>,
    /// The certification.
    pub certified_on: Option<NaiveDate>,
    /// The first anniversary; [`Dates::as_of`] tells the next one.
    pub anniversary_on: Option<NaiveDate>,
    /// The day by which the first validation is due.
    pub first_validation_due_on: Option<NaiveDate>,
    /// The newest validation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validated_on: Option<NaiveDate>,
    /// The day by which the next validation is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revalidation_due_on: Option<NaiveDate>,
    /// The end.
    pub ended_on: Option<NaiveDate>,
    /// The first day of a new application, where a waiting period applies.
    pub reapply_from: Option<NaiveDate>,
}

impl Dates {
    /// The dates as they are told on a day: as long as the membership goes on, the anniversary is the next one, that day's included.
    #[must_use]
    pub fn as_of(&self, today: NaiveDate) -> Self {
        let mut dates = self.clone();
        if let (Some(certified_on), Some(first), None) =
            (self.certified_on, self.anniversary_on, self.ended_on)
            && first < today
        {
            let years = u32::try_from(today.year() - certified_on.year()).unwrap_or_default();
            let this_year = years_after(certified_on, years);
            let passed = this_year < today;
            dates.anniversary_on =
                Some(if passed { years_after(certified_on, years.saturating_add(1)) } else { this_year });
        }
        dates
    }
}

super::code::codes! {
    /// Where the security profile stands, as far as the membership cares.
    #[derive(Default)]
    pub enum ProfileStage {
        /// Not submitted yet.
        #[default]
        Open = "open",
        /// Submitted; CBP reviews it.
        Submitted = "submitted",
        /// Returned; the company mends it.
        Returned = "returned",
        /// Approved.
        Approved = "approved",
    }
}

/// The security profile as far as the membership cares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileStanding {
    /// Where it stands.
    pub stage: ProfileStage,
    /// How often it was submitted.
    pub round: u32,
    /// How many answers the newest return rejected.
    pub rejected_answers: u32,
    /// The snapshot that was approved.
    pub snapshot_number: Option<u32>,
    /// Who approved it.
    pub approved_by: Option<PersonId>,
}

/// Who looks after the membership at CBP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The specialist.
    pub specialist: PersonId,
    /// The office.
    pub office: Office,
    /// Since when.
    pub assigned_on: NaiveDate,
}

/// The newest result of the vetting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vetting {
    /// The result.
    pub outcome: VettingOutcome,
    /// The result in one code; absent where a passed vetting is open again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<VettingSummary>,
    /// The day on which it was determined.
    pub determined_on: NaiveDate,
    /// Who recorded it; absent where the portal opened it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<PersonId>,
}

/// A validation that was passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedValidation {
    /// By which name CBP keeps it.
    pub validation_reference: ValidationReference,
    /// Whether it was the first.
    pub outcome: ValidationOutcome,
    /// The day on which it was passed.
    pub validated_on: NaiveDate,
    /// The tier after it, for types to which tiers are applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// Who wrote the report.
    pub reported_by: PersonId,
    /// Who recorded the outcome.
    pub recorded_by: PersonId,
    /// When it was recorded.
    pub recorded_on: NaiveDate,
}

/// A recommendation that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Who recommends.
    pub recommended_by: PersonId,
    /// Since when.
    pub recommended_on: NaiveDate,
    /// Why, if something was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    /// Who else used its identifiers, and why that was no bar. For staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier_conflict: Option<AcceptedConflict>,
}

/// Why a membership ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ending {
    /// CBP refused the application.
    Rejected {
        /// Why, in one code.
        reason: RejectionReason,
        /// Why, in words.
        text: Remark,
        /// Who decided.
        decided_by: PersonId,
    },
    /// CBP found the applicant ineligible.
    Ineligible {
        /// The condition that is not met.
        condition: Condition,
        /// Why, in one code.
        reason: IneligibilityReason,
        /// Why, in words.
        text: Remark,
        /// Who decided.
        decided_by: PersonId,
    },
    /// The company withdrew.
    Withdrawn {
        /// Why, in one code.
        reason: WithdrawalReason,
        /// Why, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Remark>,
        /// Who withdrew it.
        decided_by: PersonId,
    },
    /// CBP removed the member.
    Removed {
        /// Why, in one code.
        reason: ReasonCode,
        /// The entry of the register.
        enforcement_action_id: EnforcementActionId,
        /// Who decided.
        decided_by: PersonId,
    },
    /// The security profile did not come in time.
    Expired,
}

impl Ending {
    /// The reason in one code.
    pub const fn reason_code(&self) -> &'static str {
        match self {
            Ending::Rejected { reason, .. } => reason.as_str(),
            Ending::Ineligible { reason, .. } => reason.as_str(),
            Ending::Withdrawn { reason, .. } => reason.as_str(),
            Ending::Removed { reason, .. } => reason.as_str(),
            Ending::Expired => "profile_not_submitted_in_time",
        }
    }

    /// The reason in words, where somebody gave one.
    pub fn text(&self) -> Option<&Remark> {
        match self {
            Ending::Rejected { text, .. } | Ending::Ineligible { text, .. } => Some(text),
            Ending::Withdrawn { text, .. } => text.as_ref(),
            Ending::Removed { .. } | Ending::Expired => None,
        }
    }
}

/// An enforcement action that is in force, as far as the membership cares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionInForce {
    /// The entry of the register.
    pub enforcement_action_id: EnforcementActionId,
    /// A suspension or a removal.
    pub action: EnforcementKind,
    /// The benefits that it withholds; none stands for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld_benefits: Vec<Benefit>,
    /// The status before it.
    pub status_before: Status,
    /// What a removal has ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<ActionInForce>,
}

/// A recommendation to the programme director. For staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnforcementRecommendation {
    /// What.
    pub action: EnforcementKind,
    /// Why, in one code.
    pub reason: ReasonCode,
    /// Why, in words.
    pub text: Remark,
    /// Who.
    pub recommended_by: PersonId,
    /// When.
    pub recommended_on: NaiveDate,
}

/// Where enforcement stands: a machine of its own beside status, tier and profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnforcementStanding {
    /// The recommendation that waits for a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<EnforcementRecommendation>,
    /// The actions in force, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_force: Vec<ActionInForce>,
}

/// The point of contact asked to leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalRequest {
    /// Why, in one code.
    pub reason: WithdrawalReason,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Remark>,
    /// Who asked.
    pub requested_by: PersonId,
    /// When.
    pub requested_on: NaiveDate,
}

/// Somebody of CBP may act on the membership although they have a role in the company's account. For staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictOverride {
    /// Why that is no bar.
    pub reason: Remark,
    /// Who decided it.
    pub overridden_by: PersonId,
    /// When.
    pub overridden_on: NaiveDate,
}

/// A date that was mended, with what it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Which date.
    pub field: DateField,
    /// What had been recorded.
    pub earlier: NaiveDate,
    /// What it became.
    pub value: NaiveDate,
    /// Why.
    pub reason: Remark,
    /// The dates that changed with it.
    pub derived: Vec<DerivedDate>,
    /// Who mended it.
    pub corrected_by: PersonId,
    /// When.
    pub corrected_on: NaiveDate,
}

/// A membership: one business entity of one type, from application onwards.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Membership {
    /// Where it stands.
    pub status: Status,
    /// Whose it is; `None` only before there is an application.
    pub identity: Option<Identity>,
    /// Its identifiers, with what seems odd about them.
    pub identifiers: Vec<CheckedIdentifier>,
    /// Its documents, in the order in which they were attached.
    pub documents: Vec<AttachedDocument>,
    /// What the company declares.
    pub declarations: Declarations,
    /// Every determination, oldest first; the newest on a condition counts.
    pub determinations: Vec<Determination>,
    /// Its bond.
    pub bond: Option<Bond>,
    /// Who looks after it at CBP.
    pub assignment: Option<Assignment>,
    /// Its security profile.
    pub profile: ProfileStanding,
    /// The newest result of the vetting; `None` where none was recorded, which counts as open.
    pub vetting: Option<Vetting>,
    /// The recommendation that counts.
    pub recommendation: Option<Recommendation>,
    /// Who certified.
    pub certified_by: Option<PersonId>,
    /// Who else used its identifiers when it was certified, and why that was no bar. For staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier_conflict: Option<AcceptedConflict>,
    /// The tier, for types to which tiers are applied, since the certification. It is a state of its own: what happens to the status
    /// leaves it alone.
    pub tier: Option<Tier>,
    /// The validations that were passed, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub validations: Vec<PassedValidation>,
    /// Where enforcement stands.
    #[serde(default)]
    pub enforcement: EnforcementStanding,
    /// That the company asked to leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal_request: Option<WithdrawalRequest>,
    /// Whose conflict of interest the programme director has overridden. For staff.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub conflict_overrides: BTreeMap<PersonId, ConflictOverride>,
    /// Why it ended.
    pub ending: Option<Ending>,
    /// Its dates.
    pub dates: Dates,
    /// The dates that were mended, oldest first.
    pub corrections: Vec<Correction>,
}

impl Membership {
    /// The result of the vetting as far as it has got.
    pub fn vetting_outcome(&self) -> VettingOutcome {
        self.vetting.as_ref().map_or(VettingOutcome::Open, |vetting| vetting.outcome)
    }

    /// The commands that are possible now, by their names in the URL: the table of [`Status::verbs`], without those that lack
    /// something else, and without those that nobody asks for by URL.
    pub fn allowed_commands(&self) -> Vec<&'static str> {
        let possible = |verb: &Verb| verb.in_url() && self.has_what_it_needs(*verb);
        self.status.verbs().iter().copied().filter(possible).map(Verb::as_str).collect()
    }

    /// Whether the last day to submit the security profile is past, so that the application ends as soon as the clock notices.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.status == Status::PreApplicant && self.dates.profile_due_on.is_some_and(|due| today > due)
    }

    fn has_what_it_needs(&self, verb: Verb) -> bool {
        match verb {
            Verb::RemoveDocument => !self.documents.is_empty(),
            Verb::RecommendCertification => {
                self.recommendation.is_none() && self.assignment.is_some() && self.may_be_certified()
            }
            Verb::ChangeTier => self.tier.is_some() && self.enforcement.in_force.is_empty(),
            Verb::Suspend => self.is_recommended(EnforcementKind::Suspension),
            Verb::Remove => self.is_recommended(EnforcementKind::Removal),
            Verb::Reinstate => {
                self.is_recommended(EnforcementKind::Reinstatement) && !self.enforcement.in_force.is_empty()
            }
            Verb::Close | Verb::TakeBackWithdrawal => self.withdrawal_request.is_some(),
            Verb::Certify => {
                self.recommendation.is_some() && self.assignment.is_some() && self.may_be_certified()
            }
            _ => true,
        }
    }

    fn is_recommended(&self, action: EnforcementKind) -> bool {
        self.enforcement.recommendation.as_ref().is_some_and(|found| found.action == action)
    }

    /// As far as the membership alone can tell: the account may have changed meanwhile.
    pub(crate) fn may_be_certified(&self) -> bool {
        self.vetting_outcome() == VettingOutcome::Passed && self.is_eligible() && self.has_needed_bond()
    }

    /// The newest value of a date that can be mended.
    pub fn date(&self, field: DateField) -> Option<NaiveDate> {
        match field {
            DateField::AppliedOn => self.dates.applied_on,
            DateField::ProfileSubmittedOn => self.dates.profile_submitted_on,
            DateField::ProfileApprovedOn => self.dates.profile_approved_on,
            DateField::VettingDeterminedOn => self.vetting.as_ref().map(|vetting| vetting.determined_on),
            DateField::CertifiedOn => self.dates.certified_on,
            DateField::ValidatedOn => self.dates.validated_on,
            DateField::EndedOn => self.dates.ended_on,
        }
    }
}
