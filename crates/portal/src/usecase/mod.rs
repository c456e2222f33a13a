//! Use cases, one file a noun. Each loads, asks who may, decides by the rules of the domain, and records.

mod accounts;
mod contacts;
mod feed;
mod identifiers;
mod invitations;
mod memberships;
mod obligations;
mod profiles;

pub use accounts::{AccountFilter, Registration};
pub use contacts::{ContactDetails, NewContact};
pub use feed::{FeedPage, FeedRequest, MAX_WAIT};
pub use invitations::{BesideInvitation, InvitationFilter, NewInvitation};
pub use memberships::{Application, MembershipFacts, MembershipFilter, MembershipToDo};
pub use obligations::{DueCount, DueWeek, ObligationFilter, Plan, PlanFilter};
pub use profiles::{AnswerMatch, ProfileFilter};
