//! Numbers of cargo, as they stand on containers, seals and papers. Refused on shape alone; what else seems odd is a warning.
//!
//! | Kind | Shape | Source |
//! |---|---|---|
//! | container | owner code of three letters, category U, J or Z, six digits, check digit | ISO 6346 |
//! | seal | the maker's own numbering, at most 40 characters with a letter or digit | ISO 17712 asks for a unique mark and gives it no form |
//! | entry | filer code of three letters or digits, seven digits, a check digit | 19 CFR 142.3a; handbook 2.4 for the filer code |
//! | seizure | at most 40 characters with a letter or digit | no form is known |

use crate::identifiers::Warning;
use serde::{Deserialize, Serialize};

crate::codes! {
    /// The kinds of numbers of cargo. Handbook 11.
    pub enum CargoNumberType {
        /// A container, by ISO 6346.
        Container = "container",
        /// A seal.
        Seal = "seal",
        /// A customs entry.
        Entry = "entry",
        /// A seizure by CBP or another authority.
        Seizure = "seizure",
    }
}

impl CargoNumberType {
    /// The right shape, in words.
    pub const fn shape(self) -> &'static str {
        match self {
            CargoNumberType::Container => {
                "four letters of which the last is U, J or Z, six digits and a check digit (ISO 6346)"
            }
            CargoNumberType::Entry => {
                "a filer code of three letters or digits, seven digits and a check digit"
            }
            CargoNumberType::Seal | CargoNumberType::Seizure => {
                "one to 40 characters with at least one letter or digit"
            }
        }
    }

    /// An example of the right shape.
    pub const fn example(self) -> &'static str {
        match self {
            CargoNumberType::Container => "CSQU 305438-3",
            CargoNumberType::Seal => "HS-0048213",
            CargoNumberType::Entry => "AB1-1234567-8",
            CargoNumberType::Seizure => "2026230400012301",
        }
    }
}

/// The most characters that are looked at.
pub const MAX_TYPED: usize = 40;

/// A number of cargo: its kind, the text as typed, and the form in which numbers are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CargoNumber {
    /// Its kind.
    #[serde(rename = "type")]
    pub number_type: CargoNumberType,
    /// The text as typed.
    pub as_typed: String,
    /// Upper case, letters and digits alone.
    pub normalised: String,
}

/// Why a number was refused. The sentence shows the right shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct CargoNumberError {
    /// What is wrong and what the right shape is.
    pub sentence: String,
}

impl CargoNumberError {
    /// The stable code of this error in a problem's `errors`.
    pub const CODE: &'static str = "number_shape";
}

impl CargoNumber {
    /// Reads a number as typed; refuses on shape alone.
    ///
    /// # Errors
    /// The text does not have the shape of its kind.
    pub fn parse(number_type: CargoNumberType, typed: &str) -> Result<Self, CargoNumberError> {
        let fits = typed.chars().count() <= MAX_TYPED && !typed.chars().any(char::is_control);
        match normalise(number_type, typed).filter(|_| fits) {
            Some(normalised) => Ok(Self { number_type, as_typed: typed.to_owned(), normalised }),
            None => Err(CargoNumberError {
                sentence: format!(
                    "This does not have the shape of this kind of number. The right shape is {}, for example {}.",
                    number_type.shape(),
                    number_type.example()
                ),
            }),
        }
    }

    /// What seems odd about it. Containers with a wrong check digit are on the road, and digits are misread, so this never refuses.
    pub fn warnings(&self) -> Vec<Warning> {
        let odd = self.number_type == CargoNumberType::Container
            && container_check_digit(&self.normalised) != self.normalised.chars().last();
        let warning = Warning {
            code: "check_digit".to_owned(),
            detail: "The check digit of the container does not fit; please compare it with the container."
                .to_owned(),
        };
        odd.then_some(warning).into_iter().collect()
    }
}

