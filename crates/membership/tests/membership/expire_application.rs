use crate::support::*;
use kernel::Actor;
use membership::membership::event::MembershipApplicationExpired;
use membership::membership::*;

const EXPIRE: ExpireApplication = ExpireApplication {};

#[test]
fn the_clock_ends_what_was_not_submitted_in_time() {
    let expected = MembershipApplicationExpired {
        profile_due_on: day(PROFILE_DUE),
        expired_on: day("2026-04-02"),
        status: Status::Inactive,
    };
    pre_applicant().then(Actor::system(), "2026-04-02", EXPIRE, vec![expected.into()]);
    let state = inactive().state;
    assert_eq!((state.status, state.dates.ended_on), (Status::Inactive, Some(day("2026-04-02"))));
    assert_eq!(state.ending, Some(Ending::Expired));
}

#[test]
fn on_the_last_day_it_is_not_expired() {
    pre_applicant().state_forbids(Actor::system(), PROFILE_DUE, EXPIRE, "not_expired_yet");
}

#[test]
fn what_was_submitted_or_has_ended_does_not_expire() {
    for story in [applicant(), returned(), approved(), certified()] {
        story.state_forbids(Actor::system(), "2026-12-01", EXPIRE, "profile_already_submitted");
    }
    for story in [rejected(), ineligible(), withdrawn(), inactive()] {
        story.state_forbids(Actor::system(), "2026-12-01", EXPIRE, "wrong_status");
    }
}

#[test]
fn nobody_but_the_clock_asks() {
    let mut others = company();
    others.extend([specialist(), supervisor(), director()]);
    pre_applicant().forbidden(&others, "2026-04-02", EXPIRE, "system_only");
}
