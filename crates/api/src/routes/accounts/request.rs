//! Requests on accounts.

use super::super::code;
use chrono::NaiveDate;
use kernel::telephone::TELEPHONE_SHAPE;
use kernel::text::OneLine;
use kernel::{AddressId, CountryCode, HoldId, PersonId, Role, Text};
use membership::account::values::{
    self, AddressType, Employees, OwnershipType, PointOfContact, YearsInBusiness,
};
use portal::Subject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is known of a company.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyData {
    /// Its legal name. White space around it is not kept.
    #[schema(value_type = OneLine<200>)]
    pub name: Text<200>,
    /// The name it does business as. White space around it is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OneLine<200>>)]
    pub doing_business_as: Option<Text<200>>,
    /// Its telephone number; it stays as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 50, pattern = r"^\+?(?:[ ().\-/]*[0-9]){5,15}[ ().\-/]*(?:(?:ext\.?|x|#) ?[0-9]{1,6})?$", example = "+1 956 555 0100", extensions(("x-shape" = json!(TELEPHONE_SHAPE))))]
    pub telephone: Option<Text<50>>,
    /// Its fax number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 50, pattern = r"^\+?(?:[ ().\-/]*[0-9]){5,15}[ ().\-/]*(?:(?:ext\.?|x|#) ?[0-9]{1,6})?$", example = "+1 956 555 0100", extensions(("x-shape" = json!(TELEPHONE_SHAPE))))]
    pub fax: Option<Text<50>>,
    /// Its website.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 500, pattern = "^https?://[!-~]+$", example = "https://www.example.com", extensions(("x-shape" = json!("a web address that begins with https:// or http://"))))]
    pub website: Option<Text<500>>,
    /// The day on which it began business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_started_on: Option<NaiveDate>,
    /// Years in business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::YearsInBusinessIn>)]
    pub years_in_business: Option<YearsInBusiness>,
    /// Number of employees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::EmployeesIn>)]
    pub employees: Option<Employees>,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::OwnershipTypeIn>)]
    pub ownership_type: Option<OwnershipType>,
    /// A brief history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brief_history: Option<Text<4000>>,
}

impl From<CompanyData> for values::Company {
    fn from(data: CompanyData) -> Self {
        values::Company {
            name: data.name,
            doing_business_as: data.doing_business_as,
            telephone: data.telephone,
            fax: data.fax,
            website: data.website,
            business_started_on: data.business_started_on,
            years_in_business: data.years_in_business,
            employees: data.employees,
            ownership_type: data.ownership_type,
            brief_history: data.brief_history,
        }
    }
}

impl From<values::Company> for CompanyData {
    fn from(company: values::Company) -> Self {
        CompanyData {
            name: company.name,
            doing_business_as: company.doing_business_as,
            telephone: company.telephone,
            fax: company.fax,
            website: company.website,
            business_started_on: company.business_started_on,
            years_in_business: company.years_in_business,
            employees: company.employees,
            ownership_type: company.ownership_type,
            brief_history: company.brief_history,
        }
    }
}

/// A merge patch of company data: members that stand replace, null removes, the rest stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyPatch {
    /// Its legal name. It cannot be removed. White space around it is not kept.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub name: Option<Text<200>>,
    /// The name it does business as. White space around it is not kept.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub doing_business_as: Option<Text<200>>,
    /// Its telephone number; it stays as typed.
    #[schema(value_type = Option<String>, max_length = 50, pattern = r"^\+?(?:[ ().\-/]*[0-9]){5,15}[ ().\-/]*(?:(?:ext\.?|x|#) ?[0-9]{1,6})?$", example = "+1 956 555 0100", extensions(("x-shape" = json!(TELEPHONE_SHAPE))))]
    pub telephone: Option<Text<50>>,
    /// Its fax number.
    #[schema(value_type = Option<String>, max_length = 50, pattern = r"^\+?(?:[ ().\-/]*[0-9]){5,15}[ ().\-/]*(?:(?:ext\.?|x|#) ?[0-9]{1,6})?$", example = "+1 956 555 0100", extensions(("x-shape" = json!(TELEPHONE_SHAPE))))]
    pub fax: Option<Text<50>>,
    /// Its website.
    #[schema(value_type = Option<String>, max_length = 500, pattern = "^https?://[!-~]+$", example = "https://www.example.com", extensions(("x-shape" = json!("a web address that begins with https:// or http://"))))]
    pub website: Option<Text<500>>,
    /// The day on which it began business.
    pub business_started_on: Option<NaiveDate>,
    /// Years in business.
    #[schema(inline, value_type = Option<code::YearsInBusinessIn>)]
    pub years_in_business: Option<YearsInBusiness>,
    /// Number of employees.
    #[schema(inline, value_type = Option<code::EmployeesIn>)]
    pub employees: Option<Employees>,
    /// Who owns it.
    #[schema(inline, value_type = Option<code::OwnershipTypeIn>)]
    pub ownership_type: Option<OwnershipType>,
    /// A brief history.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub brief_history: Option<Text<4000>>,
}

