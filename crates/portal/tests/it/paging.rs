//! Lists, page by page: nothing twice and nothing left out, whoever writes meanwhile.

use crate::house::*;
use crate::steps::*;
use membership::membership::Office;
use portal::read::page::PageRequest;
use portal::{AccountFilter, InvitationFilter, MembershipFilter, NewInvitation, ProfileFilter};
use std::collections::BTreeSet;

on_both_engines!(
    lists_are_whole_while_others_write,
    lists_by_date_are_whole_where_dates_are_equal,
    a_cursor_belongs_to_its_filters,
    filters_narrow_lists,
);

async fn lists_are_whole_while_others_write(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    let mut before = Vec::new();
    for number in 0..9 {
        let number = format!("12-3456789{number:02}");
        before.push(house.apply(&officer, importer(account, &number)).await);
    }
    let call = house.call(&auditor()).await;
    let other = house.another_portal().await;
    let writing = async {
        let call = house.call(&officer).await;
        for number in 9..15 {
            other.apply(&call, importer(account, &format!("12-3456789{number:02}"))).await.unwrap();
            // Changes of what was there must not move it.
            house.withdraw(&officer, before[number - 9].membership).await;
        }
    };
    let reading = async {
        let mut lists = Vec::new();
        for _ in 0..4 {
            lists.push(
                every_page(2, async |request| {
                    portal.memberships(&call, &MembershipFilter::default(), &request).await
                })
                .await,
            );
        }
        lists
    };
    let (lists, ()) = tokio::join!(reading, writing);
    for list in lists {
        let ids: Vec<String> = list.into_iter().map(|row| row.membership_id).collect();
        let expected: Vec<String> = before.iter().map(|applied| applied.membership.to_string()).collect();
        assert!(ids.is_sorted(), "{ids:?}");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "nothing twice");
        assert_eq!(ids[..9], expected, "nothing left out");
    }
    let profiles =
        every_page(4, async |request| portal.profiles(&call, &ProfileFilter::default(), &request).await)
            .await;
    assert_eq!(profiles.len(), 15);
    assert_eq!(profiles.iter().filter(|row| row.status == "closed").count(), 6);
    // The last page says that it is the last, also where it is full.
    let request = PageRequest { limit: 15, cursor: None };
    let page = portal.profiles(&call, &ProfileFilter::default(), &request).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (15, None));
    house.is_sound().await;
}

async fn lists_by_date_are_whole_where_dates_are_equal(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    let mut expected = Vec::new();
    for (number, on) in
        ["2026-03-04", "2026-03-03", "2026-03-04", "2026-03-02", "2026-03-04"].iter().enumerate()
    {
        house.day(on);
        let applied = house.apply(&officer, importer(account, &format!("12-3456789{number:02}"))).await;
        expected.push((*on, applied.membership.to_string()));
    }
    house.day("2026-03-05");
    let ended = house.apply(&officer, importer(account, "98-765432100")).await;
    house.withdraw(&officer, ended.membership).await;
    expected.sort();
    let expected: Vec<String> = expected.into_iter().map(|(_, id)| id).collect();
    let call = house.call(&director()).await;
    for limit in 1..=6 {
        let by_due_date = MembershipFilter { by_due_date: true, ..MembershipFilter::default() };
        let rows =
            every_page(limit, async |request| portal.memberships(&call, &by_due_date, &request).await).await;
        let ids: Vec<String> = rows.into_iter().map(|row| row.membership_id).collect();
        assert_eq!(ids, expected, "{limit} a page; what is due on no day is left out");
        let queue = every_page(limit, async |request| {
            portal.work_queue(&call, vec!["company".to_owned()], vec![], vec![], &request).await
        })
        .await;
        let ids: Vec<String> = queue.into_iter().map(|row| row.membership_id).collect();
        assert_eq!(ids, expected, "{limit} a page");
    }
}

