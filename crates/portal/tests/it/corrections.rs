//! A date that was recorded wrong is mended, and both what was and what is can be seen. Handbook 3.4.

use crate::house::*;
use crate::steps::*;
use ledger::At;
use membership::membership::{CorrectDate, DateField, Office, Status};
use portal::access::Permission;
use portal::{MembershipFilter, PortalError};
use serde_json::json;

on_both_engines!(
    a_mended_date_moves_what_follows_from_it,
    a_mended_application_date_moves_the_last_day,
    only_a_supervisor_mends_dates,
    an_application_ends_by_a_mended_date_only_when_that_is_meant,
    no_date_is_before_the_programme,
    what_was_so_on_a_day_counts_corrections_and_what_was_known_does_not,
);

fn correct(field: DateField, value: &str) -> CorrectDate {
    let reason = text("The courier's stamp says so.");
    CorrectDate { field, value: day(value), reason, accept_expiry: false }
}

async fn a_mended_date_moves_what_follows_from_it(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    house.answer_all(&officer, applied.profile).await;
    house.day("2026-03-20");
    portal.submit_profile(&house.call(&officer).await, applied.profile).await.unwrap();
    house.assign(&supervisor(), applied.membership, &specialist(), Office::Houston).await;
    house.day("2026-03-25");
    let command = correct(DateField::ProfileSubmittedOn, "2026-03-17");
    let mended = house
        .on_membership(&supervisor(), applied.membership, Permission::MembershipCorrect, command)
        .await
        .unwrap();
    assert_eq!(mended.state.dates.certification_due_on, Some(day("2026-06-15")));
    let row = house.row(applied.membership).await;
    assert_eq!(
        (row.profile_submitted_on, row.certification_due_on, row.due_on),
        (Some(day("2026-03-17")), Some(day("2026-06-15")), Some(day("2026-06-15")))
    );
    // Lists by date follow, for whom it concerns.
    let filter = |until: &str| MembershipFilter {
        due_on_or_before: Some(day(until)),
        by_due_date: true,
        ..MembershipFilter::default()
    };
    let call = house.call(&specialist()).await;
    assert_eq!(portal.memberships(&call, &filter("2026-06-15"), &whole()).await.unwrap().items.len(), 1);
    assert_eq!(portal.memberships(&call, &filter("2026-06-14"), &whole()).await.unwrap().items, vec![]);

    let call = house.call(&officer).await;
    let history = portal.membership_history(&call, applied.membership, 0, 100).await.unwrap();
    let last = history.last().unwrap();
    assert_eq!(last.event_type, "membership.date_corrected");
    assert_eq!(
        (&last.payload["field"], &last.payload["earlier"], &last.payload["value"], &last.payload["reason"]),
        (
            &json!("profile_submitted_on"),
            &json!("2026-03-20"),
            &json!("2026-03-17"),
            &json!("The courier's stamp says so.")
        )
    );
    assert_eq!(last.payload["derived"][0]["earlier"], json!("2026-06-18"));
    let at = Some(At::Version(mended.version - 1));
    let before = portal.membership(&call, applied.membership, at).await.unwrap();
    assert_eq!(
        before.state.dates.certification_due_on,
        Some(day("2026-06-18")),
        "what was known before stays"
    );
    assert_eq!(mended.state.corrections.len(), 1);
    house.is_sound().await;
}

async fn a_mended_application_date_moves_the_last_day(house: House) {
    let officer = person("zdenka");
    house.day("2026-03-05");
    let applied = house.applied(&officer, NUMBER).await;
    assert_eq!(house.row(applied.membership).await.due_on, Some(day("2026-04-04")));
    let command = correct(DateField::AppliedOn, "2026-03-01");
    house
        .on_membership(&director(), applied.membership, Permission::MembershipCorrect, command)
        .await
        .unwrap();
    let row = house.row(applied.membership).await;
    assert_eq!(
        (row.applied_on, row.profile_due_on, row.due_on),
        (day("2026-03-01"), day("2026-03-31"), Some(day("2026-03-31")))
    );
    house.day("2026-03-31");
    assert_eq!(house.portal.expire_applications().await.unwrap(), 0);
    house.day("2026-04-01");
    assert_eq!(house.portal.expire_applications().await.unwrap(), 1, "the clock goes by the mended date");
    // An ending can be mended too, and the list is none the worse for it.
    let command = correct(DateField::AppliedOn, "2026-02-28");
    house
        .on_membership(&director(), applied.membership, Permission::MembershipCorrect, command)
        .await
        .unwrap();
    let row = house.row(applied.membership).await;
    assert_eq!((row.applied_on, row.due_on, row.status.as_str()), (day("2026-02-28"), None, "inactive"));
    house.is_sound().await;
}

