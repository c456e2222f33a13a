//! Enforcement actions and their appeals. Given what happened, when something is asked, then this follows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::result_large_err)]

mod appeal;
mod correct_entry;
mod golden;
mod impose;
mod shim;
mod submit_corrective_plan;
mod support;
