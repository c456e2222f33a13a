//! Bodies: read within limits, checked against the documented schema, all errors at once.

use crate::http::json;
use crate::problem::{Problem, registry};
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Bytes, BytesMut, Payload};
use futures::StreamExt as _;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Keyword, ValidationError, Validator};
use kernel::identifiers::{Identifier, IdentifierError, IdentifierType};
use kernel::text::TextError;
use kernel::{FieldError, Text};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// The most bytes of a body.
pub const MAX_BODY: usize = 1 << 20;
/// The deepest nesting of a body.
pub const MAX_DEPTH: usize = 64;
/// The most errors that one answer lists.
const MAX_ERRORS: usize = 500;

/// Reads a body.
///
/// The parser takes everything that follows on a request with `Upgrade: websocket` for its body, to the end of the connection. Nothing is
/// upgraded here, so of such a request too the body is as long as it announces (RFC 9112, section 6.3).
///
/// # Errors
/// It is larger than [`MAX_BODY`], which is said at once when it is announced, or ends before its announced length.
pub async fn read(headers: &HeaderMap, mut payload: Payload) -> Result<Bytes, Problem> {
    let too_large = || {
        Problem::new(registry::CONTENT_TOO_LARGE)
            .detail(format!("The body may have at most {MAX_BODY} bytes."))
    };
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length = announced.and_then(|text| text.parse::<u64>().ok());
    if length.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > MAX_BODY)) {
        return Err(too_large());
    }
    let endless = headers.contains_key(header::UPGRADE) && !headers.contains_key(header::TRANSFER_ENCODING);
    let wanted = endless.then(|| length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default());
    let mut body = BytesMut::new();
    while wanted.is_none_or(|wanted| body.len() < wanted) {
        let Some(chunk) = payload.next().await else { break };
        let chunk = chunk.map_err(|_| {
            Problem::new(registry::MALFORMED_REQUEST).detail(if announced.is_some() {
                "The body ended before its announced length."
            } else {
                "The body ended before its last chunk, or is not in chunks as Transfer-Encoding announces."
            })
        })?;
        if body.len() + chunk.len() > MAX_BODY {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    if let Some(wanted) = wanted {
        if body.len() < wanted {
            return Err(Problem::new(registry::MALFORMED_REQUEST)
                .detail("The body ended before its announced length."));
        }
        body.truncate(wanted);
    }
    Ok(body.freeze())
}

/// Reads JSON.
///
/// # Errors
/// It is not JSON in UTF-8, names a member twice, or is nested too deep.
pub fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    let malformed = |detail: String| Problem::new(registry::MALFORMED_REQUEST).detail(detail);
    let text = std::str::from_utf8(bytes)
        .map_err(|error| malformed(format!("The body is not UTF-8 from byte {} on.", error.valid_up_to())))?;
    json::read(text, MAX_DEPTH).map_err(|mistake| malformed(mistake.to_string()))
}

/// Absent and null are the same on input: members that are null are taken out.
pub fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, without_nulls(value)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

/// Validators of the document's component schemas, made when they are first needed.
pub struct Validators {
    /// The part of the document that holds the schemas, at its place in the document.
    document: Value,
    made: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Validators {
    /// For a document.
    pub fn new(document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas");
        let document = serde_json::json!({ "components": { "schemas": schemas } });
        Self { document, made: Mutex::new(HashMap::new()) }
    }

    fn get(&self, name: &str) -> Option<Arc<Validator>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = made.get(name) {
            return Some(validator.clone());
        }
        let schema = serde_json::json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/components/schemas/{name}"),
            "components": self.document.get("components")?,
        });
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .with_keyword(IDENTIFIER_KEYWORD, |_, _, _| Ok(Box::new(IsIdentifier)))
            .offline()
            .build(&schema);
        match validator {
            Ok(validator) => {
                let validator = Arc::new(validator);
                made.insert(name.to_owned(), validator.clone());
                Some(validator)
            }
            Err(error) => {
                tracing::error!(name, %error, "a documented schema cannot be used");
                None
            }
        }
    }

    /// The schema that holds the keyword at a location.
    fn around(&self, location: &str) -> Option<&Value> {
        let (schema, _) = location.rsplit_once('/')?;
        self.document.pointer(schema)
    }

    /// Checks a value against a component schema; gives everything that is wrong with it.
    ///
    /// # Errors
    /// The schema cannot be used.
    pub fn errors(&self, name: &str, value: &Value) -> Result<Vec<FieldError>, Problem> {
        let validator = self.get(name).ok_or_else(|| Problem::new(registry::INTERNAL))?;
        let mut errors: Vec<FieldError> = Vec::new();
        for error in validator.iter_errors(value) {
            let path = error.instance_path().to_string();
            let schema = self.around(error.schema_path().as_str());
            describe(&error, &path, schema, &mut errors);
            if errors.len() >= MAX_ERRORS {
                break;
            }
        }
        one_for_a_short_text(&mut errors);
        Ok(errors)
    }
}

/// A text that is blank, or whose form is wrong, is also too short; the more telling of the two is enough.
fn one_for_a_short_text(errors: &mut Vec<FieldError>) {
    let said: HashSet<String> = errors
        .iter()
        .filter(|error| matches!(error.code.as_str(), "blank" | "control_character" | "pattern" | "format"))
        .map(|error| error.pointer.clone())
        .collect();
    errors.retain(|error| error.code != "too_short" || !said.contains(&error.pointer));
}

fn pointer_to(path: &str, member: &str) -> String {
    format!("{path}/{}", member.replace('~', "~0").replace('/', "~1"))
}

