use crate::support::*;
use kernel::RefusalKind::{ActorForbidden, StateForbids};
use membership::invitation::{InvitationRevoked, InvitationStatus};

#[test]
fn staff_take_an_open_invitation_back() {
    for who in staff() {
        let expected = InvitationRevoked {
            reason: text("Issued for the wrong company."),
            revoked_by: who.id,
            revoked_on: LAST_DAY.parse().unwrap(),
        };
        issued().then(who, LAST_DAY, revoke(), expected);
    }
    assert_eq!(revoked().state.status, InvitationStatus::Revoked);
    assert!(revoked().state.allowed_commands().is_empty());
}

#[test]
fn an_expired_one_may_be_taken_back_too() {
    assert!(issued().ask(specialist(), TOO_LATE, revoke()).is_ok());
}

#[test]
fn nobody_but_staff_takes_it_back() {
    for who in no_staff() {
        issued().refused(who, LAST_DAY, revoke(), ActorForbidden, "staff_only");
    }
}

#[test]
fn a_used_or_revoked_one_is_refused() {
    for story in [redeemed(), revoked()] {
        story.refused(specialist(), LAST_DAY, revoke(), StateForbids, "invitation_not_open");
    }
}

#[test]
fn one_that_was_never_issued_is_refused() {
    nothing().refused(specialist(), ISSUED, revoke(), StateForbids, "invitation_unknown");
}
