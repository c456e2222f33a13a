//! One company's way, step by step.

use super::client::{Client, items, text};
use super::companies::{Company, Fate, answer};
use crate::command::Failure;
use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

/// Who acts for CBP.
pub(super) struct Staff {
    pub specialist: Client,
    pub supervisor: Client,
    pub director: Client,
    pub specialist_id: String,
}

fn say(text: &str) {
    println!("  {text}");
}

fn today() -> String {
    kernel::programme_date(chrono::Utc::now()).to_string()
}

/// Plays a company's way to its fate; gives its account.
pub(super) async fn play(company: &Company, officer: &Client, staff: &Staff) -> Result<String, Failure> {
    println!("\n{} ({}, {})", company.name, company.entity_type, company.country);
    let account = register(company, officer).await?;
    let membership = apply(company, officer, staff, &account).await?;
    let id = text(&membership, "/id").to_owned();
    let profile = text(&membership, "/profile_id").to_owned();
    if company.fate == Fate::Ineligible {
        let body = json!({"condition": "c6", "reason": "unpaid_debt",
            "text": "A final, unpaid debt to CBP was found. Please apply again once it is paid."});
        let ended = staff.supervisor.post(&format!("/v1/memberships/{id}/find-ineligible"), &body).await?;
        say(&format!(
            "CBP finds the applicant {}: {}",
            text(&ended, "/status"),
            text(&ended, "/ending/text")
        ));
        let late =
            officer.ask(Method::POST, &format!("/v1/profiles/{profile}/submit"), Some(&json!({}))).await?;
        say(&format!(
            "Trying to submit all the same is answered with {}: {}",
            late.status,
            text(&late.body, "/detail")
        ));
        return Ok(account);
    }
    answer_all(company, officer, &profile).await?;
    submit(officer, &profile).await?;
    let body = json!({"specialist_id": staff.specialist_id, "office": "laredo"});
    staff.supervisor.post(&format!("/v1/memberships/{id}/assign-specialist"), &body).await?;
    say("A supervisor assigns a specialist in Laredo.");
    review(company, officer, staff, &profile).await?;
    certify(company, staff, &id).await?;
    if company.fate == Fate::FastLanesLost {
        lose_fast_lanes(officer, staff, &id).await?;
    }
    Ok(account)
}

async fn register(company: &Company, officer: &Client) -> Result<String, Failure> {
    let (given_name, family_name, email) = company.officer;
    let body = json!({
        "company": {"name": company.name, "employees": "from_51_to_250", "ownership_type": "corporation"},
        "primary_address": {"type": "headquarters", "country": company.country, "street_1": company.street,
            "city": company.city, "state": company.state, "postal_code": company.postal_code, "staffed_office": true},
        "contact": {"given_name": given_name, "family_name": family_name, "email": email,
            "job_title": "Chief Compliance Officer", "company_officer": true},
    });
    let account = officer.post("/v1/accounts", &body).await?;
    let id = text(&account, "/id").to_owned();
    say(&format!("{given_name} {family_name}, an officer, registers the company: {id}"));
    let agreements = officer.get("/v1/agreements").await?;
    let current =
        items(&agreements, "/items").iter().find(|one| one.pointer("/in_force") == Some(&Value::Bool(true)));
    let version = current.map(|one| text(one, "/version")).unwrap_or_default();
    officer
        .post(&format!("/v1/accounts/{id}/accept-agreement"), &json!({"agreement_version": version}))
        .await?;
    say(&format!("and accepts the participation agreement, version {version}."));
    Ok(id)
}

/// Adds an employee or a consultant, who accepts and signs in with the token that is printed at the end.
pub(super) async fn colleague(
    officer: &Client,
    account: &str,
    role: Role,
    colleague: &Client,
) -> Result<(), Failure> {
    let (given_name, family_name) =
        if role == Role::Employee { ("Lucía", "Reyes") } else { ("Tom", "Abbott") };
    let contact = json!({"given_name": given_name, "family_name": family_name,
        "email": format!("{role}@harbor-imports.example"), "company_officer": false});
    let body = json!({"contact": contact, "point_of_contact": "none", "subject": format!("{role}.demo")});
    let added = officer.post(&format!("/v1/accounts/{account}/add-contact"), &body).await?;
    let person = items(&added, "/contacts").iter().find(|one| text(one, "/family_name") == family_name);
    let person = person.map(|one| text(one, "/person_id"));
    let body = json!({"person_id": person, "role": role});
    officer.post(&format!("/v1/accounts/{account}/grant-role"), &body).await?;
    colleague.post("/v1/me/accept-roles", &json!({"person_id": person})).await?;
    say(&format!("The officer adds {given_name} {family_name}, {role}, who accepts."));
    Ok(())
}

