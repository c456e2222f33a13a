//! Given what happened, when something is asked, then this follows. One module a command.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::result_large_err)]

mod accept_agreement;
mod accept_roles;
mod add_address;
mod add_contact;
mod agreement;
mod change_address;
mod change_company;
mod change_contact;
mod erase_person;
mod facts;
mod golden;
mod grant_role;
mod holds;
mod register;
mod remove_address;
mod remove_contact;
mod revoke_role;
mod shim;
mod support;
mod whole_story;
