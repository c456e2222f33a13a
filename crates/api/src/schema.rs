//! What every component schema has to hold to: nothing nullable but in merge patches, everything bounded.

use serde_json::{Map, Value, json};

/// The largest whole number that every JSON reader keeps exactly.
const MAX_SAFE: i64 = 9_007_199_254_740_991;

/// Makes a schema hold to the rules of the document.
pub fn tidy(schema: &mut Value, nullable: bool) {
    match schema {
        Value::Object(members) => {
            if !nullable {
                drop_null(members);
            }
            join_all(members);
            if nullable {
                join_null(members);
            }
            if let Some(Value::Object(properties)) = members.get_mut("properties") {
                properties.iter_mut().for_each(|(name, property)| limit(name, property));
            }
            bound(members);
            for (name, value) in members.iter_mut() {
                // Examples and lists of values are data, not schemas.
                if !matches!(name.as_str(), "example" | "examples" | "enum" | "const" | "default") {
                    tidy(value, nullable);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| tidy(item, nullable)),
        _ => {}
    }
}

/// An optional member is absent, never null.
fn drop_null(members: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".into(), only);
        }
    }
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(variants)) = members.get_mut(keyword) else { continue };
        let before = variants.len();
        variants.retain(|variant| variant.get("type") != Some(&json!("null")));
        if variants.len() == 1
            && before == 2
            && let Some(Value::Object(only)) = variants.pop()
        {
            members.remove(keyword);
            join(members, only);
        }
    }
}

/// The longest that codes, ids and digests can be, by the names that they have everywhere.
fn limit(name: &str, property: &mut Value) {
    let longest = match name {
        "code" | "version" | "edition" | "agreement_version" | "command" | "allowed_commands"
        | "current_state" => 80,
        "hash" | "sha256" => 64,
        "aggregate_id" | "membership_id" | "causation_id" => 36,
        "request_id" | "correlation_id" => 100,
        "normalised" => 60,
        "email" => 254,
        "next_cursor" => 1000,
        _ => return,
    };
    let property = if property.get("items").is_some() { property.get_mut("items") } else { Some(property) };
    if let Some(Value::Object(text)) = property
        && text.get("type") == Some(&json!("string"))
    {
        text.entry("maxLength").or_insert(json!(longest));
    }
}

/// A member that stands in several places is taken from the first, but for descriptions, which follow each other.
fn join(members: &mut Map<String, Value>, other: Map<String, Value>) {
    for (name, value) in other {
        match (name.as_str(), members.get_mut(&name), &value) {
            ("description", Some(Value::String(own)), Value::String(more)) => {
                own.push(' ');
                own.push_str(more);
            }
            (_, Some(_), _) => {}
            (_, None, _) => {
                members.insert(name, value);
            }
        }
    }
}

/// A closed list with a description of its own is one schema, not one of a list together with one of a description.
fn join_all(members: &mut Map<String, Value>) {
    let describes = |schema: &Value| {
        schema.as_object().is_some_and(|schema| {
            schema.keys().all(|name| matches!(name.as_str(), "description" | "title" | "default" | "type"))
        })
    };
    let Some(Value::Array(parts)) = members.get("allOf") else { return };
    let [Value::Object(list), Value::Object(about)] = parts.as_slice() else { return };
    if list.contains_key("$ref") || list.contains_key("properties") || !parts.get(1).is_some_and(describes) {
        return;
    }
    let (list, mut about) = (list.clone(), about.clone());
    about.remove("type");
    members.remove("allOf");
    join(members, about);
    join(members, list);
}

/// In a merge patch: one of a list, or null, as one schema, whose errors name the list.
fn join_null(members: &mut Map<String, Value>) {
    let Some(Value::Array(variants)) = members.get("oneOf") else { return };
    let (nulls, others): (Vec<&Value>, Vec<&Value>) =
        variants.iter().partition(|variant| variant.get("type") == Some(&json!("null")));
    let ([_], [Value::Object(list)]) = (nulls.as_slice(), others.as_slice()) else { return };
    let mut list = list.clone();
    let Some(Value::Array(values)) = list.get_mut("enum") else { return };
    values.push(Value::Null);
    list.insert("type".into(), json!(["string", "null"]));
    members.remove("oneOf");
    join(members, list);
}

fn bound(members: &mut Map<String, Value>) {
    let kind = match members.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            match kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null") {
                Some(kind) => kind.to_owned(),
                None => return,
            }
        }
        _ => return,
    };
    let has = |members: &Map<String, Value>, name: &str| members.contains_key(name);
    match kind.as_str() {
        "string" if !has(members, "enum") && !has(members, "const") => {
            let format = members.get("format").and_then(Value::as_str).map(str::to_owned);
            if !has(members, "maxLength") {
                let longest = match format.as_deref() {
                    Some("date") => 10,
                    Some("date-time") => 40,
                    Some("uri" | "uri-reference") => 2048,
                    _ => 20_000,
                };
                members.insert("maxLength".into(), json!(longest));
            }
            if format.is_none() && !has(members, "pattern") {
                members.insert("pattern".into(), json!("^[^\\u0000]*$"));
            }
        }
        "integer" => {
            if !has(members, "format") {
                members.insert("format".into(), json!("int64"));
            }
            if !has(members, "minimum") {
                members.insert("minimum".into(), json!(0));
            }
            if !has(members, "maximum") {
                let largest = if members.get("format") == Some(&json!("int32")) {
                    i64::from(i32::MAX)
                } else {
                    MAX_SAFE
                };
                members.insert("maximum".into(), json!(largest));
            }
        }
        "array" if !has(members, "maxItems") => {
            members.insert("maxItems".into(), json!(10_000));
        }
        _ => {}
    }
}

/// The component schemas that a schema refers to.
pub fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref")
                && let Some(name) = reference.strip_prefix("#/components/schemas/")
            {
                found.push(name.to_owned());
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_absent_and_never_null() {
        let mut schema = json!({"properties": {
            "a": {"type": ["string", "null"], "format": "date"},
            "b": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/B"}], "description": "b"},
        }});
        tidy(&mut schema, false);
        assert_eq!(
            schema,
            json!({"properties": {
                "a": {"type": "string", "format": "date", "maxLength": 10},
                "b": {"$ref": "#/components/schemas/B", "description": "b"},
            }})
        );
    }
}
