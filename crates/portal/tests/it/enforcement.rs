//! Suspended, answered, reinstated, removed, appealed, closed; the register, the lists and the work queue tell of each. Handbook 3.3, 3.6.

use crate::house::*;
use crate::steps::*;
use kernel::{AppealId, EnforcementActionId, MembershipId, Role};
use membership::enforcement::{
    Cause, CauseKind, CorrectEntry, CorrectivePlan, DecideAppeal, EnforcementCommand, EnforcementKind,
    EntryField, FileAppeal, Objective, ReasonCode, SubmitCorrectivePlan,
};
use membership::membership::benefits::Benefit;
use membership::membership::{
    ChangeTier, CorrectDate, DateField, RecommendEnforcement, RequestWithdrawal, Status, Tier,
    TierChangeReason, WithdrawalReason,
};
use portal::access::Permission;
use portal::sentinel::inspect;
use portal::{AppealFilter, EnforcementDecision, EnforcementFilter, PortalError, SignIn};
use uuid::Uuid;

on_both_engines!(
    a_suspension_is_answered_and_lifted,
    an_unanswered_suspension_leads_to_removal_and_an_appeal_back,
    the_register_is_cut_to_its_reader_and_filtered,
    a_company_does_not_see_what_is_only_recommended,
    one_cause_has_one_action_also_when_two_decide_at_once,
    a_member_leaves_and_waits,
    gao_an_upgrade_alters_no_date,
    gao_every_entry_has_all_its_members_and_corrections_show_both,
    the_sentinel_finds_what_was_tampered_with,
);

/// A second programme director, who decides appeals.
fn another_director() -> SignIn {
    staff("director-2", Role::ProgrammeDirector)
}

pub fn decision(action: EnforcementKind, reason: ReasonCode) -> EnforcementDecision {
    EnforcementDecision {
        action,
        reason,
        facts: text("Trailer 4471 stood unlocked; no log of its seal was kept."),
        criteria_applied: vec![text("Seal control (7.24): not followed.")],
        cause: Some(Cause { kind: CauseKind::Validation, reference: text("VAL-77") }),
        withheld_benefits: Vec::new(),
        suspension: None,
        notice_on: None,
        effective_on: None,
    }
}

const FAILED: ReasonCode = ReasonCode::FailedValidation;

pub fn suspension() -> EnforcementDecision {
    decision(EnforcementKind::Suspension, FAILED)
}

impl House {
    /// A certified importer.
    pub async fn certified(&self, who: &SignIn, number: &str) -> Applied {
        let applied = self.approved(who, number).await;
        self.recommend(&specialist(), applied.membership).await.unwrap();
        self.certify(&supervisor(), applied.membership).await.unwrap();
        applied
    }

    pub async fn recommend_enforcement(&self, id: MembershipId, action: EnforcementKind, reason: ReasonCode) {
        let command = RecommendEnforcement { action, reason, text: text("See the report.") };
        self.on_membership(&supervisor(), id, Permission::EnforcementRecommend, command).await.unwrap();
    }

    /// Recommends and decides; gives the entry.
    pub async fn enforce(&self, id: MembershipId, decision: EnforcementDecision) -> EnforcementActionId {
        self.recommend_enforcement(id, decision.action, decision.reason).await;
        let call = self.call(&director()).await;
        self.portal.enforce(&call, id, decision.clone()).await.unwrap();
        let filter = EnforcementFilter {
            membership_id: vec![id.to_string()],
            action: vec![decision.action.to_string()],
            newest_first: true,
            ..EnforcementFilter::default()
        };
        let newest = self.portal.enforcement_actions(&call, &filter, &whole()).await.unwrap().items;
        newest[0].enforcement_action_id.parse().unwrap()
    }

    pub async fn on_entry(
        &self,
        who: &SignIn,
        id: EnforcementActionId,
        permission: Permission,
        command: impl Into<EnforcementCommand>,
    ) -> Result<portal::Committed<membership::enforcement::EnforcementAction>, PortalError> {
        let command = command.into();
        self.portal.on_enforcement_action(&self.call(who).await, id, permission, || command.clone()).await
    }

