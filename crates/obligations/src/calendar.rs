//! The address of a calendar: whoever has it can subscribe to an account's deadlines, with no other proof. The ledger holds a digest of its secret
//! alone, so nobody can read the address out of it; a company that is in doubt about who has it closes the calendar and opens another.

use chrono::NaiveDate;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use kernel::{AccountId, CalendarId, Context, PersonId, Refusal};
use serde::{Deserialize, Serialize};

/// How many calendars of an account can be open at a time.
pub const MAX_OPEN_CALENDARS: u32 = 20;

kernel::codes! {
    /// Where a calendar stands.
    #[derive(Default)]
    pub enum CalendarStatus {
        /// Its address leads to the deadlines.
        #[default]
        Open = "open",
        /// Its address leads nowhere any more.
        Closed = "closed",
    }
}

kernel::events! {
    /// What can happen to a calendar.
    pub enum CalendarEvent {
        /// A company opened a calendar: whoever has its address can subscribe to the account's deadlines.
        Opened(CalendarOpened) = "calendar.opened", 1;
        /// A company closed a calendar: its address leads nowhere any more.
        Closed(CalendarClosed) = "calendar.closed", 1;
    }
}

/// Payload of `calendar.opened`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarOpened {
    /// The calendar.
    pub calendar_id: CalendarId,
    /// The account whose deadlines it shows.
    pub account_id: AccountId,
    /// SHA-256 of the secret in its address, in lower-case hexadecimal.
    pub token_sha256: String,
    /// Who opened it.
    pub opened_by: PersonId,
    /// The programme date.
    pub opened_on: NaiveDate,
}

/// Payload of `calendar.closed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarClosed {
    /// Who closed it.
    pub closed_by: PersonId,
    /// The programme date.
    pub closed_on: NaiveDate,
}

/// Open a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCalendar {
    /// A new id.
    pub calendar_id: CalendarId,
    /// The account.
    pub account_id: AccountId,
    /// SHA-256 of the secret.
    pub token_sha256: String,
    /// How many calendars of the account are open.
    pub open_calendars: u32,
}

/// Every command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarCommand {
    /// Open a calendar.
    Open(OpenCalendar),
    /// Close it.
    Close,
}

/// A calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// How it was opened; `None` only before.
    pub opened: Option<CalendarOpened>,
    /// Where it stands.
    pub status: CalendarStatus,
    /// How it was closed.
    pub closed: Option<CalendarClosed>,
}

impl Calendar {
    /// What the status allows.
    pub fn allowed_commands(&self) -> &'static [&'static str] {
        match (self.opened.is_some(), self.status) {
            (true, CalendarStatus::Open) => &["close-calendar"],
            _ => &[],
        }
    }
}

/// Takes one event into the state.
pub fn evolve_calendar(calendar: &mut Calendar, event: &CalendarEvent) {
    match event {
        CalendarEvent::Opened(event) => calendar.opened = Some(event.clone()),
        CalendarEvent::Closed(event) => {
            calendar.status = CalendarStatus::Closed;
            calendar.closed = Some(event.clone());
        }
    }
}

/// What follows from a command.
///
/// # Errors
/// A [`Refusal`] that names the broken rule; nothing has then happened.
pub fn decide_calendar(
    calendar: &Calendar,
    command: CalendarCommand,
    context: &Context,
) -> Result<Vec<CalendarEvent>, Refusal> {
    let refuse = |code: &str, sentence: String| {
        Err(Refusal::state(code, sentence, calendar.status.as_str(), calendar.allowed_commands()))
    };
    match (command, &calendar.opened, calendar.status) {
        (CalendarCommand::Open(_), Some(_), _) => {
            refuse("calendar_opened", "This calendar has been opened already.".to_owned())
        }
        (CalendarCommand::Open(command), None, _) if command.open_calendars >= MAX_OPEN_CALENDARS => refuse(
            "too_many_calendars",
            format!("An account has at most {MAX_OPEN_CALENDARS} open calendars; close one first."),
        ),
        (CalendarCommand::Open(command), None, _) => Ok(vec![
            CalendarOpened {
                calendar_id: command.calendar_id,
                account_id: command.account_id,
                token_sha256: command.token_sha256,
                opened_by: context.actor.id,
                opened_on: context.today(),
            }
            .into(),
        ]),
        (CalendarCommand::Close, Some(_), CalendarStatus::Open) => {
            Ok(vec![CalendarClosed { closed_by: context.actor.id, closed_on: context.today() }.into()])
        }
        (CalendarCommand::Close, ..) => {
            refuse("calendar_not_open", "Only a calendar that is open can be closed.".to_owned())
        }
    }
}

impl Aggregate for Calendar {
    const TYPE: &'static str = "calendar";
    type Command = CalendarCommand;
    type Event = CalendarEvent;
    type Error = Refusal;
    type Services = Context;

    async fn handle(
        &mut self,
        command: Self::Command,
        context: &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), Self::Error> {
        for event in decide_calendar(self, command, context)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Self::Event) {
        evolve_calendar(self, &event);
    }
}