/// The keyword of our own that checks an identifier by its kind, which JSON Schema has no words for.
pub const IDENTIFIER_KEYWORD: &str = "x-identifier";

/// Says what a text has to be, where a pattern only shows it: `x-shape`, in words.
pub const SHAPE: &str = "x-shape";

struct IsIdentifier;

/// What is wrong with an identifier as typed. Whether a railroad may have the short SCAC is for the use case, which knows the type.
fn identifier_mistake(given: &Value) -> Option<IdentifierError> {
    let kind = given.get("type").and_then(Value::as_str);
    let kind = IdentifierType::ALL.iter().copied().find(|known| Some(known.as_str()) == kind)?;
    Identifier::parse_for_railroad(kind, given.get("value")?.as_str()?).err()
}

impl<'i> Keyword<'i> for IsIdentifier {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        match identifier_mistake(instance) {
            None => Ok(()),
            Some(mistake) => Err(ValidationError::custom(mistake.sentence)),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        identifier_mistake(instance).is_none()
    }
}

/// What a text has to be, in words, with an example where the schema has one.
fn shape(schema: Option<&Value>) -> Option<String> {
    let schema = schema?;
    let words = schema.get(SHAPE)?.as_str()?;
    let example = schema.get("example").or_else(|| schema.pointer("/examples/0")).and_then(Value::as_str);
    Some(match example {
        Some(example) => format!("must be {words}, for example {example}"),
        None => format!("must be {words}"),
    })
}

/// Whether a pointer leads to a member of an object, rather than to the whole or to an item of a list.
fn names_a_member(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(_, last)| last.parse::<usize>().is_err())
}

/// The members that an object takes.
fn members(schema: Option<&Value>) -> Option<String> {
    let members = schema?.get("properties")?.as_object()?;
    Some(members.keys().map(String::as_str).collect::<Vec<_>>().join(", "))
}

fn describe(error: &ValidationError<'_>, path: &str, schema: Option<&Value>, errors: &mut Vec<FieldError>) {
    use ValidationErrorKind as Kind;
    let mut add =
        |pointer: String, code: &str, detail: String| errors.push(FieldError::new(pointer, code, detail));
    match error.kind() {
        Kind::Required { property } => {
            let member = property.as_str().unwrap_or_default();
            add(pointer_to(path, member), "required", "is required".to_owned());
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let detail = match members(schema).as_deref() {
                None => "is not a member that this takes".to_owned(),
                Some("") => "is not a member that this takes; it takes none".to_owned(),
                Some(members) => format!("is not a member that this takes; there are {members}"),
            };
            for member in unexpected {
                add(pointer_to(path, member), "unknown_member", detail.clone());
            }
        }
        // Elsewhere members that are null are absent, so this one was to be removed by a merge patch.
        Kind::Type { .. } if error.instance().is_null() && names_a_member(path) => {
            add(path.to_owned(), "type", "cannot be removed".to_owned());
        }
        Kind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(one) => one.to_string(),
                TypeKind::Multiple(_) => "another type".to_owned(),
            };
            add(path.to_owned(), "type", format!("must be of type {wanted}"));
        }
        Kind::Enum { options } => {
            let list: Vec<String> = options
                .as_array()
                .map(|all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                .unwrap_or_default();
            add(path.to_owned(), "enum", format!("must be one of {}", list.join(", ")));
        }
        Kind::Pattern { pattern } if pattern == kernel::text::TEXT_PATTERN => {
            let text = error.instance().as_str().unwrap_or_default();
            let mistake = Text::<{ usize::MAX }>::parse(text).err().unwrap_or(TextError::Blank);
            add(path.to_owned(), mistake.code(), mistake.to_string());
        }
        Kind::Pattern { pattern } if pattern == kernel::text::ONE_LINE_PATTERN => {
            let text = error.instance().as_str().unwrap_or_default();
            let mistake = Text::<{ usize::MAX }>::parse_line(text).err().unwrap_or(TextError::Blank);
            add(path.to_owned(), mistake.code(), mistake.to_string());
        }
        Kind::Pattern { pattern } => {
            let detail = shape(schema).unwrap_or_else(|| format!("must match {pattern}"));
            add(path.to_owned(), "pattern", detail);
        }
        Kind::MaxLength { limit } => {
            add(path.to_owned(), "too_long", format!("must have at most {limit} characters"));
        }
        Kind::MinLength { limit } => {
            add(path.to_owned(), "too_short", format!("must have at least {limit} characters"));
        }
        Kind::MaxItems { limit } => {
            add(path.to_owned(), "too_many", format!("must have at most {limit} items"))
        }
        Kind::MinItems { limit } => {
            add(path.to_owned(), "too_few", format!("must have at least {limit} items"))
        }
        Kind::Maximum { limit } => add(path.to_owned(), "too_large", format!("must be at most {limit}")),
        Kind::Minimum { limit } => add(path.to_owned(), "too_small", format!("must be at least {limit}")),
        Kind::MaxProperties { limit } => {
            add(path.to_owned(), "too_many", format!("must have at most {limit} members"));
        }
        Kind::MinProperties { limit } => {
            add(path.to_owned(), "too_few", format!("must have at least {limit} members"));
        }
        Kind::Format { format } => add(path.to_owned(), "format", format!("must be a {format}")),
        Kind::UniqueItems => {
            add(path.to_owned(), "duplicate", "must not have the same item twice".to_owned())
        }
        Kind::Custom { .. } => {
            if let Some(IdentifierError { code, sentence }) = identifier_mistake(error.instance()) {
                add(pointer_to(path, "value"), code, sentence);
            }
        }
        other => add(
            path.to_owned(),
            "invalid",
            format!("does not meet the documented schema ({})", other.keyword()),
        ),
    }
}