async fn what_was_so_on_a_day_counts_corrections_and_what_was_known_does_not(house: House) {
    let officer = person("zdenka");
    let applied = house.approved(&officer, NUMBER).await;
    house.day("2026-11-23");
    house.recommend(&specialist(), applied.membership).await.unwrap();
    house.certify(&supervisor(), applied.membership).await.unwrap();
    let recorded = chrono::Utc::now();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    house.day("2026-11-30");
    let command = correct(DateField::CertifiedOn, "2026-11-20");
    house
        .on_membership(&supervisor(), applied.membership, Permission::MembershipCorrect, command)
        .await
        .unwrap();
    let call = house.call(&officer).await;
    let read = async |as_of: Option<&str>, known_at| {
        let as_of = as_of.map(|instant| instant.parse().unwrap());
        let at = Some(At::Within { as_of, known_at, version: None });
        let membership = house.portal.membership(&call, applied.membership, at).await.unwrap().state;
        (membership.status, membership.dates.certified_on, membership.dates.anniversary_on)
    };
    let mended = (Status::Certified, Some(day("2026-11-20")), Some(day("2027-11-20")));
    let not_yet = (Status::Approved, None, None);
    // As we know today.
    assert_eq!(read(Some("2026-11-21T12:00:00Z"), None).await, mended);
    assert_eq!(read(Some("2026-11-20T05:00:00Z"), None).await, mended, "midnight in New York");
    assert_eq!(read(Some("2026-11-20T04:59:59Z"), None).await, not_yet);
    // As was known before the correction: the ledger knew it since the 23rd, whatever its own clock says.
    let then = (Status::Certified, Some(day("2026-11-23")), Some(day("2027-11-23")));
    assert_eq!(read(None, Some(recorded)).await, then);
    assert_eq!(read(Some("2026-11-21T12:00:00Z"), Some(recorded)).await, not_yet);
    assert_eq!(read(Some("2026-11-24T12:00:00Z"), Some(recorded)).await, then);
    house.is_sound().await;
}

async fn only_a_supervisor_mends_dates(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let command = correct(DateField::AppliedOn, "2026-03-01");
    let permission = Permission::MembershipCorrect;
    for who in [officer, specialist(), auditor()] {
        let result = house.on_membership(&who, applied.membership, permission, command.clone()).await;
        assert_error!(result, PortalError::Forbidden);
    }
    let early = correct(DateField::CertifiedOn, "2026-03-01");
    let result = house.on_membership(&supervisor(), applied.membership, permission, early).await;
    refused(result, "date_not_recorded");
    let late = correct(DateField::AppliedOn, "2026-03-03");
    refused(house.on_membership(&supervisor(), applied.membership, permission, late).await, "date_in_future");
}

async fn an_application_ends_by_a_mended_date_only_when_that_is_meant(house: House) {
    let applied = house.applied(&person("zdenka"), NUMBER).await;
    let command = correct(DateField::AppliedOn, "2002-03-02");
    let permission = Permission::MembershipCorrect;
    let result = house.on_membership(&supervisor(), applied.membership, permission, command.clone()).await;
    refused(result, "application_would_expire");
    assert_eq!(house.portal.expire_applications().await.unwrap(), 0);
    let meant = CorrectDate { accept_expiry: true, ..command };
    let ended = house.on_membership(&supervisor(), applied.membership, permission, meant).await.unwrap();
    assert_eq!(ended.state.status, Status::Inactive, "in the same step");
    assert_eq!(house.row(applied.membership).await.status, "inactive");
    let profile = house.profile(&person("zdenka"), applied.profile).await.state;
    let caller = house.call(&person("zdenka")).await.caller;
    assert_eq!(house.portal.profile_commands(&caller, &profile).await.unwrap(), Vec::<&str>::new());
    assert_eq!(house.portal.expire_applications().await.unwrap(), 0, "nothing is left for the clock");
    house.is_sound().await;
}

async fn no_date_is_before_the_programme(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let command = correct(DateField::AppliedOn, "1900-01-01");
    let result =
        house.on_membership(&supervisor(), applied.membership, Permission::MembershipCorrect, command).await;
    refused(result, "date_before_programme");
    assert_eq!(house.portal.expire_applications().await.unwrap(), 0);
    assert_eq!(house.row(applied.membership).await.status, "pre_applicant");
}
