//! Given / when / then, and the words that the stories share.

use incident::event::IncidentReported;
use incident::{
    AcceptResponse, BeginReview, Close, ConcludePart, Conclusion, DiscoveredBy, FactGroup, Facts, Incident,
    IncidentCommand, IncidentEvent, InvolveAccount, Kind, Moment, Outcome, PartyRole, Place, PlanAction,
    Report, RequestAnalysis, ReturnResponse, Risk, SubmitAnalysis, SubmitPlan, TextDigest, Triage, decide,
    evolve,
};
use kernel::cargo::{CargoNumber, CargoNumberType};
use kernel::{
    AccountId, Actor, ActorKind, Context, CountryCode, FieldError, IncidentId, PersonId, Policy, Refusal,
    RefusalKind, Role, Text, Timestamp,
};
use std::sync::Arc;

pub const NOW: &str = "2026-03-02T15:00:00.123456Z";

pub fn uuid_text(number: u32) -> String {
    format!("0193a5c0de7a7c3eb8f6a1b2{number:08x}")
}

pub fn person(number: u32) -> PersonId {
    format!("per_{}", uuid_text(number)).parse().unwrap()
}

pub fn incident_id(number: u32) -> IncidentId {
    format!("inc_{}", uuid_text(number)).parse().unwrap()
}

/// The account that reports in these stories.
pub fn carrier() -> AccountId {
    format!("acc_{}", uuid_text(3)).parse().unwrap()
}

/// Another account that is involved.
pub fn importer() -> AccountId {
    format!("acc_{}", uuid_text(4)).parse().unwrap()
}

