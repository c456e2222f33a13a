//! The list of accounts, and who may act for which.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::{load_rows, store_rows};
use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::Timestamp;
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx, execute};
use membership::account::AccountEvent;
use std::collections::BTreeSet;

model_row! {
    /// One account, as the list shows it.
    AccountRow in "accounts" {
        /// The account.
        account_id: String,
        /// The company's name.
        name: String,
        /// The country of its first primary address.
        country: String,
        /// The programme date of the registration.
        registered_on: NaiveDate,
        /// The newest version of the agreement that was accepted.
        agreement_version: Option<String>,
        /// When it last changed.
        updated_at: Timestamp,
        /// The version of its stream.
        version: i64,
    }
}

impl SortValue for AccountRow {
    fn date(&self, _: &str) -> Option<NaiveDate> {
        None
    }

    fn instant(&self, _: &str) -> Option<Timestamp> {
        None
    }
}

/// Keeps the tables `accounts` and `account_users`.
pub(crate) struct AccountsProjection;

#[async_trait]
impl Projection for AccountsProjection {
    fn name(&self) -> &'static str {
        "accounts"
    }

    fn version(&self) -> i64 {
        4
    }

    fn tables(&self) -> &'static [&'static str] {
        &["accounts", "account_users"]
    }

    fn schema(&self) -> &'static str {
        "CREATE TABLE {accounts} (
            account_id TEXT PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, registered_on {date} NOT NULL,
            agreement_version TEXT, updated_at {instant} NOT NULL, version {bigint} NOT NULL
        ) {strict};
        CREATE INDEX accounts_country_{generation} ON {accounts} (country, account_id);
        CREATE TABLE {account_users} (
            person_id TEXT NOT NULL, account_id TEXT NOT NULL, role TEXT NOT NULL, accepted {boolean} NOT NULL,
            PRIMARY KEY (person_id, account_id, role)
        ) {strict};"
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        let mine: Vec<&RecordedEvent> =
            events.iter().filter(|event| event.aggregate_type == "account").collect();
        let ids: BTreeSet<&str> = mine.iter().map(|event| event.aggregate_id.as_str()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut rows = load_rows::<AccountRow>(tx, tables, &ids).await?;
        for event in mine {
            let payload: AccountEvent = event.decode()?;
            if let AccountEvent::Registered(registered) = &payload {
                rows.insert(
                    event.aggregate_id.clone(),
                    AccountRow {
                        account_id: event.aggregate_id.clone(),
                        name: registered.company.name.to_string(),
                        country: registered.primary_address.address.country.to_string(),
                        registered_on: registered.registered_on,
                        agreement_version: None,
                        updated_at: event.occurred_at,
                        version: event.sequence,
                    },
                );
                let officer = registered.contact.person_id.to_string();
                grant(tx, tables, &officer, &event.aggregate_id, "officer").await?;
                accept(tx, tables, &officer, &event.aggregate_id).await?;
            }
            let Some(row) = rows.get_mut(&event.aggregate_id) else {
                return Err(ProjectionError::Refused {
                    code: "account_unknown".to_owned(),
                    detail: format!("{} concerns an account that was never registered", event.event_type),
                });
            };
            row.updated_at = event.occurred_at;
            row.version = event.sequence;
            match &payload {
                AccountEvent::CompanyChanged(changed) => row.name = changed.company.name.to_string(),
                AccountEvent::AgreementAccepted(accepted) => {
                    row.agreement_version = Some(accepted.agreement_version.clone());
                }
                AccountEvent::RoleGranted(granted) => {
                    let person = granted.person_id.to_string();
                    grant(tx, tables, &person, &event.aggregate_id, granted.role.as_str()).await?;
                }
                AccountEvent::RoleRevoked(revoked) => {
                    let sql = tables.sql(
                        "DELETE FROM {account_users} WHERE person_id = $1 AND account_id = $2 AND role = $3",
                    );
                    let person = revoked.person_id.to_string();
                    execute!(&mut *tx, &sql, person, &event.aggregate_id, revoked.role.as_str())?;
                }
                AccountEvent::RolesAccepted(accepted) => {
                    accept(tx, tables, &accepted.person_id.to_string(), &event.aggregate_id).await?;
                }
                AccountEvent::UserLeft(left) => {
                    let sql =
                        tables.sql("DELETE FROM {account_users} WHERE person_id = $1 AND account_id = $2");
                    execute!(&mut *tx, &sql, left.person_id.to_string(), &event.aggregate_id)?;
                }
                _ => {}
            }
        }
        store_rows(tx, tables, &rows.values().collect::<Vec<_>>()).await
    }
}

/// A role that is granted on top of one that was accepted is accepted with it.
async fn grant(
    tx: &mut Tx<'_>,
    tables: &Tables,
    person: &str,
    account: &str,
    role: &str,
) -> Result<(), ProjectionError> {
    let sql = tables.sql(
        "INSERT INTO {account_users} (person_id, account_id, role, accepted) VALUES ($1, $2, $3, \
         EXISTS (SELECT 1 FROM {account_users} WHERE person_id = $1 AND account_id = $2 AND accepted))",
    );
    execute!(tx, &sql, person, account, role)?;
    Ok(())
}

async fn accept(
    tx: &mut Tx<'_>,
    tables: &Tables,
    person: &str,
    account: &str,
) -> Result<(), ProjectionError> {
    let sql =
        tables.sql("UPDATE {account_users} SET accepted = TRUE WHERE person_id = $1 AND account_id = $2");
    execute!(tx, &sql, person, account)?;
    Ok(())
}