    pub async fn file_appeal(&self, who: &SignIn, id: EnforcementActionId) -> Result<AppealId, PortalError> {
        let appeal_id = AppealId::new(Uuid::now_v7());
        let command = FileAppeal { appeal_id, grounds: text("The seal was changed by officers.") };
        self.on_entry(who, id, Permission::AppealFile, command).await.map(|_| appeal_id)
    }

    async fn status(&self, id: MembershipId) -> Status {
        self.portal.membership(&self.call(&auditor()).await, id, None).await.unwrap().state.status
    }

    /// The sentinel finds nothing.
    pub async fn is_proved(&self) {
        let report = inspect(self.portal.ledger()).await.unwrap();
        assert_eq!(report.faults(), 0, "{report:#?}");
    }
}

pub fn plan() -> SubmitCorrectivePlan {
    let objective = Objective { objective: text("Two people log every seal."), due_on: day("2027-01-01") };
    let plan = CorrectivePlan { objectives: vec![objective], consents_to_unannounced_visits: true };
    SubmitCorrectivePlan { plan }
}

fn grant(granted: bool) -> DecideAppeal {
    DecideAppeal { granted, text: text("The log was looked at again."), identifier_conflict_reason: None }
}

async fn a_suspension_is_answered_and_lifted(house: House) {
    let officer = person("zdenka");
    let id = house.certified(&officer, NUMBER).await.membership;
    house.day("2026-06-01");
    let call = house.call(&director()).await;
    refused(house.portal.enforce(&call, id, suspension()).await, "not_recommended");
    for who in [supervisor(), specialist(), officer.clone()] {
        let result = house.portal.enforce(&house.call(&who).await, id, suspension()).await;
        assert_error!(result, PortalError::Forbidden);
    }
    let entry = house.enforce(id, suspension()).await;
    let row = house.row(id).await;
    assert_eq!((row.status.as_str(), row.tier.as_deref()), ("suspended", Some("tier_1")));
    assert_eq!((row.next_step.as_deref(), row.due_on), (Some("answer_suspension"), Some(day("2026-08-30"))));
    let raise = ChangeTier {
        tier: Tier::Tier3,
        reason: TierChangeReason::BestPracticesQualify,
        text: text("Cameras."),
        assessed_by: house.portal.caller(&specialist()).await.unwrap().person_id,
    };
    refused(house.on_membership(&supervisor(), id, Permission::MembershipValidate, raise).await, "suspended");

    // A letter that was dated wrong moves the time to answer, in the list too.
    house.day("2026-06-03");
    let mend = |value: &str| CorrectEntry {
        field: EntryField::NoticeOn,
        value: text(value),
        reason: text("The letter is dated otherwise."),
    };
    house.on_entry(&director(), entry, Permission::EnforcementDecide, mend("2026-06-02")).await.unwrap();
    assert_eq!(house.row(id).await.due_on, Some(day("2026-08-31")));

    house.on_entry(&officer, entry, Permission::EnforcementAnswer, plan()).await.unwrap();
    assert_eq!(
        house.queue(&director(), "programme_director").await,
        vec![(id.to_string(), "decide_on_plan".to_owned())]
    );
    let lift = EnforcementDecision {
        suspension: Some(entry),
        cause: None,
        ..decision(EnforcementKind::Reinstatement, ReasonCode::CorrectivePlanAccepted)
    };
    let lifted_by = house.enforce(id, lift).await;
    assert_eq!(house.status(id).await, Status::Certified);
    assert_eq!(house.row(id).await.due_on, Some(day("2027-03-02")), "the validation is what is due next");
    let call = house.call(&auditor()).await;
    let ended =
        house.portal.enforcement_action(&call, entry, None).await.unwrap().state.ended.clone().unwrap();
    assert_eq!(ended.by_action, Some(lifted_by));
    let reinstatement = house.portal.enforcement_action(&call, lifted_by, None).await.unwrap();
    let reinstated = reinstatement.state.entry.clone().unwrap();
    assert_eq!(reinstated.corrective_plan, Some(plan().plan));
    assert_eq!(reinstated.cause.reference.as_str(), entry.to_string());
    house.is_proved().await;
    house.is_sound().await;
}

