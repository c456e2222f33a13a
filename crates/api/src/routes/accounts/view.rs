//! Representations of accounts.

use super::super::code;
use super::request::CompanyData;
use crate::http::ApiState;
use crate::http::answer::Resource;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, AddressId, CountryCode, HoldId, PersonId, Role, Text};
use ledger::At;
use membership::account::Account;
use membership::account::values::{AddressType, PointOfContact};
use portal::access::{Caller, Ownership, Permission, authorize};
use portal::read::accounts::AccountRow;
use portal::read::page::Page;
use portal::{Call, Committed, PortalError, allowed_commands};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// An address with its id.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountAddress {
    /// Its id.
    pub address_id: AddressId,
    /// Whether it is the primary one.
    pub primary: bool,
    /// What the place is.
    #[serde(rename = "type")]
    #[schema(inline, value_type = code::AddressTypeOut)]
    pub address_type: AddressType,
    /// Country or territory.
    pub country: CountryCode,
    /// Street line.
    pub street_1: Text<200>,
    /// Second street line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_2: Option<Text<200>>,
    /// City.
    pub city: Text<100>,
    /// State, province or territory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Text<100>>,
    /// Postal code.
    pub postal_code: Text<20>,
    /// Whether mail goes there too.
    pub also_mailing_address: bool,
    /// Whether it is a staffed business office.
    pub staffed_office: bool,
}

/// A contact. Details are absent where the person's data were erased.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountContact {
    /// The person.
    pub person_id: PersonId,
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// Whether the person is an officer of the company.
    pub company_officer: bool,
    /// Whether CBP writes to the person.
    #[schema(inline, value_type = code::PointOfContactOut)]
    pub point_of_contact: PointOfContact,
    /// Whether the contact signs in: without, roles cannot be used.
    pub signs_in: bool,
    /// The subject (`sub`) as which the contact signs in, for officers of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub subject: Option<String>,
    /// Whether it is the caller.
    pub you: bool,
}

/// A role that a user has.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountGrant {
    /// The user.
    pub person_id: PersonId,
    /// The role.
    #[schema(inline, value_type = code::CompanyRoleOut)]
    pub role: Role,
    /// Who granted it.
    pub granted_by: PersonId,
    /// When.
    pub granted_at: DateTime<Utc>,
    /// Whether the user has accepted the role. Until then it counts for nothing: the user neither sees the account nor acts for it.
    pub accepted: bool,
}

/// An accepted agreement.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountAgreement {
    /// The version of the text.
    pub agreement_version: String,
    /// Who accepted it.
    pub accepted_by: PersonId,
    /// In which role.
    #[schema(inline, value_type = code::CompanyRoleOut)]
    pub role: Role,
    /// When.
    pub accepted_at: DateTime<Utc>,
    /// The network address that it came from, for officers of the account, supervisors, the programme director and auditors; absent where it
    /// was not known, and after the person was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 45, example = "203.0.113.7")]
    pub network_address: Option<String>,
}

/// A legal hold that stands: nothing of the person, or of the whole account, is erased.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountHold {
    /// Its id.
    pub hold_id: HoldId,
    /// The person on whom it stands; absent where it stands on the whole account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub placed_by: PersonId,
    /// When.
    pub placed_at: DateTime<Utc>,
}

/// An account.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// Its version: the first part of its `ETag`.
    pub version: i64,
    /// What the caller can do now: what the account allows and the caller's permissions cover, by the commands' names in the address. Empty
    /// where the address looks back.
    pub allowed_commands: Vec<&'static str>,
    /// The company.
    pub company: CompanyData,
    /// Its addresses.
    pub addresses: Vec<AccountAddress>,
    /// Its contacts.
    pub contacts: Vec<AccountContact>,
    /// Its users' roles.
    pub users: Vec<AccountGrant>,
    /// The agreements that were accepted, oldest first.
    pub agreements: Vec<AccountAgreement>,
    /// The legal holds that stand, oldest first, for staff and auditors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<AccountHold>,
    /// Whether it is an applicant that was erased: who its people were is known no more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// The programme date of the registration.
    pub registered_on: NaiveDate,
}

