//! The shapes themselves.

use super::IdentifierType;
use super::rfc;

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn letters(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn letters_or_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// What people write between the parts of a number, dashes of word processors included.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '/' | '.' | '\u{2010}'..='\u{2015}')
}

/// Upper case, without separators. Only the letters that identifiers have are raised, so that no other letter becomes one of them
/// (the German ß would become SS).
fn bare(typed: &str) -> String {
    typed
        .replace("N\u{303}", "Ñ")
        .replace("n\u{303}", "Ñ")
        .chars()
        .filter(|c| !is_separator(*c))
        .map(|c| if c == 'ñ' { 'Ñ' } else { c.to_ascii_uppercase() })
        .collect()
}

/// Numbers of which no format is known: kept as they are but for the separators. Handbook 2.4.
const fn is_free(kind: IdentifierType) -> bool {
    matches!(kind, IdentifierType::SctNumber | IdentifierType::TsaNumber | IdentifierType::CbpBondNumber)
}

/// Why a text belongs to a natural person, if it does. Looked for in every kind, since a number may be typed in the wrong place.
pub(super) fn personal(kind: IdentifierType, typed: &str) -> Option<&'static str> {
    let of_an_importer = kind == IdentifierType::ImporterOfRecord && is_importer_number_of_a_person(typed);
    if of_an_importer || is_social_security_style(typed) {
        return Some(match kind {
            IdentifierType::ImporterOfRecord => {
                "This has the form of a social security number, which is not kept here; use the number with an EIN or one assigned by CBP."
            }
            _ => "This has the form of a social security number, which is not kept here.",
        });
    }
    let may_hold_an_rfc = kind == IdentifierType::Rfc || is_free(kind);
    (may_hold_an_rfc && rfc::is_of_a_person(&bare(typed)))
        .then_some("This is the RFC of a natural person, which is not kept here; use the RFC of the company.")
}

/// `NNN-NN-NNNN`. Nine digits in one piece may as well be an EIN, so they alone say nothing.
fn is_social_security_style(typed: &str) -> bool {
    let parts: Vec<&str> = typed.split(is_separator).filter(|part| !part.is_empty()).collect();
    parts.iter().all(|part| digits(part)) && parts.iter().map(|part| part.len()).eq([3, 2, 4])
}

/// An importer number in the style of a social security number: its nine digits, with or without a suffix, and a separator after the third.
/// No other importer number has one there: an EIN has it after the second digit, a number assigned by CBP after the sixth. Handbook 2.4.
fn is_importer_number_of_a_person(typed: &str) -> bool {
    let parts: Vec<&str> = typed.split(is_separator).filter(|part| !part.is_empty()).collect();
    let begins = parts.len() > 1 && parts.first().is_some_and(|part| part.len() == 3);
    let whole = bare(typed);
    let (number, suffix) = whole.split_at_checked(9).unwrap_or_default();
    begins && digits(number) && suffix.len() <= 2 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The normalised form, or `None` when the shape is wrong.
pub(super) fn normalise(kind: IdentifierType, typed: &str, railroad: bool) -> Option<String> {
    if is_free(kind) {
        return free(typed);
    }
    let text = bare(typed);
    let length = text.chars().count();
    let right = match kind {
        IdentifierType::ImporterOfRecord => is_importer_number(&text),
        IdentifierType::Ein | IdentifierType::Duns => length == 9 && digits(&text),
        IdentifierType::Scac => letters(&text) && (length == 4 || (railroad && (2..=4).contains(&length))),
        IdentifierType::UsDotNumber => length <= 8 && digits(&text),
        IdentifierType::FmcOrganizationNumber | IdentifierType::FmcMarineTerminalOperatorNumber => {
            length == 6 && digits(&text)
        }
        IdentifierType::IataOrganizationNumber => (6..=11).contains(&length) && digits(&text),
        IdentifierType::IataAirlineCode => {
            (length == 2 && letters_or_digits(&text) && !digits(&text)) || (length == 3 && digits(&text))
        }
        IdentifierType::BrokerLicence => length <= 5 && digits(&text),
        IdentifierType::FilerCode => length == 3 && letters_or_digits(&text),
        IdentifierType::Mid => is_mid(&text),
        IdentifierType::Rfc => rfc::is_of_a_company(&text),
        IdentifierType::SctNumber | IdentifierType::TsaNumber | IdentifierType::CbpBondNumber => false,
    };
    match kind {
        _ if !right => None,
        IdentifierType::BrokerLicence => Some(format!("{text:0>5}")),
        _ => Some(text),
    }
}

/// At least one letter or digit and nothing invisible; the normalised form has only the letters and digits.
fn free(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let text: String = typed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let right = !text.is_empty() && typed.chars().count() <= 40 && !typed.chars().any(char::is_control);
    right.then_some(text)
}

/// `NN-NNNNNNNXX`, the suffix without O, I and Z; or `YYDDPP-NNNNN`. Without separators both have eleven characters.
fn is_importer_number(text: &str) -> bool {
    if text.len() != 11 || !text.is_ascii() {
        return false;
    }
    let (number, suffix) = text.split_at(9);
    digits(number) && letters_or_digits(suffix) && !suffix.contains(['O', 'I', 'Z'])
}

/// Whether an importer number holds an EIN for certain: its suffix has a letter, or the separator follows the second digit. Eleven
/// digits in one piece may as well be a number assigned by CBP, whose first two digits are a year.
pub(super) fn holds_an_ein(typed: &str) -> bool {
    let first = typed.trim().split(is_separator).next().unwrap_or_default();
    first.len() == 2 || typed.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Two letters, then at least the name; letters and digits, at most 15.
fn is_mid(text: &str) -> bool {
    let origin: String = text.chars().take(2).collect();
    (5..=15).contains(&text.len()) && letters(&origin) && letters_or_digits(text)
}