async fn an_unanswered_suspension_leads_to_removal_and_an_appeal_back(house: House) {
    let officer = person("zdenka");
    let applied = house.certified(&officer, NUMBER).await;
    let id = applied.membership;
    house.day("2026-06-01");
    let suspended_by = house.enforce(id, suspension()).await;
    let removal = EnforcementDecision {
        cause: None,
        ..decision(EnforcementKind::Removal, ReasonCode::SuspensionUnanswered)
    };
    house.recommend_enforcement(id, removal.action, removal.reason).await;
    house.day("2026-08-30");
    let call = house.call(&director()).await;
    refused(house.portal.enforce(&call, id, removal.clone()).await, "suspension_answer_open");
    house.day("2026-08-31");
    let removed_by = house.enforce(id, removal).await;
    assert_eq!(house.status(id).await, Status::Removed);
    assert_eq!(house.row(id).await.reapply_from, Some(day("2027-08-31")));
    assert_eq!(house.count("membership_identifiers", "live").await, 0);
    refused(house.file_appeal(&officer, suspended_by).await, "action_ended");

    house.day("2026-11-30");
    refused(house.file_appeal(&officer, removed_by).await, "appeal_late");
    house.day("2026-11-29");
    let appeal = house.file_appeal(&officer, removed_by).await.unwrap();
    refused(
        house.on_entry(&director(), removed_by, Permission::AppealDecide, grant(true)).await,
        "decided_the_action",
    );
    refused_forbidden(house.on_entry(&supervisor(), removed_by, Permission::AppealDecide, grant(true)).await);
    let call = house.call(&officer).await;
    let appeals = house.portal.appeals(&call, &AppealFilter::default(), &whole()).await.unwrap().items;
    assert_eq!((appeals[0].status.as_str(), appeals[0].due_on), ("open", day("2027-05-28")));

    house.day("2026-12-15");
    house.on_entry(&another_director(), removed_by, Permission::AppealDecide, grant(true)).await.unwrap();
    assert_eq!(house.status(id).await, Status::Suspended, "what stood before is restored");
    let row = house.row(id).await;
    assert_eq!(
        (row.reapply_from, row.due_on),
        (None, Some(day("2027-03-15"))),
        "the time to answer runs anew"
    );
    assert_eq!(house.count("membership_identifiers", "live").await, 1);
    let (action, appeal) = house.portal.appeal(&call, appeal).await.unwrap();
    assert_eq!((action.state.status().as_str(), appeal.status.as_str()), ("ended", "granted"));
    // The suspension that came back can be answered.
    house.on_entry(&officer, suspended_by, Permission::EnforcementAnswer, plan()).await.unwrap();
    house.is_proved().await;
    house.is_sound().await;
}

fn refused_forbidden<T: std::fmt::Debug>(result: Result<T, PortalError>) {
    assert_error!(result, PortalError::Forbidden);
}

