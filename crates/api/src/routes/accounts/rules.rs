//! What a body about an account breaks by itself.

use crate::http::Given;
use kernel::text::TextError;
use kernel::{FieldError, Text};
use membership::account::body_rules;
use serde_json::{Map, Value};

pub(super) fn registration(given: &Given<'_>) -> Vec<FieldError> {
    let officer = given.at("/contact/company_officer").and_then(body_rules::registered_by_an_officer);
    business_started(given, "/company").into_iter().chain(officer).collect()
}

/// Members of a merge patch that are texts: what a schema that lets them be null does not say.
pub(super) fn patched_texts(patch: &Map<String, Value>) -> Vec<FieldError> {
    let wrong = |name: &str, check: fn(&str) -> Option<TextError>| {
        let mistake = check(patch.get(name)?.as_str()?)?;
        Some(FieldError::new(format!("/{name}"), mistake.code(), mistake.to_string()))
    };
    let line: fn(&str) -> Option<TextError> = |text| Text::<200>::parse_line(text).err();
    let words: fn(&str) -> Option<TextError> = |text| Text::<4000>::parse(text).err();
    let names = ["name", "doing_business_as"].into_iter().filter_map(|name| wrong(name, line));
    names.chain(wrong("brief_history", words)).collect()
}

pub(super) fn business_started(given: &Given<'_>, base: &str) -> Option<FieldError> {
    let started_on = given.at(&format!("{base}/business_started_on"))?;
    body_rules::business_started(base, started_on, given.today)
}
