//! The OpenAPI document, put together from the operations. No database is needed.

mod example;

use crate::http::body::IDENTIFIER_KEYWORD;
use crate::http::tags;
use crate::operation::{Matching, Operation};
use crate::problem::{PROBLEM_JSON, Problem, registry};
use portal::access::Permission;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema as _;

/// Tags with their descriptions, in the order of the documentation.
pub const TAGS: &[(&str, &str)] = &[
    ("accounts", "Companies: data, addresses, contacts, users, agreements."),
    ("agreements", "The versions of the participation agreement."),
    ("people", "Who a person is that an event names."),
    ("invitations", "Invitations to apply for a type that needs one."),
    ("memberships", "Memberships from application to certification."),
    ("enforcement", "The register of enforcement actions, and the appeals against them."),
    ("profiles", "Security profiles: answers, review, snapshots."),
    ("incidents", "Security incidents: reports, the accounts that they involve, CBP's review."),
    ("obligations", "Deadlines: what is due, by whom, on what basis."),
    ("calendars", "Calendars of an account's deadlines, to subscribe to."),
    ("erasures", "What was erased, and what is due to be."),
    ("criteria", "The Minimum Security Criteria: editions and what applies to whom."),
    ("reference", "Entity types and policy values."),
    ("work", "What waits for whom."),
    ("ledger", "The feed of all events and the head of the ledger."),
    ("system", "Health, metrics, this document, and the pages about problems."),
];

const DESCRIPTION: &str = "An open, self-hostable member portal for the Customs Trade Partnership Against Terrorism (CTPAT).\n\n\
    Every change is an event in one ordered, verifiable ledger. A read after an acknowledged write always sees it. Every error is a problem \
    (RFC 9457) of the list at `/problems`, with all field errors at once. Send an `Idempotency-Key` with every POST, PUT and PATCH: a repeat \
    then never does anything twice. Clients must ignore unknown members of answers; unknown members of requests are refused. \
    What is no HTTP request at all is refused with 400, 408, 414, 431 or 505, on every address.\n\n\
    Limits: bodies 1 MiB and 64 levels deep, headers 16 KiB, addresses 8 KiB, 10 seconds for the head of a request and 30 for all of it, 200 items a page, 1,000 events of the feed.";

/// The document.
pub fn openapi(operations: &[Operation]) -> Value {
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    let mut patches: BTreeSet<String> = BTreeSet::new();
    for operation in operations {
        for (name, schema) in operation.schemas() {
            schemas.entry(name).or_insert_with(|| serde_json::to_value(schema).unwrap_or_default());
        }
        if let Some(("application/merge-patch+json", name, _)) = &operation.body {
            patches.insert(name.clone());
        }
        paths
            .entry(operation.path.clone())
            .or_default()
            .insert(operation.method.as_str().to_lowercase(), operation_object(operation, operations));
    }
    let mut problem_schemas = vec![("Problem".to_owned(), <Problem as utoipa::PartialSchema>::schema())];
    Problem::schemas(&mut problem_schemas);
    for (name, schema) in problem_schemas {
        schemas.insert(name, serde_json::to_value(&schema).unwrap_or_default());
    }
    if let Some(kind) = schemas.get_mut("Problem").and_then(|schema| schema.pointer_mut("/properties/type")) {
        let types: Vec<String> =
            registry::ALL.iter().map(|problem| format!("/problems/{}", problem.slug)).collect();
        *kind = json!({"type": "string", "enum": types, "description": "The problem type, an address with a page about it."});
    }
    if let Some(Value::Object(identifier)) = schemas.get_mut("IdentifierData") {
        identifier.insert(IDENTIFIER_KEYWORD.to_owned(), json!(true));
    }
    for (name, schema) in &mut schemas {
        crate::schema::tidy(schema, patches.contains(name));
    }
    let used_tags: BTreeSet<&str> = operations.iter().map(|operation| operation.tag).collect();
    let tags: Vec<Value> = TAGS
        .iter()
        .filter(|(name, _)| used_tags.contains(name))
        .map(|(name, description)| json!({"name": name, "description": description}))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "CTPAT member portal",
            "version": "1.0.0",
            "description": DESCRIPTION,
            "contact": {"name": "The maintainers of this installation"},
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The production portal that serves this document.", "x-internal": false}],
        "security": [{"bearer": []}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": used(schemas, operations),
            "securitySchemes": {"bearer": {
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "A JWT access token in the shape of RFC 9068, checked as RFC8725 advises: asymmetric algorithms only; issuer, audience and expiry always.",
            }},
        },
    })
}

