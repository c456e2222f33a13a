//! The Mexican tax number: its shape and its check character. Handbook 2.4 and 2.6.

use chrono::NaiveDate;

const ALPHABET: &str = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ";

/// Twelve characters: three letters, a date, two letters or digits, a check character.
pub(super) fn is_of_a_company(text: &str) -> bool {
    has_shape(text, 3)
}

/// Thirteen characters, with four letters in front.
pub(super) fn is_of_a_person(text: &str) -> bool {
    has_shape(text, 4)
}

fn has_shape(text: &str, letters: usize) -> bool {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() != letters + 9 {
        return false;
    }
    let (name, rest) = characters.split_at(letters);
    let (date, end) = rest.split_at(6);
    let (two, check) = end.split_at(2);
    let date: String = date.iter().collect();
    name.iter().all(|c| c.is_ascii_uppercase() || matches!(c, '&' | 'Ñ'))
        && is_date(&date)
        && two.iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && check.iter().all(|c| c.is_ascii_digit() || *c == 'A')
}

/// `YYMMDD` of either century.
fn is_date(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && ["19", "20"]
            .iter()
            .any(|century| NaiveDate::parse_from_str(&format!("{century}{text}"), "%Y%m%d").is_ok())
}

/// The check character that the others ask for: modulo 11 over the characters, padded to twelve from the left with spaces.
pub(super) fn check_character(text: &str) -> Option<char> {
    let mut characters: Vec<char> = text.chars().collect();
    characters.pop()?;
    let padding = 12_usize.checked_sub(characters.len())?;
    let sum: usize = std::iter::repeat_n(' ', padding)
        .chain(characters)
        .zip((2..=13).rev())
        .map(|(c, weight)| Some(ALPHABET.chars().position(|known| known == c)? * weight))
        .sum::<Option<usize>>()?;
    match (11 - sum % 11) % 11 {
        10 => Some('A'),
        value => char::from_digit(u32::try_from(value).ok()?, 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_examples_pass() {
        for rfc in ["GODE561231GR8", "MHTR93041179A"] {
            assert_eq!(check_character(rfc), rfc.chars().last(), "{rfc}");
        }
        assert_eq!(check_character("GODE561231GR9"), Some('8'));
    }
}
