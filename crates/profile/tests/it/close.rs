use crate::support::*;
use kernel::Role;
use profile::event::{CloseReason, ProfileClosed};
use profile::{Close, Status};

#[test]
fn a_profile_closes_from_every_status_with_its_membership_and_keeps_everything() {
    for given in
        Given::in_every_status().iter().skip(1).filter(|given| given.profile.status != Status::Closed)
    {
        let command = Close { reason: CloseReason::Rejected };
        given
            .when(command.clone(), Role::System)
            .then(ProfileClosed { reason: CloseReason::Rejected, closed_on: day("2026-03-02") });
        let closed = given.clone().and(command, Role::Supervisor);
        assert_eq!(closed.profile.status, Status::Closed);
        assert_eq!(closed.profile.answers, given.profile.answers);
        assert_eq!(closed.profile.snapshots, given.profile.snapshots);
    }
}

#[test]
fn a_profile_closes_once_and_only_after_it_started() {
    let command = Close { reason: CloseReason::Inactive };
    Given::nothing().when(command.clone(), Role::System).then_state_forbids("profile_not_started");
    Given::closed().when(command, Role::System).then_state_forbids("profile_closed");
}
