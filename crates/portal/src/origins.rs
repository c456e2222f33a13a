//! From which network addresses agreements were accepted. An address is personal data and stands beside the ledger; the event has a salted
//! digest of it, so that nobody can change where an acceptance came from without its being found.

use crate::access::{Caller, Ownership, Permission, authorize};
use crate::error::PortalError;
use crate::portal::Portal;
use async_trait::async_trait;
use kernel::{AccountId, PersonId, Timestamp};
use ledger::{Attachment, ProjectionError, Tx, execute, fetch_all};
use membership::membership::Sha256 as Digest;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The network address of one acceptance, with a salt of its own.
#[derive(Debug, Clone)]
pub(crate) struct StoreAgreementOrigin {
    pub account_id: AccountId,
    pub agreement_version: String,
    pub person_id: PersonId,
    pub network_address: String,
    /// 64 random hexadecimal digits.
    pub salt: String,
    pub recorded_at: Timestamp,
}

impl StoreAgreementOrigin {
    /// What the ledger says of it.
    pub(crate) fn digest(&self) -> Result<Digest, PortalError> {
        Digest::parse(digest_of(&self.salt, &self.network_address))
            .map_err(|error| PortalError::Internal(error.to_string()))
    }
}

pub(crate) fn digest_of(salt: &str, network_address: &str) -> String {
    hex::encode(Sha256::digest(format!("{salt}\n{network_address}").as_bytes()))
}

#[async_trait]
impl Attachment for StoreAgreementOrigin {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        execute!(
            tx,
            "INSERT INTO agreement_origins (account_id, agreement_version, person_id, network_address, salt, recorded_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            self.account_id.to_string(),
            &self.agreement_version,
            self.person_id.to_string(),
            &self.network_address,
            &self.salt,
            self.recorded_at
        )?;
        Ok(())
    }
}

impl Portal {
    /// From which network addresses the agreements of an account were accepted, by version and person, for those who may read it: the
    /// account's officers, supervisors, the programme director and auditors. For others, none; nor where the person was erased.
    ///
    /// # Errors
    /// The database failed.
    pub async fn agreement_origins(
        &self,
        caller: &Caller,
        id: AccountId,
    ) -> Result<BTreeMap<(String, PersonId), String>, PortalError> {
        let owner = Ownership { account_id: Some(id), ..Ownership::default() };
        if authorize(caller, Permission::AgreementOriginRead, &owner).is_err() {
            return Ok(BTreeMap::new());
        }
        let rows = fetch_all!(
            self.ledger.db(),
            (String, String, String),
            "SELECT agreement_version, person_id, network_address FROM agreement_origins WHERE account_id = $1",
            id.to_string()
        )?;
        Ok(rows
            .into_iter()
            .filter_map(|(version, person, address)| Some(((version, person.parse().ok()?), address)))
            .collect())
    }
}
