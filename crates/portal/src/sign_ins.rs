//! As whom the contacts of accounts sign in. Issuer and subject are personal data and stand beside the ledger; the ledger has a salted
//! digest of them, so that nobody can let a stranger sign in as a contact without its being found.

use crate::access::{Caller, Ownership, Permission, authorize};
use crate::error::PortalError;
use crate::portal::Portal;
use crate::staff::strange_staff;
use async_trait::async_trait;
use kernel::{AccountId, PersonId, Timestamp};
use ledger::{
    Attachment, Db, FeedFilter, Ledger, LedgerError, ProjectionError, Together, Tx, execute, fetch_all,
};
use membership::account::AccountEvent;
use membership::membership::Sha256 as Digest;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};

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
    number: i64,
    pub account_id: String,
    pub person_id: String,
    pub role: String,
}

/// What accounts grant now, by issuer and subject, and as which of their contacts.
pub(crate) type Grants = Together<(String, String), Vec<GrantRow>>;

const GRANTS_POSTGRES: &str = "SELECT q.number, s.account_id, s.person_id, u.role \
     FROM UNNEST($1::text[], $2::text[]) WITH ORDINALITY AS q(issuer, subject, number) \
     JOIN sign_ins s ON s.issuer = q.issuer AND s.subject = q.subject \
     JOIN account_users u ON u.person_id = s.person_id AND u.account_id = s.account_id";

const GRANTS_SQLITE: &str = "SELECT q.key + 1 AS number, s.account_id, s.person_id, u.role FROM json_each($1) AS q \
     JOIN sign_ins s ON s.issuer = q.value ->> 0 AND s.subject = q.value ->> 1 \
     JOIN account_users u ON u.person_id = s.person_id AND u.account_id = s.account_id";

/// Starts answering what accounts grant to whom.
pub(crate) fn grants(db: &Db) -> Grants {
    let db = db.clone();
    Together::start(move |callers: Vec<(String, String)>| {
        let db = db.clone();
        async move {
            let rows: Vec<GrantRow> = match &db {
                Db::Postgres(pool) => {
                    let (issuers, subjects): (Vec<&str>, Vec<&str>) =
                        callers.iter().map(|(issuer, subject)| (issuer.as_str(), subject.as_str())).unzip();
                    sqlx::query_as(GRANTS_POSTGRES).bind(issuers).bind(subjects).fetch_all(pool).await?
                }
                Db::Sqlite(pool) => {
                    let keys = serde_json::json!(callers).to_string();
                    sqlx::query_as(GRANTS_SQLITE).bind(keys).fetch_all(pool).await?
                }
            };
            let mut found: HashMap<(String, String), Vec<GrantRow>> = HashMap::new();
            for row in rows {
                let caller = usize::try_from(row.number - 1).ok().and_then(|index| callers.get(index));
                if let Some(caller) = caller {
                    found.entry(caller.clone()).or_default().push(row);
                }
            }
            Ok(found)
        }
    })
}

impl Portal {
    /// What accounts grant to a subject, and as which of their contacts.
    pub(crate) async fn grants_of(&self, issuer: &str, subject: &str) -> Result<Vec<GrantRow>, PortalError> {
        Ok(self.grants.ask((issuer.to_owned(), subject.to_owned())).await?.unwrap_or_default())
    }

    /// The subjects as which the contacts of an account sign in, for those who manage its users; for others, none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn subjects_of(
        &self,
        caller: &Caller,
        id: AccountId,
    ) -> Result<BTreeMap<PersonId, String>, PortalError> {
        let owner = Ownership { account_id: Some(id), ..Ownership::default() };
        if authorize(caller, Permission::AccountManageUsers, &owner).is_err() {
            return Ok(BTreeMap::new());
        }
        let rows = fetch_all!(
            self.ledger.db(),
            (String, String),
            "SELECT person_id, subject FROM sign_ins WHERE account_id = $1",
            id.to_string()
        )?;
        Ok(rows.into_iter().filter_map(|(person, subject)| Some((person.parse().ok()?, subject))).collect())
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
    /// The contact, or the member of staff.
    pub person_id: String,
    /// The contact's account.
    pub account_id: Option<String>,
    /// What is wrong, in a sentence.
    pub fault: &'static str,
}

/// What the ledger says of one contact's sign-in: the digest and where it was bound, and where the person was erased.
#[derive(Debug, Default)]
struct Said {
    digest: Option<(String, i64)>,
    erased: Option<i64>,
}

/// Compares every contact's sign-in with the event that bound it, and every member of staff with the id that issuer and subject lead to;
/// gives how many contacts sign in, and what is not as the ledger says. What is bound or erased meanwhile is no fault.
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
    for member in strange_staff(ledger).await? {
        let fault = "its id is not the one that issuer and subject lead to";
        faults.push(SignInFault { person_id: member.person_id, account_id: None, fault });
    }
    let mut fault = |(account_id, person_id): (String, String), fault| {
        faults.push(SignInFault { person_id, account_id: Some(account_id), fault });
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
