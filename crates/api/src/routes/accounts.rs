//! Accounts: company data, addresses, contacts, users and accepted agreements.

mod erasure;
pub mod request;
mod rules;
pub mod view;

use super::names;
use super::{events, look_back};
use crate::http::{Declares, Req, json_page};
use crate::operation::{Matching, Operation};
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::{Method, StatusCode};
use criteria::EntityType;
use erasure::{AccountAfterErasure, AccountAfterForgetting};
use kernel::{AccountId, CountryCode, FieldError, PersonId, Text};
use membership::account::Account;
use membership::account::command::{self as ask, AccountCommand};
use membership::account::values::Company;
use membership::membership::{Office, Status};
use portal::access::permission;
use portal::people::{PersonDetails, TypedPerson};
use portal::{AccountFilter, Call, Committed, ContactDetails, NewContact, PortalError, Registration};
use request::*;
use serde_json::{Map, Value, json};
use view::{AccountPage, AccountResource, AccountView};

fn person(pointer: &str, data: &ContactData) -> Result<PersonDetails, Problem> {
    let typed = TypedPerson {
        given_name: data.given_name.as_str(),
        family_name: data.family_name.as_str(),
        email: Some(&data.email),
        telephone: data.telephone.as_ref().map(Text::as_str),
        job_title: data.job_title.as_ref().map(Text::as_str),
    };
    PersonDetails::parse(pointer, typed).map_err(Problem::invalid)
}

async fn register(req: Req<permission::AccountRegister>) -> Result<HttpResponse, Problem> {
    let body: RegisterAccountRequest = req.body_with(rules::registration)?;
    let registration = Registration {
        company: body.company.into(),
        primary_address: body.primary_address.into(),
        contact: person("/contact", &body.contact)?,
        company_officer: body.contact.company_officer,
    };
    req.command::<AccountResource, _, _>(StatusCode::CREATED, |call| {
        let (portal, registration) = (&req.state.portal, registration.clone());
        async move { portal.register_account(&call, registration).await }
    })
    .await
}

async fn list(req: Req<permission::AccountRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let filter = AccountFilter {
        country: query
            .many("country", |text| CountryCode::parse(text).map(|_| ()).map_err(|error| error.to_string())),
        membership_status: query.codes("membership_status", &Status::ALL.map(Status::as_str)),
        entity_type: query.codes("entity_type", &names(EntityType::ALL, EntityType::as_str)),
        office: query.codes("office", &names(Office::ALL, Office::as_str)),
        specialist_id: query.ids::<PersonId>("specialist_id"),
        due_on_or_before: query.date("due_on_or_before"),
    };
    query.finish()?;
    let page = req.state.portal.accounts(&req.call()?, &filter, &request).await?;
    Ok(json_page(&AccountPage::from(page)))
}

async fn get(req: Req<permission::AccountRead>) -> Result<HttpResponse, Problem> {
    let id: AccountId = req.id("account_id")?;
    let account = req.state.portal.account(&req.call()?, id, look_back(&req)?).await?;
    req.represent::<AccountResource>(&account, StatusCode::OK).await
}

/// A command that needs nothing but the account's state.
async fn simple<P: portal::access::PermissionType>(
    req: &Req<P>,
    ask: impl Fn(&Account) -> Result<AccountCommand, PortalError> + Sync,
) -> Result<HttpResponse, Problem> {
    let id: AccountId = req.id("account_id")?;
    let (portal, ask) = (&req.state.portal, &ask);
    req.command::<AccountResource, _, _>(StatusCode::OK, |call| async move {
        portal.on_account(&call, id, P::PERMISSION, ask).await
    })
    .await
}

/// A command that has a use case of its own.
async fn own<P, F, Fut>(req: &Req<P>, work: F) -> Result<HttpResponse, Problem>
where
    P: portal::access::PermissionType,
    F: Fn(Call, AccountId) -> Fut,
    Fut: Future<Output = Result<Committed<Account>, PortalError>>,
{
    let id: AccountId = req.id("account_id")?;
    req.command::<AccountResource, _, _>(StatusCode::OK, |call| work(call, id)).await
}

async fn change_company(req: Req<permission::AccountEdit>) -> Result<HttpResponse, Problem> {
    let patch =
        req.merge_patch::<CompanyPatch>(|given| rules::business_started(given, "").into_iter().collect())?;
    let wrong = rules::patched_texts(&patch);
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    req.require_match().await?;
    simple(&req, |account| Ok(ask::ChangeCompany { company: merged(account, &patch)? }.into())).await
}

