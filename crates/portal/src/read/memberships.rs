//! The list of memberships, the work queue, and which identifiers are used by whom.

use crate::model_row;
use crate::read::page::SortValue;
use crate::read::rows::{chunk_size, load_rows, store_rows};
use async_trait::async_trait;
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::Timestamp;
use ledger::{Projection, ProjectionError, RecordedEvent, Statement, Tables, Tx, Value, execute, fetch_all};
use membership::enforcement::{EnforcementEvent, Scope};
use membership::membership::entity_requirements::of;
use membership::membership::{Status, event::MembershipEvent, identifier::CheckedIdentifier};
use std::collections::{BTreeMap, BTreeSet};

model_row! {
    /// One membership, as lists and the work queue show it.
    MembershipRow in "memberships" {
        /// The membership.
        membership_id: String,
        /// The company's account.
        account_id: String,
        /// Its security profile.
        profile_id: String,
        /// The type applied for.
        entity_type: String,
        /// Where it stands.
        status: String,
        /// The tier, where tiers are applied.
        tier: Option<String>,
        /// The office that looks after it.
        office: Option<String>,
        /// The specialist assigned.
        specialist_id: Option<String>,
        /// The programme date of the application.
        applied_on: NaiveDate,
        /// The last day to submit the security profile.
        profile_due_on: NaiveDate,
        /// When the profile was first submitted.
        profile_submitted_on: Option<NaiveDate>,
        /// The day by which CBP aims to decide.
        certification_due_on: Option<NaiveDate>,
        /// When it was certified.
        certified_on: Option<NaiveDate>,
        /// When the newest validation was passed.
        validated_on: Option<NaiveDate>,
        /// The day by which the first or the next validation is due.
        validation_due_on: Option<NaiveDate>,
        /// The first day of a new application, where a waiting time applies.
        reapply_from: Option<NaiveDate>,
        /// The next day on which something is due, whoever owes it.
        due_on: Option<NaiveDate>,
        /// Who has to act next: `company`, `specialist` or `supervisor`.
        waiting_for: Option<String>,
        /// What has to be done next.
        next_step: Option<String>,
        /// Since when.
        waiting_since: Option<Timestamp>,
        /// When it last changed.
        updated_at: Timestamp,
        /// The version of its stream.
        version: i64,
    }
}

impl SortValue for MembershipRow {
    fn date(&self, column: &str) -> Option<NaiveDate> {
        match column {
            "due_on" => self.due_on,
            "certified_on" => self.certified_on,
            _ => None,
        }
    }

    fn instant(&self, column: &str) -> Option<Timestamp> {
        match column {
            "waiting_since" => self.waiting_since,
            "updated_at" => Some(self.updated_at),
            _ => None,
        }
    }
}

impl MembershipRow {
    fn waits(&mut self, waiting_for: &str, next_step: &str, since: Timestamp, due_on: Option<NaiveDate>) {
        self.waiting_for = Some(waiting_for.to_owned());
        self.next_step = Some(next_step.to_owned());
        self.waiting_since = Some(since);
        self.due_on = due_on;
    }

    fn rests(&mut self, due_on: Option<NaiveDate>) {
        self.waiting_for = None;
        self.next_step = None;
        self.waiting_since = None;
        self.due_on = due_on;
    }

    /// A member again, or still: what is due next is the validation, unless the company waits to be let go.
    fn goes_on(&mut self) {
        if self.next_step.as_deref() != Some("close_membership") {
            self.rests(self.validation_due_on);
        }
    }

