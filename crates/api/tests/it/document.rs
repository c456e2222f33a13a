//! The document and the router are the same, and the document holds to its own rules.

use crate::support::Server;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn operation_ids_are_unique_and_read_noun_then_verb() {
    let operations = api::operations();
    let ids: BTreeSet<&str> = operations.iter().map(|operation| operation.id).collect();
    assert_eq!(ids.len(), operations.len());
    for id in ids {
        assert!(id.contains('_') && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{id}");
    }
}

#[test]
fn a_schema_name_means_one_type_only() {
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    for operation in api::operations() {
        for (name, schema) in operation.schemas() {
            let schema = serde_json::to_value(&schema).unwrap();
            let known = schemas.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(*known, schema, "two types are called {name}; rename one with #[schema(as = ...)]");
        }
    }
}

#[test]
fn every_documented_operation_is_served_and_asks_for_a_token_where_it_says_so() {
    let server = Server::shared();
    let document = api::openapi();
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let concrete = fill(path);
        for (method, operation) in methods.as_object().unwrap() {
            seen += 1;
            let answer = server.send(&method.to_uppercase(), &concrete, &[], b"");
            if operation["x-roles"].as_array().unwrap().is_empty() {
                // The secret in the address of a calendar is its own proof, and this one was never given out.
                let expected = if path.contains("{feed}") { 404 } else { 200 };
                assert_eq!(answer.status, expected, "{method} {path}");
            } else {
                answer.problem("unauthenticated");
                let broken = server.send(
                    &method.to_uppercase(),
                    &concrete,
                    &[("Authorization", "Bearer broken")],
                    b"",
                );
                broken.problem("unauthenticated");
            }
        }
        let wrong = server.send("DELETE", &concrete, &[], b"");
        wrong.problem("method-not-allowed");
        let allowed: BTreeSet<String> =
            wrong.header("allow").unwrap().split(", ").map(str::to_owned).collect();
        let mut documented: BTreeSet<String> =
            methods.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        if documented.contains("GET") {
            documented.insert("HEAD".to_owned());
        }
        assert_eq!(allowed, documented, "{path}");
    }
    assert_eq!(seen, api::operations().len());
}

