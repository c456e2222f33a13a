//! The document's own examples: each request example is sent as it stands, in the order of the main job, and has to be taken.

use crate::support::{Options, Server};
use api::Operation;
use api::operation::Matching;
use kernel::Role;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What every id of an example looks like, after its prefix.
const PLACEHOLDER: &str = "_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

/// A server with its staff, and the operations whose examples were taken.
struct Stage {
    server: Server,
    operations: BTreeMap<&'static str, Operation>,
    taken: RefCell<BTreeSet<&'static str>>,
    specialist: String,
    supervisor: String,
}

/// Somebody of a company, with the ids that stand where an example has its own.
#[derive(Clone)]
struct Officer {
    token: String,
    ids: BTreeMap<&'static str, String>,
}

impl Officer {
    fn knows(&mut self, prefix: &'static str, id: &Value) {
        self.ids.insert(prefix, id.as_str().unwrap_or_else(|| panic!("no {prefix}: {id}")).to_owned());
    }

    /// A text of an example with the ids of here.
    fn fill(&self, text: &str) -> String {
        let fill = |text: String, (prefix, id): (&&str, &String)| {
            text.replace(&format!("{prefix}{PLACEHOLDER}"), id)
        };
        self.ids.iter().fold(text.to_owned(), fill)
    }
}

impl Stage {
    fn set() -> Self {
        let server = Server::start(Options::default());
        Self {
            operations: api::operations().into_iter().map(|operation| (operation.id, operation)).collect(),
            taken: RefCell::default(),
            specialist: server.token("examples-specialist", &[Role::Specialist]),
            supervisor: server.token("examples-supervisor", &[Role::Supervisor]),
            server,
        }
    }

    /// Sends the example of an operation; gives the answer.
    fn send(&self, id: &'static str, token: &str, officer: &Officer) -> Value {
        self.send_for(id, token, officer, "1.1")
    }