/// The form in which numbers are compared: upper case, letters and digits alone.
pub fn normal_form(typed: &str) -> String {
    typed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

fn normalise(kind: CargoNumberType, typed: &str) -> Option<String> {
    let free = normal_form(typed);
    let right = match kind {
        CargoNumberType::Container => {
            free.is_ascii() && free.len() == 11 && {
                let (letters, digits) = free.split_at(4);
                letters.bytes().all(|byte| byte.is_ascii_uppercase())
                    && letters.ends_with(['U', 'J', 'Z'])
                    && digits.bytes().all(|byte| byte.is_ascii_digit())
            }
        }
        CargoNumberType::Entry => {
            free.is_ascii() && free.len() == 11 && free.bytes().skip(3).all(|byte| byte.is_ascii_digit())
        }
        CargoNumberType::Seal | CargoNumberType::Seizure => !free.is_empty(),
    };
    right.then_some(free)
}

/// The check digit that the first ten characters ask for (ISO 6346): letters count 10 to 38 without the multiples of 11, the place doubles
/// the weight, modulo 11, and 10 is written 0.
fn container_check_digit(number: &str) -> Option<char> {
    let mut sum = 0;
    let mut weight = 1;
    for character in number.chars().take(10) {
        let value = match character.to_digit(36)? {
            digit @ 0..=10 => digit,
            letter @ 11..=20 => letter + 1,
            letter @ 21..=30 => letter + 2,
            letter => letter + 3,
        };
        sum += value * weight;
        weight *= 2;
    }
    char::from_digit(sum % 11 % 10, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(kind: CargoNumberType, typed: &str) -> Option<String> {
        CargoNumber::parse(kind, typed).ok().map(|number| number.normalised)
    }

    #[test]
    fn every_example_has_its_own_shape_and_no_warning() {
        for kind in CargoNumberType::ALL {
            let number = CargoNumber::parse(*kind, kind.example()).unwrap();
            assert_eq!(number.as_typed, kind.example());
            assert_eq!(number.warnings(), Vec::new(), "{kind}");
            assert_eq!(CargoNumber::parse(*kind, &number.normalised).unwrap().normalised, number.normalised);
        }
    }

    #[test]
    fn numbers_are_taken_as_people_write_them() {
        for (kind, typed, expected) in [
            (CargoNumberType::Container, "csqu 305438-3", "CSQU3054383"),
            (CargoNumberType::Container, "TEMZ1234560", "TEMZ1234560"),
            (CargoNumberType::Seal, " n.º 48 213/b ", "Nº48213B"),
            (CargoNumberType::Entry, "ab1-1234567-8", "AB112345678"),
            (CargoNumberType::Seizure, "2026-2304-000123-01", "2026230400012301"),
        ] {
            assert_eq!(normalised(kind, typed).as_deref(), Some(expected), "{kind} {typed}");
        }
    }

    #[test]
    fn wrong_shapes_are_refused_with_a_sentence_that_shows_the_right_one() {
        for (kind, typed) in [
            (CargoNumberType::Container, "CSQU305438"),
            (CargoNumberType::Container, "CSQA3054383"),
            (CargoNumberType::Container, "CS1U3054383"),
            (CargoNumberType::Container, "CSQU30543830"),
            (CargoNumberType::Container, "ßSQU3054383"),
            (CargoNumberType::Entry, "AB1-1234567"),
            (CargoNumberType::Entry, "AB1-123456A-8"),
            (CargoNumberType::Seal, " - "),
            (CargoNumberType::Seal, "48\u{0}213"),
            (CargoNumberType::Seizure, "12345678901234567890123456789012345678901"),
        ] {
            let error = CargoNumber::parse(kind, typed).unwrap_err();
            assert!(error.sentence.contains(kind.example()), "{typed}: {}", error.sentence);
        }
    }

    #[test]
    fn a_wrong_check_digit_of_a_container_is_a_warning() {
        // The example of the standard, and others reckoned apart.
        for right in ["CSQU3054383", "MSCU6639870", "TOLU4734787", "HLXU2008419"] {
            let number = CargoNumber::parse(CargoNumberType::Container, right).unwrap();
            assert_eq!(number.warnings(), Vec::new(), "{right}");
        }
        for wrong in ["CSQU3054384", "CSQU3054303"] {
            let number = CargoNumber::parse(CargoNumberType::Container, wrong).unwrap();
            assert_eq!(number.warnings()[0].code, "check_digit", "{wrong}");
        }
    }
}
