//! Rows of read models, loaded and stored many at a time: a batch of events costs one read and one write per table.

use ledger::{ProjectionError, Statement, Tables, Tx, Value};
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;

/// A row of a read model with one text column as its key, the first of `COLUMNS`.
pub(crate) trait ModelRow:
    for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Sync + Unpin
{
    /// The table.
    const TABLE: &'static str;
    /// Its columns, the key first.
    const COLUMNS: &'static [&'static str];
    /// The key.
    fn key(&self) -> &str;
    /// The values of the columns, in their order.
    fn values(&self) -> Vec<Value>;
}

/// The rows with these keys, as they are in the transaction.
pub(crate) async fn load_rows<R: ModelRow>(
    tx: &mut Tx<'_>,
    tables: &Tables,
    keys: &[&str],
) -> Result<BTreeMap<String, R>, ProjectionError> {
    let key = R::COLUMNS.first().copied().unwrap_or_default();
    let rows = load_rows_by::<R>(tx, tables, key, keys).await?;
    Ok(rows.into_iter().map(|row| (row.key().to_owned(), row)).collect())
}

/// The rows with one of these values in a text column, by their keys.
pub(crate) async fn load_rows_by<R: ModelRow>(
    tx: &mut Tx<'_>,
    tables: &Tables,
    column: &str,
    values: &[&str],
) -> Result<Vec<R>, ProjectionError> {
    let table = tables.name(R::TABLE);
    let key = R::COLUMNS.first().copied().unwrap_or_default();
    let columns = R::COLUMNS.join(", ");
    Ok(match tx {
        Tx::Postgres(tx) => {
            sqlx::query_as(&format!("SELECT {columns} FROM {table} WHERE {column} = ANY($1) ORDER BY {key}"))
                .bind(values)
                .fetch_all(&mut **tx)
                .await?
        }
        Tx::Sqlite(tx) => {
            let sql = format!("SELECT {columns} FROM {table} WHERE {column} = $1 ORDER BY {key}");
            let mut rows = Vec::with_capacity(values.len());
            for value in values {
                rows.extend(sqlx::query_as::<_, R>(&sql).bind(*value).fetch_all(&mut **tx).await?);
            }
            rows
        }
    })
}

/// How many of so many rows go into the next statement. Powers of two: few different statements, each prepared once.
pub(crate) fn chunk_size(rows: usize) -> usize {
    [64, 32, 16, 8, 4, 2, 1].into_iter().find(|size| *size <= rows).unwrap_or(rows)
}

/// Stores rows, new or changed.
pub(crate) async fn store_rows<R: ModelRow>(
    tx: &mut Tx<'_>,
    tables: &Tables,
    rows: &[&R],
) -> Result<(), ProjectionError> {
    let mut rest = rows;
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at(chunk_size(rest.len()));
        rest = tail;
        let mut statement = Statement::new(format!(
            "INSERT INTO {} ({}) VALUES ",
            tables.name(R::TABLE),
            R::COLUMNS.join(", ")
        ));
        for (index, row) in chunk.iter().enumerate() {
            if index > 0 {
                statement.push(", ");
            }
            statement.bind_tuple(row.values());
        }
        let (key, others) = R::COLUMNS.split_first().map_or(("", R::COLUMNS), |(key, others)| (*key, others));
        let sets: Vec<String> = others.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        statement.push(&format!(" ON CONFLICT ({key}) DO UPDATE SET {}", sets.join(", ")));
        statement.execute(tx).await?;
    }
    Ok(())
}

/// Declares a row: the struct, its `FromRow`, its columns and its values.
#[macro_export]
macro_rules! model_row {
    ($(#[$doc:meta])* $name:ident in $table:literal { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)+
        }

        impl $crate::read::rows::ModelRow for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];

            fn key(&self) -> &str {
                // The key is the first column, and a text.
                $crate::model_row!(@first self, $($field,)+)
            }

            fn values(&self) -> Vec<ledger::Value> {
                vec![$(ledger::Value::from(self.$field.clone())),+]
            }
        }
    };
    (@first $self:ident, $first:ident, $($rest:ident,)*) => { &$self.$first };
}
