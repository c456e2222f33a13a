use crate::support::*;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use kernel::Role;
use profile::{Profile, ProfileCommand};

#[tokio::test]
async fn the_shim_decides_applies_and_hands_on_each_event_once() {
    let mut profile = Given::draft().profile;
    let sink = EventSink::default();
    let command = ProfileCommand::from(save("1.3", says("Reviewed every March.")));
    profile.handle(command.clone(), &context(Role::Employee), &sink).await.unwrap();
    assert_eq!(profile.answer_version(&id("1.3")), 1);
    let refusal = profile.handle(command.clone(), &context(Role::Auditor), &sink).await.unwrap_err();
    assert_eq!(refusal.code, "company_only");
    let mut again = Given::draft().profile;
    for event in sink.collect().await {
        again.apply(event);
    }
    assert_eq!(again, profile);
    assert_eq!(Profile::TYPE, "profile");
}

#[test]
fn a_state_reads_back_as_it_was_written() {
    for given in Given::in_every_status() {
        let text = serde_json::to_string(&given.profile).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&text).unwrap(), given.profile);
    }
}
