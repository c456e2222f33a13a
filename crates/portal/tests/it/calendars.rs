//! Calendars of an account's deadlines: who opens and closes them, and what their addresses lead to.

use crate::house::*;
use crate::steps::*;
use kernel::{CalendarId, Role};
use obligations::{CalendarStatus, MAX_OPEN_CALENDARS};
use portal::read::page::PageRequest;
use portal::{CalendarFilter, PortalError};

on_both_engines!(
    an_address_leads_to_the_deadlines_until_its_calendar_is_closed,
    only_officers_and_employees_of_the_account_open_and_close,
    an_account_has_so_many_open_calendars_and_no_more,
);

async fn an_address_leads_to_the_deadlines_until_its_calendar_is_closed(house: House) {
    let (officer, other) = (person("zdenka"), person("aurelio"));
    let applied = house.applied(&officer, NUMBER).await;
    house.applied(&other, "12-345678911").await;
    let call = house.call(&officer).await;
    let (calendar, token) = house.portal.open_calendar(&call, applied.account).await.unwrap();
    let feed = house.portal.calendar_feed(&token).await.unwrap();
    let shown: Vec<_> = feed.obligations.iter().map(|row| row.membership_id.clone()).collect();
    assert_eq!((feed.account_id, shown), (applied.account, vec![applied.membership.to_string()]));
    for wrong in ["", "x", &token[1..]] {
        assert_error!(house.portal.calendar_feed(wrong).await, PortalError::NotFound);
    }
    // The secret is nowhere: neither in the ledger nor in a table.
    for event in house.all_events().await {
        assert!(!event.payload.to_string().contains(&token));
    }
    assert_eq!(house.count("calendars", &format!("token_sha256 = '{token}'")).await, 0);

    let id: CalendarId = calendar.id.parse().unwrap();
    let second = house.portal.open_calendar(&call, applied.account).await.unwrap().1;
    let closed = house.portal.close_calendar(&call.clone().expecting(1), id).await.unwrap();
    assert_eq!(closed.state.status, CalendarStatus::Closed);
    assert_error!(house.portal.calendar_feed(&token).await, PortalError::NotFound);
    assert!(house.portal.calendar_feed(&second).await.is_ok(), "another address of the account goes on");
    refused(house.portal.close_calendar(&call, id).await, "calendar_not_open");
    house.is_sound().await;
}

async fn only_officers_and_employees_of_the_account_open_and_close(house: House) {
    let (officer, employee, consultant) = (person("zdenka"), person("oswin"), person("ruth"));
    let applied = house.applied(&officer, NUMBER).await;
    house.user(&officer, applied.account, &employee, Role::Employee).await;
    house.user(&officer, applied.account, &consultant, Role::Consultant).await;
    let open = |who| {
        let house = &house;
        async move { house.portal.open_calendar(&house.call(&who).await, applied.account).await }
    };
    let (calendar, _) = open(employee).await.unwrap();
    assert_error!(open(consultant.clone()).await, PortalError::Forbidden);
    assert_error!(open(auditor()).await, PortalError::Forbidden);
    assert_error!(open(supervisor()).await, PortalError::NotFound);
    assert_error!(open(person("nobody")).await, PortalError::NotFound);
    let id: CalendarId = calendar.id.parse().unwrap();
    assert_error!(
        house.portal.close_calendar(&house.call(&consultant).await, id).await,
        PortalError::Forbidden
    );
    let page = |who| {
        let house = &house;
        async move {
            let call = house.call(&who).await;
            house
                .portal
                .calendars(&call, &CalendarFilter::default(), &PageRequest::default())
                .await
                .unwrap()
                .items
        }
    };
    assert_eq!(page(officer).await.len(), 1);
    assert_eq!(page(auditor()).await.len(), 1);
    assert_eq!(page(person("nobody")).await.len(), 0);
}

async fn an_account_has_so_many_open_calendars_and_no_more(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let call = house.call(&officer).await;
    let mut last = None;
    for _ in 0..MAX_OPEN_CALENDARS {
        last = Some(house.portal.open_calendar(&call, applied.account).await.unwrap().0.id);
    }
    refused(house.portal.open_calendar(&call, applied.account).await, "too_many_calendars");
    house.portal.close_calendar(&call, last.unwrap().parse().unwrap()).await.unwrap();
    assert!(house.portal.open_calendar(&call, applied.account).await.is_ok());
}
