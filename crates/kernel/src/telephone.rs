//! Telephone numbers: as typed, and the digits that are dialled.

use std::fmt;

/// The most digits of a number, without an extension. ITU-T E.164, section 6.
const MOST_DIGITS: usize = 15;
/// The fewest digits of a number that leads anywhere from abroad.
const FEWEST_DIGITS: usize = 5;
const MOST_EXTENSION_DIGITS: usize = 6;

/// What [`Telephone::parse`] takes, as a pattern of JSON Schema.
pub const TELEPHONE_PATTERN: &str =
    r"^\+?(?:[ ().\-/]*[0-9]){5,15}[ ().\-/]*(?:(?:ext\.?|x|#) ?[0-9]{1,6})?$";
/// What a telephone number has to be, in words.
pub const TELEPHONE_SHAPE: &str = "a telephone number of 5 to 15 digits, with its country code after a plus sign, and an extension after ext. if there is one";

/// A telephone number. Between its digits blanks, hyphens, full stops, slashes and brackets do not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telephone {
    international: bool,
    digits: String,
    extension: Option<String>,
}

/// The text is no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be {TELEPHONE_SHAPE}")]
pub struct TelephoneError;

impl TelephoneError {
    /// The stable code of this error in a problem's `errors`, the one that its pattern in the document has.
    pub const CODE: &str = "pattern";
}

impl Telephone {
    /// Reads a number as typed.
    pub fn parse(text: &str) -> Result<Self, TelephoneError> {
        let (international, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let end = rest.find(['e', 'x', '#']).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let separates = |c: char| matches!(c, ' ' | '(' | ')' | '.' | '-' | '/');
        if !number.chars().all(|c| c.is_ascii_digit() || separates(c)) {
            return Err(TelephoneError);
        }
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if !(FEWEST_DIGITS..=MOST_DIGITS).contains(&digits.len()) {
            return Err(TelephoneError);
        }
        let extension = if after.is_empty() { None } else { Some(extension(after)?) };
        Ok(Self { international, digits, extension })
    }
}

fn extension(text: &str) -> Result<String, TelephoneError> {
    let rest = ["ext.", "ext", "x", "#"].iter().find_map(|sign| text.strip_prefix(sign));
    let rest = rest.ok_or(TelephoneError)?;
    let digits = rest.strip_prefix(' ').unwrap_or(rest);
    let right = (1..=MOST_EXTENSION_DIGITS).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if right { Ok(digits.to_owned()) } else { Err(TelephoneError) }
}

/// The number as it is dialled: a plus sign where the country code stands, the digits, and `;ext=` with the extension (RFC 3966).
impl fmt::Display for Telephone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.international { "+" } else { "" }, self.digits)?;
        match &self.extension {
            Some(extension) => write!(f, ";ext={extension}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for (typed, dialled) in [
            ("+1 956 555 0100", "+19565550100"),
            ("(956) 555-0100 ext. 12", "9565550100;ext=12"),
            ("+49/30.1234-567x9", "+49301234567;ext=9"),
            ("12345", "12345"),
            ("+52 (81) 8123 4567 #100", "+528181234567;ext=100"),
        ] {
            assert_eq!(Telephone::parse(typed).unwrap().to_string(), dialled, "{typed}");
        }
    }

    #[test]
    fn what_nobody_can_dial_is_no_number() {
        for wrong in [
            "",
            "abc",
            "1234",
            "+",
            "+1 956 555 0100 call me",
            "1234567890123456",
            "555-CALL-NOW",
            "++15551234567",
            "5551234 ext.",
            "5551234 ext. 1234567",
            "５５５１２３４",
            "555\n1234",
            "javascript:1",
        ] {
            assert_eq!(Telephone::parse(wrong), Err(TelephoneError), "{wrong:?}");
        }
    }
}
