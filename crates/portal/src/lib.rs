//! The application: who may do what, use cases, read models and clocks.

pub mod access;
mod allowed;
mod call;
mod directory;
mod error;
mod executor;
pub mod people;
mod policies;
mod portal;
pub mod read;
mod sign_ins;
mod staff;
mod sweeper;
mod upcast;
mod usecase;

pub use allowed::{allowed_commands, permission_of_command};
pub use call::{Call, Idempotency, Outcome};
pub use directory::{SignIn, derived_person};
pub use error::PortalError;
pub use executor::{Committed, IDEMPOTENCY_DAYS};
pub use policies::PolicyFault;
pub use portal::{Clock, Portal};
pub use sign_ins::{SignInFault, check_sign_ins};
pub use staff::{StaffMember, WhoIs};
pub use usecase::*;

use kernel::EventDescription;
use ledger::EventTypes;

/// Every event type that the ledger can hold, aggregate by aggregate.
pub fn event_descriptions() -> Vec<EventDescription> {
    [
        membership::account::AccountEvent::DESCRIPTIONS,
        membership::invitation::InvitationEvent::DESCRIPTIONS,
        membership::membership::event::MembershipEvent::DESCRIPTIONS,
        profile::ProfileEvent::DESCRIPTIONS,
        obligations::ObligationEvent::DESCRIPTIONS,
        obligations::CalendarEvent::DESCRIPTIONS,
    ]
    .concat()
}

/// What the ledger reads and writes, with the upcasters of older payloads.
pub fn event_types() -> EventTypes {
    EventTypes::new(event_descriptions(), upcast::upcasters())
}
