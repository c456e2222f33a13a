//! What proves the register: the whole ledger is read again, by rules that are written here a second time and not shared with those that
//! decide. GAO, January 2026 (GAO-26-107893): entries were incomplete, inconsistent, wrong, and possibly doubled.

mod transitions;

use crate::error::PortalError;
use crate::usecase::keeps_incidents;
use ledger::{FeedFilter, Ledger, RecordedEvent, fetch_all};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentinelFault {
    /// The position of the event that shows it, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    /// What it is about: the id of a membership, of an entry, or the name of a read model.
    pub subject: String,
    /// What is wrong, in a sentence.
    pub fault: String,
}

/// One question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentinelCheck {
    /// A stable name.
    pub check: &'static str,
    /// What is proved, in a sentence.
    pub proves: &'static str,
    /// How many things were looked at.
    pub looked_at: usize,
    /// What is wrong; nothing where it holds.
    pub faults: Vec<SentinelFault>,
}

/// The answers to every question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentinelReport {
    /// The position up to which the ledger was read.
    pub position: i64,
    /// Memberships.
    pub memberships: usize,
    /// Entries of the register.
    pub enforcement_actions: usize,
    /// Appeals.
    pub appeals: usize,
    /// The questions.
    pub checks: Vec<SentinelCheck>,
    /// What could not be looked at, and why.
    pub not_checked: Vec<String>,
}

impl SentinelReport {
    /// How much is wrong.
    pub fn faults(&self) -> usize {
        self.checks.iter().map(|check| check.faults.len()).sum()
    }
}

/// What the model knows of an entry.
struct Entry {
    membership: String,
    action: String,
    cause: (String, String),
    whole: bool,
    open: bool,
    /// Whether an event of the membership names it.
    named: bool,
    position: i64,
}

#[derive(Default)]
struct Model {
    statuses: BTreeMap<String, String>,
    entries: BTreeMap<String, Entry>,
    /// Appeals with their entries, and whether they are open.
    appeals: BTreeMap<String, (String, bool)>,
    incidents: BTreeSet<String>,
    /// Links to follow when everything is read: position, subject, what is linked, membership of the linked entry where it is one.
    links: Vec<(i64, String, String, Option<String>)>,
    position: i64,
    status: Findings,
    orphans: Findings,
    doubled: Findings,
    incomplete: Findings,
    corrections: Findings,
}

#[derive(Default)]
struct Findings {
    looked_at: usize,
    faults: Vec<SentinelFault>,
}

impl Findings {
    fn fault(&mut self, position: Option<i64>, subject: &str, fault: impl Into<String>) {
        self.faults.push(SentinelFault { position, subject: subject.to_owned(), fault: fault.into() });
    }

    fn check(self, check: &'static str, proves: &'static str) -> SentinelCheck {
        SentinelCheck { check, proves, looked_at: self.looked_at, faults: self.faults }
    }
}

/// What every entry holds.
const MANDATORY: [&str; 17] = [
    "enforcement_action_id",
    "membership_id",
    "account_id",
    "action",
    "scope",
    "reason",
    "facts",
    "criteria_applied",
    "cause",
    "recommended_by",
    "recommended_on",
    "decided_by",
    "decided_on",
    "notice_on",
    "effective_on",
    "earlier_status",
    "status",
];

fn text<'a>(payload: &'a Value, pointer: &str) -> &'a str {
    payload.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn is_there(payload: &Value, member: &str) -> bool {
    match payload.get(member) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(members)) => {
            !members.is_empty()
                && members.values().all(|value| value.as_str().is_none_or(|text| !text.is_empty()))
        }
        Some(_) => true,
    }
}

