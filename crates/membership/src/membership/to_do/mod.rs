//! What is missing: what the applicant still has to do before it can submit, and what is still open before CBP can certify.
//! The refusals of submission and certification come from the same lists.

mod view;

use super::code::codes;
use super::eligibility::Condition;
use super::entity_requirements;
use super::facts::AccountFacts;
use super::identifier::IdentifierUse;
use super::state::{Membership, ProfileStage};
use super::status::Verb;
use chrono::NaiveDate;
use kernel::{FieldError, Policy};
use serde::Serialize;
use view::View;

pub(crate) use view::NOBODY_ASSIGNED;

codes! {
    /// What is missing, in one code.
    pub enum ToDoCode {
        /// No active officer. C3.
        OfficerMissing = "officer_missing",
        /// The agreement in force is not accepted. C4.
        AgreementNotAccepted = "agreement_not_accepted",
        /// No staffed office in a country named for the type. C2.
        StaffedOfficeMissing = "staffed_office_missing",
        /// No primary point of contact, where the type needs one.
        PrimaryContactMissing = "primary_contact_missing",
        /// No alternate point of contact, where the type needs one.
        AlternateContactMissing = "alternate_contact_missing",
        /// An identifier that the type needs.
        IdentifierMissing = "identifier_missing",
        /// A document that the type needs.
        DocumentMissing = "document_missing",
        /// The day of last trading is not declared. C1.
        TradingNotDeclared = "trading_not_declared",
        /// Debts are not declared. C6.
        DebtNotDeclared = "debt_not_declared",
        /// A statement of the type is not made.
        StatementMissing = "statement_missing",
        /// The security profile is not submitted. C5.
        ProfileNotSubmitted = "profile_not_submitted",
        /// No specialist is assigned.
        SpecialistNotAssigned = "specialist_not_assigned",
        /// CBP reviews the security profile.
        ProfileUnderReview = "profile_under_review",
        /// CBP returned the security profile.
        ProfileReturned = "profile_returned",
        /// The vetting is not finished.
        VettingOpen = "vetting_open",
        /// The vetting was failed.
        VettingFailed = "vetting_failed",
        /// A condition is not decided.
        ConditionOpen = "condition_open",
        /// A condition is met by the company's word and waits for staff.
        ConditionUnconfirmed = "condition_unconfirmed",
        /// A condition is not met.
        ConditionNotMet = "condition_not_met",
        /// The type needs a bond, and none is recorded.
        BondMissing = "bond_missing",
        /// The recorded bond is not of the kind or term that the type needs.
        BondUnsuitable = "bond_unsuitable",
        /// The recorded bond does not hold today.
        BondNotValid = "bond_not_valid",
        /// Other live memberships of the type use its identifiers, and nobody has said why that is no bar. For staff.
        IdentifierConflict = "identifier_conflict",
        /// Nobody has recommended the certification.
        NotRecommended = "not_recommended",
        /// Recommended; a second person has to certify.
        NotCertified = "not_certified",
    }
}

codes! {
    /// Whose turn it is.
    pub enum WaitsFor {
        /// The company.
        Company = "company",
        /// CBP.
        Cbp = "cbp",
    }
}

codes! {
    /// Where it is done.
    pub enum ToDoResource {
        /// At the account.
        Account = "account",
        /// At the membership.
        Membership = "membership",
        /// At the security profile.
        Profile = "profile",
    }
}

/// One thing that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToDoItem {
    /// What, in one code.
    pub code: ToDoCode,
    /// The condition that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// Which identifier, document or statement, by its code; several that will do are separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What to do, in a sentence.
    pub sentence: String,
    /// Whose turn it is.
    pub waits_for: WaitsFor,
    /// Where it is done.
    pub resource: ToDoResource,
    /// The command that does it, by its name in the URL, where one command does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'static str>,
}

impl ToDoItem {
    /// The item as one of the errors of a refusal.
    pub(crate) fn field_error(&self) -> FieldError {
        FieldError::new("", self.code.as_str(), self.sentence.clone())
    }

    fn company(
        code: ToDoCode,
        resource: ToDoResource,
        command: &'static str,
        sentence: impl Into<String>,
    ) -> Self {
        Self {
            code,
            condition: None,
            subject: None,
            sentence: sentence.into(),
            waits_for: WaitsFor::Company,
            resource,
            command: Some(command),
        }
    }

    fn cbp(code: ToDoCode, command: Option<&'static str>, sentence: impl Into<String>) -> Self {
        Self {
            code,
            condition: None,
            subject: None,
            sentence: sentence.into(),
            waits_for: WaitsFor::Cbp,
            resource: ToDoResource::Membership,
            command,
        }
    }

    fn on(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

/// What others' use of its identifiers asks of staff, while it is an application; of no concern to its company, which must not learn of
/// it.
pub fn identifier_conflict(membership: &Membership, in_use: &[IdentifierUse]) -> Option<ToDoItem> {
    let open = membership.status.is_application() && !membership.unexplained(in_use).is_empty();
    let (recommend, certify) = (Verb::RecommendCertification.as_str(), Verb::Certify.as_str());
    let command = if membership.recommendation.is_some() { certify } else { recommend };
    let sentence = "Look at the other memberships that use the same identifiers, and say why that is no bar.";
    open.then(|| ToDoItem::cbp(ToDoCode::IdentifierConflict, Some(command), sentence))
}

/// What is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ToDo {
    /// What the applicant has to do before it can submit; the answers of the security profile are not counted here.
    pub to_submit: Vec<ToDoItem>,
    /// What is open before CBP can certify.
    pub to_certify: Vec<ToDoItem>,
}

/// What is missing today. Empty once there is nothing left to decide.
pub fn to_do(membership: &Membership, account: &AccountFacts, today: NaiveDate, policy: &Policy) -> ToDo {
    let Some(identity) = &membership.identity else { return ToDo::default() };
    if !membership.status.is_application() {
        return ToDo::default();
    }
    let as_of_today = membership.reassessed(account, today, policy);
    let view = View {
        membership: &as_of_today,
        identity,
        requirements: entity_requirements::of(identity.entity_type),
        account,
        today,
    };
    let to_submit = match membership.profile.stage {
        ProfileStage::Open | ProfileStage::Returned => view.to_submit(),
        ProfileStage::Submitted | ProfileStage::Approved => Vec::new(),
    };
    let mut to_certify = view.before_recommendation();
    to_certify.extend(view.recommendation());
    ToDo { to_submit, to_certify }
}