/// RFC 7396, for an object whose members are no objects.
fn merged(account: &Account, patch: &Map<String, Value>) -> Result<Company, PortalError> {
    let Value::Object(mut company) = serde_json::to_value(&account.company)? else {
        return Err(PortalError::NotFound);
    };
    for (name, value) in patch {
        if value.is_null() {
            company.remove(name);
        } else {
            company.insert(name.clone(), value.clone());
        }
    }
    serde_json::from_value(Value::Object(company))
        .map_err(|error| PortalError::invalid(vec![FieldError::new("", "invalid", error.to_string())]))
}

async fn add_address(req: Req<permission::AccountEdit>) -> Result<HttpResponse, Problem> {
    let body: AddAddressRequest = req.body()?;
    own(&req, |call, id| {
        let (portal, body) = (&req.state.portal, body.clone());
        async move { portal.add_address(&call, id, body.address.into(), body.primary).await }
    })
    .await
}

async fn change_address(req: Req<permission::AccountEdit>) -> Result<HttpResponse, Problem> {
    let body: ChangeAddressRequest = req.body()?;
    simple(&req, |_| {
        let ChangeAddressRequest { address_id, address, primary } = body.clone();
        Ok(ask::ChangeAddress { address_id, address: address.into(), primary }.into())
    })
    .await
}

async fn remove_address(req: Req<permission::AccountEdit>) -> Result<HttpResponse, Problem> {
    let RemoveAddressRequest { address_id } = req.body()?;
    simple(&req, |_| Ok(ask::RemoveAddress { address_id }.into())).await
}

async fn add_contact(req: Req<permission::AccountEdit>) -> Result<HttpResponse, Problem> {
    let body: AddContactRequest = req.body()?;
    let new = NewContact {
        details: person("/contact", &body.contact)?,
        company_officer: body.contact.company_officer,
        point_of_contact: body.point_of_contact,
        subject: body.subject.map(|subject| subject.to_string()),
    };
    own(&req, |call, id| {
        let (portal, new) = (&req.state.portal, new.clone());
        async move { portal.add_contact(&call, id, new).await }
    })
    .await
}

async fn change_contact(req: Req<permission::AccountEdit>) -> Result<HttpResponse, Problem> {
    let body: ChangeContactRequest = req.body()?;
    let details = ContactDetails {
        given_name: body.given_name,
        family_name: body.family_name,
        telephone: body.telephone,
        job_title: body.job_title,
        company_officer: body.company_officer,
        point_of_contact: body.point_of_contact,
    };
    own(&req, |call, id| {
        let (portal, details) = (&req.state.portal, details.clone());
        async move { portal.change_contact(&call, id, body.person_id, details).await }
    })
    .await
}

async fn remove_contact(req: Req<permission::AccountEdit>) -> Result<HttpResponse, Problem> {
    let RemoveContactRequest { person_id } = req.body()?;
    simple(&req, |_| Ok(ask::RemoveContact { person_id }.into())).await
}

async fn grant_role(req: Req<permission::AccountManageUsers>) -> Result<HttpResponse, Problem> {
    let body: GrantRoleRequest = req.body()?;
    own(&req, |call, id| {
        let (portal, subject) = (&req.state.portal, body.subject.as_ref().map(ToString::to_string));
        async move { portal.grant_role(&call, id, body.person_id, body.role, subject).await }
    })
    .await
}

async fn revoke_role(req: Req<permission::AccountManageUsers>) -> Result<HttpResponse, Problem> {
    let body: RevokeRoleRequest = req.body()?;
    simple(&req, |_| {
        let RevokeRoleRequest { person_id, role, reason } = body.clone();
        Ok(ask::RevokeRole { person_id, role, reason }.into())
    })
    .await
}

async fn accept_agreement(req: Req<permission::AgreementAccept>) -> Result<HttpResponse, Problem> {
    let body: AcceptAgreementRequest = req.body()?;
    own(&req, |call, id| {
        let (portal, version) = (&req.state.portal, body.agreement_version.clone());
        async move { portal.accept_agreement(&call, id, version).await }
    })
    .await
}

async fn place_hold(req: Req<permission::HoldManage>) -> Result<HttpResponse, Problem> {
    let body: PlaceHoldRequest = req.body()?;
    own(&req, |call, id| {
        let (portal, reason) = (&req.state.portal, body.reason.clone());
        async move { portal.place_hold(&call, id, body.person_id, reason).await }
    })
    .await
}

async fn lift_hold(req: Req<permission::HoldManage>) -> Result<HttpResponse, Problem> {
    let body: LiftHoldRequest = req.body()?;
    own(&req, |call, id| {
        let (portal, reason) = (&req.state.portal, body.reason.clone());
        async move { portal.lift_hold(&call, id, body.hold_id, reason).await }
    })
    .await
}

