//! Answers, and what every one of them has to be.

use serde_json::Value;

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// Takes an answer in whole.
    pub async fn read(response: reqwest::Response) -> reqwest::Result<Self> {
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        Ok(Self { status, headers, body: response.bytes().await?.to_vec() })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {:?} {}", self.status, self.headers, self.text()))
    }

    /// What a request that has to succeed was answered with.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        self.json()
    }

    pub fn is_replayed(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }

    /// Checks that it is this problem of the registry in every respect, and gives it.
    #[track_caller]
    pub fn problem(&self, slug: &str) -> Value {
        let what = format!("{} {:?} {}", self.status, self.headers, self.text());
        let entry = api::problem::registry::ALL.iter().find(|entry| entry.slug == slug);
        let entry = entry.unwrap_or_else(|| panic!("{slug} is not in the registry"));
        assert_eq!(self.status, entry.status, "{slug} expected: {what}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{what}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{what}");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{slug}"), "{what}");
        assert_eq!(problem["title"], entry.title, "{what}");
        assert_eq!(problem["status"], self.status, "{what}");
        let id = problem["request_id"].as_str().unwrap_or_default();
        assert!(id.len() >= 8 && Some(id) == self.header("request-id"), "{what}");
        assert!(problem["instance"].as_str().is_some_and(|path| path.starts_with('/')), "{what}");
        problem
    }
}

/// The pointers and codes that a problem lists.
pub fn errors(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = problem["errors"].as_array().cloned().unwrap_or_default();
    all.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}
