//! What the ledger promises, tried on both engines: one suite, `…::sqlite::…` and `…::postgres::…`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

/// Makes a test on each engine from each of the named async functions, which take an `&Engine`.
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(&crate::support::Engine::sqlite()).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(&crate::support::Engine::postgres()).await;
            })+
        }
    };
}

mod append;
mod checksums;
mod child;
mod counter;
mod faults;
mod follower;
mod group_commit;
mod isolation;
mod kill;
mod loading;
mod processes;
mod projections;
mod restore;
mod support;
mod tally;
mod verify;