async fn a_cursor_belongs_to_its_filters(house: House) {
    let portal = &house.portal;
    let (officer, other) = (person("zdenka"), person("wilhelmina"));
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    for number in 0..3 {
        house.apply(&officer, importer(account, &format!("12-3456789{number:02}"))).await;
    }
    house.applied(&other, NUMBER).await;
    let call = house.call(&officer).await;
    let filter = MembershipFilter { status: vec!["pre_applicant".to_owned()], ..MembershipFilter::default() };
    let page = portal.memberships(&call, &filter, &PageRequest { limit: 1, cursor: None }).await.unwrap();
    let next = PageRequest { limit: 1, cursor: page.next_cursor };
    assert_eq!(portal.memberships(&call, &filter, &next).await.unwrap().items.len(), 1);
    for other in [
        MembershipFilter::default(),
        MembershipFilter { status: vec!["applicant".to_owned()], ..MembershipFilter::default() },
        MembershipFilter { by_due_date: true, ..filter.clone() },
        MembershipFilter { account_id: vec![account.to_string()], ..filter.clone() },
        MembershipFilter { due_on_or_before: Some(day("2027-01-01")), ..filter.clone() },
    ] {
        refused(portal.memberships(&call, &other, &next).await, "invalid_cursor");
    }
    let stranger = house.call(&other).await;
    refused(portal.memberships(&stranger, &filter, &next).await, "invalid_cursor");
    // Nor to another list without any filters.
    let director = house.call(&director()).await;
    let request = PageRequest { limit: 1, cursor: None };
    let page = portal.memberships(&director, &MembershipFilter::default(), &request).await.unwrap();
    let next = PageRequest { limit: 1, cursor: page.next_cursor };
    assert!(next.cursor.is_some());
    refused(portal.accounts(&director, &AccountFilter::default(), &next).await, "invalid_cursor");
    refused(portal.profiles(&director, &portal::ProfileFilter::default(), &next).await, "invalid_cursor");
    for made_up in ["", "not a cursor", "e30", "bnVsbA", &"A".repeat(4000)] {
        let request = PageRequest { limit: 1, cursor: Some(made_up.to_owned()) };
        refused(portal.memberships(&call, &filter, &request).await, "invalid_cursor");
        refused(portal.accounts(&call, &AccountFilter::default(), &request).await, "invalid_cursor");
    }
}

async fn filters_narrow_lists(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    let open = house.apply(&officer, importer(account, NUMBER)).await;
    let ended = house.apply(&officer, importer(account, "98-765432100")).await;
    house.assign(&supervisor(), ended.membership, &specialist(), Office::Laredo).await;
    house.withdraw(&officer, ended.membership).await;
    let call = house.call(&director()).await;
    let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let all = MembershipFilter::default();
    for (filter, expected) in [
        (all.clone(), vec![open, ended]),
        (MembershipFilter { unassigned: Some(true), ..all.clone() }, vec![open]),
        (MembershipFilter { unassigned: Some(false), ..all.clone() }, vec![ended]),
        (MembershipFilter { unassigned: Some(true), status: of(&["withdrawn"]), ..all.clone() }, vec![]),
        (MembershipFilter { status: of(&["withdrawn"]), ..all.clone() }, vec![ended]),
        (MembershipFilter { status: of(&["withdrawn", "pre_applicant"]), ..all.clone() }, vec![open, ended]),
        (MembershipFilter { entity_type: of(&["exporter"]), ..all.clone() }, vec![]),
        (
            MembershipFilter {
                entity_type: of(&["importer"]),
                status: of(&["pre_applicant"]),
                ..all.clone()
            },
            vec![open],
        ),
        (MembershipFilter { account_id: vec![account.to_string()], ..all.clone() }, vec![open, ended]),
        (MembershipFilter { office: of(&["miami"]), ..all.clone() }, vec![]),
        (MembershipFilter { due_on_or_before: Some(day("2026-03-31")), ..all.clone() }, vec![]),
        (MembershipFilter { due_on_or_before: Some(day("2026-04-01")), ..all }, vec![open]),
    ] {
        let rows = portal.memberships(&call, &filter, &whole()).await.unwrap().items;
        let ids: Vec<String> = rows.into_iter().map(|row| row.membership_id).collect();
        assert_eq!(
            ids,
            expected.iter().map(|it| it.membership.to_string()).collect::<Vec<_>>(),
            "{filter:?}"
        );
    }
    let closed = ProfileFilter { status: of(&["closed"]), ..ProfileFilter::default() };
    assert_eq!(
        portal.profiles(&call, &closed, &whole()).await.unwrap().items[0].profile_id,
        ended.profile.to_string()
    );
    let abroad = AccountFilter { country: of(&["MX", "CA"]), ..AccountFilter::default() };
    assert_eq!(portal.accounts(&call, &abroad, &whole()).await.unwrap().items, vec![]);
    let here = AccountFilter { country: of(&["MX", "US"]), ..AccountFilter::default() };
    assert_eq!(portal.accounts(&call, &here, &whole()).await.unwrap().items.len(), 1);
    let new = NewInvitation {
        entity_type: criteria::EntityType::ForeignManufacturer,
        note: None,
        expires_on: None,
    };
    portal.issue_invitation(&call, new).await.unwrap();
    for (status, expected) in [("open", 1), ("revoked", 0)] {
        let filter = InvitationFilter { status: of(&[status]), ..InvitationFilter::default() };
        assert_eq!(portal.invitations(&call, &filter, &whole()).await.unwrap().items.len(), expected);
    }
}
