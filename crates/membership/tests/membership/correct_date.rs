use crate::support::*;
use kernel::Actor;
use membership::membership::event::{DerivedDate, MembershipDateCorrected, MembershipWithdrawn};
use membership::membership::*;

fn correct(field: DateField, value: &str) -> CorrectDate {
    let reason = text("Typed from the wrong letter.");
    CorrectDate { field, value: day(value), reason, accept_expiry: false }
}

fn derived(field: DerivedDateField, earlier: &str, value: &str) -> DerivedDate {
    DerivedDate { field, earlier: day(earlier), value: day(value) }
}

#[test]
fn a_date_is_mended_and_what_follows_is_reckoned_again() {
    let cases = [
        (
            pre_applicant(),
            DateField::AppliedOn,
            APPLIED,
            "2026-02-28",
            vec![derived(DerivedDateField::ProfileDueOn, PROFILE_DUE, "2026-03-30")],
        ),
        (
            applicant(),
            DateField::ProfileSubmittedOn,
            SUBMITTED,
            "2026-03-18",
            vec![derived(DerivedDateField::CertificationDueOn, CERTIFICATION_DUE, "2026-06-16")],
        ),
        (approved(), DateField::ProfileApprovedOn, APPROVED, "2026-04-09", Vec::new()),
        (approved(), DateField::VettingDeterminedOn, VETTED, "2026-04-12", Vec::new()),
        (
            certified(),
            DateField::CertifiedOn,
            CERTIFIED,
            "2026-04-17",
            vec![
                derived(DerivedDateField::AnniversaryOn, "2027-04-22", "2027-04-17"),
                derived(DerivedDateField::FirstValidationDueOn, "2027-04-22", "2027-04-17"),
            ],
        ),
        (withdrawn(), DateField::EndedOn, APPROVED, "2026-04-03", Vec::new()),
    ];
    for (story, field, earlier, value, derived) in cases {
        let expected = MembershipDateCorrected {
            field,
            earlier: day(earlier),
            value: day(value),
            reason: text("Typed from the wrong letter."),
            derived: derived.clone(),
            corrected_by: supervisor().id,
            corrected_on: day("2026-05-04"),
        };
        story.then(supervisor(), "2026-05-04", correct(field, value), vec![expected.into()]);
        let state = story.and(supervisor(), "2026-05-04", correct(field, value)).state;
        assert_eq!(state.date(field), Some(day(value)));
        assert_eq!(state.corrections.len(), 1);
        assert_eq!((state.corrections[0].earlier, state.corrections[0].value), (day(earlier), day(value)));
        for derived in derived {
            let now = match derived.field {
                DerivedDateField::ProfileDueOn => state.dates.profile_due_on,
                DerivedDateField::CertificationDueOn => state.dates.certification_due_on,
                DerivedDateField::AnniversaryOn => state.dates.anniversary_on,
                DerivedDateField::FirstValidationDueOn => state.dates.first_validation_due_on,
                DerivedDateField::RevalidationDueOn => state.dates.revalidation_due_on,
                DerivedDateField::ReapplyFrom => state.dates.reapply_from,
            };
            assert_eq!(now, Some(derived.value));
        }
    }
}

#[test]
fn every_earlier_value_stays_visible() {
    let state = certified()
        .and(supervisor(), "2026-05-04", correct(DateField::CertifiedOn, "2026-04-20"))
        .and(director(), "2026-05-05", correct(DateField::CertifiedOn, "2026-04-21"))
        .state;
    let chain: Vec<_> =
        state.corrections.iter().map(|correction| (correction.earlier, correction.value)).collect();
    assert_eq!(chain, [(day("2026-04-22"), day("2026-04-20")), (day("2026-04-20"), day("2026-04-21"))]);
    assert_eq!(state.dates.anniversary_on, Some(day("2027-04-21")));
}

#[test]
fn a_mended_vetting_date_shows_in_the_determination_too() {
    let state =
        approved().and(supervisor(), CERTIFIED, correct(DateField::VettingDeterminedOn, "2026-04-12")).state;
    assert_eq!(state.determination(Condition::C7).unwrap().determined_on, day("2026-04-12"));
}

#[test]
fn a_waiting_period_moves_with_the_end() {
    let story = applicant().with(MembershipWithdrawn {
        reason: WithdrawalReason::NotInterested,
        text: None,
        withdrawn_by: officer().id,
        withdrawn_on: day("2026-05-01"),
        reapply_from: Some(day("2027-05-01")),
        earlier_status: Status::Certified,
        status: Status::Withdrawn,
    });
    let state = story.and(supervisor(), "2026-05-04", correct(DateField::EndedOn, "2026-04-30")).state;
    assert_eq!(state.dates.reapply_from, Some(day("2027-04-30")));
}

