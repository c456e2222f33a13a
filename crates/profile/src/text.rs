//! Text of a draft: bounded, otherwise exactly as typed, and allowed to be empty.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// At most `MAX` characters, no control characters but line breaks and tabs. Unlike [`kernel::Text`] it may be blank,
/// because a draft can be saved at any moment; whether it is complete is asked at submission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct DraftText<const MAX: usize>(String);

/// Why a draft text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftTextError {
    /// More characters than allowed.
    #[error("must have at most {max} characters, has {actual}")]
    TooLong {
        /// The most characters allowed.
        max: usize,
        /// The characters found.
        actual: usize,
    },
    /// A control character that no later export could carry.
    #[error(
        "must not contain control characters other than line breaks and tabs; character {position} is {code}"
    )]
    ControlCharacter {
        /// Where it is, counted in characters from 1.
        position: usize,
        /// The character, for example `U+0000`.
        code: String,
    },
}

impl DraftTextError {
    /// The stable code of this error in a problem's `errors`; the same codes as [`kernel::text::TextError`].
    pub const fn code(&self) -> &'static str {
        match self {
            DraftTextError::TooLong { .. } => "too_long",
            DraftTextError::ControlCharacter { .. } => "control_character",
        }
    }
}

impl<const MAX: usize> DraftText<MAX> {
    /// The most characters allowed.
    pub const MAX: usize = MAX;

    /// Checks a text and keeps it as typed: nothing is trimmed, folded or normalised.
    pub fn parse(text: impl Into<String>) -> Result<Self, DraftTextError> {
        let text = text.into();
        let mut actual = 0;
        let mut control = None;
        for character in text.chars() {
            actual += 1;
            if control.is_none() && character.is_control() && !matches!(character, '\n' | '\r' | '\t') {
                control = Some((actual, character));
            }
        }
        if actual > MAX {
            return Err(DraftTextError::TooLong { max: MAX, actual });
        }
        if let Some((position, character)) = control {
            let code = format!("U+{:04X}", u32::from(character));
            return Err(DraftTextError::ControlCharacter { position, code });
        }
        Ok(Self(text))
    }

    /// The text as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to see: white space and characters without a mark.
    pub fn is_blank(&self) -> bool {
        !kernel::text::has_visible_character(&self.0)
    }
}

impl<const MAX: usize> fmt::Display for DraftText<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for DraftText<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_kept_as_typed_even_when_blank() {
        for text in ["", " \r\n\t ", "Sellos ISO 17712 — «alta seguridad»  ", "e\u{301}"] {
            assert_eq!(DraftText::<40>::parse(text).unwrap().as_str(), text);
        }
        assert!(DraftText::<40>::parse(" \n").unwrap().is_blank());
        assert!(DraftText::<40>::parse("\u{200B}\u{FEFF}").unwrap().is_blank());
    }

    #[test]
    fn a_draft_too_long_or_unprintable_is_refused_and_says_where() {
        assert_eq!(DraftText::<3>::parse("éééé"), Err(DraftTextError::TooLong { max: 3, actual: 4 }));
        assert_eq!(
            DraftText::<9>::parse("ab\u{0}"),
            Err(DraftTextError::ControlCharacter { position: 3, code: "U+0000".to_owned() })
        );
    }
}
