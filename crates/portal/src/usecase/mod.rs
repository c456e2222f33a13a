//! Use cases, one file a noun. Each loads, asks who may, decides by the rules of the domain, and records.

mod accounts;
mod calendars;
mod conflicts;
mod contacts;
mod enforcement;
mod erasure;
mod feed;
mod forgetting;
mod identifiers;
mod incidents;
mod invitations;
mod letters;
mod memberships;
mod notifications;
mod obligations;
mod own_roles;
mod profiles;
mod reminders;

pub use accounts::{AccountFilter, Registration};
pub use calendars::{CalendarFeed, CalendarFilter};
pub use conflicts::{Conflict, conflict_commands};
pub use contacts::{ContactDetails, NewContact};
pub(crate) use enforcement::keeps_incidents;
pub use enforcement::{AppealFilter, EnforcementDecision, EnforcementFilter};
pub use erasure::{TextPlace, texts_to_look_at};
pub use feed::{FeedPage, FeedRequest, MAX_WAIT};
pub use forgetting::{DueFilter, ErasureFilter};
pub use incidents::{IncidentFilter, IncidentPage, IncidentSight, NewAction, NewIncident};
pub use invitations::{BesideInvitation, InvitationFilter, NewInvitation};
pub use letters::{Letter, MailError, Mailer, how_long};
pub use memberships::{Application, MembershipFacts, MembershipFilter, MembershipToDo};
pub use notifications::NotificationFilter;
pub use obligations::{DueCount, DueWeek, ObligationFilter, Plan, PlanFilter};
pub use own_roles::MAX_ACCOUNTS_OF_A_SIGN_IN;
pub use profiles::{AnswerMatch, ProfileFilter};
