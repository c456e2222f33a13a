//! The Manufacturer Identification Code that follows from name and address. Handbook 2.5, 19 CFR part 102 appendix.

use super::latin;
use crate::CountryCode;

/// Name and address of a maker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maker<'a> {
    /// Country of origin.
    pub country: CountryCode,
    /// For Canada, the province or territory: its postal abbreviation (`ON`), the same with the country (`CA-ON`) or its name.
    pub province: Option<&'a str>,
    /// Name of the company.
    pub name: &'a str,
    /// The street line.
    pub street: &'a str,
    /// The city.
    pub city: &'a str,
}

/// Postal abbreviation, name, and the two letters that stand for it.
const PROVINCES: [(&str, &str, &str); 13] = [
    ("AB", "ALBERTA", "XA"),
    ("BC", "BRITISH COLUMBIA", "XC"),
    ("MB", "MANITOBA", "XM"),
    ("NB", "NEW BRUNSWICK", "XB"),
    ("NL", "NEWFOUNDLAND AND LABRADOR", "XW"),
    ("NT", "NORTHWEST TERRITORIES", "XT"),
    ("NS", "NOVA SCOTIA", "XN"),
    ("NU", "NUNAVUT", "XV"),
    ("ON", "ONTARIO", "XO"),
    ("PE", "PRINCE EDWARD ISLAND", "XP"),
    ("QC", "QUEBEC", "XQ"),
    ("SK", "SASKATCHEWAN", "XS"),
    ("YT", "YUKON", "XY"),
];

/// Words that are skipped.
const ARTICLES: [&str; 5] = ["A", "AN", "AND", "OF", "THE"];

/// Endings that make a number an ordinal, as in the name of a street: 42nd, 5th, 1ra, 2do.
const ORDINALS: [&str; 14] =
    ["ST", "ND", "RD", "TH", "RA", "RO", "ER", "DA", "DO", "TA", "TO", "MA", "MO", "VA"];

pub(super) fn has_known_origin(mid: &str) -> bool {
    let origin: String = mid.chars().take(2).collect();
    PROVINCES.iter().any(|(_, _, code)| *code == origin)
        || (origin != "CA" && CountryCode::parse(&origin).is_ok())
}

/// The MID that is to be expected; `None` where the province of a Canadian maker is not known, or name or city has no Latin letters.
pub fn expected_mid(maker: &Maker<'_>) -> Option<String> {
    let origin = if maker.country == CountryCode::CA {
        province_code(maker.province?)?.to_owned()
    } else {
        maker.country.to_string()
    };
    let name: String = words(maker.name).iter().take(2).map(|word| first_three(word)).collect();
    let city: String = words(maker.city).concat().chars().filter(char::is_ascii_alphabetic).collect();
    if name.is_empty() || city.is_empty() {
        return None;
    }
    Some(format!("{origin}{name}{}{}", largest_number(maker.street), first_three(&city)))
}

fn province_code(province: &str) -> Option<&'static str> {
    let given = latin::folded(province.trim());
    let given = given.strip_prefix("CA-").unwrap_or(&given);
    PROVINCES
        .iter()
        .find(|(abbreviation, name, _)| *abbreviation == given || *name == given)
        .map(|(_, _, code)| *code)
}

fn first_three(word: &str) -> String {
    word.chars().take(3).collect()
}

/// The words of a name without articles. A hyphen or an apostrophe joins, initials in a row count as one word, and everything else
/// that is no letter or digit parts words.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut initials = String::new();
    for part in parts(name) {
        if part.text.len() == 1 && part.text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            // A lone "a" is an article, "A." is an initial: the full stop is remembered until the row of initials ends.
            initials.push_str(&part.text);
            if part.has_full_stop {
                initials.push('.');
            }
            continue;
        }
        end_of_initials(&mut initials, &mut words);
        if !ARTICLES.contains(&part.text.as_str()) {
            words.push(part.text);
        }
    }
    end_of_initials(&mut initials, &mut words);
    words
}

fn end_of_initials(initials: &mut String, words: &mut Vec<String>) {
    if !initials.is_empty() && initials != "A" {
        words.push(initials.replace('.', ""));
    }
    initials.clear();
}

struct Part {
    text: String,
    has_full_stop: bool,
}

fn parts(text: &str) -> impl Iterator<Item = Part> {
    let joined: String =
        latin::folded(text).chars().filter(|c| !matches!(c, '-' | '_' | '\'' | '\u{2019}')).collect();
    let parts: Vec<Part> = joined
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .flat_map(|word| {
            let has_full_stop = word.contains('.');
            word.split('.')
                .filter(|piece| !piece.is_empty())
                .map(move |piece| Part { text: piece.to_owned(), has_full_stop })
        })
        .collect();
    parts.into_iter()
}

