//! The binary in a folder of its own, people who send it requests, and the main job as they do it.

pub mod answer;
pub mod client;
pub mod house;
pub mod issuer;
pub mod places;
pub mod story;

pub use answer::Answer;
pub use client::Client;
pub use house::House;
pub use issuer::Issuer;
pub use places::Places;

/// Runs each test on SQLite and on PostgreSQL, as `sqlite::<name>` and `postgres::<name>` beside it.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::support::House::on_sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::support::House::on_postgres()).await;
            })+
        }
    };
}