/// Reads the whole ledger, and compares the read models with it.
///
/// # Errors
/// The database failed, or an event cannot be read.
pub async fn inspect(ledger: &Ledger) -> Result<SentinelReport, PortalError> {
    let mut model = Model::default();
    let filter = FeedFilter {
        aggregate_types: ["membership", "enforcement_action", "incident"].map(str::to_owned).to_vec(),
        ..FeedFilter::default()
    };
    loop {
        let events = ledger.feed(model.position, 1000, &filter).await?;
        let Some(last) = events.last() else { break };
        model.position = last.position;
        events.iter().for_each(|event| model.take(event));
    }
    model.follow_links();
    model.compare_standings();
    let read_models = read_models(ledger, &model).await?;
    let mut not_checked = Vec::new();
    if !keeps_incidents() {
        not_checked.push("links to incidents: this version keeps none in the ledger".to_owned());
    }
    Ok(SentinelReport {
        position: model.position,
        memberships: model.statuses.len(),
        enforcement_actions: model.entries.len(),
        appeals: model.appeals.len(),
        checks: vec![
            model.status.check(
                "status_has_its_event",
                "Every status comes of an event that may lead to it, with an actor and a cause.",
            ),
            model.orphans.check("no_orphan_link", "Whatever is linked is there and belongs together."),
            model
                .doubled
                .check("no_doubled_action", "One membership has one action for one cause at a time."),
            model.incomplete.check("entries_complete", "Every entry of the register holds all its members."),
            model.corrections.check(
                "corrections_show_both",
                "Every correction shows both values, a reason and who made it.",
            ),
            read_models.check("read_models_equal_the_ledger", "Lists show what the ledger says."),
        ],
        not_checked,
    })
}

impl Model {
    fn take(&mut self, event: &RecordedEvent) {
        match event.aggregate_type.as_str() {
            "membership" => self.take_membership(event),
            "enforcement_action" => self.take_entry(event),
            _ => {
                self.incidents.insert(event.aggregate_id.clone());
            }
        }
        if event.event_type.ends_with("corrected") {
            self.corrections.looked_at += 1;
            let payload = &event.payload;
            for member in ["field", "earlier", "value", "reason", "corrected_by", "corrected_on"] {
                if !is_there(payload, member) {
                    self.corrections.fault(
                        Some(event.position),
                        &event.aggregate_id,
                        format!("{member} is missing"),
                    );
                }
            }
            if payload.get("earlier") == payload.get("value") {
                self.corrections.fault(Some(event.position), &event.aggregate_id, "both values are the same");
            }
        }
    }

    fn take_membership(&mut self, event: &RecordedEvent) {
        let (id, payload) = (&event.aggregate_id, &event.payload);
        if let Some(status) = payload.get("status").and_then(Value::as_str) {
            self.status.looked_at += 1;
            let before = self.statuses.get(id).map_or("not_applied", String::as_str);
            if !transitions::leads(&event.event_type, before, status) {
                let fault =
                    format!("{} leads from {before} to {status}, which nothing may", event.event_type);
                self.status.fault(Some(event.position), id, fault);
            }
            if !transitions::actor_may(&event.event_type, event.metadata.actor_role) {
                let fault = format!("a {} did it, who may not", event.metadata.actor_role);
                self.status.fault(Some(event.position), id, fault);
            }
            for member in transitions::cause_of(&event.event_type) {
                if !is_there(payload, member) {
                    self.status.fault(
                        Some(event.position),
                        id,
                        format!("{member}, which is its cause, is missing"),
                    );
                }
            }
            if is_there(payload, "earlier_status") && text(payload, "/earlier_status") != before {
                let fault = format!(
                    "it says that {} stood before, and {before} did",
                    text(payload, "/earlier_status")
                );
                self.status.fault(Some(event.position), id, fault);
            }
            self.statuses.insert(id.clone(), status.to_owned());
        }
        let link = text(payload, "/enforcement_action_id");
        if !link.is_empty() {
            self.links.push((event.position, id.clone(), link.to_owned(), Some(id.clone())));
        }
    }

