//! What can be done with a deadline.

use crate::access::{Ownership, Permission};
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Decision, Part};
use crate::portal::Portal;
use crate::read::obligations::ObligationRow;
use crate::read::page::{Filter, Page, PageRequest, Sort, Today, page, push_filters};
use crate::read::rows::ModelRow as _;
use chrono::{Datelike as _, NaiveDate};
use kernel::time::{days_after, days_before};
use kernel::{Actor, MembershipId, ObligationId};
use ledger::{RecordedEvent, Statement, fetch_all, fetch_optional};
use membership::membership::Membership;
use obligations::{Derived, ObligationRecord, Reason, RecordPassing, Standing, Waive, decide};

/// How many deadlines that passed are recorded before the table is asked again.
const BATCH: i64 = 200;

/// Which deadlines a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObligationFilter {
    /// How they stand today.
    pub standing: Vec<Standing>,
    /// Kinds.
    pub kind: Vec<String>,
    /// Who owes them.
    pub owner: Vec<String>,
    /// Accounts.
    pub account_id: Vec<String>,
    /// Memberships.
    pub membership_id: Vec<String>,
    /// Offices that look after the membership.
    pub office: Vec<String>,
    /// Specialists who look after the membership.
    pub specialist_id: Vec<String>,
    /// Only those whose last day is this one or later.
    pub due_on_or_after: Option<NaiveDate>,
    /// Only those whose last day is this one or earlier.
    pub due_on_or_before: Option<NaiveDate>,
}

/// Which deadlines a plan counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanFilter {
    /// Who owes them.
    pub owner: Vec<String>,
    /// Offices that look after the membership.
    pub office: Vec<String>,
    /// Specialists who look after the membership.
    pub specialist_id: Vec<String>,
    /// How many weeks, the current one included.
    pub weeks: u32,
}

/// How many of a kind fall due in a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCount {
    /// The kind.
    pub kind: String,
    /// Who owes them.
    pub owner: String,
    /// How many.
    pub count: i64,
}

/// A week, from Monday to Sunday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueWeek {
    /// Its Monday.
    pub begins_on: NaiveDate,
    /// What falls due in it, from today on, by kind.
    pub due: Vec<DueCount>,
}

/// What falls due by week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The day it was made on.
    pub today: NaiveDate,
    /// What is overdue, by kind.
    pub overdue: Vec<DueCount>,
    /// The current week and those that follow, also where nothing falls due.
    pub weeks: Vec<DueWeek>,
}

fn monday(of: NaiveDate) -> NaiveDate {
    days_before(of, of.weekday().num_days_from_monday())
}

#[derive(sqlx::FromRow)]
struct DueRow {
    due_on: NaiveDate,
    kind: String,
    owner: String,
    number: i64,
}

#[derive(sqlx::FromRow)]
struct OverdueRow {
    kind: String,
    owner: String,
    number: i64,
}

