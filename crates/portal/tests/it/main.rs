//! What the application promises, use case by use case, on SQLite and on PostgreSQL alike.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    missing_docs
)]

#[macro_use]
mod house;

mod calendars;
mod coming_back;
mod corrections;
mod enforcement;
mod expiry;
mod forgetting;
mod history;
mod idempotency;
mod identifiers;
mod incidents;
mod invitations;
mod main_job;
mod member_deadlines;
mod obligations;
mod own_roles;
mod paging;
mod people;
mod reminders;
mod roles;
mod staff;
mod steps;
mod tenants;
mod upcasts;
mod validation;
mod versions;
