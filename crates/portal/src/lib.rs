//! The application: who may do what, use cases, read models and clocks.

pub mod access;
mod allowed;
mod call;
mod check_details;
mod check_persons;
mod check_texts;
mod directory;
mod error;
mod executor;
mod incident_texts;
mod origins;
pub mod people;
mod policies;
mod portal;
pub mod read;
pub mod sentinel;
mod sign_ins;
mod staff;
mod sweeper;
mod turns;
mod upcast;
mod usecase;

pub use allowed::{allowed_commands, permission_of_command};
pub use call::{Call, Idempotency, Outcome};
pub use check_persons::{CheckedPersons, PersonFault, check_persons};
pub use check_texts::{CheckedTexts, TextFault, check_incident_texts};
pub use directory::{Named, SignIn, derived_person};
pub use error::{CONFLICT_OF_INTEREST, PortalError};
pub use executor::{Committed, IDEMPOTENCY_DAYS};
pub use incident_texts::{IncidentText, KeptText};
pub use policies::PolicyFault;
pub use portal::{Clock, Portal};
pub use sign_ins::{Naming, SHOWN_NAMINGS, Subject};
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
        membership::enforcement::EnforcementEvent::DESCRIPTIONS,
        profile::ProfileEvent::DESCRIPTIONS,
        incident::IncidentEvent::DESCRIPTIONS,
        obligations::ObligationEvent::DESCRIPTIONS,
        obligations::CalendarEvent::DESCRIPTIONS,
    ]
    .concat()
}

/// What the ledger reads and writes, with the upcasters of older payloads.
pub fn event_types() -> EventTypes {
    EventTypes::new(event_descriptions(), upcast::upcasters())
}
