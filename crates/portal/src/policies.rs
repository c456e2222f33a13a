//! Versions of the policy that have been in force: what deadlines went by must not change behind anybody's back.

use crate::error::PortalError;
use crate::portal::Portal;
use chrono::NaiveDate;
use kernel::{PolicyVersion, Timestamp, programme_date};
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
    /// A version that nobody knew would have been in force already.
    #[error(
        "the policy version {version} is new here and would have begun on {effective_on}, before today, {today}: what has gone by another version since would change; let it begin today or later"
    )]
    TooEarly {
        /// The version.
        version: String,
        /// Its first day.
        effective_on: NaiveDate,
        /// Today.
        today: NaiveDate,
    },
    /// The database failed.
    #[error(transparent)]
    Portal(#[from] PortalError),
}

#[derive(Debug, sqlx::FromRow)]
struct Adopted {
    version: String,
    effective_on: NaiveDate,
    moves_open_clocks: bool,
    policy_values: String,
    recorded_at: Timestamp,
}

impl Adopted {
    /// Whether it was seen in force, rather than only announced.
    fn was_in_force(&self) -> bool {
        programme_date(self.recorded_at) >= self.effective_on
    }
}

impl Portal {
    async fn adopted(&self) -> Result<Vec<Adopted>, PortalError> {
        Ok(fetch_all!(
            self.ledger.db(),
            Adopted,
            "SELECT version, effective_on, moves_open_clocks, policy_values, recorded_at FROM policy_versions ORDER BY effective_on"
        )?)
    }

    /// Whether the ledger is empty: no deadline has gone by any policy yet.
    async fn nothing_has_happened(&self) -> Result<bool, PortalError> {
        Ok(self.ledger.head().await?.position == 0)
    }

    /// Compares the versions of the policy with what is known of them. One that has been in force stays as it was; one that is still to come may be
    /// changed and called off, and one that nobody knew begins today or later. An empty ledger, or one that knows of no version yet, has nothing to
    /// compare.
    ///
    /// # Errors
    /// A version that has been in force is not what it was, a new one would begin in the past, or the database failed.
    pub async fn compare_policies(&self) -> Result<(), PolicyFault> {
        if !self.ledger.db().has_table("policy_versions").await.map_err(PortalError::from)? {
            return Ok(());
        }
        if self.nothing_has_happened().await? {
            return Ok(());
        }
        let given: BTreeMap<&str, _> =
            self.policies.versions().map(|version| (version.name.as_str(), version)).collect();
        let known = self.adopted().await?;
        let (in_force, announced): (Vec<&Adopted>, Vec<&Adopted>) =
            known.iter().partition(|row| row.was_in_force());
        for row in &in_force {
            let Some(version) = given.get(row.version.as_str()) else {
                return Err(PolicyFault::Missing(row.version.clone()));
            };
            if let Some(what) = difference(row, version)? {
                return Err(PolicyFault::Changed { version: row.version.clone(), what });
            }
        }
        let today = self.today();
        for version in self.policies.versions() {
            if in_force.is_empty() || version.effective_on >= today {
                continue;
            }
            if in_force.iter().any(|row| row.version == version.name) {
                continue;
            }
            let as_announced = match announced.iter().find(|row| row.version == version.name) {
                Some(row) => difference(row, version)?.is_none(),
                None => false,
            };
            if !as_announced {
                let (effective_on, version) = (version.effective_on, version.name.clone());
                return Err(PolicyFault::TooEarly { version, effective_on, today });
            }
        }
        Ok(())
    }

    /// Compares, and keeps every version: what was in force must stay, and what is announced may come into force while nothing runs. Values that this
    /// programme is the first to know are added to what is kept.
    ///
    /// # Errors
    /// A version that has been in force is not what it was, a new one would begin in the past, or the database failed.
    pub async fn adopt_policies(&self) -> Result<(), PolicyFault> {
        self.compare_policies().await?;
        let nothing_has_happened = self.nothing_has_happened().await?;
        let today = self.today();
        let rows = self.adopted().await?;
        let mut tx = self.ledger.db().begin().await.map_err(PortalError::from)?;
        for row in &rows {
            let given = self.policies.versions().any(|version| version.name == row.version);
            if nothing_has_happened || (!given && !row.was_in_force()) {
                execute!(&mut tx, "DELETE FROM policy_versions WHERE version = $1", &row.version)
                    .map_err(PortalError::from)?;
            }
        }
        for version in self.policies.versions() {
            let values: BTreeMap<String, u32> =
                version.values.values().into_iter().map(|value| (value.key, value.value)).collect();
            let values = serde_json::to_string(&values).map_err(PortalError::from)?;
            let is_in_force = version.effective_on <= today;
            let kept = |row: &Adopted| {
                row.version == version.name
                    && row.policy_values == values
                    && row.effective_on == version.effective_on
                    && row.moves_open_clocks == version.moves_open_clocks
                    && row.was_in_force() == is_in_force
            };
            if !nothing_has_happened && rows.iter().any(kept) {
                continue;
            }
            execute!(
                &mut tx,
                "INSERT INTO policy_versions (version, effective_on, moves_open_clocks, policy_values, recorded_at) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (version) DO UPDATE SET effective_on = excluded.effective_on, \
                 moves_open_clocks = excluded.moves_open_clocks, policy_values = excluded.policy_values, \
                 recorded_at = excluded.recorded_at",
                &version.name,
                version.effective_on,
                version.moves_open_clocks,
                values,
                self.now()
            )
            .map_err(PortalError::from)?;
        }
        tx.commit().await.map_err(PortalError::from)?;
        Ok(())
    }
}

/// What is different in a version from what is kept of it, if something is. Values that this programme is the first to know are no difference.
fn difference(row: &Adopted, version: &PolicyVersion) -> Result<Option<String>, PolicyFault> {
    if version.effective_on != row.effective_on {
        let days = (row.effective_on, version.effective_on);
        return Ok(Some(format!("its first day was {}, and is {} now", days.0, days.1)));
    }
    if version.moves_open_clocks != row.moves_open_clocks {
        return Ok(Some(format!("moves_open_clocks was {}", row.moves_open_clocks)));
    }
    let kept: BTreeMap<String, u32> = serde_json::from_str(&row.policy_values).map_err(PortalError::from)?;
    let changed = kept.into_iter().find_map(|(key, before)| {
        let now = version.values.value_of(&key).filter(|now| *now != before)?;
        Some(format!("{key} was {before}, and is {now} now"))
    });
    Ok(changed)
}
