//! What other parts of the application ask of incidents, and what stands beside the ledger.

use crate::house::*;
use crate::steps::*;
use incident::{DiscoveredBy, Facts, Kind, Moment, PartyRole};
use kernel::{AccountId, IncidentId};
use portal::{KeptText, NewIncident};

on_both_engines!(
    whether_an_incident_involves_an_account_can_be_asked,
    a_text_that_somebody_changed_is_noticed,
);

async fn registered(house: &House, who: &str) -> AccountId {
    let call = house.call(&person(who)).await;
    account_id(&house.portal.register_account(&call, registration(who, "US")).await.unwrap())
}

async fn reported(house: &House, who: &str, account: AccountId) -> IncidentId {
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
    house.is_sound().await;
}
