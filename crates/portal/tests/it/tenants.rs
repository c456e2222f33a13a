//! One company never learns of another: not by reading, not by writing, not by the kind of error.

use crate::house::*;
use crate::steps::*;
use kernel::{AccountId, AddressId, MembershipId, PersonId, ProfileId, Role};
use ledger::At;
use membership::account::command as account_command;
use membership::membership::{
    CorrectDate, DateField, FindIneligible, IneligibilityReason, MembershipCommand, Reject, RejectionReason,
    RemoveDocument, Withdraw, WithdrawalReason,
};
use portal::access::Permission;
use portal::{
    AccountFilter, AnswerMatch, Call, ContactDetails, FeedRequest, MembershipFilter, PortalError,
    ProfileFilter,
};
use profile::{AcceptAnswer, Approve, RejectAnswer, Return};
use uuid::Uuid;

on_both_engines!(
    what_belongs_to_another_company_is_not_found,
    lists_hold_nothing_of_another_company,
    a_machine_reaches_the_accounts_of_its_token_alone,
    nobody_sees_anything_without_a_role,
);

async fn what_belongs_to_another_company_is_not_found(house: House) {
    let mine = house.applied(&person("zdenka"), NUMBER).await;
    let theirs = house.applied(&person("wilhelmina"), NUMBER).await;
    let head = house.head().await;
    let stranger = house.call(&person("wilhelmina")).await.with_key("key");
    is_hidden(&house, &stranger, mine).await;
    // Exactly as if it did not exist at all.
    let nowhere = Applied {
        account: AccountId::new(Uuid::now_v7()),
        membership: MembershipId::new(Uuid::now_v7()),
        profile: ProfileId::new(Uuid::now_v7()),
    };
    is_hidden(&house, &stranger, nowhere).await;
    // Nor can somebody apply for another company, with whatever is one's own.
    assert_error!(house.portal.apply(&stranger, importer(mine.account, NUMBER)).await, PortalError::NotFound);
    assert_eq!(house.head().await, head);
    assert_eq!(
        house.portal.recorded_outcome(scope(&stranger)).await.unwrap(),
        None,
        "not even the key is kept"
    );
    assert!(house.portal.membership(&stranger, theirs.membership, None).await.is_ok());
}

async fn is_hidden(house: &House, call: &Call, it: Applied) {
    on_account_is_hidden(house, call, it.account).await;
    on_membership_is_hidden(house, call, it).await;
    on_profile_is_hidden(house, call, it.profile).await;
}

async fn on_account_is_hidden(house: &House, call: &Call, id: AccountId) {
    let portal = &house.portal;
    let person_id = PersonId::new(Uuid::now_v7());
    assert_error!(portal.account(call, id, None).await, PortalError::NotFound);
    assert_error!(portal.account(call, id, Some(At::Version(1))).await, PortalError::NotFound);
    assert_error!(portal.account(call, id, Some(At::AsOf(portal.now()))).await, PortalError::NotFound);
    assert_error!(portal.account_history(call, id, 0, 10).await, PortalError::NotFound);
    assert_error!(portal.add_address(call, id, address("US"), false).await, PortalError::NotFound);
    assert_error!(portal.add_contact(call, id, contact("a@b.example", None)).await, PortalError::NotFound);
    assert_error!(
        portal.change_contact(call, id, person_id, ContactDetails::default()).await,
        PortalError::NotFound
    );
    assert_error!(portal.grant_role(call, id, person_id, Role::Employee, None).await, PortalError::NotFound);
    assert_error!(portal.accept_agreement(call, id, AGREEMENT.to_owned()).await, PortalError::NotFound);
    assert_error!(portal.erase_person(call, id, person_id, text("Asked.")).await, PortalError::NotFound);
    let address_id = AddressId::new(Uuid::now_v7());
    let commands: Vec<(Permission, membership::account::AccountCommand)> = vec![
        (Permission::AccountEdit, account_command::ChangeCompany { company: company("Taken over") }.into()),
        (
            Permission::AccountEdit,
            account_command::ChangeAddress { address_id, address: address("US"), primary: true }.into(),
        ),
        (Permission::AccountEdit, account_command::RemoveAddress { address_id }.into()),
        (Permission::AccountEdit, account_command::RemoveContact { person_id }.into()),
        (
            Permission::AccountManageUsers,
            account_command::RevokeRole { person_id, role: Role::Officer, reason: None }.into(),
        ),
    ];
    for (permission, command) in commands {
        let result = portal.on_account(call, id, permission, |_| Ok(command.clone())).await;
        assert_error!(result, PortalError::NotFound);
    }
}