/// One account of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountSummary {
    /// Its id.
    pub id: AccountId,
    /// The company's name.
    pub name: String,
    /// The country of its first primary address.
    pub country: CountryCode,
    /// The programme date of the registration.
    pub registered_on: NaiveDate,
    /// The newest version of the agreement that was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement_version: Option<String>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Its version.
    pub version: i64,
}

/// A page of accounts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountPage {
    /// The accounts.
    pub items: Vec<AccountSummary>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl From<Page<AccountRow>> for AccountPage {
    fn from(page: Page<AccountRow>) -> Self {
        let summary = |row: AccountRow| {
            Some(AccountSummary {
                id: row.account_id.parse().ok()?,
                name: row.name,
                country: CountryCode::parse(&row.country).ok()?,
                registered_on: row.registered_on,
                agreement_version: row.agreement_version,
                updated_at: row.updated_at,
                version: row.version,
            })
        };
        Self { items: page.items.into_iter().filter_map(summary).collect(), next_cursor: page.next_cursor }
    }
}

/// Accounts as resources.
pub struct AccountResource;

impl Resource for AccountResource {
    type Aggregate = Account;
    type View = AccountView;
    const KIND: &'static str = "account";
    const COLLECTION: &'static str = "accounts";
    const PERSONAL: bool = true;

    async fn read(
        state: &ApiState,
        call: &Call,
        id: &str,
        at: At,
    ) -> Result<Committed<Account>, PortalError> {
        let id = id.parse().map_err(|_| PortalError::NotFound)?;
        state.portal.account(call, id, Some(at)).await
    }

    fn allowed_commands(view: &mut AccountView) -> Option<&mut Vec<&'static str>> {
        Some(&mut view.allowed_commands)
    }

    async fn view(
        state: &ApiState,
        caller: &Caller,
        committed: &Committed<Account>,
    ) -> Result<AccountView, PortalError> {
        let account = &committed.state;
        let people = state.portal.people_of(account).await?;
        let id = account.account_id.ok_or(PortalError::NotFound)?;
        // Who has just registered has a role that the request did not have when it came.
        let now = match caller.person_in(id) {
            None => Some(state.portal.as_of_now(caller).await?),
            Some(_) => None,
        };
        let caller = now.as_ref().unwrap_or(caller);
        let you = caller.person_in(id);
        let subjects = state.portal.subjects_of(caller, id).await?;
        let mut origins = state.portal.agreement_origins(caller, id).await?;
        let contact = |contact: &membership::account::values::Contact| {
            let person = people.get(&(contact.person_id, contact.person_version));
            AccountContact {
                person_id: contact.person_id,
                given_name: person.map(|person| person.given_name.clone()),
                family_name: person.map(|person| person.family_name.clone()),
                email: person.and_then(|person| person.email.clone()),
                telephone: person.and_then(|person| person.telephone.clone()),
                job_title: person.and_then(|person| person.job_title.clone()),
                company_officer: contact.company_officer,
                point_of_contact: contact.point_of_contact,
                signs_in: account.signs_in(contact.person_id),
                subject: subjects.get(&contact.person_id).cloned(),
                you: you == Some(contact.person_id),
            }
        };
        let address = |kept: &membership::account::values::KeptAddress| {
            let address = kept.address.clone();
            AccountAddress {
                address_id: kept.address_id,
                primary: account.primary_address_id == Some(kept.address_id),
                address_type: address.address_type,
                country: address.country,
                street_1: address.street_1,
                street_2: address.street_2,
                city: address.city,
                state: address.state,
                postal_code: address.postal_code,
                also_mailing_address: address.also_mailing_address,
                staffed_office: address.staffed_office,
            }
        };
        let grant = |grant: &membership::account::values::Grant| AccountGrant {
            person_id: grant.person_id,
            role: grant.role,
            granted_by: grant.granted_by,
            granted_at: grant.granted_at,
            accepted: account.accepted.contains(&grant.person_id),
        };
        let agreement = |acceptance: &membership::account::values::Acceptance| AccountAgreement {
            agreement_version: acceptance.agreement_version.clone(),
            accepted_by: acceptance.accepted_by,
            role: acceptance.role,
            accepted_at: acceptance.accepted_at,
            network_address: origins.remove(&(acceptance.agreement_version.clone(), acceptance.accepted_by)),
        };
        let sees_holds = authorize(caller, Permission::ErasureRead, &Ownership::default()).is_ok();
        let hold = |hold: &membership::account::hold::Hold| AccountHold {
            hold_id: hold.hold_id,
            person_id: hold.person_id,
            reason: hold.reason.to_string(),
            placed_by: hold.placed_by,
            placed_at: hold.placed_at,
        };
        Ok(AccountView {
            id,
            version: committed.version,
            allowed_commands: allowed_commands(
                caller,
                &Ownership { account_id: Some(id), ..Ownership::default() },
                account.allowed_commands().iter().copied(),
            ),
            company: account.company.clone().ok_or(PortalError::NotFound)?.into(),
            addresses: account.addresses.iter().map(address).collect(),
            contacts: account.contacts.iter().map(contact).collect(),
            users: account.grants.iter().map(grant).collect(),
            agreements: account.agreements.iter().map(agreement).collect(),
            holds: account.holds.iter().filter(|_| sees_holds).map(hold).collect(),
            erased: account.erased,
            registered_on: account.registered_on.ok_or(PortalError::NotFound)?,
        })
    }
}

