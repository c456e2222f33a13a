//! What other parts of the application ask of incidents, and what stands beside the ledger.

use crate::enforcement::decision;
use crate::house::*;
use crate::steps::*;
use incident::{DiscoveredBy, EraseText, Facts, Kind, Moment, PartyRole};
use kernel::{AccountId, IncidentId};
use membership::enforcement::{Cause, CauseKind, CorrectEntry, EnforcementKind, EntryField, ReasonCode};
use portal::access::Permission;
use portal::{EnforcementDecision, EnforcementFilter, KeptText, NewIncident};

on_both_engines!(
    whether_an_incident_involves_an_account_can_be_asked,
    a_text_that_somebody_changed_is_noticed,
    texts_that_are_not_what_the_ledger_says_are_found,
    an_action_names_an_incident_that_involves_the_company,
);

async fn registered(house: &House, who: &str) -> AccountId {
    let call = house.call(&person(who)).await;
    account_id(&house.portal.register_account(&call, registration(who, "US")).await.unwrap())
}

pub async fn reported(house: &House, who: &str, account: AccountId) -> IncidentId {
    let moment = Moment { from_at: "2026-03-01T18:00:00Z".parse().unwrap(), to_at: None };
    let facts = Facts {
        kind: Kind::Theft,
        discovered_by: DiscoveredBy::Company,
        occurred: moment,
        discovered: moment,
        place: None,
        conveyance: None,
        numbers: Vec::new(),
        goods: None,
        quantity: None,
        notifications: Vec::new(),
    };
    let party = Some((account, PartyRole::Carrier));
    let new = NewIncident { facts, party, narrative: text("The trailer was gone at dawn.") };
    let call = house.call(&person(who)).await;
    house.portal.report_incident(&call, new).await.unwrap().id.parse().unwrap()
}

async fn whether_an_incident_involves_an_account_can_be_asked(house: House) {
    let (mine, theirs) = (registered(&house, "zdenka").await, registered(&house, "wilhelmina").await);
    let incident = reported(&house, "zdenka", mine).await;
    let unknown: IncidentId = "inc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6".parse().unwrap();
    for (incident, account, involved) in
        [(incident, mine, true), (incident, theirs, false), (unknown, mine, false)]
    {
        assert_eq!(house.portal.incident_involves(incident, account).await.unwrap(), involved);
    }
}

async fn a_text_that_somebody_changed_is_noticed(house: House) {
    let account = registered(&house, "zdenka").await;
    let id = reported(&house, "zdenka", account).await;
    let seen = house.portal.incident(&house.call(&auditor()).await, id, None).await.unwrap();
    let narrative = &seen.state.report.as_ref().unwrap().narrative;
    let kept = || async { house.portal.incident_texts(id, &[narrative]).await.unwrap()[&1].clone() };
    assert_eq!(kept().await, KeptText::Kept("The trailer was gone at dawn.".to_owned()));
    house.execute("UPDATE incident_texts SET text = 'The trailer was gone at noon.'").await;
    assert_eq!(kept().await, KeptText::Altered);
    house.execute("DELETE FROM incident_texts").await;
    assert_eq!(kept().await, KeptText::Erased);
}

async fn texts_that_are_not_what_the_ledger_says_are_found(house: House) {
    let account = registered(&house, "zdenka").await;
    let id = reported(&house, "zdenka", account).await;
    let found = async || {
        let checked = portal::check_incident_texts(house.portal.ledger()).await.unwrap();
        let faults = checked.faults.into_iter();
        (
            checked.texts,
            faults.map(|fault| (fault.incident_id, fault.number, fault.fault)).collect::<Vec<_>>(),
        )
    };
    let of = |number, fault| vec![(id.to_string(), number, fault)];
    assert_eq!(found().await, (1, vec![]));
    house.execute("CREATE TABLE kept AS SELECT * FROM incident_texts").await;
    house.execute("UPDATE incident_texts SET text = 'The trailer was gone at noon.'").await;
    assert_eq!(found().await, (1, of(1, "it is not the text of which the event has the digest")));
    house.execute("DELETE FROM incident_texts").await;
    assert_eq!(found().await, (0, of(1, "it was never erased, and is gone")));
    house
        .execute("INSERT INTO incident_texts SELECT incident_id, 2, salt, text, recorded_at FROM kept")
        .await;
    house.execute("INSERT INTO incident_texts SELECT * FROM kept").await;
    assert_eq!(found().await, (2, of(2, "no event refers to this text")));
    house.execute("DELETE FROM incident_texts WHERE number = 2").await;
    let erase = EraseText { number: 1, reason: text("It names the driver.") };
    house.portal.erase_incident_text(&house.call(&supervisor()).await, id, erase).await.unwrap();
    assert_eq!(found().await, (0, vec![]), "an erased text is no fault");
    house.execute("INSERT INTO incident_texts SELECT * FROM kept").await;
    assert_eq!(found().await, (1, of(1, "it was erased, and is there")));
}

async fn an_action_names_an_incident_that_involves_the_company(house: House) {
    let officer = person("zdenka");
    let applied = house.certified(&officer, NUMBER).await;
    let other = registered(&house, "wilhelmina").await;
    let theirs = reported(&house, "wilhelmina", other).await;
    let mine = reported(&house, "zdenka", applied.account).await;
    let reason = ReasonCode::SecurityIncident;
    house.recommend_enforcement(applied.membership, EnforcementKind::Suspension, reason).await;
    let call = house.call(&director()).await;
    let suspend = async |incident: &str| {
        let cause = Cause { kind: CauseKind::Incident, reference: text(incident) };
        let decision =
            EnforcementDecision { cause: Some(cause), ..decision(EnforcementKind::Suspension, reason) };
        house.portal.enforce(&call, applied.membership, decision).await
    };
    refused(suspend(&theirs.to_string()).await, "incident_not_of_account");
    refused(suspend("inc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6").await, "incident_unknown");
    suspend(&mine.to_string()).await.unwrap();
    let filter = EnforcementFilter::default();
    let entries = house.portal.enforcement_actions(&call, &filter, &whole()).await.unwrap().items;
    let entry = entries[0].enforcement_action_id.parse().unwrap();
    let correct = |value: &str| CorrectEntry {
        field: EntryField::CauseReference,
        value: text(value),
        reason: text("The wrong one was named."),
    };
    let permission = Permission::EnforcementDecide;
    let corrected = house.on_entry(&director(), entry, permission, correct(&theirs.to_string())).await;
    refused(corrected, "incident_not_of_account");
    let another = reported(&house, "zdenka", applied.account).await;
    house.on_entry(&director(), entry, permission, correct(&another.to_string())).await.unwrap();
    house.is_proved().await;
}
