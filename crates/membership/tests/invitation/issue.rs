use crate::support::*;
use criteria::EntityType;
use kernel::RefusalKind::{ActorForbidden, Invalid, StateForbids};
use membership::invitation::{InvitationIssued, InvitationStatus, IssueInvitation};

fn expected(by: kernel::PersonId, expires_on: &str) -> InvitationIssued {
    let command = issue();
    InvitationIssued {
        invitation_id: invitation_id(),
        entity_type: TYPE,
        token_sha256: command.token_sha256,
        note: None,
        issued_by: by,
        issued_on: ISSUED.parse().unwrap(),
        expires_on: expires_on.parse().unwrap(),
    }
}

#[test]
fn staff_invite_and_the_policy_sets_the_last_day() {
    for who in staff() {
        let by = who.id;
        nothing().then(who, ISSUED, issue(), expected(by, LAST_DAY));
    }
    assert_eq!(issued().state.status, InvitationStatus::Open);
    assert_eq!(issued().state.allowed_commands(), ["revoke"]);
    assert!(nothing().state.allowed_commands().is_empty());
}

#[test]
fn staff_may_set_the_last_day() {
    for last in [ISSUED, "2027-01-01"] {
        let command = IssueInvitation { expires_on: Some(last.parse().unwrap()), ..issue() };
        nothing().then(specialist(), ISSUED, command, expected(specialist().id, last));
    }
}

#[test]
fn every_type_can_be_invited() {
    for entity_type in EntityType::ALL {
        let command = IssueInvitation { entity_type: *entity_type, ..issue() };
        let story = nothing().and(specialist(), ISSUED, command);
        assert_eq!(story.state.issued.unwrap().entity_type, *entity_type);
    }
}

#[test]
fn the_last_day_must_not_be_past() {
    let command = IssueInvitation { expires_on: Some("2026-03-01".parse().unwrap()), ..issue() };
    let refusal = nothing().refused(specialist(), ISSUED, command, Invalid, "date_in_the_past");
    assert_eq!(refusal.errors[0].pointer, "/expires_on");
}

#[test]
fn nobody_but_staff_invites() {
    for who in no_staff() {
        nothing().refused(who, ISSUED, issue(), ActorForbidden, "staff_only");
    }
}

#[test]
fn an_invitation_is_issued_once() {
    for story in [issued(), redeemed(), revoked()] {
        story.refused(specialist(), ISSUED, issue(), StateForbids, "invitation_issued");
    }
}
