//! Holds the details of contacts and the origins of acceptances against the events that refer to them: what an event names is there unless
//! the person was erased, nothing else is there, and an address is the one of which the event has the digest.

use crate::check_persons::PersonFault;
use crate::origins::digest_of;
use ledger::{Ledger, LedgerError, fetch_all};
use membership::account::AccountEvent;
use std::collections::{BTreeMap, BTreeSet};

/// A row of `agreement_origins`.
#[derive(Debug, Clone, sqlx::FromRow)]
struct OriginRow {
    account_id: String,
    agreement_version: String,
    person_id: String,
    network_address: String,
    salt: String,
}

/// What stands in the tables.
pub(crate) struct DetailRows {
    people: Vec<(String, i64)>,
    origins: Vec<OriginRow>,
}

impl DetailRows {
    pub(crate) async fn read(ledger: &Ledger) -> Result<Self, LedgerError> {
        let people = fetch_all!(
            ledger.db(),
            (String, i64),
            "SELECT person_id, version FROM people ORDER BY person_id, version"
        )?;
        let origins = fetch_all!(
            ledger.db(),
            OriginRow,
            "SELECT account_id, agreement_version, person_id, network_address, salt FROM agreement_origins \
             ORDER BY account_id, agreement_version, person_id"
        )?;
        Ok(Self { people, origins })
    }

    /// How many acceptances have their address.
    pub(crate) fn origins(&self) -> usize {
        self.origins.len()
    }
}

/// The digest of an address, where there is one, and the position of the acceptance.
type Accepted = (Option<String>, i64);

/// What events say of contacts' details.
#[derive(Debug, Default)]
pub(crate) struct SaidOfDetails {
    /// By person and version: the account, and the first position that names it.
    details: BTreeMap<(String, i64), (String, i64)>,
    /// By account, version of the agreement and person.
    accepted: BTreeMap<(String, String, String), Accepted>,
}

impl SaidOfDetails {
    /// Takes what an event of an account says.
    pub(crate) fn read(&mut self, account_id: &str, event: &AccountEvent, position: i64) {
        let contact = match event {
            AccountEvent::Registered(payload) => &payload.contact,
            AccountEvent::ContactAdded(payload) => &payload.contact,
            AccountEvent::ContactChanged(payload) => &payload.contact,
            AccountEvent::AgreementAccepted(payload) => {
                let person = payload.accepted_by.to_string();
                let key = (account_id.to_owned(), payload.agreement_version.clone(), person);
                let digest = payload.origin_sha256.as_ref().map(ToString::to_string);
                self.accepted.insert(key, (digest, position));
                return;
            }
            _ => return,
        };
        let key = (contact.person_id.to_string(), contact.person_version);
        self.details.entry(key).or_insert_with(|| (account_id.to_owned(), position));
    }

    /// Compares, for a ledger that had `before` events when the rows were read. Whoever was erased is looked at elsewhere.
    pub(crate) fn check(
        mut self,
        rows: DetailRows,
        erased: &BTreeSet<String>,
        before: i64,
        faults: &mut Vec<PersonFault>,
    ) {
        let mut fault = |person_id: &str, account_id: Option<&str>, fault| {
            let account_id = account_id.map(str::to_owned);
            faults.push(PersonFault { person_id: person_id.to_owned(), account_id, fault });
        };
        for (person_id, version) in rows.people.into_iter().filter(|(person, _)| !erased.contains(person)) {
            if self.details.remove(&(person_id.clone(), version)).is_none() {
                fault(&person_id, None, "no event names these details of a person");
            }
        }
        for ((person_id, _), (account_id, position)) in &self.details {
            if *position <= before && !erased.contains(person_id) {
                fault(
                    person_id,
                    Some(account_id),
                    "the person was never erased, and details that an event names are gone",
                );
            }
        }
        for row in rows.origins.into_iter().filter(|row| !erased.contains(&row.person_id)) {
            let account = row.account_id.clone();
            let key = (row.account_id, row.agreement_version, row.person_id);
            match self.accepted.remove(&key) {
                None => {
                    let what = "no event says that this person accepted the agreement from the network address that is there";
                    fault(&key.2, Some(&account), what);
                }
                Some((Some(digest), _)) if digest != digest_of(&row.salt, &row.network_address) => {
                    let what = "it is not the network address of which the acceptance has the digest";
                    fault(&key.2, Some(&account), what);
                }
                Some(_) => {}
            }
        }
        for ((account_id, _, person_id), (digest, position)) in &self.accepted {
            if digest.is_some() && *position <= before && !erased.contains(person_id) {
                fault(person_id, Some(account_id), "the network address of an acceptance is gone");
            }
        }
    }
}
