//! Given / when / then, one file a command.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod support;

mod accounts;
mod add_statement;
mod closing;
mod comparison;
mod correction;
mod golden;
mod parts;
mod report;
mod review;
mod shim;
