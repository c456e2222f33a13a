//! As whom the contacts of accounts sign in. Issuer and subject are personal data and stand beside the ledger; the ledger has a salted
//! digest of them, so that nobody can let a stranger sign in as a contact without its being found.

use crate::access::{Caller, Ownership, Permission, authorize};
use crate::error::PortalError;
use crate::portal::Portal;
use async_trait::async_trait;
use kernel::{AccountId, PersonId, Role, Text, Timestamp};
use ledger::{Attachment, Db, ProjectionError, Together, Tx, execute, fetch_all};
use membership::membership::Sha256 as Digest;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};

/// The subject as which somebody signs in: `sub` of a token, at most 255 characters as OpenID Connect Core, section 2, has it.
pub type Subject = Text<255>;

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
    pub accepted_at: Option<Timestamp>,
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
            accepted_at: None,
        }
    }

    /// The same, of somebody who names nobody but themselves.
    pub(crate) fn accepted(self) -> Self {
        Self { accepted_at: Some(self.recorded_at), ..self }
    }

    /// What the ledger says of it.
    pub(crate) fn digest(&self) -> Result<Digest, PortalError> {
        Digest::parse(digest_of(&self.salt, &self.issuer, &self.subject))
            .map_err(|error| PortalError::Internal(error.to_string()))
    }
}

pub(crate) fn digest_of(salt: &str, issuer: &str, subject: &str) -> String {
    hex::encode(Sha256::digest(format!("{salt}\n{issuer}\n{subject}").as_bytes()))
}

#[async_trait]
impl Attachment for SignInOfContact {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        let stored = execute!(
            tx,
            "INSERT INTO sign_ins (account_id, person_id, issuer, subject, salt, recorded_at, accepted_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (account_id, person_id) DO NOTHING",
            self.account_id.to_string(),
            self.person_id.to_string(),
            &self.issuer,
            &self.subject,
            &self.salt,
            self.recorded_at,
            self.accepted_at
        )?;
        if stored == 0 {
            return Err(ProjectionError::Refused {
                code: "signs_in_already".to_owned(),
                detail: "This contact signs in, or once signed in, with a subject already. Add the person as a new contact.".to_owned(),
            });
        }
        Ok(())
    }
}

/// Notes that a user has accepted the roles of an account.
pub(crate) struct AcceptSignIn {
    pub account_id: AccountId,
    pub person_id: PersonId,
    pub accepted_at: Timestamp,
}

#[async_trait]
impl Attachment for AcceptSignIn {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        execute!(
            tx,
            "UPDATE sign_ins SET accepted_at = $3 WHERE account_id = $1 AND person_id = $2",
            self.account_id.to_string(),
            self.person_id.to_string(),
            self.accepted_at
        )?;
        Ok(())
    }
}

/// Notes that a user has left. Whoever served a company has a conflict of interest in its affairs afterwards too, so that nobody leaves it for
/// as long as it takes to decide about it; as whom somebody would have signed in who never accepted anything is forgotten.
pub(crate) struct LeaveSignIn {
    pub account_id: AccountId,
    pub person_id: PersonId,
    pub left_at: Timestamp,
}

#[async_trait]
impl Attachment for LeaveSignIn {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        execute!(
            tx,
            "UPDATE sign_ins SET left_at = $3 WHERE account_id = $1 AND person_id = $2 AND accepted_at IS NOT NULL",
            self.account_id.to_string(),
            self.person_id.to_string(),
            self.left_at
        )?;
        execute!(
            tx,
            "DELETE FROM sign_ins WHERE account_id = $1 AND person_id = $2 AND accepted_at IS NULL",
            self.account_id.to_string(),
            self.person_id.to_string()
        )?;
        Ok(())
    }
}

/// How many accounts name somebody in one answer.
pub const SHOWN_NAMINGS: usize = 50;

/// An account that grants roles which whoever signs in has not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// The account.
    pub account_id: AccountId,
    /// The company's name.
    pub company: String,
    /// As which of its contacts.
    pub person_id: PersonId,
    /// The roles.
    pub roles: Vec<Role>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
struct NamingRow {
    account_id: String,
    person_id: String,
    role: String,
    name: String,
}

/// An account that whoever signs in has served.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct GrantRow {
    number: i64,
    pub account_id: String,
    pub person_id: String,
    /// What it grants now; none when it does no more.
    pub role: Option<String>,
}

