//! What is missing: what the applicant still has to do before it can submit, and what is still open before CBP can certify.
//! The refusals of submission and certification come from the same lists.

use super::code::codes;
use super::eligibility::{Assessment, Condition, Outcome};
use super::entity_requirements::{self, EntityRequirements, Need};
use super::facts::AccountFacts;
use super::state::{Identity, Membership, ProfileStage};
use super::status::{Status, Verb};
use super::values::VettingOutcome;
use chrono::NaiveDate;
use kernel::{FieldError, Policy};
use serde::Serialize;

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

impl Membership {
    /// The membership with the system's findings of today on C2, C3 and C4.
    fn reassessed(&self, account: &AccountFacts, today: NaiveDate, policy: &Policy) -> Membership {
        let mut reassessed = self.clone();
        if let Some(identity) = &self.identity {
            let assessment = Assessment {
                entity_type: identity.entity_type,
                country: identity.country_of_establishment,
                declarations: &self.declarations,
                today,
                policy,
                declared_by: None,
            };
            reassessed.determinations.extend(self.news(assessment.of_account(account)));
        }
        reassessed
    }

    /// What stands in the way of a submission of the security profile.
    pub(crate) fn lacks_for_submission(
        &self,
        account: &AccountFacts,
        today: NaiveDate,
        policy: &Policy,
    ) -> Vec<ToDoItem> {
        self.viewed(account, today, policy, |view| view.to_submit())
    }

    /// What stands in the way of a certification, apart from the recommendation.
    pub(crate) fn lacks_for_certification(
        &self,
        account: &AccountFacts,
        today: NaiveDate,
        policy: &Policy,
    ) -> Vec<ToDoItem> {
        self.viewed(account, today, policy, |view| view.before_recommendation())
    }

    fn viewed(
        &self,
        account: &AccountFacts,
        today: NaiveDate,
        policy: &Policy,
        list: fn(&View) -> Vec<ToDoItem>,
    ) -> Vec<ToDoItem> {
        let Some(identity) = &self.identity else { return Vec::new() };
        let membership = &self.reassessed(account, today, policy);
        list(&View {
            membership,
            identity,
            requirements: entity_requirements::of(identity.entity_type),
            account,
            today,
        })
    }

    /// Whether the bond that the type needs is recorded. Whether it holds today is asked at certification.
    pub(crate) fn has_needed_bond(&self) -> bool {
        let Some(identity) = &self.identity else { return false };
        match entity_requirements::of(identity.entity_type).needed_bond() {
            None => true,
            Some(rule) => self.bond.as_ref().is_some_and(|bond| rule.accepts(bond)),
        }
    }
}

struct View<'a> {
    membership: &'a Membership,
    identity: &'a Identity,
    requirements: &'static EntityRequirements,
    account: &'a AccountFacts,
    today: NaiveDate,
}

