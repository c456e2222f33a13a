//! What a body about an account breaks by itself.

use crate::http::Given;
use kernel::FieldError;
use membership::account::body_rules;

pub(super) fn registration(given: &Given<'_>) -> Vec<FieldError> {
    let officer = given.at("/contact/company_officer").and_then(body_rules::registered_by_an_officer);
    business_started(given, "/company").into_iter().chain(officer).collect()
}

pub(super) fn business_started(given: &Given<'_>, base: &str) -> Option<FieldError> {
    let started_on = given.at(&format!("{base}/business_started_on"))?;
    body_rules::business_started(base, started_on, given.today)
}