async fn the_register_is_cut_to_its_reader_and_filtered(house: House) {
    let (ana, ben) = (person("ana"), person("ben"));
    let mine = house.certified(&ana, "11-111111100").await;
    let theirs = house.certified(&ben, "22-222222200").await;
    house.day("2026-06-01");
    let partial = EnforcementDecision { withheld_benefits: vec![Benefit::FastLanes], ..suspension() };
    let first = house.enforce(mine.membership, partial).await;
    house.day("2026-06-10");
    let second = house
        .enforce(
            theirs.membership,
            decision(EnforcementKind::Removal, ReasonCode::AggravatedInadequateSecurity),
        )
        .await;
    house.file_appeal(&ben, second).await.unwrap();

    let ids = async |who: &SignIn, filter: EnforcementFilter| {
        let call = house.call(who).await;
        let found = every_page(1, |request| {
            let (call, filter, portal) = (call.clone(), filter.clone(), house.portal.clone());
            async move { portal.enforcement_actions(&call, &filter, &request).await }
        });
        found.await.into_iter().map(|row| row.enforcement_action_id).collect::<Vec<_>>()
    };
    let all = EnforcementFilter::default;
    let both = vec![first.to_string(), second.to_string()];
    assert_eq!(ids(&auditor(), all()).await, both);
    assert_eq!(ids(&ana, all()).await, both[..1]);
    assert_eq!(
        ids(&ben, EnforcementFilter { account_id: vec![mine.account.to_string()], ..all() }).await,
        both[..0]
    );
    let decided_by = vec![house.portal.caller(&director()).await.unwrap().person_id.to_string()];
    for (filter, expected) in [
        (EnforcementFilter { status: vec!["appealed".to_owned()], ..all() }, &both[1..]),
        (EnforcementFilter { status: vec!["open".to_owned()], ..all() }, &both[..1]),
        (EnforcementFilter { status: vec!["ended".to_owned()], ..all() }, &both[..0]),
        (EnforcementFilter { scope: vec!["partial".to_owned()], ..all() }, &both[..1]),
        (EnforcementFilter { action: vec!["removal".to_owned()], ..all() }, &both[1..]),
        (EnforcementFilter { reason: vec![FAILED.to_string()], ..all() }, &both[..1]),
        (EnforcementFilter { membership_id: vec![theirs.membership.to_string()], ..all() }, &both[1..]),
        (EnforcementFilter { decided_from: Some(day("2026-06-02")), ..all() }, &both[1..]),
        (EnforcementFilter { decided_to: Some(day("2026-06-09")), ..all() }, &both[..1]),
        (EnforcementFilter { decided_by, ..all() }, &both[..]),
    ] {
        assert_eq!(ids(&auditor(), filter.clone()).await, expected, "{filter:?}");
    }
    let call = house.call(&ana).await;
    assert_error!(house.portal.enforcement_action(&call, second, None).await, PortalError::NotFound);
    assert_error!(house.file_appeal(&ana, second).await, PortalError::NotFound);
    assert_eq!(house.portal.appeals(&call, &AppealFilter::default(), &whole()).await.unwrap().items, vec![]);
    house.is_proved().await;
}

async fn a_company_does_not_see_what_is_only_recommended(house: House) {
    let officer = person("zdenka");
    let id = house.certified(&officer, NUMBER).await.membership;
    house.recommend_enforcement(id, EnforcementKind::Suspension, FAILED).await;
    house.recommend_enforcement(id, EnforcementKind::Removal, ReasonCode::AggravatedFlagrantDisregard).await;
    let types = async |who: &SignIn, limit| {
        let history = house.portal.membership_history(&house.call(who).await, id, 0, limit).await.unwrap();
        history.into_iter().map(|event| event.event_type).collect::<Vec<_>>()
    };
    let recommended = "membership.enforcement_recommended".to_owned();
    assert!(types(&supervisor(), 100).await.contains(&recommended));
    let shown = types(&officer, 100).await;
    assert!(!shown.contains(&recommended), "{shown:?}");
    // A page is as long as it was asked for, as long as there is something to show.
    assert_eq!(types(&officer, 3).await, shown[..3]);
    assert_eq!(house.row(id).await.next_step, None, "no list tells of it either");

    // The programme director has one, until it is decided.
    let waiting = async |who: &SignIn| {
        let call = house.call(who).await;
        let page = house.portal.enforcement_recommendations(&call, Vec::new(), &whole()).await.unwrap();
        page.items.into_iter().map(|row| (row.membership_id, row.action)).collect::<Vec<_>>()
    };
    let newest = vec![(id.to_string(), "removal".to_owned())];
    for who in [director(), supervisor(), auditor()] {
        assert_eq!(waiting(&who).await, newest);
    }
    assert_eq!(waiting(&officer).await, vec![]);
    let removal = decision(EnforcementKind::Removal, ReasonCode::AggravatedFlagrantDisregard);
    house.portal.enforce(&house.call(&director()).await, id, removal).await.unwrap();
    assert_eq!(waiting(&director()).await, vec![]);
    house.is_sound().await;
}

