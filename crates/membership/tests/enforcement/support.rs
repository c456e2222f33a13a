//! Actors, dates and stories that the tests share.

use chrono::NaiveDate;
use kernel::{Actor, ActorKind, Context, PersonId, Policy, Refusal, RefusalKind, Role, Text};
use membership::enforcement::*;
use membership::membership::Status;
use membership::membership::benefits::Benefit;
use std::fmt::Debug;
use std::str::FromStr;
use std::sync::Arc;

pub const RECOMMENDED: &str = "2028-06-05";
pub const DECIDED: &str = "2028-06-06";
pub const LAST_DAY: &str = "2028-09-04";

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn id<T: FromStr<Err: Debug>>(prefix: &str, number: u128) -> T {
    format!("{prefix}_{:032x}", 0x0193_a5c0_de7a_7c3e_b8f6_0000_0000_0000_u128 + number).parse().unwrap()
}

pub fn text<const MAX: usize>(words: &str) -> Text<MAX> {
    Text::parse(words).unwrap()
}

fn actor(number: u128, kind: ActorKind, role: Role) -> Actor {
    Actor { id: id("per", number), kind, role }
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

pub fn supervisor() -> Actor {
    actor(5, ActorKind::Staff, Role::Supervisor)
}

pub fn director() -> Actor {
    actor(6, ActorKind::Staff, Role::ProgrammeDirector)
}

pub fn another_director() -> Actor {
    actor(9, ActorKind::Staff, Role::ProgrammeDirector)
}

pub fn at(actor: Actor, on: &str) -> Context {
    Context { now: format!("{on}T17:00:00Z").parse().unwrap(), actor, policy: Arc::new(Policy::default()) }
}

pub fn incident() -> Cause {
    let incident: kernel::IncidentId = id("inc", 0x601);
    Cause { kind: CauseKind::Incident, reference: text(&incident.to_string()) }
}

pub fn supervisor_id() -> PersonId {
    supervisor().id
}

/// A suspension of all benefits after a seizure.
pub fn suspension() -> Impose {
    Impose {
        enforcement_action_id: id("enf", 0x401),
        membership_id: id("mbr", 0x100),
        account_id: id("acc", 0x101),
        action: EnforcementKind::Suspension,
        withheld_benefits: Vec::new(),
        reason: ReasonCode::SecurityIncident,
        facts: text("40 kg of cocaine in trailer 4471; the seal had been changed."),
        criteria_applied: vec![text("Seal control (7.24): not followed.")],
        cause: Some(incident()),
        recommended_by: supervisor_id(),
        recommended_on: day(RECOMMENDED),
        notice_on: None,
        effective_on: None,
        for_false_information: false,
        corrective_plan: None,
        ends: Vec::new(),
        earlier_status: Status::Validated,
        status: Status::Suspended,
    }
}

pub fn partial() -> Impose {
    Impose { withheld_benefits: vec![Benefit::FastLanes], status: Status::Validated, ..suspension() }
}

pub fn removal() -> Impose {
    Impose {
        enforcement_action_id: id("enf", 0x402),
        action: EnforcementKind::Removal,
        reason: ReasonCode::AggravatedFlagrantDisregard,
        status: Status::Removed,
        ..suspension()
    }
}

pub fn reinstatement() -> Impose {
    let lifted: kernel::EnforcementActionId = id("enf", 0x401);
    Impose {
        enforcement_action_id: id("enf", 0x403),
        action: EnforcementKind::Reinstatement,
        reason: ReasonCode::CorrectivePlanAccepted,
        cause: Some(Cause { kind: CauseKind::Suspension, reference: text(&lifted.to_string()) }),
        corrective_plan: Some(plan()),
        ends: vec![lifted],
        earlier_status: Status::Suspended,
        status: Status::Validated,
        ..suspension()
    }
}

pub fn plan() -> CorrectivePlan {
    let objective = Objective { objective: text("Two people log every seal."), due_on: day("2028-10-01") };
    CorrectivePlan { objectives: vec![objective], consents_to_unannounced_visits: true }
}

pub fn appeal(number: u128) -> FileAppeal {
    FileAppeal { appeal_id: id("apl", number), grounds: text("The seal was changed by officers.") }
}

pub fn decision(granted: bool) -> DecideAppeal {
    DecideAppeal {
        granted,
        text: text("The log of 2 June was looked at again."),
        identifier_conflict_reason: None,
    }
}

/// What has happened, and what it makes of the action.
#[derive(Debug, Clone, Default)]
pub struct Story {
    pub events: Vec<EnforcementEvent>,
    pub state: EnforcementAction,
}

impl Story {
    pub fn and(mut self, actor: Actor, on: &str, command: impl Into<EnforcementCommand>) -> Self {
        let events = decide(&self.state, command.into(), &at(actor, on)).unwrap();
        for event in events {
            evolve(&mut self.state, &event);
            self.events.push(event);
        }
        self
    }

    pub fn refusal(&self, actor: Actor, on: &str, command: impl Into<EnforcementCommand>) -> Refusal {
        decide(&self.state, command.into(), &at(actor, on)).expect_err("a refusal")
    }

    /// Expects a refusal because of the state, which says what is possible now.
    pub fn state_forbids(
        &self,
        actor: Actor,
        on: &str,
        command: impl Into<EnforcementCommand>,
        code: &str,
    ) -> Refusal {
        let refusal = self.refusal(actor, on, command);
        assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::StateForbids, code), "{refusal:?}");
        assert_eq!(refusal.current_state.as_deref(), Some(self.state.status().as_str()));
        assert_eq!(refusal.allowed_commands, self.state.allowed_commands());
        refusal
    }

    pub fn invalid(
        &self,
        actor: Actor,
        on: &str,
        command: impl Into<EnforcementCommand>,
        errors: &[(&str, &str)],
    ) {
        let refusal = self.refusal(actor, on, command);
        assert_eq!(refusal.kind, RefusalKind::Invalid, "{refusal:?}");
        let found: Vec<_> =
            refusal.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect();
        assert_eq!(found, errors);
    }

    pub fn forbidden(&self, actor: Actor, on: &str, command: impl Into<EnforcementCommand>, code: &str) {
        let refusal = self.refusal(actor, on, command);
        assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::ActorForbidden, code), "{refusal:?}");
    }
}

pub fn decided(command: Impose) -> Story {
    Story::default().and(director(), DECIDED, command)
}

pub fn suspended() -> Story {
    decided(suspension())
}
