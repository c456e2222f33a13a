//! Actors, dates and stories that the tests share.

use chrono::NaiveDate;
use criteria::EntityType;
use kernel::identifiers::{Identifier, IdentifierType};
use kernel::{
    AccountId, Actor, ActorKind, AppealId, Context, CountryCode, DocumentId, EnforcementActionId,
    InvitationId, MembershipId, PersonId, Policy, ProfileId, Refusal, RefusalKind, Role, Text, Timestamp,
};
use membership::enforcement::{Cause, CauseKind, CorrectivePlan, EnforcementKind, Objective, ReasonCode};
use membership::membership::benefits::Benefit;
use membership::membership::*;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::str::FromStr;
use std::sync::Arc;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub const APPLIED: &str = "2026-03-02";
pub const PROFILE_DUE: &str = "2026-04-01";
pub const SUBMITTED: &str = "2026-03-20";
pub const CERTIFICATION_DUE: &str = "2026-06-18";
pub const RETURNED: &str = "2026-04-01";
pub const RESUBMITTED: &str = "2026-04-08";
pub const APPROVED: &str = "2026-04-10";
pub const VETTED: &str = "2026-04-15";
pub const RECOMMENDED: &str = "2026-04-20";
pub const CERTIFIED: &str = "2026-04-22";
pub const VALIDATED: &str = "2027-03-15";

const BASE: u128 = 0x0193_a5c0_de7a_7c3e_b8f6_0000_0000_0000;

fn id<T: FromStr<Err: Debug>>(prefix: &str, number: u128) -> T {
    format!("{prefix}_{:032x}", BASE + number).parse().unwrap()
}

pub fn person(number: u128) -> PersonId {
    id("per", number)
}

pub fn membership_id() -> MembershipId {
    id("mbr", 0x100)
}

pub fn earlier_membership_id() -> MembershipId {
    id("mbr", 0x99)
}

pub fn account_id() -> AccountId {
    id("acc", 0x101)
}

pub fn profile_id() -> ProfileId {
    id("prf", 0x102)
}

pub fn invitation_id() -> InvitationId {
    id("inv", 0x103)
}

pub fn document_id(number: u128) -> DocumentId {
    id("doc", 0x200 + number)
}

fn actor(number: u128, kind: ActorKind, role: Role) -> Actor {
    Actor { id: person(number), kind, role }
}

pub fn officer() -> Actor {
    actor(1, ActorKind::CompanyUser, Role::Officer)
}

pub fn employee() -> Actor {
    actor(2, ActorKind::CompanyUser, Role::Employee)
}

pub fn consultant() -> Actor {
    actor(3, ActorKind::CompanyUser, Role::Consultant)
}

pub fn specialist() -> Actor {
    actor(4, ActorKind::Staff, Role::Specialist)
}

pub fn supervisor() -> Actor {
    actor(5, ActorKind::Staff, Role::Supervisor)
}

pub fn director() -> Actor {
    actor(6, ActorKind::Staff, Role::ProgrammeDirector)
}

pub fn another_director() -> Actor {
    actor(9, ActorKind::Staff, Role::ProgrammeDirector)
}

/// The primary point of contact, who is an employee.
pub fn point_of_contact() -> Actor {
    actor(20, ActorKind::CompanyUser, Role::Employee)
}

pub fn auditor() -> Actor {
    actor(7, ActorKind::Staff, Role::Auditor)
}

pub fn integrator() -> Actor {
    actor(8, ActorKind::Machine, Role::Integrator)
}

/// Noon in New York on a day.
pub fn at(actor: Actor, on: &str) -> Context {
    let now: Timestamp = format!("{on}T17:00:00Z").parse().unwrap();
    Context { now, actor, policy: Arc::new(Policy::default()) }
}

pub fn text<const MAX: usize>(words: &str) -> Text<MAX> {
    Text::parse(words).unwrap()
}

pub fn identifier(kind: IdentifierType) -> Identifier {
    identifier_as(kind, kind.example())
}

