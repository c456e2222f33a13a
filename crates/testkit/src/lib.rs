//! For tests and benchmarks only: PostgreSQL clusters and databases of their own, free ports, folders that vanish.
//!
//! | You want | Take |
//! |---|---|
//! | one empty PostgreSQL database for a test | [`test_database_url`] |
//! | a PostgreSQL that the test may stop, stall or kill | [`PgCluster::start`] |
//! | the number to compare with | [`pgbench::Pgbench`] |
//! | the binary `ctpat` in an end-to-end test | [`server_binary`] |
//! | a port nobody listens on, a folder that vanishes | [`free_port`], [`temp_dir`] |
//!
//! Everything here blocks, and may be called from plain and from asynchronous tests alike. `cargo xtask test` starts the cluster that
//! [`test_database_url`] takes its databases from.

mod binaries;
mod cluster;
mod database;
mod os_user;
pub mod pgbench;
mod places;
mod process;
mod sweep;

pub use binaries::PgBinaries;
pub use cluster::{ClusterOptions, PgCluster, Stop};
pub use database::{POSTGRES_URL_VARIABLE, create_database_at, test_database_url};
pub use places::{SERVER_BINARY_VARIABLE, TempDir, free_port, server_binary, temp_dir};

/// What went wrong, as a sentence for the person who runs the tests.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
