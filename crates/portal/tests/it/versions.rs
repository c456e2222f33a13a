//! `If-Match`, and people who write at the same time.

use crate::house::*;
use crate::steps::*;
use kernel::Role;
use membership::account::command::ChangeCompany;
use membership::membership::{Withdraw, WithdrawalReason};
use portal::access::Permission;
use portal::{AnswerMatch, PortalError};
use profile::AcceptAnswer;

on_both_engines!(
    another_version_than_the_current_one_is_refused,
    an_answer_has_a_version_of_its_own,
    people_save_different_answers_at_the_same_time,
    of_two_that_saw_the_same_version_one_wins,
    an_officer_registers_companies_at_the_same_time,
    an_end_and_a_submission_at_once_leave_one_of_them,
);

async fn another_version_than_the_current_one_is_refused(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let call = house.call(&officer).await;
    let head = house.head().await;
    let change = |_: &_| Ok(ChangeCompany { company: company("Great Lakes Trading") }.into());
    for wrong in [0, 2, 4] {
        let call = call.clone().expecting(wrong);
        assert_error!(
            portal.on_account(&call, applied.account, Permission::AccountEdit, change).await,
            PortalError::VersionMismatch { current: 3 }
        );
    }
    let call_on_profile = call.clone().expecting(4);
    assert_error!(
        portal.submit_profile(&call_on_profile, applied.profile).await,
        PortalError::VersionMismatch { current: 1 }
    );
    let withdraw = |_| Withdraw { reason: WithdrawalReason::NotInterested, text: None }.into();
    let permission = Permission::MembershipWithdraw;
    assert_error!(
        portal.on_membership(&call.clone().expecting(9), applied.membership, permission, withdraw).await,
        PortalError::VersionMismatch { current: 1 }
    );
    assert_eq!(house.head().await, head);
    let changed = portal
        .on_account(&call.clone().expecting(3), applied.account, Permission::AccountEdit, change)
        .await
        .unwrap();
    assert_eq!(changed.version, 4);
    let withdrawn =
        portal.on_membership(&call.expecting(1), applied.membership, permission, withdraw).await.unwrap();
    assert_eq!(withdrawn.version, 2);
}

async fn an_answer_has_a_version_of_its_own(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let call = house.call(&officer).await;
    let profile = house.profile(&officer, applied.profile).await.state;
    let (one, two) = (criterion(0, &profile), criterion(1, &profile));
    portal.save_answer(&call, applied.profile, save(one, "First."), AnswerMatch::Named).await.unwrap();
    portal.save_answer(&call, applied.profile, save(two, "Another."), AnswerMatch::Named).await.unwrap();
    assert_error!(
        portal.save_answer(&call, applied.profile, save(one, "Second."), AnswerMatch::Named).await,
        PortalError::MatchRequired { current: 1 }
    );
    // `If-Match: *` asks that there is an answer, whichever.
    let three = criterion(2, &profile);
    assert_error!(
        portal.save_answer(&call, applied.profile, save(three, "Any."), AnswerMatch::Exists).await,
        PortalError::VersionMismatch { current: 0 }
    );
    portal.save_answer(&call, applied.profile, save(two, "Another."), AnswerMatch::Exists).await.unwrap();
    let unasked = "12.99".parse().unwrap();
    for precondition in [AnswerMatch::Free, AnswerMatch::Named, AnswerMatch::Exists] {
        let command = save(unasked, "Nobody asked.");
        let result =
            portal.save_answer(&call.clone().expecting(7), applied.profile, command, precondition).await;
        assert_error!(result, PortalError::NotFound);
    }
    for wrong in [0, 2, 3] {
        assert_error!(
            portal
                .save_answer(
                    &call.clone().expecting(wrong),
                    applied.profile,
                    save(one, "Second."),
                    AnswerMatch::Named
                )
                .await,
            PortalError::VersionMismatch { current: 1 }
        );
    }
    let saved = portal
        .save_answer(&call.clone().expecting(1), applied.profile, save(one, "Second."), AnswerMatch::Named)
        .await
        .unwrap();
    assert_eq!(
        (saved.state.answer_version(&one), saved.state.answer_version(&two), saved.version),
        (2, 1, 4)
    );
    let saved = portal
        .save_answer(&call.expecting(2), applied.profile, save(one, "Second."), AnswerMatch::Named)
        .await
        .unwrap();
    assert_eq!((saved.state.answer_version(&one), saved.version), (2, 4), "the same again changes nothing");
}

