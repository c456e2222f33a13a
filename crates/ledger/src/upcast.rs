//! Which events can be read, and how old payloads become new ones. The one place where that happens.

use kernel::EventDescription;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Turns the payload of one old version into that of the next.
pub trait Upcaster: Send + Sync {
    /// The event type it is for.
    fn event_type(&self) -> &str;
    /// The version it takes.
    fn old_version(&self) -> u32;
    /// Gives the payload of the next version.
    fn upcast(&self, payload: Value) -> Value;
}

/// An event that no reader knows. It stops whatever reads it; it is never skipped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {position} ({event_type}, version {event_version}) cannot be read: {what}")]
pub struct UnknownEvent {
    /// Where it stands in the ledger.
    pub position: i64,
    /// Its type.
    pub event_type: String,
    /// Its version.
    pub event_version: String,
    /// Why it cannot be read.
    pub what: String,
}

/// Every event type with its current version, and the upcasters that lead there.
#[derive(Clone, Default)]
pub struct EventTypes {
    current: Arc<HashMap<&'static str, u32>>,
    upcasters: Arc<Vec<Box<dyn Upcaster>>>,
}

impl EventTypes {
    /// The types that the application writes and reads, with the upcasters for their older versions.
    pub fn new(types: impl IntoIterator<Item = EventDescription>, upcasters: Vec<Box<dyn Upcaster>>) -> Self {
        Self {
            current: Arc::new(types.into_iter().map(|known| (known.event_type, known.version)).collect()),
            upcasters: Arc::new(upcasters),
        }
    }

    /// Whether exactly this type and version is what is written today.
    pub(crate) fn is_current(&self, event_type: &str, event_version: &str) -> bool {
        self.current.get(event_type).is_some_and(|version| version.to_string() == event_version)
    }

    /// Brings a payload to the current version; `None` when there is no way.
    pub(crate) fn upcast(
        &self,
        event_type: &str,
        event_version: &str,
        payload: Value,
    ) -> Option<(String, Value)> {
        let current = *self.current.get(event_type)?;
        let mut version: u32 = event_version.parse().ok()?;
        let mut payload = payload;
        while version < current {
            let step =
                self.upcasters.iter().find(|u| u.event_type() == event_type && u.old_version() == version)?;
            payload = step.upcast(payload);
            version += 1;
        }
        (version == current).then(|| (version.to_string(), payload))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct Rename(u32, &'static str, &'static str);
    impl Upcaster for Rename {
        fn event_type(&self) -> &str {
            "a.happened"
        }
        fn old_version(&self) -> u32 {
            self.0
        }
        fn upcast(&self, mut payload: Value) -> Value {
            let value = payload[self.1].take();
            json!({ self.2: value })
        }
    }

    #[test]
    fn old_payloads_come_up_step_by_step_and_unknown_ones_stop() {
        let description =
            EventDescription { event_type: "a.happened", version: 3, summary: "", example: "{}" };
        let types = EventTypes::new(
            [description],
            vec![Box::new(Rename(2, "b", "c")), Box::new(Rename(1, "a", "b"))],
        );
        assert_eq!(types.upcast("a.happened", "1", json!({"a": 1})), Some(("3".into(), json!({"c": 1}))));
        assert_eq!(types.upcast("a.happened", "3", json!({"c": 1})), Some(("3".into(), json!({"c": 1}))));
        assert_eq!(types.upcast("a.happened", "4", json!({})), None);
        assert_eq!(types.upcast("b.happened", "1", json!({})), None);
    }
}
