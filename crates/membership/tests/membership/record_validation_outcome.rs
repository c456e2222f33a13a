use crate::support::*;
use criteria::EntityType;
use kernel::Actor;
use membership::membership::event::MembershipValidationOutcomeRecorded;
use membership::membership::*;

const RECORDED: &str = "2027-03-22";

#[test]
fn the_first_validation_leads_to_tier_ii_and_sets_the_next_by_policy() {
    for actor in [supervisor(), director()] {
        let expected = MembershipValidationOutcomeRecorded {
            validation_reference: text("VAL-1"),
            outcome: ValidationOutcome::Validated,
            validated_on: day(VALIDATED),
            tier: Some(Tier::Tier2),
            earlier_tier: Some(Tier::Tier1),
            best_practices: None,
            revalidation_due_on: day("2031-03-15"),
            reported_by: specialist().id,
            recorded_by: actor.id,
            recorded_on: day(RECORDED),
            earlier_status: Status::Certified,
            status: Status::Validated,
        };
        certified().then(actor, RECORDED, validation("VAL-1", VALIDATED), vec![expected.into()]);
    }
    let state = validated().state;
    assert_eq!((state.status, state.tier), (Status::Validated, Some(Tier::Tier2)));
    assert_eq!(state.dates.revalidation_due_on, Some(day("2031-03-15")));
    assert_eq!(
        state.dates.anniversary_on,
        Some(day("2027-04-22")),
        "the year still runs from the certification"
    );
}

#[test]
fn qualifying_best_practices_lead_to_tier_iii() {
    let exceeding = RecordValidationOutcome {
        best_practices: Some(text("Seal checks by camera; all five parts were shown.")),
        ..validation("VAL-1", VALIDATED)
    };
    let story = certified().and(supervisor(), RECORDED, exceeding);
    assert_eq!(story.state.tier, Some(Tier::Tier3));
    // What was reached is not lost by the next validation: lowering needs a reason.
    let renewed = story.and(supervisor(), "2031-02-10", validation("VAL-2", "2031-02-01"));
    assert_eq!(renewed.state.tier, Some(Tier::Tier3));
}

#[test]
fn a_later_validation_renews_and_keeps_the_tier() {
    let renewed = validated().and(director(), "2031-02-10", validation("VAL-2", "2031-02-01"));
    let Some(MembershipEvent::ValidationOutcomeRecorded(event)) = renewed.events.last() else { panic!() };
    assert_eq!((event.outcome, event.tier), (ValidationOutcome::Renewed, Some(Tier::Tier2)));
    assert_eq!((event.earlier_status, event.status), (Status::Validated, Status::Validated));
    assert_eq!(renewed.state.dates.revalidation_due_on, Some(day("2035-02-01")));
    let references: Vec<String> =
        renewed.state.validations.iter().map(|passed| passed.validation_reference.to_string()).collect();
    assert_eq!(references, ["VAL-1", "VAL-2"]);
}

#[test]
fn a_type_without_tiers_is_validated_without_one() {
    let story =
        certified_as(EntityType::SeaCarrier).and(supervisor(), RECORDED, validation("VAL-1", VALIDATED));
    assert_eq!((story.state.status, story.state.tier), (Status::Validated, None));
    let exceeding =
        RecordValidationOutcome { best_practices: Some(text("Cameras.")), ..validation("VAL-1", VALIDATED) };
    let errors = [("/best_practices", "type_without_tiers")];
    let code = "validation_outcome_invalid";
    certified_as(EntityType::SeaCarrier).invalid(supervisor(), RECORDED, exceeding, code, &errors);
}

#[test]
fn four_years_from_29_february_end_on_29_february_and_otherwise_on_the_28th() {
    let story = certified().and(supervisor(), "2028-03-01", validation("VAL-1", "2028-02-29"));
    assert_eq!(story.state.dates.revalidation_due_on, Some(day("2032-02-29")));
    let late = kernel::Policy { revalidation_max_years: 3, ..kernel::Policy::default() };
    let context = kernel::Context { policy: late.into(), ..at(supervisor(), "2028-03-01") };
    let command = validation("VAL-1", "2028-02-29").into();
    let events = decide(&certified().state, command, &context).unwrap();
    let [MembershipEvent::ValidationOutcomeRecorded(event)] = events.as_slice() else { panic!() };
    assert_eq!(event.revalidation_due_on, day("2031-02-28"));
}

#[test]
fn higher_risk_is_validated_sooner_and_never_later_than_the_law_allows() {
    let due = |on: &str| RecordValidationOutcome {
        revalidation_due_on: Some(day(on)),
        ..validation("VAL-1", VALIDATED)
    };
    let story = certified().and(supervisor(), RECORDED, due("2028-03-15"));
    assert_eq!(story.state.dates.revalidation_due_on, Some(day("2028-03-15")));
    let code = "validation_outcome_invalid";
    let beyond = [("/revalidation_due_on", "beyond_policy")];
    certified().invalid(supervisor(), RECORDED, due("2031-03-16"), code, &beyond);
    let order = [("/revalidation_due_on", "date_order")];
    certified().invalid(supervisor(), RECORDED, due(VALIDATED), code, &order);
}

#[test]
fn its_day_is_past_and_not_before_certification_or_the_last_validation() {
    let code = "validation_outcome_invalid";
    let wrong = |story: &Story, on: &str, error| {
        story.invalid(supervisor(), RECORDED, validation("VAL-9", on), code, &[("/validated_on", error)]);
    };
    wrong(&certified(), "2027-03-23", "date_in_future");
    wrong(&certified(), "2026-04-21", "date_order");
    wrong(&validated(), "2027-03-14", "date_order");
}

#[test]
fn one_validation_is_recorded_once() {
    validated().state_forbids(director(), RECORDED, validation("VAL-1", VALIDATED), "validation_recorded");
}

#[test]
fn who_wrote_the_report_does_not_record_its_outcome() {
    let own = RecordValidationOutcome { reported_by: supervisor().id, ..validation("VAL-1", VALIDATED) };
    certified().forbidden(&[supervisor()], RECORDED, own, "four_eyes");
}

#[test]
fn only_supervisor_and_programme_director_record_it() {
    let mut others = company();
    others.extend([specialist(), auditor(), Actor::system()]);
    certified().forbidden(&others, RECORDED, validation("VAL-1", VALIDATED), "supervisor_only");
}

#[test]
fn a_date_that_was_recorded_wrong_takes_the_next_validation_with_it() {
    let mend = |value: &str| CorrectDate {
        field: DateField::ValidatedOn,
        value: day(value),
        reason: text("The report was signed on the 12th."),
        accept_expiry: false,
    };
    let state = validated().and(director(), RECORDED, mend("2027-03-12")).state;
    assert_eq!(state.dates.validated_on, Some(day("2027-03-12")));
    assert_eq!(state.dates.revalidation_due_on, Some(day("2031-03-12")));
    assert_eq!(state.validations[0].validated_on, day("2027-03-12"));
    let errors = [("/value", "date_order")];
    validated().invalid(director(), RECORDED, mend("2026-04-21"), "correction_invalid", &errors);
}