pub fn identifier_as(kind: IdentifierType, typed: &str) -> Identifier {
    Identifier::parse(kind, typed).unwrap()
}

pub fn change(identifiers: Vec<Identifier>) -> ChangeIdentifiers {
    ChangeIdentifiers { identifiers, account: account(), in_use: Vec::new() }
}

pub fn agreement() -> AcceptedAgreement {
    AcceptedAgreement {
        version: "2026-01".to_owned(),
        accepted_by: officer().id,
        accepted_at: "2026-03-02T15:04:05Z".parse().unwrap(),
    }
}

/// An account on which nothing is amiss, with offices in every country that some type names.
pub fn account() -> AccountFacts {
    AccountFacts {
        account_id: account_id(),
        officer: Some(officer().id),
        agreement: Some(agreement()),
        staffed_offices: ["US", "CA", "MX", "VN"].map(|code| CountryCode::parse(code).unwrap()).into(),
        primary_contact: Some(person(20)),
        alternate_contact: Some(person(21)),
        expected_mids: ["MXACMIND1145TIJ".to_owned()].into(),
    }
}

pub fn acta() -> Document {
    Document {
        document_id: document_id(1),
        kind: DocumentKind::ActaConstitutiva,
        title: text("Acta Constitutiva 1998"),
        reference: text("notarial archive 12, volume 7"),
        sha256: None,
    }
}

/// Everything that a type can declare, affirmed.
pub fn declared(entity_type: EntityType) -> Declarations {
    let affirm = |statement: &Statement| (*statement, StatementAnswer::Affirmed);
    Declarations {
        last_trading_on: Some(day("2026-02-20")),
        debt: Some(DebtDeclaration::NoUnpaidFinalDebt),
        statements: membership::membership::entity_requirements::of(entity_type)
            .statements
            .iter()
            .map(affirm)
            .collect(),
    }
}

/// An application of a type to which nothing is missing.
pub fn application(entity_type: EntityType) -> Apply {
    let country = match entity_type {
        EntityType::MexicoLongHaulCarrier | EntityType::ForeignManufacturer => CountryCode::MX,
        EntityType::ForeignMarinePortTerminal => CountryCode::parse("VN").unwrap(),
        _ => CountryCode::US,
    };
    let rules = membership::membership::entity_requirements::of(entity_type);
    let missing = rules.missing_identifiers(country, &[]);
    Apply {
        membership_id: membership_id(),
        account_id: account_id(),
        profile_id: profile_id(),
        entity_type,
        country_of_establishment: country,
        identifiers: missing.iter().map(|rule| identifier(rule.any_of[0])).collect(),
        documents: if country == CountryCode::MX { vec![acta()] } else { Vec::new() },
        declarations: declared(entity_type),
        invitation_id: rules.invitation.needs_invitation(country).then(invitation_id),
        previous_membership_id: None,
        account: account(),
        pilot_places_taken: 0,
        in_use: Vec::new(),
        waits_until: None,
    }
}

pub fn recommend() -> RecommendCertification {
    RecommendCertification {
        account: account(),
        remark: None,
        in_use: Vec::new(),
        identifier_conflict_reason: None,
    }
}

pub fn certify() -> Certify {
    Certify { account: account(), in_use: Vec::new(), identifier_conflict_reason: None }
}

/// Another live membership of the type that uses the importer number of [`application`].
pub fn another(same_account: bool, number: u128) -> IdentifierUse {
    let used = identifier(IdentifierType::ImporterOfRecord);
    IdentifierUse {
        identifier_type: used.identifier_type,
        normalised: used.normalised,
        membership_id: id("mbr", number),
        same_account,
    }
}

pub fn import_bond() -> Bond {
    Bond {
        kind: BondKind::Importer,
        term: BondTerm::Continuous,
        number: text("9912AB345"),
        surety: text("Great Lakes Surety"),
        effective_on: Some(day("2025-01-01")),
        ends_on: None,
    }
}

