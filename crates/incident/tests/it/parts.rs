//! The part of one account: analysis, corrective plan, monitoring, conclusion.

use crate::support::*;
use incident::event::{
    IncidentActionCompleted, IncidentAnalysisRequested, IncidentAnalysisSubmitted, IncidentPartConcluded,
    IncidentPlanSubmitted, IncidentResponseAccepted, IncidentResponseReturned, PlannedAction,
};
use incident::{
    AddStatement, CompleteAction, ConcludePart, Conclusion, RequestAnalysis, Stage, Status, SubmitAnalysis,
    SubmitPlan, TextRef,
};
use kernel::Role;

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn done(number: u32) -> CompleteAction {
    CompleteAction { account_id: importer(), number }
}

#[test]
fn cbp_asks_for_an_analysis_with_a_last_day_by_policy() {
    Given::under_review().when(request_analysis(importer()), Role::Specialist).then(
        IncidentAnalysisRequested {
            account_id: importer(),
            stage: Stage::AnalysisRequested,
            status: Status::AnalysisRequested,
            due_on: day("2026-04-01"),
            requested_by: person(20),
            requested_at: at(NOW),
        },
    );
    let named = RequestAnalysis { due_on: Some(day("2026-03-02")), ..request_analysis(importer()) };
    assert_eq!(Given::under_review().when(named, Role::Specialist).accepted().len(), 1);
    let past = RequestAnalysis { due_on: Some(day("2026-03-01")), ..request_analysis(importer()) };
    let refusal = Given::under_review().when(past, Role::Specialist).then_invalid("due_date_in_the_past");
    assert_eq!(pointers(&refusal.errors), [("/due_on", "in_the_past")]);
}

#[test]
fn nothing_is_asked_before_the_review_and_of_nobody_who_is_not_involved() {
    Given::triaged()
        .when(request_analysis(importer()), Role::Specialist)
        .then_state_forbids("review_not_begun");
    Given::closed()
        .when(request_analysis(importer()), Role::Specialist)
        .then_state_forbids("incident_closed");
    Given::under_review()
        .when(request_analysis(stranger()), Role::Specialist)
        .then_invalid("account_not_involved");
    Given::asked().when(request_analysis(importer()), Role::Specialist).then_part_forbids("wrong_stage");
}

#[test]
fn the_company_hands_in_root_cause_and_failed_criteria_of_the_edition_in_force() {
    let edition = criteria::edition_in_force(day("2026-03-02")).unwrap();
    Given::asked().when(analysis(&["6.2", "7.23"]), Role::Employee).then(IncidentAnalysisSubmitted {
        account_id: importer(),
        stage: Stage::AnalysisSubmitted,
        status: Status::AnalysisRequested,
        root_cause: TextRef { number: 2, sha256: digest("root cause") },
        edition: edition.id.clone(),
        failed_criteria: vec!["6.2".parse().unwrap(), "7.23".parse().unwrap()],
        submitted_by: person(11),
        submitted_at: at(NOW),
    });
    let refusal = Given::asked()
        .when(analysis(&["6.2", "12.99", "6.2"]), Role::Officer)
        .then_invalid("analysis_invalid");
    let expected = [("/failed_criteria/1", "unknown_criterion"), ("/failed_criteria/2", "duplicate")];
    assert_eq!(pointers(&refusal.errors), expected);
    assert_eq!(Given::asked().when(analysis(&[]), Role::Officer).accepted().len(), 1, "nothing failed");
}

#[test]
fn the_company_hands_in_a_plan_with_owner_and_day_for_each_action() {
    let action = |number, text, what: &str, due_on| PlannedAction {
        number,
        description: TextRef { number: text, sha256: digest(what) },
        owner: person(31),
        due_on: day(due_on),
    };
    Given::plan_owed().when(plan(), Role::Officer).then(IncidentPlanSubmitted {
        account_id: importer(),
        stage: Stage::PlanSubmitted,
        status: Status::CorrectivePlan,
        actions: vec![action(1, 3, "seals", "2026-04-01"), action(2, 4, "training", "2026-05-01")],
        submitted_by: person(10),
        submitted_at: at(NOW),
    });
    let empty = SubmitPlan { actions: Vec::new(), ..plan() };
    let refusal = Given::plan_owed().when(empty, Role::Officer).then_invalid("plan_invalid");
    assert_eq!(pointers(&refusal.errors), [("/actions", "too_few")]);
    let given = Given::planned().and(AddStatement { account_id: None, text: digest("x") }, Role::Specialist);
    assert_eq!(given.incident.statements[0].text.number, 5, "texts of a plan are counted");
}

#[test]
fn what_is_handed_in_is_taken_or_given_back() {
    let accepted = |earlier_stage, stage, status, due_on| IncidentResponseAccepted {
        account_id: importer(),
        earlier_stage,
        stage,
        status,
        due_on: day(due_on),
        accepted_by: person(20),
        accepted_at: at(NOW),
    };
    let plan = accepted(Stage::AnalysisSubmitted, Stage::PlanRequested, Status::CorrectivePlan, "2026-04-01");
    Given::analysed().when(accept(), Role::Specialist).then(plan);
    let watch = accepted(Stage::PlanSubmitted, Stage::Monitoring, Status::Monitoring, "2026-08-29");
    Given::planned().when(accept(), Role::Specialist).then(watch);
    for (given, earlier_stage, stage, status) in [
        (Given::analysed(), Stage::AnalysisSubmitted, Stage::AnalysisRequested, Status::AnalysisRequested),
        (Given::planned(), Stage::PlanSubmitted, Stage::PlanRequested, Status::CorrectivePlan),
    ] {
        given.when(give_back(), Role::Specialist).then(IncidentResponseReturned {
            account_id: importer(),
            earlier_stage,
            stage,
            status,
            reason: text("Say more."),
            due_on: day("2026-04-01"),
            returned_by: person(20),
            returned_at: at(NOW),
        });
    }
    for given in [Given::under_review(), Given::asked(), Given::plan_owed(), Given::monitored()] {
        given.when(accept(), Role::Specialist).then_part_forbids("wrong_stage");
        given.when(give_back(), Role::Specialist).then_part_forbids("wrong_stage");
    }
    let again = Given::analysed().and(give_back(), Role::Specialist);
    assert_eq!(again.incident.parties[&importer()].returned, Some(text("Say more.")));
    assert_eq!(again.when(analysis(&[]), Role::Officer).accepted().len(), 1);
}

