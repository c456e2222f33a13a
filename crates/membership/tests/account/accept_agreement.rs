use crate::support::*;
use kernel::Role;
use membership::account::event::AccountAgreementAccepted;
use membership::account::values::Acceptance;
use membership::account::{Account, AccountEvent, decide};
use membership::agreement::{AGREEMENTS, agreement_in_force};

fn current() -> &'static str {
    agreement_in_force(LATER.parse().unwrap()).unwrap().version
}

fn accepted(who: &kernel::Actor) -> AccountEvent {
    AccountAgreementAccepted {
        agreement_version: current().to_owned(),
        accepted_by: who.id,
        role: Role::Officer,
        origin_sha256: None,
        accepted_on: LATER.parse().unwrap(),
        accepted_at: instant(LATER),
    }
    .into()
}

#[test]
fn an_officer_accepts_the_version_in_force() {
    registered().then(officer(), accept(current()), vec![accepted(&officer())]);
    let account: Account = registered().and(officer(), accept(current())).state;
    let acceptance = Acceptance {
        agreement_version: current().to_owned(),
        accepted_by: officer().id,
        role: Role::Officer,
        accepted_at: instant(LATER),
    };
    assert_eq!(account.acceptance(current()), Some(&acceptance));
    assert_eq!(account.acceptance("1999-1"), None);
}

#[test]
fn the_same_officer_again_changes_nothing() {
    let story = registered().and(officer(), accept(current()));
    story.then(officer(), accept(current()), Vec::new());
}

#[test]
fn another_officer_may_accept_it_too() {
    let story = staffed().and(officer(), accept(current()));
    story.then(second_officer(), accept(current()), vec![accepted(&second_officer())]);
}

#[test]
fn an_acceptance_outlives_the_role() {
    let story =
        staffed().and(officer(), accept(current())).and(second_officer(), revoke(&officer(), Role::Officer));
    assert!(story.state.acceptance(current()).is_some());
}

#[test]
fn nobody_but_an_officer_accepts() {
    staffed().forbidden(&no_officers(), accept(current()), "officer_only");
}

#[test]
fn the_officer_of_another_account_or_of_yesterday_does_not_accept() {
    registered().forbidden(&[second_officer()], accept(current()), "officer_only");
    let story = staffed().and(officer(), revoke(&second_officer(), Role::Officer));
    story.forbidden(&[second_officer()], accept(current()), "officer_only");
}

#[test]
fn only_the_version_in_force_can_be_accepted() {
    for version in ["1999-1", "", "2024-1 "] {
        registered().state_forbids(officer(), accept(version), "agreement_not_current");
    }
    for old in AGREEMENTS.iter().filter(|agreement| agreement.version != current()) {
        registered().state_forbids(officer(), accept(old.version), "agreement_not_current");
    }
    let refusal = registered().ask(officer(), accept("1999-1")).unwrap_err();
    assert!(refusal.sentence.contains(current()), "{}", refusal.sentence);
}

#[test]
fn before_the_first_version_there_is_nothing_to_accept() {
    let account = registered().state;
    let refusal = decide(&account, accept(current()).into(), &at(officer(), "2001-11-01")).unwrap_err();
    assert_eq!(refusal.code, "no_agreement");
}
