//! Given / when / then for every command and every refusal of the security profile, one file a command.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod accept_answer;
mod approve;
mod close;
mod golden;
mod never_lose;
mod progress;
mod reject_answer;
mod return_profile;
mod save_answer;
mod shim;
mod start;
mod start_review;
mod submit;
mod support;
mod whole_story;
