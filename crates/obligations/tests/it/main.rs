//! What the clocks promise, given / when / then.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    missing_docs
)]

mod calendar;
mod clocks;
mod golden;
mod members;
mod record;
mod reminders;
mod support;