async fn apply(company: &Company, officer: &Client, staff: &Staff, account: &str) -> Result<Value, Failure> {
    let types = officer.get("/v1/entity-types").await?;
    let rules = items(&types, "/items").iter().find(|one| text(one, "/entity_type") == company.entity_type);
    let statements: Vec<Value> = rules
        .map(|rules| items(rules, "/statements"))
        .unwrap_or_default()
        .iter()
        .map(|one| json!({"statement": text(one, "/statement"), "answer": "affirmed"}))
        .collect();
    let identifiers: Vec<Value> =
        company.identifiers.iter().map(|(kind, value)| json!({"type": kind, "value": value})).collect();
    let documents: Vec<Value> = company
        .documents
        .iter()
        .map(|(kind, title)| json!({"kind": kind, "title": title, "reference": "https://files.example/registry"}))
        .collect();
    let mut body = json!({
        "account_id": account, "entity_type": company.entity_type, "country_of_establishment": company.country,
        "identifiers": identifiers, "documents": documents,
        "declarations": {"last_trading_on": today(), "debt": "no_unpaid_final_debt", "statements": statements},
    });
    if company.by_invitation {
        let refused = officer.ask(Method::POST, "/v1/memberships", Some(&body)).await?;
        say(&format!(
            "Without an invitation the application is answered with {}: {}",
            refused.status,
            text(&refused.body, "/detail")
        ));
        let invite = json!({"entity_type": company.entity_type, "note": format!("For {}", company.name)});
        let invitation = staff.supervisor.post("/v1/invitations", &invite).await?;
        say("CBP issues an invitation, single use and for this type alone.");
        if let Value::Object(members) = &mut body {
            members.insert("invitation_token".to_owned(), json!(text(&invitation, "/token")));
        }
    }
    let membership = officer.post("/v1/memberships", &body).await?;
    say(&format!(
        "applies: {} is now {}, the security profile is due on {}",
        text(&membership, "/id"),
        text(&membership, "/status"),
        text(&membership, "/dates/profile_due_on")
    ));
    for identifier in items(&membership, "/identifiers") {
        for warning in items(identifier, "/warnings") {
            say(&format!(
                "  a warning about {}: {}",
                text(identifier, "/as_typed"),
                text(warning, "/detail")
            ));
        }
    }
    Ok(membership)
}

async fn answer_all(company: &Company, officer: &Client, profile: &str) -> Result<(), Failure> {
    let criteria = officer.get(&format!("/v1/criteria?entity_type={}", company.entity_type)).await?;
    let asked = items(&criteria, "/items");
    for criterion in asked {
        let category = criterion.pointer("/category").and_then(Value::as_u64).unwrap_or_default();
        let said = answer(company, category, text(criterion, "/title"), text(criterion, "/evidence_hint"));
        let path = format!("/v1/profiles/{profile}/answers/{}", text(criterion, "/id"));
        officer.put(&path, &json!({"applies": "yes", "met": "yes", "text": said})).await?;
    }
    let must = asked.iter().filter(|criterion| text(criterion, "/level") == "must").count();
    say(&format!("answers all {} criteria that apply, {must} of them musts, one by one.", asked.len()));
    Ok(())
}

async fn submit(officer: &Client, profile: &str) -> Result<(), Failure> {
    let submitted = officer.post(&format!("/v1/profiles/{profile}/submit"), &json!({})).await?;
    say(&format!(
        "submits the security profile: {}, round {}.",
        text(&submitted, "/status"),
        submitted.pointer("/round").and_then(Value::as_u64).unwrap_or_default()
    ));
    Ok(())
}

async fn review(company: &Company, officer: &Client, staff: &Staff, profile: &str) -> Result<(), Failure> {
    staff.specialist.post(&format!("/v1/profiles/{profile}/start-review"), &json!({})).await?;
    if company.fate == Fate::Returned {
        let comment = "Please name the person who reviews the programme, and attach the last review.";
        let body = json!({"criterion_id": "1.3", "comment": comment});
        staff.specialist.post(&format!("/v1/profiles/{profile}/reject-answer"), &body).await?;
        let back = json!({"comment": "One answer needs more detail."});
        staff.specialist.post(&format!("/v1/profiles/{profile}/return"), &back).await?;
        say(&format!("The specialist returns the profile because of 1.3: “{comment}”"));
        let early =
            officer.ask(Method::POST, &format!("/v1/profiles/{profile}/submit"), Some(&json!({}))).await?;
        say(&format!(
            "Submitting it unchanged is answered with {}: {}",
            early.status,
            text(&early.body, "/detail")
        ));
        mend(officer, profile).await?;
        submit(officer, profile).await?;
        staff.specialist.post(&format!("/v1/profiles/{profile}/start-review"), &json!({})).await?;
    }
    let answers = staff.specialist.get(&format!("/v1/profiles/{profile}/answers")).await?;
    let mut accepted = 0;
    for open in items(&answers, "/items").iter().filter(|one| text(one, "/standing") != "accepted") {
        let body = json!({"criterion_id": text(open, "/criterion_id")});
        staff.specialist.post(&format!("/v1/profiles/{profile}/accept-answer"), &body).await?;
        accepted += 1;
    }
    staff.specialist.post(&format!("/v1/profiles/{profile}/approve"), &json!({})).await?;
    say(&format!(
        "The specialist reviews and accepts {accepted} answers one by one and approves the profile as a snapshot."
    ));
    Ok(())
}

