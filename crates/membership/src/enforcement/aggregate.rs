//! The shim between the pure rules and cqrs-es.

use super::command::EnforcementCommand;
use super::decide::decide;
use super::event::EnforcementEvent;
use super::state::{EnforcementAction, evolve};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use kernel::{Context, Refusal};

impl Aggregate for EnforcementAction {
    const TYPE: &'static str = "enforcement_action";
    type Command = EnforcementCommand;
    type Event = EnforcementEvent;
    type Error = Refusal;
    type Services = Context;

    async fn handle(
        &mut self,
        command: Self::Command,
        context: &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), Self::Error> {
        for event in decide(self, command, context)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Self::Event) {
        evolve(self, &event);
    }
}