impl Portal {
    /// What falls due by week, counted over what the caller looks after.
    pub async fn obligations_by_week(&self, call: &Call, filter: &PlanFilter) -> Result<Plan, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::ObligationPlan)?;
        if !filter.owner.is_empty() {
            filters.push(Filter::In("owner", filter.owner.clone()));
        }
        for (column, values) in [("office", &filter.office), ("specialist_id", &filter.specialist_id)] {
            if !values.is_empty() {
                filters.push(Filter::MembershipIn("membership_id", column, values.clone()));
            }
        }
        let today = self.today();
        let first = monday(today);
        let mut weeks: Vec<DueWeek> = (0..filter.weeks)
            .map(|week| DueWeek { begins_on: days_after(first, week.saturating_mul(7)), due: Vec::new() })
            .collect();
        let end = days_after(first, filter.weeks.saturating_mul(7));

        let mut statement = Statement::new(
            "SELECT kind, owner, count(*) AS number FROM obligations WHERE ended IS NULL AND due_on < ",
        );
        statement.bind(today);
        push_filters(&mut statement, &filters, self.ledger.db());
        statement.push(" GROUP BY kind, owner ORDER BY kind, owner");
        let overdue: Vec<OverdueRow> = statement.fetch_all(self.ledger.db()).await?;
        let overdue = overdue
            .into_iter()
            .map(|OverdueRow { kind, owner, number }| DueCount { kind, owner, count: number })
            .collect();

        let mut statement = Statement::new(
            "SELECT due_on, kind, owner, count(*) AS number FROM obligations WHERE ended IS NULL AND due_on >= ",
        );
        statement.bind(today).push(" AND due_on < ").bind(end);
        push_filters(&mut statement, &filters, self.ledger.db());
        statement.push(" GROUP BY due_on, kind, owner ORDER BY due_on, kind, owner");
        let rows: Vec<DueRow> = statement.fetch_all(self.ledger.db()).await?;
        for DueRow { due_on, kind, owner, number } in rows {
            let begins_on = monday(due_on);
            let Some(week) = weeks.iter_mut().find(|week| week.begins_on == begins_on) else { continue };
            match week.due.iter_mut().find(|count| count.kind == kind && count.owner == owner) {
                Some(count) => count.count += number,
                None => week.due.push(DueCount { kind, owner, count: number }),
            }
        }
        Ok(Plan { today, overdue, weeks })
    }

    /// The deadlines that the caller may see, by their last days.
    pub async fn obligations(
        &self,
        call: &Call,
        filter: &ObligationFilter,
        request: &PageRequest,
    ) -> Result<Page<ObligationRow>, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::ObligationRead)?;
        for (column, values) in [
            ("kind", &filter.kind),
            ("owner", &filter.owner),
            ("account_id", &filter.account_id),
            ("membership_id", &filter.membership_id),
        ] {
            if !values.is_empty() {
                filters.push(Filter::In(column, values.clone()));
            }
        }
        for (column, values) in [("office", &filter.office), ("specialist_id", &filter.specialist_id)] {
            if !values.is_empty() {
                filters.push(Filter::MembershipIn("membership_id", column, values.clone()));
            }
        }
        if !filter.standing.is_empty() {
            filters.push(Filter::Standing(filter.standing.clone(), Today(self.today())));
        }
        filters.extend(filter.due_on_or_after.map(|date| Filter::OnOrAfter("due_on", date)));
        filters.extend(filter.due_on_or_before.map(|date| Filter::OnOrBefore("due_on", date)));
        page(self.ledger.db(), filters, Sort::Date("due_on"), request).await
    }

    /// A deadline, and whose it is.
    pub async fn obligation(
        &self,
        call: &Call,
        id: ObligationId,
    ) -> Result<(ObligationRow, Ownership), PortalError> {
        let row = self.obligation_row(id).await?;
        let ownership = self.obligation_ownership(&row).await?;
        self.allow(&call.caller, Permission::ObligationRead, &ownership)?;
        Ok((row, ownership))
    }

    pub(crate) async fn obligation_row(&self, id: ObligationId) -> Result<ObligationRow, PortalError> {
        let columns = ObligationRow::COLUMNS.join(", ");
        let sql = format!("SELECT {columns} FROM obligations WHERE obligation_id = $1");
        let row = fetch_optional!(self.ledger.db(), ObligationRow, &sql, id.to_string())?;
        row.ok_or(PortalError::NotFound)
    }

    async fn obligation_ownership(&self, row: &ObligationRow) -> Result<Ownership, PortalError> {
        let id: MembershipId = row.membership_id.parse().map_err(|_| PortalError::NotFound)?;
        let membership = self.existing::<Membership>(id).await?;
        Ok(Self::membership_ownership(&membership.state))
    }

    fn derived(&self, row: &ObligationRow) -> Result<Derived, PortalError> {
        let unknown = || PortalError::Internal(format!("{} is of an unknown kind", row.obligation_id));
        row.derived(self.today()).ok_or_else(unknown)
    }

    /// Lets somebody off.
    pub async fn waive_obligation(
        &self,
        call: &Call,
        id: ObligationId,
        reason: Reason,
    ) -> Result<(ObligationRow, Ownership), PortalError> {
        self.attempt_in_turn(call, id, || async {
            let row = self.obligation_row(id).await?;
            let ownership = self.obligation_ownership(&row).await?;
            let actor = self.allow(&call.caller, Permission::ObligationWaive, &ownership)?;
            let context = self.context(actor);
            let command = Waive { derived: self.derived(&row)?, reason: reason.clone() };
            let loaded = self.ledger.load::<ObligationRecord>(&id.to_string()).await?;
            let events = decide(&loaded.state, command.into(), &context)
                .map_err(|refusal| told(&call.caller, &ownership, refusal))?;
            let part = Part::new(id, loaded, events);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("obligation", id.to_string(), part.version_after()),
                parts: vec![&part],
                attachments: Vec::new(),
            };
            self.record(call, decision).await?;
            Ok((self.obligation_row(id).await?, ownership))
        })
        .await
    }

    /// The history of a deadline's own events.
    pub async fn obligation_history(
        &self,
        call: &Call,
        id: ObligationId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, PortalError> {
        self.obligation(call, id).await?;
        self.stream_history("obligation", &id.to_string(), after, limit).await
    }

    /// Records that last days have passed; gives the number. Whoever notices records it, once: the stream of a deadline has the same id for
    /// everybody, and of two who write to it at the same version one is told that it was done.
    pub async fn record_passed_dates(&self) -> Result<usize, PortalError> {
        let mut recorded = 0;
        loop {
            let columns = ObligationRow::COLUMNS.join(", ");
            let sql = format!(
                "SELECT {columns} FROM obligations WHERE ended IS NULL AND due_on < $1 AND (passed_on IS NULL OR passed_on <> due_on) \
                 ORDER BY due_on, obligation_id LIMIT $2"
            );
            let rows = fetch_all!(self.ledger.db(), ObligationRow, &sql, self.today(), BATCH)?;
            let mut news = 0;
            for row in rows {
                news += usize::from(self.record_passing(&row).await?);
            }
            recorded += news;
            // What passes may be followed by something that has passed too.
            if news == 0 {
                return Ok(recorded);
            }
        }
    }

    async fn record_passing(&self, row: &ObligationRow) -> Result<bool, PortalError> {
        let Ok(id) = row.obligation_id.parse::<ObligationId>() else { return Ok(false) };
        let call = Call::of_the_system(&format!("pass-{id}"));
        let result = self
            .attempt(&call, || async {
                let derived = self.derived(&self.obligation_row(id).await?)?;
                let loaded = self.ledger.load::<ObligationRecord>(&id.to_string()).await?;
                let context = self.context(Actor::system());
                let events = decide(&loaded.state, RecordPassing { derived }.into(), &context)?;
                let part = Part::new(id, loaded, events);
                let decision = Decision {
                    actor: &context.actor,
                    occurred_at: context.now,
                    answer: ("obligation", id.to_string(), part.version_after()),
                    parts: vec![&part],
                    attachments: Vec::new(),
                };
                Ok(self.record(&call, decision).await?.is_some())
            })
            .await;
        match result {
            Ok(done) => Ok(done),
            Err(PortalError::Refused(_) | PortalError::Contended) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