    fn take_entry(&mut self, event: &RecordedEvent) {
        let (id, payload) = (&event.aggregate_id, &event.payload);
        if event.event_type == "enforcement_action.decided" {
            return self.take_decision(event);
        }
        let Some(entry) = self.entries.get_mut(id) else {
            let fault = format!("{} concerns an entry that was never decided", event.event_type);
            self.orphans.fault(Some(event.position), id, fault);
            return;
        };
        match event.event_type.as_str() {
            "enforcement_action.ended" => entry.open = false,
            "enforcement_action.resumed" => entry.open = true,
            "enforcement_action.corrected" if text(payload, "/field") == "cause_reference" => {
                entry.cause.1 = text(payload, "/value").to_owned();
            }
            _ => {}
        }
        let appeal = text(payload, "/appeal_id").to_owned();
        match event.event_type.as_str() {
            "enforcement_action.appeal_filed" => {
                if self.appeals.values().any(|(action, open)| action == id && *open) {
                    self.doubled.fault(Some(event.position), id, "two appeals are open at a time");
                }
                self.appeals.insert(appeal, (id.clone(), true));
            }
            kind if kind.starts_with("enforcement_action.appeal_") => match self.appeals.get_mut(&appeal) {
                Some((action, open)) if action == id => *open = false,
                _ => self.orphans.fault(
                    Some(event.position),
                    id,
                    format!("{appeal} is no appeal against this entry"),
                ),
            },
            _ => {}
        }
    }

    fn take_decision(&mut self, event: &RecordedEvent) {
        let (id, payload) = (&event.aggregate_id, &event.payload);
        self.incomplete.looked_at += 1;
        self.doubled.looked_at += 1;
        for member in MANDATORY {
            if !is_there(payload, member) {
                self.incomplete.fault(Some(event.position), id, format!("{member} is missing"));
            }
        }
        if text(payload, "/recommended_by") == text(payload, "/decided_by") {
            self.incomplete.fault(Some(event.position), id, "the same person recommended and decided it");
        }
        if event.metadata.actor_id.to_string() != text(payload, "/decided_by") {
            self.incomplete.fault(
                Some(event.position),
                id,
                "somebody else recorded it than the one it says decided",
            );
        }
        let entry = Entry {
            membership: text(payload, "/membership_id").to_owned(),
            action: text(payload, "/action").to_owned(),
            cause: (text(payload, "/cause/kind").to_owned(), text(payload, "/cause/reference").to_owned()),
            whole: text(payload, "/scope") == "whole",
            open: text(payload, "/action") != "reinstatement",
            named: false,
            position: event.position,
        };
        let same = |(other, open): (&String, &Entry)| {
            (open.open
                && open.membership == entry.membership
                && open.action == entry.action
                && open.cause == entry.cause)
                .then(|| other.clone())
        };
        if let Some(other) = self.entries.iter().find_map(same) {
            self.doubled.fault(Some(event.position), id, format!("{other} is in force for the same cause"));
        }
        if !self.statuses.contains_key(&entry.membership) {
            self.orphans.fault(
                Some(event.position),
                id,
                format!("there is no membership {}", entry.membership),
            );
        }
        let of_membership = Some(entry.membership.clone());
        if entry.cause.0 == "suspension" {
            self.links.push((event.position, id.clone(), entry.cause.1.clone(), of_membership.clone()));
        }
        if entry.cause.0 == "incident" {
            self.links.push((event.position, id.clone(), entry.cause.1.clone(), None));
        }
        for ended in payload.get("ends").and_then(Value::as_array).into_iter().flatten() {
            let ended = ended.as_str().unwrap_or_default().to_owned();
            self.links.push((event.position, id.clone(), ended, of_membership.clone()));
        }
        self.entries.insert(id.clone(), entry);
    }

