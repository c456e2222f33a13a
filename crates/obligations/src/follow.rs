//! The fold: what each event makes of the deadlines of a membership.

use crate::clock::{About, Clock, Happens, Repeats, Starts, day};
use crate::obligation::{Ended, Obligation};
use crate::record::{ObligationDatePassed, ObligationWaived};
use crate::table::{CLOCKS, clock};
use chrono::NaiveDate;
use kernel::time::years_after;
use kernel::{AccountId, EventId, MembershipId, ObligationId, PolicyTable};
use serde_json::Value;
use uuid::Uuid;

/// The namespace of the ids of obligations.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f62_6c69_6761_7469_6f6e_7300_6374_7061);

/// The type of the event that mends a date of a membership.
const DATE_CORRECTED: &str = "membership.date_corrected";
/// The types of the obligation's own events.
const WAIVED: &str = "obligation.waived";
const DATE_PASSED: &str = "obligation.date_passed";

/// What this crate reads of an event.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// Its id.
    pub event_id: EventId,
    /// Its type.
    pub event_type: &'a str,
    /// Its payload, in the version that is written today.
    pub payload: &'a Value,
    /// The company's account.
    pub account_id: AccountId,
    /// The membership that it concerns.
    pub membership_id: MembershipId,
    /// The programme date on which it was so, for events that do not name one.
    pub on: NaiveDate,
}

/// An event that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// It concerns a deadline that is not there.
    #[error("{0} concerns a deadline that is not there")]
    Unknown(String),
    /// It waives a deadline that has ended meanwhile.
    #[error("The deadline has ended meanwhile.")]
    Ended,
    /// Its payload is not what this crate expects.
    #[error("an event cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// Whether an event concerns a deadline at all.
pub fn concerns(event_type: &str) -> bool {
    let named = |happens: &Happens| happens.event == event_type;
    matches!(event_type, DATE_CORRECTED | WAIVED | DATE_PASSED)
        || CLOCKS.iter().any(|clock| {
            named(&clock.starts.happens())
                || [clock.met_by, clock.missed_by, clock.released_by]
                    .iter()
                    .any(|list| list.iter().any(named))
        })
}

/// Takes an event into the deadlines of its membership. `known` holds all of them; those that are new are added.
///
/// # Errors
/// The event concerns a deadline that is not there, or waives one that has ended.
pub fn follow(policies: &PolicyTable, known: &mut Vec<Obligation>, fact: &Fact) -> Result<(), FollowError> {
    match fact.event_type {
        DATE_CORRECTED => mend(policies, known, fact.payload),
        WAIVED => waive(policies, known, fact)?,
        DATE_PASSED => pass(policies, known, fact)?,
        _ => {
            end(policies, known, fact);
            start(policies, known, fact);
        }
    }
    Ok(())
}

fn about(clock: &Clock, payload: &Value) -> Option<String> {
    match clock.about {
        About::Membership => None,
        About::Member(member) => payload.get(member)?.as_str().map(str::to_owned),
    }
}

fn end(policies: &PolicyTable, known: &mut Vec<Obligation>, fact: &Fact) {
    let mut followed = Vec::new();
    for obligation in known.iter_mut().filter(|one| one.ended.is_none()) {
        let Some(clock) = clock(obligation.kind) else { continue };
        let about = about(clock, fact.payload);
        if about.is_some() && about != obligation.about {
            continue;
        }
        let by = |list: &[Happens]| list.iter().copied().find(|happens| happens.event == fact.event_type);
        let found = [
            (Ended::Met, by(clock.met_by)),
            (Ended::Missed, by(clock.missed_by)),
            (Ended::Released, by(clock.released_by)),
        ]
        .into_iter()
        .find_map(|(how, happens)| Some((how, happens?)));
        if let Some((how, happens)) = found {
            close(obligation, how, day(fact.payload, happens.on).unwrap_or(fact.on), fact.event_type);
            obligation.reckon(policies);
            if how == Ended::Met {
                followed.push(obligation.clone());
            }
        }
    }
    for obligation in followed {
        follow_on(policies, known, &obligation);
    }
}

fn close(obligation: &mut Obligation, how: Ended, on: NaiveDate, by: &str) {
    obligation.ended = Some(how);
    obligation.ended_on = Some(on);
    obligation.ended_by = Some(by.to_owned());
}

