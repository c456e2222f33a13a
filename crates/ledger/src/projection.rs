//! Read models that are written in the transaction of the events they follow from.

use crate::db::Tx;
use crate::record::RecordedEvent;
use async_trait::async_trait;

/// Why a read model did not take events.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// It cannot take this event; its command is refused, alone.
    #[error("{detail}")]
    Refused {
        /// Stable code.
        code: String,
        /// A sentence.
        detail: String,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// An event's payload is not what this read model expects.
    #[error("an event cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// A typed table, or several, that follow from the ledger alone.
///
/// A changed projection gets a new version; it is then rebuilt from the ledger beside the live tables and switched in.
#[async_trait]
pub trait Projection: Send + Sync {
    /// Stable name.
    fn name(&self) -> &'static str;
    /// Raised whenever the tables or what is written to them changes.
    fn version(&self) -> i64;
    /// The names of its tables, as readers use them.
    fn tables(&self) -> &'static [&'static str];
    /// Creates its tables and indexes. `{table}` stands for each name of [`Projection::tables`], `{generation}` belongs at the end of
    /// every index name, and `{bigint}`, `{instant}`, `{date}`, `{boolean}`, `{json}` and `{strict}` for what the engines call these.
    fn schema(&self) -> &'static str;
    /// Writes what follows from these events, given in the order of the ledger.
    async fn apply(
        &self,
        events: &[RecordedEvent],
        tables: &Tables,
        tx: &mut Tx<'_>,
    ) -> Result<(), ProjectionError>;
}

/// Under which names a projection finds its tables: the live ones, or those of a rebuild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    suffix: &'static str,
}

impl Tables {
    /// The tables that readers see.
    pub const LIVE: Tables = Tables { suffix: "" };
    pub(crate) const REBUILD: Tables = Tables { suffix: "__rebuild" };
    pub(crate) const CHECK: Tables = Tables { suffix: "__check" };

    /// The name of one table.
    pub fn name(&self, table: &str) -> String {
        format!("{table}{}", self.suffix)
    }

    /// SQL in which each `{table}` is replaced by its name here.
    pub fn sql(&self, template: &str) -> String {
        let mut sql = String::with_capacity(template.len() + 16);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            sql.push_str(before);
            match after.split_once('}') {
                Some((table, tail)) => {
                    sql.push_str(table);
                    sql.push_str(self.suffix);
                    rest = tail;
                }
                None => {
                    sql.push('{');
                    rest = after;
                }
            }
        }
        sql.push_str(rest);
        sql
    }

    pub(crate) fn schema(&self, projection: &dyn Projection, engine: &str, generation: &str) -> String {
        let sqlite = engine == "sqlite";
        let mut sql = projection.schema().to_owned();
        for (word, on_sqlite, on_postgres) in [
            ("{bigint}", "INTEGER", "BIGINT"),
            ("{instant}", "TEXT", "TIMESTAMPTZ"),
            ("{date}", "TEXT", "DATE"),
            ("{boolean}", "INTEGER", "BOOLEAN"),
            ("{json}", "TEXT", "JSONB"),
            ("{strict}", "STRICT", ""),
            ("{generation}", generation, generation),
        ] {
            sql = sql.replace(word, if sqlite { on_sqlite } else { on_postgres });
        }
        for table in projection.tables() {
            sql = sql.replace(&format!("{{{table}}}"), &self.name(table));
        }
        sql
    }

    pub(crate) fn drop(&self, projection: &dyn Projection) -> String {
        projection
            .tables()
            .iter()
            .map(|table| format!("DROP TABLE IF EXISTS {};", self.name(table)))
            .collect()
    }
}

/// What every writer of this ledger has to agree on: names and versions of all projections.
pub(crate) fn digest(projections: &[std::sync::Arc<dyn Projection>]) -> String {
    let mut names: Vec<String> =
        projections.iter().map(|p| format!("{}:{}", p.name(), p.version())).collect();
    names.sort();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_names_follow_the_generation() {
        let template = "INSERT INTO {memberships} (id) SELECT id FROM {accounts} WHERE note = '}'";
        assert_eq!(
            Tables::LIVE.sql(template),
            "INSERT INTO memberships (id) SELECT id FROM accounts WHERE note = '}'"
        );
        assert_eq!(
            Tables::REBUILD.sql(template),
            "INSERT INTO memberships__rebuild (id) SELECT id FROM accounts__rebuild WHERE note = '}'"
        );
    }
}