async fn people_save_different_answers_at_the_same_time(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let other = house.another_portal().await;
    let call = house.call(&officer).await;
    let profile = house.profile(&officer, applied.profile).await.state;
    let criteria: Vec<_> = profile.criteria.keys().copied().take(6).collect();
    let saves = criteria.iter().enumerate().map(|(index, criterion_id)| {
        let portal = if index % 2 == 0 { &house.portal } else { &other };
        // Each names the version of the own answer, which nobody else changes.
        let call = call.clone().expecting(0);
        async move {
            portal
                .save_answer(&call, applied.profile, save(*criterion_id, "At once."), AnswerMatch::Named)
                .await
        }
    });
    for saved in futures::future::join_all(saves).await {
        assert!(saved.is_ok(), "{saved:?}");
    }
    let after = house.profile(&officer, applied.profile).await;
    assert_eq!((after.version, after.state.answers.len()), (7, 6));
    assert_eq!(house.profile_row(applied.profile).await.answers_complete, 6);
    house.is_sound().await;
}

async fn of_two_that_saw_the_same_version_one_wins(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let other = house.another_portal().await;
    let call = house.call(&officer).await;
    let first = criterion(0, &house.profile(&officer, applied.profile).await.state);
    for version in 0..4 {
        let call = call.clone().expecting(version);
        let (here, there) = tokio::join!(
            house.portal.save_answer(
                &call,
                applied.profile,
                save(first, &format!("Here {version}.")),
                AnswerMatch::Named
            ),
            other.save_answer(
                &call,
                applied.profile,
                save(first, &format!("There {version}.")),
                AnswerMatch::Named
            ),
        );
        let lost = if here.is_ok() { there } else { here };
        assert_error!(lost, PortalError::VersionMismatch { .. });
        let state = house.profile(&officer, applied.profile).await.state;
        assert_eq!(i64::from(state.answer_version(&first)), version + 1);
    }
    let change = |name: &'static str| move |_: &_| Ok(ChangeCompany { company: company(name) }.into());
    let call = call.expecting(3);
    let permission = Permission::AccountEdit;
    let (here, there) = tokio::join!(
        house.portal.on_account(&call, applied.account, permission, change("Here")),
        other.on_account(&call, applied.account, permission, change("There")),
    );
    let lost = if here.is_ok() { there } else { here };
    assert_error!(lost, PortalError::VersionMismatch { current: 4 });
}

async fn an_officer_registers_companies_at_the_same_time(house: House) {
    // Each account has the officer as a person of its own.
    let officer = person("zdenka");
    let other = house.another_portal().await;
    for round in 0..4 {
        let call = house.call(&officer).await;
        let (here, there) = tokio::join!(
            house.portal.register_account(&call, registration(&format!("Here {round}"), "US")),
            other.register_account(&call, registration(&format!("There {round}"), "US")),
        );
        for account in [here, there] {
            let account = account.unwrap();
            assert_eq!(account.state.contacts[0].person_version, 1);
            assert_eq!(house.portal.people_of(&account.state).await.unwrap().len(), 1);
        }
    }
    // The same within one process, where both are in one batch.
    let call = house.call(&officer).await;
    let registrations = (0..5)
        .map(|number| house.portal.register_account(&call, registration(&format!("Batch {number}"), "US")));
    for account in futures::future::join_all(registrations).await {
        assert!(account.is_ok(), "{account:?}");
    }
    assert_eq!(house.count("people", "1 = 1").await, 13);
    house.is_sound().await;
}

async fn an_end_and_a_submission_at_once_leave_one_of_them(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    house.answer_all(&officer, applied.profile).await;
    let employee = person("oswin");
    house.user(&officer, applied.account, &employee, Role::Employee).await;
    let other = house.another_portal().await;
    let call = house.call(&officer).await;
    let withdraw = |_| Withdraw { reason: WithdrawalReason::NotInterested, text: None }.into();
    let (submitted, withdrawn) = tokio::join!(
        house.portal.submit_profile(&call, applied.profile),
        other.on_membership(&call, applied.membership, Permission::MembershipWithdraw, withdraw),
    );
    // A withdrawal is possible before and after the submission, a submission only before.
    assert!(withdrawn.is_ok(), "{withdrawn:?}");
    if let Err(error) = submitted {
        assert!(matches!(error, PortalError::Refused(_)), "{error:?}");
    }
    let (row, profile) = (house.row(applied.membership).await, house.profile_row(applied.profile).await);
    assert_eq!((row.status.as_str(), profile.status.as_str()), ("withdrawn", "closed"));
    let first = criterion(0, &house.profile(&officer, applied.profile).await.state);
    refused(
        house
            .portal
            .accept_answer(
                &house.call(&specialist()).await,
                applied.profile,
                AcceptAnswer { criterion_id: first, comment: None },
            )
            .await,
        "profile_closed",
    );
    house.is_sound().await;
}
