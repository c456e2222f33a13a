//! Values of an account: company data, addresses, contacts. Handbook 2.3 and 4.3.

use crate::membership::code::codes;
use chrono::NaiveDate;
use kernel::{AddressId, CountryCode, PersonId, Text, Timestamp};
use serde::{Deserialize, Serialize};

codes! {
    /// Who owns the company.
    pub enum OwnershipType {
        /// A corporation.
        Corporation = "corporation",
        /// A limited liability company.
        LimitedLiabilityCompany = "limited_liability_company",
        /// A partnership.
        Partnership = "partnership",
        /// One person.
        SoleProprietorship = "sole_proprietorship",
        /// A state, a port authority, a public body.
        PublicBody = "public_body",
        /// Something else.
        Other = "other",
    }
}

codes! {
    /// Years in business, as a range.
    pub enum YearsInBusiness {
        /// Less than one.
        LessThan1 = "less_than_1",
        /// One to five.
        From1To5 = "from_1_to_5",
        /// Six to ten.
        From6To10 = "from_6_to_10",
        /// Eleven to twenty.
        From11To20 = "from_11_to_20",
        /// More than twenty.
        MoreThan20 = "more_than_20",
    }
}

codes! {
    /// Number of employees, as a range.
    pub enum Employees {
        /// One to ten.
        From1To10 = "from_1_to_10",
        /// Eleven to fifty.
        From11To50 = "from_11_to_50",
        /// 51 to 250.
        From51To250 = "from_51_to_250",
        /// 251 to 1,000.
        From251To1000 = "from_251_to_1000",
        /// More than 1,000.
        MoreThan1000 = "more_than_1000",
    }
}

codes! {
    /// What a place is.
    pub enum AddressType {
        /// Headquarters, foreign corporate headquarters included.
        Headquarters = "headquarters",
        /// Office of trade or security contacts.
        Office = "office",
        /// Facility where import or export cargo is handled.
        CargoFacility = "cargo_facility",
        /// Place where policy is written or training is given.
        PolicyOrTraining = "policy_or_training",
        /// For mail alone.
        Mailing = "mailing",
        /// Something else.
        Other = "other",
    }
}

codes! {
    /// Whether a contact is a point of contact (POC). Handbook 1.3.
    #[derive(Default)]
    pub enum PointOfContact {
        /// The person CBP writes to.
        Primary = "primary",
        /// The one to turn to when the primary does not answer.
        Alternate = "alternate",
        /// No point of contact.
        #[default]
        None = "none",
    }
}

/// What is known of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its legal name.
    pub name: Text<200>,
    /// The name it does business as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doing_business_as: Option<Text<200>>,
    /// Its telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<Text<50>>,
    /// Its fax number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fax: Option<Text<50>>,
    /// Its website.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<Text<500>>,
    /// The day on which it began business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_started_on: Option<NaiveDate>,
    /// Years in business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years_in_business: Option<YearsInBusiness>,
    /// Number of employees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employees: Option<Employees>,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ownership_type: Option<OwnershipType>,
    /// A brief history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brief_history: Option<Text<4000>>,
}

impl Company {
    /// The company with its names as names: without blanks around them.
    #[must_use]
    pub fn with_plain_names(mut self) -> Self {
        self.name = self.name.as_name();
        self.doing_business_as = self.doing_business_as.map(|name| name.as_name());
        self
    }
}

/// A place of the company. Type, country, street, city and postal code are required. Handbook 4.3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// What the place is.
    #[serde(rename = "type")]
    pub address_type: AddressType,
    /// Country or territory.
    pub country: CountryCode,
    /// Street line.
    pub street_1: Text<200>,
    /// Second street line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street_2: Option<Text<200>>,
    /// City.
    pub city: Text<100>,
    /// State, province or territory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Text<100>>,
    /// Postal code.
    pub postal_code: Text<20>,
    /// Whether mail goes there too.
    pub also_mailing_address: bool,
    /// Whether it is a staffed business office. C2.
    pub staffed_office: bool,
}

/// An address with its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAddress {
    /// Its id.
    pub address_id: AddressId,
    /// The address.
    #[serde(flatten)]
    pub address: Address,
}

/// A contact: a person, by id and version of the people table, and what that person is to the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The person.
    pub person_id: PersonId,
    /// The version of the person's details.
    pub person_version: i64,
    /// Whether the person is an officer of the company.
    pub company_officer: bool,
    /// Whether CBP writes to the person.
    pub point_of_contact: PointOfContact,
}

/// An accepted agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The version of the text.
    pub agreement_version: String,
    /// Who accepted it.
    pub accepted_by: PersonId,
    /// In which role.
    pub role: kernel::Role,
    /// When.
    pub accepted_at: Timestamp,
}

/// A role that a user has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The user.
    pub person_id: PersonId,
    /// The role.
    pub role: kernel::Role,
    /// Who granted it.
    pub granted_by: PersonId,
    /// When.
    pub granted_at: Timestamp,
}