    /// What an entry of the register says of who has to act: while the member is suspended the company answers, then headquarters decide.
    fn take_enforcement(&mut self, event: &RecordedEvent, payload: &EnforcementEvent) {
        if self.status != Status::Suspended.as_str() || self.next_step.as_deref() == Some("close_membership")
        {
            return;
        }
        let at = event.occurred_at;
        match payload {
            EnforcementEvent::Decided(entry) if entry.scope == Scope::Whole => {
                self.waits("company", "answer_suspension", at, entry.answer_due_on);
            }
            EnforcementEvent::CorrectivePlanSubmitted(_) => {
                // The company has answered, and no law says by when CBP decides.
                self.waits("programme_director", "decide_on_plan", at, None);
            }
            EnforcementEvent::Resumed(resumed) => {
                self.waits("company", "answer_suspension", at, Some(resumed.answer_due_on));
            }
            EnforcementEvent::Corrected(corrected)
                if corrected.earlier_answer_due_on.is_some()
                    && self.due_on == corrected.earlier_answer_due_on =>
            {
                self.due_on = corrected.answer_due_on;
            }
            _ => {}
        }
    }

    /// After the profile has come in: the one who reviews, or the one who has to assign somebody.
    fn waits_for_review(&mut self, next_step: &str, since: Timestamp) {
        let due_on = self.certification_due_on;
        if self.specialist_id.is_some() {
            self.waits("specialist", next_step, since, due_on);
        } else {
            self.waits("supervisor", "assign_specialist", since, due_on);
        }
    }

    fn take(&mut self, event: &RecordedEvent, payload: &MembershipEvent) {
        let at = event.occurred_at;
        match payload {
            MembershipEvent::ProfileSubmitted(submitted) => {
                self.status = submitted.status.as_str().to_owned();
                self.profile_submitted_on = self.profile_submitted_on.or(Some(submitted.submitted_on));
                self.certification_due_on = Some(submitted.certification_due_on);
                self.waits_for_review("review_profile", at);
            }
            MembershipEvent::SpecialistAssigned(assigned) => {
                self.specialist_id = Some(assigned.specialist.to_string());
                self.office = Some(assigned.office.as_str().to_owned());
                if self.next_step.as_deref() == Some("assign_specialist") {
                    let approved = self.status == Status::Approved.as_str();
                    let step = if approved { "recommend_certification" } else { "review_profile" };
                    self.waits_for_review(step, self.waiting_since.unwrap_or(at));
                }
            }
            MembershipEvent::ProfileReturned(returned) => {
                self.status = returned.status.as_str().to_owned();
                self.waits(
                    "company",
                    "answer_returned_profile",
                    at,
                    returned.answer_due_on.or(self.certification_due_on),
                );
            }
            MembershipEvent::ProfileApproved(approved) => {
                self.status = approved.status.as_str().to_owned();
                self.waits_for_review("recommend_certification", at);
            }
            MembershipEvent::CertificationRecommended(_) => {
                self.waits("supervisor", "certify", at, self.certification_due_on);
            }
            MembershipEvent::RecommendationLapsed(_) => self.waits_for_review("recommend_certification", at),
            MembershipEvent::Certified(certified) => {
                self.status = certified.status.as_str().to_owned();
                self.tier = certified.tier.map(|tier| tier.as_str().to_owned());
                self.certified_on = Some(certified.certified_on);
                self.validation_due_on = Some(certified.first_validation_due_on);
                self.rests(self.validation_due_on);
            }
            MembershipEvent::Rejected(ended) => {
                self.status = ended.status.as_str().to_owned();
                self.rests(None);
            }
            MembershipEvent::FoundIneligible(ended) => {
                self.status = ended.status.as_str().to_owned();
                self.rests(None);
            }
            MembershipEvent::Withdrawn(ended) => {
                self.status = ended.status.as_str().to_owned();
                self.reapply_from = ended.reapply_from;
                self.rests(None);
            }
            MembershipEvent::ApplicationExpired(ended) => {
                self.status = ended.status.as_str().to_owned();
                self.rests(None);
            }
            MembershipEvent::ValidationOutcomeRecorded(passed) => {
                self.status = passed.status.as_str().to_owned();
                self.tier = passed.tier.map(|tier| tier.as_str().to_owned());
                self.validated_on = Some(passed.validated_on);
                self.validation_due_on = Some(passed.revalidation_due_on);
                self.goes_on();
            }
            MembershipEvent::Suspended(suspended) => self.status = suspended.status.as_str().to_owned(),
            MembershipEvent::Removed(removed) => {
                self.status = removed.status.as_str().to_owned();
                self.reapply_from = Some(removed.reapply_from);
                self.rests(None);
            }
            MembershipEvent::Reinstated(reinstated) => {
                self.status = reinstated.status.as_str().to_owned();
                self.goes_on();
            }
            MembershipEvent::Restored(restored) => {
                self.status = restored.status.as_str().to_owned();
                self.reapply_from = None;
                self.goes_on();
            }
            MembershipEvent::WithdrawalRequested(_) => {
                // By when is a deadline of its own; that of the validation has nothing to do with it.
                self.waits("supervisor", "close_membership", at, None);
            }
            MembershipEvent::WithdrawalTakenBack(taken_back) => match taken_back.answer_due_on {
                Some(_) if taken_back.plan_submitted => {
                    self.waits("programme_director", "decide_on_plan", at, None);
                }
                Some(due_on) => self.waits("company", "answer_suspension", at, Some(due_on)),
                None => self.rests(self.validation_due_on),
            },
            MembershipEvent::Closed(closed) => {
                self.status = closed.status.as_str().to_owned();
                self.reapply_from = closed.reapply_from;
                self.rests(None);
            }
            MembershipEvent::TierChanged(changed) => self.tier = Some(changed.tier.as_str().to_owned()),
            MembershipEvent::DateCorrected(corrected) => {
                let dates = std::iter::once((corrected.field.as_str(), corrected.value))
                    .chain(corrected.derived.iter().map(|derived| (derived.field.as_str(), derived.value)));
                for (field, value) in dates {
                    self.correct(field, value);
                }
            }
            _ => {}
        }
    }

