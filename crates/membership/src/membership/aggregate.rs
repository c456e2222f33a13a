//! The shim between the pure rules and cqrs-es.

use super::command::MembershipCommand;
use super::decide::decide;
use super::event::MembershipEvent;
use super::evolve::evolve;
use super::state::Membership;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use kernel::{Context, Refusal};

impl Aggregate for Membership {
    const TYPE: &'static str = "membership";
    type Command = MembershipCommand;
    type Event = MembershipEvent;
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
