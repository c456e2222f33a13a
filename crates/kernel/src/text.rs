//! Text that a person typed: bounded, not blank, otherwise untouched.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// Between one and `MAX` characters, not only white space, no control characters but line breaks and tabs. Kept as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("must not be blank")]
    Blank,
    /// More characters than allowed.
    #[error("must have at most {max} characters, has {actual}")]
    TooLong {
        /// The most characters allowed.
        max: usize,
        /// The characters found.
        actual: usize,
    },
    /// A control character.
    #[error("must not contain control characters other than line breaks and tabs")]
    ControlCharacter,
}

impl TextError {
    /// The stable code of this error in a problem's `errors`.
    pub const fn code(&self) -> &'static str {
        match self {
            TextError::Blank => "blank",
            TextError::TooLong { .. } => "too_long",
            TextError::ControlCharacter => "control_character",
        }
    }
}

impl<const MAX: usize> Text<MAX> {
    /// Checks a text and keeps it as typed.
    pub fn parse(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.trim().is_empty() {
            return Err(TextError::Blank);
        }
        let actual = text.chars().count();
        if actual > MAX {
            return Err(TextError::TooLong { max: MAX, actual });
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(TextError::ControlCharacter);
        }
        Ok(Self(text))
    }

    /// The text as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// What [`Text::parse`] takes, as a pattern of JSON Schema: at least one character that is neither white space nor a control character,
/// and no control characters but line breaks and tabs.
pub const TEXT_PATTERN: &str = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$";

impl<const MAX: usize> utoipa::PartialSchema for Text<MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .pattern(Some(TEXT_PATTERN))
            .description(Some("Text as typed: not blank, no control characters but line breaks and tabs."))
            .into()
    }
}

impl<const MAX: usize> utoipa::ToSchema for Text<MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Text{MAX}").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_as_typed_and_refused_when_blank_long_or_unprintable() {
        assert_eq!(Text::<20>::parse("  Acta \n").unwrap().as_str(), "  Acta \n");
        assert_eq!(Text::<20>::parse(" \t "), Err(TextError::Blank));
        assert_eq!(Text::<3>::parse("éééé"), Err(TextError::TooLong { max: 3, actual: 4 }));
        assert_eq!(Text::<20>::parse("a\u{0}b"), Err(TextError::ControlCharacter));
    }
}
