//! Idempotency keys: one effect, and the same answer, whatever the network and the server do.

use crate::support::story::*;
use crate::support::{Answer, House};
use futures::future::join_all;
use serde_json::json;
use std::sync::Arc;

on_both_engines!(
    a_repeat_gets_the_first_answer_and_changes_nothing,
    requests_at_the_same_time_have_one_effect,
    a_refusal_is_repeated_too,
    keys_outlive_the_server,
);

async fn head(staff: &Staff) -> i64 {
    staff.auditor.read("/v1/ledger-head").await["position"].as_i64().unwrap()
}

fn same(first: &Answer, repeat: &Answer) {
    assert!(!first.is_replayed() && repeat.is_replayed(), "{:?} {:?}", first.headers, repeat.headers);
    assert_eq!(repeat.status, first.status);
    for name in ["etag", "location", "content-type"] {
        assert_eq!(repeat.header(name), first.header(name), "{name}");
    }
    assert_eq!(repeat.json(), first.json());
}

async fn a_repeat_gets_the_first_answer_and_changes_nothing(house: Arc<House>) {
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let company = apply(&house, "ana").await;
    let ana = &company.officer;
    let key = [("Idempotency-Key", "key-1")];

    // A creation, a command, a merge patch and an answer.
    let first = ana.post_with("/v1/accounts", &key, &registration("Second Company")).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let written = head(&staff).await;
    same(&first, &ana.post_with("/v1/accounts", &key, &registration("Second Company")).await);
    let other = ana.post_with("/v1/accounts", &key, &registration("Third Company")).await;
    other.problem("idempotency-key-reused");
    assert_eq!(head(&staff).await, written);

    let path = format!("/v1/memberships/{}/declare-eligibility", company.membership);
    let body = json!({"declarations": {"debt": "no_unpaid_final_debt"}});
    let done = ana.post_with(&path, &key, &body).await;
    done.ok();
    let written = head(&staff).await;
    same(&done, &ana.post_with(&path, &key, &body).await);
    assert_eq!(head(&staff).await, written);

    let answer = format!("/v1/profiles/{}/answers/1.1", company.profile);
    let saved = ana.put(&answer, &key, &saved_answer("Signed on 4 January.")).await;
    saved.ok();
    same(&saved, &ana.put(&answer, &key, &saved_answer("Signed on 4 January.")).await);
    ana.put(&answer, &key, &saved_answer("Signed on 5 January.")).await.problem("idempotency-key-reused");

    let account = format!("/v1/accounts/{}", company.account);
    let read = ana.get(&account).await;
    let headers = [("Idempotency-Key", "key-1"), ("If-Match", read.header("etag").unwrap())];
    let patched = ana.patch(&account, &headers, &json!({"telephone": "+1 956 555 0199"})).await;
    patched.ok();
    // The version has gone on, the repeat is answered all the same.
    same(&patched, &ana.patch(&account, &headers, &json!({"telephone": "+1 956 555 0199"})).await);
    let later = ana.get(&account).await;
    let headers = [("Idempotency-Key", "key-2"), ("If-Match", later.header("etag").unwrap())];
    ana.patch(&account, &headers, &json!({"telephone": null})).await.ok();
    let headers = [("Idempotency-Key", "key-1"), ("If-Match", read.header("etag").unwrap())];
    same(&patched, &ana.patch(&account, &headers, &json!({"telephone": "+1 956 555 0199"})).await);

    // Another caller's key is another key, and a request that never counted can be mended under its key.
    let ben = house.sign_in("officer", "ben");
    assert!(!ben.post_with("/v1/accounts", &key, &registration("Second Company")).await.is_replayed());
    let key = [("Idempotency-Key", "key-3")];
    ana.post_with("/v1/accounts", &key, &json!({})).await.problem("validation-failed");
    assert_eq!(ana.post_with("/v1/accounts", &key, &registration("Mended")).await.status, 201);
}

async fn requests_at_the_same_time_have_one_effect(house: Arc<House>) {
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let ana = house.sign_in("officer", "ana");
    for round in 0..5 {
        let (key, body) = (format!("same-{round}"), registration(&format!("Company {round}")));
        let key = [("Idempotency-Key", key.as_str())];
        let answers = join_all((0..12).map(|_| ana.post_with("/v1/accounts", &key, &body))).await;
        let mut first = 0;
        let mut made = Vec::new();
        for answer in &answers {
            if answer.status == 201 {
                first += usize::from(!answer.is_replayed());
                made.push(answer.json());
            } else {
                answer.problem("idempotency-key-in-progress");
                assert!(answer.header("retry-after").is_some());
            }
        }
        assert_eq!(first, 1, "round {round}");
        assert!(made.iter().all(|account| *account == made[0]), "round {round}");
        assert!(ana.post_with("/v1/accounts", &key, &body).await.is_replayed());
        assert_eq!(ana.list("/v1/accounts").await.len(), round + 1);
    }
    let events = staff.auditor.read("/v1/events?type=account.registered").await;
    assert_eq!(events["items"].as_array().unwrap().len(), 5);
}

async fn a_refusal_is_repeated_too(house: Arc<House>) {
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let company = apply(&house, "ana").await;
    let path = format!("/v1/profiles/{}/submit", company.profile);
    let submit = |key: &'static str| {
        let (officer, path) = (company.officer.clone(), path.clone());
        async move { officer.post_with(&path, &[("Idempotency-Key", key)], &json!({})).await }
    };
    let refused = submit("early").await;
    let why = refused.problem("state-forbids");
    assert!(!refused.is_replayed());
    prepare(&company).await;
    let written = head(&staff).await;
    // It would be possible now, but the request with this key has been answered.
    let repeat = submit("early").await;
    let again = repeat.problem("state-forbids");
    assert!(repeat.is_replayed());
    for member in ["code", "detail", "current_state", "allowed_commands", "errors"] {
        assert_eq!(again[member], why[member], "{member}");
    }
    assert_ne!(again["request_id"], why["request_id"]);
    assert_eq!(head(&staff).await, written);
    assert_eq!(submit("later").await.ok()["status"], "submitted");
    assert!(submit("later").await.is_replayed());
}

async fn keys_outlive_the_server(house: Arc<House>) {
    let server = house.start().await;
    let ana = house.sign_in("officer", "ana");
    let key = [("Idempotency-Key", "key-1")];
    let first = ana.post_with("/v1/accounts", &key, &registration("Only Company")).await;
    assert_eq!(first.status, 201, "{}", first.text());
    server.kill_nine();
    let _server = house.start().await;
    same(&first, &ana.post_with("/v1/accounts", &key, &registration("Only Company")).await);
    ana.post_with("/v1/accounts", &key, &registration("Other")).await.problem("idempotency-key-reused");
    assert_eq!(ana.list("/v1/accounts").await.len(), 1);
}