async fn history(req: Req<permission::AccountRead>) -> Result<HttpResponse, Problem> {
    let id: AccountId = req.id("account_id")?;
    let (after, limit) = events::history_range(&req)?;
    Ok(events::history(
        &req.caller,
        req.state.portal.account_history(&req.call()?, id, after, limit + 1).await?,
        limit,
    ))
}

const PERSON: &str = view::PERSON;
const ADDRESS: &str = view::ADDRESS;

fn on_one<A, F, Fut>(verb: &str, id: &'static str, handler: F) -> Operation
where
    A: Declares + 'static,
    F: Fn(A) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    Operation::post(&format!("/v1/accounts/{{account_id}}/{verb}"), id, handler)
        .answers::<AccountView>(200, view::accepted_example())
        .tagged()
        .matching(Matching::Optional)
}

fn address_example() -> Value {
    json!({"type": "headquarters", "country": "US", "street_1": "400 Harbor Road", "city": "Laredo", "state": "TX",
        "postal_code": "78040", "also_mailing_address": true, "staffed_office": true})
}

fn warehouse_example() -> Value {
    json!({"type": "cargo_facility", "country": "US", "street_1": "12 Mines Road", "city": "Laredo", "state": "TX",
        "postal_code": "78045", "also_mailing_address": false, "staffed_office": false})
}

fn contact_example() -> Value {
    json!({"given_name": "Maria", "family_name": "Ortega", "email": "maria.ortega@example.com",
        "telephone": "+1 956 555 0100", "job_title": "Director of Compliance", "company_officer": true})
}

fn colleague_example() -> Value {
    json!({"given_name": "Jo", "family_name": "Lindqvist", "email": "jo.lindqvist@example.com",
        "telephone": "+1 956 555 0102", "job_title": "Security Manager", "company_officer": false})
}