/// An account that has nothing to do with it.
pub fn stranger() -> AccountId {
    format!("acc_{}", uuid_text(5)).parse().unwrap()
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn text<const MAX: usize>(words: &str) -> Text<MAX> {
    Text::parse(words).unwrap()
}

pub fn digest(words: &str) -> TextDigest {
    TextDigest(words.to_owned())
}

pub fn number(kind: CargoNumberType, typed: &str) -> CargoNumber {
    CargoNumber::parse(kind, typed).unwrap()
}

pub fn context_at(role: Role, now: &str) -> Context {
    let (kind, number) = match role {
        Role::Officer => (ActorKind::CompanyUser, 10),
        Role::Employee => (ActorKind::CompanyUser, 11),
        Role::Consultant => (ActorKind::CompanyUser, 12),
        Role::Integrator => (ActorKind::Machine, 13),
        Role::Operator => (ActorKind::Machine, 14),
        Role::Specialist => (ActorKind::Staff, 20),
        Role::Supervisor => (ActorKind::Staff, 21),
        Role::ProgrammeDirector => (ActorKind::Staff, 22),
        Role::Auditor => (ActorKind::Staff, 23),
        Role::System => {
            return Context { now: at(now), actor: Actor::system(), policy: Arc::new(Policy::default()) };
        }
    };
    let actor = Actor { id: person(number), kind, role };
    Context { now: at(now), actor, policy: Arc::new(Policy::default()) }
}

pub fn context(role: Role) -> Context {
    context_at(role, NOW)
}

pub const STAFF: [Role; 3] = [Role::Specialist, Role::Supervisor, Role::ProgrammeDirector];
pub const NOT_STAFF: [Role; 7] = [
    Role::Officer,
    Role::Employee,
    Role::Consultant,
    Role::Integrator,
    Role::Operator,
    Role::Auditor,
    Role::System,
];

pub fn moment(from_at: &str, to_at: Option<&str>) -> Moment {
    Moment { from_at: at(from_at), to_at: to_at.map(at) }
}

pub fn facts() -> Facts {
    Facts {
        kind: Kind::SealDiscrepancy,
        discovered_by: DiscoveredBy::Company,
        occurred: moment("2026-03-01T18:00:00Z", Some("2026-03-02T03:30:00Z")),
        discovered: moment("2026-03-02T06:15:00Z", None),
        place: Some(Place { country: CountryCode::MX, locality: text("Nuevo Laredo") }),
        conveyance: None,
        numbers: vec![number(CargoNumberType::Container, "CSQU 305438-3")],
        goods: None,
        quantity: None,
        notifications: Vec::new(),
    }
}

pub fn report(facts: Facts, party: Option<(AccountId, PartyRole)>) -> Report {
    Report { incident_id: incident_id(1), facts, party, narrative: digest("narrative") }
}

pub fn by_the_carrier() -> Report {
    report(facts(), Some((carrier(), PartyRole::Carrier)))
}

pub fn involve_the_importer() -> InvolveAccount {
    InvolveAccount {
        account_id: importer(),
        role: PartyRole::Importer,
        disclosed: vec![FactGroup::Times, FactGroup::Place],
    }
}

pub fn triage() -> Triage {
    Triage { risk: Risk::High, basis: text("A route with earlier seizures.") }
}

pub fn request_analysis(account_id: AccountId) -> RequestAnalysis {
    RequestAnalysis { account_id, due_on: None }
}

pub fn analysis(failed: &[&str]) -> SubmitAnalysis {
    SubmitAnalysis {
        account_id: importer(),
        root_cause: digest("root cause"),
        failed_criteria: failed.iter().map(|id| id.parse().unwrap()).collect(),
    }
}

pub fn plan() -> SubmitPlan {
    let action = |what: &str, due_on: &str| PlanAction {
        description: digest(what),
        owner: person(31),
        due_on: due_on.parse().unwrap(),
    };
    let actions = vec![action("seals", "2026-04-01"), action("training", "2026-05-01")];
    SubmitPlan { account_id: importer(), actions }
}

pub fn accept() -> AcceptResponse {
    AcceptResponse { account_id: importer(), due_on: None }
}

pub fn give_back() -> ReturnResponse {
    ReturnResponse { account_id: importer(), reason: text("Say more."), due_on: None }
}

pub fn conclude(conclusion: Conclusion) -> ConcludePart {
    ConcludePart { account_id: importer(), conclusion, basis: text("As the file shows.") }
}

pub fn close() -> Close {
    Close { outcome: Outcome::Confirmed, basis: text("The seal was changed on the road.") }
}

/// An incident with everything that led to it.
#[derive(Clone, Default)]
pub struct Given {
    pub incident: Incident,
    pub events: Vec<IncidentEvent>,
}

impl Given {
    pub fn nothing() -> Given {
        Given::default()
    }

    /// The carrier reported it.
    pub fn reported() -> Given {
        Given::nothing().and(by_the_carrier(), Role::Officer)
    }

    /// CBP entered it and named nobody.
    pub fn entered() -> Given {
        Given::nothing().and(report(facts(), None), Role::Specialist)
    }

    /// Carrier and importer are involved.
    pub fn of_two() -> Given {
        Given::reported().and(involve_the_importer(), Role::Specialist)
    }

    pub fn triaged() -> Given {
        Given::of_two().and(triage(), Role::Specialist)
    }

    pub fn under_review() -> Given {
        Given::triaged().and(BeginReview {}, Role::Specialist)
    }

    /// The importer owes its analysis.
    pub fn asked() -> Given {
        Given::under_review().and(request_analysis(importer()), Role::Specialist)
    }

    pub fn analysed() -> Given {
        Given::asked().and(analysis(&["6.2", "7.23"]), Role::Officer)
    }

    pub fn plan_owed() -> Given {
        Given::analysed().and(accept(), Role::Specialist)
    }

    pub fn planned() -> Given {
        Given::plan_owed().and(plan(), Role::Employee)
    }

    pub fn monitored() -> Given {
        Given::planned().and(accept(), Role::Specialist)
    }

    pub fn closed() -> Given {
        Given::under_review().and(close(), Role::Supervisor)
    }

    pub fn and_event(mut self, event: IncidentEvent) -> Given {
        evolve(&mut self.incident, &event);
        self.events.push(event);
        self
    }

    /// A command that must succeed.
    pub fn and(self, command: impl Into<IncidentCommand>, role: Role) -> Given {
        self.and_in(command, &context(role))
    }

    pub fn and_in(self, command: impl Into<IncidentCommand>, context: &Context) -> Given {
        let events = self.when_in(command, context).accepted();
        events.into_iter().fold(self, Given::and_event)
    }

    pub fn when(&self, command: impl Into<IncidentCommand>, role: Role) -> Then {
        self.when_in(command, &context(role))
    }

    pub fn when_in(&self, command: impl Into<IncidentCommand>, context: &Context) -> Then {
        Then { result: decide(&self.incident, command.into(), context), before: self.incident.clone() }
    }

    pub fn report(&self) -> &IncidentReported {
        self.incident.report.as_ref().unwrap()
    }
}

pub struct Then {
    result: Result<Vec<IncidentEvent>, Refusal>,
    before: Incident,
}

impl Then {
    pub fn accepted(self) -> Vec<IncidentEvent> {
        self.result
            .unwrap_or_else(|refusal| panic!("refused: {} {refusal} {:?}", refusal.code, refusal.errors))
    }

    pub fn then(self, event: impl Into<IncidentEvent>) {
        assert_eq!(self.accepted(), [event.into()]);
    }

    pub fn then_nothing_happens(self) {
        assert_eq!(self.accepted(), []);
    }

    /// Refused because of the state: it names the status and what is allowed in it.
    pub fn then_state_forbids(self, code: &str) {
        let before = self.before.clone();
        let refusal = self.refused(code, RefusalKind::StateForbids);
        assert_eq!(refusal.current_state.as_deref(), Some(before.status.as_str()));
        assert_eq!(refusal.allowed_commands, before.allowed_commands());
    }

    /// Refused because of how far the part of the importer is, without a word about others.
    pub fn then_part_forbids(self, code: &str) {
        self.then_account_forbids(code, importer());
    }

    /// Refused because of how things stand for this account.
    pub fn then_account_forbids(self, code: &str, account: AccountId) {
        let before = self.before.clone();
        let refusal = self.refused(code, RefusalKind::StateForbids);
        assert_eq!(refusal.current_state.as_deref(), Some(before.status_for(account).as_str()));
        assert_eq!(refusal.allowed_commands, before.allowed_commands_for(&[account]));
    }

    pub fn then_actor_forbidden(self, code: &str) {
        self.refused(code, RefusalKind::ActorForbidden);
    }

    pub fn then_invalid(self, code: &str) -> Refusal {
        let refusal = self.refused(code, RefusalKind::Invalid);
        assert!(!refusal.errors.is_empty());
        refusal
    }

    fn refused(self, code: &str, kind: RefusalKind) -> Refusal {
        match self.result {
            Err(refusal) => {
                assert_eq!((refusal.code.as_str(), refusal.kind), (code, kind), "{refusal}");
                assert!(refusal.sentence.ends_with('.'), "{refusal}");
                refusal
            }
            Ok(events) => panic!("expected refusal {code}, got {events:?}"),
        }
    }
}

/// The pointers and codes of a refusal.
pub fn pointers(errors: &[FieldError]) -> Vec<(&str, &str)> {
    errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect()
}
