//! The main job, as a company and CBP do it over HTTP.

use super::{Client, House};
use serde_json::{Value, json};
use std::sync::Arc;

/// Who acts for CBP.
pub struct Staff {
    pub specialist: Client,
    pub supervisor: Client,
    pub director: Client,
    pub auditor: Client,
    pub specialist_id: String,
}

impl Staff {
    pub fn of(house: &Arc<House>) -> Self {
        let id = portal::derived_person(api::auth::development::ISSUER, "specialist-1");
        Self {
            specialist: house.sign_in("specialist", "specialist-1"),
            supervisor: house.sign_in("supervisor", "supervisor-1"),
            director: house.sign_in("programme_director", "director-1"),
            auditor: house.sign_in("auditor", "auditor-1"),
            specialist_id: id.to_string(),
        }
    }
}

/// A company with its officer.
pub struct Company {
    pub officer: Client,
    pub account: String,
    pub membership: String,
    pub profile: String,
}

pub fn registration(name: &str) -> Value {
    json!({
        "company": {"name": name, "employees": "from_51_to_250", "ownership_type": "corporation"},
        "primary_address": {"type": "headquarters", "country": "US", "street_1": "400 Harbor Road", "city": "Laredo",
            "state": "TX", "postal_code": "78040", "staffed_office": true},
        "contact": {"given_name": "Zdenka", "family_name": "Quiverful", "email": "zdenka@quiverful.example",
            "job_title": "Chief Compliance Officer", "company_officer": true},
    })
}

/// Every account has an importer number of its own.
pub fn application(account: &str) -> Value {
    let digest: u64 = account.bytes().fold(7, |sum, byte| (sum * 31 + u64::from(byte)) % 10_000_000);
    json!({"account_id": account, "entity_type": "importer", "country_of_establishment": "US",
        "identifiers": [{"type": "importer_of_record", "value": format!("12-{digest:07}00")}]})
}

/// The document's own example of a request, for an account.
pub fn example_of(operation: &str, account: &str) -> Value {
    let found = api::operations().into_iter().find(|one| one.id == operation);
    let mut body = found.and_then(|operation| operation.body).map(|(_, _, example)| example).unwrap();
    body["account_id"] = json!(account);
    body
}

pub fn saved_answer(words: &str) -> Value {
    json!({"applies": "yes", "met": "yes", "text": words})
}

pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

pub fn today() -> String {
    kernel::programme_date(chrono::Utc::now()).to_string()
}

/// Registers a company and accepts the agreement; gives the account.
pub async fn register(officer: &Client, name: &str) -> String {
    let account = officer.does("/v1/accounts", &registration(name)).await;
    let id = text(&account, "/id").to_owned();
    let accepted = json!({"agreement_version": "2024-1"});
    officer.does(&format!("/v1/accounts/{id}/accept-agreement"), &accepted).await;
    id
}

/// Registers and applies.
pub async fn apply(house: &Arc<House>, subject: &str) -> Company {
    let officer = house.sign_in("officer", subject);
    let account = register(&officer, &format!("{subject} Imports")).await;
    let membership = officer.does("/v1/memberships", &application(&account)).await;
    Company {
        account,
        membership: text(&membership, "/id").to_owned(),
        profile: text(&membership, "/profile_id").to_owned(),
        officer,
    }
}

/// Adds a colleague who may sign in with the role.
pub async fn colleague(company: &Company, role: &str, subject: &str) -> Client {
    let contact = json!({"given_name": "Bo", "family_name": role, "email": format!("{subject}@quiverful.example"),
        "company_officer": false});
    let body = json!({"contact": contact, "point_of_contact": "none", "subject": subject});
    let added = company.officer.does(&format!("/v1/accounts/{}/add-contact", company.account), &body).await;
    let contacts = added["contacts"].as_array().unwrap();
    let person = contacts.iter().find(|contact| contact["family_name"] == role).unwrap();
    let body = json!({"person_id": person["person_id"], "role": role});
    company.officer.does(&format!("/v1/accounts/{}/grant-role", company.account), &body).await;
    let colleague = company.officer.house.sign_in(role, subject);
    colleague.does("/v1/me/accept-roles", &json!({"person_id": person["person_id"]})).await;
    colleague
}