impl View<'_> {
    fn to_submit(&self) -> Vec<ToDoItem> {
        let mut items = Vec::new();
        self.account_items(&mut items);
        self.papers(&mut items);
        self.declarations(&mut items);
        items
    }

    fn account_items(&self, items: &mut Vec<ToDoItem>) {
        use ToDoResource::Account;
        if self.account.officer.is_none() {
            let sentence = "Name a company officer: give a user of the account the role officer.";
            let item = ToDoItem::company(ToDoCode::OfficerMissing, Account, "grant-role", sentence);
            items.push(item.on(Condition::C3));
        }
        if self.account.agreement.is_none() {
            let sentence = "Let the officer accept the agreement to participate.";
            let item =
                ToDoItem::company(ToDoCode::AgreementNotAccepted, Account, "accept-agreement", sentence);
            items.push(item.on(Condition::C4));
        }
        if !self.membership.is_settled(Condition::C2) {
            let sentence =
                format!("Add an address that is a staffed office. {}", self.requirements.office.text);
            let item = ToDoItem::company(ToDoCode::StaffedOfficeMissing, Account, "add-address", sentence);
            items.push(item.on(Condition::C2));
        }
        if self.requirements.alternate_contact == Need::Required {
            if self.account.primary_contact.is_none() {
                let sentence = "Name a primary point of contact.";
                items.push(ToDoItem::company(
                    ToDoCode::PrimaryContactMissing,
                    Account,
                    "add-contact",
                    sentence,
                ));
            }
            if self.account.alternate_contact.is_none() {
                let sentence = "Name an alternate point of contact; this type needs one.";
                items.push(ToDoItem::company(
                    ToDoCode::AlternateContactMissing,
                    Account,
                    "add-contact",
                    sentence,
                ));
            }
        }
    }

    fn papers(&self, items: &mut Vec<ToDoItem>) {
        use ToDoResource::Membership;
        let country = self.identity.country_of_establishment;
        for rule in self.requirements.missing_identifiers(country, &self.membership.identifier_types()) {
            let any_of = rule.any_of.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
            let command = Verb::ChangeIdentifiers.as_str();
            let item = ToDoItem::company(ToDoCode::IdentifierMissing, Membership, command, rule.text);
            items.push(item.about(any_of));
        }
        for rule in self.requirements.missing_documents(country, &self.membership.document_kinds()) {
            let command = Verb::AttachDocument.as_str();
            let item = ToDoItem::company(ToDoCode::DocumentMissing, Membership, command, rule.text);
            items.push(item.about(rule.kind.as_str()));
        }
    }

    fn declarations(&self, items: &mut Vec<ToDoItem>) {
        let declared = &self.membership.declarations;
        let item = |code, sentence: String| {
            ToDoItem::company(code, ToDoResource::Membership, Verb::DeclareEligibility.as_str(), sentence)
        };
        if declared.last_trading_on.is_none() && !self.membership.is_settled(Condition::C1) {
            let sentence = "Declare on which day you last traded in the role applied for.".to_owned();
            items.push(item(ToDoCode::TradingNotDeclared, sentence).on(Condition::C1));
        }
        if declared.debt.is_none() {
            let sentence = "Declare whether you owe CBP a debt that is final and unpaid.".to_owned();
            items.push(item(ToDoCode::DebtNotDeclared, sentence).on(Condition::C6));
        }
        for statement in self.requirements.statements {
            if !declared.statements.contains_key(statement) {
                let sentence = format!("Affirm or deny: {}", statement.text());
                let missing = item(ToDoCode::StatementMissing, sentence);
                items.push(missing.on(statement.condition()).about(statement.as_str()));
            }
        }
    }

    fn before_recommendation(&self) -> Vec<ToDoItem> {
        let mut items = Vec::new();
        let profile_approved = self.profile(&mut items);
        let vetting_passed = self.vetting(&mut items);
        for condition in Condition::ALL {
            let told_already = match condition {
                Condition::C5 | Condition::C8 => !profile_approved,
                Condition::C7 => !vetting_passed,
                _ => false,
            };
            if !told_already {
                items.extend(self.condition(*condition));
            }
        }
        items.extend(self.bond());
        items
    }

    fn profile(&self, items: &mut Vec<ToDoItem>) -> bool {
        let (code, waits_for, command, sentence) = match self.membership.profile.stage {
            ProfileStage::Approved => return true,
            ProfileStage::Open => (
                ToDoCode::ProfileNotSubmitted,
                WaitsFor::Company,
                "submit",
                "The security profile has to be submitted.",
            ),
            ProfileStage::Submitted => (
                ToDoCode::ProfileUnderReview,
                WaitsFor::Cbp,
                "approve",
                "CBP has to review the security profile.",
            ),
            ProfileStage::Returned => (
                ToDoCode::ProfileReturned,
                WaitsFor::Company,
                "submit",
                "The rejected answers have to be mended and the security profile submitted again.",
            ),
        };
        let item = ToDoItem::company(code, ToDoResource::Profile, command, sentence).on(Condition::C5);
        items.push(ToDoItem { waits_for, ..item });
        false
    }

    fn vetting(&self, items: &mut Vec<ToDoItem>) -> bool {
        let command = Some(Verb::RecordVettingResult.as_str())
            .filter(|_| self.membership.status != Status::PreApplicant);
        match self.membership.vetting_outcome() {
            VettingOutcome::Passed => return true,
            VettingOutcome::Open => {
                items.push(ToDoItem::cbp(ToDoCode::VettingOpen, command, "CBP has to finish the vetting."));
            }
            VettingOutcome::Failed => {
                let sentence =
                    "The vetting was failed; the application can't be certified while that stands.";
                items.push(ToDoItem::cbp(ToDoCode::VettingFailed, command, sentence));
            }
        }
        false
    }

    fn condition(&self, condition: Condition) -> Option<ToDoItem> {
        if self.membership.is_settled(condition) {
            return None;
        }
        let newest = self.membership.determination(condition);
        let command = condition.staff_may_determine().then_some(Verb::RecordDetermination.as_str());
        let (code, sentence) = match newest.map(|newest| (newest.outcome, newest.basis.as_str())) {
            None | Some((Outcome::Open, _)) => {
                (ToDoCode::ConditionOpen, format!("Not decided: {}", condition.text()))
            }
            Some((Outcome::Met, _)) => {
                (ToDoCode::ConditionUnconfirmed, format!("CBP has to confirm: {}", condition.text()))
            }
            Some((Outcome::NotMet, basis)) => {
                (ToDoCode::ConditionNotMet, format!("Not met: {} {basis}", condition.text()))
            }
        };
        // What the account or a declaration can mend is the company's turn; the rest is CBP's.
        let item = match condition {
            Condition::C1 if code == ToDoCode::ConditionOpen => {
                ToDoItem::company(code, ToDoResource::Membership, Verb::DeclareEligibility.as_str(), sentence)
            }
            Condition::C2 => ToDoItem::company(code, ToDoResource::Account, "add-address", sentence),
            Condition::C3 => ToDoItem::company(code, ToDoResource::Account, "grant-role", sentence),
            Condition::C4 => ToDoItem::company(code, ToDoResource::Account, "accept-agreement", sentence),
            _ => ToDoItem::cbp(code, command, sentence),
        };
        Some(item.on(condition))
    }

    fn bond(&self) -> Option<ToDoItem> {
        let rule = self.requirements.needed_bond()?;
        let command = Some(Verb::SetBond.as_str());
        match &self.membership.bond {
            None => {
                let sentence = format!("CBP has to record the bond. {}", rule.text);
                Some(ToDoItem::cbp(ToDoCode::BondMissing, command, sentence))
            }
            Some(bond) if !rule.accepts(bond) => {
                let sentence = format!("The recorded bond will not do. {}", rule.text);
                Some(ToDoItem::cbp(ToDoCode::BondUnsuitable, command, sentence))
            }
            Some(bond) if !bond.is_valid_on(self.today) => {
                Some(ToDoItem::cbp(ToDoCode::BondNotValid, command, "The recorded bond does not hold today."))
            }
            Some(_) => None,
        }
    }

    fn recommendation(&self) -> Option<ToDoItem> {
        match &self.membership.recommendation {
            None => {
                let command = Some(Verb::RecommendCertification.as_str());
                let sentence = "A specialist has to recommend the certification.";
                Some(ToDoItem::cbp(ToDoCode::NotRecommended, command, sentence))
            }
            Some(_) => {
                let command = Some(Verb::Certify.as_str());
                let sentence =
                    "A supervisor or the programme director, other than who recommended, has to certify.";
                Some(ToDoItem::cbp(ToDoCode::NotCertified, command, sentence))
            }
        }
    }
}
