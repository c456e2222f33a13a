//! `close-incident` and `reopen-incident`.

use crate::support::*;
use incident::event::{IncidentClosed, IncidentReopened};
use incident::{AddStatement, Conclusion, Outcome, Reopen, Status};
use kernel::Role;

fn reopen() -> Reopen {
    Reopen { reason: text("The laboratory found residues.") }
}

#[test]
fn a_supervisor_or_the_director_closes_with_an_outcome_and_opens_again_with_a_reason() {
    for role in [Role::Supervisor, Role::ProgrammeDirector] {
        Given::under_review().when(close(), role).then(IncidentClosed {
            earlier_status: Status::UnderReview,
            status: Status::Closed,
            outcome: Outcome::Confirmed,
            basis: text("The seal was changed on the road."),
            closed_by: context(role).actor.id,
            closed_at: at(NOW),
        });
        Given::closed().when(reopen(), role).then(IncidentReopened {
            earlier_status: Status::Closed,
            status: Status::UnderReview,
            reason: text("The laboratory found residues."),
            reopened_by: context(role).actor.id,
            reopened_at: at(NOW),
        });
    }
    for role in NOT_STAFF.into_iter().chain([Role::Specialist]) {
        Given::under_review().when(close(), role).then_actor_forbidden("supervisor_only");
        Given::closed().when(reopen(), role).then_actor_forbidden("supervisor_only");
    }
}

#[test]
fn nothing_is_closed_while_something_goes_on_with_an_account() {
    for given in [Given::asked(), Given::analysed(), Given::plan_owed(), Given::planned(), Given::monitored()]
    {
        given.when(close(), Role::Supervisor).then_state_forbids("parts_open");
    }
    let concluded = Given::asked().and(conclude(Conclusion::NotMended), Role::Specialist);
    assert_eq!(concluded.when(close(), Role::Supervisor).accepted().len(), 1);
    Given::triaged().when(close(), Role::Supervisor).then_state_forbids("review_not_begun");
}

#[test]
fn a_closed_incident_takes_statements_alone_until_it_is_opened_again() {
    let closed = Given::closed();
    closed.when(close(), Role::Supervisor).then_state_forbids("incident_closed");
    closed.when(triage(), Role::Specialist).then_state_forbids("incident_closed");
    closed.when(involve_the_importer(), Role::Specialist).then_state_forbids("incident_closed");
    let said = AddStatement { account_id: Some(carrier()), text: digest("late") };
    assert_eq!(closed.when(said, Role::Officer).accepted().len(), 1);
    Given::under_review().when(reopen(), Role::Supervisor).then_state_forbids("incident_not_closed");
    let open = closed.and(reopen(), Role::Supervisor);
    assert_eq!((open.incident.status, open.incident.closed.clone()), (Status::UnderReview, None));
    assert_eq!(open.when(request_analysis(carrier()), Role::Specialist).accepted().len(), 1);
}
