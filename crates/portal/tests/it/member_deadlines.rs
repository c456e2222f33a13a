//! The deadlines of members: enforcement, appeals and leaving, as they follow from what people do.

use crate::enforcement::{decision, plan, suspension};
use crate::house::*;
use crate::steps::*;
use kernel::Role;
use membership::enforcement::{DecideAppeal, EnforcementKind, ReasonCode};
use membership::membership::{RecordValidationOutcome, RequestWithdrawal, WithdrawalReason};
use obligations::{Kind, Obligation, Standing};
use portal::access::Permission;
use portal::{MembershipFacts, ObligationFilter};

on_both_engines!(
    a_suspension_and_its_appeal_have_their_clocks,
    who_leaves_owes_nothing_and_is_reminded_of_nothing,
    a_removal_that_is_undone_owes_everything_again,
    a_validation_meets_the_first_and_the_next_is_due_in_four_years,
);

impl House {
    async fn owed(&self, applied: Applied) -> Vec<Obligation> {
        let filter = ObligationFilter {
            membership_id: vec![applied.membership.to_string()],
            ..ObligationFilter::default()
        };
        let call = self.call(&auditor()).await;
        let rows = self.portal.obligations(&call, &filter, &whole()).await.unwrap().items;
        rows.iter().map(|row| row.obligation().unwrap()).collect()
    }

    async fn newest(&self, applied: Applied, kind: Kind) -> Obligation {
        self.owed(applied).await.into_iter().rfind(|one| one.kind == kind).unwrap()
    }

    async fn stands(&self, applied: Applied, kind: Kind) -> (Standing, String) {
        let one = self.newest(applied, kind).await;
        (one.standing(self.portal.today()), one.due_on.to_string())
    }
}

fn is(standing: Standing, due_on: &str) -> (Standing, String) {
    (standing, due_on.to_owned())
}

async fn a_suspension_and_its_appeal_have_their_clocks(house: House) {
    let ana = person("ana");
    let applied = house.certified(&ana, NUMBER).await;
    house.day("2026-06-01");
    let entry = house.enforce(applied.membership, suspension()).await;
    assert_eq!(house.stands(applied, Kind::SuspensionAnswer).await, is(Standing::Open, "2026-08-30"));
    assert_eq!(house.stands(applied, Kind::AppealFiling).await, is(Standing::Open, "2026-08-30"));
    house.on_entry(&ana, entry, Permission::EnforcementAnswer, plan()).await.unwrap();
    assert_eq!(house.stands(applied, Kind::SuspensionAnswer).await.0, Standing::Met);
    house.day("2026-06-02");
    house.file_appeal(&ana, entry).await.unwrap();
    assert_eq!(house.stands(applied, Kind::AppealFiling).await.0, Standing::Met);
    assert_eq!(house.stands(applied, Kind::AppealDecision).await, is(Standing::Open, "2026-11-29"));
    house.day("2026-11-30");
    let deny =
        DecideAppeal { granted: false, text: text("The log shows it."), identifier_conflict_reason: None };
    let decides = staff("director-2", Role::ProgrammeDirector);
    house.on_entry(&decides, entry, Permission::AppealDecide, deny).await.unwrap();
    let decided = house.newest(applied, Kind::AppealDecision).await;
    assert!(decided.was_met_late(), "{decided:?}");
    house.is_sound().await;
}

async fn who_leaves_owes_nothing_and_is_reminded_of_nothing(house: House) {
    let ana = person("ana");
    let applied = house.certified(&ana, NUMBER).await;
    house.day("2027-02-20");
    let leave = |MembershipFacts { account, .. }| {
        RequestWithdrawal { account, reason: WithdrawalReason::MergedOrSold, text: None }.into()
    };
    let call = house.call(&ana).await;
    house.portal.on_membership(&call, applied.membership, Permission::MembershipLeave, leave).await.unwrap();
    assert_eq!(house.stands(applied, Kind::WithdrawalClosing).await, is(Standing::Open, "2027-03-22"));
    assert_eq!(house.row(applied.membership).await.due_on, None, "no validation waits to be closed");
    house.portal.close_membership(&house.call(&supervisor()).await, applied.membership).await.unwrap();
    assert_eq!(house.stands(applied, Kind::WithdrawalClosing).await.0, Standing::Met);
    for on in ["2027-03-01", "2027-05-01", "2030-05-01"] {
        house.day(on);
        assert_eq!(house.portal.record_passed_dates().await.unwrap(), 0, "{on}");
        assert_eq!(house.portal.remind().await.unwrap(), 0, "{on}");
    }
    for kind in [Kind::AnnualReview, Kind::FirstValidation] {
        assert_eq!(house.stands(applied, kind).await.0, Standing::Released, "{kind}");
    }
    house.is_sound().await;
}

async fn a_removal_that_is_undone_owes_everything_again(house: House) {
    let ana = person("ana");
    let applied = house.certified(&ana, NUMBER).await;
    house.day("2026-06-01");
    let removal = decision(EnforcementKind::Removal, ReasonCode::AggravatedInadequateSecurity);
    let entry = house.enforce(applied.membership, removal).await;
    assert_eq!(house.stands(applied, Kind::AnnualReview).await.0, Standing::Released);
    house.file_appeal(&ana, entry).await.unwrap();
    house.day("2026-07-01");
    let grant =
        DecideAppeal { granted: true, text: text("It was not so."), identifier_conflict_reason: None };
    let decides = staff("director-2", Role::ProgrammeDirector);
    house.on_entry(&decides, entry, Permission::AppealDecide, grant).await.unwrap();
    for kind in [Kind::AnnualReview, Kind::FirstValidation] {
        assert_eq!(house.stands(applied, kind).await, is(Standing::Open, "2027-03-02"), "{kind}");
    }
    house.is_sound().await;
}

async fn a_validation_meets_the_first_and_the_next_is_due_in_four_years(house: House) {
    let applied = house.certified(&person("ana"), NUMBER).await;
    house.day("2027-02-20");
    let outcome = RecordValidationOutcome {
        validation_reference: text("VAL-1"),
        validated_on: day("2027-02-15"),
        best_practices: None,
        revalidation_due_on: None,
        reported_by: house.portal.caller(&specialist()).await.unwrap().person_id,
    };
    let permission = Permission::MembershipValidate;
    house.on_membership(&supervisor(), applied.membership, permission, outcome).await.unwrap();
    assert_eq!(house.stands(applied, Kind::FirstValidation).await.0, Standing::Met);
    assert_eq!(house.stands(applied, Kind::Revalidation).await, is(Standing::Open, "2031-02-15"));
    house.is_sound().await;
}