    fn correct(&mut self, field: &str, value: NaiveDate) {
        let earlier = match field {
            "applied_on" => Some(std::mem::replace(&mut self.applied_on, value)),
            "profile_due_on" => Some(std::mem::replace(&mut self.profile_due_on, value)),
            "profile_submitted_on" => self.profile_submitted_on.replace(value),
            "certification_due_on" => self.certification_due_on.replace(value),
            "certified_on" => self.certified_on.replace(value),
            "validated_on" => self.validated_on.replace(value),
            // Once it is validated, another clock is kept.
            "first_validation_due_on" if self.validated_on.is_none() => self.validation_due_on.replace(value),
            "revalidation_due_on" => self.validation_due_on.replace(value),
            "reapply_from" => self.reapply_from.replace(value),
            _ => None,
        };
        // The clock that is shown moves with the date it was taken from.
        let is_clock = matches!(
            field,
            "profile_due_on" | "certification_due_on" | "first_validation_due_on" | "revalidation_due_on"
        );
        if is_clock && self.due_on.is_some() && self.due_on == earlier {
            self.due_on = Some(value);
        }
    }
}

/// Keeps the tables `memberships` and `membership_identifiers`.
pub(crate) struct MembershipsProjection;

#[async_trait]
impl Projection for MembershipsProjection {
    fn name(&self) -> &'static str {
        "memberships"
    }

    fn version(&self) -> i64 {
        6
    }

    fn tables(&self) -> &'static [&'static str] {
        &["memberships", "membership_identifiers"]
    }

    fn schema(&self) -> &'static str {
        "CREATE TABLE {memberships} (
            membership_id TEXT PRIMARY KEY, account_id TEXT NOT NULL, profile_id TEXT NOT NULL, entity_type TEXT NOT NULL,
            status TEXT NOT NULL, tier TEXT, office TEXT, specialist_id TEXT, applied_on {date} NOT NULL, profile_due_on {date} NOT NULL,
            profile_submitted_on {date}, certification_due_on {date}, certified_on {date}, validated_on {date},
            validation_due_on {date}, reapply_from {date}, due_on {date}, waiting_for TEXT,
            next_step TEXT, waiting_since {instant}, updated_at {instant} NOT NULL, version {bigint} NOT NULL
        ) {strict};
        CREATE INDEX memberships_account_{generation} ON {memberships} (account_id, membership_id);
        CREATE INDEX memberships_status_{generation} ON {memberships} (status, membership_id);
        CREATE INDEX memberships_tier_{generation} ON {memberships} (tier, membership_id);
        CREATE INDEX memberships_type_{generation} ON {memberships} (entity_type, membership_id);
        CREATE INDEX memberships_office_{generation} ON {memberships} (office, membership_id);
        CREATE INDEX memberships_specialist_{generation} ON {memberships} (specialist_id, membership_id);
        CREATE INDEX memberships_due_{generation} ON {memberships} (due_on, membership_id);
        CREATE INDEX memberships_status_due_{generation} ON {memberships} (status, due_on, membership_id);
        CREATE INDEX memberships_type_due_{generation} ON {memberships} (entity_type, due_on, membership_id);
        CREATE INDEX memberships_office_due_{generation} ON {memberships} (office, due_on, membership_id);
        CREATE INDEX memberships_expiry_{generation} ON {memberships} (status, profile_due_on, membership_id);
        CREATE INDEX memberships_queue_{generation} ON {memberships} (waiting_for, specialist_id, waiting_since, membership_id);
        CREATE INDEX memberships_waiting_{generation} ON {memberships} (waiting_for, waiting_since, membership_id);
        CREATE TABLE {membership_identifiers} (
            membership_id TEXT NOT NULL, identifier_type TEXT NOT NULL, normalised TEXT NOT NULL, entity_type TEXT NOT NULL,
            account_id TEXT NOT NULL, live {boolean} NOT NULL, PRIMARY KEY (membership_id, identifier_type, normalised)
        ) {strict};
        CREATE INDEX membership_identifiers_account_{generation} ON {membership_identifiers} (account_id, entity_type);
        CREATE INDEX membership_identifiers_value_{generation}
            ON {membership_identifiers} (identifier_type, normalised, entity_type);"
    }

    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError> {
        let mut enforcement: BTreeMap<i64, (String, EnforcementEvent)> = BTreeMap::new();
        for event in events.iter().filter(|event| event.aggregate_type == "enforcement_action") {
            let payload: EnforcementEvent = event.decode()?;
            if let Some(membership) = membership_of(&payload) {
                enforcement.insert(event.position, (membership, payload));
            }
        }
        let mine: Vec<&RecordedEvent> = events
            .iter()
            .filter(|event| event.aggregate_type == "membership" || enforcement.contains_key(&event.position))
            .collect();
        let own = mine.iter().filter(|event| event.aggregate_type == "membership");
        let mut ids: BTreeSet<&str> = own.map(|event| event.aggregate_id.as_str()).collect();
        ids.extend(enforcement.values().map(|(membership, _)| membership.as_str()));
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut rows = load_rows::<MembershipRow>(tx, tables, &ids).await?;
        let mut identifiers = NewIdentifiers::default();
        for event in mine {
            if let Some((membership, payload)) = enforcement.get(&event.position) {
                if let Some(row) = rows.get_mut(membership) {
                    row.take_enforcement(event, payload);
                }
                continue;
            }
            let payload: MembershipEvent = event.decode()?;
            if let MembershipEvent::Applied(applied) = &payload {
                let mut row = MembershipRow {
                    membership_id: event.aggregate_id.clone(),
                    account_id: applied.account_id.to_string(),
                    profile_id: applied.profile_id.to_string(),
                    entity_type: applied.entity_type.to_string(),
                    status: applied.status.as_str().to_owned(),
                    tier: None,
                    office: None,
                    specialist_id: None,
                    applied_on: applied.applied_on,
                    profile_due_on: applied.profile_due_on,
                    profile_submitted_on: None,
                    certification_due_on: None,
                    certified_on: None,
                    validated_on: None,
                    validation_due_on: None,
                    reapply_from: None,
                    due_on: None,
                    waiting_for: None,
                    next_step: None,
                    waiting_since: None,
                    updated_at: event.occurred_at,
                    version: event.sequence,
                };
                row.waits("company", "submit_profile", event.occurred_at, Some(applied.profile_due_on));
                identifiers.add(&row, &applied.identifiers);
                rows.insert(event.aggregate_id.clone(), row);
                keep_pilot_places(tx, tables, applied.entity_type, &rows).await?;
            }
            let Some(row) = rows.get_mut(&event.aggregate_id) else {
                return Err(ProjectionError::Refused {
                    code: "membership_unknown".to_owned(),
                    detail: format!("{} concerns a membership that was never applied for", event.event_type),
                });
            };
            row.updated_at = event.occurred_at;
            row.version = event.sequence;
            row.take(event, &payload);
            match &payload {
                MembershipEvent::IdentifiersChanged(changed) => {
                    identifiers.store(tx, tables).await?;
                    let sql = tables.sql("DELETE FROM {membership_identifiers} WHERE membership_id = $1");
                    execute!(&mut *tx, &sql, &row.membership_id)?;
                    identifiers.add(row, &changed.identifiers);
                }
                MembershipEvent::Rejected(_)
                | MembershipEvent::FoundIneligible(_)
                | MembershipEvent::Withdrawn(_)
                | MembershipEvent::Removed(_)
                | MembershipEvent::Closed(_)
                | MembershipEvent::Restored(_)
                | MembershipEvent::ApplicationExpired(_) => {
                    identifiers.store(tx, tables).await?;
                    let sql =
                        tables.sql("UPDATE {membership_identifiers} SET live = $1 WHERE membership_id = $2");
                    let live = matches!(payload, MembershipEvent::Restored(_));
                    execute!(&mut *tx, &sql, live, &row.membership_id)?;
                    if live {
                        identifiers.memberships.push(row.membership_id.clone());
                    }
                }
                _ => {}
            }
        }
        identifiers.store(tx, tables).await?;
        identifiers.keep_apart(tx, tables).await?;
        store_rows(tx, tables, &rows.values().collect::<Vec<_>>()).await
    }
}

