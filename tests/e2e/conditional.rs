//! Reading: ETag, 304, and HEAD wherever GET is.

use crate::support::story::{
    Staff, apply, colleague, prepare, recommend, review, saved_answer, submit, text,
};
use crate::support::{Client, House, Places};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_the_version_is_spared_the_body() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let company = apply(&house, "ana").await;
    let officer = &company.officer;
    let answer = format!("/v1/profiles/{}/answers/1.1", company.profile);
    officer.put(&answer, &[], &saved_answer("Signed on 4 January.")).await.ok();
    for path in [
        format!("/v1/accounts/{}", company.account),
        format!("/v1/memberships/{}", company.membership),
        format!("/v1/profiles/{}", company.profile),
        answer.clone(),
    ] {
        let first = officer.get(&path).await;
        let etag = first.header("etag").unwrap().to_owned();
        assert!(etag.starts_with(&format!("\"{}-", first.ok()["version"])), "{path}: {etag}");
        let control = first.header("cache-control").unwrap();
        assert!(control.contains("private"), "{path}: {control}");
        for tags in [etag.clone(), format!("W/{etag}"), format!("\"0\", {etag}"), "*".to_owned()] {
            for method in [Method::GET, Method::HEAD] {
                let spared = officer.send(method.clone(), &path, &[("If-None-Match", &tags)], None).await;
                assert_eq!((spared.status, spared.body.len()), (304, 0), "{method} {path} {tags}");
                assert_eq!(spared.header("etag"), Some(etag.as_str()), "{method} {path} {tags}");
            }
        }
        for tags in ["\"0\"", "\"999999\"", "nonsense"] {
            let again = officer.send(Method::GET, &path, &[("If-None-Match", tags)], None).await;
            assert_eq!(again.ok(), first.ok(), "{path} {tags}");
        }
    }
    // What has changed is sent again, with a new tag.
    let before = officer.get(&answer).await;
    let etag = before.header("etag").unwrap();
    let saved = officer.put(&answer, &[("If-Match", etag)], &saved_answer("Signed on 5 January.")).await;
    assert_ne!(saved.header("etag"), Some(etag));
    let changed = officer.send(Method::GET, &answer, &[("If-None-Match", etag)], None).await;
    assert_eq!((changed.status, changed.header("etag")), (200, saved.header("etag")));
    assert_eq!(text(&changed.json(), "/content/text"), "Signed on 5 January.");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_intent_may_name_the_version_that_they_are_about() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let company = apply(&house, "ana").await;
    let path = format!("/v1/memberships/{}", company.membership);
    let version = company.officer.read(&path).await["version"].as_i64().unwrap();
    let declare = json!({"declarations": {"debt": "no_unpaid_final_debt"}});
    let command = format!("{path}/declare-eligibility");
    for stale in [format!("\"{}\"", version - 1), format!("\"{}\"", version + 1), format!("W/\"{version}\"")]
    {
        let refused = company.officer.post_with(&command, &[("If-Match", &stale)], &declare).await;
        assert_eq!(refused.problem("version-mismatch")["current_version"], version, "{stale}");
    }
    for never_given in [format!("\"0{version}\""), format!("\"{version}-0000000000000000\"")] {
        let refused = company.officer.post_with(&command, &[("If-Match", &never_given)], &declare).await;
        refused.problem("version-mismatch");
    }
    let several = format!("\"{}\",\"{version}\"", version + 7);
    let done = company.officer.post_with(&command, &[("If-Match", &several)], &declare).await;
    assert_eq!(done.ok()["version"].as_i64(), Some(version + 1));
    let tag = done.header("etag").unwrap();
    assert!(tag.starts_with(&format!("\"{}-", version + 1)), "{tag}");
    company.officer.post_with(&command, &[("If-Match", tag)], &declare).await.ok();
    company.officer.post_with(&command, &[("If-Match", "*")], &declare).await.ok();
}

/// Whether the reader is told that nothing has changed.
async fn unchanged(who: &Client, path: &str, etag: &str) -> bool {
    who.send(Method::GET, path, &[("If-None-Match", etag)], None).await.status == 304
}

