//! How the lists are found.

use super::{ToDoCode, ToDoItem, ToDoResource, WaitsFor};
use crate::membership::assessment::Assessment;
use crate::membership::eligibility::{Condition, Outcome};
use crate::membership::entity_requirements::{self, EntityRequirements, Need};
use crate::membership::facts::AccountFacts;
use crate::membership::state::{Identity, Membership, ProfileStage};
use crate::membership::status::{Status, Verb};
use crate::membership::values::VettingOutcome;
use chrono::NaiveDate;
use kernel::Policy;

/// What is to be done before anybody reviews.
pub(crate) const NOBODY_ASSIGNED: &str = "A supervisor has to assign a specialist first.";

impl Membership {
    /// The membership with the system's findings of today on C2, C3 and C4.
    pub(super) fn reassessed(&self, account: &AccountFacts, today: NaiveDate, policy: &Policy) -> Membership {
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

pub(super) struct View<'a> {
    pub(super) membership: &'a Membership,
    pub(super) identity: &'a Identity,
    pub(super) requirements: &'static EntityRequirements,
    pub(super) account: &'a AccountFacts,
    pub(super) today: NaiveDate,
}

impl View<'_> {
    pub(super) fn to_submit(&self) -> Vec<ToDoItem> {
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

    pub(super) fn before_recommendation(&self) -> Vec<ToDoItem> {
        let mut items = Vec::new();
        let profile_approved = self.profile(&mut items);
        items.extend(self.specialist());
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

    /// Somebody at CBP has to be answerable for the case before it is reviewed and decided. Handbook 1.4 and 4.4.
    fn specialist(&self) -> Option<ToDoItem> {
        let command = Some(Verb::AssignSpecialist.as_str());
        let item = || ToDoItem::cbp(ToDoCode::SpecialistNotAssigned, command, NOBODY_ASSIGNED);
        self.membership.assignment.is_none().then(item)
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

    pub(super) fn recommendation(&self) -> Option<ToDoItem> {
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
