//! Legal holds, and forgetting a whole applicant.
//!
//! A hold keeps everything as it is while a lawsuit or an inquiry needs it: nobody is erased, by request or because a time has run out. It stands
//! on the whole account or on one person of it. Handbook 7 asks for a policy table with legal hold.

use super::command::{EraseApplicant, LiftHold, PlaceHold};
use super::decide::{Decided, forbidden, unknown};
use super::event::{
    AccountApplicantErased, AccountContactRemoved, AccountEvent, AccountHoldLifted, AccountHoldPlaced,
    AccountPersonErased, AccountRoleRevoked,
};
use super::state::Account;
use kernel::{Context, HoldId, PersonId, Refusal, Role, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most holds that stand on one account at a time.
pub const MAX_HOLDS: usize = 50;

/// A hold that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id.
    pub hold_id: HoldId,
    /// The person on whom it stands; absent where it stands on the whole account.
    pub person_id: Option<PersonId>,
    /// Why.
    pub reason: kernel::Text<1000>,
    /// Who placed it.
    pub placed_by: PersonId,
    /// When.
    pub placed_at: Timestamp,
}

impl Account {
    /// The holds that keep a person from being erased: those on the person and those on the whole account.
    pub fn holds_on(&self, person: PersonId) -> impl Iterator<Item = &Hold> {
        self.holds.iter().filter(move |hold| hold.person_id.is_none_or(|held| held == person))
    }

    /// Everybody of whom there are data: contacts, and those who were contacts or users once.
    pub fn persons(&self) -> BTreeSet<PersonId> {
        let contacts = self.contacts.iter().map(|contact| contact.person_id);
        contacts.chain(self.former.iter().copied()).collect()
    }
}

fn leaders_only(context: &Context, sentence: &str) -> Result<(), Refusal> {
    if matches!(context.actor.role, Role::Supervisor | Role::ProgrammeDirector) {
        return Ok(());
    }
    Err(Refusal::actor("supervisor_only", sentence))
}

pub(super) fn place_hold(account: &Account, command: PlaceHold, context: &Context) -> Decided {
    leaders_only(context, "Only a supervisor or the programme director places a legal hold.")?;
    if command.person_id.is_some_and(|person| !account.persons().contains(&person)) {
        return Err(unknown("/person_id", "person_unknown", "This account has no data of this person."));
    }
    if account.holds.len() >= MAX_HOLDS {
        let sentence = format!("{MAX_HOLDS} holds stand on this account, the most allowed; lift one first.");
        return Err(forbidden("too_many_holds", sentence));
    }
    let event = AccountHoldPlaced {
        hold_id: command.hold_id,
        person_id: command.person_id,
        reason: command.reason,
        placed_by: context.actor.id,
        placed_at: context.now,
    };
    Ok(vec![event.into()])
}

pub(super) fn lift_hold(account: &Account, command: LiftHold, context: &Context) -> Decided {
    leaders_only(context, "Only a supervisor or the programme director lifts a legal hold.")?;
    let Some(hold) = account.holds.iter().find(|hold| hold.hold_id == command.hold_id) else {
        return Err(unknown(
            "/hold_id",
            "hold_unknown",
            "No legal hold with this id stands on this account.",
        ));
    };
    let event = AccountHoldLifted {
        hold_id: hold.hold_id,
        person_id: hold.person_id,
        reason: command.reason,
        lifted_by: context.actor.id,
        lifted_at: context.now,
    };
    Ok(vec![event.into()])
}

/// Refuses what a hold forbids.
pub(super) fn not_held<'a>(holds: impl Iterator<Item = &'a Hold>) -> Result<(), Refusal> {
    let holds: Vec<String> = holds.map(|hold| hold.hold_id.to_string()).collect();
    if holds.is_empty() {
        return Ok(());
    }
    let sentence = format!(
        "A legal hold stands on this; nothing is erased until it is lifted with lift-hold: {}.",
        holds.join(", ")
    );
    Err(forbidden("legal_hold", sentence))
}

/// A company that never became a member is forgotten in one step: everybody loses the roles, is taken off and is erased. What it said of
/// itself as a company stays in the ledger.
pub(super) fn erase_applicant(account: &Account, command: EraseApplicant, context: &Context) -> Decided {
    leaders_only(context, "Only a supervisor or the programme director erases an applicant.")?;
    if command.was_member {
        return Err(not_again(forbidden(
            "was_member",
            "This company was a member: its history is kept. Erase persons who have left it one by one.",
        )));
    }
    if command.application_open {
        return Err(not_again(forbidden(
            "application_open",
            "An application of this company is open. It has to be withdrawn, rejected or expired first.",
        )));
    }
    not_held(account.holds.iter()).map_err(not_again)?;
    let mut events: Vec<AccountEvent> = Vec::new();
    for grant in &account.grants {
        let revoked = AccountRoleRevoked {
            person_id: grant.person_id,
            role: grant.role,
            revoked_by: context.actor.id,
            reason: None,
        };
        events.push(revoked.into());
    }
    events.extend(
        account.contacts.iter().map(|contact| AccountContactRemoved { person_id: contact.person_id }.into()),
    );
    let persons = account.persons();
    for person_id in &persons {
        let erased = AccountPersonErased {
            person_id: *person_id,
            reason: command.reason.clone(),
            erased_by: context.actor.id,
        };
        events.push(erased.into());
    }
    let erased = AccountApplicantErased {
        persons: persons.into_iter().collect(),
        texts: command.texts,
        reason: command.reason,
        erased_by: context.actor.id,
        erased_at: context.now,
    };
    events.push(erased.into());
    Ok(events)
}

fn not_again(mut refusal: Refusal) -> Refusal {
    refusal.allowed_commands.retain(|command| command != "erase-applicant");
    refusal
}
