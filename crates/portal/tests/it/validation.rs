//! Validated, validated again, and the tier that goes with it. Handbook 3.3.

use crate::house::*;
use crate::steps::*;
use membership::membership::{ChangeTier, RecordValidationOutcome, Tier, TierChangeReason};
use portal::access::Permission;
use portal::{MembershipFilter, PortalError};

on_both_engines!(a_member_is_validated_renewed_and_raised, a_person_of_a_company_reports_no_validation);

async fn a_member_is_validated_renewed_and_raised(house: House) {
    let applied = house.approved(&person("zdenka"), NUMBER).await;
    house.day("2026-04-22");
    house.recommend(&specialist(), applied.membership).await.unwrap();
    house.certify(&supervisor(), applied.membership).await.unwrap();
    house.day("2027-03-20");
    let reported_by = house.portal.caller(&specialist()).await.unwrap().person_id;
    let outcome = |reference: &str, on: &str| RecordValidationOutcome {
        validation_reference: text(reference),
        validated_on: day(on),
        best_practices: None,
        revalidation_due_on: None,
        reported_by,
    };
    let permission = Permission::MembershipValidate;
    let first = outcome("VAL-1", "2027-03-15");
    for who in [specialist(), person("zdenka"), auditor()] {
        let refused = house.on_membership(&who, applied.membership, permission, first.clone()).await;
        assert_error!(refused, PortalError::Forbidden);
    }
    house.on_membership(&supervisor(), applied.membership, permission, first.clone()).await.unwrap();
    let row = house.row(applied.membership).await;
    assert_eq!((row.status.as_str(), row.tier.as_deref()), ("validated", Some("tier_2")));
    assert_eq!((row.validated_on, row.due_on), (Some(day("2027-03-15")), Some(day("2031-03-15"))));
    refused(
        house.on_membership(&director(), applied.membership, permission, first).await,
        "validation_recorded",
    );

    let raise = ChangeTier {
        tier: Tier::Tier3,
        reason: TierChangeReason::BestPracticesQualify,
        text: text("All five parts were shown."),
        assessed_by: reported_by,
    };
    house.on_membership(&director(), applied.membership, permission, raise).await.unwrap();
    let call = house.call(&auditor()).await;
    let of_tier =
        |tier: &str| MembershipFilter { tier: vec![tier.to_owned()], ..MembershipFilter::default() };
    let found = house.portal.memberships(&call, &of_tier("tier_3"), &whole()).await.unwrap().items;
    assert_eq!(found.len(), 1);
    assert_eq!(house.portal.memberships(&call, &of_tier("tier_2"), &whole()).await.unwrap().items, vec![]);

    house.day("2031-02-10");
    let renewal = outcome("VAL-2", "2031-02-01");
    let renewed = house.on_membership(&director(), applied.membership, permission, renewal).await.unwrap();
    assert_eq!(renewed.state.tier, Some(Tier::Tier3));
    assert_eq!(house.row(applied.membership).await.due_on, Some(day("2035-02-01")));
    house.is_sound().await;
}

async fn a_person_of_a_company_reports_no_validation(house: House) {
    let officer = person("zdenka");
    let applied = house.approved(&officer, NUMBER).await;
    house.recommend(&specialist(), applied.membership).await.unwrap();
    house.certify(&supervisor(), applied.membership).await.unwrap();
    let reported_by = house.portal.caller(&officer).await.unwrap().person_in(applied.account).unwrap();
    let command = RecordValidationOutcome {
        validation_reference: text("VAL-1"),
        validated_on: day(FIRST_DAY),
        best_practices: None,
        revalidation_due_on: None,
        reported_by,
    };
    let result =
        house.on_membership(&supervisor(), applied.membership, Permission::MembershipValidate, command).await;
    refused(result, "not_staff");
}
