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

/// The second incident of the examples.
const OTHER_INCIDENT: &str = "inc_0193b2d1aa007c3eb8f6000000000005";

/// A server with its staff, and the operations whose examples were taken.
struct Stage {
    server: Server,
    operations: BTreeMap<&'static str, Operation>,
    taken: RefCell<BTreeSet<&'static str>>,
    specialist: String,
    supervisor: String,
    director: String,
    another_director: String,
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
            director: server.token("examples-director", &[Role::ProgrammeDirector]),
            another_director: server.token("examples-director-2", &[Role::ProgrammeDirector]),
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
            ("enforcement_action_id", "enf"),
            ("incident_id", "inc"),
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
        let body = officer.ids.get("other").map_or(body.clone(), |id| body.replace(OTHER_INCIDENT, id));
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
        let criteria = self.criteria(officer);
        self.is_not_ready(officer, &criteria);
        for criterion in criteria {
            self.send_for("answer_save", &officer.token, officer, &criterion);
        }
        self.send("profile_submit", &officer.token, officer);
    }

    /// What is missing is named by criterion: the body has no member to point at.
    fn is_not_ready(&self, officer: &Officer, criteria: &[String]) {
        let path = format!("/v1/profiles/{}/submit", officer.ids["prf"]);
        let problem = self.server.post_as(&officer.token, &path, &[], &json!({})).problem("state-forbids");
        assert_eq!((&problem["code"], problem.get("errors")), (&json!("profile_incomplete"), None));
        let named = problem["criteria"].as_array().unwrap();
        let named: Vec<&str> = named.iter().map(|open| open["criterion_id"].as_str().unwrap()).collect();
        assert_eq!(named, criteria);
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
    conflict(&stage, &officer);
    stage.send("membership_change_identifiers", &officer.token, &officer);
    let attached = stage.send("membership_attach_document", &officer.token, &officer);
    officer.knows("doc", &attached["documents"][0]["document_id"]);
    stage.send("membership_remove_document", &officer.token, &officer);
    stage.submit(&officer);
    review(&stage, &officer);
    certify(&stage, &officer);
    enforcement(&stage, &mut officer);
    incidents(&stage, &officer);
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
    for id in ["account_change_contact", "account_grant_role", "account_revoke_role", "account_grant_role"] {
        stage.send(id, token, &officer);
    }
    let colleague = stage.server.token("jo.lindqvist@example.com", &[]);
    for id in ["me_accept_roles", "me_leave_account"] {
        stage.send(id, &colleague, &officer);
    }
    stage.send("account_remove_contact", token, &officer);
    let held = stage.send("account_place_hold", &stage.supervisor, &officer);
    officer.knows("hld", &held["holds"][0]["hold_id"]);
    stage.send("account_lift_hold", &stage.supervisor, &officer);
    stage.send("account_erase_person", &stage.supervisor, &officer);
    let calendar = stage.send("calendar_open", token, &officer);
    officer.knows("cal", &calendar["id"]);
    stage.send("calendar_close", token, &officer);
    let invitation = stage.send("invitation_issue", &stage.supervisor, &officer);
    officer.knows("inv", &invitation["id"]);
    stage.send("invitation_revoke", &stage.supervisor, &officer);
}

/// Somebody of CBP who has a role in the company's account.
fn conflict(stage: &Stage, officer: &Officer) {
    let mut officer = officer.clone();
    let account = |verb: &str| format!("/v1/accounts/{}/{verb}", officer.ids["acc"]);
    let contact = json!({"given_name": "Ruth", "family_name": "Abernathy", "email": "ruth@example.com", "company_officer": false});
    let body = json!({"contact": contact, "point_of_contact": "none", "subject": "examples-both"});
    let added = stage.post(&officer.token, &account("add-contact"), &body);
    let person = &added["contacts"].as_array().unwrap().last().unwrap()["person_id"];
    stage.post(&officer.token, &account("grant-role"), &json!({"person_id": person, "role": "employee"}));
    let at_home = stage.server.token("examples-both", &[]);
    stage.post(&at_home, "/v1/me/accept-roles", &json!({"person_id": person}));
    let at_cbp = stage.server.token("examples-both", &[Role::Specialist]);
    let me = stage.server.get_as(&at_cbp, "/v1/me").json();
    officer.knows("per", &me["person_id"]);
    let shown = stage.send("membership_override_conflict", &stage.director, &officer);
    assert_eq!(shown["conflicts_of_interest"][0]["person_id"], me["person_id"]);
    stage.send("membership_end_conflict_override", &stage.director, &officer);
    stage.post(&at_home, "/v1/me/leave-account", &json!({"person_id": person}));
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
    let mut deadlines = officer.clone();
    deadlines.knows("obl", &review["items"][0]["id"]);
    stage.send("obligation_waive", &stage.supervisor, &deadlines);
    stage.send("notifications_mark", &officer.token, &deadlines);
    let validated = stage.send("membership_record_validation_outcome", &stage.supervisor, officer);
    assert_eq!((&validated["status"], &validated["tier"]), (&json!("validated"), &json!("tier_2")));
    assert_eq!(stage.send("membership_change_tier", &stage.supervisor, officer)["tier"], "tier_3");
}

