//! A membership of which only its deadlines are known.

use chrono::NaiveDate;
use kernel::{
    AccountId, Actor, ActorKind, Context, EventId, MembershipId, PersonId, Policy, PolicyTable, Role,
};
use obligations::{Fact, FollowError, Kind, Obligation, concerns, follow};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub struct Story {
    pub policies: PolicyTable,
    pub known: Vec<Obligation>,
    events: u128,
    on: NaiveDate,
    stream: String,
}

impl Story {
    pub fn new() -> Self {
        Self::under(PolicyTable::default())
    }

    pub fn under(policies: PolicyTable) -> Self {
        Self { policies, known: Vec::new(), events: 0, on: day("2026-03-02"), stream: "one".to_owned() }
    }

    pub fn tried(&mut self, event_type: &str, payload: Value) -> Result<(), FollowError> {
        assert!(concerns(event_type), "{event_type}");
        self.events += 1;
        let fact = Fact {
            event_id: EventId::new(Uuid::from_u128(self.events)),
            stream_id: &self.stream,
            event_type,
            payload: &payload,
            account_id: AccountId::new(Uuid::from_u128(1)),
            membership_id: MembershipId::new(Uuid::from_u128(2)),
            on: self.on,
        };
        follow(&self.policies, &mut self.known, &fact)
    }

    /// The day on which what follows is recorded.
    pub fn at(mut self, on: &str) -> Self {
        self.on = day(on);
        self
    }

    /// The stream of what follows.
    pub fn of(mut self, stream: &str) -> Self {
        self.stream = stream.to_owned();
        self
    }

    pub fn when(mut self, event_type: &str, payload: Value) -> Self {
        self.tried(event_type, payload).unwrap();
        self
    }

    pub fn applied(self, on: &str, due_on: &str) -> Self {
        self.when("membership.applied", json!({"applied_on": on, "profile_due_on": due_on}))
    }

    pub fn submitted(self, on: &str, decision_due_on: &str) -> Self {
        let payload = json!({"submitted_on": on, "certification_due_on": decision_due_on});
        self.when("membership.profile_submitted", payload)
    }

    pub fn certified(self, on: &str, anniversary_on: &str, validation_due_on: &str) -> Self {
        let payload = json!({
            "certified_on": on, "anniversary_on": anniversary_on, "first_validation_due_on": validation_due_on,
        });
        self.when("membership.certified", payload)
    }

    pub fn passed(self, kind: Kind, noticed_on: &str) -> Self {
        let payload = passing(self.last(kind), noticed_on);
        self.when("obligation.date_passed", payload)
    }

    /// Records that the day of the first one has passed.
    pub fn passed_first(self, kind: Kind, noticed_on: &str) -> Self {
        let payload = passing(self.all(kind)[0], noticed_on);
        self.when("obligation.date_passed", payload)
    }

    pub fn all(&self, kind: Kind) -> Vec<&Obligation> {
        self.known.iter().filter(|one| one.kind == kind).collect()
    }

    pub fn last(&self, kind: Kind) -> &Obligation {
        self.all(kind).pop().expect("an obligation of this kind")
    }
}

pub fn passing(one: &Obligation, noticed_on: &str) -> Value {
    json!({
        "obligation_id": one.id, "kind": one.kind, "owner": one.owner(), "account_id": one.account_id,
        "membership_id": one.membership_id, "due_on": one.due_on, "noticed_on": noticed_on,
        "policy_version": one.policy_version,
    })
}

pub fn waiver(one: &Obligation, on: &str) -> Value {
    json!({
        "obligation_id": one.id, "kind": one.kind, "owner": one.owner(), "account_id": one.account_id,
        "membership_id": one.membership_id, "due_on": one.due_on, "reason": "Flood.",
        "waived_by": PersonId::new(Uuid::from_u128(5)), "waived_on": on,
    })
}

pub fn context(role: Role, today: &str) -> Context {
    let kind = if role == Role::System { ActorKind::System } else { ActorKind::Staff };
    Context {
        now: format!("{today}T17:00:00Z").parse().unwrap(),
        actor: Actor { id: PersonId::new(Uuid::from_u128(5)), kind, role },
        policy: Arc::new(Policy::default()),
    }
}
