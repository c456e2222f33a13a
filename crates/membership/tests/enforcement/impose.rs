use crate::support::*;
use membership::enforcement::*;
use membership::membership::benefits::Benefit;

#[test]
fn an_entry_holds_everything_that_makes_it_one_and_its_last_days() {
    let story = suspended();
    let entry = story.state.entry.as_ref().unwrap();
    assert_eq!((entry.action, entry.scope), (EnforcementKind::Suspension, Scope::Whole));
    assert_eq!((entry.decided_by, entry.recommended_by), (director().id, supervisor_id()));
    assert_eq!(
        (entry.decided_on, entry.notice_on, entry.effective_on),
        (day(DECIDED), day(DECIDED), day(DECIDED))
    );
    assert_eq!((entry.answer_due_on, entry.appeal_due_on), (Some(day(LAST_DAY)), Some(day(LAST_DAY))));
    assert_eq!(story.state.status(), ActionStatus::Open);
}

#[test]
fn a_partial_suspension_names_what_it_withholds() {
    let entry = decided(partial()).state.entry.unwrap();
    assert_eq!((entry.scope, entry.withheld_benefits), (Scope::Partial, vec![Benefit::FastLanes]));
}

#[test]
fn knowingly_false_information_leaves_thirty_days_to_appeal() {
    let entry = decided(Impose { for_false_information: true, ..removal() }).state.entry.unwrap();
    assert_eq!((entry.appeal_due_on, entry.answer_due_on), (Some(day("2028-07-06")), None));
}

#[test]
fn a_reinstatement_is_carried_out_with_the_decision() {
    let state = decided(reinstatement()).state;
    assert_eq!((state.status(), state.ended.unwrap().how), (ActionStatus::Ended, EndKind::CarriedOut));
    assert_eq!(state.entry.unwrap().corrective_plan, Some(plan()));
}

#[test]
fn no_entry_is_incomplete() {
    let nothing = Story::default();
    let wrong =
        |command: Impose, errors: &[(&str, &str)]| nothing.invalid(director(), DECIDED, command, errors);
    wrong(Impose { cause: None, ..suspension() }, &[("/cause", "required")]);
    wrong(Impose { criteria_applied: Vec::new(), ..suspension() }, &[("/criteria_applied", "required")]);
    let many = vec![text("Seal control."); MAX_CRITERIA + 1];
    wrong(Impose { criteria_applied: many, ..suspension() }, &[("/criteria_applied", "too_many")]);
    let misfit = Impose { reason: ReasonCode::CorrectivePlanAccepted, ..suspension() };
    wrong(misfit, &[("/reason", "reason_does_not_fit"), ("/cause/kind", "cause_does_not_fit")]);
    let validation = Cause { kind: CauseKind::Validation, reference: text("VAL-1") };
    wrong(Impose { cause: Some(validation), ..suspension() }, &[("/cause/kind", "cause_does_not_fit")]);
    for (kind, reason, reference) in [
        (CauseKind::Incident, ReasonCode::SecurityIncident, "the seizure of June"),
        (CauseKind::Suspension, ReasonCode::SecurityIncident, "enf_1"),
        (CauseKind::AnnualReview, ReasonCode::AnnualReviewMissed, "last year"),
    ] {
        let cause = Some(Cause { kind, reference: text(reference) });
        let refusal = nothing.refusal(director(), DECIDED, Impose { reason, cause, ..suspension() });
        assert!(refusal.errors.iter().any(|error| error.pointer == "/cause/reference"), "{refusal:?}");
    }
}

#[test]
fn letter_and_effect_are_between_the_recommendation_and_today() {
    let nothing = Story::default();
    for (notice, effect, error) in [
        ("2028-06-07", DECIDED, ("/notice_on", "date_in_future")),
        ("2028-06-04", DECIDED, ("/notice_on", "date_order")),
        (DECIDED, "2028-06-07", ("/effective_on", "date_in_future")),
        (DECIDED, "2028-06-04", ("/effective_on", "date_order")),
    ] {
        let command =
            Impose { notice_on: Some(day(notice)), effective_on: Some(day(effect)), ..suspension() };
        nothing.invalid(director(), DECIDED, command, &[error]);
    }
    let earlier = Impose { notice_on: Some(day(RECOMMENDED)), ..suspension() };
    assert_eq!(decided(earlier).state.entry.unwrap().answer_due_on, Some(day("2028-09-03")));
}

#[test]
fn the_programme_director_decides_what_somebody_else_recommended() {
    let nothing = Story::default();
    for other in [officer(), supervisor()] {
        nothing.forbidden(other, DECIDED, suspension(), "programme_director_only");
    }
    let own = Impose { recommended_by: director().id, ..suspension() };
    nothing.forbidden(director(), DECIDED, own, "four_eyes");
    suspended().state_forbids(director(), DECIDED, suspension(), "action_decided");
    nothing.state_forbids(officer(), DECIDED, appeal(1), "action_unknown");
}

#[test]
fn every_reason_says_what_it_is_for_and_where_it_is_written() {
    for reason in ReasonCode::ALL {
        assert!(!reason.kinds().is_empty() && !reason.text().is_empty() && !reason.source().is_empty());
        assert_eq!(ReasonCode::parse(reason.as_str()), Some(*reason));
    }
}