const ENDED: &str = "('removed', 'rejected', 'ineligible', 'withdrawn', 'inactive')";

/// The membership that an event of the register concerns, where it says who has to act.
fn membership_of(payload: &EnforcementEvent) -> Option<String> {
    match payload {
        EnforcementEvent::Decided(event) => Some(event.membership_id.to_string()),
        EnforcementEvent::CorrectivePlanSubmitted(event) => Some(event.membership_id.to_string()),
        EnforcementEvent::Resumed(event) => Some(event.membership_id.to_string()),
        EnforcementEvent::Corrected(event) => Some(event.membership_id.to_string()),
        _ => None,
    }
}

/// A pilot has few places (Public Law 118-98). The rule is asked before; here, where everything is in one order, two who apply for the
/// last place at the same moment are told apart, and the second is refused with its command.
async fn keep_pilot_places(
    tx: &mut Tx<'_>,
    tables: &Tables,
    entity_type: EntityType,
    rows: &BTreeMap<String, MembershipRow>,
) -> Result<(), ProjectionError> {
    let Some(pilot) = &of(entity_type).pilot else { return Ok(()) };
    let sql = tables.sql("SELECT membership_id FROM {memberships} WHERE entity_type = $1 AND status NOT IN ");
    let stored = fetch_all!(in &mut *tx, (String,), &format!("{sql}{ENDED}"), entity_type.as_str())?;
    let live = |row: &&MembershipRow| {
        row.entity_type == entity_type.as_str()
            && Status::parse(&row.status).is_some_and(|status| !status.is_ended())
    };
    let taken =
        stored.iter().filter(|(id,)| !rows.contains_key(id)).count() + rows.values().filter(live).count();
    if u32::try_from(taken).is_ok_and(|taken| taken <= pilot.places) {
        return Ok(());
    }
    Err(ProjectionError::Refused {
        code: "pilot_full".to_owned(),
        detail: format!("All {} places of this pilot are taken.", pilot.places),
    })
}

