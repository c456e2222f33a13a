use crate::support::*;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use incident::{Incident, IncidentCommand};
use kernel::Role;

#[tokio::test]
async fn the_shim_decides_applies_and_hands_on_each_event_once() {
    let mut incident = Incident::default();
    let sink = EventSink::default();
    let command = IncidentCommand::from(by_the_carrier());
    let refusal = incident.handle(command.clone(), &context(Role::Auditor), &sink).await.unwrap_err();
    assert_eq!(refusal.code, "reporter_only");
    incident.handle(command, &context(Role::Officer), &sink).await.unwrap();
    let mut again = Incident::default();
    for event in sink.collect().await {
        again.apply(event);
    }
    assert_eq!(again, incident);
    assert!(incident.involves(carrier()));
    assert_eq!(Incident::TYPE, "incident");
}

#[test]
fn a_state_reads_back_as_it_was_written() {
    for given in [Given::nothing(), Given::entered(), Given::of_two(), Given::monitored(), Given::closed()] {
        let text = serde_json::to_string(&given.incident).unwrap();
        assert_eq!(serde_json::from_str::<Incident>(&text).unwrap(), given.incident);
    }
}
