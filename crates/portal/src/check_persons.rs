//! Holds what stands beside the ledger about persons against what the ledger says of them: sign-ins against the events that bound them, the
//! people table against the events that erased somebody, and the table of staff against those who acted. Details and origins are in
//! `check_details`.

use crate::check_details::{DetailRows, SaidOfDetails};
use crate::sign_ins::digest_of;
use crate::staff::proves_itself;
use kernel::{ActorKind, PersonId, Role, Timestamp};
use ledger::{FeedFilter, Ledger, LedgerError, RecordedEvent, fetch_all};
use membership::account::AccountEvent;
use std::collections::{BTreeMap, BTreeSet};

/// What stands beside the ledger about a person and is not what the ledger says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFault {
    /// The contact, or the member of staff.
    pub person_id: String,
    /// The contact's account.
    pub account_id: Option<String>,
    /// What is wrong, in a sentence.
    pub fault: &'static str,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckedPersons {
    /// How many contacts sign in.
    pub sign_ins: usize,
    /// How many of staff, auditors and machines are known.
    pub staff: usize,
    /// How many acceptances of agreements have the network address that they came from.
    pub origins: usize,
    /// What is not as the ledger says.
    pub faults: Vec<PersonFault>,
}

/// A row of `sign_ins`.
#[derive(Debug, Clone, sqlx::FromRow)]
struct SignInRow {
    account_id: String,
    person_id: String,
    issuer: String,
    subject: String,
    salt: String,
    accepted_at: Option<Timestamp>,
}

/// A row of `staff`.
#[derive(Debug, Clone, sqlx::FromRow)]
struct StaffRow {
    person_id: String,
    issuer: String,
    subject: String,
    roles: String,
    recorded_at: Timestamp,
}

/// What the ledger says of one contact: the digest of its sign-in and where it was bound, and where the person was erased.
#[derive(Debug, Default)]
struct OfContact {
    digest: Option<(String, i64)>,
    /// Where the person accepted roles first.
    served: Option<i64>,
    /// Where the sign-in was forgotten, because the person left and had never accepted any.
    forgotten: Option<i64>,
    erased: Option<i64>,
}

/// What the ledger says of one member of staff: where they first acted, and what they did last.
#[derive(Debug)]
struct OfStaff {
    first: i64,
    last: i64,
    occurred_at: Timestamp,
    role: Role,
}

#[derive(Debug, Default)]
struct Said {
    details: SaidOfDetails,
    contacts: BTreeMap<(String, String), OfContact>,
    staff: BTreeMap<String, OfStaff>,
}

