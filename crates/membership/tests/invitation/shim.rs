use crate::support::*;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use membership::invitation::{Invitation, InvitationEvent};

#[tokio::test]
async fn the_shim_decides_applies_and_hands_on_each_event_once() {
    let mut invitation = Invitation::default();
    let sink = EventSink::default();
    invitation.handle(issue().into(), &at(specialist(), ISSUED), &sink).await.unwrap();
    invitation.handle(redeem().into(), &at(officer(), LAST_DAY), &sink).await.unwrap();
    assert_eq!(invitation, redeemed().state);
    let refusal = invitation.handle(redeem().into(), &at(officer(), LAST_DAY), &sink).await.unwrap_err();
    assert_eq!(refusal.code, "invitation_used");
    let events = sink.collect().await;
    assert_eq!(events, redeemed().events);
    let mut again = Invitation::default();
    for event in events {
        again.apply(event);
    }
    assert_eq!(again, invitation);
    assert_eq!(Invitation::TYPE, "invitation");
}

#[test]
fn states_and_events_read_back_as_they_were_written() {
    for story in [nothing(), issued(), redeemed(), revoked()] {
        let text = serde_json::to_string(&story.state).unwrap();
        assert_eq!(serde_json::from_str::<Invitation>(&text).unwrap(), story.state);
        for event in &story.events {
            let text = serde_json::to_string(event).unwrap();
            assert_eq!(&serde_json::from_str::<InvitationEvent>(&text).unwrap(), event);
        }
    }
}
