use crate::support::*;
use incident::event::IncidentStatementAdded;
use incident::{AddStatement, TextRef};
use kernel::{AccountId, Role};

fn says(account_id: Option<AccountId>) -> AddStatement {
    AddStatement { account_id, text: digest("words") }
}

#[test]
fn companies_speak_for_themselves_and_staff_to_anybody_or_among_themselves() {
    for (account, role) in [
        (Some(carrier()), Role::Officer),
        (Some(importer()), Role::Employee),
        (Some(importer()), Role::Consultant),
        (Some(importer()), Role::Specialist),
        (None, Role::Supervisor),
    ] {
        Given::of_two().when(says(account), role).then(IncidentStatementAdded {
            account_id: account,
            text: TextRef { number: 2, sha256: digest("words") },
            stated_by: context(role).actor.id,
            stated_at: at(NOW),
        });
    }
    let refusal = Given::of_two().when(says(None), Role::Officer).then_invalid("account_required");
    assert_eq!(pointers(&refusal.errors), [("/account_id", "required")]);
}

#[test]
fn texts_are_numbered_on() {
    let given = Given::of_two()
        .and(says(Some(carrier())), Role::Officer)
        .and(says(None), Role::Specialist)
        .and(says(Some(importer())), Role::Officer);
    let numbers: Vec<u32> = given.incident.statements.iter().map(|statement| statement.text.number).collect();
    assert_eq!((numbers, given.incident.texts), (vec![2, 3, 4], 4));
}

#[test]
fn who_is_not_involved_has_nothing_to_say() {
    let not_involved =
        Given::of_two().when(says(Some(stranger())), Role::Officer).then_invalid("account_not_involved");
    assert_eq!(pointers(&not_involved.errors), [("/account_id", "account_not_involved")]);
    Given::nothing().when(says(None), Role::Specialist).then_state_forbids("not_reported");
}
