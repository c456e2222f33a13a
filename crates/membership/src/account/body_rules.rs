//! Rules that a request can be held against by itself; see those of the membership.

use chrono::NaiveDate;
use kernel::telephone::{Telephone, TelephoneError};
use kernel::{FieldError, Text};

/// A business that registers has begun. `base` leads to the company in the request.
pub fn business_started(base: &str, started_on: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    (started_on > today).then(|| {
        let detail = format!("The day on which business began can't be after today, {today}.");
        FieldError::new(format!("{base}/business_started_on"), "date_in_future", detail)
    })
}

/// Whoever registers a company declares to be an officer of it. Handbook 1.3.
pub fn registered_by_an_officer(company_officer: bool) -> Option<FieldError> {
    (!company_officer).then(|| {
        let detail =
            "A company is registered by one of its officers; let an officer sign in and register it.";
        FieldError::new("/contact/company_officer", "officer_required", detail)
    })
}

/// A number that is given can be dialled. `pointer` leads to it in the request.
pub fn telephone(pointer: &str, typed: Option<&Text<50>>) -> Option<FieldError> {
    let mistake = Telephone::parse(typed?.as_str()).err()?;
    Some(FieldError::new(pointer, TelephoneError::CODE, mistake.to_string()))
}
