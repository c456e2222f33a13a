//! The life of a membership a second time, from the names of events and a few of their members, as plain text. Nothing here is shared with
//! the rules.

use membership::membership::MembershipEvent;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::Value;

/// A suspension that the model knows to be in force.
#[derive(Debug, Clone)]
struct Suspension {
    id: String,
    whole: bool,
    before: &'static str,
}

#[derive(Debug)]
pub struct Model {
    pub status: &'static str,
    pub tier: Option<&'static str>,
    vetted: bool,
    suspensions: Vec<Suspension>,
    /// What stood before a removal: the status and the suspensions.
    removed: Option<(String, &'static str, Vec<Suspension>)>,
    wrong: Option<String>,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            status: "not_applied",
            tier: None,
            vetted: false,
            suspensions: Vec::new(),
            removed: None,
            wrong: None,
        }
    }
}

const STATUSES: [&str; 11] = [
    "pre_applicant",
    "applicant",
    "approved",
    "certified",
    "validated",
    "suspended",
    "removed",
    "rejected",
    "ineligible",
    "withdrawn",
    "inactive",
];
const TIERS: [&str; 3] = ["tier_1", "tier_2", "tier_3"];

fn known(list: &[&'static str], name: &str) -> Option<&'static str> {
    list.iter().copied().find(|known| *known == name)
}

impl Model {
    pub fn take(&mut self, events: &[MembershipEvent]) {
        for event in events {
            let value = serde_json::to_value(event).unwrap();
            self.take_one(&value);
        }
    }

    /// Nothing happened that the table forbids.
    pub fn holds(&self) -> Result<(), TestCaseError> {
        prop_assert!(self.wrong.is_none(), "{:?}", self.wrong);
        let suspended = self.suspensions.iter().any(|suspension| suspension.whole);
        prop_assert_eq!(self.status == "suspended", suspended, "{:?}", self);
        prop_assert_eq!(self.status == "removed", self.removed.is_some(), "{:?}", self);
        Ok(())
    }

    fn only_from(&mut self, event: &str, allowed: &[&str]) {
        if !allowed.contains(&self.status) {
            self.wrong = Some(format!("{event} in {}", self.status));
        }
    }

    fn take_one(&mut self, event: &Value) {
        let text = |member: &str| event[member].as_str().unwrap_or_default().to_owned();
        let kind = text("type");
        let member = ["certified", "validated"];
        let application = ["pre_applicant", "applicant", "approved"];
        match kind.trim_start_matches("membership.") {
            "applied" => {
                self.only_from(&kind, &["not_applied"]);
                self.status = "pre_applicant";
            }
            "profile_submitted" => {
                self.only_from(&kind, &["pre_applicant", "applicant"]);
                self.status = "applicant";
            }
            "profile_returned" => self.only_from(&kind, &["applicant"]),
            "profile_approved" => {
                self.only_from(&kind, &["applicant"]);
                self.status = "approved";
            }
            "vetting_result_recorded" => self.vetted = text("outcome") == "passed",
            "vetting_reopened" => self.vetted = false,
            "certified" => {
                self.only_from(&kind, &["approved"]);
                if !self.vetted {
                    self.wrong = Some("certified without a vetting that was passed".to_owned());
                }
                self.status = "certified";
                self.tier = known(&TIERS, &text("tier"));
            }
            "validation_outcome_recorded" => {
                self.only_from(&kind, &member);
                self.change_tier(known(&TIERS, &text("tier")));
                self.status = "validated";
            }
            "tier_changed" => {
                self.only_from(&kind, &["validated"]);
                self.change_tier(known(&TIERS, &text("tier")));
            }
            "suspended" => {
                self.only_from(&kind, &member);
                let whole = event.get("withheld_benefits").is_none();
                let before = self.status;
                self.suspensions.push(Suspension { id: text("enforcement_action_id"), whole, before });
                if whole {
                    self.status = "suspended";
                }
            }
            "removed" => {
                self.only_from(&kind, &["certified", "validated", "suspended"]);
                let ended = std::mem::take(&mut self.suspensions);
                self.removed = Some((text("enforcement_action_id"), self.status, ended));
                self.status = "removed";
            }
            "reinstated" => {
                self.only_from(&kind, &["certified", "validated", "suspended"]);
                self.lift(&text("suspension"));
            }
            "restored" => self.restore(&text("enforcement_action_id")),
            "closed" => {
                self.only_from(&kind, &["certified", "validated", "suspended"]);
                self.suspensions.clear();
                self.status = "withdrawn";
            }
            "withdrawn" | "rejected" | "found_ineligible" => {
                self.only_from(&kind, &application);
                self.status = known(&STATUSES, &text("status")).unwrap_or_default();
            }
            "application_expired" => {
                self.only_from(&kind, &["pre_applicant"]);
                self.status = "inactive";
            }
            _ => {}
        }
    }

    fn change_tier(&mut self, tier: Option<&'static str>) {
        if tier != self.tier && !self.suspensions.is_empty() {
            self.wrong = Some("the tier changed while a suspension was in force".to_owned());
        }
        self.tier = tier;
    }

    fn lift(&mut self, id: &str) {
        match self.suspensions.iter().position(|suspension| suspension.id == id) {
            Some(index) => {
                let lifted = self.suspensions.remove(index);
                if lifted.whole {
                    self.status = lifted.before;
                }
            }
            None => self.wrong = Some(format!("{id} was lifted and not in force")),
        }
    }

    fn restore(&mut self, id: &str) {
        match self.removed.take() {
            Some((removal, status, suspensions)) if removal == id => {
                self.status = status;
                self.suspensions = suspensions;
            }
            Some(_) => self.wrong = Some("a removal was undone by another".to_owned()),
            None => self.lift(id),
        }
    }
}
