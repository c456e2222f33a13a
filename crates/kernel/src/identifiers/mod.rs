//! Identifiers of companies. Handbook 2.4: refuse on shape alone, warn about the rest, keep the text as typed beside the normalised
//! form (upper case, no separators).

mod latin;
mod mid;
mod rfc;
mod shape;

pub use mid::{Maker, expected_mid};

use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

macro_rules! identifier_types {
    ($($(#[doc = $doc:expr])+ $name:ident = $code:literal, $shape:literal, $example:literal;)+) => {
        /// The kinds of identifiers that entity types ask for. Handbook 2.2 and 2.4.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum IdentifierType {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)+
        }

        impl IdentifierType {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [IdentifierType] = &[$(IdentifierType::$name,)+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(IdentifierType::$name => $code,)+ }
            }

            /// Reads a stable name; `None` when there is no such kind.
            pub fn parse(code: &str) -> Option<IdentifierType> {
                IdentifierType::ALL.iter().copied().find(|kind| kind.as_str() == code)
            }

            /// The right shape, in words.
            pub const fn shape(self) -> &'static str {
                match self { $(IdentifierType::$name => $shape,)+ }
            }

            /// An example of the right shape.
            pub const fn example(self) -> &'static str {
                match self { $(IdentifierType::$name => $example,)+ }
            }
        }
    };
}

identifier_types! {
    /// Importer of Record number (IOR), in the style of an EIN or assigned by CBP.
    ImporterOfRecord = "importer_of_record",
        "an EIN with a two-character suffix (NN-NNNNNNNXX, suffix without O, I and Z) or a number assigned by CBP (YYDDPP-NNNNN)",
        "12-345678900";
    /// Employer Identification Number.
    Ein = "ein", "nine digits, NN-NNNNNNN", "12-3456789";
    /// D-U-N-S number of Dun & Bradstreet.
    Duns = "duns", "nine digits", "123456789";
    /// Standard Carrier Alpha Code of NMFTA.
    Scac = "scac", "four letters (railroads: two to four)", "ABCD";
    /// U.S. Department of Transportation number.
    UsDotNumber = "us_dot_number", "one to eight digits", "1234567";
    /// Organization number of the Federal Maritime Commission.
    FmcOrganizationNumber = "fmc_organization_number", "six digits", "012345";
    /// Marine terminal operator number of the Federal Maritime Commission.
    FmcMarineTerminalOperatorNumber = "fmc_marine_terminal_operator_number", "six digits", "012345";
    /// IATA number of a cargo agent or consolidator.
    IataOrganizationNumber = "iata_organization_number", "six to eleven digits", "1234567";
    /// IATA airline code: the two-character designator or the three-digit accounting prefix.
    IataAirlineCode = "iata_airline_code",
        "a designator of two letters or digits with at least one letter, or an accounting prefix of three digits", "B6";
    /// Serial number of a customs broker's licence.
    BrokerLicence = "broker_licence", "one to five digits", "12345";
    /// Filer code of a customs broker.
    FilerCode = "filer_code", "three letters or digits", "AB1";
    /// Manufacturer Identification Code (MID), 19 CFR part 102 appendix.
    Mid = "mid",
        "up to 15 letters and digits: a country (for Canada a province code such as XO), the name, up to four digits of the street, \
         three letters of the city",
        "MXACMIND1145TIJ";
    /// Registro Federal de Contribuyentes of a Mexican company.
    Rfc = "rfc", "12 characters: three letters (A-Z, &, Ñ), a date YYMMDD, two letters or digits, a check character 0-9 or A",
        "GOD561231GR7";
    /// Number of the Mexican transport ministry (SCT).
    SctNumber = "sct_number", "one to 40 characters with at least one letter or digit", "SCT-0042";
    /// Approval or certification number of the Transportation Security Administration.
    TsaNumber = "tsa_number", "one to 40 characters with at least one letter or digit", "SW0123456";
    /// Number of the bond under which a logistics provider is bonded by CBP.
    CbpBondNumber = "cbp_bond_number", "one to 40 characters with at least one letter or digit", "010001234";
}

impl utoipa::PartialSchema for IdentifierType {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(IdentifierType::ALL.iter().map(|value| value.as_str())))
            .into()
    }
}

impl ToSchema for IdentifierType {}

