//! `triage` and `begin-review`.

use crate::support::*;
use incident::event::{IncidentReviewBegun, IncidentTriaged};
use incident::{BeginReview, Risk, Status, Triage};
use kernel::Role;

#[test]
fn staff_say_how_urgent_it_is_and_by_which_criteria() {
    for role in STAFF {
        Given::reported().when(triage(), role).then(IncidentTriaged {
            earlier_status: Status::Reported,
            status: Status::Triaged,
            risk: Risk::High,
            basis: text("A route with earlier seizures."),
            triaged_by: context(role).actor.id,
            triaged_at: at(NOW),
        });
    }
    for role in NOT_STAFF {
        Given::reported().when(triage(), role).then_actor_forbidden("staff_only");
        Given::triaged().when(BeginReview {}, role).then_actor_forbidden("staff_only");
    }
    Given::nothing().when(triage(), Role::Specialist).then_state_forbids("not_reported");
}

#[test]
fn a_second_word_on_the_risk_changes_no_status() {
    Given::triaged().when(triage(), Role::Supervisor).then_nothing_happens();
    let lower = Triage { risk: Risk::Low, ..triage() };
    let given = Given::under_review().and(lower, Role::Supervisor);
    assert_eq!(given.incident.status, Status::UnderReview);
    assert_eq!(given.incident.triage.unwrap().risk, Risk::Low);
}

#[test]
fn the_review_begins_once_and_after_the_triage() {
    Given::triaged().when(BeginReview {}, Role::Specialist).then(IncidentReviewBegun {
        earlier_status: Status::Triaged,
        status: Status::UnderReview,
        begun_by: person(20),
        begun_at: at(NOW),
    });
    Given::reported().when(BeginReview {}, Role::Specialist).then_state_forbids("not_triaged");
    Given::under_review().when(BeginReview {}, Role::Specialist).then_state_forbids("review_already_begun");
    Given::nothing().when(BeginReview {}, Role::Specialist).then_state_forbids("not_reported");
}