async fn tag(who: &Client, path: &str) -> String {
    who.get(path).await.header("etag").unwrap().to_owned()
}

fn outcome(membership: &Value, condition: &str) -> Value {
    let conditions = membership["conditions"].as_array().unwrap();
    conditions.iter().find(|one| one["condition"] == condition).unwrap()["outcome"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_account_changes_is_seen_in_the_membership_at_once() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let company = apply(&house, "ana").await;
    prepare(&company).await;
    submit(&company).await;
    review(&company, &staff).await;
    recommend(&company, &staff).await;
    let path = format!("/v1/memberships/{}", company.membership);
    let before = staff.supervisor.get(&path).await;
    assert_eq!(outcome(&before.json(), "c2"), "met");
    assert!(before.json()["allowed_commands"].as_array().unwrap().contains(&json!("certify")));
    let waiting = staff.supervisor.read("/v1/work-queue?waiting_for=supervisor").await;
    assert_eq!(waiting["items"][0]["next_step"], "certify");

    let account = company.officer.read(&format!("/v1/accounts/{}", company.account)).await;
    let change = json!({"address_id": account["addresses"][0]["address_id"], "address": {"type": "headquarters",
        "country": "US", "street_1": "400 Harbor Road", "city": "Laredo", "state": "TX", "postal_code": "78040",
        "staffed_office": false}});
    let change_address = format!("/v1/accounts/{}/change-address", company.account);
    company.officer.does(&change_address, &change).await;

    let etag = before.header("etag").unwrap();
    assert!(!unchanged(&staff.supervisor, &path, etag).await);
    let after = staff.supervisor.get(&path).await;
    assert_eq!(outcome(&after.json(), "c2"), "not_met");
    let possible = after.json()["allowed_commands"].clone();
    assert!(!possible.as_array().unwrap().contains(&json!("certify")), "{possible}");
    let refused =
        staff.supervisor.post(&format!("{path}/certify"), &json!({})).await.problem("state-forbids");
    assert_eq!(refused["allowed_commands"], possible);
    let waiting = staff.supervisor.read("/v1/work-queue?waiting_for=supervisor").await;
    assert_eq!(waiting["items"], json!([]));
    let waiting = staff.specialist.read("/v1/work-queue?waiting_for=specialist").await;
    assert_eq!(waiting["items"][0]["next_step"], "recommend_certification");
    // Who had read it before certifies nothing by it.
    let stale =
        staff.supervisor.post_with(&format!("{path}/certify"), &[("If-Match", etag)], &json!({})).await;
    stale.problem("version-mismatch");
    house.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_changes_with_what_others_make_possible() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let company = apply(&house, "ana").await;
    prepare(&company).await;
    let profile = format!("/v1/profiles/{}", company.profile);
    let answer = format!("{profile}/answers/1.1");
    // A role that somebody loses.
    let employee = colleague(&company, "employee", "bo").await;
    let membership = format!("/v1/memberships/{}", company.membership);
    let before = tag(&employee, &membership).await;
    assert!(unchanged(&employee, &membership, &before).await);
    let account = company.officer.read(&format!("/v1/accounts/{}", company.account)).await;
    let contacts = account["contacts"].as_array().unwrap();
    let bo = contacts.iter().find(|contact| contact["family_name"] == "employee").unwrap();
    let helper = json!({"person_id": bo["person_id"], "role": "consultant"});
    company.officer.does(&format!("/v1/accounts/{}/grant-role", company.account), &helper).await;
    let lost = json!({"person_id": bo["person_id"], "role": "employee"});
    company.officer.does(&format!("/v1/accounts/{}/revoke-role", company.account), &lost).await;
    assert!(!unchanged(&employee, &membership, &before).await, "a consultant changes nothing");
    // The membership, whose specialist has to be there before anything is reviewed.
    submit(&company).await;
    staff.specialist.read("/v1/me").await;
    let before = tag(&staff.specialist, &profile).await;
    let assigned = json!({"specialist_id": staff.specialist_id, "office": "laredo"});
    staff
        .supervisor
        .does(&format!("/v1/memberships/{}/assign-specialist", company.membership), &assigned)
        .await;
    assert!(!unchanged(&staff.specialist, &profile, &before).await, "the review can begin");
    // The review of an answer, which leaves the answer's own version.
    staff.specialist.does(&format!("{profile}/start-review"), &json!({})).await;
    let before = tag(&company.officer, &answer).await;
    staff.specialist.does(&format!("{profile}/accept-answer"), &json!({"criterion_id": "1.1"})).await;
    assert!(!unchanged(&company.officer, &answer, &before).await);
    assert_eq!(company.officer.read(&answer).await["standing"], "accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_so_and_what_was_known_are_two_questions() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let company = apply(&house, "ana").await;
    let path = format!("/v1/memberships/{}", company.membership);
    let today = kernel::programme_date(chrono::Utc::now());
    let earlier = today.checked_sub_days(chrono::Days::new(3)).unwrap();
    let then = format!("{}T17:00:00Z", earlier.succ_opt().unwrap());
    let ask = |question: &str| format!("{path}?{question}={then}");
    company.officer.get(&ask("as_of")).await.problem("not-found");
    let mend =
        json!({"field": "applied_on", "value": earlier, "reason": "The application had come on paper."});
    staff.supervisor.does(&format!("{path}/correct-date"), &mend).await;
    let so = company.officer.read(&ask("as_of")).await;
    assert_eq!((&so["status"], &so["dates"]["applied_on"]), (&json!("pre_applicant"), &json!(earlier)));
    assert_eq!(so["allowed_commands"], json!([]), "commands act on what is so now");
    company.officer.get(&ask("known_at")).await.problem("not-found");
    // Both together: as was known then, nothing was so.
    company.officer.get(&format!("{}&known_at={then}", ask("as_of"))).await.problem("not-found");
    let benefits = company.officer.get(&format!("{path}/benefits?as_of={then}")).await;
    assert_eq!(benefits.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn identifiers_are_replaced_by_who_has_read_them() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let company = apply(&house, "ana").await;
    let path = format!("/v1/memberships/{}", company.membership);
    let change = format!("{path}/change-identifiers");
    let body = json!({"identifiers": [{"type": "importer_of_record", "value": "12-345678900"}]});
    company.officer.post(&change, &body).await.problem("match-required");
    let stranger = house.sign_in("officer", "stranger");
    stranger.post(&change, &body).await.problem("not-found");
    let read = tag(&company.officer, &path).await;
    company.officer.post_with(&change, &[("If-Match", &read)], &body).await.ok();
    let body = json!({"identifiers": [{"type": "importer_of_record", "value": "12-345678911"}]});
    company.officer.post_with(&change, &[("If-Match", &read)], &body).await.problem("version-mismatch");
    company.officer.post_with(&change, &[("If-Match", "*")], &body).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_stands_once_is_not_taken_twice() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let officer = house.sign_in("officer", "ana");
    let director = house.sign_in("programme_director", "director-1");
    for (who, path, name) in [
        (&officer, "/v1/criteria?entity_type=importer&entity_type=exporter", "?entity_type"),
        (&director, "/v1/memberships?sort=id&sort=due_on", "?sort"),
        (&director, "/v1/enforcement-actions?sort=id&sort=-id", "?sort"),
        (&officer, "/v1/criteria?entity_type=importer&on=2026-01-01&on=2026-01-02", "?on"),
    ] {
        let problem = who.get(path).await.problem("validation-failed");
        assert_eq!(problem["errors"][0]["pointer"], name, "{path}: {problem}");
        assert_eq!(problem["errors"][0]["code"], "duplicate", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_answers_as_get_does_without_the_body() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let (_, places) = Places::made(&house, &staff).await;
    let operator = house.sign_in("operator", "operator-1");
    let mut compared = 0;
    for operation in api::operations().iter().filter(|operation| operation.method == "GET") {
        let path = places.path(operation);
        let who = match operation.id {
            "metrics_get" => &operator,
            "work_queue_list" | "obligation_weeks_list" => &staff.director,
            _ => &staff.auditor,
        };
        let get = who.get(&path).await;
        let head = who.send(Method::HEAD, &path, &[], None).await;
        assert_eq!((get.status, head.status, head.body.len()), (200, 200, 0), "{path}: {}", get.text());
        for name in ["content-type", "etag", "cache-control", "vary", "x-content-type-options"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
        // The metrics count these very requests.
        if operation.id != "metrics_get" {
            assert_eq!(head.header("content-length"), get.header("content-length"), "{path}");
        }
        compared += 1;
    }
    assert!(compared > 25, "{compared} operations");
    let missing = staff.auditor.send(Method::HEAD, "/v1/nothing", &[], None).await;
    assert_eq!((missing.status, missing.body.len()), (404, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_single_resource_is_tagged_and_spares_its_body() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let (_, places) = Places::made(&house, &staff).await;
    // A deadline becomes overdue without changing, and the head of the ledger is not for caches; the rest is no resource of the API.
    let untagged = ["obligation_get", "ledger_head_get", "me_get"];
    let single = |path: &str| path.starts_with("/v1/") && path.ends_with('}') && !path.ends_with("{feed}");
    let mut tagged = 0;
    for operation in api::operations().iter().filter(|operation| operation.method == "GET") {
        assert!(
            operation.tagged || !single(&operation.path) || untagged.contains(&operation.id),
            "{} has no ETag",
            operation.id
        );
        if !operation.tagged {
            continue;
        }
        let path = places.path(operation);
        let first = staff.auditor.get(&path).await;
        let etag = first.header("etag").unwrap_or_else(|| panic!("{path}: {}", first.text())).to_owned();
        assert_eq!(first.status, 200, "{path}");
        let spared = staff.auditor.send(Method::GET, &path, &[("If-None-Match", &etag)], None).await;
        assert_eq!((spared.status, spared.body.len()), (304, 0), "{path}");
        assert_eq!(spared.header("etag"), Some(etag.as_str()), "{path}");
        assert_eq!(spared.header("cache-control"), first.header("cache-control"), "{path}");
        let again = staff.auditor.send(Method::GET, &path, &[("If-None-Match", "\"other\"")], None).await;
        assert_eq!((again.status, again.json()), (200, first.json()), "{path}");
        tagged += 1;
    }
    assert!(tagged > 10, "{tagged} resources");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_read_as_it_was() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let company = apply(&house, "ana").await;
    let officer = &company.officer;
    let path = format!("/v1/profiles/{}/answers/1.1", company.profile);
    officer.put(&path, &[], &saved_answer("Signed on 4 January.")).await.ok();
    let events = officer.read(&format!("/v1/profiles/{}/events", company.profile)).await;
    let last = events["items"].as_array().unwrap().last().unwrap().clone();
    officer.put(&path, &[("If-Match", "\"1\"")], &saved_answer("Signed on 5 January.")).await.ok();
    let then = [
        format!("as_of={}", text(&last, "/occurred_at")),
        format!("known_at={}", text(&last, "/recorded_at")),
        format!("at_version={}", last["sequence"]),
    ];
    for then in then {
        let before = officer.get(&format!("{path}?{then}")).await;
        assert_eq!(before.status, 200, "{then}");
        assert!(before.header("etag").is_some_and(|tag| tag.starts_with("\"1-")), "{then}");
        assert_eq!(text(&before.json(), "/content/text"), "Signed on 4 January.", "{then}");
        let all = officer.read(&format!("/v1/profiles/{}/answers?{then}", company.profile)).await;
        assert_eq!(all["items"][0], before.json(), "{then}");
    }
    assert_eq!(text(&officer.read(&path).await, "/content/text"), "Signed on 5 January.");
    officer.get(&format!("{path}?as_of=yesterday")).await.problem("validation-failed");
    officer.get(&format!("{path}?as_of=2001-01-01T00:00:00Z")).await.problem("not-found");
}
