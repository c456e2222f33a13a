//! JSON, read strictly: no member twice, not too deep.

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, de};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Why a text was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Mistake {
    /// It ends too early.
    #[error("The body is not JSON: it is cut off at line {line}, column {column}.")]
    CutOff {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// It is nested too deep.
    #[error("The body is nested more than {0} levels deep.")]
    Deep(usize),
    /// A member stands twice.
    #[error("The body names the same member of an object twice, at line {line}, column {column}.")]
    Twice {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// It is not JSON.
    #[error("The body is not JSON: there is a mistake at line {line}, column {column}.")]
    Syntax {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
}

const TWICE: &str = "a member twice";
const DEEP: &str = "nested too deep";

/// Reads a text, nested at most `max_depth` levels.
pub(crate) fn read(text: &str, max_depth: usize) -> Result<Value, Mistake> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read =
        Strict { levels: max_depth }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let words = error.to_string();
        if words.starts_with(DEEP) || words.starts_with("recursion limit") {
            Mistake::Deep(max_depth)
        } else if words.starts_with(TWICE) {
            Mistake::Twice { line, column }
        } else if error.is_eof() {
            Mistake::CutOff { line, column }
        } else {
            Mistake::Syntax { line, column }
        }
    })
}

/// Reads one value that may have so many levels.
#[derive(Clone, Copy)]
struct Strict {
    levels: usize,
}

impl Strict {
    fn below<E: de::Error>(self) -> Result<Strict, E> {
        self.levels.checked_sub(1).map(|levels| Strict { levels }).ok_or_else(|| E::custom(DEEP))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is none"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(below)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(below)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom(TWICE));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_read_as_it_stands() {
        let text = r#" {"a": [1, -2, 2.5, 1e3, true, null, "é\n😀"], "b": {}, "c": 18446744073709551615} "#;
        assert_eq!(
            read(text, 3),
            Ok(
                json!({"a": [1, -2, 2.5, 1000.0, true, null, "é\n😀"], "b": {}, "c": 18_446_744_073_709_551_615_u64})
            )
        );
    }

    #[test]
    fn what_is_not_strict_json_is_refused_with_its_place() {
        assert_eq!(read("[[[]]]", 2), Err(Mistake::Deep(2)));
        assert_eq!(read(&"[".repeat(100_000), 64), Err(Mistake::Deep(64)));
        assert_eq!(read(r#"{"a": 1, "a": 1}"#, 2), Err(Mistake::Twice { line: 1, column: 16 }));
        assert_eq!(read("{\n\"a\": ", 2), Err(Mistake::CutOff { line: 2, column: 5 }));
        for wrong in
            ["[1,]", "{} {}", "nul", "NaN", "1e999", "'a'", "{a: 1}", "\"\\ud800\"", "\"a\tb\"", "\u{feff}{}"]
        {
            assert!(
                matches!(read(wrong, 64), Err(Mistake::Syntax { .. } | Mistake::CutOff { .. })),
                "{wrong}: {:?}",
                read(wrong, 64)
            );
        }
    }
}
