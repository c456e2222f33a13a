//! What is decided against a member, and everything that tells of it, over HTTP and at the command line.

use crate::support::House;
use crate::support::story::*;
use serde_json::{Value, json};
use std::sync::Arc;

on_both_engines!(a_member_loses_its_fast_lanes_and_everything_tells_of_it);

fn codes(list: &Value, state: &str) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    let of_state = items.iter().filter(|item| item["state"] == state);
    of_state.map(|item| text(item, "/benefit").to_owned()).collect()
}

async fn a_member_loses_its_fast_lanes_and_everything_tells_of_it(house: Arc<House>) {
    let server = house.start().await;
    let staff = Staff::of(&house);
    let (company, _) = certify_a_company(&house, &staff, "zdenka").await;
    let (stranger, _) = certify_a_company(&house, &staff, "wilhelmina").await;
    let path = |verb: &str| format!("/v1/memberships/{}/{verb}", company.membership);
    let benefits = company.officer.read(&path("benefits")).await;
    assert_eq!(benefits["tier"], "tier_1");
    assert!(
        codes(&benefits, "granted").contains(&"fast_lanes".to_owned())
            && codes(&benefits, "withheld").is_empty()
    );
    assert!(
        benefits["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["source"].is_string() && item["as_of"].is_string())
    );

    // Recommended by one, decided by another, for a reason of the closed list.
    let body = json!({"reason": "failed_validation", "facts": "Trailer 4471 stood unlocked.",
        "criteria_applied": ["Seal control (7.24): not followed."], "cause": {"kind": "validation", "reference": "VAL-7"},
        "withheld_benefits": ["fast_lanes"]});
    staff.supervisor.post(&path("suspend"), &body).await.problem("forbidden");
    let early = staff.director.post(&path("suspend"), &body).await.problem("state-forbids");
    assert_eq!((&early["code"], &early["current_state"]), (&json!("not_recommended"), &json!("certified")));
    let recommended =
        json!({"action": "suspension", "reason": "failed_validation", "text": "See the report."});
    let seen = staff.supervisor.does(&path("recommend-enforcement"), &recommended).await;
    assert_eq!(seen["enforcement"]["recommendation"]["action"], "suspension");
    let hidden = company.officer.read(&format!("/v1/memberships/{}", company.membership)).await;
    assert!(hidden.get("enforcement").is_none(), "{hidden}");
    let incomplete = json!({"reason": "failed_validation", "facts": "Trailer 4471 stood unlocked."});
    let told = staff.director.post(&path("suspend"), &incomplete).await.problem("validation-failed");
    let errors = told["errors"].as_array().unwrap();
    let mut pointers: Vec<&str> = errors.iter().map(|error| text(error, "/pointer")).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/cause", "/criteria_applied"]);
    let suspended = staff.director.does(&path("suspend"), &body).await;
    assert_eq!((&suspended["status"], &suspended["tier"]), (&json!("certified"), &json!("tier_1")));

    let benefits = company.officer.read(&path("benefits")).await;
    assert_eq!(codes(&benefits, "withheld"), ["fast_lanes"]);
    let entry = text(&suspended, "/enforcement/in_force/0/enforcement_action_id");
    assert_eq!(
        benefits["items"].as_array().unwrap().iter().find(|one| one["state"] == "withheld").unwrap()["withheld_by"],
        json!([entry])
    );

    // The register, for each reader its own.
    let entry_path = format!("/v1/enforcement-actions/{entry}");
    let answer = company.officer.get(&entry_path).await;
    assert!(answer.header("etag").is_some_and(|tag| tag.starts_with("\"1-")), "{:?}", answer.headers);
    assert_eq!(answer.status, 200);
    let shown = answer.json();
    assert_eq!((&shown["scope"], &shown["withheld_benefits"]), (&json!("partial"), &json!(["fast_lanes"])));
    for member in
        ["facts", "criteria_applied", "cause", "recommended_by", "decided_by", "notice_on", "effective_on"]
    {
        assert!(!shown[member].is_null(), "{member}: {shown}");
    }
    stranger.officer.get(&entry_path).await.problem("not-found");
    assert_eq!(stranger.officer.list("/v1/enforcement-actions").await, Vec::<Value>::new());
    assert_eq!(company.officer.list("/v1/enforcement-actions?scope=partial&status=open").await.len(), 1);
    assert_eq!(staff.auditor.list("/v1/enforcement-actions?reason=security_incident").await.len(), 0);
    let history = staff.auditor.read(&format!("{entry_path}/events")).await;
    assert_eq!(history["items"][0]["type"], "enforcement_action.decided");
    let reasons = company.officer.read("/v1/enforcement-reasons").await;
    assert!(
        reasons["items"].as_array().unwrap().iter().any(|one| one["reason"] == shown["reason"]),
        "{reasons:?}"
    );

    // One cause, one action.
    staff.supervisor.does(&path("recommend-enforcement"), &recommended).await;
    let doubled = staff.director.post(&path("suspend"), &body).await.problem("state-forbids");
    assert_eq!(doubled["code"], "action_doubled");
    assert!(text(&doubled, "/detail").contains(entry), "{doubled}");

    // An appeal, and somebody else decides it.
    let grounds = json!({"grounds": "The seal was changed by officers."});
    let appealed = company.officer.does(&format!("{entry_path}/file-appeal"), &grounds).await;
    assert_eq!(appealed["status"], "appealed");
    let appeal =
        company.officer.read(&format!("/v1/appeals/{}", text(&appealed, "/appeals/0/appeal_id"))).await;
    assert_eq!((&appeal["enforcement_action_id"], &appeal["status"]), (&json!(entry), &json!("open")));
    let own = staff.director.post(&format!("{entry_path}/grant-appeal"), &json!({"text": "Seen."})).await;
    assert_eq!(own.problem("forbidden")["code"], "decided_the_action");
    let another = house.sign_in("programme_director", "director-2");
    let granted = another.does(&format!("{entry_path}/grant-appeal"), &json!({"text": "Seen."})).await;
    assert_eq!(granted["ended"]["how"], "appeal_granted");
    assert!(codes(&company.officer.read(&path("benefits")).await, "withheld").is_empty());

    // The command that proves it.
    drop(server);
    let printed = house.succeed(&["sentinel"]);
    assert!(printed.contains("2 memberships, 1 enforcement actions, 1 appeals"), "{printed}");
    assert!(printed.lines().filter(|line| line.starts_with("holds")).count() == 6, "{printed}");
    let report: Value = serde_json::from_str(&house.succeed(&["sentinel", "--json"])).unwrap();
    assert!(
        report["checks"].as_array().unwrap().iter().all(|check| check["faults"] == json!([])),
        "{report}"
    );
    house.is_sound();
}