impl fmt::Display for IdentifierType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An identifier: its kind, the text as typed and the normalised form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// Its kind.
    #[serde(rename = "type")]
    pub identifier_type: IdentifierType,
    /// The text as typed.
    pub as_typed: String,
    /// Upper case, without separators.
    pub normalised: String,
}

/// Why an identifier was refused. The sentence shows the right shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct IdentifierError {
    /// Stable code: `identifier_shape` or `identifier_personal`.
    pub code: &'static str,
    /// What is wrong and what the right shape is.
    pub sentence: String,
}

/// Something odd about an identifier that is no reason to refuse it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = IdentifierWarning)]
pub struct Warning {
    /// Stable code, for example `check_digit`.
    pub code: String,
    /// What seems odd, in a sentence.
    pub detail: String,
}

impl Warning {
    fn new(code: &str, detail: impl Into<String>) -> Self {
        Self { code: code.to_owned(), detail: detail.into() }
    }

    fn ein_prefix() -> Self {
        Self::new("ein_prefix", "No EIN begins with 00.")
    }
}

/// The most characters that are looked at.
pub const MAX_TYPED: usize = 60;

impl Identifier {
    /// Reads an identifier as typed; refuses on shape alone.
    ///
    /// # Errors
    /// The text does not have the shape of its kind, or it belongs to a natural person: a social security number or the RFC of a
    /// person would be personal data in the ledger, so a company gives its EIN, a number assigned by CBP, or the RFC of the company.
    pub fn parse(identifier_type: IdentifierType, typed: &str) -> Result<Self, IdentifierError> {
        Self::read(identifier_type, typed, false)
    }

    /// The same for a railroad, whose SCAC may have two to four letters (NMFTA; CBP's own page says four).
    ///
    /// # Errors
    /// As [`Identifier::parse`].
    pub fn parse_for_railroad(identifier_type: IdentifierType, typed: &str) -> Result<Self, IdentifierError> {
        Self::read(identifier_type, typed, true)
    }

