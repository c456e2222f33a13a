//! The fold: what each event makes of the deadlines of a membership.

use crate::clock::{About, Clock, Happens, Kind, Repeats, Starts, day};
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
    /// The id of its stream.
    pub stream_id: &'a str,
    /// Its type.
    pub event_type: &'a str,
    /// Its payload, in the version that is written today.
    pub payload: &'a Value,
    /// The company's account.
    pub account_id: AccountId,
    /// The membership that it concerns.
    pub membership_id: MembershipId,
    /// The programme date on which it was recorded: the day on which it was so, for events that do not name one.
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
                || [clock.met_by, clock.missed_by, clock.released_by, clock.resumed_by, clock.moved_by]
                    .iter()
                    .any(|list| list.iter().any(named))
        })
}

/// Takes an event into the deadlines of its membership. `known` holds all of them; those that are new are added.
///
/// # Errors
/// The event concerns a deadline that is not there, or waives one that has ended.
pub fn follow(policies: &PolicyTable, known: &mut Vec<Obligation>, fact: &Fact) -> Result<(), FollowError> {
    // What had begun before the event is there before it is read.
    catch_up(policies, known, fact.on);
    match fact.event_type {
        DATE_CORRECTED => {
            mend(policies, known, fact);
            only_those_that_have_begun(policies, known, fact.on);
        }
        WAIVED => waive(policies, known, fact)?,
        DATE_PASSED => pass(policies, known, fact)?,
        _ => {
            end(policies, known, fact);
            move_on(policies, known, fact);
            start(policies, known, fact);
        }
    }
    catch_up(policies, known, fact.on);
    Ok(())
}

fn about(clock: &Clock, fact: &Fact) -> Option<String> {
    let aggregate = |event_type: &str| event_type.split('.').next().map(str::to_owned);
    match clock.about {
        About::Membership => None,
        About::Member(member) => fact.payload.get(member)?.as_str().map(str::to_owned),
        About::Stream => (aggregate(clock.starts.happens().event) == aggregate(fact.event_type))
            .then(|| fact.stream_id.to_owned()),
    }
}

/// The event in a list of a clock, where it concerns this obligation.
fn in_list(obligation: &Obligation, clock: &Clock, list: &[Happens], fact: &Fact) -> Option<Happens> {
    let about = about(clock, fact);
    if about.is_some() && about != obligation.about {
        return None;
    }
    list.iter().copied().find(|happens| happens.event == fact.event_type)
}

