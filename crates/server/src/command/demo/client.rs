//! A small client, as an integrator would write one.

use crate::command::Failure;
use reqwest::Method;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;

/// Speaks to the portal as somebody.
pub(super) struct Client {
    base: String,
    token: String,
    http: reqwest::Client,
}

/// What the portal answered.
pub(super) struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Client {
    pub(super) fn new(address: SocketAddr, token: String) -> Self {
        Self { base: format!("http://{address}"), token, http: reqwest::Client::new() }
    }

    pub(super) async fn wait_until_ready(&self) -> Result<(), Failure> {
        for _ in 0..200 {
            let answer = self.http.get(format!("{}/readyz", self.base)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(Failure::Failed("the server does not become ready".to_owned()))
    }

    /// Sends a request and takes whatever answer there is.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Failure> {
        let mut request =
            self.http.request(method.clone(), format!("{}{path}", self.base)).bearer_auth(&self.token);
        if method != Method::GET {
            request = request.header("Idempotency-Key", format!("{:032x}", rand::random::<u128>()));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let failed = |error: reqwest::Error| Failure::Failed(format!("{method} {path}: {error}"));
        let response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let body = response.json().await.map_err(failed)?;
        Ok(Answer { status, body })
    }

    /// Replaces something, naming the version that is replaced.
    pub(super) async fn put_version(&self, path: &str, body: &Value, version: i64) -> Result<Value, Failure> {
        let failed = |error: reqwest::Error| Failure::Failed(format!("PUT {path}: {error}"));
        let request = self.http.put(format!("{}{path}", self.base)).bearer_auth(&self.token);
        let response =
            request.header("If-Match", format!("\"{version}\"")).json(body).send().await.map_err(failed)?;
        let status = response.status();
        let body: Value = response.json().await.map_err(failed)?;
        if status.is_success() {
            Ok(body)
        } else {
            Err(Failure::Failed(format!("PUT {path}: {status} {body}")))
        }
    }

    async fn expect(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let answer = self.ask(method.clone(), path, body).await?;
        if (200..300).contains(&answer.status) {
            Ok(answer.body)
        } else {
            Err(Failure::Failed(format!("{method} {path}: {} {}", answer.status, answer.body)))
        }
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.expect(Method::GET, path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.expect(Method::POST, path, Some(body)).await
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.expect(Method::PUT, path, Some(body)).await
    }
}

/// A text member.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The items of a list.
pub(super) fn items<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