fn start(policies: &PolicyTable, known: &mut Vec<Obligation>, fact: &Fact) {
    for clock in CLOCKS {
        let happens = clock.starts.happens();
        if happens.event != fact.event_type {
            continue;
        }
        let about = about(clock, fact.payload);
        let before = known.iter().filter(|one| one.kind == clock.kind && one.about == about);
        let occurrence = u32::try_from(before.count()).unwrap_or(u32::MAX).saturating_add(1);
        if occurrence > 1 && matches!(clock.starts, Starts::Once(_)) {
            continue;
        }
        let started_on = day(fact.payload, happens.on).unwrap_or(fact.on);
        let stated = clock.stated().map(|member| day(fact.payload, member));
        let due_on = match stated {
            Some(None) => continue,
            Some(Some(stated)) => stated,
            None => started_on,
        };
        let name = format!("{}/{}/{}", fact.membership_id, clock.kind, fact.event_id);
        let mut obligation = Obligation {
            id: ObligationId::new(Uuid::new_v5(&NAMESPACE, name.as_bytes())),
            kind: clock.kind,
            account_id: fact.account_id,
            membership_id: fact.membership_id,
            about,
            occurrence,
            base_on: started_on,
            started_on,
            opens_on: None,
            due_on,
            policy_version: String::new(),
            ended: None,
            ended_on: None,
            ended_by: None,
            passed_on: None,
        };
        obligation.reckon(policies);
        known.push(obligation);
    }
}

/// The next one of a clock that repeats: it starts where this one was due. Its id follows from this one's.
fn follow_on(policies: &PolicyTable, known: &mut Vec<Obligation>, obligation: &Obligation) {
    let Some(due_on) = obligation.next_due_on() else { return };
    let occurrence = obligation.occurrence.saturating_add(1);
    let same = |one: &&Obligation| one.kind == obligation.kind && one.about == obligation.about;
    if known.iter().filter(same).any(|one| one.occurrence == occurrence) {
        return;
    }
    let name = format!("{}/{occurrence}", obligation.id);
    let mut next = Obligation {
        id: ObligationId::new(Uuid::new_v5(&NAMESPACE, name.as_bytes())),
        occurrence,
        started_on: obligation.due_on,
        due_on,
        ended: None,
        ended_on: None,
        ended_by: None,
        passed_on: None,
        ..obligation.clone()
    };
    next.reckon(policies);
    known.push(next);
}

/// A correction moves what was reckoned from the mended date, of whatever has ended too: a record with the old dates would be wrong.
fn mend(policies: &PolicyTable, known: &mut [Obligation], payload: &Value) {
    let text = |value: &Value, member: &str| value.get(member).and_then(Value::as_str).map(str::to_owned);
    let Some(field) = text(payload, "field") else { return };
    let value = day(payload, "value");
    let derived = payload.get("derived").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for obligation in known {
        let Some(clock) = clock(obligation.kind) else { continue };
        let mended = |happens: Happens| happens.mended_as == Some(field.as_str());
        // Only the first submission can be mended; what a later one started stays.
        if let Some(value) = value.filter(|_| mended(clock.starts.happens()))
            && (clock.repeats == Repeats::EveryYear || obligation.occurrence == 1)
        {
            obligation.base_on = value;
            obligation.started_on = match (clock.repeats, obligation.occurrence) {
                (Repeats::EveryYear, later @ 2..) => years_after(value, later.saturating_sub(1)),
                _ => value,
            };
            if clock.repeats == Repeats::EveryYear && obligation.occurrence > 1 {
                obligation.due_on = years_after(value, obligation.occurrence);
            }
        }
        let states = |one: &&Value| {
            let field = text(one, "field");
            field.is_some() && field.as_deref() == clock.stated() && obligation.occurrence == 1
        };
        if let Some(due_on) = derived.iter().find(states).and_then(|one| day(one, "value")) {
            obligation.due_on = due_on;
        }
        let ends = [clock.met_by, clock.missed_by, clock.released_by].into_iter().flatten().copied();
        let ended_by = obligation.ended_by.clone();
        if let Some(value) = value
            && ends.filter(|happens| Some(happens.event) == ended_by.as_deref()).any(mended)
            && (field != "profile_submitted_on" || obligation.occurrence == 1)
        {
            obligation.ended_on = Some(value);
        }
        obligation.reckon(policies);
    }
}

fn waive(policies: &PolicyTable, known: &mut Vec<Obligation>, fact: &Fact) -> Result<(), FollowError> {
    let waived: ObligationWaived = serde_json::from_value(fact.payload.clone())?;
    let obligation = find(known, waived.obligation_id, fact)?;
    if obligation.ended.is_some() {
        return Err(FollowError::Ended);
    }
    close(obligation, Ended::Waived, waived.waived_on, fact.event_type);
    obligation.reckon(policies);
    let obligation = obligation.clone();
    follow_on(policies, known, &obligation);
    Ok(())
}

fn pass(policies: &PolicyTable, known: &mut Vec<Obligation>, fact: &Fact) -> Result<(), FollowError> {
    let passed: ObligationDatePassed = serde_json::from_value(fact.payload.clone())?;
    let obligation = find(known, passed.obligation_id, fact)?;
    obligation.passed_on = Some(passed.due_on);
    let obligation = obligation.clone();
    follow_on(policies, known, &obligation);
    Ok(())
}

fn find<'a>(
    known: &'a mut [Obligation],
    id: ObligationId,
    fact: &Fact,
) -> Result<&'a mut Obligation, FollowError> {
    let found = known.iter_mut().find(|one| one.id == id);
    found.ok_or_else(|| FollowError::Unknown(fact.event_type.to_owned()))
}
