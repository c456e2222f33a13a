//! The list of deadlines: what [`obligations::follow`] makes of the ledger.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::{load_rows_by, store_rows};
use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{AccountId, MembershipId, ObligationId, PolicyTable, Timestamp, programme_date};
use ledger::{Projection, ProjectionError, RecordedEvent, Tables, Tx};
use obligations::{Derived, Ended, Fact, FollowError, Kind, Obligation, concerns, follow};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

model_row! {
    /// One deadline, as lists show it.
    ObligationRow in "obligations" {
        /// The obligation.
        obligation_id: String,
        /// Its kind.
        kind: String,
        /// Who owes it.
        owner: String,
        /// The company's account.
        account_id: String,
        /// The membership it is owed for.
        membership_id: String,
        /// What it is about, where several of the kind run at once.
        about: Option<String>,
        /// Which one it is.
        occurrence: i64,
        /// The day that the first one of a clock that repeats started on; else that of its own start.
        base_on: NaiveDate,
        /// The day on which it started.
        started_on: NaiveDate,
        /// The first day on which it can be met, where that is not the day of its start.
        opens_on: Option<NaiveDate>,
        /// Its last day.
        due_on: NaiveDate,
        /// The version of the policy that it goes by.
        policy_version: String,
        /// How it ended.
        ended: Option<String>,
        /// When.
        ended_on: Option<NaiveDate>,
        /// The type of the event that ended it.
        ended_by: Option<String>,
        /// The last day whose passing is recorded.
        passed_on: Option<NaiveDate>,
        /// Who waived it.
        waived_by: Option<String>,
        /// Why.
        waiver_reason: Option<String>,
        /// When an event last changed it.
        updated_at: Timestamp,
        /// How many events have changed it, that which started it included.
        version: i64,
    }
}

impl SortValue for ObligationRow {
    fn date(&self, column: &str) -> Option<NaiveDate> {
        (column == "due_on").then_some(self.due_on)
    }

    fn instant(&self, _: &str) -> Option<Timestamp> {
        None
    }
}

impl ObligationRow {
    /// The deadline; `None` where the row holds something that this programme does not know.
    pub fn obligation(&self) -> Option<Obligation> {
        Some(Obligation {
            id: self.obligation_id.parse().ok()?,
            kind: Kind::parse(&self.kind)?,
            account_id: self.account_id.parse().ok()?,
            membership_id: self.membership_id.parse().ok()?,
            about: self.about.clone(),
            occurrence: u32::try_from(self.occurrence).ok()?,
            base_on: self.base_on,
            started_on: self.started_on,
            opens_on: self.opens_on,
            due_on: self.due_on,
            policy_version: self.policy_version.clone(),
            ended: self.ended.as_deref().and_then(Ended::parse),
            ended_on: self.ended_on,
            ended_by: self.ended_by.clone(),
            passed_on: self.passed_on,
        })
    }

    /// What the rules know of it on a day.
    pub(crate) fn derived(&self, on: NaiveDate) -> Option<Derived> {
        self.obligation().map(|obligation| Derived::of(&obligation, on))
    }

    /// The row of a deadline after an event, or before any.
    fn of(obligation: &Obligation, before: Option<&ObligationRow>, at: Timestamp) -> Self {
        Self {
            obligation_id: obligation.id.to_string(),
            kind: obligation.kind.to_string(),
            owner: obligation.owner().to_string(),
            account_id: obligation.account_id.to_string(),
            membership_id: obligation.membership_id.to_string(),
            about: obligation.about.clone(),
            occurrence: obligation.occurrence.into(),
            base_on: obligation.base_on,
            started_on: obligation.started_on,
            opens_on: obligation.opens_on,
            due_on: obligation.due_on,
            policy_version: obligation.policy_version.clone(),
            ended: obligation.ended.map(|ended| ended.to_string()),
            ended_on: obligation.ended_on,
            ended_by: obligation.ended_by.clone(),
            passed_on: obligation.passed_on,
            waived_by: before.and_then(|row| row.waived_by.clone()),
            waiver_reason: before.and_then(|row| row.waiver_reason.clone()),
            updated_at: before.map_or(at, |row| row.updated_at),
            version: before.map_or(0, |row| row.version),
        }
    }
}