fn fill(path: &str) -> String {
    let value = |name: &str| match name {
        "account_id" => "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "membership_id" => "mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "profile_id" => "prf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "enforcement_action_id" => "enf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "appeal_id" => "apl_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "invitation_id" => "inv_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "incident_id" => "inc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "obligation_id" => "obl_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "calendar_id" => "cal_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "feed" => "mD0h1yXq2n7cVb5kT8wZr4sLfJ9gPaEuQ3oIxN6vKtY.ics",
        "person_id" => "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
        "criterion_id" => "1.1",
        "number" => "1",
        "slug" => "not-found",
        _ => "1",
    };
    path.split('/')
        .map(|segment| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => value(name),
            None => segment,
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[test]
fn every_reference_leads_somewhere_and_every_property_is_described() {
    let document = api::openapi();
    let mut wrong = Vec::new();
    walk(&document, "", &mut |value, at| {
        if let Some(Value::String(reference)) = value.get("$ref")
            && reference.strip_prefix('#').is_none_or(|pointer| document.pointer(pointer).is_none())
        {
            wrong.push(format!("{at}: {reference} leads nowhere"));
        }
    });
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        walk(schema, name, &mut |value, at| {
            for (property, schema) in value.get("properties").and_then(Value::as_object).into_iter().flatten()
            {
                let tag = schema.get("const").is_some()
                    || schema["enum"].as_array().is_some_and(|list| list.len() == 1);
                if schema.get("description").is_none() && schema.get("$ref").is_none() && !tag {
                    wrong.push(format!("{at}.{property} has no description"));
                }
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn request_bodies_are_closed_and_nothing_in_them_is_unbounded() {
    let document = api::openapi();
    let mut names = Vec::new();
    for operation in api::operations() {
        names.extend(operation.body.map(|(_, name, _)| name));
    }
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    while let Some(name) = names.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let schema = &document["components"]["schemas"][&name];
        api::schema::references(schema, &mut names);
        walk(schema, &name, &mut |value, at| {
            let Some(object) = value.as_object() else { return };
            let is = |kind: &str| object.get("type").is_some_and(|given| given == kind);
            if object.contains_key("properties")
                && object.get("additionalProperties") != Some(&Value::Bool(false))
            {
                wrong.push(format!("{at} takes unknown members"));
            }
            let fixed = object.contains_key("enum") || object.contains_key("const");
            if is("string") && !fixed && !object.contains_key("maxLength") {
                wrong.push(format!("{at} is a text without a longest length"));
            }
            if is("array") && !object.contains_key("maxItems") {
                wrong.push(format!("{at} is a list without a longest length"));
            }
            if is("integer") && !(object.contains_key("minimum") && object.contains_key("maximum")) {
                wrong.push(format!("{at} is a number without bounds"));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn examples_of_request_bodies_are_valid() {
    let document = api::openapi();
    let validators = api::http::body::Validators::new(&document);
    for operation in api::operations() {
        if let Some((_, name, example)) = operation.body {
            assert_eq!(validators.errors(&name, &example).unwrap(), [], "{}", operation.id);
        }
        for answer in operation.answers {
            if let (Some((_, Some(name))), Some(example)) = (answer.content.first(), &answer.example) {
                let errors = validators.errors(name, example).unwrap();
                assert_eq!(errors, [], "{} {}", operation.id, answer.status);
            }
        }
    }
}

/// Every object of a schema, but not of examples and lists of values, which are data.
fn walk(value: &Value, at: &str, visit: &mut impl FnMut(&Value, &str)) {
    match value {
        Value::Object(members) => {
            visit(value, at);
            for (name, member) in members {
                if !matches!(name.as_str(), "example" | "examples" | "enum" | "const" | "default") {
                    walk(member, &format!("{at}/{name}"), visit);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, at, visit)),
        _ => {}
    }
}

#[test]
fn every_command_that_is_told_to_be_possible_is_an_operation_with_the_permission_it_is_told_by() {
    let mut checked = 0;
    for operation in api::operations() {
        let segments: Vec<&str> = operation.path.split('/').collect();
        let ["", "v1", _, id, verb] = segments.as_slice() else { continue };
        if operation.method != "POST" || !id.starts_with('{') {
            continue;
        }
        checked += 1;
        assert_eq!(portal::permission_of_command(verb), operation.permission, "{verb}");
    }
    assert!(checked > 25, "{checked}");
    let saved = api::operations().into_iter().find(|operation| operation.id == "answer_save").unwrap();
    assert_eq!(portal::permission_of_command("save-answer"), saved.permission);
}

#[test]
fn every_list_of_values_says_what_it_is_for() {
    let document = api::openapi();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            let description = schema["description"].as_str().unwrap_or_default();
            let note = ["One of the listed values.", "Extensible enum: "]
                .into_iter()
                .find_map(|note| description.find(note));
            seen += usize::from(note.is_some());
            if note == Some(0) || (description.contains("Extensible enum") && !description.contains("enum: "))
            {
                wrong.push(format!("{name}.{property}: {description}"));
            }
        }
    }
    assert!(wrong.is_empty() && seen > 80, "{seen}\n{}", wrong.join("\n"));
}

#[test]
fn every_parameter_has_an_example_that_it_takes() {
    let document = api::openapi();
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                seen += 1;
                let taken = jsonschema::validator_for(&parameter["schema"]).unwrap();
                assert!(taken.is_valid(&parameter["example"]), "{method} {path}: {parameter}");
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn every_problem_example_is_one_and_says_what_to_do() {
    let document = api::openapi();
    let validators = api::http::body::Validators::new(&document);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let example = &answer["content"]["application/problem+json"]["example"];
                if example.is_null() {
                    continue;
                }
                let what = format!("{method} {path} {status}: {example}");
                assert_eq!(validators.errors("Problem", example).unwrap(), [], "{what}");
                assert!(example["detail"].is_string() || status == "404", "{what}");
                assert_eq!(example["status"].to_string(), *status, "{what}");
            }
        }
    }
}

#[test]
fn the_example_of_an_answer_shows_what_the_operation_has_done() {
    let document = api::openapi();
    let example = |path: &str| {
        let answer = &document["paths"][path]["post"]["responses"]["200"];
        answer["content"]["application/json"]["example"].clone()
    };
    let after = |verb: &str| example(&format!("/v1/memberships/{{membership_id}}/{verb}"));
    assert_eq!(after("certify")["status"], "certified");
    assert_eq!(after("record-validation-outcome")["status"], "validated");
    assert_eq!(after("change-tier")["tier"], "tier_3");
    assert_eq!(after("suspend")["status"], "suspended");
    assert_eq!(after("remove")["status"], "removed");
    assert_eq!(after("reject")["ending"]["reason"], "criteria_not_met");
    assert_eq!(after("set-bond")["bond"]["kind"], "importer");
    assert_eq!(after("correct-date")["corrections"][0]["field"], "applied_on");
    assert_eq!(example("/v1/profiles/{profile_id}/approve")["status"], "approved");
    let types =
        &document["paths"]["/v1/entity-types"]["get"]["responses"]["200"]["content"]["application/json"];
    assert_eq!(types["example"]["items"][0]["entity_type"], "importer");
}