async fn one_cause_has_one_action_also_when_two_decide_at_once(house: House) {
    let officer = person("zdenka");
    let id = house.certified(&officer, NUMBER).await.membership;
    let partial = EnforcementDecision { withheld_benefits: vec![Benefit::FastLanes], ..suspension() };
    house.recommend_enforcement(id, EnforcementKind::Suspension, FAILED).await;
    let call = house.call(&director()).await;
    let other = house.another_portal().await;
    let (one, two) = tokio::join!(
        house.portal.enforce(&call, id, partial.clone()),
        other.enforce(&call, id, partial.clone())
    );
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|done| **done).count(), 1, "{one:?} {two:?}");
    house.recommend_enforcement(id, EnforcementKind::Suspension, FAILED).await;
    refused(house.portal.enforce(&call, id, partial.clone()).await, "action_doubled");
    assert_eq!(house.count("enforcement_actions", "1 = 1").await, 1);
    let other_cause = EnforcementDecision {
        cause: Some(Cause { kind: CauseKind::Validation, reference: text("VAL-78") }),
        ..partial
    };
    house.portal.enforce(&call, id, other_cause).await.unwrap();
    house.is_proved().await;
}

async fn a_member_leaves_and_waits(house: House) {
    let officer = person("zdenka");
    let applied = house.certified(&officer, NUMBER).await;
    let id = applied.membership;
    house.day("2026-06-01");
    let entry = house.enforce(id, suspension()).await;
    let call = house.call(&officer).await;
    house
        .portal
        .on_membership(&call, id, Permission::MembershipLeave, |facts| {
            let reason = WithdrawalReason::MergedOrSold;
            RequestWithdrawal { account: facts.account, reason, text: None }.into()
        })
        .await
        .unwrap();
    assert_eq!(
        house.queue(&supervisor(), "supervisor").await,
        vec![(id.to_string(), "close_membership".to_owned())]
    );
    house.file_appeal(&officer, entry).await.unwrap();
    let closing = house.call(&supervisor()).await;
    refused(house.portal.close_membership(&closing, id).await, "appeal_open");
    house.on_entry(&another_director(), entry, Permission::AppealDecide, grant(false)).await.unwrap();
    house.portal.close_membership(&closing, id).await.unwrap();
    assert_eq!(house.status(id).await, Status::Withdrawn);
    assert_eq!(house.profile_row(applied.profile).await.status, "closed");
    let ended = house.portal.enforcement_action(&call, entry, None).await.unwrap();
    assert_eq!(ended.state.status().as_str(), "ended");

    // Neither by applying again nor by applying afresh before the year is over.
    house.day("2027-05-31");
    let again = |account, _| importer(account, NUMBER);
    let refusal = refusal(house.portal.reapply(&call, id, again).await);
    assert!(refusal.code == "reapply_wait" && refusal.sentence.contains("2027-06-01"), "{refusal:?}");
    refused(house.portal.apply(&call, importer(applied.account, NUMBER)).await, "reapply_wait");
    house.day("2027-06-01");
    house.portal.reapply(&call, id, again).await.unwrap();
    house.is_proved().await;
    house.is_sound().await;
}

/// GAO 2017: an upgrade silently altered members' certification and profile dates.
async fn gao_an_upgrade_alters_no_date(house: House) {
    let officer = person("zdenka");
    let id = house.certified(&officer, NUMBER).await.membership;
    house.day("2026-06-01");
    let entry = house.enforce(id, suspension()).await;
    let shown = async |portal: &portal::Portal| {
        let call = house.call(&auditor()).await;
        let membership = portal.membership(&call, id, None).await.unwrap();
        let action = portal.enforcement_action(&call, entry, None).await.unwrap();
        let rows = portal.enforcement_actions(&call, &EnforcementFilter::default(), &whole()).await.unwrap();
        (membership.state.dates.clone(), action.state.entry.clone(), rows.items, house.row(id).await)
    };
    let before = shown(&house.portal).await;
    // The read models are built anew, another process starts on the database and brings it to its current version, and the clock is set on
    // and back.
    house.is_sound().await;
    let restarted = house.another_portal().await;
    restarted.ledger().prepare().await.unwrap();
    assert_eq!(shown(&restarted).await, before);
    for today in ["2031-12-31", "2024-02-29", "2026-06-01"] {
        house.day(today);
        restarted.expire_applications().await.unwrap();
        assert_eq!(shown(&restarted).await, before, "{today}");
    }
    house.is_proved().await;
}

