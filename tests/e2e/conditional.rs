//! Reading: ETag, 304, and HEAD wherever GET is.

use crate::support::story::{Staff, apply, saved_answer, text};
use crate::support::{House, Places};
use reqwest::Method;
use serde_json::json;

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
        assert_eq!(etag, format!("\"{}\"", first.ok()["version"]), "{path}");
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
    let current = format!("\"{version}\"");
    let done = company.officer.post_with(&command, &[("If-Match", &current)], &declare).await;
    assert_eq!(done.ok()["version"].as_i64(), Some(version + 1));
    assert_eq!(done.header("etag"), Some(format!("\"{}\"", version + 1).as_str()));
    company.officer.post_with(&command, &[("If-Match", "*")], &declare).await.ok();
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
        assert_eq!((before.status, before.header("etag")), (200, Some("\"1\"")), "{then}");
        assert_eq!(text(&before.json(), "/content/text"), "Signed on 4 January.", "{then}");
        let all = officer.read(&format!("/v1/profiles/{}/answers?{then}", company.profile)).await;
        assert_eq!(all["items"][0], before.json(), "{then}");
    }
    assert_eq!(text(&officer.read(&path).await, "/content/text"), "Signed on 5 January.");
    officer.get(&format!("{path}?as_of=yesterday")).await.problem("validation-failed");
    officer.get(&format!("{path}?as_of=2001-01-01T00:00:00Z")).await.problem("not-found");
}