/// The largest number on the street line, cut to four digits; empty where there is none. Punctuation inside a number is ignored
/// (12-34-56 is 123456), and an ordinal is the name of a street, not a number in it.
fn largest_number(street: &str) -> String {
    let characters: Vec<char> = latin::folded(street).chars().collect();
    let digit_at = |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(char::is_ascii_digit);
    let joined: String = characters
        .iter()
        .enumerate()
        .filter(|(at, c)| {
            !(matches!(c, ',' | '-' | '.') && digit_at(at.checked_sub(1)) && digit_at(at.checked_add(1)))
        })
        .map(|(_, c)| *c)
        .collect();
    joined
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !ORDINALS.contains(&word.trim_start_matches(|c: char| c.is_ascii_digit())))
        .flat_map(|word| word.split(|c: char| !c.is_ascii_digit()))
        .map(|digits| digits.trim_start_matches('0'))
        .max_by(|one, other| one.len().cmp(&other.len()).then_with(|| one.cmp(other)))
        .map(|digits| digits.chars().take(4).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(name: &str, street: &str, city: &str) -> Option<String> {
        expected_mid(&Maker { country: CountryCode::MX, province: None, name, street, city })
    }

    #[test]
    fn names_give_three_letters_of_their_first_two_words() {
        for (name, expected) in [
            ("Bergstrom", "BER"),
            ("Amalgamated Plastics", "AMAPLA"),
            ("Amalgamated Plastics Corp.", "AMAPLA"),
            ("A.B.C. Company", "ABCCOM"),
            ("A B C Company", "ABCCOM"),
            ("O.A.S.I.S. Corp.", "OASCOR"),
            ("Dr. S.A. Smith", "DRSA"),
            ("Shavings B L Inc.", "SHABL"),
            ("The Embassy of Spain", "EMBSPA"),
            ("A Fine Company", "FINCOM"),
            ("A. Smith", "ASMI"),
            ("Rubber-Plastics Corp.", "RUBCOR"),
            ("Rubber_Plastics Corp.", "RUBCOR"),
            ("20th Century Fox", "20TCEN"),
            ("Concept 2000", "CON200"),
            ("O'Brien Tools", "OBRTOO"),
            ("Química Niño", "QUININ"),
            ("Quimica\u{301} Nin\u{303}o", "QUININ"),
            ("Łódź Straße", "LODSTR"),
        ] {
            assert_eq!(built(name, "", "Tijuana"), Some(format!("MX{expected}TIJ")), "{name}");
        }
    }

    #[test]
    fn streets_give_four_digits_of_their_largest_number() {
        for (street, expected) in [
            ("11455 Main Street, Suite 9999", "1145"),
            ("232 Main Street, Suite 1234", "1234"),
            ("no number", ""),
            ("One Thousand Century Plaza", ""),
            ("12,34,56 Alaska Road", "1234"),
            ("12-34-56 Alaska Road", "1234"),
            ("12 34 56 Alaska Road", "56"),
            ("42nd Street", ""),
            ("42nd Street 7", "7"),
            ("Av. 5ta 18", "18"),
            ("Av. Reforma #11455-A", "1145"),
            ("Av. Reforma 11455B", "1145"),
            ("Calle Sur 007", "7"),
            ("99, 100 Calle Norte", "100"),
        ] {
            assert_eq!(built("Acme", street, "Tijuana"), Some(format!("MXACM{expected}TIJ")), "{street}");
        }
    }

    #[test]
    fn cities_give_three_letters() {
        for (city, expected) in [
            ("Tokyo", "TOK"),
            ("St. Michel", "STM"),
            ("18-Mile High", "MIL"),
            ("The Hague", "HAG"),
            ("León", "LEO"),
            ("México", "MEX"),
            ("San Luis Potosí", "SAN"),
            ("Ur", "UR"),
        ] {
            assert_eq!(built("Acme", "", city), Some(format!("MXACM{expected}")), "{city}");
        }
    }

    #[test]
    fn canada_goes_by_province() {
        let built = |province: Option<&str>| {
            let maker = Maker {
                country: CountryCode::CA,
                province,
                name: "A.B.C. Company",
                street: "11455 Main Street",
                city: "Toronto",
            };
            expected_mid(&maker)
        };
        for (abbreviation, name, code) in PROVINCES {
            let expected = Some(format!("{code}ABCCOM1145TOR"));
            for given in [abbreviation.to_owned(), format!("ca-{abbreviation}"), name.to_lowercase()] {
                assert_eq!(built(Some(&given)), expected, "{given}");
            }
        }
        assert_eq!(built(Some("Québec")).as_deref(), Some("XQABCCOM1145TOR"));
        assert_eq!((built(None), built(Some("Texas"))), (None, None));
    }

    #[test]
    fn what_cannot_be_written_in_latin_letters_is_not_guessed() {
        assert_eq!(built("東京工業", "1", "Tijuana"), None);
        assert_eq!(built("Acme", "1", "東京"), None);
        assert_eq!(built("", "", ""), None);
    }

    #[test]
    fn no_mid_is_longer_than_fifteen() {
        let longest = built("Amalgamated Plastics", "1234567890", "Tijuana").unwrap();
        assert_eq!((longest.as_str(), longest.len()), ("MXAMAPLA1234TIJ", 15));
    }
}
