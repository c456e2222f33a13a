//! The whole main job, and everything that can be read of it afterwards.

use crate::support::answer::errors;
use crate::support::story::*;
use crate::support::{Client, House};
use serde_json::{Value, json};
use std::sync::Arc;

on_both_engines!(a_company_is_certified_and_everything_tells_of_it, the_past_can_be_read_as_it_was);

async fn a_company_is_certified_and_everything_tells_of_it(house: Arc<House>) {
    let server = house.start().await;
    let staff = Staff::of(&house);
    let company = apply(&house, "zdenka").await;
    let stranger = apply(&house, "wilhelmina").await;
    let consultant = colleague(&company, "consultant", "consultant-1").await;
    let membership_path = format!("/v1/memberships/{}", company.membership);
    let profile_path = format!("/v1/profiles/{}", company.profile);
    let to_do_path = format!("{membership_path}/to-do");

    // What is missing is said, and refused if tried all the same.
    let missing = company.officer.read(&to_do_path).await;
    assert!(!missing["to_submit"].as_array().unwrap().is_empty(), "{missing}");
    let criteria = company.officer.read(&format!("{profile_path}/answers")).await;
    let criteria = criteria["items"].as_array().unwrap().len();
    assert!(criteria > 20, "{criteria} criteria");
    assert_eq!(missing["answers"].as_array().unwrap().len(), criteria);
    let early = company.officer.post(&format!("{profile_path}/submit"), &json!({})).await;
    let early = early.problem("state-forbids");
    assert!(early["code"].is_string() && early["current_state"].is_string(), "{early}");

    prepare(&company).await;
    let ready = company.officer.read(&to_do_path).await;
    assert_eq!((&ready["to_submit"], &ready["answers"]), (&json!([]), &json!([])));
    consultant.post(&format!("{profile_path}/submit"), &json!({})).await.problem("forbidden");
    assert_eq!(submit(&company).await["status"], "submitted");
    assert_eq!(company.officer.read(&membership_path).await["status"], "applicant");

    // The work goes from one to the next.
    let waits = |items: Vec<Value>| items.iter().any(|item| item["id"] == company.membership.as_str());
    let whose = |who: &'static str| format!("/v1/work-queue?waiting_for={who}");
    let mut queues = Vec::new();
    for who in ["specialist", "supervisor", "company"] {
        queues.push(waits(staff.supervisor.list(&whose(who)).await));
    }
    assert_eq!(queues.iter().filter(|waiting| **waiting).count(), 1, "{queues:?}");
    review(&company, &staff).await;
    assert!(waits(staff.specialist.list("/v1/work-queue?specialist_id=me").await));
    let certify_path = format!("{membership_path}/certify");
    staff.specialist.post(&certify_path, &json!({})).await.problem("forbidden");
    staff.supervisor.post(&certify_path, &json!({})).await.problem("state-forbids");
    let certified = certify(&company, &staff).await;
    assert_eq!(certified["status"], "certified");
    assert_eq!(certified["dates"]["certified_on"], today());
    assert!(certified["recommendation"]["recommended_by"] != certified["certified_by"], "{certified}");
    assert!(!waits(staff.supervisor.list(&whose("supervisor")).await));

    // Lists: by status, and for each company its own.
    let ids = |items: Vec<Value>| items.iter().map(|item| text(item, "/id").to_owned()).collect::<Vec<_>>();
    let found = ids(staff.auditor.list("/v1/memberships?status=certified").await);
    assert_eq!(found, [company.membership.as_str()]);
    assert_eq!(ids(staff.auditor.list("/v1/profiles?status=approved").await), [company.profile.as_str()]);
    let mut accounts = ids(staff.auditor.list("/v1/accounts").await);
    accounts.sort();
    let mut both = vec![company.account.clone(), stranger.account.clone()];
    both.sort();
    assert_eq!(accounts, both);
    for (path, own) in [
        ("/v1/accounts", &stranger.account),
        ("/v1/memberships", &stranger.membership),
        ("/v1/profiles", &stranger.profile),
    ] {
        assert_eq!(ids(stranger.officer.list(path).await), [own.as_str()], "{path}");
    }
    let snapshot = company.officer.read(&format!("{profile_path}/snapshots/1")).await;
    assert_eq!(snapshot["answers"].as_array().unwrap().len(), criteria);
    histories_and_feed(&staff, &company).await;
    let head = staff.auditor.read("/v1/ledger-head").await;
    drop(server);
    assert!(house.succeed(&["ledger", "verify"]).contains(text(&head, "/hash")));
    house.is_sound();
}

