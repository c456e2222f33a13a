//! Everything as it was: at a version, on a day, as it was known.

use crate::house::*;
use crate::steps::*;
use kernel::Timestamp;
use ledger::At;
use membership::account::command::ChangeCompany;
use membership::membership::Status;
use portal::access::Permission;
use portal::{FeedRequest, PortalError};
use profile::Status as ProfileStatus;

on_both_engines!(
    resources_are_shown_as_they_were,
    histories_are_read_in_pieces,
    the_feed_holds_every_event_in_one_order,
);

fn at(instant: &str) -> Option<At> {
    Some(At::AsOf(instant.parse::<Timestamp>().unwrap()))
}

async fn resources_are_shown_as_they_were(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let call = house.call(&officer).await;
    house.day("2026-03-10");
    let change = |_: &_| Ok(ChangeCompany { company: company("Great Lakes Trading") }.into());
    portal.on_account(&call, applied.account, Permission::AccountEdit, change).await.unwrap();
    house.answer_all(&officer, applied.profile).await;
    house.day("2026-03-20");
    portal.submit_profile(&call, applied.profile).await.unwrap();
    house.day("2026-03-25");
    house.withdraw(&officer, applied.membership).await;

    let name = async |when: Option<At>| {
        let account = portal.account(&call, applied.account, when).await?;
        Ok::<_, PortalError>((account.state.company.as_ref().unwrap().name.to_string(), account.version))
    };
    let before = ("Importer 12-345678900".to_owned(), 3);
    let after = ("Great Lakes Trading".to_owned(), 4);
    assert_eq!(name(None).await.unwrap(), after);
    assert_eq!(name(Some(At::Version(3))).await.unwrap(), before);
    assert_eq!(name(Some(At::Version(4))).await.unwrap(), after);
    assert_eq!(name(at("2026-03-10T16:59:59.999999Z")).await.unwrap(), before);
    assert_eq!(name(at("2026-03-10T17:00:00Z")).await.unwrap(), after);
    for never in
        [Some(At::Version(0)), Some(At::Version(5)), Some(At::Version(-1)), at("2026-03-01T00:00:00Z")]
    {
        assert_error!(name(never).await, PortalError::NotFound);
    }
    // What the ledger knew when: all of this was recorded just now, whatever the clock of the story says.
    assert_error!(
        name(Some(At::KnownAt("2026-03-30T00:00:00Z".parse().unwrap()))).await,
        PortalError::NotFound
    );
    assert_eq!(name(Some(At::KnownAt(chrono::Utc::now()))).await.unwrap(), after);

    for (when, status, version) in [
        (at("2026-03-19T00:00:00Z"), Status::PreApplicant, 1),
        (at("2026-03-24T00:00:00Z"), Status::Applicant, 2),
        (at("2026-03-26T00:00:00Z"), Status::Withdrawn, 3),
        (Some(At::Version(2)), Status::Applicant, 2),
    ] {
        let membership = portal.membership(&call, applied.membership, when).await.unwrap();
        assert_eq!((membership.state.status, membership.version), (status, version), "{when:?}");
    }
    let profile = portal.profile(&call, applied.profile, Some(At::Version(3))).await.unwrap();
    assert_eq!((profile.state.status, profile.state.answers.len()), (ProfileStatus::InProgress, 2));
    let profile = portal.profile(&call, applied.profile, at("2026-03-21T00:00:00Z")).await.unwrap();
    assert_eq!(profile.state.status, ProfileStatus::Submitted);
}

async fn histories_are_read_in_pieces(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    house.answer_all(&officer, applied.profile).await;
    let call = house.call(&officer).await;
    let whole = portal.profile_history(&call, applied.profile, 0, 1000).await.unwrap();
    assert_eq!(whole[0].event_type, "profile.started");
    assert!(whole.iter().skip(1).all(|event| event.event_type == "profile.answer_saved"));
    let sequences: Vec<i64> = whole.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, (1..=whole.len() as i64).collect::<Vec<_>>());
    let mut pieces = Vec::new();
    loop {
        let after = pieces.last().map_or(0, |event: &ledger::RecordedEvent| event.sequence);
        let piece = portal.profile_history(&call, applied.profile, after, 7).await.unwrap();
        if piece.is_empty() {
            break;
        }
        pieces.extend(piece);
    }
    assert_eq!(pieces, whole);
    let types = |events: Vec<ledger::RecordedEvent>| -> Vec<String> {
        events.into_iter().map(|event| event.event_type).collect()
    };
    let account = portal.account_history(&call, applied.account, 0, 10).await.unwrap();
    assert_eq!(
        types(account),
        vec!["account.registered", "account.sign_in_bound", "account.agreement_accepted"]
    );
    let membership = portal.membership_history(&call, applied.membership, 0, 10).await.unwrap();
    assert_eq!(Some(membership[0].metadata.actor_id), call.caller.person_in(applied.account));
    assert_eq!(membership[0].metadata.correlation_id.as_deref(), Some("trace-1"));
    assert_eq!(membership[0].metadata.client_id.as_deref(), Some("web"));
    assert_eq!(types(membership), vec!["membership.applied"]);
}

async fn the_feed_holds_every_event_in_one_order(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    house.answer_all(&officer, applied.profile).await;
    let call = house.call(&auditor()).await;
    let all = house.all_events().await;
    let mut read = Vec::new();
    let mut after = 0;
    while (read.len() as i64) < house.head().await {
        let page =
            portal.feed(&call, &FeedRequest { after, limit: 10, ..FeedRequest::default() }).await.unwrap();
        after = page.next_after;
        read.extend(page.events);
    }
    assert_eq!(read, all);
    let positions: Vec<i64> = read.iter().map(|event| event.position).collect();
    assert_eq!(positions, (1..=read.len() as i64).collect::<Vec<_>>());

    // Who waits is woken by what happens next.
    let wait = std::time::Duration::from_secs(20);
    let request = FeedRequest { after, limit: 10, wait, ..FeedRequest::default() };
    let (page, _) = tokio::join!(portal.feed(&call, &request), async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        house.withdraw(&officer, applied.membership).await
    });
    let page = page.unwrap();
    assert_eq!(page.events[0].event_type, "membership.withdrawn");
    let request = FeedRequest { after: page.next_after, limit: 10, ..FeedRequest::default() };
    assert_eq!(portal.feed(&call, &request).await.unwrap().events, vec![]);
}
