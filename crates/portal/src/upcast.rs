//! How older payloads are read. The payloads themselves are kept under `golden/` of each aggregate's crate.

use ledger::Upcaster;
use serde_json::Value;

/// A version that only added members which may be absent: the one before is read as it is.
struct Unchanged {
    event_type: &'static str,
    old_version: u32,
}

impl Upcaster for Unchanged {
    fn event_type(&self) -> &str {
        self.event_type
    }

    fn old_version(&self) -> u32 {
        self.old_version
    }

    fn upcast(&self, payload: Value) -> Value {
        payload
    }
}

/// Every upcaster.
pub(crate) fn upcasters() -> Vec<Box<dyn Upcaster>> {
    // Version 2 of those of memberships may say who else used the identifiers; that of an acceptance, the digest of where it came from.
    ["membership.certification_recommended", "membership.certified", "account.agreement_accepted"]
        .map(|event_type| -> Box<dyn Upcaster> { Box::new(Unchanged { event_type, old_version: 1 }) })
        .into()
}