#[test]
fn each_step_has_its_side() {
    for role in NOT_STAFF {
        Given::under_review().when(request_analysis(importer()), role).then_actor_forbidden("staff_only");
        Given::analysed().when(accept(), role).then_actor_forbidden("staff_only");
        Given::analysed().when(give_back(), role).then_actor_forbidden("staff_only");
        Given::monitored().when(conclude(Conclusion::NoFault), role).then_actor_forbidden("staff_only");
    }
    for role in [Role::Consultant, Role::Integrator, Role::Specialist, Role::Supervisor, Role::Auditor] {
        Given::asked().when(analysis(&[]), role).then_actor_forbidden("company_only");
        Given::plan_owed().when(plan(), role).then_actor_forbidden("company_only");
        Given::monitored().when(done(1), role).then_actor_forbidden("company_only");
    }
}

#[test]
fn nothing_is_handed_in_that_is_not_asked_for() {
    for given in [Given::under_review(), Given::analysed(), Given::plan_owed(), Given::monitored()] {
        given.when(analysis(&[]), Role::Officer).then_part_forbids("wrong_stage");
    }
    for given in [Given::under_review(), Given::asked(), Given::planned(), Given::monitored()] {
        given.when(plan(), Role::Officer).then_part_forbids("wrong_stage");
    }
    Given::planned().when(done(1), Role::Officer).then_part_forbids("wrong_stage");
    Given::closed().when(analysis(&[]), Role::Officer).then_part_forbids("wrong_stage");
    let for_nobody = SubmitAnalysis { account_id: stranger(), ..analysis(&[]) };
    Given::asked().when(for_nobody, Role::Officer).then_invalid("account_not_involved");
}

#[test]
fn actions_are_done_one_by_one_and_once() {
    Given::monitored().when(done(2), Role::Employee).then(IncidentActionCompleted {
        account_id: importer(),
        number: 2,
        completed_by: person(11),
        completed_at: at(NOW),
    });
    Given::monitored().and(done(2), Role::Employee).when(done(2), Role::Officer).then_nothing_happens();
    let refusal = Given::monitored().when(done(3), Role::Officer).then_invalid("unknown_action");
    assert_eq!(pointers(&refusal.errors), [("/number", "unknown_action")]);
}

#[test]
fn something_is_mended_when_every_action_is_done_and_the_watching_is_over() {
    let over = context_at(Role::Supervisor, "2026-08-29T15:00:00Z");
    let mended = || conclude(Conclusion::Mended);
    Given::planned().when_in(mended(), &over).then_part_forbids("not_monitored");
    let half = Given::monitored().and(done(1), Role::Officer);
    half.when_in(mended(), &over).then_part_forbids("actions_open");
    let whole = half.and(done(2), Role::Officer);
    let early = context_at(Role::Supervisor, "2026-08-28T15:00:00Z");
    whole.when_in(mended(), &early).then_part_forbids("monitoring_not_over");
    whole.when_in(mended(), &over).then(IncidentPartConcluded {
        account_id: importer(),
        earlier_stage: Stage::Monitoring,
        stage: Stage::Concluded,
        status: Status::UnderReview,
        conclusion: Conclusion::Mended,
        basis: text("As the file shows."),
        concluded_by: person(21),
        concluded_at: at("2026-08-29T15:00:00Z"),
    });
}

#[test]
fn other_conclusions_can_be_come_to_at_any_stage_but_once() {
    for given in [
        Given::under_review(),
        Given::asked(),
        Given::analysed(),
        Given::plan_owed(),
        Given::planned(),
        Given::monitored(),
    ] {
        for conclusion in [Conclusion::NoFault, Conclusion::NotMended] {
            let concluded = given.clone().and(conclude(conclusion), Role::Specialist);
            assert_eq!(concluded.incident.parties[&importer()].stage, Stage::Concluded);
            concluded.when(conclude(conclusion), Role::Specialist).then_part_forbids("part_concluded");
            // CBP may come back to it.
            let again = concluded.when(request_analysis(importer()), Role::Specialist).accepted();
            assert_eq!(again.len(), 1);
        }
    }
}

#[test]
fn the_incident_stands_where_the_account_is_that_is_furthest_behind() {
    let given = Given::planned().and(request_analysis(carrier()), Role::Specialist);
    assert_eq!(given.incident.status, Status::AnalysisRequested);
    assert_eq!(given.incident.status_for(importer()), Status::CorrectivePlan);
    assert_eq!(given.incident.status_for(carrier()), Status::AnalysisRequested);
    let watched = given.and(accept(), Role::Specialist);
    assert_eq!(watched.incident.status, Status::AnalysisRequested, "the carrier is still behind");
    let of_the_carrier = ConcludePart { account_id: carrier(), ..conclude(Conclusion::NoFault) };
    let rest = watched.and(of_the_carrier, Role::Specialist);
    assert_eq!(rest.incident.status, Status::Monitoring);
    assert_eq!(rest.incident.status_for(carrier()), Status::UnderReview, "the carrier is not told of others");
}