/// Only the schemas that something refers to.
fn used(schemas: BTreeMap<String, Value>, operations: &[Operation]) -> BTreeMap<String, Value> {
    let mut wanted: Vec<String> = vec!["Problem".to_owned()];
    for operation in operations {
        wanted.extend(operation.body.iter().map(|(_, name, _)| name.clone()));
        wanted.extend(
            operation.answers.iter().flat_map(|answer| &answer.content).filter_map(|(_, name)| name.clone()),
        );
    }
    let mut kept = BTreeMap::new();
    while let Some(name) = wanted.pop() {
        if kept.contains_key(&name) {
            continue;
        }
        if let Some(schema) = schemas.get(&name) {
            crate::schema::references(schema, &mut wanted);
            kept.insert(name, schema.clone());
        }
    }
    kept
}

fn operation_object(operation: &Operation, operations: &[Operation]) -> Value {
    let mut parameters: Vec<Value> = path_parameters(&operation.path);
    for parameter in &operation.parameters {
        parameters.push(json!({
            "name": parameter.name, "in": "query", "description": parameter.description,
            "required": parameter.required, "schema": parameter.schema,
            "example": example::of_parameter(parameter.name, &parameter.schema),
        }));
    }
    let writes = operation.body.is_some() || operation.method == actix_web::http::Method::POST;
    if writes {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A key of your own, for example a UUID: a repeat of the same request within seven days gets the first answer, with Idempotent-Replayed: true.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
            "example": "3f0c9a52-6d0e-4a58-9d1c-8f1f5e3c7b21",
        }));
    }
    if operation.matching != Matching::None {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": operation.matching == Matching::Required,
            "description": "The ETag that the request is based on, or several; 412 when the resource is none of them any more. The version alone, in quotation marks, stands for it where only the resource's own data matter; * for whichever there is.",
            "schema": {"type": "string", "maxLength": 400, "pattern": tags::LIST_PATTERN},
            "example": "\"2\"",
        }));
    }
    if operation.tagged && operation.method == actix_web::http::Method::GET {
        parameters.push(json!({
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "The ETag of what you have, or several; 304 when it is still the current one.",
            "schema": {"type": "string", "maxLength": 400, "pattern": tags::LIST_PATTERN},
            "example": "\"2-9f86d081884c7d65\"",
        }));
    }
    let mut object = Map::new();
    object.insert("operationId".into(), json!(operation.id));
    object.insert("tags".into(), json!([operation.tag]));
    object.insert("summary".into(), json!(operation.summary));
    object.insert("description".into(), json!(described(operation)));
    match operation.permission {
        Some(permission) => {
            object.insert("x-permission".into(), json!(permission.as_str()));
            object.insert("x-roles".into(), json!(roles(permission)));
        }
        None => {
            object.insert("x-roles".into(), json!([]));
            object.insert("security".into(), json!([{}]));
        }
    }
    if !parameters.is_empty() {
        object.insert("parameters".into(), Value::Array(parameters));
    }
    if let Some((media_type, schema, example)) = &operation.body {
        object.insert(
            "requestBody".into(),
            json!({"required": true, "content": {*media_type: {
                "schema": {"$ref": format!("#/components/schemas/{schema}")}, "example": example,
            }}}),
        );
    }
    object.insert("responses".into(), responses(operation, operations, writes));
    Value::Object(object)
}

/// The roles that have a permission, by the one table.
pub fn roles(permission: Permission) -> Vec<&'static str> {
    permission.row().iter().map(|(role, _)| role.as_str()).collect()
}

