//! The company's side of the programme: accounts, invitations and memberships. Pure rules, no I/O.

pub mod account;
pub mod invitation;
pub mod membership;
