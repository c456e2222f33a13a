//! One database a test.

use crate::Error;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Executor as _};
use std::str::FromStr as _;

/// Names the running cluster (as its superuser, any database) in which tests make their databases; `cargo xtask test` sets it.
pub const POSTGRES_URL_VARIABLE: &str = "CTPAT_TEST_POSTGRES_URL";

/// The address of a new, empty PostgreSQL database that is the calling test's own. It lives as long as its cluster.
///
/// # Panics
/// If no cluster is named or it does not answer: a test of PostgreSQL that did not meet PostgreSQL must not pass.
#[allow(clippy::panic, reason = "only tests call this, and a missing database has to fail them")]
pub fn test_database_url() -> String {
    let Ok(cluster) = std::env::var(POSTGRES_URL_VARIABLE) else {
        panic!(
            "{POSTGRES_URL_VARIABLE} is not set, so this test has no PostgreSQL. Run `cargo xtask test` (it takes the arguments of \
             `cargo nextest run`), or set the variable to the address of a cluster in which databases may be made, such as \
             postgres://postgres@127.0.0.1:5432/postgres."
        )
    };
    match create_database_at(&cluster) {
        Ok(url) => url,
        Err(error) => panic!("{POSTGRES_URL_VARIABLE} names a cluster that cannot be used: {error}"),
    }
}

/// Makes a database with a name of its own in the cluster behind the address, and gives its address.
///
/// # Errors
/// The cluster does not answer, or its user may not make databases.
pub fn create_database_at(cluster_url: &str) -> Result<String, Error> {
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    execute(cluster_url, &format!("CREATE DATABASE {name} TEMPLATE template0"))?;
    with_database(cluster_url, &name)
}

/// The same address with another database.
pub(crate) fn with_database(url: &str, database: &str) -> Result<String, Error> {
    let (scheme, rest) =
        url.split_once("://").ok_or_else(|| Error::new("the address does not begin with postgres://"))?;
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, format!("?{query}")),
        None => (rest, String::new()),
    };
    let host = rest.split('/').next().unwrap_or_default();
    Ok(format!("{scheme}://{host}/{database}{query}"))
}

/// Runs one statement on a connection of its own, on a thread of its own: so it works inside and outside an asynchronous test.
pub(crate) fn execute(url: &str, statement: &str) -> Result<(), Error> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| Error::new(format!("the address cannot be read: {error}")))?;
    let run = move || -> Result<(), Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::new(format!("no runtime: {error}")))?;
        runtime.block_on(async {
            let told = |error: sqlx::Error| Error::new(format!("PostgreSQL says: {error}"));
            let mut connection = PgConnection::connect_with(&options).await.map_err(told)?;
            connection.execute(statement).await.map_err(told)?;
            connection.close().await.map_err(told)
        })
    };
    std::thread::scope(|scope| scope.spawn(run).join())
        .unwrap_or_else(|_| Err(Error::new("the thread that talks to PostgreSQL broke down")))
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn another_database_keeps_the_rest_of_the_address() {
        let other = |url| with_database(url, "other").unwrap();
        assert_eq!(
            other("postgres://postgres@127.0.0.1:5432/postgres"),
            "postgres://postgres@127.0.0.1:5432/other"
        );
        assert_eq!(
            other("postgres://a:b@host/db?sslmode=disable"),
            "postgres://a:b@host/other?sslmode=disable"
        );
        assert_eq!(other("postgres://host"), "postgres://host/other");
        assert!(with_database("host/db", "other").is_err());
    }
}
