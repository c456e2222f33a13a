//! The application: who may do what, use cases, read models and clocks.

pub mod access;
mod call;
mod directory;
mod error;
mod executor;
pub mod people;
mod portal;
pub mod read;
mod sign_ins;
mod staff;
mod sweeper;
mod usecase;

pub use call::{Call, Idempotency, Outcome};
pub use directory::{SignIn, derived_person};
pub use error::PortalError;
pub use executor::{Committed, IDEMPOTENCY_DAYS};
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
    ]
    .concat()
}

/// What the ledger reads and writes, with the upcasters of older payloads. There are none yet: every event has its first version.
pub fn event_types() -> EventTypes {
    EventTypes::new(event_descriptions(), Vec::new())
}
