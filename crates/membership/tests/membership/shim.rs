use crate::support::*;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use membership::membership::{Membership, MembershipCommand};

#[tokio::test]
async fn the_shim_decides_applies_and_hands_on_each_event_once() {
    let mut membership = approved().state;
    let sink = EventSink::default();
    let command = MembershipCommand::from(recommend());
    membership.handle(command.clone(), &at(specialist(), RECOMMENDED), &sink).await.unwrap();
    let certify = MembershipCommand::from(certify());
    membership.handle(certify, &at(supervisor(), CERTIFIED), &sink).await.unwrap();
    assert_eq!(membership, certified().state);
    let refusal = membership.handle(command, &at(specialist(), CERTIFIED), &sink).await.unwrap_err();
    assert_eq!(refusal.code, "wrong_status");
    let mut again = approved().state;
    for event in sink.collect().await {
        again.apply(event);
    }
    assert_eq!(again, membership);
    assert_eq!(Membership::TYPE, "membership");
}

#[test]
fn a_state_reads_back_as_it_was_written() {
    for (status, story) in stories() {
        let text = serde_json::to_string(&story.state).unwrap();
        assert_eq!(serde_json::from_str::<Membership>(&text).unwrap(), story.state, "{status}");
    }
}

#[test]
fn an_event_reads_back_as_it_was_written() {
    for (status, story) in stories() {
        for event in &story.events {
            let text = serde_json::to_string(event).unwrap();
            assert_eq!(
                &serde_json::from_str::<membership::membership::MembershipEvent>(&text).unwrap(),
                event,
                "{status}"
            );
        }
    }
}
