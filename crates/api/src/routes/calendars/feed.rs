//! Deadlines as calendar programs read them (RFC 5545).

use chrono::{Duration, NaiveDate};
use icalendar::{Alarm, Calendar, Component as _, Event, EventLike as _, EventStatus, Property};
use kernel::{Policy, PolicyTable};
use obligations::{Clock, Obligation, Owner, Standing, clock};
use portal::CalendarFeed;
use portal::read::obligations::ObligationRow;

/// Who made it, as RFC 5545 asks.
const PRODUCT: &str = "-//CTPAT member portal//Deadlines//EN";
/// How often a calendar program may look again.
const REFRESH: &str = "PT6H";

/// The calendar of a feed.
pub fn text(feed: &CalendarFeed, policies: &PolicyTable, today: NaiveDate) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0"));
    calendar.append_property(("PRODID", PRODUCT));
    calendar.append_property(("CALSCALE", "GREGORIAN"));
    calendar.append_property(("METHOD", "PUBLISH"));
    calendar.append_property(("X-WR-CALNAME", "CTPAT deadlines"));
    calendar.append_property(
        Property::new("REFRESH-INTERVAL", REFRESH).add_parameter("VALUE", "DURATION").done(),
    );
    calendar.append_property(("X-PUBLISHED-TTL", REFRESH));
    for row in &feed.obligations {
        if let Some(obligation) = row.obligation()
            && let Some(clock) = clock(obligation.kind)
        {
            let version = policies.versions().find(|version| version.name == obligation.policy_version);
            let values = version.unwrap_or_else(|| policies.in_force(obligation.started_on)).values.clone();
            calendar.push(entry(row, &obligation, clock, &values, today));
            if let Some(opens_on) = obligation.opens_on.filter(|_| obligation.ended.is_none()) {
                calendar.push(window(row, &obligation, clock, opens_on));
            }
        }
    }
    calendar.to_string()
}

/// The last day. An entry of a whole day takes no time of anybody.
fn entry(
    row: &ObligationRow,
    obligation: &Obligation,
    clock: &Clock,
    values: &Policy,
    today: NaiveDate,
) -> Event {
    let standing = obligation.standing(today);
    let (_, basis) = clock.basis(values);
    let state = match standing {
        Standing::Open | Standing::Overdue => format!("Due: {}", clock.title),
        Standing::Met => format!("Done: {}", clock.title),
        Standing::Missed => format!("Missed: {}", clock.title),
        Standing::Waived => format!("Waived: {}", clock.title),
        Standing::Released => format!("No longer due: {}", clock.title),
    };
    let summary = if obligation.owner() == Owner::Company { state } else { format!("CBP: {state}") };
    let description = format!(
        "{}\n\nLast day: {}, until midnight in New York.\nBasis: {basis}\nMembership: {}\nDeadline: {}",
        clock.ask, obligation.due_on, obligation.membership_id, obligation.id
    );
    let mut event = Event::new();
    event
        .uid(&format!("{}@ctpat-member-portal", obligation.id))
        .timestamp(row.updated_at)
        .last_modified(row.updated_at)
        .sequence(u32::try_from(row.version).unwrap_or(u32::MAX))
        .starts(obligation.due_on)
        .summary(&summary)
        .description(&description)
        .append_property(("TRANSP", "TRANSPARENT"))
        .append_property(("CATEGORIES", obligation.kind.as_str()));
    match standing {
        Standing::Waived | Standing::Released => event.status(EventStatus::Cancelled),
        _ => event.status(EventStatus::Confirmed),
    };
    if standing == Standing::Open && obligation.owner() == Owner::Company {
        for days in [values.reminder_second_days, values.reminder_last_days] {
            let alarm = Alarm::display(&summary, -Duration::days(days.into()))
                .uid(&format!("{}-{days}@ctpat-member-portal", obligation.id))
                .timestamp(row.updated_at)
                .done();
            event.alarm(alarm);
        }
    }
    event.done()
}

/// The first day on which it can be met.
fn window(row: &ObligationRow, obligation: &Obligation, clock: &Clock, opens_on: NaiveDate) -> Event {
    Event::new()
        .uid(&format!("{}-opens@ctpat-member-portal", obligation.id))
        .timestamp(row.updated_at)
        .last_modified(row.updated_at)
        .sequence(u32::try_from(row.version).unwrap_or(u32::MAX))
        .starts(opens_on)
        .summary(&format!("Opens: {}", clock.title))
        .description(&format!("{}\n\nDue on {}.", clock.ask, obligation.due_on))
        .append_property(("TRANSP", "TRANSPARENT"))
        .append_property(("CATEGORIES", obligation.kind.as_str()))
        .status(EventStatus::Confirmed)
        .done()
}