pub fn passed(on: &str) -> RecordVettingResult {
    vetting(VettingOutcome::Passed, VettingSummary::NoConcerns, on)
}

pub fn vetting(outcome: VettingOutcome, summary: VettingSummary, on: &str) -> RecordVettingResult {
    RecordVettingResult { outcome, determined_on: day(on), summary }
}

pub fn debt_confirmed() -> RecordDetermination {
    RecordDetermination {
        condition: Condition::C6,
        outcome: Outcome::Met,
        determined_on: None,
        basis: text("No open bill found in the revenue system."),
    }
}

/// What has happened, and what it makes of the membership.
#[derive(Debug, Clone, Default)]
pub struct Story {
    pub events: Vec<MembershipEvent>,
    pub state: Membership,
}

impl Story {
    /// Asks, and carries on with what follows.
    pub fn and(mut self, actor: Actor, on: &str, command: impl Into<MembershipCommand>) -> Self {
        let command = command.into();
        let events = decide(&self.state, command.clone(), &at(actor, on))
            .unwrap_or_else(|refusal| panic!("{command:?} was refused: {refusal:?}"));
        for event in events {
            evolve(&mut self.state, &event);
            self.events.push(event);
        }
        self
    }

    /// Carries on with events that no command of today leads to.
    pub fn with(mut self, event: impl Into<MembershipEvent>) -> Self {
        let event = event.into();
        evolve(&mut self.state, &event);
        self.events.push(event);
        self
    }

    pub fn ask(
        &self,
        actor: Actor,
        on: &str,
        command: impl Into<MembershipCommand>,
    ) -> Result<Vec<MembershipEvent>, Refusal> {
        decide(&self.state, command.into(), &at(actor, on))
    }

    pub fn then(
        &self,
        actor: Actor,
        on: &str,
        command: impl Into<MembershipCommand>,
        expected: Vec<MembershipEvent>,
    ) {
        assert_eq!(self.ask(actor, on, command), Ok(expected));
    }

    /// Expects a refusal because of the state; it has to name the state and what is possible now.
    pub fn state_forbids(
        &self,
        actor: Actor,
        on: &str,
        command: impl Into<MembershipCommand>,
        code: &str,
    ) -> Refusal {
        let refusal = self.ask(actor, on, command).expect_err("a refusal");
        assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::StateForbids, code), "{refusal:?}");
        assert_eq!(refusal.current_state.as_deref(), Some(self.state.status.as_str()));
        assert_eq!(refusal.allowed_commands, self.state.allowed_commands());
        refusal
    }

    /// Expects a refusal because of the input, with these errors.
    pub fn invalid(
        &self,
        actor: Actor,
        on: &str,
        command: impl Into<MembershipCommand>,
        code: &str,
        errors: &[(&str, &str)],
    ) {
        let refusal = self.ask(actor, on, command).expect_err("a refusal");
        assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::Invalid, code), "{refusal:?}");
        let found: Vec<_> =
            refusal.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect();
        assert_eq!(found, errors);
    }

    /// Expects a refusal of everybody in a list because of who they are.
    pub fn forbidden(
        &self,
        actors: &[Actor],
        on: &str,
        command: impl Into<MembershipCommand> + Clone,
        code: &str,
    ) {
        for actor in actors {
            let refusal = self.ask(actor.clone(), on, command.clone()).expect_err("a refusal");
            assert_eq!(
                (refusal.kind, refusal.code.as_str()),
                (RefusalKind::ActorForbidden, code),
                "{actor:?}"
            );
        }
    }
}

pub fn nothing() -> Story {
    Story::default()
}

pub fn pre_applicant() -> Story {
    pre_applicant_as(EntityType::Importer)
}

pub fn pre_applicant_as(entity_type: EntityType) -> Story {
    nothing().and(officer(), APPLIED, application(entity_type))
}