async fn on_membership_is_hidden(house: &House, call: &Call, it: Applied) {
    let portal = &house.portal;
    let id = it.membership;
    assert_error!(portal.membership(call, id, None).await, PortalError::NotFound);
    assert_error!(portal.membership(call, id, Some(At::Version(1))).await, PortalError::NotFound);
    assert_error!(portal.membership_history(call, id, 0, 10).await, PortalError::NotFound);
    assert_error!(portal.membership_to_do(call, id).await, PortalError::NotFound);
    assert_error!(portal.identifier_conflicts(call, id).await, PortalError::NotFound);
    assert_error!(
        portal.reapply(call, id, |account, _| importer(account, NUMBER)).await,
        PortalError::NotFound
    );
    assert_error!(portal.apply(call, importer(it.account, NUMBER)).await, PortalError::NotFound);
    let document_id = kernel::DocumentId::new(Uuid::now_v7());
    let withdraw = Withdraw { reason: WithdrawalReason::NotInterested, text: None };
    let reject = Reject { reason: RejectionReason::NoResponse, text: text("No.") };
    let condition = membership::membership::Condition::C6;
    let ineligible =
        FindIneligible { condition, reason: IneligibilityReason::UnpaidDebt, text: text("Bill 4410.") };
    let correct = CorrectDate {
        field: DateField::AppliedOn,
        value: day("2026-03-01"),
        reason: text("Typo."),
        accept_expiry: false,
    };
    let commands: Vec<(Permission, MembershipCommand)> = vec![
        (Permission::MembershipEdit, RemoveDocument { document_id }.into()),
        (Permission::MembershipVet, vetted("2026-03-02").into()),
        (Permission::MembershipWithdraw, withdraw.into()),
        (Permission::MembershipReject, reject.into()),
        (Permission::MembershipReject, ineligible.into()),
        (Permission::MembershipCorrect, correct.into()),
    ];
    for (permission, command) in commands {
        let result = portal.on_membership(call, id, permission, |_| command.clone()).await;
        assert_error!(result, PortalError::NotFound);
    }
    let edit =
        portal.on_membership(call, id, Permission::MembershipEdit, |facts| change(facts, Vec::new())).await;
    assert_error!(edit, PortalError::NotFound);
    let recommended =
        portal.on_membership(call, id, Permission::MembershipRecommend, |facts| recommend(facts, None)).await;
    assert_error!(recommended, PortalError::NotFound);
    let certified =
        portal.on_membership(call, id, Permission::MembershipCertify, |facts| certify(facts, None)).await;
    assert_error!(certified, PortalError::NotFound);
}

async fn on_profile_is_hidden(house: &House, call: &Call, id: ProfileId) {
    let portal = &house.portal;
    let criterion_id = "1.3".parse().unwrap();
    assert_error!(portal.profile(call, id, None).await, PortalError::NotFound);
    assert_error!(portal.profile(call, id, Some(At::Version(1))).await, PortalError::NotFound);
    assert_error!(portal.profile_history(call, id, 0, 10).await, PortalError::NotFound);
    for precondition in [AnswerMatch::Free, AnswerMatch::Named, AnswerMatch::Exists] {
        let command = save(criterion_id, "Ours now.");
        assert_error!(portal.save_answer(call, id, command, precondition).await, PortalError::NotFound);
    }
    assert_error!(portal.submit_profile(call, id).await, PortalError::NotFound);
    assert_error!(portal.start_review(call, id).await, PortalError::NotFound);
    let accept = AcceptAnswer { criterion_id, comment: None };
    assert_error!(portal.accept_answer(call, id, accept).await, PortalError::NotFound);
    let reject = RejectAnswer { criterion_id, comment: text("No.") };
    assert_error!(portal.reject_answer(call, id, reject).await, PortalError::NotFound);
    let back = Return { due_on: None, comment: None };
    assert_error!(portal.return_profile(call, id, back).await, PortalError::NotFound);
    assert_error!(portal.approve_profile(call, id, Approve { comment: None }).await, PortalError::NotFound);
}