/// The feed holds every history once and in order, and names nobody.
async fn histories_and_feed(staff: &Staff, company: &Company) {
    let mut feed: Vec<Value> = Vec::new();
    loop {
        let after = feed.last().map_or(0, |event| event["position"].as_i64().unwrap());
        let page = staff.auditor.read(&format!("/v1/events?limit=50&after={after}")).await;
        let page = page["items"].as_array().unwrap().clone();
        if page.is_empty() {
            break;
        }
        feed.extend(page);
    }
    for (index, event) in feed.iter().enumerate() {
        assert_eq!(event["position"], index + 1);
        let written = event.to_string();
        for personal in ["Zdenka", "Quiverful", "quiverful.example"] {
            assert!(!written.contains(personal), "{personal} is in the ledger: {event}");
        }
    }
    for (kind, id) in
        [("accounts", &company.account), ("memberships", &company.membership), ("profiles", &company.profile)]
    {
        let history = history(&staff.auditor, kind, id).await;
        let of_it: Vec<&Value> = feed.iter().filter(|event| event["aggregate_id"] == id.as_str()).collect();
        assert_eq!(history.iter().collect::<Vec<_>>(), of_it, "{kind}");
        for (index, event) in history.iter().enumerate() {
            assert_eq!(event["sequence"], index + 1, "{kind}");
        }
        // The company reads the same, but for what a vetting has found and the hashes, by which that could be tried out.
        let own = self::history(&company.officer, kind, id).await;
        assert_eq!(own.len(), history.len());
        for (own, whole) in own.iter().zip(&history) {
            let vetting = whole["type"] == "membership.vetting_result_recorded";
            let mut shown = whole.clone();
            assert!(shown.as_object_mut().unwrap().remove("hash").is_some(), "{whole}");
            assert_eq!(*own == shown, !vetting, "{own} {whole}");
            assert!(own["data"].get("summary").is_none(), "{own}");
        }
    }
}

/// A whole history, page by page.
async fn history(reader: &Client, kind: &str, id: &str) -> Vec<Value> {
    let mut history: Vec<Value> = Vec::new();
    loop {
        let after = history.len();
        let page = reader.read(&format!("/v1/{kind}/{id}/events?limit=30&after={after}")).await;
        history.extend(page["items"].as_array().unwrap().iter().cloned());
        if page["next_after"].is_null() {
            return history;
        }
    }
}

async fn the_past_can_be_read_as_it_was(house: Arc<House>) {
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let (company, now) = certify_a_company(&house, &staff, "zdenka").await;
    let path = format!("/v1/memberships/{}", company.membership);
    let history = company.officer.read(&format!("{path}/events?limit=200")).await;
    let history = history["items"].as_array().unwrap();
    let newest = now["version"].as_i64().unwrap();
    assert_eq!(i64::try_from(history.len()).unwrap(), newest);

    let mut statuses: Vec<String> = Vec::new();
    for version in 1..=newest {
        let then = company.officer.read(&format!("{path}?at_version={version}")).await;
        assert_eq!((&then["version"], &then["allowed_commands"]), (&json!(version), &json!([])));
        let status = text(&then, "/status").to_owned();
        if statuses.last() != Some(&status) {
            statuses.push(status);
        }
    }
    assert_eq!(statuses, ["pre_applicant", "applicant", "approved", "certified"]);

    for parameter in ["as_of", "known_at"] {
        let member = if parameter == "as_of" { "/occurred_at" } else { "/recorded_at" };
        for event in history {
            let instant = text(event, member);
            let last = history.iter().filter(|other| text(other, member) <= instant).count();
            let then = company.officer.read(&format!("{path}?{parameter}={instant}")).await;
            assert_eq!(then["version"], last, "{parameter}={instant}");
        }
        company.officer.get(&format!("{path}?{parameter}=2020-01-01T00:00:00Z")).await.problem("not-found");
        let later = company.officer.read(&format!("{path}?{parameter}=2100-01-01T00:00:00Z")).await;
        let mut present = company.officer.read(&path).await;
        assert_ne!(present["allowed_commands"], json!([]));
        present["allowed_commands"] = json!([]);
        assert_eq!(later, present, "what is looked back on is nothing to act on");
    }
    company.officer.get(&format!("{path}?at_version={}", newest + 1)).await.problem("not-found");

    // A date that is mended stays visible as it was before; one that would break the order is refused.
    let applied = text(&now, "/dates/applied_on").parse::<chrono::NaiveDate>().unwrap();
    let mend = |field: &str, day: chrono::NaiveDate| json!({"field": field, "value": day.to_string(), "reason": "Misread."});
    let earlier = applied.pred_opt().unwrap();
    let refused =
        staff.supervisor.post(&format!("{path}/correct-date"), &mend("certified_on", earlier)).await;
    let refused = refused.problem("validation-failed");
    assert!(errors(&refused).contains(&("/value".to_owned(), "date_order".to_owned())), "{refused}");
    let mended = staff.supervisor.does(&format!("{path}/correct-date"), &mend("applied_on", earlier)).await;
    assert_eq!(mended["version"], newest + 1);
    assert_eq!(mended["dates"]["applied_on"], earlier.to_string());
    assert_ne!(
        mended["dates"]["profile_due_on"], now["dates"]["profile_due_on"],
        "what follows from it moves with it"
    );
    assert_eq!(mended["corrections"][0]["earlier"], applied.to_string());
    let before = company.officer.read(&format!("{path}?at_version={newest}")).await;
    assert_eq!(before["dates"], now["dates"]);
}
