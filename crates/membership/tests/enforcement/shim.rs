use crate::support::*;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use membership::enforcement::*;

#[tokio::test]
async fn the_aggregate_forwards_to_the_rules() {
    let mut action = EnforcementAction::default();
    let sink = EventSink::default();
    let context = at(director(), DECIDED);
    action.handle(suspension().into(), &context, &sink).await.unwrap();
    assert_eq!(action, suspended().state);
    let refusal = action.handle(suspension().into(), &context, &sink).await.unwrap_err();
    assert_eq!(refusal.code, "action_decided");
}
