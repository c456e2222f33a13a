//! Entity tags and the conditions that name them, as RFC 9110 has them (sections 8.8.3 and 13.1).
//!
//! A tag is `"<version>-<digest>"`: the version of the stream that the resource folds from, and a digest of the representation as this
//! caller sees it. So it changes whenever the representation does, from wherever what it shows has come, and a cache is never told that it
//! is still right when it is not. `"<version>"` alone names the version too: for who cares about the resource's own data and nothing else.

use crate::problem::{Problem, registry};
use actix_web::http::header::{HeaderMap, HeaderName};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// The most characters of a tag, quotation marks included.
pub const MAX_TAG: usize = 40;

/// The shape of a tag.
pub const TAG_PATTERN: &str = "^\"(0|[1-9][0-9]{0,17})-[0-9a-f]{16}\"$";

/// The shape of a condition.
pub const LIST_PATTERN: &str =
    "^(\\*|\"(0|[1-9][0-9]{0,17})(-[0-9a-f]{16})?\"(, ?\"(0|[1-9][0-9]{0,17})(-[0-9a-f]{16})?\"){0,8})$";

/// The version that no resource has: what a condition stands for that nothing meets.
pub const NO_VERSION: i64 = -1;

/// The tag of a representation.
///
/// # Errors
/// It cannot be written as JSON.
pub fn tag_of(version: i64, view: &impl Serialize) -> Result<String, Problem> {
    let body = serde_json::to_vec(view).map_err(|error| {
        tracing::error!(%error, "a representation cannot be written");
        Problem::new(registry::INTERNAL)
    })?;
    let mut digest = hex::encode(Sha256::digest(&body));
    digest.truncate(16);
    Ok(format!("\"{version}-{digest}\""))
}

/// One tag of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Whether it is weak.
    pub weak: bool,
    /// The tag with its quotation marks.
    pub opaque: String,
}

/// What `If-Match` or `If-None-Match` asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// That there is one, whichever: `*`.
    Any,
    /// That it is one of these. What is no tag is none of them.
    OneOf(Vec<Tag>),
}

impl Condition {
    /// Reads a header that holds a list, which may stand several times; `None` where it does not stand.
    pub fn read(headers: &HeaderMap, name: HeaderName) -> Option<Self> {
        let lines: Vec<&str> =
            headers.get_all(name).map(|value| value.to_str().unwrap_or_default().trim()).collect();
        match lines.as_slice() {
            [] => None,
            ["*"] => Some(Self::Any),
            lines => Some(Self::OneOf(lines.iter().flat_map(|line| tags(line)).collect())),
        }
    }

    /// By strong comparison (section 8.8.3.2), as `If-Match` asks: a weak tag matches nothing. The version alone does for the tag.
    pub fn matches_strongly(&self, tag: &str, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => {
                let alone = format!("\"{version}\"");
                tags.iter().any(|given| !given.weak && (given.opaque == tag || given.opaque == alone))
            }
        }
    }

    /// By weak comparison, as `If-None-Match` asks.
    pub fn matches_weakly(&self, tag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.iter().any(|given| given.opaque == tag),
        }
    }

    /// The version that is named where there is no representation to compare with: by a single tag of the version alone.
    pub fn named_version(&self) -> Option<i64> {
        match self {
            Self::Any => None,
            Self::OneOf(tags) => match tags.as_slice() {
                [only] if !only.weak => Some(version_alone(&only.opaque).unwrap_or(NO_VERSION)),
                _ => Some(NO_VERSION),
            },
        }
    }
}

/// The version of a tag that names nothing else, written as this API writes it: `"024"` is another tag than `"24"`.
fn version_alone(opaque: &str) -> Option<i64> {
    let digits = opaque.strip_prefix('"')?.strip_suffix('"')?;
    let version: i64 = digits.parse().ok()?;
    (version.to_string() == digits).then_some(version)
}

/// The tags of a list: a comma may stand within a tag. From what is no tag on nothing more is read.
fn tags(line: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let (weak, quoted) = match rest.strip_prefix("W/") {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let Some((inner, after)) = quoted.strip_prefix('"').and_then(|text| text.split_once('"')) else {
            return found;
        };
        if !(after.is_empty() || after.starts_with([' ', '\t', ','])) {
            return found;
        }
        found.push(Tag { weak, opaque: format!("\"{inner}\"") });
        rest = after;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderValue, IF_MATCH};
    use serde_json::json;

    fn condition(lines: &[&str]) -> Condition {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_MATCH, HeaderValue::from_str(line).unwrap());
        }
        Condition::read(&headers, IF_MATCH).unwrap()
    }

    #[test]
    fn a_tag_changes_with_the_representation() {
        let one = tag_of(24, &json!({"id": 1, "allowed_commands": ["certify"]})).unwrap();
        let other = tag_of(24, &json!({"id": 1, "allowed_commands": []})).unwrap();
        assert_ne!(one, other);
        assert!(one.starts_with("\"24-") && one.len() == 21, "{one}");
        assert_eq!(one, tag_of(24, &json!({"allowed_commands": ["certify"], "id": 1})).unwrap());
    }

    #[test]
    fn tags_are_compared_as_they_stand() {
        let tag = "\"24-0123456789abcdef\"";
        for right in [
            &["*"][..],
            &[tag],
            &["\"24\""],
            &["\"25\",\"24\""],
            &["\"25\" ,\t \"24-0123456789abcdef\" , \"1\""],
            &["\"x,y\", \"24\""],
            &["\"7\"", "\"24\""],
        ] {
            assert!(condition(right).matches_strongly(tag, 24), "{right:?}");
        }
        for wrong in [
            &[""][..],
            &["\"024\""],
            &["\"+24\""],
            &["24"],
            &["W/\"24\""],
            &["\"24-0123456789ABCDEF\""],
            &["\"24-0000000000000000\""],
            &["\"25\",\"999\""],
            &["\"24"],
            &["\"24\"x"],
            &["nonsense \"24\""],
        ] {
            assert!(!condition(wrong).matches_strongly(tag, 24), "{wrong:?}");
        }
        assert!(condition(&["W/\"24-0123456789abcdef\""]).matches_weakly(tag));
        assert!(!condition(&["\"24\""]).matches_weakly(tag), "the digest may differ");
    }

    #[test]
    fn without_a_representation_one_version_can_be_named() {
        assert_eq!(condition(&["*"]).named_version(), None);
        assert_eq!(condition(&["\"24\""]).named_version(), Some(24));
        for wrong in ["\"024\"", "W/\"24\"", "\"24\",\"25\"", "x"] {
            assert_eq!(condition(&[wrong]).named_version(), Some(NO_VERSION), "{wrong}");
        }
    }
}
