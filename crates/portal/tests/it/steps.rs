//! The steps that the stories share.

use crate::house::*;
use criteria::{CriterionId, EntityType};
use kernel::identifiers::{Identifier, IdentifierType};
use kernel::{AccountId, CountryCode, MembershipId, PersonId, ProfileId, Text};
use membership::account::Account;
use membership::account::values::{Address, Company, PointOfContact};
use membership::membership::{
    AssignSpecialist, Bond, BondKind, BondTerm, Certify, ChangeIdentifiers, Condition, DebtDeclaration,
    Declarations, Membership, MembershipCommand, Office, Outcome, RecommendCertification,
    RecordDetermination, RecordVettingResult, SetBond, VettingOutcome, VettingSummary, Withdraw,
    WithdrawalReason,
};
use portal::access::Permission;
use portal::people::{PersonDetails, TypedPerson};
use portal::read::memberships::MembershipRow;
use portal::read::profiles::ProfileRow;
use portal::{
    AnswerMatch, Application, Committed, MembershipFacts, MembershipFilter, NewContact, PortalError,
    ProfileFilter, Registration, SignIn,
};
use profile::{AcceptAnswer, AnswerContent, AnswerText, Approve, Profile, SaveAnswer};

pub const AGREEMENT: &str = "2024-1";

pub fn text<const MAX: usize>(words: &str) -> Text<MAX> {
    Text::parse(words).unwrap()
}

pub fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

pub fn company(name: &str) -> Company {
    serde_json::from_value(serde_json::json!({ "name": name })).unwrap()
}

pub fn address(country: &str) -> Address {
    serde_json::from_value(serde_json::json!({
        "type": "headquarters", "country": country, "street_1": "1145 Harbor Road", "city": "Toledo", "postal_code": "43604",
        "also_mailing_address": true, "staffed_office": true
    }))
    .unwrap()
}

pub fn details(given_name: &str, family_name: &str, email: &str) -> PersonDetails {
    let typed = TypedPerson {
        given_name,
        family_name,
        email: Some(email),
        telephone: Some("+1 419 555 0177"),
        job_title: Some("Keeper of the seals"),
    };
    PersonDetails::parse("/contact", typed).unwrap()
}

pub fn registration(name: &str, country: &str) -> Registration {
    Registration {
        company: company(name),
        primary_address: address(country),
        contact: details("Zdenka", "Quillfeather", "zdenka@quillfeather.example"),
        company_officer: true,
    }
}

pub fn contact(email: &str, subject: Option<&str>) -> NewContact {
    NewContact {
        details: details("Oswin", "Thistlemark", email),
        company_officer: false,
        point_of_contact: PointOfContact::None,
        subject: subject.map(str::to_owned),
    }
}

pub fn identifier(kind: IdentifierType, typed: &str) -> Identifier {
    Identifier::parse(kind, typed).unwrap()
}

/// An importer's application to which nothing is missing.
pub fn importer(account_id: AccountId, number: &str) -> Application {
    Application {
        account_id,
        entity_type: EntityType::Importer,
        country_of_establishment: CountryCode::US,
        identifiers: vec![identifier(IdentifierType::ImporterOfRecord, number)],
        documents: Vec::new(),
        declarations: Declarations {
            last_trading_on: Some(day("2026-02-20")),
            debt: Some(DebtDeclaration::NoUnpaidFinalDebt),
            ..Declarations::default()
        },
        invitation_token: None,
    }
}

pub const NUMBER: &str = "12-345678900";

pub fn account_id<A>(committed: &Committed<A>) -> AccountId {
    committed.id.parse().unwrap()
}

pub fn membership_id(committed: &Committed<Membership>) -> MembershipId {
    committed.id.parse().unwrap()
}

pub fn profile_of(membership: &Committed<Membership>) -> ProfileId {
    membership.state.identity.as_ref().unwrap().profile_id
}

pub fn says(words: &str) -> AnswerContent {
    AnswerContent { text: AnswerText::parse(words).unwrap(), ..AnswerContent::default() }
}

pub fn save(criterion_id: CriterionId, words: &str) -> SaveAnswer {
    SaveAnswer { criterion_id, content: says(words), expected_answer_version: None }
}

pub fn criterion(number: usize, profile: &Profile) -> CriterionId {
    *profile.criteria.keys().nth(number).unwrap()
}

/// An application with its ids.
#[derive(Debug, Clone, Copy)]
pub struct Applied {
    pub account: AccountId,
    pub membership: MembershipId,
    pub profile: ProfileId,
}

