//! Versions of the policy that have been in force: what deadlines went by must not change behind anybody's back.

use crate::error::PortalError;
use crate::portal::Portal;
use ledger::{execute, fetch_all};
use std::collections::BTreeMap;

/// Why the portal does not start with the policy that it was given.
#[derive(Debug, thiserror::Error)]
pub enum PolicyFault {
    /// A version that has been in force has other values, or another first day, than it had.
    #[error(
        "the policy version {version} has been in force and must stay as it was: {what}; add a later version to [[policy_changes]] instead"
    )]
    Changed {
        /// The version.
        version: String,
        /// What is different.
        what: String,
    },
    /// A version that has been in force is missing.
    #[error("the policy version {0} has been in force and is missing from [[policy_changes]]")]
    Missing(String),
    /// The database failed.
    #[error(transparent)]
    Portal(#[from] PortalError),
}

#[derive(Debug, sqlx::FromRow)]
struct Adopted {
    version: String,
    effective_on: chrono::NaiveDate,
    moves_open_clocks: bool,
    policy_values: String,
}

impl Portal {
    async fn adopted(&self) -> Result<Vec<Adopted>, PortalError> {
        Ok(fetch_all!(
            self.ledger.db(),
            Adopted,
            "SELECT version, effective_on, moves_open_clocks, policy_values FROM policy_versions ORDER BY effective_on"
        )?)
    }

    /// Whether the ledger is empty: no deadline has gone by any policy yet.
    async fn nothing_has_happened(&self) -> Result<bool, PortalError> {
        Ok(self.ledger.head().await?.position == 0)
    }

    /// Compares the versions of the policy that have been in force with what they were. A version that is still to come may be changed, and an empty
    /// ledger, or one that has no such table yet, has nothing to compare.
    ///
    /// # Errors
    /// A version that has been in force is not what it was, or the database failed.
    pub async fn compare_policies(&self) -> Result<(), PolicyFault> {
        if !self.ledger.db().has_table("policy_versions").await.map_err(PortalError::from)? {
            return Ok(());
        }
        if self.nothing_has_happened().await? {
            return Ok(());
        }
        let given: BTreeMap<&str, _> =
            self.policies.versions().map(|version| (version.name.as_str(), version)).collect();
        for row in self.adopted().await? {
            let Some(version) = given.get(row.version.as_str()) else {
                return Err(PolicyFault::Missing(row.version.clone()));
            };
            let changed = |what: String| PolicyFault::Changed { version: row.version.clone(), what };
            if version.effective_on != row.effective_on {
                let what =
                    format!("its first day was {}, and is {} now", row.effective_on, version.effective_on);
                return Err(changed(what));
            }
            if version.moves_open_clocks != row.moves_open_clocks {
                let what = format!("moves_open_clocks was {}", row.moves_open_clocks);
                return Err(changed(what));
            }
            let kept: BTreeMap<String, u32> =
                serde_json::from_str(&row.policy_values).map_err(PortalError::from)?;
            for (key, before) in kept {
                match version.values.value_of(&key) {
                    Some(now) if now != before => {
                        return Err(changed(format!("{key} was {before}, and is {now} now")));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Compares, and keeps every version that is in force or has been. Values that this programme is the first to know are added to what is kept.
    ///
    /// # Errors
    /// A version that has been in force is not what it was, or the database failed.
    pub async fn adopt_policies(&self) -> Result<(), PolicyFault> {
        self.compare_policies().await?;
        if self.nothing_has_happened().await? {
            let mut tx = self.ledger.db().begin().await.map_err(PortalError::from)?;
            execute!(&mut tx, "DELETE FROM policy_versions").map_err(PortalError::from)?;
            tx.commit().await.map_err(PortalError::from)?;
        }
        let rows = self.adopted().await?;
        let today = self.today();
        for version in self.policies.versions().filter(|version| version.effective_on <= today) {
            let values: BTreeMap<String, u32> =
                version.values.values().into_iter().map(|value| (value.key, value.value)).collect();
            let values = serde_json::to_string(&values).map_err(PortalError::from)?;
            if rows.iter().any(|row| row.version == version.name && row.policy_values == values) {
                continue;
            }
            let mut tx = self.ledger.db().begin().await.map_err(PortalError::from)?;
            execute!(
                &mut tx,
                "INSERT INTO policy_versions (version, effective_on, moves_open_clocks, policy_values, recorded_at) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (version) DO UPDATE SET policy_values = excluded.policy_values",
                &version.name,
                version.effective_on,
                version.moves_open_clocks,
                values,
                self.now()
            )
            .map_err(PortalError::from)?;
            tx.commit().await.map_err(PortalError::from)?;
        }
        Ok(())
    }
}
