//! Many people at the same moment: who writes something else than the others is not turned away.

use crate::support::story::{apply, saved_answer, text};
use crate::support::{Client, House};
use serde_json::{Value, json};
use std::sync::Arc;

const CLIENTS: usize = 16;

on_both_engines!(
    different_answers_saved_at_the_same_time_are_all_taken,
    documents_attached_at_the_same_time_are_all_taken,
    of_those_who_replace_the_same_answer_one_is_taken,
);

/// Clients of their own, with the same token, turn by turn at each of the servers.
fn clients(who: &Client, servers: &[Arc<House>]) -> Vec<Client> {
    (0..CLIENTS).map(|number| Client::new(&servers[number % servers.len()], who.token.clone())).collect()
}

/// Every client saves six answers one after the other, all clients at once; each criterion once.
async fn save_all(who: &Client, servers: &[Arc<House>], profile: &str) {
    let path = format!("/v1/profiles/{profile}/answers");
    let answers = who.read(&path).await;
    let criteria: Vec<String> = answers["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| text(one, "/criterion_id").to_owned())
        .collect();
    let wanted = CLIENTS * 6;
    assert!(criteria.len() >= wanted, "{} criteria", criteria.len());
    let saving = clients(who, servers).into_iter().enumerate().map(|(number, client)| {
        let mine: Vec<String> = criteria[number * 6..number * 6 + 6].to_vec();
        let path = path.clone();
        tokio::spawn(async move {
            for criterion in mine {
                let body = saved_answer(&format!("For {criterion}, at the same time as fifteen others."));
                let saved = client.put(&format!("{path}/{criterion}"), &[], &body).await;
                assert_eq!(saved.status, 200, "{criterion}: {}", saved.text());
            }
        })
    });
    for saved in futures::future::join_all(saving).await {
        saved.unwrap();
    }
    let after = who.read(&path).await;
    let saved = after["items"].as_array().unwrap().iter().filter(|answer| answer["version"] == 1).count();
    assert_eq!(saved, wanted);
    let profile = who.read(&format!("/v1/profiles/{profile}")).await;
    assert_eq!(profile["version"], 1 + i64::try_from(wanted).unwrap(), "each is an event of its own");
}

async fn different_answers_saved_at_the_same_time_are_all_taken(house: Arc<House>) {
    let _server = house.start().await;
    let company = apply(&house, "ana").await;
    save_all(&company.officer, std::slice::from_ref(&house), &company.profile).await;
    house.is_sound();
}

/// Two processes know nothing of each other's queues.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_on_one_database_take_all_of_them_too() {
    let house = House::on_postgres();
    let _server = house.start().await;
    let folder = house.path().join("data").display().to_string();
    let settings = [("CTPAT__SERVER__DATA_FOLDER", folder.as_str())];
    let other = House::with(Some(house.database().to_owned()), &settings);
    let _other = other.start().await;
    let company = apply(&house, "ana").await;
    save_all(&company.officer, &[house.clone(), other], &company.profile).await;
    house.is_sound();
}

async fn documents_attached_at_the_same_time_are_all_taken(house: Arc<House>) {
    let _server = house.start().await;
    let company = apply(&house, "ana").await;
    let path = format!("/v1/memberships/{}", company.membership);
    let attaching = clients(&company.officer, std::slice::from_ref(&house)).into_iter().enumerate().map(|(number, client)| {
        let path = format!("{path}/attach-document");
        tokio::spawn(async move {
            let document = json!({"kind": "certificate_of_incorporation", "title": format!("Certificate {number}"),
                "reference": format!("https://files.example.com/{number}.pdf")});
            client.does(&path, &json!({"document": document})).await
        })
    });
    for attached in futures::future::join_all(attaching).await {
        attached.unwrap();
    }
    let membership = company.officer.read(&path).await;
    assert_eq!(membership["documents"].as_array().unwrap().len(), CLIENTS);
    house.is_sound();
}

async fn of_those_who_replace_the_same_answer_one_is_taken(house: Arc<House>) {
    let _server = house.start().await;
    let company = apply(&house, "ana").await;
    let path = format!("/v1/profiles/{}/answers/1.1", company.profile);
    company.officer.put(&path, &[], &saved_answer("First.")).await.ok();
    let tag = company.officer.get(&path).await.header("etag").unwrap().to_owned();
    let replacing = clients(&company.officer, std::slice::from_ref(&house)).into_iter().enumerate().map(
        |(number, client)| {
            let (path, tag) = (path.clone(), tag.clone());
            tokio::spawn(async move {
                client.put(&path, &[("If-Match", &tag)], &saved_answer(&format!("Number {number}."))).await
            })
        },
    );
    let mut taken: Vec<Value> = Vec::new();
    for answer in futures::future::join_all(replacing).await {
        let answer = answer.unwrap();
        if answer.status == 200 {
            taken.push(answer.json());
        } else {
            assert_eq!(answer.problem("version-mismatch")["current_version"], 2);
        }
    }
    assert_eq!(taken.len(), 1);
    assert_eq!(company.officer.read(&path).await, taken[0]);
}
