//! Somebody who sends requests.

use super::{Answer, House};
use reqwest::Method;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// A person or machine with its token.
#[derive(Clone)]
pub struct Client {
    pub house: Arc<House>,
    pub http: reqwest::Client,
    pub token: Option<String>,
}

impl Client {
    pub fn new(house: &Arc<House>, token: Option<String>) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap();
        Self { house: house.clone(), http, token }
    }

    /// Sends a request, if the server can be reached.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> reqwest::Result<Answer> {
        let mut request = self.http.request(method, format!("http://{}{path}", self.house.address()));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        Answer::read(request.send().await?).await
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Answer {
        let what = format!("{method} {path}");
        self.try_send(method, path, headers, body).await.unwrap_or_else(|error| panic!("{what}: {error:?}"))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    /// Reads something that has to be there.
    pub async fn read(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.text());
        answer.json()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_with(path, &[], body).await
    }

    pub async fn post_with(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.send_json(Method::POST, path, headers, body).await
    }

    /// Does something that has to succeed.
    pub async fn does(&self, path: &str, body: &Value) -> Value {
        let answer = self.post(path, body).await;
        assert!(
            matches!(answer.status, 200 | 201),
            "POST {path} {body}: {} {}",
            answer.status,
            answer.text()
        );
        answer.json()
    }

    pub async fn put(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.send_json(Method::PUT, path, headers, body).await
    }

    pub async fn patch(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let all = [&[("Content-Type", "application/merge-patch+json")], headers].concat();
        self.send(Method::PATCH, path, &all, Some(body.to_string().into_bytes())).await
    }

    pub async fn send_json(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let all = [&[("Content-Type", "application/json")], headers].concat();
        self.send(method, path, &all, Some(body.to_string().into_bytes())).await
    }

    /// Every item of a list, page by page.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = self.read(&format!("{path}{joint}limit=200{cursor}")).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }
}