    /// Membership and entry are recorded in one step, the membership first: so links are followed at the end.
    fn follow_links(&mut self) {
        for (position, subject, target, membership) in std::mem::take(&mut self.links) {
            self.orphans.looked_at += 1;
            let Some(membership) = membership else {
                if keeps_incidents() && !self.incidents.contains(&target) {
                    self.orphans.fault(Some(position), &subject, format!("there is no incident {target}"));
                }
                continue;
            };
            match self.entries.get_mut(&target) {
                None => self.orphans.fault(Some(position), &subject, format!("there is no entry {target}")),
                Some(entry) if entry.membership != membership => {
                    self.orphans.fault(
                        Some(position),
                        &subject,
                        format!("{target} is about another membership"),
                    );
                }
                Some(entry) => entry.named = entry.named || subject == membership,
            }
        }
        for (id, entry) in &self.entries {
            self.orphans.looked_at += 1;
            if !entry.named {
                self.orphans.fault(Some(entry.position), id, "no event of its membership names it");
            }
        }
    }

    /// Who is suspended or removed has an entry in force that says so, and nobody else has.
    fn compare_standings(&mut self) {
        for (membership, status) in &self.statuses {
            self.status.looked_at += 1;
            let has = |action: &str| {
                self.entries.values().any(|entry| {
                    entry.membership == *membership && entry.action == action && entry.open && entry.whole
                })
            };
            let (suspended, removed) = (has("suspension"), has("removal"));
            let expected = match status.as_str() {
                "suspended" => (true, false),
                "removed" => (false, true),
                _ => (false, false),
            };
            if (suspended, removed) != expected {
                let fault = format!("it is {status}, and its entries in force do not say so");
                self.status.fault(None, membership, fault);
            }
        }
    }
}

/// The lists of the model beside the tables, and the tables beside a fresh fold.
async fn read_models(ledger: &Ledger, model: &Model) -> Result<Findings, PortalError> {
    let mut findings = Findings::default();
    let rows = fetch_all!(ledger.db(), (String, String), "SELECT membership_id, status FROM memberships")?;
    let shown: BTreeMap<String, String> = rows.into_iter().collect();
    let fold: BTreeMap<&String, &String> = model.statuses.iter().collect();
    for (id, status) in &fold {
        findings.looked_at += 1;
        if shown.get(*id) != Some(*status) {
            let fault = format!(
                "the list says {}, the ledger {status}",
                shown.get(*id).map_or("nothing", |text| text)
            );
            findings.fault(None, id, fault);
        }
    }
    for id in shown.keys().filter(|id| !fold.contains_key(id)) {
        findings.fault(None, id, "the list has a membership that the ledger does not know");
    }
    let rows = fetch_all!(
        ledger.db(),
        (String, String),
        "SELECT enforcement_action_id, status FROM enforcement_actions"
    )?;
    let shown: BTreeMap<String, String> = rows.into_iter().collect();
    for (id, entry) in &model.entries {
        findings.looked_at += 1;
        let appealed = model.appeals.values().any(|(action, open)| action == id && *open);
        let expected = match (entry.open, appealed) {
            (false, _) => "ended",
            (true, true) => "appealed",
            (true, false) => "open",
        };
        if shown.get(id).map(String::as_str) != Some(expected) {
            let fault = format!(
                "the register says {}, the ledger {expected}",
                shown.get(id).map_or("nothing", |text| text)
            );
            findings.fault(None, id, fault);
        }
    }
    for id in shown.keys().filter(|id| !model.entries.contains_key(*id)) {
        findings.fault(None, id, "the register has an entry that the ledger does not know");
    }
    for projection in ledger.projections() {
        if matches!(projection.name(), "memberships" | "enforcement" | "enforcement_recommendations") {
            findings.looked_at += 1;
            match ledger.check(projection.as_ref(), |_| ()).await {
                Ok(differences) => differences.iter().for_each(|difference| {
                    let fault = format!(
                        "table {}: {} rows are only in the list, {} only in a fresh fold",
                        difference.table, difference.only_live, difference.only_fresh
                    );
                    findings.fault(None, projection.name(), fault);
                }),
                Err(error) => {
                    findings.fault(
                        None,
                        projection.name(),
                        format!("the ledger can't be folded anew: {error}"),
                    );
                }
            }
        }
    }
    Ok(findings)
}
