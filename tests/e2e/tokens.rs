//! Access tokens of a development installation: which ones are taken.

use crate::support::issuer::{changed, claims_of, sign_as_development, unsigned};
use crate::support::{Client, House, Issuer};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_not_ours_are_not_taken() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let good = house.token("auditor", "auditor-1", &[]);
    let claims = claims_of(&good);
    let key = house.path().join("data/development-key.pem");
    let signed = |claims: &Value| sign_as_development(&key, &good, claims);
    let with = |member: &str, value: Value| signed(&changed(&claims, member, value));
    let now = chrono::Utc::now().timestamp();
    let get = |token: String| {
        let client = Client::new(&house, Some(token));
        async move { client.get("/v1/accounts").await }
    };
    assert_eq!(get(good.clone()).await.status, 200);
    assert_eq!(get(signed(&claims)).await.status, 200, "the key of the installation signs here");
    let (first, rest) = good.split_at(good.len() - 10);
    let tampered = format!("{first}{}", rest.chars().rev().collect::<String>());
    let promoted = {
        let parts: Vec<&str> = good.split('.').collect();
        let claims = unsigned(&changed(&claims, "roles", json!(["programme_director"])));
        format!("{}.{}.{}", parts[0], claims.split('.').nth(1).unwrap(), parts[2])
    };
    for (what, token) in [
        ("expired", with("exp", json!(now - 120))),
        ("without an end", with("exp", Value::Null)),
        ("from the future", with("nbf", json!(now + 600))),
        ("for another audience", with("aud", json!("another-api"))),
        ("for no audience", with("aud", Value::Null)),
        ("of another issuer", with("iss", json!("https://evil.example"))),
        ("of nobody", with("sub", Value::Null)),
        ("unsigned", unsigned(&claims)),
        ("tampered with", tampered),
        ("with other claims", promoted),
        ("of a foreign key", Issuer::new("foreign").sign(&claims)),
        ("no token at all", "x".to_owned()),
        ("empty parts", "..".to_owned()),
    ] {
        println!("{what}");
        let answer = get(token).await;
        answer.problem("unauthenticated");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer "), "{what}");
    }
    for header in ["Basic b3A6b3A=", "Bearer", "Bearer  ", "Token x"] {
        let answer =
            house.nobody().send(Method::GET, "/v1/accounts", &[("Authorization", header)], None).await;
        answer.problem("unauthenticated");
    }
    // Roles of companies come from their accounts alone, whatever a token says.
    let pretender = Client::new(&house, Some(with("roles", json!(["officer"]))));
    assert_eq!(pretender.read("/v1/accounts").await["items"], json!([]));
}
