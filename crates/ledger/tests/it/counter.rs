//! An aggregate as small as can be.

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use kernel::{EventDescription, EventId, Refusal};
use ledger::{EventTypes, NewEvent, Upcaster};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

pub const COUNTER: &str = "counter";
/// A note that the tally does not take.
pub const POISON: &str = "poison";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Added {
    pub amount: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cleared {}

kernel::events! {
    /// What happens to a counter.
    pub enum CounterEvent {
        /// An amount was added. Version 1 called it `n`.
        Added(Added) = "counter.added", 2;
        /// It was set to nothing.
        Cleared(Cleared) = "counter.cleared", 1;
    }
}

/// The sum, and how often an event was applied: twice as often as there are events if somebody turned on snapshots.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Counter {
    pub total: i64,
    pub applied: i64,
}

impl Aggregate for Counter {
    const TYPE: &'static str = COUNTER;
    type Command = CounterEvent;
    type Event = CounterEvent;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: CounterEvent,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        sink.write(command, self).await;
        Ok(())
    }

    fn apply(&mut self, event: CounterEvent) {
        self.applied += 1;
        match event {
            CounterEvent::Added(added) => self.total += added.amount,
            CounterEvent::Cleared(_) => self.total = 0,
        }
    }
}

struct NumberToAmount;

impl Upcaster for NumberToAmount {
    fn event_type(&self) -> &str {
        "counter.added"
    }
    fn old_version(&self) -> u32 {
        1
    }
    fn upcast(&self, payload: Value) -> Value {
        json!({ "amount": payload["n"] })
    }
}

pub fn types() -> EventTypes {
    EventTypes::new(CounterEvent::DESCRIPTIONS.iter().copied(), vec![Box::new(NumberToAmount)])
}

/// The types as they were before `n` became `amount`.
pub fn old_types() -> EventTypes {
    EventTypes::new(
        [EventDescription { event_type: "counter.added", version: 1, summary: "", example: "{}" }],
        Vec::new(),
    )
}

pub fn event_id() -> EventId {
    EventId::new(Uuid::now_v7())
}

pub fn added(amount: i64) -> NewEvent {
    NewEvent::of(event_id(), &CounterEvent::from(Added { amount, note: None })).unwrap()
}

pub fn added_with(amount: i64, note: &str) -> NewEvent {
    NewEvent::of(event_id(), &CounterEvent::from(Added { amount, note: Some(note.to_owned()) })).unwrap()
}

pub fn cleared() -> NewEvent {
    NewEvent::of(event_id(), &CounterEvent::from(Cleared {})).unwrap()
}

/// As the programme of before wrote it.
pub fn added_once_upon_a_time(n: i64) -> NewEvent {
    NewEvent {
        event_id: event_id(),
        event_type: "counter.added".to_owned(),
        event_version: "1".to_owned(),
        payload: json!({ "n": n }),
    }
}