    fn read(identifier_type: IdentifierType, typed: &str, railroad: bool) -> Result<Self, IdentifierError> {
        let refuse = |code: &'static str, why: &str| IdentifierError {
            code,
            sentence: format!(
                "{why} The right shape is {}, for example {}.",
                identifier_type.shape(),
                identifier_type.example()
            ),
        };
        if typed.chars().count() > MAX_TYPED {
            return Err(refuse("identifier_shape", "This is too long for an identifier."));
        }
        if let Some(why) = shape::personal(identifier_type, typed) {
            return Err(refuse("identifier_personal", why));
        }
        match shape::normalise(identifier_type, typed, railroad) {
            Some(normalised) => Ok(Self { identifier_type, as_typed: typed.to_owned(), normalised }),
            None => {
                Err(refuse("identifier_shape", "This does not have the shape of this kind of identifier."))
            }
        }
    }

    /// What seems odd about it: check digits and reserved values. Around 1.5 % of RFCs in use fail their own check digit, so this never
    /// refuses.
    pub fn warnings(&self) -> Vec<Warning> {
        let text = self.normalised.as_str();
        let mut warnings = Vec::new();
        match self.identifier_type {
            IdentifierType::Ein if text.starts_with("00") => warnings.push(Warning::ein_prefix()),
            IdentifierType::ImporterOfRecord
                if text.starts_with("00") && shape::holds_an_ein(&self.as_typed) =>
            {
                warnings.push(Warning::ein_prefix());
            }
            IdentifierType::Scac => match text.chars().last() {
                Some('U') => {
                    warnings.push(Warning::new("scac_equipment", "Codes that end in U mark containers."))
                }
                Some('X') => {
                    warnings.push(Warning::new("scac_equipment", "Codes that end in X mark rail cars."))
                }
                Some('Z') => {
                    warnings.push(Warning::new(
                        "scac_equipment",
                        "Codes that end in Z mark chassis and trailers.",
                    ));
                }
                _ => {}
            },
            IdentifierType::Rfc if rfc::check_character(text) != text.chars().last() => {
                warnings.push(Warning::new(
                    "check_digit",
                    "The check character does not fit; please compare it with the document.",
                ));
            }
            IdentifierType::Mid if !mid::has_known_origin(text) => {
                warnings.push(Warning::new(
                    "mid_origin",
                    "The first two letters are no country code; for Canada they are a province code such as XO.",
                ));
            }
            _ => {}
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(kind: IdentifierType, typed: &str) -> Option<String> {
        Identifier::parse(kind, typed).ok().map(|identifier| identifier.normalised)
    }

    #[test]
    fn every_example_has_its_own_shape_and_no_warning() {
        for kind in IdentifierType::ALL {
            let identifier = Identifier::parse(*kind, kind.example()).unwrap();
            assert_eq!(identifier.as_typed, kind.example());
            assert_eq!(identifier.warnings(), Vec::new(), "{kind}");
            assert_eq!(IdentifierType::parse(kind.as_str()), Some(*kind));
        }
    }

    #[test]
    fn shapes_are_taken_with_separators_and_in_lower_case() {
        for (kind, typed, expected) in [
            (IdentifierType::ImporterOfRecord, "12-3456789aB", "123456789AB"),
            (IdentifierType::ImporterOfRecord, "240101-12345", "24010112345"),
            (IdentifierType::Ein, " 12-3456789 ", "123456789"),
            (IdentifierType::Duns, "12-345-6789", "123456789"),
            (IdentifierType::Scac, "abcd", "ABCD"),
            (IdentifierType::UsDotNumber, "1", "1"),
            (IdentifierType::UsDotNumber, "12345678", "12345678"),
            (IdentifierType::BrokerLicence, "123", "00123"),
            (IdentifierType::FilerCode, "wl7", "WL7"),
            (IdentifierType::IataAirlineCode, "176", "176"),
            (IdentifierType::IataOrganizationNumber, "12-3 4567/8901", "12345678901"),
            (IdentifierType::Mid, "xoabccom1145tor", "XOABCCOM1145TOR"),
            (IdentifierType::Rfc, "god-561231-gr8", "GOD561231GR8"),
            (IdentifierType::Rfc, "ñ&a991231ab1", "Ñ&A991231AB1"),
            (IdentifierType::Rfc, "n\u{303}&a991231ab1", "Ñ&A991231AB1"),
            (IdentifierType::Ein, "12\u{2013}3456789", "123456789"),
            (IdentifierType::SctNumber, "sct 12/34", "SCT1234"),
            (IdentifierType::SctNumber, "n.º 12 #34_b", "Nº1234B"),
        ] {
            assert_eq!(normalised(kind, typed).as_deref(), Some(expected), "{kind} {typed}");
        }
    }

    #[test]
    fn wrong_shapes_are_refused_with_a_sentence_that_shows_the_right_one() {
        for (kind, typed) in [
            (IdentifierType::ImporterOfRecord, "12-3456789"),
            (IdentifierType::ImporterOfRecord, "12-3456789OI"),
            (IdentifierType::ImporterOfRecord, "24A101-12345"),
            (IdentifierType::Ein, "12-345678"),
            (IdentifierType::Ein, "1234567890"),
            (IdentifierType::Duns, "12345678A"),
            (IdentifierType::Scac, "ABC"),
            (IdentifierType::Scac, "AB1D"),
            (IdentifierType::UsDotNumber, "123456789"),
            (IdentifierType::FmcOrganizationNumber, "12345"),
            (IdentifierType::IataOrganizationNumber, "12345"),
            (IdentifierType::IataAirlineCode, "12"),
            (IdentifierType::BrokerLicence, "123456"),
            (IdentifierType::FilerCode, "AB"),
            (IdentifierType::Mid, "M1ACMIND1145TIJ"),
            (IdentifierType::Mid, "MXACMIND11456TIJX"),
            (IdentifierType::Rfc, "GOD561331GR8"),
            (IdentifierType::Rfc, "GOD561231GRB"),
            (IdentifierType::Scac, "ßab"),
            (IdentifierType::Scac, "ſbcd"),
            (IdentifierType::Ein, "١٢٣٤٥٦٧٨٩"),
            (IdentifierType::SctNumber, " - "),
            (IdentifierType::SctNumber, "12\u{0}34"),
            (IdentifierType::TsaNumber, "12345678901234567890123456789012345678901"),
            (IdentifierType::SctNumber, ""),
        ] {
            let error = Identifier::parse(kind, typed).unwrap_err();
            assert_eq!(error.code, "identifier_shape", "{kind} {typed}");
            assert!(error.sentence.contains(kind.example()), "{}", error.sentence);
        }
    }

    #[test]
    fn numbers_of_natural_persons_are_refused_as_such() {
        for kind in IdentifierType::ALL {
            for typed in ["123-45-6789", " 123 45 6789 ", "123\u{2011}45\u{2011}6789"] {
                let error = Identifier::parse(*kind, typed).unwrap_err();
                assert_eq!(error.code, "identifier_personal", "{kind} {typed}");
                assert!(
                    !error.sentence.contains("6789") || kind.example().contains("6789"),
                    "{}",
                    error.sentence
                );
            }
        }
        let importer = IdentifierType::ImporterOfRecord;
        for typed in [
            "234-56-789000",
            "234-56-7890-00",
            "234 56 7890 00",
            "234-56-7890AB",
            "234-56789000",
            "234-567890",
            " 234.56.7890 0",
            "234\u{2013}56\u{2013}789000",
        ] {
            let error = Identifier::parse(importer, typed).unwrap_err();
            assert_eq!(error.code, "identifier_personal", "{typed}");
            assert!(!error.sentence.contains("234"), "{}", error.sentence);
        }
        // With the separator elsewhere, or with none, it may as well be a company's.
        for typed in ["23456789000", "23-456789000", "234567-89000", "23-4567890-AB"] {
            assert!(Identifier::parse(importer, typed).is_ok(), "{typed}");
        }
        for kind in [IdentifierType::Rfc, IdentifierType::SctNumber, IdentifierType::CbpBondNumber] {
            assert_eq!(Identifier::parse(kind, "gode-561231-gr8").unwrap_err().code, "identifier_personal");
        }
    }

    #[test]
    fn railroads_may_have_short_codes() {
        assert!(Identifier::parse_for_railroad(IdentifierType::Scac, "UP").is_ok());
        assert!(Identifier::parse(IdentifierType::Scac, "UP").is_err());
    }

    #[test]
    fn odd_values_are_taken_with_a_warning() {
        for (kind, typed, code) in [
            (IdentifierType::Ein, "00-3456789", "ein_prefix"),
            (IdentifierType::ImporterOfRecord, "00-345678900", "ein_prefix"),
            (IdentifierType::ImporterOfRecord, "003456789AB", "ein_prefix"),
            (IdentifierType::Scac, "ABCX", "scac_equipment"),
            (IdentifierType::Scac, "ABCZ", "scac_equipment"),
            (IdentifierType::Scac, "ABCU", "scac_equipment"),
            (IdentifierType::Rfc, "GOD561231GR9", "check_digit"),
            (IdentifierType::Mid, "CAABCCOM1145TOR", "mid_origin"),
        ] {
            let warnings = Identifier::parse(kind, typed).unwrap().warnings();
            assert_eq!(warnings.first().map(|warning| warning.code.as_str()), Some(code), "{typed}");
        }
    }
    #[test]
    fn a_number_that_cbp_assigned_in_2000_is_not_odd() {
        for typed in ["001234-12345", "00123412345"] {
            let identifier = Identifier::parse(IdentifierType::ImporterOfRecord, typed).unwrap();
            assert_eq!(identifier.warnings(), Vec::new(), "{typed}");
        }
    }

    #[test]
    fn a_normalised_text_is_its_own_normal_form() {
        for kind in IdentifierType::ALL {
            for typed in [kind.example().to_owned(), format!(" {}\t", kind.example().to_lowercase())] {
                let first = Identifier::parse(*kind, &typed).unwrap();
                let again = Identifier::parse(*kind, &first.normalised).unwrap();
                assert_eq!(again.normalised, first.normalised, "{kind}");
                assert_eq!(first.as_typed, typed, "the text as typed is kept");
            }
        }
    }

    #[test]
    fn the_stored_form_names_type_typed_and_normalised() {
        let stored = serde_json::json!({ "type": "scac", "as_typed": "ab-cd", "normalised": "ABCD" });
        let identifier = Identifier::parse(IdentifierType::Scac, "ab-cd").unwrap();
        assert_eq!(serde_json::to_value(&identifier).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Identifier>(stored).unwrap(), identifier);
    }
}
