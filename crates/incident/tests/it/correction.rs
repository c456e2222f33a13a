//! `correct-facts` and `erase-text`.

use crate::support::*;
use incident::event::{FactChange, IncidentFactsCorrected, IncidentTextErased};
use incident::{CorrectFacts, Correction, Disclosure, DiscoveredBy, EraseText, Kind, Moment};
use kernel::Role;

fn correct(correction: Correction) -> CorrectFacts {
    CorrectFacts { correction, reason: text("As the seizure report has it.") }
}

fn kind() -> Correction {
    Correction { kind: Some(Kind::Narcotics), ..Correction::default() }
}

#[test]
fn a_correction_shows_both_values_and_who_made_it() {
    let found_by_cbp = Correction { discovered_by: Some(DiscoveredBy::Cbp), ..kind() };
    Given::reported().when(correct(found_by_cbp.clone()), Role::Specialist).then(IncidentFactsCorrected {
        changes: vec![
            FactChange::Kind { earlier: Kind::SealDiscrepancy, value: Kind::Narcotics },
            FactChange::DiscoveredBy { earlier: DiscoveredBy::Company, value: DiscoveredBy::Cbp },
        ],
        disclosure: Disclosure::AfterCbp,
        reason: text("As the seizure report has it."),
        corrected_by: person(20),
        corrected_at: at(NOW),
    });
    let given = Given::reported().and(correct(found_by_cbp), Role::Specialist);
    let incident = &given.incident;
    assert_eq!(incident.facts.as_ref().unwrap().kind, Kind::Narcotics);
    assert_eq!(incident.report.as_ref().unwrap().facts, facts(), "the report stays as it was made");
    assert_eq!((incident.disclosure, incident.corrections.len()), (Some(Disclosure::AfterCbp), 1));
}

#[test]
fn what_is_the_same_is_no_correction() {
    let same = Correction {
        kind: Some(Kind::SealDiscrepancy),
        place: facts().place,
        numbers: Some(facts().numbers),
        ..Correction::default()
    };
    Given::reported().when(correct(same), Role::Specialist).then_nothing_happens();
    Given::reported().when(correct(Correction::default()), Role::Officer).then_nothing_happens();
}

#[test]
fn what_was_missing_is_completed() {
    let goods = Correction {
        goods: Some(text("Wiring harnesses")),
        quantity: Some(text("14 cartons")),
        ..Correction::default()
    };
    let given = Given::reported().and(correct(goods), Role::Officer);
    assert_eq!(given.incident.facts.unwrap().goods, Some(text("Wiring harnesses")));
}

#[test]
fn an_impossible_correction_is_refused() {
    let occurred: Moment = moment("2026-03-02T07:00:00Z", None);
    let late = Correction { occurred: Some(occurred), ..Correction::default() };
    let refusal = Given::reported().when(correct(late), Role::Specialist).then_invalid("correction_invalid");
    assert_eq!(pointers(&refusal.errors), [("/discovered", "time_order")]);
}

#[test]
fn the_company_corrects_its_report_until_cbp_takes_it_up_and_staff_until_it_is_closed() {
    for role in [Role::Officer, Role::Employee] {
        assert_eq!(Given::reported().when(correct(kind()), role).accepted().len(), 1);
        Given::triaged().when(correct(kind()), role).then_account_forbids("taken_up", carrier());
    }
    for given in [Given::triaged(), Given::monitored()] {
        assert_eq!(given.when(correct(kind()), Role::Supervisor).accepted().len(), 1);
    }
    Given::closed().when(correct(kind()), Role::Supervisor).then_state_forbids("incident_closed");
    Given::reported().when(correct(kind()), Role::Auditor).then_actor_forbidden("reporter_only");
    Given::nothing().when(correct(kind()), Role::Specialist).then_state_forbids("not_reported");
}

#[test]
fn a_text_is_erased_by_a_supervisor_or_the_director_and_that_stays_on_record() {
    let erase = |number| EraseText { number, reason: text("It named a driver.") };
    for role in [Role::Supervisor, Role::ProgrammeDirector] {
        Given::closed().when(erase(1), role).then(IncidentTextErased {
            number: 1,
            reason: text("It named a driver."),
            erased_by: context(role).actor.id,
            erased_at: at(NOW),
        });
    }
    for role in NOT_STAFF.into_iter().chain([Role::Specialist]) {
        Given::reported().when(erase(1), role).then_actor_forbidden("supervisor_only");
    }
    for unknown in [0, 2] {
        let refusal = Given::reported().when(erase(unknown), Role::Supervisor).then_invalid("unknown_text");
        assert_eq!(pointers(&refusal.errors), [("/number", "unknown_text")]);
    }
    Given::reported().and(erase(1), Role::Supervisor).when(erase(1), Role::Supervisor).then_nothing_happens();
}
