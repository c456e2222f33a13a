//! The Manufacturer Identification Code that follows from name and address. Handbook 2.5, 19 CFR part 102 appendix.

use crate::CountryCode;

/// Name and address of a maker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maker<'a> {
    /// Country of origin.
    pub country: CountryCode,
    /// For Canada, the province or territory by its postal abbreviation, for example `ON`.
    pub province: Option<&'a str>,
    /// Name of the company.
    pub name: &'a str,
    /// The street line.
    pub street: &'a str,
    /// The city.
    pub city: &'a str,
}

/// Postal abbreviation and the two letters that stand for it.
const PROVINCES: [(&str, &str); 13] = [
    ("AB", "XA"),
    ("BC", "XC"),
    ("MB", "XM"),
    ("NB", "XB"),
    ("NL", "XW"),
    ("NT", "XT"),
    ("NS", "XN"),
    ("NU", "XV"),
    ("ON", "XO"),
    ("PE", "XP"),
    ("QC", "XQ"),
    ("SK", "XS"),
    ("YT", "XY"),
];

/// Words that are skipped in names.
const ARTICLES: [&str; 6] = ["THE", "OF", "AND", "A", "AN", "FOR"];

pub(super) fn has_known_origin(mid: &str) -> bool {
    let origin: String = mid.chars().take(2).collect();
    PROVINCES.iter().any(|(_, code)| *code == origin)
        || (origin != "CA" && CountryCode::parse(&origin).is_ok())
}

/// The MID that is to be expected; `None` where the province of a Canadian maker is not known or the name has no letters.
pub fn expected_mid(maker: &Maker<'_>) -> Option<String> {
    let origin = if maker.country == CountryCode::CA {
        let province = maker.province?.trim().to_uppercase();
        PROVINCES.iter().find(|(abbreviation, _)| *abbreviation == province)?.1.to_owned()
    } else {
        maker.country.to_string()
    };
    let name: String =
        words(maker.name).iter().take(2).map(|word| word.chars().take(3).collect::<String>()).collect();
    if name.is_empty() {
        return None;
    }
    let city: String = words_kept(maker.city).concat().chars().take(3).collect();
    Some(format!("{origin}{name}{}{city}", largest_number(maker.street)))
}

/// The words of a name without articles; initials in a row count as one word.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut initials = false;
    for word in
        words_kept(name).into_iter().filter(|word| word.len() == 1 || !ARTICLES.contains(&word.as_str()))
    {
        let initial = word.chars().count() == 1;
        match words.last_mut() {
            Some(last) if initial && initials => last.push_str(&word),
            _ => words.push(word),
        }
        initials = initial;
    }
    words
}

/// Upper-case words of letters and digits; full stops and apostrophes inside a word are dropped, everything else parts words.
fn words_kept(text: &str) -> Vec<String> {
    text.to_uppercase()
        .replace('.', " ")
        .replace('\'', "")
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The largest number on the street line, cut to four digits; empty where there is none. A street that is named by a number
/// ("42nd") does not count, since its word has letters.
fn largest_number(street: &str) -> String {
    words_kept(&street.replace(',', ""))
        .into_iter()
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
        .max_by_key(|digits| {
            (digits.trim_start_matches('0').len(), digits.trim_start_matches('0').to_owned())
        })
        .map(|digits| digits.chars().take(4).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maker<'a>(name: &'a str, street: &'a str, city: &'a str) -> Maker<'a> {
        Maker { country: CountryCode::MX, province: None, name, street, city }
    }

    #[test]
    fn the_examples_of_the_regulation() {
        for (name, street, city, expected) in [
            ("Bergstrom", "no number", "Tijuana", "MXBERTIJ"),
            ("Amalgamated Plastics", "11455 Main Street, Suite 9999", "Tijuana", "MXAMAPLA1145TIJ"),
            ("A.B.C. Company", "Calle 5", "Monterrey", "MXABCCOM5MON"),
            ("The Tools of Reynosa", "42nd Street 7", "Reynosa", "MXTOOREY7REY"),
        ] {
            assert_eq!(expected_mid(&maker(name, street, city)).as_deref(), Some(expected));
        }
    }

    #[test]
    fn canada_goes_by_province() {
        let mut canadian =
            Maker { country: CountryCode::CA, ..maker("A.B.C. Company", "11455 Main Street", "Toronto") };
        assert_eq!(expected_mid(&canadian), None);
        canadian.province = Some("on");
        assert_eq!(expected_mid(&canadian).as_deref(), Some("XOABCCOM1145TOR"));
    }
}
