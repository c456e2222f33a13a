//! The statements of one batch: few, each prepared once whatever the size of the batch, since round trips are what a batch costs.

use crate::append::Append;
use crate::canonical::instant;
use crate::db::Tx;
use crate::idempotency::IdempotencyRecord;
use crate::ledger::LedgerError;
use crate::record::RawEvent;
use crate::writer::Connected;
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::Connection as _;
use std::collections::HashMap;

/// The row of `ledger_head`.
#[derive(sqlx::FromRow)]
pub(crate) struct HeadRow {
    pub position: i64,
    pub hash: String,
    pub recorded_at: DateTime<Utc>,
    pub projections: String,
}

/// What a batch has to know before it decides.
pub(crate) struct Opened {
    pub head: HeadRow,
    /// The versions of the streams that the batch touches, 0 for new ones.
    pub versions: HashMap<(&'static str, String), i64>,
    /// Idempotency keys of the batch that are recorded already.
    pub used_keys: Vec<String>,
}

#[derive(sqlx::FromRow)]
struct Fact {
    what: String,
    a: String,
    b: String,
    number: i64,
    at: Option<DateTime<Utc>>,
}

const LOCK: &str = "BEGIN; SELECT 1 FROM ledger_head WHERE id = 1 FOR UPDATE";

// Not max(): a plan that was cached while the table was small might count through the whole stream by the other index. In this order, and
// with sorting off, the last row is looked up in the primary key.
const FACTS_POSTGRES: &str = "SELECT 'head' AS what, projections AS a, hash AS b, position AS number, recorded_at AS at \
     FROM ledger_head WHERE id = 1 \
     UNION ALL SELECT 'stream', s.kind, s.id, COALESCE((SELECT e.sequence FROM events e \
         WHERE e.aggregate_type = s.kind AND e.aggregate_id = s.id ORDER BY e.sequence DESC LIMIT 1), 0), NULL \
         FROM UNNEST($1::text[], $2::text[]) AS s(kind, id) \
     UNION ALL SELECT 'key', scope, '', 0, NULL FROM idempotency_keys WHERE scope = ANY($3::text[])";

const FACTS_SQLITE: &str = "SELECT 'head' AS what, projections AS a, hash AS b, position AS number, recorded_at AS at \
     FROM ledger_head WHERE id = 1 \
     UNION ALL SELECT 'stream', s.value ->> 0, s.value ->> 1, COALESCE((SELECT max(e.sequence) FROM events e \
         WHERE e.aggregate_type = s.value ->> 0 AND e.aggregate_id = s.value ->> 1), 0), NULL \
         FROM json_each($1) AS s \
     UNION ALL SELECT 'key', k.scope, '', 0, NULL FROM json_each($2) AS w JOIN idempotency_keys k ON k.scope = w.value";

/// Begins the transaction of a batch with the head row locked, and reads what has to be known.
///
/// The lock is taken by a statement of its own: the next one then sees everything that was committed before the lock was got.
pub(crate) async fn open<'c>(
    connection: &'c mut Connected,
    appends: &[&Append],
) -> Result<(Tx<'c>, Opened), sqlx::Error> {
    let mut versions: HashMap<(&'static str, String), i64> = HashMap::new();
    for stream in appends.iter().flat_map(|append| &append.streams) {
        versions.insert((stream.aggregate_type, stream.aggregate_id.clone()), 0);
    }
    let keys: Vec<&str> = appends
        .iter()
        .filter_map(|append| append.idempotency.as_ref())
        .map(|record| record.scope.as_str())
        .collect();
    let (tx, facts): (Tx<'c>, Vec<Fact>) = match connection {
        Connected::Postgres(connection) => {
            let mut tx = connection.begin_with(LOCK).await?;
            let (kinds, ids): (Vec<&str>, Vec<&str>) =
                versions.keys().map(|(kind, id)| (*kind, id.as_str())).unzip();
            let facts =
                sqlx::query_as(FACTS_POSTGRES).bind(kinds).bind(ids).bind(keys).fetch_all(&mut *tx).await?;
            (Tx::Postgres(tx), facts)
        }
        Connected::Sqlite(connection) => {
            let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
            let streams =
                json!(versions.keys().map(|(kind, id)| [*kind, id.as_str()]).collect::<Vec<_>>()).to_string();
            let facts = sqlx::query_as(FACTS_SQLITE)
                .bind(streams)
                .bind(json!(keys).to_string())
                .fetch_all(&mut *tx)
                .await?;
            (Tx::Sqlite(tx), facts)
        }
    };
    let mut head = None;
    let mut used_keys = Vec::new();
    let mut found: HashMap<(String, String), i64> = HashMap::new();
    for fact in facts {
        match fact.what.as_str() {
            "head" => {
                head = Some(HeadRow {
                    position: fact.number,
                    hash: fact.b,
                    recorded_at: fact.at.unwrap_or(DateTime::<Utc>::UNIX_EPOCH),
                    projections: fact.a,
                });
            }
            "stream" => {
                found.insert((fact.a, fact.b), fact.number);
            }
            _ => used_keys.push(fact.a),
        }
    }
    for ((kind, id), version) in &mut versions {
        *version = found.get(&((*kind).to_owned(), id.clone())).copied().unwrap_or_default();
    }
    let head = head.ok_or(sqlx::Error::RowNotFound)?;
    Ok((tx, Opened { head, versions, used_keys }))
}

/// Reads the head and keeps it locked until the transaction ends. (On SQLite the whole transaction is exclusive already.)
pub(crate) async fn lock_head(tx: &mut Tx<'_>) -> Result<HeadRow, LedgerError> {
    const HEAD: &str = "SELECT position, hash, recorded_at, projections FROM ledger_head WHERE id = 1";
    let head = match tx {
        Tx::Postgres(tx) => sqlx::query_as(&format!("{HEAD} FOR UPDATE")).fetch_optional(&mut **tx).await?,
        Tx::Sqlite(tx) => sqlx::query_as(HEAD).fetch_optional(&mut **tx).await?,
    };
    head.ok_or(LedgerError::HeadMissing)
}

const WRITE_POSTGRES: &str = "WITH \
     stored AS (INSERT INTO events (position, event_id, aggregate_type, aggregate_id, sequence, event_type, event_version, \
         payload, metadata, occurred_at, recorded_at, hash) \
         SELECT a, b, c, d, e, f, g, h::json, i::json, j, k, l FROM UNNEST($1::bigint[], $2::text[], $3::text[], $4::text[], \
         $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::text[]) \
         AS rows(a, b, c, d, e, f, g, h, i, j, k, l)), \
     keys AS (INSERT INTO idempotency_keys (scope, fingerprint, outcome, recorded_at) \
         SELECT a, b, c, $16 FROM UNNEST($13::text[], $14::text[], $15::text[]) AS rows(a, b, c)) \
     UPDATE ledger_head SET position = $17, hash = $18, recorded_at = $19 WHERE id = 1";

const EVENTS_SQLITE: &str = "INSERT INTO events (position, event_id, aggregate_type, aggregate_id, sequence, event_type, \
     event_version, payload, metadata, occurred_at, recorded_at, hash) \
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, \
     value ->> 9, value ->> 10, value ->> 11 FROM json_each($1)";

const KEYS_SQLITE: &str = "INSERT INTO idempotency_keys (scope, fingerprint, outcome, recorded_at) \
     SELECT value ->> 0, value ->> 1, value ->> 2, $2 FROM json_each($1)";

/// Stores the events, the idempotency records of this instant and the new head of a batch.
pub(crate) async fn write(
    tx: &mut Tx<'_>,
    events: &[RawEvent],
    keys: &[&IdempotencyRecord],
    now: DateTime<Utc>,
    head: &HeadRow,
) -> Result<(), sqlx::Error> {
    match tx {
        Tx::Postgres(tx) => {
            let text = |column: fn(&RawEvent) -> &str| events.iter().map(column).collect::<Vec<&str>>();
            sqlx::query(WRITE_POSTGRES)
                .bind(events.iter().map(|event| event.position).collect::<Vec<_>>())
                .bind(text(|event| &event.event_id))
                .bind(text(|event| &event.aggregate_type))
                .bind(text(|event| &event.aggregate_id))
                .bind(events.iter().map(|event| event.sequence).collect::<Vec<_>>())
                .bind(text(|event| &event.event_type))
                .bind(text(|event| &event.event_version))
                .bind(text(|event| &event.payload))
                .bind(text(|event| &event.metadata))
                .bind(events.iter().map(|event| event.occurred_at).collect::<Vec<_>>())
                .bind(events.iter().map(|event| event.recorded_at).collect::<Vec<_>>())
                .bind(text(|event| &event.hash))
                .bind(keys.iter().map(|key| key.scope.as_str()).collect::<Vec<_>>())
                .bind(keys.iter().map(|key| key.fingerprint.as_str()).collect::<Vec<_>>())
                .bind(keys.iter().map(|key| key.outcome.as_str()).collect::<Vec<_>>())
                .bind(now)
                .bind(head.position)
                .bind(&head.hash)
                .bind(head.recorded_at)
                .execute(&mut **tx)
                .await?;
        }
        Tx::Sqlite(tx) => {
            if !events.is_empty() {
                let rows: Vec<_> = events
                    .iter()
                    .map(|event| {
                        json!([
                            event.position,
                            event.event_id,
                            event.aggregate_type,
                            event.aggregate_id,
                            event.sequence,
                            event.event_type,
                            event.event_version,
                            event.payload,
                            event.metadata,
                            instant(event.occurred_at),
                            instant(event.recorded_at),
                            event.hash
                        ])
                    })
                    .collect();
                sqlx::query(EVENTS_SQLITE).bind(json!(rows).to_string()).execute(&mut **tx).await?;
            }
            // Without an event too, as on PostgreSQL: what is committed then has gone through to the disk.
            sqlx::query("UPDATE ledger_head SET position = $1, hash = $2, recorded_at = $3 WHERE id = 1")
                .bind(head.position)
                .bind(&head.hash)
                .bind(head.recorded_at)
                .execute(&mut **tx)
                .await?;
            if !keys.is_empty() {
                let rows: Vec<_> =
                    keys.iter().map(|key| json!([key.scope, key.fingerprint, key.outcome])).collect();
                sqlx::query(KEYS_SQLITE).bind(json!(rows).to_string()).bind(now).execute(&mut **tx).await?;
            }
        }
    }
    Ok(())
}