/// The accounts whose roles were once accepted, by issuer and subject, with what they grant now, and as which of their contacts.
pub(crate) type Grants = Together<(String, String), Vec<GrantRow>>;

const GRANTS_POSTGRES: &str = "SELECT q.number, s.account_id, s.person_id, u.role \
     FROM UNNEST($1::text[], $2::text[]) WITH ORDINALITY AS q(issuer, subject, number) \
     JOIN sign_ins s ON s.issuer = q.issuer AND s.subject = q.subject AND s.accepted_at IS NOT NULL \
     LEFT JOIN account_users u ON u.person_id = s.person_id AND u.account_id = s.account_id AND u.accepted";

const GRANTS_SQLITE: &str = "SELECT q.key + 1 AS number, s.account_id, s.person_id, u.role FROM json_each($1) AS q \
     JOIN sign_ins s INDEXED BY sign_ins_accepted ON s.issuer = q.value ->> 0 AND s.subject = q.value ->> 1 AND s.accepted_at IS NOT NULL \
     LEFT JOIN account_users u ON u.person_id = s.person_id AND u.account_id = s.account_id AND u.accepted";

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
    /// The accounts whose roles a subject has once accepted, with what they grant now, and as which of their contacts.
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
            "SELECT person_id, subject FROM sign_ins WHERE account_id = $1 AND left_at IS NULL",
            id.to_string()
        )?;
        Ok(rows.into_iter().filter_map(|(person, subject)| Some((person.parse().ok()?, subject))).collect())
    }

    /// The accounts that grant roles to whoever signs in, who has not accepted them: the first of them, and whether there are more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn namings(&self, caller: &Caller) -> Result<(Vec<Naming>, bool), PortalError> {
        // A contact has at most three roles, so that these rows hold one naming more than is shown.
        let rows = fetch_all!(
            self.ledger.db(),
            NamingRow,
            "SELECT s.account_id, s.person_id, u.role, a.name FROM sign_ins s \
             JOIN account_users u ON u.person_id = s.person_id AND u.account_id = s.account_id AND NOT u.accepted \
             JOIN accounts a ON a.account_id = s.account_id \
             WHERE s.issuer = $1 AND s.subject = $2 ORDER BY s.account_id, s.person_id, u.role LIMIT 153",
            caller.issuer.as_str(),
            caller.subject.as_str()
        )?;
        let mut found: Vec<Naming> = Vec::new();
        for row in rows {
            let (Ok(account_id), Ok(person_id)) = (row.account_id.parse(), row.person_id.parse()) else {
                continue;
            };
            let Some(role) = Role::parse(&row.role) else { continue };
            match found.last_mut().filter(|last| last.person_id == person_id) {
                Some(last) => last.roles.push(role),
                None => {
                    found.push(Naming { account_id, company: row.name, person_id, roles: vec![role] });
                }
            }
        }
        let more = found.len() > SHOWN_NAMINGS;
        found.truncate(SHOWN_NAMINGS);
        Ok((found, more))
    }

    /// The account in which whoever signs in is this contact.
    pub(crate) async fn account_of_contact(
        &self,
        caller: &Caller,
        person: PersonId,
    ) -> Result<Option<AccountId>, PortalError> {
        let rows = fetch_all!(
            self.ledger.db(),
            (String,),
            "SELECT account_id FROM sign_ins WHERE person_id = $1 AND issuer = $2 AND subject = $3 AND left_at IS NULL",
            person.to_string(),
            caller.issuer.as_str(),
            caller.subject.as_str()
        )?;
        Ok(rows.first().and_then(|(account,)| account.parse().ok()))
    }

    /// Those of CBP who have once accepted a role in a company's account, whether they still have it or not, as far as they are known there.
    pub(crate) async fn staff_who_serve(&self, account: AccountId) -> Result<Vec<PersonId>, PortalError> {
        let rows = fetch_all!(
            self.ledger.db(),
            (String,),
            "SELECT DISTINCT t.person_id FROM sign_ins s \
             JOIN staff t ON t.issuer = s.issuer AND t.subject = s.subject \
             WHERE s.account_id = $1 AND s.accepted_at IS NOT NULL ORDER BY t.person_id",
            account.to_string()
        )?;
        Ok(rows.into_iter().filter_map(|(person,)| person.parse().ok()).collect())
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