/// GAO 2026: entries were incomplete or wrong, and nobody could see what had been there before.
async fn gao_every_entry_has_all_its_members_and_corrections_show_both(house: House) {
    let officer = person("zdenka");
    let id = house.certified(&officer, NUMBER).await.membership;
    house.recommend_enforcement(id, EnforcementKind::Suspension, FAILED).await;
    let call = house.call(&director()).await;
    let head = house.head().await;
    let without_cause = EnforcementDecision { cause: None, ..suspension() };
    let without_criteria = EnforcementDecision { criteria_applied: Vec::new(), ..suspension() };
    for incomplete in [without_cause, without_criteria] {
        refused(house.portal.enforce(&call, id, incomplete).await, "required");
    }
    assert_eq!(house.head().await, head, "an entry that lacks something is none");
    let entry = house.enforce(id, suspension()).await;
    let correct = CorrectEntry {
        field: EntryField::Facts,
        value: text("Trailer 4471 stood unlocked for an hour."),
        reason: text("The guard's book says so."),
    };
    let mended =
        house.on_entry(&another_director(), entry, Permission::EnforcementDecide, correct).await.unwrap();
    let correction = &mended.state.corrections[0];
    assert_eq!(correction.earlier.as_str(), "Trailer 4471 stood unlocked; no log of its seal was kept.");
    assert_eq!(correction.value.as_str(), "Trailer 4471 stood unlocked for an hour.");
    let who = house.portal.caller(&another_director()).await.unwrap().person_id;
    assert_eq!(correction.corrected_by, who);
    let date = CorrectDate {
        field: DateField::CertifiedOn,
        value: day("2026-03-02"),
        reason: text("Unchanged."),
        accept_expiry: false,
    };
    refused(
        house.on_membership(&director(), id, Permission::MembershipCorrect, date).await,
        "date_unchanged",
    );
    let report = inspect(house.portal.ledger()).await.unwrap();
    let looked_at = |name: &str| report.checks.iter().find(|check| check.check == name).unwrap().looked_at;
    assert_eq!((looked_at("entries_complete"), looked_at("corrections_show_both")), (1, 1));
    house.is_proved().await;
}

async fn the_sentinel_finds_what_was_tampered_with(house: House) {
    let officer = person("zdenka");
    let id = house.certified(&officer, NUMBER).await.membership;
    let entry = house.enforce(id, suspension()).await;
    house.is_proved().await;
    let faults = async || {
        let report = inspect(house.portal.ledger()).await.unwrap();
        let faulty = report.checks.iter().filter(|check| !check.faults.is_empty());
        faulty.map(|check| check.check).collect::<Vec<_>>()
    };
    // A list that was written by hand.
    house.execute("UPDATE memberships SET status = 'certified'").await;
    assert_eq!(faults().await, ["read_models_equal_the_ledger"]);
    house.execute("UPDATE memberships SET status = 'suspended'").await;
    house.execute("DELETE FROM enforcement_actions").await;
    assert_eq!(faults().await, ["read_models_equal_the_ledger"]);
    // An event that was written by hand, which breaks the chain too.
    let cut = format!("UPDATE events SET payload = '{{}}' WHERE aggregate_id = '{entry}' AND sequence = 1");
    house.execute(&cut).await;
    let found = faults().await;
    for check in ["no_orphan_link", "entries_complete"] {
        assert!(found.contains(&check), "{found:?}");
    }
}
