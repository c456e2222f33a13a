//! Documents of an application, by reference: the papers themselves are kept elsewhere.

use super::code::codes;
use chrono::NaiveDate;
use kernel::{DocumentId, Text};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

codes! {
    /// What kind of paper it is.
    pub enum DocumentKind {
        /// Mexican deed of incorporation, naming the company and every owner or officer. Handbook 2.1.
        ActaConstitutiva = "acta_constitutiva",
        /// Certificate of incorporation, asked of manufacturers in Mexico and Canada on request. Handbook 2.2.
        CertificateOfIncorporation = "certificate_of_incorporation",
        /// Licence of a customs broker.
        BrokerLicence = "broker_licence",
        /// Licence or registration of another agency: FMC, TSA, DOT, SCT.
        TransportLicence = "transport_licence",
        /// Copy of a bond.
        BondCopy = "bond_copy",
        /// The exporter's documented export security programme. Handbook 2.2.
        ExportSecurityProgramme = "export_security_programme",
        /// The supply-chain risk assessment.
        SupplyChainAssessment = "supply_chain_assessment",
        /// Certificate of compliance with the ISPS code.
        IspsCertificate = "isps_certificate",
        /// Anything else.
        Other = "other",
    }
}

/// The SHA-256 digest of a file, 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Sha256(String);

/// The text is no SHA-256 digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 digest is written as 64 lower-case hexadecimal digits")]
pub struct Sha256Error;

impl Sha256 {
    /// Reads a digest.
    pub fn parse(text: impl Into<String>) -> Result<Self, Sha256Error> {
        let text = text.into();
        let hexadecimal = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if text.len() == 64 && hexadecimal { Ok(Self(text)) } else { Err(Sha256Error) }
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A document as the company names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its id, made by the portal.
    pub document_id: DocumentId,
    /// What kind of paper it is.
    pub kind: DocumentKind,
    /// Its title. Must name no person.
    pub title: Text<200>,
    /// Where it is: an address, a file number, a shelf.
    pub reference: Text<2000>,
    /// The digest of its bytes, so that nobody can exchange it unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
}

/// A document that is attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedDocument {
    /// The document.
    #[serde(flatten)]
    pub document: Document,
    /// Since when.
    pub attached_on: NaiveDate,
}

/// The most documents that one application names.
pub const MAX_DOCUMENTS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_64_lower_case_hexadecimal_digits() {
        assert_eq!(Sha256::parse("a1".repeat(32)).unwrap().as_str(), "a1".repeat(32));
        for wrong in ["", "a1", &"A1".repeat(32), &"g1".repeat(32), &"a1".repeat(33)] {
            assert_eq!(Sha256::parse(wrong), Err(Sha256Error), "{wrong}");
        }
    }
}
