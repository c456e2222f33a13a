//! `compare` and `undo-comparison`.

use crate::support::*;
use incident::event::{IncidentCompared, IncidentComparisonUndone};
use incident::{Compare, UndoComparison, Verdict};
use kernel::Role;

fn compare(verdict: Verdict) -> Compare {
    Compare { other: incident_id(2), verdict, reason: text("One seizure, entered by two offices.") }
}

fn undo() -> UndoComparison {
    UndoComparison { other: incident_id(2), reason: text("The numbers differ in the last digit.") }
}

#[test]
fn staff_say_whether_two_are_the_same_at_any_time() {
    for given in [Given::entered(), Given::monitored(), Given::closed()] {
        for verdict in [Verdict::Same, Verdict::NotSame] {
            given.when(compare(verdict), Role::Specialist).then(IncidentCompared {
                other: incident_id(2),
                verdict,
                reason: text("One seizure, entered by two offices."),
                compared_by: person(20),
                compared_at: at(NOW),
            });
        }
    }
    for role in NOT_STAFF {
        Given::reported().when(compare(Verdict::Same), role).then_actor_forbidden("staff_only");
        Given::reported().when(undo(), role).then_actor_forbidden("staff_only");
    }
    Given::nothing().when(compare(Verdict::Same), Role::Specialist).then_state_forbids("not_reported");
}

#[test]
fn nothing_is_the_same_as_itself() {
    let with_itself = Compare { other: incident_id(1), ..compare(Verdict::Same) };
    let refusal = Given::reported().when(with_itself, Role::Specialist).then_invalid("same_incident");
    assert_eq!(pointers(&refusal.errors), [("/incident_id", "same_incident")]);
}

#[test]
fn what_was_found_stands_until_it_is_taken_back_with_a_reason() {
    let found = Given::reported().and(compare(Verdict::Same), Role::Specialist);
    found.when(compare(Verdict::Same), Role::Supervisor).then_nothing_happens();
    found.when(compare(Verdict::NotSame), Role::Supervisor).then_state_forbids("already_compared");
    found.when(undo(), Role::Supervisor).then(IncidentComparisonUndone {
        other: incident_id(2),
        earlier_verdict: Verdict::Same,
        reason: text("The numbers differ in the last digit."),
        undone_by: person(21),
        undone_at: at(NOW),
    });
    let open = found.and(undo(), Role::Supervisor);
    open.when(undo(), Role::Supervisor).then_state_forbids("not_compared");
    assert_eq!(open.when(compare(Verdict::NotSame), Role::Supervisor).accepted().len(), 1);
}