impl House {
    pub async fn register(&self, who: &SignIn, name: &str) -> Committed<Account> {
        let call = self.call(who).await;
        self.portal.register_account(&call, registration(name, "US")).await.unwrap()
    }

    pub async fn accept_agreement(&self, who: &SignIn, account: AccountId) -> Committed<Account> {
        let call = self.call(who).await;
        self.portal.accept_agreement(&call, account, AGREEMENT.to_owned()).await.unwrap()
    }

    /// A registered company whose officer has accepted the agreement.
    pub async fn member_to_be(&self, who: &SignIn, name: &str) -> AccountId {
        let account = account_id(&self.register(who, name).await);
        self.accept_agreement(who, account).await;
        account
    }

    pub async fn apply(&self, who: &SignIn, application: Application) -> Applied {
        let call = self.call(who).await;
        let membership = self.portal.apply(&call, application).await.unwrap();
        Applied {
            account: membership.state.identity.as_ref().unwrap().account_id,
            membership: membership_id(&membership),
            profile: profile_of(&membership),
        }
    }

    /// A company that has just applied as an importer.
    pub async fn applied(&self, who: &SignIn, number: &str) -> Applied {
        let account = self.member_to_be(who, &format!("Importer {number}")).await;
        self.apply(who, importer(account, number)).await
    }

    /// A contact with a role, who signs in as `who`.
    pub async fn user(
        &self,
        officer: &SignIn,
        account: AccountId,
        who: &SignIn,
        role: kernel::Role,
    ) -> PersonId {
        let call = self.call(officer).await;
        let new = contact(&format!("{}@thistlemark.example", who.subject), Some(&who.subject));
        let account_now = self.portal.add_contact(&call, account, new).await.unwrap();
        let person = account_now.state.contacts.last().unwrap().person_id;
        self.portal.grant_role(&call, account, person, role, Some(who.subject.clone())).await.unwrap();
        self.accepts(who, person).await;
        person
    }

    /// Accepts the roles that an account has granted to this contact.
    pub async fn accepts(&self, who: &SignIn, contact: PersonId) {
        self.portal.accept_roles(&self.call(who).await, contact).await.unwrap();
    }

    pub async fn profile(&self, who: &SignIn, id: ProfileId) -> Committed<Profile> {
        self.portal.profile(&self.call(who).await, id, None).await.unwrap()
    }

    pub async fn answer_all(&self, who: &SignIn, id: ProfileId) {
        let call = self.call(who).await;
        let profile = self.profile(who, id).await.state;
        for criterion_id in profile.criteria.keys().copied().filter(|it| profile.answer(it).is_none()) {
            let command = save(criterion_id, &format!("How we meet {criterion_id}."));
            self.portal.save_answer(&call, id, command, AnswerMatch::Named).await.unwrap();
        }
    }

    pub async fn accept_all(&self, who: &SignIn, id: ProfileId) {
        let call = self.call(who).await;
        let profile = self.profile(who, id).await;
        for criterion_id in profile.state.criteria.keys().copied() {
            let command = AcceptAnswer { criterion_id, comment: None };
            self.portal.accept_answer(&call, id, command).await.unwrap();
        }
    }

    pub async fn on_membership(
        &self,
        who: &SignIn,
        id: MembershipId,
        permission: Permission,
        command: impl Into<MembershipCommand>,
    ) -> Result<Committed<Membership>, PortalError> {
        let call = self.call(who).await;
        let command = command.into();
        self.portal.on_membership(&call, id, permission, |_| command.clone()).await
    }

    pub async fn assign(&self, by: &SignIn, id: MembershipId, to: &SignIn, office: Office) {
        let specialist = self.known(to).await;
        let command = AssignSpecialist { specialist, office };
        self.on_membership(by, id, Permission::MembershipAssign, command).await.unwrap();
    }

    /// Somebody of CBP who has asked who they are, and so is known; gives the id.
    pub async fn known(&self, who: &SignIn) -> PersonId {
        let call = self.call(who).await;
        self.portal.get_to_know(&call).await.unwrap();
        call.caller.person_id
    }

    pub async fn withdraw(&self, who: &SignIn, id: MembershipId) -> Committed<Membership> {
        let command = Withdraw { reason: WithdrawalReason::NotInterested, text: None };
        self.on_membership(who, id, Permission::MembershipWithdraw, command).await.unwrap()
    }

    pub async fn recommend(
        &self,
        who: &SignIn,
        id: MembershipId,
    ) -> Result<Committed<Membership>, PortalError> {
        let call = self.call(who).await;
        self.portal
            .on_membership(&call, id, Permission::MembershipRecommend, |facts| recommend(facts, None))
            .await
    }