/// Declares everything and answers every criterion.
pub async fn prepare(company: &Company) {
    let declared = json!({"declarations": {"last_trading_on": today(), "debt": "no_unpaid_final_debt",
        "statements": statements(&company.officer).await}});
    company
        .officer
        .does(&format!("/v1/memberships/{}/declare-eligibility", company.membership), &declared)
        .await;
    let path = format!("/v1/profiles/{}/answers", company.profile);
    let answers = company.officer.read(&path).await;
    for answer in answers["items"].as_array().unwrap() {
        let criterion = text(answer, "/criterion_id");
        let words =
            format!("For {criterion} we keep written procedures at 400 Harbor Road and review them in May.");
        let saved = company.officer.put(&format!("{path}/{criterion}"), &[], &saved_answer(&words)).await;
        assert_eq!(saved.status, 200, "{criterion}: {}", saved.text());
    }
}

async fn statements(officer: &Client) -> Vec<Value> {
    let types = officer.read("/v1/entity-types").await;
    let all = types["items"].as_array().unwrap();
    let importer = all.iter().find(|one| one["entity_type"] == "importer").unwrap();
    let asked = importer["statements"].as_array().unwrap();
    asked.iter().map(|one| json!({"statement": text(one, "/statement"), "answer": "affirmed"})).collect()
}

/// Submits the profile.
pub async fn submit(company: &Company) -> Value {
    company.officer.does(&format!("/v1/profiles/{}/submit", company.profile), &json!({})).await
}

/// Assigns the specialist, who begins the review and accepts every answer.
pub async fn review(company: &Company, staff: &Staff) {
    let profile = format!("/v1/profiles/{}", company.profile);
    // A specialist is known, and can be assigned, once they have asked who they are.
    let me = staff.specialist.read("/v1/me").await;
    assert_eq!(text(&me, "/person_id"), staff.specialist_id);
    let assigned = json!({"specialist_id": staff.specialist_id, "office": "laredo"});
    staff
        .supervisor
        .does(&format!("/v1/memberships/{}/assign-specialist", company.membership), &assigned)
        .await;
    staff.specialist.does(&format!("{profile}/start-review"), &json!({})).await;
    let answers = staff.specialist.read(&format!("{profile}/answers")).await;
    for answer in answers["items"].as_array().unwrap() {
        let body = json!({"criterion_id": text(answer, "/criterion_id")});
        staff.specialist.does(&format!("{profile}/accept-answer"), &body).await;
    }
}

/// Approves the profile, settles what is open, recommends and certifies.
pub async fn certify(company: &Company, staff: &Staff) -> Value {
    recommend(company, staff).await;
    staff.supervisor.does(&format!("/v1/memberships/{}/certify", company.membership), &json!({})).await
}

/// Approves the profile, settles what is open and recommends.
pub async fn recommend(company: &Company, staff: &Staff) {
    let path = |verb: &str| format!("/v1/memberships/{}/{verb}", company.membership);
    staff.specialist.does(&format!("/v1/profiles/{}/approve", company.profile), &json!({})).await;
    let vetting = json!({"outcome": "passed", "summary": "no_concerns", "determined_on": today()});
    let membership = staff.specialist.does(&path("record-vetting-result"), &vetting).await;
    for open in membership["conditions"].as_array().unwrap().iter().filter(|one| one["settled"] == false) {
        let body = json!({"condition": text(open, "/condition"), "outcome": "met", "basis": "Checked against CBP's records."});
        staff.specialist.does(&path("record-determination"), &body).await;
    }
    let bond = json!({"kind": "importer", "term": "continuous", "number": "010001234", "surety": "Example Surety Co."});
    staff.specialist.does(&path("set-bond"), &bond).await;
    staff.specialist.does(&path("recommend-certification"), &json!({})).await;
}

/// The whole main job; gives the company and its membership.
pub async fn certify_a_company(house: &Arc<House>, staff: &Staff, subject: &str) -> (Company, Value) {
    let company = apply(house, subject).await;
    prepare(&company).await;
    submit(&company).await;
    review(&company, staff).await;
    let membership = certify(&company, staff).await;
    (company, membership)
}
