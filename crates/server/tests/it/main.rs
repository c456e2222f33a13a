//! The binary as its users meet it: its command line and configuration, the main job on both engines, what it leaves behind, and what
//! survives when it is killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod command_line;
mod files;
mod kill_nine;
mod main_job;
mod serving;
mod settings;
mod support;