/// A place of the company.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressData {
    /// What the place is.
    #[serde(rename = "type")]
    #[schema(inline, value_type = code::AddressTypeIn)]
    pub address_type: AddressType,
    /// Country or territory.
    pub country: CountryCode,
    /// Street line.
    #[schema(value_type = OneLine<200>)]
    pub street_1: Text<200>,
    /// Second street line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OneLine<200>>)]
    pub street_2: Option<Text<200>>,
    /// City.
    #[schema(value_type = OneLine<100>)]
    pub city: Text<100>,
    /// State, province or territory; for Canada its postal abbreviation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OneLine<100>>)]
    pub state: Option<Text<100>>,
    /// Postal code.
    #[schema(value_type = OneLine<20>)]
    pub postal_code: Text<20>,
    /// Whether mail goes there too.
    #[serde(default)]
    pub also_mailing_address: bool,
    /// Whether it is a staffed business office, which eligibility asks for.
    #[serde(default)]
    pub staffed_office: bool,
}

impl From<AddressData> for values::Address {
    fn from(data: AddressData) -> Self {
        values::Address {
            address_type: data.address_type,
            country: data.country,
            street_1: data.street_1,
            street_2: data.street_2,
            city: data.city,
            state: data.state,
            postal_code: data.postal_code,
            also_mailing_address: data.also_mailing_address,
            staffed_office: data.staffed_office,
        }
    }
}

/// A person as typed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactData {
    /// Given name. White space around it is not kept.
    #[schema(value_type = OneLine<100>)]
    pub given_name: Text<100>,
    /// Family name. White space around it is not kept.
    #[schema(value_type = OneLine<100>)]
    pub family_name: Text<100>,
    /// E-mail address, unique among the contacts of the account. It cannot be edited later: take the contact off and add a new one.
    #[schema(
        max_length = 254,
        pattern = "^[^@\\s\\x00-\\x1F\\x7F-\\x9F]+@[^@\\s.\\x00-\\x1F\\x7F-\\x9F]+(\\.[^@\\s.\\x00-\\x1F\\x7F-\\x9F]+)+$",
        example = "maria.ortega@example.com",
        extensions(("x-shape" = json!("an e-mail address")))
    )]
    pub email: String,
    /// Telephone number; it stays as typed.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 50, pattern = r"^\+?(?:[ ().\-/]*[0-9]){5,15}[ ().\-/]*(?:(?:ext\.?|x|#) ?[0-9]{1,6})?$", example = "+1 956 555 0100", extensions(("x-shape" = json!(TELEPHONE_SHAPE))))]
    pub telephone: Option<Text<50>>,
    /// Job title.
    #[serde(default)]
    #[schema(value_type = Option<OneLine<200>>)]
    pub job_title: Option<Text<200>>,
    /// Whether the person is an officer of the company.
    pub company_officer: bool,
}

/// Register a company.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterAccountRequest {
    /// The company.
    pub company: CompanyData,
    /// Its primary address.
    pub primary_address: AddressData,
    /// Who registers it: the person who is signed in, an officer of the company.
    pub contact: ContactData,
}

