//! The account: company data, addresses, contacts, users and accepted agreements.

mod aggregate;
pub mod body_rules;
pub mod command;
mod decide;
pub mod event;
pub mod hold;
mod people;
pub mod state;
pub mod values;

pub use command::AccountCommand;
pub use decide::decide;
pub use event::AccountEvent;
pub use state::{Account, evolve};
