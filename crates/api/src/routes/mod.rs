//! Routes, one file a noun.

pub mod accounts;
pub mod agreements;
pub mod code;
pub mod criteria;
pub mod docs;
pub mod events;
pub mod invitations;
pub mod ledger;
pub mod memberships;
pub mod people;
pub mod profiles;
pub mod reference;
pub mod system;
pub mod work;
