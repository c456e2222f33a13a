//! Use cases, one file a noun. Each loads, asks who may, decides by the rules of the domain, and records.

mod accounts;
mod calendars;
mod contacts;
mod feed;
mod identifiers;
mod invitations;
mod letters;
mod memberships;
mod notifications;
mod obligations;
mod profiles;
mod reminders;

pub use accounts::{AccountFilter, Registration};
pub use calendars::{CalendarFeed, CalendarFilter};
pub use contacts::{ContactDetails, NewContact};
pub use feed::{FeedPage, FeedRequest, MAX_WAIT};
pub use invitations::{BesideInvitation, InvitationFilter, NewInvitation};
pub use letters::{Letter, MailError, Mailer, how_long};
pub use memberships::{Application, MembershipFacts, MembershipFilter, MembershipToDo};
pub use notifications::NotificationFilter;
pub use obligations::{DueCount, DueWeek, ObligationFilter, Plan, PlanFilter};
pub use profiles::{AnswerMatch, ProfileFilter};
