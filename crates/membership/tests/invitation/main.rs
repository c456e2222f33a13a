//! Given what happened, when something is asked, then this follows. One module a command.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::result_large_err)]

mod golden;
mod issue;
mod redeem;
mod revoke;
mod shim;
mod support;
