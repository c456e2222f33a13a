//! Since when what an event says has been so. Handbook 3.4: a date that was recorded wrong is mended by an event of its own.
//!
//! Who asks what was so on a day (`as_of`) asks by what is known today: a certification whose date was mended from the 23rd to the 20th has
//! held since the 20th, and so has everything that the correction changed. Who asks what was known on a day (`known_at`) is told what had
//! been recorded by then, right or wrong.

use super::event::MembershipEvent;
use super::values::DateField;
use chrono::NaiveDate;
use kernel::{Timestamp, programme_date, start_of_programme_day};

/// Since when what each of these events says has been so, given all of them: events come with the time at which they occurred.
///
/// An event with a date of its own holds since the beginning of that day in New York, or since it occurred where that was the day. A
/// correction holds since what it corrects does.
pub fn holds_from<'a>(events: impl IntoIterator<Item = (&'a MembershipEvent, Timestamp)>) -> Vec<Timestamp> {
    let mut found: Vec<Held> = Vec::new();
    for (event, occurred_at) in events {
        let mut held = Held { occurred_at, states: stated(event), like: None };
        if let MembershipEvent::DateCorrected(corrected) = event {
            let newest = found.iter().rposition(|earlier| earlier.says(corrected.field));
            held.like = newest;
            if let Some(date) = newest.and_then(|index| found.get_mut(index)) {
                date.states = Some((corrected.field, corrected.value));
            }
        }
        found.push(held);
    }
    found.iter().map(|held| held.like.and_then(|index| found.get(index)).unwrap_or(held).since()).collect()
}

struct Held {
    occurred_at: Timestamp,
    /// The date that the event sets, as it is known in the end.
    states: Option<(DateField, NaiveDate)>,
    /// The event that it corrects.
    like: Option<usize>,
}

impl Held {
    fn says(&self, field: DateField) -> bool {
        self.states.is_some_and(|(stated, _)| stated == field)
    }

    fn since(&self) -> Timestamp {
        match self.states {
            Some((_, date)) if date != programme_date(self.occurred_at) => start_of_programme_day(date),
            _ => self.occurred_at,
        }
    }
}

/// The date among those that can be mended which an event sets. A profile that is submitted again leaves the first date as it is.
fn stated(event: &MembershipEvent) -> Option<(DateField, NaiveDate)> {
    use MembershipEvent as Event;
    Some(match event {
        Event::Applied(event) => (DateField::AppliedOn, event.applied_on),
        Event::ProfileSubmitted(event) if event.round == 1 => {
            (DateField::ProfileSubmittedOn, event.submitted_on)
        }
        Event::ProfileApproved(event) => (DateField::ProfileApprovedOn, event.approved_on),
        Event::VettingResultRecorded(event) => (DateField::VettingDeterminedOn, event.determined_on),
        Event::Certified(event) => (DateField::CertifiedOn, event.certified_on),
        Event::ValidationOutcomeRecorded(event) => (DateField::ValidatedOn, event.validated_on),
        Event::Rejected(event) => (DateField::EndedOn, event.rejected_on),
        Event::FoundIneligible(event) => (DateField::EndedOn, event.found_on),
        Event::Withdrawn(event) => (DateField::EndedOn, event.withdrawn_on),
        Event::ApplicationExpired(event) => (DateField::EndedOn, event.expired_on),
        Event::Removed(event) => (DateField::EndedOn, event.removed_on),
        Event::Closed(event) => (DateField::EndedOn, event.closed_on),
        _ => return None,
    })
}
