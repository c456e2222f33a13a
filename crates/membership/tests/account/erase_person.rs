use crate::support::*;
use kernel::{Actor, Role};
use membership::account::command::RemoveContact;
use membership::account::event::AccountPersonErased;

fn left() -> Story {
    staffed()
        .and(officer(), revoke(&employee(), Role::Employee))
        .and(officer(), RemoveContact { person_id: employee().id })
}

#[test]
fn somebody_who_has_left_is_erased() {
    for who in [supervisor(), director()] {
        let expected = AccountPersonErased {
            person_id: employee().id,
            reason: text("Asked for by the person."),
            erased_by: who.id,
        };
        left().then(who, erase(&employee()), vec![expected.into()]);
    }
    assert!(left().and(supervisor(), erase(&employee())).state.former.is_empty());
}

#[test]
fn contacts_and_users_are_not_erased() {
    for who in [officer(), second_officer(), employee(), consultant()] {
        staffed().state_forbids(supervisor(), erase(&who), "person_in_use");
    }
    let no_user = staffed().and(officer(), revoke(&employee(), Role::Employee));
    no_user.state_forbids(supervisor(), erase(&employee()), "person_in_use");
}

#[test]
fn somebody_unknown_or_erased_already_is_refused() {
    registered().state_forbids(supervisor(), erase(&employee()), "person_unknown");
    let story = left().and(supervisor(), erase(&employee()));
    story.state_forbids(supervisor(), erase(&employee()), "person_unknown");
}

#[test]
fn only_a_supervisor_or_the_programme_director_erases() {
    let others =
        [officer(), employee(), consultant(), specialist(), auditor(), integrator(), Actor::system()];
    left().forbidden(&others, erase(&employee()), "supervisor_only");
}
