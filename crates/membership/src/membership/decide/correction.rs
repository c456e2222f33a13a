//! Mending a date that was recorded wrong. Handbook 3.4: dates come from events, and a correction is itself an event with a
//! reason. The earlier value stays; what follows from the date is reckoned again.

use super::certification::anniversary;
use super::{Decision, actor, refused};
use crate::membership::body_rules;
use crate::membership::command::CorrectDate;
use crate::membership::event::{
    DerivedDate, MembershipApplicationExpired, MembershipDateCorrected, MembershipEvent,
};
use crate::membership::state::{Dates, Membership};
use crate::membership::status::Status;
use crate::membership::values::{DateField, DerivedDateField};
use chrono::NaiveDate;
use kernel::time::years_after;
use kernel::{Context, FieldError, Refusal};

/// The most years that a period of the programme has.
const LONGEST_YEARS: u32 = 10;

/// A supervisor or the programme director mends a date.
pub fn correct_date(membership: &Membership, command: CorrectDate, context: &Context) -> Decision {
    actor::supervisor(&context.actor)?;
    let CorrectDate { field, value, reason, accept_expiry } = command;
    let Some(earlier) = membership.date(field) else {
        return Err(refused(
            membership,
            "date_not_recorded",
            format!("No {field} is recorded, so none can be mended."),
        ));
    };
    let errors = wrong_value(membership, field, value, earlier, context.today());
    if !errors.is_empty() {
        let sentence = "The date can't be mended to this value; see the errors.";
        return Err(Refusal::invalid("correction_invalid", sentence, errors));
    }
    let derived = derived(&membership.dates, field, earlier, value);
    let expiry = expiry(membership, &derived, context.today());
    if let Some(profile_due_on) = expiry.filter(|_| !accept_expiry) {
        return Err(would_expire(membership, profile_due_on));
    }
    let corrected = MembershipDateCorrected {
        field,
        earlier,
        value,
        reason,
        derived,
        corrected_by: context.actor.id,
        corrected_on: context.today(),
    };
    // What is meant happens at once: until the clock noticed, the application would look as if something could still be done with it.
    let expired = expiry.map(|profile_due_on| MembershipApplicationExpired {
        profile_due_on,
        expired_on: context.today(),
        status: Status::Inactive,
    });
    Ok(std::iter::once(corrected.into()).chain(expired.map(MembershipEvent::from)).collect())
}

/// The last day to submit the security profile as it would be, where the application would have ended by it. One whose last day was past
/// before ends by the clock.
fn expiry(membership: &Membership, derived: &[DerivedDate], today: NaiveDate) -> Option<NaiveDate> {
    let due = derived.iter().find(|date| date.field == DerivedDateField::ProfileDueOn)?;
    let ends = membership.status == Status::PreApplicant && due.value < today && due.earlier >= today;
    ends.then_some(due.value)
}

/// A mistyped date must not end an application before anybody notices: nothing undoes it.
fn would_expire(membership: &Membership, profile_due_on: NaiveDate) -> Refusal {
    let sentence = format!(
        "The last day to submit the security profile would be {profile_due_on}, which is past, so the application would end at once; \
         accept_expiry says that this is meant."
    );
    let detail = "The application would have expired by the mended date.";
    let errors = vec![FieldError::new("/accept_expiry", "application_would_expire", detail)];
    Refusal { errors, ..refused(membership, "application_would_expire", sentence) }
}

fn wrong_value(
    membership: &Membership,
    field: DateField,
    value: NaiveDate,
    earlier: NaiveDate,
    today: NaiveDate,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if value == earlier {
        errors.push(FieldError::new("/value", "date_unchanged", format!("The date is {value} already.")));
    }
    errors.extend(body_rules::mended_date(value, today));
    for other in not_after(field) {
        if let Some(date) = membership.date(*other).filter(|date| *date > value) {
            let detail = format!("The date can't be before {other}, {date}.");
            errors.push(FieldError::new("/value", "date_order", detail));
        }
    }
    for other in DateField::ALL.iter().filter(|other| not_after(**other).contains(&field)) {
        if let Some(date) = membership.date(*other).filter(|date| *date < value) {
            let detail = format!("The date can't be after {other}, {date}.");
            errors.push(FieldError::new("/value", "date_order", detail));
        }
    }
    errors
}

/// The dates that can't be later than this one.
const fn not_after(field: DateField) -> &'static [DateField] {
    match field {
        DateField::AppliedOn => &[],
        DateField::ProfileSubmittedOn | DateField::VettingDeterminedOn => &[DateField::AppliedOn],
        DateField::ProfileApprovedOn => &[DateField::AppliedOn, DateField::ProfileSubmittedOn],
        DateField::CertifiedOn => &[
            DateField::AppliedOn,
            DateField::ProfileSubmittedOn,
            DateField::ProfileApprovedOn,
            DateField::VettingDeterminedOn,
        ],
        DateField::ValidatedOn => &[
            DateField::AppliedOn,
            DateField::ProfileSubmittedOn,
            DateField::ProfileApprovedOn,
            DateField::CertifiedOn,
        ],
        DateField::EndedOn => &[
            DateField::AppliedOn,
            DateField::ProfileSubmittedOn,
            DateField::ProfileApprovedOn,
            DateField::VettingDeterminedOn,
            DateField::CertifiedOn,
            DateField::ValidatedOn,
        ],
    }
}

/// What follows keeps its distance, so that the policy of the day on which it was set stays in force: a number of years where it lies whole
/// years behind, and of days otherwise.
fn derived(dates: &Dates, field: DateField, from: NaiveDate, value: NaiveDate) -> Vec<DerivedDate> {
    let moved = value.signed_duration_since(from);
    let shift = |field, date: Option<NaiveDate>| {
        let earlier = date?;
        let years = (1..=LONGEST_YEARS).find(|years| years_after(from, *years) == earlier);
        let shifted = match years {
            Some(years) => years_after(value, years),
            None => earlier.checked_add_signed(moved)?,
        };
        Some(DerivedDate { field, earlier, value: shifted })
    };
    let found = match field {
        DateField::AppliedOn => vec![shift(DerivedDateField::ProfileDueOn, dates.profile_due_on)],
        DateField::ProfileSubmittedOn => {
            vec![shift(DerivedDateField::CertificationDueOn, dates.certification_due_on)]
        }
        DateField::CertifiedOn => vec![
            dates.anniversary_on.map(|earlier| DerivedDate {
                field: DerivedDateField::AnniversaryOn,
                earlier,
                value: anniversary(value),
            }),
            shift(DerivedDateField::FirstValidationDueOn, dates.first_validation_due_on),
        ],
        DateField::ValidatedOn => {
            vec![shift(DerivedDateField::RevalidationDueOn, dates.revalidation_due_on)]
        }
        DateField::EndedOn => vec![shift(DerivedDateField::ReapplyFrom, dates.reapply_from)],
        DateField::ProfileApprovedOn | DateField::VettingDeterminedOn => Vec::new(),
    };
    found.into_iter().flatten().collect()
}
