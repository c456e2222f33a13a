//! Words that every domain of the portal shares: ids, actors, dates, countries, identifiers, policy values and refusals.
//!
//! Plain values only: nothing in this crate reads a clock, a random source, a file or the network.

pub mod actor;
pub mod cargo;
pub mod code;
pub mod context;
pub mod country;
pub mod event;
pub mod identifiers;
pub mod ids;
pub mod policy;
pub mod policy_table;
pub mod reference;
pub mod refusal;
pub mod telephone;
pub mod text;
pub mod time;

pub use actor::{Actor, ActorKind, Role};
pub use context::Context;
pub use country::CountryCode;
pub use event::EventDescription;
pub use ids::*;
pub use policy::Policy;
pub use policy_table::{PolicyTable, PolicyTableError, PolicyVersion};
pub use refusal::{FieldError, OpenCriterion, Refusal, RefusalKind};
pub use telephone::Telephone;
pub use text::Text;
pub use time::{Timestamp, end_of_programme_day, programme_date, start_of_programme_day, to_microseconds};
