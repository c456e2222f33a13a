//! `involve-account` and `remove-account`.

use crate::support::*;
use incident::event::{IncidentAccountInvolved, IncidentAccountRemoved};
use incident::values::MAX_PARTIES;
use incident::{FactGroup, InvolveAccount, PartyRole, RemoveAccount};
use kernel::{AccountId, Role};

fn remove(account_id: AccountId) -> RemoveAccount {
    RemoveAccount { account_id, reason: text("Another company of the same name.") }
}

#[test]
fn staff_name_the_accounts_that_it_involves() {
    for role in STAFF {
        Given::reported().when(involve_the_importer(), role).then(IncidentAccountInvolved {
            account_id: importer(),
            role: PartyRole::Importer,
            disclosed: vec![FactGroup::Times, FactGroup::Place],
            involved_by: context(role).actor.id,
            involved_at: at(NOW),
        });
    }
    for role in NOT_STAFF {
        Given::reported().when(involve_the_importer(), role).then_actor_forbidden("staff_only");
        Given::of_two().when(remove(importer()), role).then_actor_forbidden("staff_only");
    }
    Given::nothing().when(involve_the_importer(), Role::Specialist).then_state_forbids("not_reported");
}

#[test]
fn naming_an_account_again_changes_its_role_and_what_it_is_shown() {
    Given::of_two().when(involve_the_importer(), Role::Supervisor).then_nothing_happens();
    let later = context_at(Role::Supervisor, "2026-03-05T15:00:00Z");
    let again = InvolveAccount {
        role: PartyRole::CustomsBroker,
        disclosed: vec![FactGroup::Numbers],
        ..involve_the_importer()
    };
    let given = Given::of_two().and_in(again, &later);
    let party = &given.incident.parties[&importer()];
    assert_eq!(
        (party.role, party.disclosed.as_slice()),
        (PartyRole::CustomsBroker, [FactGroup::Numbers].as_slice())
    );
    assert_eq!(party.involved_at, at(NOW), "since it was first named");
}

#[test]
fn an_incident_involves_so_many_accounts_and_no_more() {
    let involve = |number: u32| InvolveAccount {
        account_id: format!("acc_{}", uuid_text(number)).parse().unwrap(),
        ..involve_the_importer()
    };
    let full = (100..)
        .take(MAX_PARTIES - 1)
        .fold(Given::reported(), |given, number| given.and(involve(number), Role::Specialist));
    full.when(involve(999), Role::Specialist).then_state_forbids("too_many_accounts");
    let changed = InvolveAccount { disclosed: Vec::new(), ..involve(100) };
    assert_eq!(full.when(changed, Role::Specialist).accepted().len(), 1);
}

#[test]
fn an_account_named_by_mistake_is_taken_out() {
    Given::of_two().when(remove(importer()), Role::Specialist).then(IncidentAccountRemoved {
        account_id: importer(),
        reason: text("Another company of the same name."),
        removed_by: person(20),
        removed_at: at(NOW),
    });
    assert!(!Given::of_two().and(remove(importer()), Role::Specialist).incident.involves(importer()));
    Given::of_two().when(remove(carrier()), Role::Specialist).then_state_forbids("account_reported");
    Given::asked().when(remove(importer()), Role::Specialist).then_state_forbids("account_was_asked");
    let refusal =
        Given::of_two().when(remove(stranger()), Role::Specialist).then_invalid("account_not_involved");
    assert_eq!(pointers(&refusal.errors), [("/account_id", "account_not_involved")]);
}
