//! A broken rule: what was wrong, in a sentence, and what would be allowed now. A refusal leaves no event.

use serde::{Deserialize, Serialize};

/// One thing that is wrong with one member of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the member, `""` for the whole input.
    pub pointer: String,
    /// Stable code, for programs.
    pub code: String,
    /// A sentence for people; may change.
    pub detail: String,
}

impl FieldError {
    /// Names one wrong member.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), detail: detail.into() }
    }
}

/// One criterion of a security profile that stands in the way. It is no member of the input, so no pointer leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCriterion {
    /// Which criterion, for example `4.8`.
    pub criterion_id: String,
    /// Stable code, for programs.
    pub code: String,
    /// A sentence for people; may change.
    pub detail: String,
}

/// What kind of rule was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// The input itself is wrong, whatever the state: answered with 400.
    Invalid,
    /// The state forbids it now: answered with 409.
    StateForbids,
    /// This actor may not do it, for example because four eyes are needed: answered with 403.
    ActorForbidden,
}

/// Why a command was refused. `code` is part of the contract; `sentence` is for people and may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{sentence}")]
pub struct Refusal {
    /// What kind of rule was broken.
    pub kind: RefusalKind,
    /// Stable code in snake case, for example `vetting_not_passed`.
    pub code: String,
    /// One or two sentences: what is wrong and what to do.
    pub sentence: String,
    /// The state of the aggregate, where the state is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_state: Option<String>,
    /// The commands that the state allows now, by their names in the URL (kebab case).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_commands: Vec<String>,
    /// Members of the input that are wrong, all at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Criteria of the security profile that stand in the way, all at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<OpenCriterion>,
}

impl Refusal {
    /// The input is wrong; `errors` says where.
    pub fn invalid(code: &str, sentence: impl Into<String>, errors: Vec<FieldError>) -> Self {
        Self {
            kind: RefusalKind::Invalid,
            code: code.to_owned(),
            sentence: sentence.into(),
            current_state: None,
            allowed_commands: Vec::new(),
            errors,
            criteria: Vec::new(),
        }
    }

    /// The state forbids the command; `allowed` lists what would be possible now.
    pub fn state(code: &str, sentence: impl Into<String>, current: &str, allowed: &[&str]) -> Self {
        Self {
            kind: RefusalKind::StateForbids,
            code: code.to_owned(),
            sentence: sentence.into(),
            current_state: Some(current.to_owned()),
            allowed_commands: allowed.iter().map(|name| (*name).to_owned()).collect(),
            errors: Vec::new(),
            criteria: Vec::new(),
        }
    }

    /// This actor may not do it, though another could.
    pub fn actor(code: &str, sentence: impl Into<String>) -> Self {
        Self {
            kind: RefusalKind::ActorForbidden,
            code: code.to_owned(),
            sentence: sentence.into(),
            current_state: None,
            allowed_commands: Vec::new(),
            errors: Vec::new(),
            criteria: Vec::new(),
        }
    }
}
