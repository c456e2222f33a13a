//! As whom the contacts of accounts sign in. Issuer and subject are personal data and stand beside the ledger; the ledger has a salted
//! digest of them, so that nobody can let a stranger sign in as a contact without its being found.

use crate::access::Caller;
use crate::error::PortalError;
use crate::portal::Portal;
use async_trait::async_trait;
use kernel::{AccountId, PersonId, Timestamp};
use ledger::{Attachment, FeedFilter, Ledger, LedgerError, ProjectionError, Tx, execute, fetch_all};
use membership::account::{Account, AccountEvent};
use membership::membership::Sha256 as Digest;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The sign-in of one contact.
#[derive(Debug, Clone)]
pub(crate) struct SignInOfContact {
    pub account_id: AccountId,
    pub person_id: PersonId,
    pub issuer: String,
    pub subject: String,
    /// 64 random hexadecimal digits.
    pub salt: String,
    pub recorded_at: Timestamp,
}

impl SignInOfContact {
    /// A sign-in with a salt of its own.
    pub(crate) fn new(
        account_id: AccountId,
        person_id: PersonId,
        issuer: &str,
        subject: &str,
        recorded_at: Timestamp,
    ) -> Self {
        Self {
            account_id,
            person_id,
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            salt: hex::encode(rand::random::<[u8; 32]>()),
            recorded_at,
        }
    }

    /// What the ledger says of it.
    pub(crate) fn digest(&self) -> Result<Digest, PortalError> {
        Digest::parse(digest(&self.salt, &self.issuer, &self.subject))
            .map_err(|error| PortalError::Internal(error.to_string()))
    }
}

fn digest(salt: &str, issuer: &str, subject: &str) -> String {
    hex::encode(Sha256::digest(format!("{salt}\n{issuer}\n{subject}").as_bytes()))
}

#[async_trait]
impl Attachment for SignInOfContact {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        let stored = execute!(
            tx,
            "INSERT INTO sign_ins (account_id, person_id, issuer, subject, salt, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (account_id, person_id) DO NOTHING",
            self.account_id.to_string(),
            self.person_id.to_string(),
            &self.issuer,
            &self.subject,
            &self.salt,
            self.recorded_at
        )?;
        if stored == 0 {
            return Err(ProjectionError::Refused {
                code: "signs_in_already".to_owned(),
                detail: "This contact signs in with another subject already.".to_owned(),
            });
        }
        Ok(())
    }
}

/// A row of `sign_ins`.
#[derive(Debug, Clone, sqlx::FromRow)]
struct SignInRow {
    account_id: String,
    person_id: String,
    issuer: String,
    subject: String,
    salt: String,
}

/// One account's grant to whoever signs in.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct GrantRow {
    pub account_id: String,
    pub person_id: String,
    pub role: String,
}

impl Portal {
    /// What accounts grant to a subject, and as which of their contacts.
    pub(crate) async fn grants_of(&self, issuer: &str, subject: &str) -> Result<Vec<GrantRow>, PortalError> {
        Ok(fetch_all!(
            self.ledger.db(),
            GrantRow,
            "SELECT s.account_id, s.person_id, u.role FROM sign_ins s \
             JOIN account_users u ON u.person_id = s.person_id AND u.account_id = s.account_id \
             WHERE s.issuer = $1 AND s.subject = $2",
            issuer,
            subject
        )?)
    }

    /// The contact as whom a caller acts in an account; also right after a registration, which the caller's grants do not know yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn person_in(
        &self,
        caller: &Caller,
        id: AccountId,
        account: &Account,
    ) -> Result<Option<PersonId>, PortalError> {
        match caller.person_in(id) {
            None if caller.is_company_person() => {
                let persons = self.who_signs_in(id, &caller.issuer, &caller.subject).await?;
                Ok(persons.into_iter().find(|person| account.contact(*person).is_some()))
            }
            known => Ok(known),
        }
    }

    /// Everybody who signs in with a subject as somebody of this account, whether still a contact or not.
    pub(crate) async fn who_signs_in(
        &self,
        account: AccountId,
        issuer: &str,
        subject: &str,
    ) -> Result<Vec<PersonId>, PortalError> {
        let rows = fetch_all!(
            self.ledger.db(),
            (String,),
            "SELECT person_id FROM sign_ins WHERE account_id = $1 AND issuer = $2 AND subject = $3",
            account.to_string(),
            issuer,
            subject
        )?;
        Ok(rows.into_iter().filter_map(|(person,)| person.parse().ok()).collect())
    }
}

/// A sign-in that is not what the ledger says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInFault {
    /// The account.
    pub account_id: String,
    /// The contact.
    pub person_id: String,
    /// What is wrong, in a sentence.
    pub fault: &'static str,
}

/// What the ledger says of one contact's sign-in: the digest and where it was bound, and where the person was erased.
#[derive(Debug, Default)]
struct Said {
    digest: Option<(String, i64)>,
    erased: Option<i64>,
}

/// Compares every sign-in with the event that bound it; gives how many there are, and those that are not what the ledger says. What is
/// bound or erased meanwhile is no fault.
///
/// # Errors
/// The database failed, or an event cannot be read.
pub async fn check_sign_ins(ledger: &Ledger) -> Result<(usize, Vec<SignInFault>), LedgerError> {
    let before = ledger.head().await?.position;
    let rows = fetch_all!(
        ledger.db(),
        SignInRow,
        "SELECT account_id, person_id, issuer, subject, salt FROM sign_ins ORDER BY account_id, person_id"
    )?;
    let count = rows.len();
    let mut said = what_is_said(ledger).await?;
    let mut faults = Vec::new();
    let mut fault = |(account_id, person_id): (String, String), fault| {
        faults.push(SignInFault { account_id, person_id, fault });
    };
    for row in rows {
        let key = (row.account_id, row.person_id);
        let Said { digest: bound, erased } = said.remove(&key).unwrap_or_default();
        match bound {
            _ if erased.is_some_and(|position| position <= before) => {
                fault(key, "the person was erased, and the sign-in is still there");
            }
            None => fault(key, "no event says that this contact signs in"),
            Some((bound, _)) if bound != digest(&row.salt, &row.issuer, &row.subject) => {
                fault(key, "it is not the sign-in of which the event has the digest");
            }
            Some(_) => {}
        }
    }
    for (key, Said { digest: bound, erased }) in said {
        if erased.is_none() && bound.is_some_and(|(_, position)| position <= before) {
            fault(key, "the sign-in that an event bound is gone");
        }
    }
    Ok((count, faults))
}

async fn what_is_said(ledger: &Ledger) -> Result<BTreeMap<(String, String), Said>, LedgerError> {
    const PAGE: i64 = 1000;
    let filter = FeedFilter {
        event_types: vec!["account.sign_in_bound".to_owned(), "account.person_erased".to_owned()],
        ..FeedFilter::default()
    };
    let mut said: BTreeMap<(String, String), Said> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = ledger.feed(after, PAGE, &filter).await?;
        let Some(last) = page.last() else { return Ok(said) };
        after = last.position;
        for event in &page {
            let payload = event.decode().map_err(|error| LedgerError::Aggregate(error.to_string()))?;
            let key = |person: PersonId| (event.aggregate_id.clone(), person.to_string());
            match payload {
                AccountEvent::SignInBound(payload) => {
                    said.entry(key(payload.person_id)).or_default().digest =
                        Some((payload.sign_in_sha256.to_string(), event.position));
                }
                AccountEvent::PersonErased(payload) => {
                    said.entry(key(payload.person_id)).or_default().erased = Some(event.position);
                }
                _ => {}
            }
        }
    }
}
