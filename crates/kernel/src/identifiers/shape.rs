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

/// Upper case, without white space and the separators `-`, `/` and `.`.
fn bare(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '/' | '.'))
        .flat_map(char::to_uppercase)
        .collect()
}

/// Why a text belongs to a natural person, if it does.
pub(super) fn personal(kind: IdentifierType, typed: &str) -> Option<&'static str> {
    let text = bare(typed);
    match kind {
        IdentifierType::ImporterOfRecord
            if text.len() == 9 && digits(&text) && is_social_security_style(typed) =>
        {
            Some(
                "This has the form of a social security number, which is not kept here; use the number with an EIN or one assigned by CBP.",
            )
        }
        IdentifierType::Rfc if rfc::is_of_a_person(&text) => {
            Some("This is the RFC of a natural person, which is not kept here; use the RFC of the company.")
        }
        _ => None,
    }
}

fn is_social_security_style(typed: &str) -> bool {
    let parts: Vec<usize> = typed.trim().split('-').map(str::len).collect();
    parts == [3, 2, 4]
}

/// The normalised form, or `None` when the shape is wrong.
pub(super) fn normalise(kind: IdentifierType, typed: &str, railroad: bool) -> Option<String> {
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
        IdentifierType::SctNumber | IdentifierType::TsaNumber | IdentifierType::CbpBondNumber => {
            length <= 40 && letters_or_digits(&text)
        }
    };
    match kind {
        _ if !right => None,
        IdentifierType::BrokerLicence => Some(format!("{text:0>5}")),
        _ => Some(text),
    }
}

/// `NN-NNNNNNNXX`, the suffix without O, I and Z; or `YYDDPP-NNNNN`. Without separators both have eleven characters.
fn is_importer_number(text: &str) -> bool {
    if text.len() != 11 || !text.is_ascii() {
        return false;
    }
    let (number, suffix) = text.split_at(9);
    digits(number) && letters_or_digits(suffix) && !suffix.contains(['O', 'I', 'Z'])
}

/// Two letters, then at least the name; letters and digits, at most 15.
fn is_mid(text: &str) -> bool {
    let origin: String = text.chars().take(2).collect();
    (5..=15).contains(&text.len()) && letters(&origin) && letters_or_digits(text)
}