/// The code with which an identifier is refused that another membership of the account has taken meanwhile: the decision is made again
/// then, and refused by its rule.
pub(crate) const IDENTIFIER_TAKEN: &str = "identifier_taken";

/// The identifiers that a batch of events brings, stored many at a time.
#[derive(Default)]
struct NewIdentifiers {
    /// Rows that are still to be stored.
    rows: Vec<[Value; 6]>,
    /// Every membership that got some.
    memberships: Vec<String>,
}

impl NewIdentifiers {
    fn add(&mut self, row: &MembershipRow, identifiers: &[CheckedIdentifier]) {
        let keys: BTreeSet<(&str, &str)> = identifiers
            .iter()
            .map(|checked| {
                (checked.identifier.identifier_type.as_str(), checked.identifier.normalised.as_str())
            })
            .collect();
        self.rows.extend(keys.into_iter().map(|(identifier_type, normalised)| {
            [
                row.membership_id.as_str().into(),
                identifier_type.into(),
                normalised.into(),
                row.entity_type.as_str().into(),
                row.account_id.as_str().into(),
                true.into(),
            ]
        }));
        self.memberships.push(row.membership_id.clone());
    }

    async fn store(&mut self, tx: &mut Tx<'_>, tables: &Tables) -> Result<(), ProjectionError> {
        while !self.rows.is_empty() {
            let mut statement = Statement::new(tables.sql(
                "INSERT INTO {membership_identifiers} \
                 (membership_id, identifier_type, normalised, entity_type, account_id, live) VALUES ",
            ));
            for (index, values) in self.rows.drain(..chunk_size(self.rows.len())).enumerate() {
                if index > 0 {
                    statement.push(", ");
                }
                statement.bind_tuple(values);
            }
            statement.execute(&mut *tx).await?;
        }
        Ok(())
    }

