//! Mending a date that was recorded wrong. Handbook 3.4: dates come from events, and a correction is itself an event with a
//! reason. The earlier value stays; what follows from the date is reckoned again.

use super::certification::anniversary;
use super::{Decision, actor, refused};
use crate::membership::command::CorrectDate;
use crate::membership::event::{DerivedDate, MembershipDateCorrected};
use crate::membership::state::{Dates, Membership};
use crate::membership::status::Status;
use crate::membership::values::{DateField, DerivedDateField};
use chrono::NaiveDate;
use kernel::time::PROGRAMME_BEGAN_ON;
use kernel::{Context, FieldError, Refusal};

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
    if !accept_expiry {
        would_expire(membership, &derived, context.today())?;
    }
    Ok(vec![
        MembershipDateCorrected {
            field,
            earlier,
            value,
            reason,
            derived,
            corrected_by: context.actor.id,
            corrected_on: context.today(),
        }
        .into(),
    ])
}

/// A mistyped date must not end an application before anybody notices: the clock would do so within a minute, and nothing undoes it.
fn would_expire(membership: &Membership, derived: &[DerivedDate], today: NaiveDate) -> Result<(), Refusal> {
    let expires = |date: &&DerivedDate| {
        date.field == DerivedDateField::ProfileDueOn && date.value < today && date.earlier >= today
    };
    match derived.iter().find(expires) {
        Some(due) if membership.status == Status::PreApplicant => {
            let sentence = format!(
                "The last day to submit the security profile would be {}, which is past, so the application would end at once; \
                 accept_expiry says that this is meant.",
                due.value
            );
            let detail = "The application would have expired by the mended date.";
            let errors = vec![FieldError::new("/accept_expiry", "application_would_expire", detail)];
            Err(Refusal { errors, ..refused(membership, "application_would_expire", sentence) })
        }
        _ => Ok(()),
    }
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
    if value > today {
        let detail = format!("The date can't be after today, {today}.");
        errors.push(FieldError::new("/value", "date_in_future", detail));
    }
    if value < PROGRAMME_BEGAN_ON {
        let detail =
            format!("The programme began in November 2001; the date can't be before {PROGRAMME_BEGAN_ON}.");
        errors.push(FieldError::new("/value", "date_before_programme", detail));
    }
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
        DateField::EndedOn => &[
            DateField::AppliedOn,
            DateField::ProfileSubmittedOn,
            DateField::ProfileApprovedOn,
            DateField::VettingDeterminedOn,
            DateField::CertifiedOn,
        ],
    }
}

/// What follows keeps its distance, so that the policy of the day on which it was set stays in force; the anniversary is
/// reckoned by the calendar.
fn derived(dates: &Dates, field: DateField, earlier: NaiveDate, value: NaiveDate) -> Vec<DerivedDate> {
    let moved = value.signed_duration_since(earlier);
    let shift = |field, date: Option<NaiveDate>| {
        let earlier = date?;
        Some(DerivedDate { field, earlier, value: earlier.checked_add_signed(moved)? })
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
        DateField::EndedOn => vec![shift(DerivedDateField::ReapplyFrom, dates.reapply_from)],
        DateField::ProfileApprovedOn | DateField::VettingDeterminedOn => Vec::new(),
    };
    found.into_iter().flatten().collect()
}
