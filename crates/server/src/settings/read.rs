//! Reads settings one by one, so that one that is unknown or of the wrong type does not hide the faults of the others.

use super::{PolicyChange, Settings, check};
use config::{Map, Value, ValueKind};
use serde::de::DeserializeOwned;

/// The settings as far as they can be read; the others keep their defaults.
#[derive(Default)]
pub(super) struct Read {
    pub settings: Settings,
    /// A sentence for each that cannot be read.
    pub faults: Vec<String>,
    /// Which ones these are, as `[section] key`.
    pub unread: Vec<String>,
}

const SECTIONS: &str = "[server], [database], [auth], [limits], [log], [mail], [policy], [[policy_changes]]";

/// Reads what file and environment give.
pub(super) fn settings(given: Map<String, Value>) -> Read {
    let mut read = Read::default();
    let mut sections: Vec<(String, Value)> = given.into_iter().collect();
    sections.sort_by(|one, other| one.0.cmp(&other.0));
    for (name, value) in sections {
        match name.as_str() {
            "server" => read.settings.server = read.section(&name, value),
            "database" => read.settings.database = read.section(&name, value),
            "auth" => read.settings.auth = read.section(&name, value),
            "limits" => read.settings.limits = read.section(&name, value),
            "log" => read.settings.log = read.section(&name, value),
            "mail" => read.settings.mail = read.section(&name, value),
            "policy_changes" => read.settings.policy_changes = read.changes(value),
            "policy" => read.settings.policy = read.section(&name, value),
            _ => read.faults.push(format!("[{name}]: there is no such section; there are {SECTIONS}")),
        }
    }
    read
}

impl Read {
    fn changes(&mut self, value: Value) -> Vec<PolicyChange> {
        let Ok(changes) = value.into_array() else {
            self.faults.push(
                "[[policy_changes]]: must be a list of versions, each with settings of its own".to_owned(),
            );
            return Vec::new();
        };
        let mut read = Vec::new();
        for (number, change) in (1..).zip(changes) {
            match change.try_deserialize() {
                Ok(change) => read.push(change),
                Err(error) => self.faults.push(format!("[[policy_changes]] {number}: {error}")),
            }
        }
        read
    }

    fn section<T: Default + DeserializeOwned>(&mut self, name: &str, value: Value) -> T {
        let Ok(table) = value.into_table() else {
            self.faults.push(format!("[{name}]: must be a section with settings of its own"));
            return T::default();
        };
        let mut keys: Vec<(String, Value)> = table.into_iter().collect();
        keys.sort_by(|one, other| one.0.cmp(&other.0));
        let mut right = Map::new();
        for (key, value) in keys {
            let alone = Map::from_iter([(key.clone(), value.clone())]);
            match table_of(alone).try_deserialize::<T>() {
                Ok(_) => {
                    right.insert(key, value);
                }
                Err(error) => {
                    let setting = format!("[{name}] {key}");
                    self.faults.push(match check::whole_number(name, &key) {
                        Some(allowed) => format!("{setting} = {value}: {allowed}"),
                        None => format!("{setting}: {error}"),
                    });
                    self.unread.push(setting);
                }
            }
        }
        table_of(right).try_deserialize().unwrap_or_default()
    }
}

fn table_of(members: Map<String, Value>) -> Value {
    Value::new(None, ValueKind::Table(members))
}
