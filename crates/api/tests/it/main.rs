//! The API over real HTTP on a port of its own, on SQLite in a folder of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod advice;
mod at_once;
mod bad_requests;
mod calendars;
mod commands;
mod conventions;
mod document;
mod examples;
mod failures;
mod matrix;
mod order;
mod people;
mod proxies;
mod quotas;
mod refusals;
mod support;
mod system;
mod tokens;
