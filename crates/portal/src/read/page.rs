//! Lists: bounded, keyset-paged on a unique key, filtered by tenant in the query.

use crate::error::PortalError;
use crate::read::incidents::Nearness;
use crate::read::rows::ModelRow;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use kernel::{FieldError, Refusal, Timestamp};
use ledger::{Db, Statement, Value};
use obligations::Standing;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// How many items a page has when nobody asks for a number.
pub const DEFAULT_LIMIT: i64 = 50;
/// The most items a page can have.
pub const MAX_LIMIT: i64 = 200;

/// What a reader wants of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Between 1 and [`MAX_LIMIT`].
    pub limit: i64,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: DEFAULT_LIMIT, cursor: None }
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last.
    pub next_cursor: Option<String>,
}

/// One condition; conditions are ANDed, the values of one are ORed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) enum Filter {
    In(&'static str, Vec<String>),
    OnOrBefore(&'static str, NaiveDate),
    OnOrAfter(&'static str, NaiveDate),
    /// This day is over.
    Over(&'static str, Today),
    /// Data of a person, or of an applicant, that are not needed since this day or longer.
    Retained {
        persons_since: Today,
        applicants_since: Today,
        /// The day that was asked for, by which cursors are told apart.
        by: Option<NaiveDate>,
    },
    /// Whether a legal hold stands in the way.
    Held(bool),
    /// This column is true.
    Is(&'static str),
    /// A row of this table, which shares the key, has one of these values in this column.
    InOther {
        key: &'static str,
        table: &'static str,
        column: &'static str,
        values: Vec<String>,
    },
    /// An incident that looks like another one, which nobody has compared.
    ProbableDuplicate(Nearness),
    IsNull(&'static str),
    IsNotNull(&'static str),
    /// A deadline stands in one of these ways today.
    Standing(Vec<Standing>, Today),
    /// A membership that the row goes with, by this column of both, has one of these values.
    MembershipIn(&'static str, &'static str, Vec<String>),
    /// Something is due on a membership that the row goes with, on this day or before.
    MembershipDue(&'static str, NaiveDate),
    /// Of the memberships that a row goes with, only these count: a list that everybody of CBP may read must not tell of memberships that
    /// the caller may not.
    OfMemberships(Scope),
    /// What the caller may see: any of these, and nothing where there are none.
    Scope(Scope),
}

/// The day on which a list is read. A cursor is good for the next day too, so it stays out of what a cursor is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Today(pub NaiveDate);

impl fmt::Debug for Today {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("today")
    }
}

/// Deadlines that stand in one of these ways: whether one that runs is overdue is read off the day.
fn push_standing(statement: &mut Statement, standings: &[Standing], Today(today): Today) {
    statement.push(" AND (1 = 0");
    for standing in standings {
        match standing {
            Standing::Open => statement.push(" OR (ended IS NULL AND due_on >= ").bind(today).push(")"),
            Standing::Overdue => statement.push(" OR (ended IS NULL AND due_on < ").bind(today).push(")"),
            Standing::Met | Standing::Missed | Standing::Waived | Standing::Released => {
                statement.push(" OR ended = ").bind(standing.as_str())
            }
        };
    }
    statement.push(")");
}

impl Filter {
    /// What a list of memberships is cut to, as the memberships that count for another list.
    pub(crate) fn counting(filters: Vec<Filter>) -> impl Iterator<Item = Filter> {
        filters.into_iter().filter_map(|filter| match filter {
            Filter::Scope(scope) => Some(Filter::OfMemberships(scope)),
            _ => None,
        })
    }
}

/// What a caller may see of a table whose rows belong to accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Scope {
    /// What belongs to these accounts.
    pub accounts: Vec<String>,
    /// What is assigned to this specialist, or to nobody.
    pub specialist: Option<String>,
    /// What belongs to this office, or to none.
    pub office: Option<String>,
    /// Whether the table itself does not say who looks after a row, but the membership does that the row belongs to.
    pub assigned_by_membership: bool,
}

impl Scope {
    pub(crate) fn push(&self, statement: &mut Statement) {
        let mut joint = " AND (";
        if !self.accounts.is_empty() {
            statement.push(joint).push("account_id IN ");
            statement.bind_tuple(self.accounts.iter().map(|account| Value::from(account.as_str())));
            joint = " OR ";
        }
        let (before, after) = if self.assigned_by_membership {
            ("membership_id IN (SELECT m.membership_id FROM memberships m WHERE ", ")")
        } else {
            ("", "")
        };
        for (column, value) in [("specialist_id", &self.specialist), ("office", &self.office)] {
            let Some(value) = value else { continue };
            statement.push(joint).push(&format!("{before}({column} IS NULL OR {column} = "));
            statement.bind(value.as_str()).push(&format!("){after}"));
            joint = " OR ";
        }
        statement.push(if joint == " OR " { ")" } else { " AND 1 = 0" });
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// By the key, which is by time of creation.
    Key { descending: bool },
    /// By a date, then by the key; rows without the date are left out.
    Date(&'static str),
    /// By an instant, then by the key; rows without the instant are left out.
    Instant(&'static str),
}

#[derive(Debug, Serialize, Deserialize)]
struct Cursor {
    /// Key.
    k: String,
    /// Date or instant in front of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s: Option<String>,
    /// Digest of list, filters and order.
    f: String,
}

/// The value by which a row is sorted.
pub(crate) trait SortValue {
    fn date(&self, column: &str) -> Option<NaiveDate>;
    fn instant(&self, column: &str) -> Option<Timestamp>;
}

fn invalid_cursor() -> PortalError {
    Refusal::invalid(
        "invalid_cursor",
        "The cursor is not one that this list gave out for these filters. Begin again without a cursor.",
        vec![FieldError::new(
            "?cursor",
            "invalid_cursor",
            "take next_cursor of the page before, with the same filters",
        )],
    )
    .into()
}

fn digest(table: &str, filters: &[Filter], sort: Sort) -> String {
    let text = format!("{table}{filters:?}{sort:?}");
    hex::encode(Sha256::digest(text.as_bytes())).split_at(16).0.to_owned()
}

/// Whether SQLite would find everything that has one of these values by the column's index, and sort it all, to give one page of it. A
/// closed list of words narrows little, so the list is better walked in its order, which the unary plus makes it do.
fn sorts_what_it_finds(db: &Db, column: &str, values: &[String]) -> bool {
    matches!(db, Db::Sqlite(_)) && values.len() > 1 && !column.ends_with("_id")
}

/// Cuts a statement over rows that belong to accounts to what the filters let through.
pub(crate) fn push_filters(statement: &mut Statement, filters: &[Filter], db: &Db) {
    let readable = filters.iter().find_map(|filter| match filter {
        Filter::OfMemberships(scope) => Some(scope),
        _ => None,
    });
    for filter in filters {
        match filter {
            Filter::In(_, values) if values.is_empty() => {
                statement.push(" AND 1 = 0");
            }
            Filter::In(column, values) => {
                let unary = if sorts_what_it_finds(db, column, values) { "+" } else { "" };
                statement.push(&format!(" AND {unary}{column} IN "));
                statement.bind_tuple(values.iter().map(|value| Value::from(value.as_str())));
            }
            Filter::OnOrBefore(column, date) => {
                statement.push(&format!(" AND {column} <= "));
                statement.bind(*date);
            }
            Filter::OnOrAfter(column, date) => {
                statement.push(&format!(" AND {column} >= "));
                statement.bind(*date);
            }
            Filter::Over(column, Today(today)) => {
                statement.push(&format!(" AND {column} < "));
                statement.bind(*today);
            }
            Filter::Retained { persons_since, applicants_since, .. } => {
                statement.push(" AND since <= CASE kind WHEN 'person' THEN ");
                statement.bind(persons_since.0).push(" ELSE ").bind(applicants_since.0).push(" END");
            }
            Filter::Held(held) => {
                statement.push(if *held { " AND holds > 0" } else { " AND holds = 0" });
            }
            Filter::Is(column) => {
                statement.push(&format!(" AND {column}"));
            }
            Filter::ProbableDuplicate(nearness) => {
                statement.push(" AND incident_id IN (SELECT one FROM (");
                statement.push(&nearness.pairs()).push(") alike)");
            }
            Filter::InOther { key, table, column, values } => {
                statement.push(&format!(" AND {key} IN (SELECT {key} FROM {table} WHERE {column} IN "));
                statement.bind_tuple(values.iter().map(|value| Value::from(value.as_str())));
                statement.push(")");
            }
            Filter::IsNull(column) => {
                statement.push(&format!(" AND {column} IS NULL"));
            }
            Filter::IsNotNull(column) => {
                statement.push(&format!(" AND {column} IS NOT NULL"));
            }
            Filter::Standing(standings, today) => push_standing(statement, standings, *today),
            Filter::MembershipIn(_, _, values) if values.is_empty() => {
                statement.push(" AND 1 = 0");
            }
            Filter::MembershipIn(shared, column, values) => {
                statement
                    .push(&format!(" AND {shared} IN (SELECT {shared} FROM memberships WHERE {column} IN "));
                statement.bind_tuple(values.iter().map(|value| Value::from(value.as_str())));
                if let Some(scope) = readable {
                    scope.push(statement);
                }
                statement.push(")");
            }
            Filter::MembershipDue(shared, date) => {
                statement
                    .push(&format!(" AND {shared} IN (SELECT {shared} FROM memberships WHERE due_on <= "));
                statement.bind(*date);
                if let Some(scope) = readable {
                    scope.push(statement);
                }
                statement.push(")");
            }
            Filter::OfMemberships(_) => {}
            Filter::Scope(scope) => scope.push(statement),
        }
    }
}

/// Reads one page of a table.
pub(crate) async fn page<R: ModelRow + SortValue>(
    db: &Db,
    filters: Vec<Filter>,
    sort: Sort,
    request: &PageRequest,
) -> Result<Page<R>, PortalError> {
    let key = R::COLUMNS.first().copied().unwrap_or_default();
    let digest = digest(R::TABLE, &filters, sort);
    let after = match &request.cursor {
        None => None,
        Some(text) => {
            let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid_cursor())?;
            let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| invalid_cursor())?;
            if cursor.f != digest {
                return Err(invalid_cursor());
            }
            Some(cursor)
        }
    };
    let mut statement =
        Statement::new(format!("SELECT {} FROM {} WHERE 1 = 1", R::COLUMNS.join(", "), R::TABLE));
    push_filters(&mut statement, &filters, db);
    let order = match sort {
        Sort::Key { descending } => {
            if let Some(cursor) = &after {
                statement.push(&format!(" AND {key} {} ", if descending { "<" } else { ">" }));
                statement.bind(cursor.k.as_str());
            }
            format!("{key}{}", if descending { " DESC" } else { "" })
        }
        Sort::Date(column) | Sort::Instant(column) => {
            statement.push(&format!(" AND {column} IS NOT NULL"));
            if let Some(cursor) = &after {
                let text = cursor.s.as_deref().ok_or_else(invalid_cursor)?;
                let value: Value = if matches!(sort, Sort::Date(_)) {
                    text.parse::<NaiveDate>().map_err(|_| invalid_cursor())?.into()
                } else {
                    text.parse::<Timestamp>().map_err(|_| invalid_cursor())?.into()
                };
                statement.push(&format!(" AND ({column}, {key}) > "));
                statement.bind_tuple([value, cursor.k.as_str().into()]);
            }
            format!("{column}, {key}")
        }
    };
    statement.push(&format!(" ORDER BY {order} LIMIT "));
    statement.bind(request.limit + 1);
    let mut items: Vec<R> = statement.fetch_all(db).await?;
    let wanted = usize::try_from(request.limit).unwrap_or_default();
    let more = items.len() > wanted;
    items.truncate(wanted);
    let next_cursor = match items.last() {
        Some(last) if more => {
            let s = match sort {
                Sort::Key { .. } => None,
                Sort::Date(column) => last.date(column).map(|date| date.to_string()),
                Sort::Instant(column) => {
                    last.instant(column).map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
                }
            };
            let cursor = Cursor { k: last.key().to_owned(), s, f: digest };
            Some(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor)?))
        }
        _ => None,
    };
    Ok(Page { items, next_cursor })
}