    pub async fn certify(
        &self,
        who: &SignIn,
        id: MembershipId,
    ) -> Result<Committed<Membership>, PortalError> {
        let call = self.call(who).await;
        self.portal
            .on_membership(&call, id, Permission::MembershipCertify, |facts| certify(facts, None))
            .await
    }

    /// Bond and debt are settled, the vetting is passed.
    pub async fn clear(&self, who: &SignIn, id: MembershipId, on: &str) {
        let bond = Bond {
            kind: BondKind::Importer,
            term: BondTerm::Continuous,
            number: text("9912AB345"),
            surety: text("Great Lakes Surety"),
            effective_on: Some(day("2025-01-01")),
            ends_on: None,
        };
        self.on_membership(who, id, Permission::MembershipSetBond, SetBond { bond }).await.unwrap();
        self.on_membership(who, id, Permission::MembershipDetermine, no_debt()).await.unwrap();
        self.on_membership(who, id, Permission::MembershipVet, vetted(on)).await.unwrap();
    }

    /// A company whose profile is approved and which is cleared: only the recommendation is missing.
    pub async fn approved(&self, officer: &SignIn, number: &str) -> Applied {
        let applied = self.applied(officer, number).await;
        self.answer_all(officer, applied.profile).await;
        self.portal.submit_profile(&self.call(officer).await, applied.profile).await.unwrap();
        self.assign(&supervisor(), applied.membership, &specialist(), Office::Laredo).await;
        let call = self.call(&specialist()).await;
        self.portal.start_review(&call, applied.profile).await.unwrap();
        self.accept_all(&specialist(), applied.profile).await;
        self.portal.approve_profile(&call, applied.profile, Approve { comment: None }).await.unwrap();
        self.clear(&specialist(), applied.membership, FIRST_DAY).await;
        applied
    }

    pub async fn rows(&self, who: &SignIn) -> Vec<MembershipRow> {
        let call = self.call(who).await;
        self.portal.memberships(&call, &MembershipFilter::default(), &whole()).await.unwrap().items
    }

    pub async fn row(&self, id: MembershipId) -> MembershipRow {
        let rows = self.rows(&auditor()).await;
        rows.into_iter().find(|row| row.membership_id == id.to_string()).expect("a row in the list")
    }

    pub async fn profile_rows(&self, who: &SignIn) -> Vec<ProfileRow> {
        let call = self.call(who).await;
        self.portal.profiles(&call, &ProfileFilter::default(), &whole()).await.unwrap().items
    }

    pub async fn profile_row(&self, id: ProfileId) -> ProfileRow {
        let rows = self.profile_rows(&auditor()).await;
        rows.into_iter().find(|row| row.profile_id == id.to_string()).expect("a row in the list")
    }

    /// What the work queue shows somebody: membership and next step.
    pub async fn queue(&self, who: &SignIn, waiting_for: &str) -> Vec<(String, String)> {
        let call = self.call(who).await;
        let page = self
            .portal
            .work_queue(&call, vec![waiting_for.to_owned()], Vec::new(), Vec::new(), &whole())
            .await
            .unwrap();
        page.items.into_iter().map(|row| (row.membership_id, row.next_step.unwrap())).collect()
    }
}

pub fn recommend(
    MembershipFacts { account, in_use }: MembershipFacts,
    reason: Option<&str>,
) -> MembershipCommand {
    let identifier_conflict_reason = reason.map(text);
    RecommendCertification { account, remark: None, in_use, identifier_conflict_reason }.into()
}

pub fn certify(
    MembershipFacts { account, in_use }: MembershipFacts,
    reason: Option<&str>,
) -> MembershipCommand {
    Certify { account, in_use, identifier_conflict_reason: reason.map(text) }.into()
}

pub fn change(
    MembershipFacts { account, in_use }: MembershipFacts,
    identifiers: Vec<Identifier>,
) -> MembershipCommand {
    ChangeIdentifiers { identifiers, account, in_use }.into()
}

/// Condition 6 is met.
pub fn no_debt() -> RecordDetermination {
    RecordDetermination {
        condition: Condition::C6,
        outcome: Outcome::Met,
        determined_on: None,
        basis: text("No open bill found in the revenue system."),
    }
}

pub fn vetted(on: &str) -> RecordVettingResult {
    RecordVettingResult {
        outcome: VettingOutcome::Passed,
        determined_on: day(on),
        summary: VettingSummary::NoConcerns,
    }
}
