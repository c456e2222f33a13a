//! Parameters of the address: every wrong one is named at once.

use crate::problem::Problem;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::FieldError;
use portal::read::page::{DEFAULT_LIMIT, MAX_LIMIT, PageRequest};

/// The parameters as they came, with the errors found so far.
pub struct Query {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    errors: Vec<FieldError>,
}

impl Query {
    /// Reads a query string.
    pub fn parse(text: &str) -> Self {
        let pairs = serde_urlencoded_pairs(text);
        Self { pairs, known: Vec::new(), errors: Vec::new() }
    }

    fn wrong(&mut self, name: &str, code: &str, detail: impl Into<String>) {
        self.errors.push(FieldError::new(format!("?{name}"), code, detail));
    }

    /// A parameter that may stand once.
    pub fn one(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let found: Vec<String> =
            self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect();
        match found.as_slice() {
            [] => None,
            [only] if only.is_empty() => {
                self.wrong(name, "empty", "must not be empty");
                None
            }
            [only] => Some(only.clone()),
            _ => {
                self.wrong(name, "duplicate", "may stand only once");
                None
            }
        }
    }

    /// A parameter that may stand several times; its values are ORed.
    pub fn many(&mut self, name: &'static str, check: impl Fn(&str) -> Result<(), String>) -> Vec<String> {
        self.known.push(name);
        let found: Vec<String> =
            self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect();
        if found.len() > 50 {
            self.wrong(name, "too_many", "may stand at most 50 times");
        }
        for value in &found {
            if let Err(detail) = check(value) {
                self.wrong(name, "enum", detail);
            }
        }
        found
    }

    /// A parameter from a closed list.
    pub fn codes(&mut self, name: &'static str, list: &[&str]) -> Vec<String> {
        self.many(name, |value| {
            if list.contains(&value) { Ok(()) } else { Err(format!("must be one of {}", list.join(", "))) }
        })
    }

    /// A parameter from a closed list that may stand once.
    pub fn code(&mut self, name: &'static str, list: &[&str]) -> Option<String> {
        let value = self.one(name)?;
        if list.contains(&value.as_str()) {
            return Some(value);
        }
        self.wrong(name, "enum", format!("must be one of {}", list.join(", ")));
        None
    }

    /// Ids of one type.
    pub fn ids<T: std::str::FromStr>(&mut self, name: &'static str) -> Vec<String> {
        self.many(name, |value| {
            value.parse::<T>().map(|_| ()).map_err(|_| "must be an id of this type".to_owned())
        })
    }

    /// A whole number within bounds.
    pub fn number(&mut self, name: &'static str, least: i64, most: i64) -> Option<i64> {
        let text = self.one(name)?;
        match text.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) && !text.starts_with('+') => Some(number),
            _ => {
                self.wrong(name, "number", format!("must be a whole number from {least} to {most}"));
                None
            }
        }
    }

    /// A calendar date.
    pub fn date(&mut self, name: &'static str) -> Option<NaiveDate> {
        let text = self.one(name)?;
        match text.parse::<NaiveDate>() {
            Ok(date) if text.len() == 10 => Some(date),
            _ => {
                self.wrong(name, "format", "must be a date, YYYY-MM-DD");
                None
            }
        }
    }

    /// An instant.
    pub fn instant(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        let text = self.one(name)?;
        // A plus sign in an address stands for a space.
        match DateTime::parse_from_rfc3339(&text.replace(' ', "+")) {
            Ok(instant) => Some(instant.with_timezone(&Utc)),
            Err(_) => {
                self.wrong(
                    name,
                    "format",
                    "must be an instant as in RFC 3339, for example 2026-01-31T12:00:00Z",
                );
                None
            }
        }
    }

    /// `true` or `false`, which it is where it does not stand.
    pub fn flag(&mut self, name: &'static str) -> bool {
        self.choice(name).unwrap_or_default()
    }

    /// `true`, `false` or neither.
    pub fn choice(&mut self, name: &'static str) -> Option<bool> {
        match self.one(name).as_deref() {
            None => None,
            Some("false") => Some(false),
            Some("true") => Some(true),
            Some(_) => {
                self.wrong(name, "type", "must be true or false");
                None
            }
        }
    }

    /// `limit` and `cursor` of a list.
    pub fn page(&mut self) -> PageRequest {
        let limit = self.number("limit", 1, MAX_LIMIT).unwrap_or(DEFAULT_LIMIT);
        PageRequest { limit, cursor: self.one("cursor") }
    }

    /// Says that a parameter is needed.
    pub fn required<T>(&mut self, name: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.errors.iter().any(|error| error.pointer == format!("?{name}")) {
            self.wrong(name, "required", "is required");
        }
        value
    }

    /// Ends reading.
    ///
    /// # Errors
    /// Everything that was wrong, unknown parameters included.
    pub fn finish(self) -> Result<(), Problem> {
        let errors = self.into_errors();
        if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
    }

    /// Everything that was wrong, unknown parameters included.
    pub fn into_errors(mut self) -> Vec<FieldError> {
        let unknown: Vec<String> = self
            .pairs
            .iter()
            .map(|(name, _)| name.clone())
            .filter(|name| !self.known.contains(&name.as_str()))
            .collect();
        let detail = if self.known.is_empty() {
            "is not a parameter here; there are none".to_owned()
        } else {
            format!("is not a parameter here; there are {}", self.known.join(", "))
        };
        for name in unknown {
            let shown: String = name.chars().take(100).collect();
            self.errors.push(FieldError::new(format!("?{shown}"), "unknown_parameter", detail.clone()));
        }
        self.errors
    }
}

fn serde_urlencoded_pairs(text: &str) -> Vec<(String, String)> {
    actix_web::web::Query::<Vec<(String, String)>>::from_query(text)
        .map(actix_web::web::Query::into_inner)
        .unwrap_or_default()
}