/// Changes the rejected answer; its own version is named, so that nobody's words are lost.
async fn mend(officer: &Client, profile: &str) -> Result<(), Failure> {
    let path = format!("/v1/profiles/{profile}/answers/1.3");
    let body = json!({"applies": "yes", "met": "yes", "evidence": ["programme-review.pdf"],
        "text": "Our managing partner reviews the programme each January with both branch managers; the minutes of the last \
                 review are attached."});
    let blind = officer.ask(Method::PUT, &path, Some(&body)).await?;
    say(&format!(
        "Overwriting the answer blindly is answered with {}: {}",
        blind.status,
        text(&blind.body, "/detail")
    ));
    let version = blind.body.pointer("/current_version").and_then(Value::as_i64).unwrap_or_default();
    officer.put_version(&path, &body, version).await?;
    say(&format!("The company mends it, naming version {version} in If-Match."));
    Ok(())
}

async fn certify(company: &Company, staff: &Staff, id: &str) -> Result<(), Failure> {
    let path = |verb: &str| format!("/v1/memberships/{id}/{verb}");
    if let Some((kind, term)) = company.bond {
        let body =
            json!({"kind": kind, "term": term, "number": "010001234", "surety": "Example Surety Company"});
        staff.specialist.post(&path("set-bond"), &body).await?;
    }
    let vetting = json!({"outcome": "passed", "summary": "no_concerns", "determined_on": today()});
    let membership = staff.specialist.post(&path("record-vetting-result"), &vetting).await?;
    for open in items(&membership, "/conditions")
        .iter()
        .filter(|one| one.pointer("/settled") == Some(&Value::Bool(false)))
    {
        let body = json!({"condition": text(open, "/condition"), "outcome": "met", "basis": "Checked against CBP's records."});
        staff.specialist.post(&path("record-determination"), &body).await?;
    }
    say("Vetting is passed, every condition of eligibility is determined.");
    staff.specialist.post(&path("recommend-certification"), &json!({})).await?;
    let certified = staff.supervisor.post(&path("certify"), &json!({})).await?;
    say(&format!(
        "The specialist recommends, a supervisor certifies: {} since {}, first validation due by {}.",
        text(&certified, "/status"),
        text(&certified, "/dates/certified_on"),
        text(&certified, "/dates/first_validation_due_on")
    ));
    Ok(())
}

/// A supervisor recommends, the programme director decides, and the entry of the register says everything.
async fn lose_fast_lanes(officer: &Client, staff: &Staff, id: &str) -> Result<(), Failure> {
    let path = |verb: &str| format!("/v1/memberships/{id}/{verb}");
    let body = json!({"action": "suspension", "reason": "inquiry_unanswered",
        "text": "Two letters about the seal log stayed unanswered."});
    staff.supervisor.post(&path("recommend-enforcement"), &body).await?;
    let body = json!({"reason": "inquiry_unanswered", "facts": "Two letters about the seal log stayed unanswered for 90 days.",
        "criteria_applied": ["Inquiries are answered promptly (participation agreement)."],
        "cause": {"kind": "inquiry", "reference": "INQ-2026-0077"}, "withheld_benefits": ["fast_lanes"]});
    let decided = staff.director.post(&path("suspend"), &body).await?;
    let action = text(&decided, "/enforcement/in_force/0/enforcement_action_id");
    let entry = officer.get(&format!("/v1/enforcement-actions/{action}")).await?;
    say(&format!(
        "A supervisor recommends, the programme director takes its FAST lanes: {}, to be answered by {}, with an appeal until {}.",
        text(&entry, "/reason_text"),
        text(&entry, "/answer_due_on"),
        text(&entry, "/appeal_due_on")
    ));
    let benefits = officer.get(&path("benefits")).await?;
    let granted = items(&benefits, "/items").iter().filter(|one| text(one, "/state") == "granted").count();
    say(&format!("It stays {}, with {granted} other benefits.", text(&benefits, "/status")));
    Ok(())
}