/// Raised whenever the table, the clocks or how they are followed changes.
const FORMAT: i64 = 2;

/// Keeps the table `obligations`. What it holds follows from the ledger and from the dated policy, so its version does too: a changed policy
/// is followed by a rebuild, and processes with different policies cannot write together.
pub(crate) struct ObligationsProjection {
    policies: Arc<PolicyTable>,
    version: i64,
}

impl ObligationsProjection {
    pub(crate) fn under(policies: &PolicyTable) -> Self {
        let mut digest = Sha256::new();
        for version in policies.versions() {
            digest.update(format!(
                "{}\n{}\n{}\n",
                version.name, version.effective_on, version.moves_open_clocks
            ));
            for value in version.values.values() {
                digest.update(format!("{}={}\n", value.key, value.value));
            }
        }
        let [a, b, c, ..]: [u8; 32] = digest.finalize().into();
        let version = (FORMAT << 24) | i64::from(u32::from_be_bytes([0, a, b, c]));
        Self { policies: Arc::new(policies.clone()), version }
    }
}

/// The membership that an event concerns, where the event itself says so.
fn membership_of(event: &RecordedEvent) -> Option<&str> {
    match event.aggregate_type.as_str() {
        "membership" => Some(&event.aggregate_id),
        _ => event.payload.get("membership_id")?.as_str(),
    }
}

/// The memberships of streams whose events do not all name theirs, such as enforcement actions: known from the events that started deadlines
/// about them.
async fn places(
    events: &[&RecordedEvent],
    tables: &Tables,
    tx: &mut Tx<'_>,
) -> Result<BTreeMap<String, String>, ProjectionError> {
    let unplaced: BTreeSet<&str> = events
        .iter()
        .filter(|event| membership_of(event).is_none())
        .map(|event| event.aggregate_id.as_str())
        .collect();
    if unplaced.is_empty() {
        return Ok(BTreeMap::new());
    }
    let unplaced: Vec<&str> = unplaced.into_iter().collect();
    let rows = load_rows_by::<ObligationRow>(tx, tables, "about", &unplaced).await?;
    let known = rows.into_iter().filter_map(|row| Some((row.about?, row.membership_id)));
    let told = events
        .iter()
        .filter_map(|event| Some((event.aggregate_id.clone(), membership_of(event)?.to_owned())));
    Ok(known.chain(told).collect())
}

/// The deadlines of one membership, with the rows that they were read from.
#[derive(Default)]
struct OfMembership {
    known: Vec<Obligation>,
    rows: BTreeMap<ObligationId, ObligationRow>,
}

impl OfMembership {
    fn account(&self, event: &RecordedEvent) -> Option<AccountId> {
        let named = event.payload.get("account_id").and_then(|id| id.as_str()?.parse().ok());
        named.or_else(|| self.known.first().map(|one| one.account_id))
    }

    /// Takes an event, and keeps what has changed by it as rows; gives the ids of those.
    fn take(
        &mut self,
        policies: &PolicyTable,
        membership_id: MembershipId,
        event: &RecordedEvent,
    ) -> Result<BTreeSet<ObligationId>, FollowError> {
        let Some(account_id) = self.account(event) else {
            return Err(FollowError::Unknown(event.event_type.clone()));
        };
        let fact = Fact {
            event_id: event.event_id,
            stream_id: &event.aggregate_id,
            event_type: &event.event_type,
            payload: &event.payload,
            account_id,
            membership_id,
            on: programme_date(event.occurred_at),
        };
        follow(policies, &mut self.known, &fact)?;
        let mut changed = BTreeSet::new();
        for obligation in &self.known {
            let before = self.rows.get(&obligation.id);
            let mut row = ObligationRow::of(obligation, before, event.occurred_at);
            if event.event_type == "obligation.waived" && event.aggregate_id == row.obligation_id {
                let text =
                    |member: &str| event.payload.get(member).and_then(|it| it.as_str()).map(str::to_owned);
                row.waived_by = text("waived_by");
                row.waiver_reason = text("reason");
            }
            if before != Some(&row) {
                row.version += 1;
                row.updated_at = event.occurred_at;
                changed.insert(obligation.id);
                self.rows.insert(obligation.id, row);
            }
        }
        Ok(changed)
    }
}

