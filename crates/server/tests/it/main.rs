//! The binary as its users meet it: the main job on both engines, and what survives when it is killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod kill_nine;
mod main_job;
mod support;