/// Add an address.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddAddressRequest {
    /// The address.
    pub address: AddressData,
    /// Whether it becomes the primary one.
    #[serde(default)]
    pub primary: bool,
}

/// Change an address.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAddressRequest {
    /// Which one.
    pub address_id: AddressId,
    /// The address as it is to be.
    pub address: AddressData,
    /// Whether it becomes the primary one.
    #[serde(default)]
    pub primary: bool,
}

/// Take an address off.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveAddressRequest {
    /// Which one.
    pub address_id: AddressId,
}

/// Add a contact.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddContactRequest {
    /// Who it is.
    pub contact: ContactData,
    /// Whether CBP writes to the person.
    #[schema(inline, value_type = code::PointOfContactIn)]
    pub point_of_contact: PointOfContact,
    /// The subject (`sub`) as which the person signs in, if known already. One contact of the account at a time.
    #[serde(default)]
    pub subject: Option<Subject>,
}

/// Change what a contact is; what is absent stays. The e-mail address cannot be changed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeContactRequest {
    /// The contact.
    pub person_id: PersonId,
    /// Given name. White space around it is not kept.
    #[serde(default)]
    #[schema(value_type = Option<OneLine<100>>)]
    pub given_name: Option<Text<100>>,
    /// Family name. White space around it is not kept.
    #[serde(default)]
    #[schema(value_type = Option<OneLine<100>>)]
    pub family_name: Option<Text<100>>,
    /// Telephone number; it stays as typed.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 50, pattern = r"^\+?(?:[ ().\-/]*[0-9]){5,15}[ ().\-/]*(?:(?:ext\.?|x|#) ?[0-9]{1,6})?$", example = "+1 956 555 0100", extensions(("x-shape" = json!(TELEPHONE_SHAPE))))]
    pub telephone: Option<Text<50>>,
    /// Job title.
    #[serde(default)]
    #[schema(value_type = Option<OneLine<200>>)]
    pub job_title: Option<Text<200>>,
    /// Whether the person is an officer of the company.
    #[serde(default)]
    pub company_officer: Option<bool>,
    /// Whether CBP writes to the person.
    #[serde(default)]
    #[schema(inline, value_type = Option<code::PointOfContactIn>)]
    pub point_of_contact: Option<PointOfContact>,
}

/// Take a contact off.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveContactRequest {
    /// The contact.
    pub person_id: PersonId,
}

/// Grant a role to a contact.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRoleRequest {
    /// The contact.
    pub person_id: PersonId,
    /// The role.
    #[schema(inline, value_type = code::CompanyRoleIn)]
    pub role: Role,
    /// The subject (`sub`) as which the person signs in, if not known already. A contact signs in with one subject for good.
    #[serde(default)]
    pub subject: Option<Subject>,
}

/// Revoke a role.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeRoleRequest {
    /// The user.
    pub person_id: PersonId,
    /// The role.
    #[schema(inline, value_type = code::CompanyRoleIn)]
    pub role: Role,
    /// Why.
    #[serde(default)]
    pub reason: Option<Text<1000>>,
}

/// Accept the participation agreement.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptAgreementRequest {
    /// The version of the text that was read: the one in force at `/v1/agreements`.
    #[schema(max_length = 40, pattern = "^[A-Za-z0-9.-]{1,40}$", example = "2024-1", extensions(("x-shape" = json!("the name of a version of the agreement"))))]
    pub agreement_version: String,
}

/// Erase a person's data.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasePersonRequest {
    /// The person, who is neither contact nor user any more.
    pub person_id: PersonId,
    /// Why. It must name nobody.
    pub reason: Text<1000>,
}

/// Place a legal hold.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceHoldRequest {
    /// The person on whom it stands: a contact, or somebody who was one. Absent for the whole account.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// Why. It must name nobody.
    pub reason: Text<1000>,
}

/// Lift a legal hold.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftHoldRequest {
    /// Which one.
    pub hold_id: HoldId,
    /// Why. It must name nobody.
    pub reason: Text<1000>,
}

/// Erase a company that never became a member.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseApplicantRequest {
    /// Why. It must name nobody.
    pub reason: Text<1000>,
}