#[async_trait]
impl Projection for ObligationsProjection {
    fn name(&self) -> &'static str {
        "obligations"
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn tables(&self) -> &'static [&'static str] {
        &["obligations"]
    }

    fn schema(&self) -> &'static str {
        "CREATE TABLE {obligations} (
            obligation_id TEXT PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, account_id TEXT NOT NULL,
            membership_id TEXT NOT NULL, about TEXT, occurrence {bigint} NOT NULL, base_on {date} NOT NULL,
            started_on {date} NOT NULL, opens_on {date}, due_on {date} NOT NULL, policy_version TEXT NOT NULL, ended TEXT,
            ended_on {date}, ended_by TEXT, passed_on {date}, waived_by TEXT, waiver_reason TEXT,
            updated_at {instant} NOT NULL, version {bigint} NOT NULL
        ) {strict};
        CREATE INDEX obligations_due_{generation} ON {obligations} (due_on, obligation_id);
        CREATE INDEX obligations_running_{generation} ON {obligations} (ended, due_on, obligation_id);
        CREATE INDEX obligations_about_{generation} ON {obligations} (about);
        CREATE INDEX obligations_account_{generation} ON {obligations} (account_id, due_on, obligation_id);
        CREATE INDEX obligations_membership_{generation} ON {obligations} (membership_id, due_on, obligation_id);"
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        let concerned: Vec<&RecordedEvent> =
            events.iter().filter(|event| concerns(&event.event_type)).collect();
        let places = places(&concerned, tables, tx).await?;
        let mine: Vec<(&RecordedEvent, &str)> = concerned
            .into_iter()
            .filter_map(|event| {
                let told = membership_of(event);
                Some((event, told.or_else(|| places.get(&event.aggregate_id).map(String::as_str))?))
            })
            .collect();
        let ids: BTreeSet<&str> = mine.iter().map(|(_, id)| *id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut memberships: BTreeMap<String, OfMembership> = BTreeMap::new();
        for row in load_rows_by::<ObligationRow>(tx, tables, "membership_id", &ids).await? {
            if let Some(obligation) = row.obligation() {
                let of = memberships.entry(row.membership_id.clone()).or_default();
                of.rows.insert(obligation.id, row);
                of.known.push(obligation);
            }
        }
        let mut changed: BTreeMap<ObligationId, String> = BTreeMap::new();
        for (event, id) in mine {
            let of = memberships.entry(id.to_owned()).or_default();
            let unknown = || FollowError::Unknown(event.event_type.clone());
            let taken = match id.parse().map_err(|_| unknown()) {
                Ok(membership) => of.take(&self.policies, membership, event),
                Err(error) => Err(error),
            };
            match taken {
                Ok(ids) => changed.extend(ids.into_iter().map(|one| (one, id.to_owned()))),
                // What the ledger holds already is read as far as today's clocks make something of it.
                Err(_) if *tables != Tables::LIVE => {}
                Err(FollowError::Unreadable(error)) => return Err(error.into()),
                Err(error) => {
                    let code = match error {
                        FollowError::Ended => "obligation_ended",
                        _ => "obligation_unknown",
                    };
                    let detail = error.to_string();
                    return Err(ProjectionError::Refused { code: code.to_owned(), detail });
                }
            }
        }
        let rows: Vec<&ObligationRow> =
            changed.iter().filter_map(|(one, id)| memberships.get(id)?.rows.get(one)).collect();
        store_rows(tx, tables, &rows).await
    }
}