/// An example of an account's id.
pub const ID: &str = "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
/// An example of a person's id.
pub const PERSON: &str = "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
/// An example of an address's id.
pub const ADDRESS: &str = "adr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

/// An example of an account.
pub fn example() -> Value {
    json!({
        "id": ID, "version": 2,
        "allowed_commands": ["add-address", "change-address", "remove-address", "add-contact", "change-contact", "remove-contact",
            "grant-role", "revoke-role", "accept-agreement"],
        "company": {"name": "Harbor Imports, Inc.", "employees": "from_51_to_250"},
        "addresses": [{"address_id": ADDRESS, "primary": true, "type": "headquarters", "country": "US",
            "street_1": "400 Harbor Road", "city": "Laredo", "state": "TX", "postal_code": "78040",
            "also_mailing_address": true, "staffed_office": true}],
        "contacts": [{"person_id": PERSON, "given_name": "Maria", "family_name": "Ortega", "email": "maria.ortega@example.com",
            "company_officer": true, "point_of_contact": "primary", "signs_in": true, "subject": "maria@harbor.example", "you": true}],
        "users": [{"person_id": PERSON, "role": "officer", "granted_by": PERSON, "granted_at": "2026-03-02T15:04:05Z",
            "accepted": true}],
        "agreements": [], "registered_on": "2026-03-02",
    })
}

/// An example of an account that has accepted the agreement.
pub fn accepted_example() -> Value {
    let mut account = example();
    if let Value::Object(members) = &mut account {
        let accepted = json!({"agreement_version": "2024-1", "accepted_by": PERSON, "role": "officer", "accepted_at": "2026-03-02T15:09:10Z",
            "network_address": "203.0.113.7"});
        members.insert("agreements".to_owned(), json!([accepted]));
        members.insert("version".to_owned(), json!(3));
    }
    account
}

/// An example of an account on which a hold stands.
pub fn held_example() -> Value {
    let mut account = accepted_example();
    if let Value::Object(members) = &mut account {
        let hold = json!({"hold_id": "hld_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "reason": "A lawsuit over the release of 12 March.",
            "placed_by": "per_0193b2d1aa007c3eb8f6000000000004", "placed_at": "2026-06-01T15:04:05Z"});
        members.insert("holds".to_owned(), json!([hold]));
    }
    account
}

/// An example of a page.
pub fn page_example() -> Value {
    json!({"items": [{"id": ID, "name": "Harbor Imports, Inc.", "country": "US", "registered_on": "2026-03-02",
        "updated_at": "2026-03-02T15:04:05Z", "version": 1}]})
}
