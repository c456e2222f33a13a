//! Actors, dates and stories that the tests share.

use criteria::EntityType;
use kernel::{
    AccountId, Actor, ActorKind, Context, InvitationId, MembershipId, PersonId, Policy, Refusal, RefusalKind,
    Role, Text, Timestamp,
};
use membership::invitation::*;
use std::fmt::Debug;
use std::str::FromStr;
use std::sync::Arc;

pub const ISSUED: &str = "2026-03-02";
/// Ninety days after, by policy.
pub const LAST_DAY: &str = "2026-05-31";
pub const TOO_LATE: &str = "2026-06-01";
pub const TYPE: EntityType = EntityType::ForeignMarinePortTerminal;

const BASE: u128 = 0x0193_a5c0_de7a_7c3e_b8f6_0000_0000_0000;

fn id<T: FromStr<Err: Debug>>(prefix: &str, number: u128) -> T {
    format!("{prefix}_{:032x}", BASE + number).parse().unwrap()
}

pub fn invitation_id() -> InvitationId {
    id("inv", 1)
}

pub fn membership_id() -> MembershipId {
    id("mbr", 2)
}

pub fn account_id() -> AccountId {
    id("acc", 3)
}

pub fn person(number: u128) -> PersonId {
    id("per", number)
}

fn actor(number: u128, kind: ActorKind, role: Role) -> Actor {
    Actor { id: person(number), kind, role }
}

pub fn officer() -> Actor {
    actor(1, ActorKind::CompanyUser, Role::Officer)
}

pub fn specialist() -> Actor {
    actor(10, ActorKind::Staff, Role::Specialist)
}

pub fn staff() -> Vec<Actor> {
    vec![
        specialist(),
        actor(11, ActorKind::Staff, Role::Supervisor),
        actor(12, ActorKind::Staff, Role::ProgrammeDirector),
    ]
}

pub fn no_staff() -> Vec<Actor> {
    vec![
        officer(),
        actor(2, ActorKind::CompanyUser, Role::Employee),
        actor(3, ActorKind::CompanyUser, Role::Consultant),
        actor(13, ActorKind::Staff, Role::Auditor),
        actor(14, ActorKind::Machine, Role::Integrator),
        actor(15, ActorKind::Machine, Role::Operator),
        Actor::system(),
    ]
}

/// Noon in New York on a day.
pub fn at(actor: Actor, on: &str) -> Context {
    let now: Timestamp = format!("{on}T17:00:00Z").parse().unwrap();
    Context { now, actor, policy: Arc::new(Policy::default()) }
}

pub fn text<const MAX: usize>(words: &str) -> Text<MAX> {
    Text::parse(words).unwrap()
}

pub fn issue() -> IssueInvitation {
    IssueInvitation {
        invitation_id: invitation_id(),
        entity_type: TYPE,
        token_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        expires_on: None,
    }
}

pub fn redeem() -> RedeemInvitation {
    RedeemInvitation {
        entity_type: TYPE,
        membership_id: membership_id(),
        account_id: account_id(),
        of_the_issuer: false,
    }
}

pub fn revoke() -> RevokeInvitation {
    RevokeInvitation { reason: text("Issued for the wrong company.") }
}

/// What has happened, and what it makes of the invitation.
#[derive(Debug, Clone, Default)]
pub struct Story {
    pub events: Vec<InvitationEvent>,
    pub state: Invitation,
}

impl Story {
    pub fn and(mut self, actor: Actor, on: &str, command: impl Into<InvitationCommand>) -> Self {
        for event in self.ask(actor, on, command).unwrap() {
            evolve(&mut self.state, &event);
            self.events.push(event);
        }
        self
    }

    pub fn ask(
        &self,
        actor: Actor,
        on: &str,
        command: impl Into<InvitationCommand>,
    ) -> Result<Vec<InvitationEvent>, Refusal> {
        decide(&self.state, command.into(), &at(actor, on))
    }

    pub fn then(
        &self,
        actor: Actor,
        on: &str,
        command: impl Into<InvitationCommand>,
        expected: impl Into<InvitationEvent>,
    ) {
        assert_eq!(self.ask(actor, on, command), Ok(vec![expected.into()]));
    }

    pub fn refused(
        &self,
        actor: Actor,
        on: &str,
        command: impl Into<InvitationCommand>,
        kind: RefusalKind,
        code: &str,
    ) -> Refusal {
        let refusal = self.ask(actor, on, command).expect_err("a refusal");
        assert_eq!((refusal.kind, refusal.code.as_str()), (kind, code), "{refusal:?}");
        assert!(refusal.sentence.ends_with('.'), "{refusal:?}");
        if kind == RefusalKind::StateForbids {
            assert_eq!(refusal.current_state.as_deref(), Some(self.state.status.as_str()));
            assert_eq!(refusal.allowed_commands, self.state.allowed_commands());
        }
        refusal
    }
}

pub fn nothing() -> Story {
    Story::default()
}

pub fn issued() -> Story {
    nothing().and(specialist(), ISSUED, issue())
}

pub fn redeemed() -> Story {
    issued().and(officer(), LAST_DAY, redeem())
}

pub fn revoked() -> Story {
    issued().and(specialist(), LAST_DAY, revoke())
}