/// Submitted; nobody at CBP is answerable for it yet.
pub fn unassigned() -> Story {
    pre_applicant().and(officer(), SUBMITTED, SubmitSecurityProfile { account: account() })
}

pub fn assign() -> AssignSpecialist {
    AssignSpecialist { specialist: specialist().id, office: Office::Laredo }
}

pub fn applicant() -> Story {
    unassigned().and(supervisor(), SUBMITTED, assign())
}

pub fn returned() -> Story {
    applicant().and(specialist(), RETURNED, ReturnProfile { rejected_answers: 2, answer_due_on: None })
}

/// Approved, vetted, bond and debt settled: only the recommendation is missing.
pub fn approved() -> Story {
    only_approved()
        .and(specialist(), APPROVED, SetBond { bond: import_bond() })
        .and(specialist(), APPROVED, debt_confirmed())
        .and(specialist(), VETTED, passed(VETTED))
}

pub fn only_approved() -> Story {
    applicant().and(specialist(), APPROVED, ApproveProfile { snapshot_number: 1 })
}

pub fn recommended() -> Story {
    approved().and(specialist(), RECOMMENDED, recommend())
}

pub fn certified() -> Story {
    recommended().and(supervisor(), CERTIFIED, certify())
}

/// A certified member of any type.
pub fn certified_as(entity_type: EntityType) -> Story {
    let story = pre_applicant_as(entity_type)
        .and(officer(), SUBMITTED, SubmitSecurityProfile { account: account() })
        .and(supervisor(), SUBMITTED, assign())
        .and(specialist(), APPROVED, ApproveProfile { snapshot_number: 1 })
        .and(specialist(), APPROVED, debt_confirmed())
        .and(specialist(), VETTED, passed(VETTED));
    let story = match membership::membership::entity_requirements::of(entity_type).needed_bond() {
        Some(bond) => {
            let (kind, term) = bond.any_of[0];
            let bond = Bond { kind, term: term.unwrap_or(BondTerm::Continuous), ..import_bond() };
            story.and(specialist(), VETTED, SetBond { bond })
        }
        None => story,
    };
    story.and(specialist(), RECOMMENDED, recommend()).and(supervisor(), CERTIFIED, certify())
}

pub fn validation(reference: &str, on: &str) -> RecordValidationOutcome {
    RecordValidationOutcome {
        validation_reference: text(reference),
        validated_on: day(on),
        best_practices: None,
        revalidation_due_on: None,
        reported_by: specialist().id,
    }
}

pub fn validated() -> Story {
    certified().and(supervisor(), VALIDATED, validation("VAL-1", VALIDATED))
}

pub const ACCUSED: &str = "2027-04-01";
pub const SUSPENDED: &str = "2027-04-02";
/// The last day to answer the suspension.
pub const ANSWER_DUE: &str = "2027-07-01";
pub const REMOVED: &str = "2027-07-02";

pub fn enforcement_id(number: u128) -> EnforcementActionId {
    id("enf", 0x400 + number)
}

pub fn appeal_id() -> AppealId {
    id("apl", 0x500)
}

pub fn incident(number: u128) -> Cause {
    let incident: kernel::IncidentId = id("inc", 0x600 + number);
    Cause { kind: CauseKind::Incident, reference: text(&incident.to_string()) }
}

pub fn recommendation(action: EnforcementKind) -> RecommendEnforcement {
    let reason = match action {
        EnforcementKind::Suspension => ReasonCode::SecurityIncident,
        EnforcementKind::Removal => ReasonCode::AggravatedFlagrantDisregard,
        EnforcementKind::Reinstatement => ReasonCode::CorrectivePlanAccepted,
    };
    RecommendEnforcement { action, reason, text: text("The seal log of 2 June has a gap of five hours.") }
}

pub fn suspend(number: u128, withheld_benefits: &[Benefit]) -> Suspend {
    Suspend {
        enforcement_action_id: enforcement_id(number),
        withheld_benefits: withheld_benefits.to_vec(),
        reason: ReasonCode::SecurityIncident,
        cause: Some(incident(number)),
        in_force: Vec::new(),
    }
}

