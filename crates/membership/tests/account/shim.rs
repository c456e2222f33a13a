use crate::support::*;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use kernel::Role;
use membership::account::command::AddAddress;
use membership::account::{Account, AccountCommand, AccountEvent};

#[tokio::test]
async fn the_shim_decides_applies_and_hands_on_each_event_once() {
    let mut account = Account::default();
    let sink = EventSink::default();
    account.handle(registration().into(), &at(officer(), REGISTERED), &sink).await.unwrap();
    let command = AddAddress { address_id: address_id(2), address: warehouse(), primary: false };
    account.handle(command.into(), &at(officer(), LATER), &sink).await.unwrap();
    assert_eq!(account, two_addresses().state);
    let refused = AccountCommand::from(revoke(&officer(), Role::Officer));
    let refusal = account.handle(refused, &at(officer(), LATER), &sink).await.unwrap_err();
    assert_eq!(refusal.code, "last_officer");
    let events = sink.collect().await;
    assert_eq!(events, two_addresses().events);
    let mut again = Account::default();
    for event in events {
        again.apply(event);
    }
    assert_eq!(again, account);
    assert_eq!(Account::TYPE, "account");
}

#[test]
fn states_and_events_read_back_as_they_were_written() {
    for story in [nothing(), registered(), two_addresses(), staffed()] {
        let text = serde_json::to_string(&story.state).unwrap();
        assert_eq!(serde_json::from_str::<Account>(&text).unwrap(), story.state);
        for event in &story.events {
            let text = serde_json::to_string(event).unwrap();
            assert_eq!(&serde_json::from_str::<AccountEvent>(&text).unwrap(), event);
        }
    }
}
