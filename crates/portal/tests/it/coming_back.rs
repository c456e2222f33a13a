//! What is taken back or given back: a request to leave, a removal, the cause of an entry; and what waits meanwhile.

use crate::enforcement::{decision, suspension};
use crate::house::*;
use crate::steps::*;
use kernel::Role;
use membership::enforcement::{
    CorrectEntry, DecideAppeal, EnforcementKind, EntryField, ReasonCode, SubmitCorrectivePlan,
};
use membership::membership::{RequestWithdrawal, Status, WithdrawalReason};
use portal::access::Permission;
use portal::{AnswerMatch, EnforcementDecision, MembershipFacts};

on_both_engines!(
    identifiers_are_not_live_twice_after_an_appeal,
    a_request_to_leave_is_taken_back,
    the_cause_of_an_entry_is_checked_when_it_is_corrected_too,
    nobody_writes_to_the_profile_of_a_removed_member,
);

fn grant(reason: Option<&str>) -> DecideAppeal {
    DecideAppeal {
        granted: true,
        text: text("The log was looked at again."),
        identifier_conflict_reason: reason.map(text),
    }
}

fn removal() -> EnforcementDecision {
    decision(EnforcementKind::Removal, ReasonCode::AggravatedInadequateSecurity)
}

async fn identifiers_are_not_live_twice_after_an_appeal(house: House) {
    let (ana, ben) = (person("ana"), person("ben"));
    let first = house.certified(&ana, NUMBER).await;
    house.day("2026-06-01");
    let entry = house.enforce(first.membership, removal()).await;
    house.file_appeal(&ana, entry).await.unwrap();
    let decide = staff("director-2", Role::ProgrammeDirector);
    let granted = |reason| house.on_entry(&decide, entry, Permission::AppealDecide, grant(reason));
    // Another company applies with the number of the removed one.
    let other = house.applied(&ben, NUMBER).await;
    refused(granted(None).await, "identifier_conflict");
    assert_eq!(house.row(first.membership).await.status, "removed");
    // So does the company itself, for another membership of the type, once the waiting time is over.
    house.day("2027-06-02");
    let again = house.apply(&ana, importer(first.account, NUMBER)).await;
    refused(granted(Some("A merger.")).await, "identifier_in_use");
    house.withdraw(&ana, again.membership).await;

    let restored = granted(Some("The other has bought the business.")).await.unwrap();
    assert_eq!(restored.state.status().as_str(), "ended");
    let call = house.call(&auditor()).await;
    let membership = house.portal.membership(&call, first.membership, None).await.unwrap();
    let accepted = membership.state.identifier_conflict.clone().unwrap();
    assert_eq!(accepted.membership_ids, [other.membership]);
    assert_eq!(membership.state.status, Status::Certified);
    // The company does not learn of the other one.
    let call = house.call(&ana).await;
    let history = house.portal.membership_history(&call, first.membership, 0, 100).await.unwrap();
    let shown = history.iter().find(|event| event.event_type == "membership.restored").unwrap();
    assert!(shown.payload.get("identifier_conflict").is_none(), "{}", shown.payload);
    house.is_proved().await;
    house.is_sound().await;
}

async fn a_request_to_leave_is_taken_back(house: House) {
    let ana = person("ana");
    let applied = house.certified(&ana, NUMBER).await;
    let id = applied.membership;
    let leave = |MembershipFacts { account, .. }| {
        RequestWithdrawal { account, reason: WithdrawalReason::MergedOrSold, text: None }.into()
    };
    let call = house.call(&ana).await;
    refused(house.portal.take_back_withdrawal(&call, id).await, "withdrawal_not_requested");
    let before = house.row(id).await;
    house.portal.on_membership(&call, id, Permission::MembershipLeave, leave).await.unwrap();
    assert_eq!(house.row(id).await.next_step.as_deref(), Some("close_membership"));
    // A colleague who is no point of contact does not.
    let bo = person("bo");
    house.user(&ana, applied.account, &bo, Role::Employee).await;
    refused(house.portal.take_back_withdrawal(&house.call(&bo).await, id).await, "point_of_contact_only");
    let stays = house.portal.take_back_withdrawal(&call, id).await.unwrap();
    assert_eq!((stays.state.status, &stays.state.withdrawal_request), (Status::Certified, &None));
    let row = house.row(id).await;
    assert_eq!((&row.next_step, row.due_on), (&None, before.due_on));
    refused(
        house.portal.close_membership(&house.call(&supervisor()).await, id).await,
        "withdrawal_not_requested",
    );

    // Of a suspended member the answer to the suspension is what waits again.
    house.day("2026-06-01");
    let entry = house.enforce(id, suspension()).await;
    let suspended = house.row(id).await;
    house.portal.on_membership(&call, id, Permission::MembershipLeave, leave).await.unwrap();
    house.portal.take_back_withdrawal(&call, id).await.unwrap();
    let row = house.row(id).await;
    assert_eq!((&row.next_step, row.due_on), (&suspended.next_step, suspended.due_on));
    house.portal.on_membership(&call, id, Permission::MembershipLeave, leave).await.unwrap();
    let plan: SubmitCorrectivePlan = crate::enforcement::plan();
    house.on_entry(&ana, entry, Permission::EnforcementAnswer, plan).await.unwrap();
    house.portal.take_back_withdrawal(&call, id).await.unwrap();
    let row = house.row(id).await;
    assert_eq!(row.next_step.as_deref(), Some("decide_on_plan"));
    house.is_proved().await;
    house.is_sound().await;
}

async fn the_cause_of_an_entry_is_checked_when_it_is_corrected_too(house: House) {
    let ana = person("ana");
    let id = house.certified(&ana, NUMBER).await.membership;
    house.day("2026-06-01");
    let suspended_by = house.enforce(id, suspension()).await;
    let mend = |value: &str| CorrectEntry {
        field: EntryField::CauseReference,
        value: text(value),
        reason: text("Typed wrong."),
    };
    let entry =
        house.on_entry(&director(), suspended_by, Permission::EnforcementDecide, mend("VAL-78")).await;
    assert_eq!(entry.unwrap().state.entry.as_ref().unwrap().cause.reference.as_str(), "VAL-78");
    house.recommend_enforcement(id, EnforcementKind::Removal, ReasonCode::SuspensionUnanswered).await;
    house.day("2026-09-15");
    let removal = EnforcementDecision {
        cause: None,
        ..decision(EnforcementKind::Removal, ReasonCode::SuspensionUnanswered)
    };
    let removed_by = house.enforce(id, removal).await;
    // The cause of what follows a suspension is a suspension of this member.
    for wrong in ["enf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6".to_owned(), removed_by.to_string()] {
        let mended =
            house.on_entry(&director(), removed_by, Permission::EnforcementDecide, mend(&wrong)).await;
        refused(mended, "suspension_unknown");
    }
}

async fn nobody_writes_to_the_profile_of_a_removed_member(house: House) {
    let ana = person("ana");
    let applied = house.certified(&ana, NUMBER).await;
    house.day("2026-06-01");
    house.enforce(applied.membership, removal()).await;
    let profile = house.profile(&ana, applied.profile).await.state;
    let call = house.call(&ana).await;
    assert_eq!(house.portal.profile_commands(&call.caller, &profile).await.unwrap(), Vec::<&str>::new());
    let command = save(criterion(0, &profile), "As if nothing had happened.");
    let saved = house.portal.save_answer(&call, applied.profile, command, AnswerMatch::Free).await;
    refused(saved, "membership_removed");
}