async fn lists_hold_nothing_of_another_company(house: House) {
    let portal = &house.portal;
    let mine = house.applied(&person("zdenka"), NUMBER).await;
    let newcomer = house.call(&person("wilhelmina")).await;
    let wanted =
        MembershipFilter { account_id: vec![mine.account.to_string()], ..MembershipFilter::default() };
    let wanted_profiles =
        ProfileFilter { membership_id: vec![mine.membership.to_string()], ..ProfileFilter::default() };
    for call in [newcomer, {
        house.applied(&person("wilhelmina"), NUMBER).await;
        house.call(&person("wilhelmina")).await
    }] {
        let own = call.caller.grants.len();
        let accounts = portal.accounts(&call, &AccountFilter::default(), &whole()).await.unwrap().items;
        assert_eq!(accounts.len(), own);
        let everything =
            portal.memberships(&call, &MembershipFilter::default(), &whole()).await.unwrap().items;
        assert_eq!(everything.len(), own);
        assert!(everything.iter().all(|row| row.account_id != mine.account.to_string()));
        assert_eq!(portal.memberships(&call, &wanted, &whole()).await.unwrap().items, vec![]);
        assert_eq!(
            portal.profiles(&call, &ProfileFilter::default(), &whole()).await.unwrap().items.len(),
            own
        );
        assert_eq!(portal.profiles(&call, &wanted_profiles, &whole()).await.unwrap().items, vec![]);
        let queue =
            portal.work_queue(&call, vec!["company".to_owned()], vec![], vec![], &whole()).await.unwrap();
        assert_eq!(queue.items, vec![], "the work queue is for staff");
        assert_error!(portal.feed(&call, &FeedRequest::default()).await, PortalError::Forbidden);
        assert_error!(portal.ledger_head(&call).await, PortalError::Forbidden);
        assert_error!(portal.person(&call, call.caller.person_id).await, PortalError::Forbidden);
    }
}

async fn a_machine_reaches_the_accounts_of_its_token_alone(house: House) {
    let (mine, theirs) =
        (house.applied(&person("zdenka"), NUMBER).await, house.applied(&person("wilhelmina"), NUMBER).await);
    let machine = integrator("erp", &[mine.account]);
    let call = house.call(&machine).await;
    assert_eq!(house.rows(&machine).await.len(), 1);
    let first = criterion(0, &house.profile(&machine, mine.profile).await.state);
    let saved =
        house.portal.save_answer(&call, mine.profile, save(first, "By machine."), AnswerMatch::Free).await;
    assert!(saved.is_ok(), "{saved:?}");
    assert_error!(house.portal.submit_profile(&call, mine.profile).await, PortalError::Forbidden);
    assert_error!(
        house.portal.register_account(&call, registration("Machines", "US")).await,
        PortalError::Forbidden
    );
    is_hidden(&house, &call, theirs).await;
}

async fn nobody_sees_anything_without_a_role(house: House) {
    let (officer, employee) = (person("zdenka"), person("oswin"));
    let mine = house.applied(&officer, NUMBER).await;
    let person_id = house.user(&officer, mine.account, &employee, Role::Employee).await;
    assert_eq!(house.rows(&employee).await.len(), 1);
    let call = house.call(&officer).await;
    let revoke = account_command::RevokeRole { person_id, role: Role::Employee, reason: None };
    house
        .portal
        .on_account(&call, mine.account, Permission::AccountManageUsers, |_| Ok(revoke.clone().into()))
        .await
        .unwrap();
    let call = house.call(&employee).await;
    is_hidden(&house, &call, mine).await;
    assert_eq!(house.rows(&employee).await, vec![]);
}
