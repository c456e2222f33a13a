//! End to end: the binary `ctpat` as its users meet it, over HTTP, on both engines where what is stored matters.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[macro_use]
mod support;

mod at_once;
mod bad_requests;
mod conditional;
mod enforcement;
mod erasure;
mod faults;
mod first_application;
mod idempotency;
mod incidents;
mod kill_nine;
mod main_job;
mod matrix;
mod paging;
mod tokens;
