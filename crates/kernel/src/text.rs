//! Text that a person typed: bounded, with something to see in it, otherwise untouched.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// Between one and `MAX` characters, one of them visible, no control characters but line breaks and tabs, and none that turn the direction
/// of what follows: with those a text can look like another. Kept as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space and characters that nobody sees.
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
    /// A line break, a tab or another control character in a text of one line.
    #[error("must be on one line: no line breaks, tabs or other control characters")]
    NotOneLine,
    /// A character that overrides or isolates the direction of writing.
    #[error(
        "must not contain characters that override or isolate the direction of writing (U+202A to U+202E, U+2066 to U+2069)"
    )]
    DirectionCharacter,
}

impl TextError {
    /// The stable code of this error in a problem's `errors`.
    pub const fn code(&self) -> &'static str {
        match self {
            TextError::Blank => "blank",
            TextError::TooLong { .. } => "too_long",
            TextError::ControlCharacter | TextError::NotOneLine => "control_character",
            TextError::DirectionCharacter => "direction_character",
        }
    }
}

/// Whether a text holds a character that is seen: no white space, no control character, and none of those that leave no mark, such as
/// zero-width spaces and joiners, marks of direction and fillers.
pub fn has_visible_character(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(c))
}

const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}')
}

const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

const fn breaks_line(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}')
}

/// The same words on one line: for what was recorded before names had to be on one, and goes into a head of a letter.
pub fn on_one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if breaks_line(c) { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<const MAX: usize> Text<MAX> {
    /// Checks a text that stands on one line, such as a name, a title or a street: what [`OneLine`] takes.
    ///
    /// # Errors
    /// It is no text, or it holds a line break, a tab or another control character.
    pub fn parse_line(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.chars().any(breaks_line) {
            return Err(TextError::NotOneLine);
        }
        Self::parse(text)
    }

    /// Checks a text and keeps it as typed.
    pub fn parse(text: impl Into<String>) -> Result<Self, TextError> {
        let text = Self::recorded(text.into())?;
        if !has_visible_character(&text.0) {
            return Err(TextError::Blank);
        }
        if text.0.chars().any(turns_direction) {
            return Err(TextError::DirectionCharacter);
        }
        Ok(text)
    }

    /// What was a text before there had to be something to see in it: the ledger may hold such texts.
    fn recorded(text: String) -> Result<Self, TextError> {
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

    /// A name: without the white space that was typed around it, which nobody sees and which would make two of one.
    #[must_use]
    pub fn as_name(&self) -> Self {
        Self(self.0.trim().to_owned())
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Takes what the ledger holds, so a little more than [`Text::parse`]. Requests are checked against [`TEXT_PATTERN`] before.
impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::recorded(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

macro_rules! text_pattern {
    ($any:literal, $visible:literal) => {
        concat!("^[^", $any, "]*[^", $visible, "][^", $any, "]*$")
    };
}

/// What [`Text::parse`] takes, as a pattern of JSON Schema: at least one visible character, no control characters but line breaks and tabs,
/// and none that turn the direction.
pub const TEXT_PATTERN: &str = text_pattern!(
    r"\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069",
    r"\s\x00-\x1F\x7F-\x9F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0"
);

impl<const MAX: usize> utoipa::PartialSchema for Text<MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .pattern(Some(TEXT_PATTERN))
            .description(Some("Text as typed: with a visible character, no control characters but line breaks and tabs, and none that turn the direction."))
            .into()
    }
}

impl<const MAX: usize> utoipa::ToSchema for Text<MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Text{MAX}").into()
    }
}

/// What [`Text::parse_line`] takes, as a pattern of JSON Schema.
pub const ONE_LINE_PATTERN: &str = text_pattern!(
    r"\x00-\x1F\x7F-\x9F\u2028-\u202E\u2066-\u2069",
    r"\s\x00-\x1F\x7F-\x9F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0"
);

/// The schema of a [`Text`] on one line, for requests: names, titles and places stand in heads of letters and in lists. What the ledger holds
/// from before is read as the text it is.
#[derive(Debug)]
pub struct OneLine<const MAX: usize>;

impl<const MAX: usize> utoipa::PartialSchema for OneLine<MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .pattern(Some(ONE_LINE_PATTERN))
            .description(Some("Text on one line, as typed: with a visible character, no line breaks, tabs or other control characters, and none that turn the direction."))
            .into()
    }
}

impl<const MAX: usize> utoipa::ToSchema for OneLine<MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Line{MAX}").into()
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

    #[test]
    fn a_name_has_no_blanks_around_it() {
        assert_eq!(Text::<20>::parse(" \u{a0}Ana  Maria\t\n").unwrap().as_name().as_str(), "Ana  Maria");
    }

    #[test]
    fn a_text_that_nobody_sees_is_blank() {
        for unseen in ["\u{200B}", "\u{FEFF}\u{2060} ", "\u{200E}\u{200F}", "\u{AD}", "\u{3164}", "\u{202E}"]
        {
            assert_eq!(Text::<20>::parse(unseen), Err(TextError::Blank), "{unseen:?}");
        }
        // Joiners and marks of direction inside a word belong to it.
        for seen in ["\u{0646}\u{0645}\u{06CC}\u{200C}\u{062E}", "a\u{200E}b", "é", "日本", "👩\u{200D}🔧"]
        {
            assert_eq!(Text::<20>::parse(seen).unwrap().as_str(), seen);
        }
    }

    #[test]
    fn no_text_turns_the_direction_of_others() {
        for turned in ["invoice\u{202E}fdp.exe", "\u{2066}a\u{2069}", "\u{202A}a\u{202C}"] {
            assert_eq!(Text::<30>::parse(turned), Err(TextError::DirectionCharacter), "{turned:?}");
        }
    }

    #[test]
    fn a_line_has_no_breaks_and_what_was_recorded_with_one_is_put_on_one() {
        for broken in ["a\r\nBcc: b@x.example", "a\nb", "a\tb", "a\u{85}b", "a\u{2028}b", "a\u{7F}b"] {
            assert_eq!(Text::<40>::parse_line(broken), Err(TextError::NotOneLine), "{broken:?}");
            assert!(!on_one_line(broken).chars().any(breaks_line), "{broken:?}");
        }
        assert_eq!(on_one_line(" a\r\nBcc: b@x.example\t"), "a Bcc: b@x.example");
        assert_eq!(Text::<40>::parse_line("Ana María ").unwrap().as_str(), "Ana María ");
    }

    #[test]
    fn what_the_ledger_holds_is_still_read() {
        for recorded in ["\u{200B}", "a\u{202E}b"] {
            let text: Text<20> = serde_json::from_value(recorded.into()).unwrap();
            assert_eq!(text.as_str(), recorded);
        }
    }
}