fn end(policies: &PolicyTable, known: &mut Vec<Obligation>, fact: &Fact) {
    let mut followed = Vec::new();
    for obligation in known.iter_mut().filter(|one| one.ended.is_none()) {
        let Some(clock) = clock(obligation.kind) else { continue };
        let found = [
            (Ended::Met, in_list(obligation, clock, clock.met_by, fact)),
            (Ended::Missed, in_list(obligation, clock, clock.missed_by, fact)),
            (Ended::Released, in_list(obligation, clock, clock.released_by, fact)),
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

/// Lets run again what was released, and moves last days where the event states one.
fn move_on(policies: &PolicyTable, known: &mut [Obligation], fact: &Fact) {
    for obligation in known {
        let Some(clock) = clock(obligation.kind) else { continue };
        let stated = clock.stated().and_then(|member| day(fact.payload, member));
        let resumed = in_list(obligation, clock, clock.resumed_by, fact);
        let moved = in_list(obligation, clock, clock.moved_by, fact).is_some();
        if let Some(happens) = resumed
            && obligation.ended != Some(Ended::Waived)
            && obligation.ended_by.as_deref() != Some(DATE_CORRECTED)
            && (stated.is_some() || obligation.ended == Some(Ended::Released))
        {
            if stated.is_some() {
                obligation.started_on = day(fact.payload, happens.on).unwrap_or(fact.on);
            }
            reopen(policies, obligation);
        }
        if let Some(due_on) = stated.filter(|_| resumed.is_some() || moved) {
            obligation.state(policies, due_on, fact.on);
        }
    }
}

fn reopen(policies: &PolicyTable, obligation: &mut Obligation) {
    obligation.ended = None;
    obligation.ended_on = None;
    obligation.ended_by = None;
    obligation.reckon(policies);
}

fn start(policies: &PolicyTable, known: &mut Vec<Obligation>, fact: &Fact) {
    for clock in CLOCKS {
        let happens = clock.starts.happens();
        if happens.event != fact.event_type {
            continue;
        }
        let about = about(clock, fact);
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
        if stated.is_some() {
            obligation.state(policies, due_on, fact.on);
        } else {
            obligation.reckon(policies);
        }
        known.push(obligation);
    }
}

/// Every one of a clock that repeats that has begun by a day: each begins where the one before it was due. So they are there whether or not
/// anything ran when those days went by.
fn catch_up(policies: &PolicyTable, known: &mut Vec<Obligation>, on: NaiveDate) {
    loop {
        let due: Vec<Obligation> = known
            .iter()
            .filter(|one| one.ended != Some(Ended::Released) && one.due_on < on)
            .cloned()
            .collect();
        let before = running(known);
        for obligation in due {
            follow_on(policies, known, &obligation);
        }
        if running(known) == before {
            return;
        }
    }
}

fn running(known: &[Obligation]) -> usize {
    known.iter().filter(|one| one.ended.is_none()).count()
}

/// After a correction that lets a clock that repeats begin later: those that would begin only after one that still runs are released, until their
/// turn comes again.
fn only_those_that_have_begun(policies: &PolicyTable, known: &mut [Obligation], on: NaiveDate) {
    known.sort_by_key(|one| one.occurrence);
    let mut to_come: Vec<(Kind, u32)> = Vec::new();
    for obligation in known {
        if clock(obligation.kind).is_none_or(|clock| clock.repeats == Repeats::Never) {
            continue;
        }
        let not_yet = to_come.contains(&(obligation.kind, obligation.occurrence));
        if not_yet && obligation.ended.is_none() {
            close(obligation, Ended::Released, on, DATE_CORRECTED);
            obligation.reckon(policies);
        } else if !not_yet && obligation.ended_by.as_deref() == Some(DATE_CORRECTED) {
            reopen(policies, obligation);
        }
        let waits = obligation.ended.is_none() && obligation.due_on >= on;
        if waits || obligation.ended == Some(Ended::Released) {
            to_come.push((obligation.kind, obligation.occurrence.saturating_add(1)));
        }
    }
}

/// The next one of a clock that repeats: it starts where this one was due. Its id follows from this one's.
fn follow_on(policies: &PolicyTable, known: &mut Vec<Obligation>, obligation: &Obligation) {
    let Some(due_on) = obligation.next_due_on() else { return };
    let occurrence = obligation.occurrence.saturating_add(1);
    let same = |one: &&Obligation| one.kind == obligation.kind && one.about == obligation.about;
    if let Some(there) = known.iter_mut().filter(|one| same(&&**one)).find(|one| one.occurrence == occurrence)
    {
        if there.ended_by.as_deref() == Some(DATE_CORRECTED) {
            reopen(policies, there);
        }
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
fn mend(policies: &PolicyTable, known: &mut [Obligation], fact: &Fact) {
    let payload = fact.payload;
    let text = |value: &Value, member: &str| value.get(member).and_then(Value::as_str).map(str::to_owned);
    let Some(field) = text(payload, "field") else { return };
    let (earlier, value) = (day(payload, "earlier"), day(payload, "value"));
    let derived = payload.get("derived").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for obligation in known {
        let Some(clock) = clock(obligation.kind) else { continue };
        let mended = |happens: Happens| happens.mended_as == Some(field.as_str());
        // Of submissions the first can be mended, of validations the newest; what others started or ended stays.
        let begins_there = match field.as_str() {
            "validated_on" => earlier == Some(obligation.started_on),
            _ => obligation.occurrence == 1,
        };
        let ends_there = match field.as_str() {
            "validated_on" => earlier == obligation.ended_on,
            "profile_submitted_on" => obligation.occurrence == 1,
            _ => true,
        };
        if let Some(value) = value.filter(|_| mended(clock.starts.happens()))
            && (clock.repeats == Repeats::EveryYear || begins_there)
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
            field.is_some() && field.as_deref() == clock.stated() && begins_there
        };
        if let Some(due_on) = derived.iter().find(states).and_then(|one| day(one, "value")) {
            obligation.state(policies, due_on, fact.on);
        }
        let ends = [clock.met_by, clock.missed_by, clock.released_by].into_iter().flatten().copied();
        let ended_by = obligation.ended_by.clone();
        if let Some(value) = value
            && ends.filter(|happens| Some(happens.event) == ended_by.as_deref()).any(mended)
            && ends_there
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
    if clock(obligation.kind).is_some_and(|clock| clock.lapses) && obligation.ended.is_none() {
        close(obligation, Ended::Missed, passed.noticed_on, fact.event_type);
    }
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