#[test]
fn an_application_brought_forward_can_have_expired_by_it() {
    let meant = CorrectDate { accept_expiry: true, ..correct(DateField::AppliedOn, "2026-01-02") };
    let state = pre_applicant().and(supervisor(), SUBMITTED, meant).state;
    assert_eq!(state.status, Status::Inactive, "at once, not when the clock notices");
    assert_eq!(state.dates.ended_on, Some(day(SUBMITTED)));
    assert_eq!(state.dates.profile_due_on, Some(day("2026-02-01")));
}

#[test]
fn a_mistyped_date_does_not_end_an_application_unasked() {
    for mistyped in ["2002-03-02", "2026-02-17"] {
        let command = correct(DateField::AppliedOn, mistyped);
        let refusal =
            pre_applicant().state_forbids(supervisor(), SUBMITTED, command, "application_would_expire");
        assert_eq!(refusal.errors[0].pointer, "/accept_expiry");
    }
    // The last day itself is in time; and what has no last day to keep any more is mended like anything else.
    pre_applicant().and(supervisor(), SUBMITTED, correct(DateField::AppliedOn, "2026-02-18"));
    applicant().and(supervisor(), SUBMITTED, correct(DateField::AppliedOn, "2025-12-01"));
    inactive().and(supervisor(), CERTIFIED, correct(DateField::AppliedOn, "2025-12-01"));
}

#[test]
fn every_date_that_is_reckoned_follows_each_time_it_is_mended() {
    let mend = |story: Story, field, value| story.and(supervisor(), "2026-05-04", correct(field, value));
    let submitted = mend(returned(), DateField::ProfileSubmittedOn, "2026-03-18");
    let again = mend(submitted, DateField::ProfileSubmittedOn, "2026-03-19");
    assert_eq!(again.state.dates.certification_due_on, Some(day("2026-06-17")));
    let resubmitted = again.and(officer(), "2026-05-04", SubmitSecurityProfile { account: account() });
    assert_eq!(
        resubmitted.state.dates.certification_due_on,
        Some(day("2026-06-17")),
        "a return moves nothing"
    );
    let applied = mend(resubmitted, DateField::AppliedOn, "2026-03-01");
    assert_eq!(applied.state.dates.profile_due_on, Some(day("2026-03-31")));
    assert_eq!(applied.state.dates.certification_due_on, Some(day("2026-06-17")));
}

#[test]
fn only_a_recorded_date_is_mended() {
    for (story, field) in [
        (pre_applicant(), DateField::ProfileSubmittedOn),
        (applicant(), DateField::ProfileApprovedOn),
        (only_approved(), DateField::VettingDeterminedOn),
        (approved(), DateField::CertifiedOn),
        (certified(), DateField::EndedOn),
    ] {
        story.state_forbids(supervisor(), CERTIFIED, correct(field, APPLIED), "date_not_recorded");
    }
}

#[test]
fn a_mended_date_keeps_the_order_of_things() {
    let code = "correction_invalid";
    let same = [("/value", "date_unchanged")];
    certified().invalid(supervisor(), "2026-05-04", correct(DateField::CertifiedOn, CERTIFIED), code, &same);
    let future = [("/value", "date_in_future")];
    certified().invalid(
        supervisor(),
        "2026-05-04",
        correct(DateField::CertifiedOn, "2026-05-05"),
        code,
        &future,
    );
    let order = [("/value", "date_order")];
    for (field, value) in [
        (DateField::ProfileSubmittedOn, "2026-03-01"),
        (DateField::ProfileSubmittedOn, "2026-04-11"),
        (DateField::ProfileApprovedOn, "2026-03-19"),
        (DateField::ProfileApprovedOn, "2026-04-23"),
        (DateField::VettingDeterminedOn, "2026-03-01"),
        (DateField::VettingDeterminedOn, "2026-04-23"),
        (DateField::AppliedOn, "2026-03-21"),
        (DateField::CertifiedOn, "2026-04-14"),
    ] {
        certified().invalid(supervisor(), "2026-05-04", correct(field, value), code, &order);
    }
}

#[test]
fn only_supervisor_and_programme_director_mend() {
    let mut others = company();
    others.extend([specialist(), auditor(), Actor::system()]);
    certified().forbidden(
        &others,
        "2026-05-04",
        correct(DateField::CertifiedOn, APPROVED),
        "supervisor_only",
    );
}

#[test]
fn before_an_application_there_is_nothing_to_mend() {
    nothing().state_forbids(supervisor(), APPLIED, correct(DateField::AppliedOn, APPLIED), "not_applied");
}