/// What the entry of a suspension says.
pub fn in_force(number: u128) -> InForce {
    InForce {
        enforcement_action_id: enforcement_id(number),
        action: EnforcementKind::Suspension,
        reason: ReasonCode::SecurityIncident,
        cause: incident(number),
        answer_due_on: Some(day(ANSWER_DUE)),
        appeal_open: false,
        plan: None,
    }
}

pub fn plan() -> CorrectivePlan {
    let objective = Objective { objective: text("Two people log every seal."), due_on: day("2027-10-01") };
    CorrectivePlan { objectives: vec![objective], consents_to_unannounced_visits: true }
}

pub fn remove(number: u128, reason: ReasonCode) -> Remove {
    Remove {
        enforcement_action_id: enforcement_id(number),
        reason,
        cause: Some(incident(number)),
        in_force: Vec::new(),
    }
}

pub fn suspended() -> Story {
    validated().and(supervisor(), ACCUSED, recommendation(EnforcementKind::Suspension)).and(
        director(),
        SUSPENDED,
        suspend(1, &[]),
    )
}

pub fn fast_lanes_lost() -> Story {
    validated().and(supervisor(), ACCUSED, recommendation(EnforcementKind::Suspension)).and(
        director(),
        SUSPENDED,
        suspend(1, &[Benefit::FastLanes]),
    )
}

pub fn removed() -> Story {
    validated().and(supervisor(), ACCUSED, recommendation(EnforcementKind::Removal)).and(
        director(),
        SUSPENDED,
        remove(2, ReasonCode::AggravatedFlagrantDisregard),
    )
}

/// Removed because a suspension was not answered.
pub fn removed_from_suspension() -> Story {
    let unanswered = Remove { in_force: vec![in_force(1)], ..remove(2, ReasonCode::SuspensionUnanswered) };
    suspended().and(supervisor(), ANSWER_DUE, recommendation(EnforcementKind::Removal)).and(
        director(),
        REMOVED,
        unanswered,
    )
}

/// An appeal against an action was granted.
pub fn restore(number: u128) -> Restore {
    Restore {
        enforcement_action_id: enforcement_id(number),
        appeal_id: appeal_id(),
        in_use: Vec::new(),
        identifier_conflict_reason: None,
    }
}

pub fn stay(in_force: Vec<InForce>) -> TakeBackWithdrawal {
    TakeBackWithdrawal { account: account(), in_force }
}

pub fn ask_to_leave() -> RequestWithdrawal {
    RequestWithdrawal { account: account(), reason: WithdrawalReason::MergedOrSold, text: None }
}

pub fn rejected() -> Story {
    applicant().and(
        specialist(),
        APPROVED,
        Reject { reason: RejectionReason::NoResponse, text: text("Three letters were not answered.") },
    )
}

pub fn ineligible() -> Story {
    applicant().and(
        specialist(),
        APPROVED,
        FindIneligible {
            condition: Condition::C6,
            reason: IneligibilityReason::UnpaidDebt,
            text: text("Bill 4410 is final and unpaid."),
        },
    )
}

pub fn withdrawn() -> Story {
    applicant().and(employee(), APPROVED, Withdraw { reason: WithdrawalReason::MergedOrSold, text: None })
}

pub fn inactive() -> Story {
    pre_applicant().and(Actor::system(), "2026-04-02", ExpireApplication {})
}

/// One story for every status.
pub fn stories() -> BTreeMap<Status, Story> {
    let stories = [
        nothing(),
        pre_applicant(),
        applicant(),
        approved(),
        certified(),
        validated(),
        suspended(),
        removed(),
        rejected(),
        ineligible(),
        withdrawn(),
        inactive(),
    ];
    stories.into_iter().map(|story| (story.state.status, story)).collect()
}

pub fn company() -> Vec<Actor> {
    vec![officer(), employee(), consultant(), integrator()]
}