impl Said {
    fn read(&mut self, event: &RecordedEvent) -> Result<(), LedgerError> {
        let metadata = &event.metadata;
        if matches!(metadata.actor_kind, ActorKind::Staff | ActorKind::Machine) {
            let id = metadata.actor_id.to_string();
            let acted = OfStaff {
                first: self.staff.get(&id).map_or(event.position, |before| before.first),
                last: event.position,
                occurred_at: event.occurred_at,
                role: metadata.actor_role,
            };
            self.staff.insert(id, acted);
        }
        if event.aggregate_type != "account" {
            return Ok(());
        }
        let key = |person: PersonId| (event.aggregate_id.clone(), person.to_string());
        let decoded = event.decode().map_err(|error| LedgerError::Aggregate(error.to_string()))?;
        self.details.read(&event.aggregate_id, &decoded, event.position);
        match decoded {
            AccountEvent::Registered(payload) => {
                self.contacts.entry(key(payload.contact.person_id)).or_default().served =
                    Some(event.position);
            }
            AccountEvent::RolesAccepted(payload) => {
                let contact = self.contacts.entry(key(payload.person_id)).or_default();
                contact.served = contact.served.or(Some(event.position));
            }
            AccountEvent::SignInBound(payload) => {
                self.contacts.entry(key(payload.person_id)).or_default().digest =
                    Some((payload.sign_in_sha256.to_string(), event.position));
            }
            AccountEvent::UserLeft(payload) => {
                let contact = self.contacts.entry(key(payload.person_id)).or_default();
                if contact.served.is_none() {
                    contact.digest = None;
                    contact.forgotten = Some(event.position);
                }
            }
            AccountEvent::PersonErased(payload) => {
                self.contacts.entry(key(payload.person_id)).or_default().erased = Some(event.position);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Compares every contact's sign-in with the event that bound it, contacts' details and the origins of acceptances with the events that name
/// them or erased somebody, and the table of staff with those who acted. What is bound, erased or done meanwhile is no fault. A name and an office of staff are what a token
/// said, and nothing in the ledger attests them.
///
/// # Errors
/// The database failed, or an event cannot be read.
pub async fn check_persons(ledger: &Ledger) -> Result<CheckedPersons, LedgerError> {
    let before = ledger.head().await?.position;
    let sign_ins = fetch_all!(
        ledger.db(),
        SignInRow,
        "SELECT account_id, person_id, issuer, subject, salt, accepted_at FROM sign_ins ORDER BY account_id, person_id"
    )?;
    let people = fetch_all!(
        ledger.db(),
        (String,),
        "SELECT person_id FROM people UNION SELECT person_id FROM agreement_origins"
    )?;
    let staff = fetch_all!(
        ledger.db(),
        StaffRow,
        "SELECT person_id, issuer, subject, roles, recorded_at FROM staff ORDER BY person_id"
    )?;
    let details = DetailRows::read(ledger).await?;
    let mut said = what_is_said(ledger).await?;
    let mut checked = CheckedPersons {
        sign_ins: sign_ins.len(),
        staff: staff.len(),
        origins: details.origins(),
        faults: Vec::new(),
    };
    let erased = said.contacts.iter().filter(|(_, said)| said.erased.is_some());
    let erased: BTreeSet<String> = erased.map(|((_, person_id), _)| person_id.clone()).collect();
    std::mem::take(&mut said.details).check(details, &erased, before, &mut checked.faults);
    check_staff(staff, &said.staff, before, &mut checked.faults);
    check_erased(people, &said.contacts, before, &mut checked.faults);
    check_sign_ins(sign_ins, &mut said.contacts, before, &mut checked.faults);
    Ok(checked)
}

fn check_staff(
    rows: Vec<StaffRow>,
    said: &BTreeMap<String, OfStaff>,
    before: i64,
    faults: &mut Vec<PersonFault>,
) {
    let mut fault = |person_id: &String, fault| {
        faults.push(PersonFault { person_id: person_id.clone(), account_id: None, fault });
    };
    let known: BTreeSet<&String> = rows.iter().map(|row| &row.person_id).collect();
    for row in &rows {
        if !proves_itself(&row.person_id, &row.issuer, &row.subject) {
            fault(&row.person_id, "its id is not the one that issuer and subject lead to");
        }
        let Some(last) = said.get(&row.person_id).filter(|last| last.last <= before) else { continue };
        if row.recorded_at < last.occurred_at {
            fault(&row.person_id, "the row is older than what this member of staff did last");
        } else if row.recorded_at == last.occurred_at
            && !row.roles.split(' ').any(|role| role == last.role.as_str())
        {
            fault(&row.person_id, "its roles are not those with which this member of staff acted last");
        }
    }
    for (person_id, _) in said.iter().filter(|(id, acted)| acted.first <= before && !known.contains(id)) {
        fault(person_id, "events name this member of staff, and the row that says who it is is gone");
    }
}

fn check_erased(
    rows: Vec<(String,)>,
    said: &BTreeMap<(String, String), OfContact>,
    before: i64,
    faults: &mut Vec<PersonFault>,
) {
    let known: BTreeSet<String> = rows.into_iter().map(|(person_id,)| person_id).collect();
    let erased = said.iter().filter(|(_, said)| said.erased.is_some_and(|position| position <= before));
    for ((account_id, person_id), _) in erased.filter(|((_, person_id), _)| known.contains(person_id)) {
        let fault = "the person was erased, and details of them are there";
        let account_id = Some(account_id.clone());
        faults.push(PersonFault { person_id: person_id.clone(), account_id, fault });
    }
}

fn check_sign_ins(
    rows: Vec<SignInRow>,
    said: &mut BTreeMap<(String, String), OfContact>,
    before: i64,
    faults: &mut Vec<PersonFault>,
) {
    let mut fault = |(account_id, person_id): (String, String), fault| {
        faults.push(PersonFault { person_id, account_id: Some(account_id), fault });
    };
    for row in rows {
        let key = (row.account_id, row.person_id);
        let OfContact { digest: bound, served, forgotten, erased } = said.remove(&key).unwrap_or_default();
        let served_before = served.is_some_and(|position| position <= before);
        match bound {
            _ if erased.is_some_and(|position| position <= before) => {
                fault(key, "the person was erased, and the sign-in is still there");
            }
            None if forgotten.is_some_and(|position| position > before) => {}
            None if forgotten.is_some() => fault(key, "the person left, and the sign-in is still there"),
            None => fault(key, "no event says that this contact signs in"),
            Some((bound, _)) if bound != digest_of(&row.salt, &row.issuer, &row.subject) => {
                fault(key, "it is not the sign-in of which the event has the digest");
            }
            Some(_) if served_before && row.accepted_at.is_none() => {
                fault(key, "the person accepted roles, and the sign-in does not say so");
            }
            Some(_) if served.is_none() && row.accepted_at.is_some() => {
                fault(key, "no event says that the person accepted roles");
            }
            Some(_) => {}
        }
    }
    for (key, OfContact { digest: bound, erased, .. }) in std::mem::take(said) {
        if erased.is_none() && bound.is_some_and(|(_, position)| position <= before) {
            fault(key, "the sign-in that an event bound is gone");
        }
    }
}

async fn what_is_said(ledger: &Ledger) -> Result<Said, LedgerError> {
    const PAGE: i64 = 1000;
    let mut said = Said::default();
    let mut after = 0;
    loop {
        let page = ledger.feed(after, PAGE, &FeedFilter::default()).await?;
        let Some(last) = page.last() else { return Ok(said) };
        after = last.position;
        for event in &page {
            said.read(event)?;
        }
    }
}