/// The operations on accounts.
pub fn operations() -> Vec<Operation> {
    let countries = CountryCode::all().collect::<Vec<_>>();
    vec![
        Operation::post("/v1/accounts", "account_register", register)
            .about("accounts", "Register a company", "The person who is signed in declares to be an officer of the company and becomes its first contact, primary point of contact and user with the role officer.")
            .takes::<RegisterAccountRequest>(json!({"company": {"name": "Harbor Imports, Inc."}, "primary_address": address_example(), "contact": contact_example()}))
            .answers::<AccountView>(201, view::example())
            .tagged()
            .leads_to("account_id", "$response.body#/id"),
        Operation::get("/v1/accounts", "accounts_list", list)
            .about("accounts", "List accounts", "The accounts that the caller may see, oldest first. A company sees its own.")
            .paged()
            .parameter("country", "Only companies whose first primary address was in one of these countries.", super::code_list(&countries))
            .parameter("membership_status", "Only companies with a membership of these statuses.", super::code_list(&Status::ALL.map(Status::as_str)))
            .parameter("entity_type", "Only companies with a membership of these types.", super::code_list(&names(EntityType::ALL, EntityType::as_str)))
            .parameter("office", "Only companies with a membership that these offices look after.", super::code_list(&names(Office::ALL, Office::as_str)))
            .parameter("specialist_id", "Only companies with a membership that these specialists look after.", super::id_list("per"))
            .parameter("due_on_or_before", "Only companies with a membership on which something is due on this day or before.", super::date_parameter())
            .answers::<AccountPage>(200, view::page_example()),
        Operation::get("/v1/accounts/{account_id}", "account_get", get)
            .about("accounts", "Read an account", "The account as it is, or as it was.")
            .looks_back()
            .answers::<AccountView>(200, view::accepted_example())
            .tagged(),
        Operation::new(Method::PATCH, "/v1/accounts/{account_id}", "account_change", change_company)
            .about("accounts", "Change company data", "A merge patch (RFC 7396) of the company's data: members that stand replace, null removes, the rest stays.")
            .takes_merge_patch::<CompanyPatch>(json!({"telephone": "+1 956 555 0101", "fax": null}))
            .answers::<AccountView>(200, view::example())
            .tagged()
            .matching(Matching::Required),
        on_one("add-address", "account_add_address", add_address)
            .about("accounts", "Add an address", "List headquarters, offices of contacts, cargo-handling facilities, and places where policy is written or training given; of many cargo facilities the top three by volume or risk. At most 50.")
            .takes::<AddAddressRequest>(json!({"address": warehouse_example(), "primary": false})),
        on_one("change-address", "account_change_address", change_address)
            .about("accounts", "Change an address", "Replaces an address; the primary one stays primary until another becomes it.")
            .takes::<ChangeAddressRequest>(json!({"address_id": ADDRESS, "address": warehouse_example()})),
        on_one("remove-address", "account_remove_address", remove_address)
            .about("accounts", "Take an address off", "The primary address cannot be taken off: make another one primary first.")
            .takes::<RemoveAddressRequest>(json!({"address_id": ADDRESS})),
        on_one("add-contact", "account_add_contact", add_contact)
            .about("accounts", "Add a contact", "E-mail addresses are unique among the contacts of an account. A new primary point of contact makes the one before alternate.")
            .takes::<AddContactRequest>(json!({"contact": colleague_example(), "point_of_contact": "alternate"})),
        on_one("change-contact", "account_change_contact", change_contact)
            .about("accounts", "Change a contact", "What is absent stays. The e-mail address cannot be changed: take the contact off and add a new one.")
            .takes::<ChangeContactRequest>(json!({"person_id": PERSON, "job_title": "Vice President"})),
        on_one("remove-contact", "account_remove_contact", remove_contact)
            .about("accounts", "Take a contact off", "At least one contact, one primary point of contact and one company officer stay; a contact with a role has it revoked first.")
            .takes::<RemoveContactRequest>(json!({"person_id": PERSON})),
        on_one("grant-role", "account_grant_role", grant_role)
            .about("accounts", "Grant a role", "Officer, employee or consultant. An officer is a contact named as company officer; nobody is both consultant and officer. The role counts once the person has accepted it (`/v1/me/accept-roles`): until then they neither see the account nor act for it.")
            .takes::<GrantRoleRequest>(json!({"person_id": PERSON, "role": "employee", "subject": "jo.lindqvist@example.com"})),
        on_one("revoke-role", "account_revoke_role", revoke_role)
            .about("accounts", "Revoke a role", "The last officer who has accepted the role cannot be revoked. Whoever loses the last role is asked anew before another one counts.")
            .takes::<RevokeRoleRequest>(json!({"person_id": PERSON, "role": "employee"})),
        on_one("accept-agreement", "account_accept_agreement", accept_agreement)
            .about("accounts", "Accept the participation agreement", "By an officer alone, for the version in force. Version, person, role, time and network address are recorded.")
            .takes::<AcceptAgreementRequest>(json!({"agreement_version": "2024-1"})),
        Operation::post("/v1/accounts/{account_id}/erase-person", "account_erase_person", erasure::erase_person)
            .about("accounts", "Erase a person's data", "Deletes names, addresses and sign-ins of a person who is neither contact nor user any more. The ledger keeps an id that then refers to nothing. What people wrote about incidents is not searched by anybody but you: the answer says which texts to look at. The reason stays for good and must not name the person.")
            .takes::<ErasePersonRequest>(json!({"person_id": PERSON, "reason": "The person left the company and asked for it."}))
            .answers::<AccountAfterErasure>(200, erasure::example())
            .tagged()
            .matching(Matching::Optional),
        Operation::post("/v1/accounts/{account_id}/erase-applicant", "account_erase_applicant", erasure::erase_applicant)
            .about("accounts", "Erase an applicant", "A company that never became a member and has no application open: in one step everybody of it loses the roles, is taken off and is erased, and so is what was written in its name about incidents. What the company said of itself (names of the company, addresses, answers, titles of documents) stays in the ledger. Refused while a legal hold stands. The answer says which documents to destroy where they are kept, and which texts of others to look at.")
            .takes::<EraseApplicantRequest>(json!({"reason": "The company withdrew three years ago."}))
            .answers::<AccountAfterForgetting>(200, erasure::forgotten_example())
            .tagged()
            .matching(Matching::Optional),
        Operation::post("/v1/accounts/{account_id}/place-hold", "account_place_hold", place_hold)
            .about("accounts", "Place a legal hold", "On the whole account, or on one person of it. While a hold stands nothing of them is erased, neither on request nor because a time has run out, and no text of an incident that the company is involved in. Companies do not see holds.")
            .takes::<PlaceHoldRequest>(json!({"reason": "A lawsuit over the release of 12 March."}))
            .answers::<AccountView>(200, view::held_example())
            .tagged()
            .matching(Matching::Optional),
        Operation::post("/v1/accounts/{account_id}/lift-hold", "account_lift_hold", lift_hold)
            .about("accounts", "Lift a legal hold", "With the reason why nothing needs to be kept for it any more.")
            .takes::<LiftHoldRequest>(json!({"hold_id": "hld_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "reason": "The lawsuit has ended."}))
            .answers::<AccountView>(200, view::accepted_example())
            .tagged()
            .matching(Matching::Optional),
        Operation::get("/v1/accounts/{account_id}/events", "account_events", history)
            .about("accounts", "Read the history of an account", "Every event, in order.")
            .parameter("after", "Only events after this sequence.", json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_007_199_254_740_991_i64}))
            .parameter("limit", "How many events at the most.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}))
            .answers::<events::EventPage>(200, events::example("account", "account.registered", view::ID)),
    ]
}
