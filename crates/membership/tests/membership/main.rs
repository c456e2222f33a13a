//! Given what happened, when something is asked, then this follows. One module a command.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::result_large_err)]

mod account_changed;
mod allowed_commands;
mod apply;
mod approve_profile;
mod assign_specialist;
mod benefits;
mod certify;
mod change_identifiers;
mod change_tier;
mod conflict;
mod correct_date;
mod dates;
mod declare_eligibility;
mod documents;
mod entity_requirements;
mod expire_application;
mod find_ineligible;
mod golden;
mod identifier_conflict;
mod life_cycle;
mod reapply;
mod reapply_wait;
mod recommend_certification;
mod recommend_enforcement;
mod record_determination;
mod record_validation_outcome;
mod record_vetting_result;
mod reinstate;
mod reject;
mod remove;
mod request_withdrawal;
mod restore;
mod return_profile;
mod set_bond;
mod shim;
mod specialist;
mod submit_security_profile;
mod support;
mod suspend;
mod to_do;
mod valid_time;
mod whole_story;
mod withdraw;