    /// Two that take the same identifier for the same type in one account at the same moment are told apart here, where everything is in
    /// one order. What the ledger holds already is read as it is: the rule came later than some of it.
    async fn keep_apart(&self, tx: &mut Tx<'_>, tables: &Tables) -> Result<(), ProjectionError> {
        if *tables != Tables::LIVE || self.memberships.is_empty() {
            return Ok(());
        }
        let shared = "SELECT o.membership_id FROM membership_identifiers m JOIN membership_identifiers o \
             ON o.account_id = m.account_id AND o.entity_type = m.entity_type AND o.identifier_type = m.identifier_type \
             AND o.normalised = m.normalised AND o.membership_id <> m.membership_id WHERE o.live AND m.membership_id";
        let others: Option<(String,)> = match tx {
            Tx::Postgres(tx) => {
                let sql = format!("{shared} = ANY($1) LIMIT 1");
                sqlx::query_as(&sql).bind(&self.memberships).fetch_optional(&mut **tx).await?
            }
            Tx::Sqlite(tx) => {
                let sql = format!("{shared} IN (SELECT value FROM json_each($1)) LIMIT 1");
                let memberships = serde_json::json!(self.memberships).to_string();
                sqlx::query_as(&sql).bind(memberships).fetch_optional(&mut **tx).await?
            }
        };
        if others.is_none() {
            return Ok(());
        }
        Err(ProjectionError::Refused {
            code: IDENTIFIER_TAKEN.to_owned(),
            detail: "Another membership of the account has taken an identifier meanwhile.".to_owned(),
        })
    }
}