fn described(operation: &Operation) -> String {
    let who = match operation.permission {
        None => "No token is needed.".to_owned(),
        Some(permission) => {
            format!("Permission `{}`: {}.", permission.as_str(), roles(permission).join(", "))
        }
    };
    format!("{}\n\n{who}", operation.description)
}

fn path_parameters(path: &str) -> Vec<Value> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            let (pattern, length, what, example) = match name {
                "account_id" => {
                    ("^acc_[0-9a-f]{32}$", 36, "The account.", "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
                }
                "membership_id" => {
                    ("^mbr_[0-9a-f]{32}$", 36, "The membership.", "mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
                }
                "profile_id" => (
                    "^prf_[0-9a-f]{32}$",
                    36,
                    "The security profile.",
                    "prf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
                ),
                "invitation_id" => {
                    ("^inv_[0-9a-f]{32}$", 36, "The invitation.", "inv_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
                }
                "incident_id" => {
                    ("^inc_[0-9a-f]{32}$", 36, "The incident.", "inc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
                }
                "enforcement_action_id" => (
                    "^enf_[0-9a-f]{32}$",
                    36,
                    "The enforcement action.",
                    "enf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
                ),
                "appeal_id" => {
                    ("^apl_[0-9a-f]{32}$", 36, "The appeal.", "apl_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
                }
                "person_id" => {
                    ("^per_[0-9a-f]{32}$", 36, "The person.", "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
                }
                "obligation_id" => {
                    ("^obl_[0-9a-f]{32}$", 36, "The deadline.", "obl_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
                }
                "calendar_id" => {
                    ("^cal_[0-9a-f]{32}$", 36, "The calendar.", "cal_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
                }
                "feed" => (
                    "^[A-Za-z0-9_-]{43}(\\.ics)?$",
                    47,
                    "The secret of a calendar's address.",
                    "mD0h1yXq2n7cVb5kT8wZr4sLfJ9gPaEuQ3oIxN6vKtY.ics",
                ),
                "criterion_id" => {
                    ("^([1-9]|1[0-2])\\.[1-9][0-9]?$", 5, "The number of the criterion.", "1.1")
                }
                "number" => ("^[1-9][0-9]{0,8}$", 9, "The number of the snapshot.", "1"),
                "slug" => ("^[a-z-]{1,60}$", 60, "The problem type.", "state-forbids"),
                "version" => ("^[A-Za-z0-9.-]{1,40}$", 40, "The name of the version.", "2024-1"),
                _ => ("^[A-Za-z0-9.-]{1,40}$", 40, "The name of the edition.", "2020"),
            };
            json!({
                "name": name, "in": "path", "required": true, "description": what, "example": example,
                "schema": {"type": "string", "maxLength": length, "pattern": pattern},
            })
        })
        .collect()
}

fn header(description: &str, schema: Value) -> Value {
    json!({"description": description, "schema": schema})
}

fn common_headers() -> Map<String, Value> {
    let mut headers = Map::new();
    headers.insert(
        "Request-Id".into(),
        header(
            "The id of this request, for the log.",
            json!({"type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9_.-]*$"}),
        ),
    );
    headers.insert(
        "Access-Control-Allow-Origin".into(),
        header(
            "Only for origins that the installation lists.",
            json!({"type": "string", "maxLength": 300, "pattern": "^.*$"}),
        ),
    );
    headers.insert(
        "RateLimit".into(),
        header(
            "What is left of the client's quota.",
            json!({"type": "string", "maxLength": 100, "pattern": "^.*$"}),
        ),
    );
    headers
}

/// From what was made to everything that can be done with it.
fn links(operation: &Operation, operations: &[Operation]) -> Map<String, Value> {
    let mut links = Map::new();
    for (parameter, value) in &operation.leads_to {
        let segment = format!("{{{parameter}}}");
        for target in operations {
            if target.path.contains(&segment) && target.path.matches('{').count() == 1 {
                let link = json!({
                    "operationId": target.id, "parameters": {*parameter: value}, "description": target.summary,
                });
                links.insert(target.id.to_owned(), link);
            }
        }
    }
    links
}

fn responses(operation: &Operation, operations: &[Operation], writes: bool) -> Value {
    let mut responses: BTreeMap<String, Value> = BTreeMap::new();
    for answer in &operation.answers {
        let mut headers = common_headers();
        if operation.tagged {
            headers.insert(
                "ETag".into(),
                header(
                    "The version of the resource, and a digest of the representation.",
                    json!({"type": "string", "maxLength": tags::MAX_TAG, "pattern": tags::TAG_PATTERN}),
                ),
            );
        }
        if answer.status == 201 {
            headers.insert(
                "Location".into(),
                header(
                    "The address of what was made.",
                    json!({"type": "string", "format": "uri-reference", "maxLength": 200}),
                ),
            );
        }
        if writes {
            headers.insert(
                "Idempotent-Replayed".into(),
                header(
                    "That this is the answer of an earlier request.",
                    json!({"type": "string", "enum": ["true"]}),
                ),
            );
        }
        let mut content = Map::new();
        for (media_type, name) in &answer.content {
            let mut media = Map::new();
            let schema = match name {
                Some(name) => json!({"$ref": format!("#/components/schemas/{name}")}),
                None => json!({"type": "string", "maxLength": 100_000_000, "pattern": "^[^\\u0000]*$"}),
            };
            media.insert("schema".into(), schema);
            if let (Some(_), Some(example)) = (name, &answer.example) {
                media.insert("example".into(), example.clone());
            }
            content.insert((*media_type).to_owned(), Value::Object(media));
        }
        let mut response =
            json!({"description": success(answer.status), "headers": headers, "content": content});
        let links = links(operation, operations);
        if let (false, Some(members)) = (links.is_empty(), response.as_object_mut()) {
            members.insert("links".into(), Value::Object(links));
        }
        responses.insert(answer.status.to_string(), response);
    }
    let mut problems: BTreeSet<u16> =
        [400, 429, 500, 503].into_iter().chain(operation.problems.iter().copied()).collect();
    problems.extend([414, 431]);
    if operation.path.starts_with("/v1/") {
        problems.insert(406);
    }
    if operation.permission.is_some() {
        problems.extend([401, 403]);
    }
    if operation.path.contains('{') {
        problems.insert(404);
    }
    if writes {
        problems.extend([408, 409, 413, 415, 422]);
    }
    match operation.matching {
        Matching::None => {}
        Matching::Optional => {
            problems.insert(412);
        }
        Matching::Required => problems.extend([412, 428]),
    }
    for status in problems {
        responses.insert(status.to_string(), problem_response(status, operation));
    }
    if operation.tagged && operation.method == actix_web::http::Method::GET {
        responses.insert(
            "304".into(),
            json!({"description": "The client has the current version.", "headers": common_headers()}),
        );
    }
    json!(responses)
}

fn success(status: u16) -> &'static str {
    match status {
        201 => "It was made.",
        _ => "Done.",
    }
}

fn problem_response(status: u16, operation: &Operation) -> Value {
    let kinds: Vec<&registry::ProblemType> =
        registry::ALL.iter().filter(|problem| problem.status == status).collect();
    let description = kinds.iter().map(|problem| problem.meaning).collect::<Vec<_>>().join(" Or: ");
    let mut headers = common_headers();
    if matches!(status, 429 | 503) || status == 409 {
        headers.insert(
            "Retry-After".into(),
            header(
                "Seconds to wait.",
                json!({"type": "integer", "format": "int32", "minimum": 0, "maximum": 86400}),
            ),
        );
    }
    if status == 401 {
        headers.insert(
            "WWW-Authenticate".into(),
            header("How to sign in.", json!({"type": "string", "maxLength": 500, "pattern": "^Bearer.*$"})),
        );
    }
    let example = example::of_problem(status, operation);
    json!({
        "description": description,
        "headers": headers,
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    })
}
