use crate::support::*;
use criteria::EntityType;
use kernel::RefusalKind::{ActorForbidden, Invalid, StateForbids};
use membership::invitation::{InvitationRedeemed, InvitationStatus, RedeemInvitation};

fn refused(story: &Story, on: &str, command: RedeemInvitation, code: &str) {
    let refusal = story.refused(officer(), on, command, Invalid, code);
    assert_eq!(refusal.errors.len(), 1);
    assert_eq!(refusal.errors[0].pointer, "/invitation_token");
    assert_eq!(refusal.errors[0].code, code);
}

#[test]
fn an_invitation_is_used_from_the_first_to_the_last_day() {
    for on in [ISSUED, LAST_DAY] {
        let expected = InvitationRedeemed {
            membership_id: membership_id(),
            account_id: account_id(),
            redeemed_on: on.parse().unwrap(),
        };
        issued().then(officer(), on, redeem(), expected);
    }
    let invitation = redeemed().state;
    assert_eq!(invitation.status, InvitationStatus::Redeemed);
    assert_eq!(invitation.redeemed.unwrap().membership_id, membership_id());
}

#[test]
fn the_last_day_ends_in_new_york() {
    let mut context = at(officer(), LAST_DAY);
    context.now = "2026-06-01T03:59:59Z".parse().unwrap();
    assert!(membership::invitation::decide(&issued().state, redeem().into(), &context).is_ok());
    context.now = "2026-06-01T04:00:00Z".parse().unwrap();
    let refusal = membership::invitation::decide(&issued().state, redeem().into(), &context).unwrap_err();
    assert_eq!(refusal.code, "invitation_expired");
}

#[test]
fn an_expired_one_is_refused() {
    refused(&issued(), TOO_LATE, redeem(), "invitation_expired");
}

#[test]
fn a_used_one_is_refused_even_to_the_same_company() {
    refused(&redeemed(), LAST_DAY, redeem(), "invitation_used");
}

#[test]
fn a_revoked_one_is_refused() {
    refused(&revoked(), LAST_DAY, redeem(), "invitation_revoked");
}

#[test]
fn it_is_tied_to_its_type() {
    for entity_type in EntityType::ALL.iter().copied().filter(|other| *other != TYPE) {
        let command = RedeemInvitation { entity_type, ..redeem() };
        refused(&issued(), ISSUED, command, "invitation_other_type");
    }
}

#[test]
fn one_that_was_never_issued_is_refused() {
    nothing().refused(officer(), ISSUED, redeem(), StateForbids, "invitation_unknown");
}

#[test]
fn whoever_issued_it_does_not_use_it() {
    let own = RedeemInvitation { of_the_issuer: true, ..redeem() };
    issued().refused(officer(), ISSUED, own, ActorForbidden, "own_invitation");
}
