//! One of every kind of thing, so that every operation has an address.

use super::story::{Company, Staff, certify_a_company, text};
use super::{Answer, Client, House};
use api::Operation;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;

/// Ids to put into paths.
pub struct Places {
    pub account: String,
    pub membership: String,
    pub profile: String,
    pub invitation: String,
    pub incident: String,
    pub enforcement: String,
    pub appeal: String,
    pub obligation: String,
    pub calendar: String,
    /// The secret of its address.
    pub token: String,
    pub person: String,
}

impl Places {
    /// A certified company that has lost its FAST lanes and appeals, and an invitation that is open.
    pub async fn made(house: &Arc<House>, staff: &Staff) -> (Company, Places) {
        let (company, _) = certify_a_company(house, staff, "officer-of-places").await;
        let account = company.officer.read(&format!("/v1/accounts/{}", company.account)).await;
        let wanted = json!({"entity_type": "foreign_manufacturer"});
        let invitation = staff.supervisor.does("/v1/invitations", &wanted).await;
        let report = super::story::example_of("incident_report", &company.account);
        let incident = company.officer.does("/v1/incidents", &report).await;
        let (enforcement, appeal) = suspend(&company, staff).await;
        let deadlines = company.officer.list("/v1/obligations?status=open").await;
        let calendar = company.officer.does("/v1/calendars", &json!({"account_id": company.account})).await;
        let places = Places {
            account: company.account.clone(),
            membership: company.membership.clone(),
            profile: company.profile.clone(),
            invitation: text(&invitation, "/id").to_owned(),
            incident: text(&incident, "/id").to_owned(),
            enforcement,
            appeal,
            obligation: text(&deadlines[0], "/id").to_owned(),
            calendar: text(&calendar, "/id").to_owned(),
            token: text(&calendar, "/address").replace("/v1/calendar-feeds/", ""),
            person: text(&account, "/contacts/0/person_id").to_owned(),
        };
        (company, places)
    }

    /// Ids of the right form that nothing has.
    pub fn nowhere() -> Places {
        let id = |prefix: &str| format!("{prefix}_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6");
        Places {
            account: id("acc"),
            membership: id("mbr"),
            profile: id("prf"),
            invitation: id("inv"),
            incident: id("inc"),
            enforcement: id("enf"),
            appeal: id("apl"),
            obligation: id("obl"),
            calendar: id("cal"),
            token: "mD0h1yXq2n7cVb5kT8wZr4sLfJ9gPaEuQ3oIxN6vKtY.ics".to_owned(),
            person: id("per"),
        }
    }

    /// The address of an operation here.
    pub fn path(&self, operation: &Operation) -> String {
        let path = operation
            .path
            .replace("{account_id}", &self.account)
            .replace("{membership_id}", &self.membership)
            .replace("{profile_id}", &self.profile)
            .replace("{invitation_id}", &self.invitation)
            .replace("{incident_id}", &self.incident)
            .replace("{enforcement_action_id}", &self.enforcement)
            .replace("{appeal_id}", &self.appeal)
            .replace("{obligation_id}", &self.obligation)
            .replace("{calendar_id}", &self.calendar)
            .replace("{feed}", &self.token)
            .replace("{person_id}", &self.person)
            .replace("{criterion_id}", "1.1")
            .replace("{edition}", "2020")
            .replace("{version}", "2024-1")
            .replace("{number}", "1")
            .replace("{slug}", "not-found");
        assert!(!path.contains('{'), "{path} has a parameter that the tests do not know");
        if operation.id == "criteria_list" { format!("{path}?entity_type=importer") } else { path }
    }

    /// Sends the operation's own example.
    pub async fn call(&self, operation: &Operation, who: &Client) -> Answer {
        let mut headers = vec![("If-Match", "\"1\"")];
        let mut body = None;
        if let Some((media_type, _, example)) = &operation.body {
            headers.push(("Content-Type", *media_type));
            body = Some(self.with_own_account(example).to_string().into_bytes());
        }
        let method = Method::from_bytes(operation.method.as_str().as_bytes()).unwrap();
        who.send(method, &self.path(operation), &headers, body).await
    }

    fn with_own_account(&self, example: &Value) -> Value {
        let mut example = example.clone();
        if let Some(account) = example.get_mut("account_id") {
            *account = json!(self.account);
        }
        example
    }
}

/// The member loses its FAST lanes, and appeals; gives the entry of the register and the appeal.
async fn suspend(company: &Company, staff: &Staff) -> (String, String) {
    let path = |verb: &str| format!("/v1/memberships/{}/{verb}", company.membership);
    let recommended =
        json!({"action": "suspension", "reason": "lack_of_commitment", "text": "See the report."});
    staff.supervisor.does(&path("recommend-enforcement"), &recommended).await;
    let decided = json!({"reason": "lack_of_commitment", "facts": "Three letters stayed unanswered.",
        "criteria_applied": ["Answers to inquiries."], "cause": {"kind": "inquiry", "reference": "INQ-77"},
        "withheld_benefits": ["fast_lanes"]});
    let membership = staff.director.does(&path("suspend"), &decided).await;
    let enforcement = text(&membership, "/enforcement/in_force/0/enforcement_action_id").to_owned();
    let grounds = json!({"grounds": "The letters went to an address that was left."});
    let path = format!("/v1/enforcement-actions/{enforcement}/file-appeal");
    let appealed = company.officer.does(&path, &grounds).await;
    let appeal = text(&appealed, "/appeals/0/appeal_id").to_owned();
    (enforcement, appeal)
}