/// Suspended, answered, appealed, reinstated; removed and restored; closed at last.
fn enforcement(stage: &Stage, officer: &mut Officer) {
    let recommend = |officer: &Officer, action: &str, reason: &str| {
        let path = format!("/v1/memberships/{}/recommend-enforcement", officer.ids["mbr"]);
        stage.post(
            &stage.specialist,
            &path,
            &json!({"action": action, "reason": reason, "text": "See the report."}),
        );
    };
    stage.send("membership_recommend_enforcement", &stage.specialist, officer);
    let suspended = stage.send("membership_suspend", &stage.director, officer);
    assert_eq!(suspended["status"], "suspended");
    officer.knows("enf", &suspended["enforcement"]["in_force"][0]["enforcement_action_id"]);
    stage.send("enforcement_action_submit_corrective_plan", &officer.token, officer);
    stage.send("enforcement_action_file_appeal", &officer.token, officer);
    stage.send("enforcement_action_withdraw_appeal", &officer.token, officer);
    stage.send("enforcement_action_file_appeal", &officer.token, officer);
    let denied = stage.send("enforcement_action_deny_appeal", &stage.another_director, officer);
    assert_eq!((&denied["status"], &denied["appeals"][1]["status"]), (&json!("open"), &json!("denied")));
    stage.send("enforcement_action_correct_entry", &stage.director, officer);
    recommend(officer, "reinstatement", "corrective_plan_accepted");
    assert_eq!(stage.send("membership_reinstate", &stage.director, officer)["status"], "validated");

    recommend(officer, "removal", "aggravated_inadequate_security");
    let removed = stage.send("membership_remove", &stage.director, officer);
    assert_eq!((&removed["status"], &removed["tier"]), (&json!("removed"), &Value::Null));
    officer.knows("enf", &removed["enforcement"]["in_force"][0]["enforcement_action_id"]);
    stage.send("enforcement_action_file_appeal", &officer.token, officer);
    let granted = stage.send("enforcement_action_grant_appeal", &stage.another_director, officer);
    assert_eq!(granted["ended"]["how"], "appeal_granted");
    let path = format!("/v1/memberships/{}", officer.ids["mbr"]);
    assert_eq!(stage.server.get_as(&officer.token, &path).json()["status"], "validated");

    stage.send("membership_request_withdrawal", &officer.token, officer);
    let stays = stage.send("membership_take_back_withdrawal", &officer.token, officer);
    assert_eq!((&stays["status"], &stays["withdrawal_request"]), (&json!("validated"), &Value::Null));
    stage.send("membership_request_withdrawal", &officer.token, officer);
    assert_eq!(stage.send("membership_close", &stage.supervisor, officer)["status"], "withdrawn");
}

/// An incident that the company reports, and that CBP looks into.
fn incidents(stage: &Stage, officer: &Officer) {
    let mut officer = officer.clone();
    let reported = stage.send("incident_report", &officer.token, &officer);
    officer.knows("inc", &reported["id"]);
    stage.send("incident_add_statement", &officer.token, &officer);
    stage.send("incident_correct_facts", &officer.token, &officer);
    stage.send("incident_erase_text", &stage.supervisor, &officer);
    for id in ["incident_involve_account", "incident_triage", "incident_begin_review"] {
        stage.send(id, &stage.specialist, &officer);
    }
    let account = stage.server.get_as(&officer.token, &format!("/v1/accounts/{}", officer.ids["acc"])).json();
    officer.knows("per", &account["contacts"][0]["person_id"]);
    let token = officer.token.clone();
    for (id, who) in [
        ("incident_request_analysis", &stage.specialist),
        ("incident_submit_analysis", &token),
        ("incident_return_response", &stage.specialist),
        ("incident_submit_analysis", &token),
        ("incident_accept_response", &stage.specialist),
        ("incident_plan_actions", &token),
        ("incident_accept_response", &stage.specialist),
        ("incident_complete_action", &token),
        ("incident_conclude_part", &stage.specialist),
        ("incident_close", &stage.supervisor),
        ("incident_reopen", &stage.supervisor),
    ] {
        stage.send(id, who, &officer);
    }
    let other = stage.send("incident_report", &officer.token, &officer);
    officer.knows("other", &other["id"]);
    for id in ["incident_compare", "incident_undo_comparison"] {
        stage.send(id, &stage.specialist, &officer);
    }
    // An account that has nothing to do with it, once it is named by mistake.
    let stranger = stage.company("examples-dee");
    let path = format!("/v1/incidents/{}/involve-account", officer.ids["inc"]);
    let named = json!({"account_id": stranger.ids["acc"], "role": "importer"});
    stage.post(&stage.specialist, &path, &named);
    officer.knows("acc", &json!(stranger.ids["acc"]));
    stage.send("incident_remove_account", &stage.specialist, &officer);
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
    let stranger = stage.company("examples-ed");
    let erased = stage.send("account_erase_applicant", &stage.supervisor, &stranger);
    assert_eq!(
        (&erased["erased"], &erased["contacts"], &erased["users"]),
        (&json!(true), &json!([]), &json!([]))
    );
    let mut officer = stage.company("examples-cy");
    stage.apply(&mut officer);
    stage.send("membership_withdraw", &officer.token, &officer);
    stage.send("membership_reapply", &officer.token, &officer);
}
