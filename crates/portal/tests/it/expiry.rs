//! Applications whose security profile does not come in time. Handbook 3.3.

use crate::house::*;
use crate::steps::*;
use criteria::EntityType;
use membership::membership::Status;
use portal::{AnswerMatch, PortalError};
use profile::Status as ProfileStatus;

on_both_engines!(
    an_application_ends_on_the_day_after_its_last_day,
    what_came_in_time_does_not_end,
    two_portals_record_every_end_once,
    a_late_submission_is_refused_before_the_clock_has_looked,
    a_company_applies_again_and_nothing_carries_over,
);

async fn an_application_ends_on_the_day_after_its_last_day(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    house.day("2026-04-01");
    assert_eq!(house.portal.expire_applications().await.unwrap(), 0, "the last day counts");
    // Half past eleven in the evening of the last day in New York, though it is the next day in Greenwich.
    house.set_clock("2026-04-02T03:30:00Z".parse().unwrap());
    assert_eq!(house.portal.expire_applications().await.unwrap(), 0);
    house.set_clock("2026-04-02T04:00:00Z".parse().unwrap());
    assert_eq!(house.portal.expire_applications().await.unwrap(), 1);
    assert_eq!(house.portal.expire_applications().await.unwrap(), 0);

    let row = house.row(applied.membership).await;
    assert_eq!(
        (row.status.as_str(), row.waiting_for, row.next_step, row.due_on),
        ("inactive", None, None, None)
    );
    assert_eq!(house.profile_row(applied.profile).await.status, "closed");
    let events = house.all_events().await;
    let expired = events.iter().find(|event| event.event_type == "membership.application_expired").unwrap();
    assert_eq!(expired.metadata.actor_id, kernel::PersonId::SYSTEM);
    let first = criterion(0, &house.profile(&officer, applied.profile).await.state);
    let late = save(first, "Too late.");
    refused(
        house.portal.save_answer(&house.call(&officer).await, applied.profile, late, AnswerMatch::Free).await,
        "profile_closed",
    );
    house.is_sound().await;
}

async fn what_came_in_time_does_not_end(house: House) {
    let officer = person("zdenka");
    let submitted = house.applied(&officer, NUMBER).await;
    house.answer_all(&officer, submitted.profile).await;
    house.day("2026-04-01");
    house.portal.submit_profile(&house.call(&officer).await, submitted.profile).await.unwrap();
    house.day("2026-12-01");
    assert_eq!(house.portal.expire_applications().await.unwrap(), 0);
    assert_eq!(house.row(submitted.membership).await.status, "applicant");
}

async fn two_portals_record_every_end_once(house: House) {
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    let mut memberships = Vec::new();
    for number in 0..6 {
        let number = format!("12-3456789{number:02}");
        memberships.push(house.apply(&officer, importer(account, &number)).await.membership);
    }
    house.day("2026-04-02");
    let other = house.another_portal().await;
    let (here, there) = tokio::join!(house.portal.expire_applications(), other.expire_applications());
    assert_eq!(here.unwrap() + there.unwrap(), 6);
    let events = house.all_events().await;
    for kind in ["membership.application_expired", "profile.closed"] {
        assert_eq!(events.iter().filter(|event| event.event_type == kind).count(), 6, "{kind}");
    }
    for membership in memberships {
        assert_eq!(house.row(membership).await.status, "inactive");
    }
    house.is_sound().await;
}

async fn a_late_submission_is_refused_before_the_clock_has_looked(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    house.answer_all(&officer, applied.profile).await;
    house.day("2026-04-02");
    let head = house.head().await;
    let call = house.call(&officer).await;
    let profile = house.profile(&officer, applied.profile).await.state;
    assert_eq!(house.portal.profile_commands(&call.caller, &profile).await.unwrap(), ["save-answer"]);
    let refusal = refusal(house.portal.submit_profile(&call, applied.profile).await);
    assert_eq!(refusal.code, "application_expired");
    assert!(!refusal.allowed_commands.contains(&"submit".to_owned()), "{refusal:?}");
    assert_eq!(house.head().await, head, "neither the profile nor the membership knows of it");
}

async fn a_company_applies_again_and_nothing_carries_over(house: House) {
    let portal = &house.portal;
    let (officer, employee) = (person("zdenka"), person("oswin"));
    let first = house.applied(&officer, NUMBER).await;
    house.user(&officer, first.account, &employee, kernel::Role::Employee).await;
    house.answer_all(&officer, first.profile).await;
    let again = |account, entity_type| {
        assert_eq!(entity_type, EntityType::Importer);
        importer(account, NUMBER)
    };
    let call = house.call(&officer).await;
    let refusal = refusal(portal.reapply(&call, first.membership, again).await);
    assert_eq!(refusal.current_state.as_deref(), Some("pre_applicant"));

    house.day("2026-04-02");
    portal.expire_applications().await.unwrap();
    assert_error!(
        portal.reapply(&house.call(&employee).await, first.membership, again).await,
        PortalError::Forbidden
    );
    assert_error!(
        portal.reapply(&call.clone().expecting(1), first.membership, again).await,
        PortalError::VersionMismatch { current: 2 }
    );
    let second = portal.reapply(&call, first.membership, again).await.unwrap();
    let identity = second.state.identity.as_ref().unwrap();
    assert_eq!(identity.previous_membership_id, Some(first.membership));
    assert_eq!(second.state.status, Status::PreApplicant);
    assert_eq!(second.state.dates.profile_due_on, Some(day("2026-05-02")));
    let profile = house.profile(&officer, identity.profile_id).await.state;
    assert_eq!((profile.status, profile.answers.len()), (ProfileStatus::InProgress, 0));
    let old = house.profile(&officer, first.profile).await.state;
    assert_eq!(old.answers.len(), old.criteria.len(), "what was said stays readable");

    let rows = house.rows(&officer).await;
    let statuses: Vec<&str> = rows.iter().map(|row| row.status.as_str()).collect();
    assert_eq!(statuses, vec!["inactive", "pre_applicant"], "in the order of application");
    house.is_sound().await;
}