    fn send_for(&self, id: &'static str, token: &str, officer: &Officer, criterion: &str) -> Value {
        let operation = &self.operations[id];
        let (media_type, _, example) = operation.body.as_ref().unwrap();
        let path = [
            ("account_id", "acc"),
            ("membership_id", "mbr"),
            ("profile_id", "prf"),
            ("invitation_id", "inv"),
            ("obligation_id", "obl"),
            ("calendar_id", "cal"),
        ]
        .iter()
        .fold(operation.path.clone(), |path, (name, prefix)| {
            path.replace(&format!("{{{name}}}"), &format!("{prefix}{PLACEHOLDER}"))
        });
        let path = officer.fill(&path).replace("{criterion_id}", criterion);
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("Authorization", bearer.as_str()), ("Content-Type", *media_type)];
        if operation.matching == Matching::Required {
            headers.push(("If-Match", "*"));
        }
        let body = officer.fill(&example.to_string());
        let answer = self.server.send(operation.method.as_str(), &path, &headers, body.as_bytes());
        let said = String::from_utf8_lossy(&answer.body);
        assert!((200..300).contains(&answer.status), "{id} {body}: {} {said}", answer.status);
        self.taken.borrow_mut().insert(id);
        answer.json()
    }

    fn post(&self, token: &str, path: &str, body: &Value) -> Value {
        let answer = self.server.post_as(token, path, &[], body);
        assert!(answer.status < 300, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    /// A company that has accepted the agreement.
    fn company(&self, subject: &str) -> Officer {
        let mut officer = Officer { token: self.server.token(subject, &[]), ids: BTreeMap::new() };
        let me = self.server.get_as(&self.specialist, "/v1/me").json();
        officer.knows("per", &me["person_id"]);
        let account = self.send("account_register", &officer.token, &officer);
        officer.knows("acc", &account["id"]);
        self.send("account_accept_agreement", &officer.token, &officer);
        officer
    }

    fn apply(&self, officer: &mut Officer) {
        let membership = self.send("membership_apply", &officer.token, officer);
        officer.knows("mbr", &membership["id"]);
        officer.knows("prf", &membership["profile_id"]);
    }

    /// Declares what depends on the day, and gives every criterion the answer of the example.
    fn submit(&self, officer: &Officer) {
        self.send("membership_declare_eligibility", &officer.token, officer);
        let today = kernel::programme_date(chrono::Utc::now()).to_string();
        let path = format!("/v1/memberships/{}/declare-eligibility", officer.ids["mbr"]);
        self.post(&officer.token, &path, &json!({"declarations": {"last_trading_on": today}}));
        for criterion in self.criteria(officer) {
            self.send_for("answer_save", &officer.token, officer, &criterion);
        }
        self.send("profile_submit", &officer.token, officer);
    }

    fn criteria(&self, officer: &Officer) -> Vec<String> {
        let path = format!("/v1/profiles/{}/answers", officer.ids["prf"]);
        let answers = self.server.get_as(&self.supervisor, &path).json();
        let answers = answers["items"].as_array().unwrap().clone();
        answers.iter().map(|answer| answer["criterion_id"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn every_request_example_is_taken_in_the_order_of_the_main_job() {
    let stage = Stage::set();
    let mut officer = stage.company("examples-maria");
    people_and_places(&stage, &officer);
    stage.apply(&mut officer);
    stage.send("membership_change_identifiers", &officer.token, &officer);
    let attached = stage.send("membership_attach_document", &officer.token, &officer);
    officer.knows("doc", &attached["documents"][0]["document_id"]);
    stage.send("membership_remove_document", &officer.token, &officer);
    stage.submit(&officer);
    review(&stage, &officer);
    certify(&stage, &officer);
    endings(&stage);
    let with_a_body = stage.operations.values().filter(|operation| operation.body.is_some());
    let all: BTreeSet<&str> = with_a_body.map(|operation| operation.id).collect();
    assert_eq!(*stage.taken.borrow(), all);
}

fn people_and_places(stage: &Stage, officer: &Officer) {
    let (token, mut officer) = (&officer.token, officer.clone());
    stage.send("account_change", token, &officer);
    let added = stage.send("account_add_address", token, &officer);
    officer.knows("adr", &added["addresses"][1]["address_id"]);
    stage.send("account_change_address", token, &officer);
    stage.send("account_remove_address", token, &officer);
    let added = stage.send("account_add_contact", token, &officer);
    officer.knows("per", &added["contacts"][1]["person_id"]);
    for id in
        ["account_change_contact", "account_grant_role", "account_revoke_role", "account_remove_contact"]
    {
        stage.send(id, token, &officer);
    }
    stage.send("account_erase_person", &stage.supervisor, &officer);
    let calendar = stage.send("calendar_open", token, &officer);
    officer.knows("cal", &calendar["id"]);
    stage.send("calendar_close", token, &officer);
    let invitation = stage.send("invitation_issue", &stage.supervisor, &officer);
    officer.knows("inv", &invitation["id"]);
    stage.send("invitation_revoke", &stage.supervisor, &officer);
}

/// One round that is given back, and one that is approved.
fn review(stage: &Stage, officer: &Officer) {
    stage.send("membership_assign_specialist", &stage.supervisor, officer);
    for id in ["profile_start_review", "profile_accept_answer", "profile_reject_answer", "profile_return"] {
        stage.send(id, &stage.specialist, officer);
    }
    let profile = format!("/v1/profiles/{}", officer.ids["prf"]);
    let bearer = format!("Bearer {}", officer.token);
    let headers =
        [("Authorization", bearer.as_str()), ("Content-Type", "application/json"), ("If-Match", "*")];
    let better = json!({"applies": "yes", "met": "yes", "text": "The written review component is attached."});
    let path = format!("{profile}/answers/1.3");
    assert_eq!(stage.server.send("PUT", &path, &headers, better.to_string().as_bytes()).status, 200);
    stage.send("profile_submit", &officer.token, officer);
    stage.send("profile_start_review", &stage.specialist, officer);
    for criterion in stage.criteria(officer) {
        let body = json!({"criterion_id": criterion});
        stage.post(&stage.specialist, &format!("{profile}/accept-answer"), &body);
    }
    stage.send("profile_approve", &stage.specialist, officer);
}

fn certify(stage: &Stage, officer: &Officer) {
    stage.send("membership_record_vetting_result", &stage.specialist, officer);
    stage.send("membership_record_determination", &stage.specialist, officer);
    let membership = stage.send("membership_set_bond", &stage.specialist, officer);
    for open in membership["conditions"].as_array().unwrap().iter().filter(|one| one["settled"] == false) {
        let path = format!("/v1/memberships/{}/record-determination", officer.ids["mbr"]);
        let body =
            json!({"condition": open["condition"], "outcome": "met", "basis": "Seen in CBP's records."});
        stage.post(&stage.specialist, &path, &body);
    }
    stage.send("membership_recommend_certification", &stage.specialist, officer);
    let certified = stage.send("membership_certify", &stage.supervisor, officer);
    assert_eq!(certified["status"], "certified");
    stage.send("membership_correct_date", &stage.supervisor, officer);
    let path = format!("/v1/obligations?kind=annual_review&membership_id={}", officer.ids["mbr"]);
    let review = stage.server.get_as(&stage.supervisor, &path).json();
    let mut officer = officer.clone();
    officer.knows("obl", &review["items"][0]["id"]);
    stage.send("obligation_waive", &stage.supervisor, &officer);
    stage.send("notifications_mark", &officer.token, &officer);
}

/// Applications that end otherwise.
fn endings(stage: &Stage) {
    for (subject, id) in
        [("examples-ada", "membership_reject"), ("examples-bo", "membership_find_ineligible")]
    {
        let mut officer = stage.company(subject);
        stage.apply(&mut officer);
        stage.submit(&officer);
        stage.send(id, &stage.supervisor, &officer);
    }
    let mut officer = stage.company("examples-cy");
    stage.apply(&mut officer);
    stage.send("membership_withdraw", &officer.token, &officer);
    stage.send("membership_reapply", &officer.token, &officer);
}
