//! What an incident is, folded from its events.

use crate::event::{
    IncidentClosed, IncidentCompared, IncidentEvent, IncidentFactsCorrected, IncidentPartConcluded,
    IncidentReported, PlannedAction,
};
use crate::values::{Disclosure, FactGroup, Facts, PartyRole, Risk, Stage, TextRef};
use chrono::NaiveDate;
use criteria::{CriterionId, EditionId};
use kernel::{AccountId, IncidentId, PersonId, Text, Timestamp, codes};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

codes! {
    /// Where an incident stands. Handbook 11.
    #[derive(Default)]
    pub enum Status {
        /// Nobody has reported it.
        #[default]
        NotReported = "not_reported",
        /// Reported; nobody at CBP has said how urgent it is.
        Reported = "reported",
        /// CBP has said how urgent it is.
        Triaged = "triaged",
        /// CBP looks into it.
        UnderReview = "under_review",
        /// An account owes its analysis, or CBP looks at one.
        AnalysisRequested = "analysis_requested",
        /// An account owes a corrective plan, or CBP looks at one; no account is further behind.
        CorrectivePlan = "corrective_plan",
        /// A plan is carried out and watched; no account is further behind.
        Monitoring = "monitoring",
        /// CBP has closed it.
        Closed = "closed",
    }
}

/// An account in an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Party {
    /// What it had to do with it.
    pub role: PartyRole,
    /// What it is shown of the report, where it did not make it.
    pub disclosed: Vec<FactGroup>,
    /// Since when CBP names it.
    pub involved_at: Timestamp,
    /// How far its part is.
    pub stage: Stage,
    /// The last day for what the account owes, or of the watching.
    pub due_on: Option<NaiveDate>,
    /// What was missing, where CBP gave something back.
    pub returned: Option<Text<2000>>,
    /// Its newest analysis.
    pub analysis: Option<Analysis>,
    /// Its newest corrective plan.
    pub actions: Vec<Action>,
    /// What CBP concluded last.
    pub conclusion: Option<IncidentPartConcluded>,
}

/// What an account found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// The root cause.
    pub root_cause: TextRef,
    /// The edition of the criteria in force then.
    pub edition: EditionId,
    /// The criteria that failed.
    pub failed_criteria: Vec<CriterionId>,
    /// When it was handed in.
    pub submitted_at: Timestamp,
}

/// An action of a corrective plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// As it was planned.
    pub planned: PlannedAction,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
}

impl Stage {
    /// Where an incident stands whose only account is this far; `None` where nothing is going on with the account.
    pub const fn status(self) -> Option<Status> {
        match self {
            Stage::Involved | Stage::Concluded => None,
            Stage::AnalysisRequested | Stage::AnalysisSubmitted => Some(Status::AnalysisRequested),
            Stage::PlanRequested | Stage::PlanSubmitted => Some(Status::CorrectivePlan),
            Stage::Monitoring => Some(Status::Monitoring),
        }
    }

    /// The commands on the part of an account that is this far.
    pub const fn allowed_commands(self) -> &'static [&'static str] {
        match self {
            Stage::Involved => &["request-analysis", "conclude-part"],
            Stage::Concluded => &["request-analysis"],
            Stage::AnalysisRequested => &["submit-analysis", "conclude-part"],
            Stage::PlanRequested => &["plan-actions", "conclude-part"],
            Stage::AnalysisSubmitted | Stage::PlanSubmitted => {
                &["accept-response", "return-response", "conclude-part"]
            }
            Stage::Monitoring => &["complete-action", "conclude-part"],
        }
    }
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The account that said it or was told it; `None` for what only staff read.
    pub account_id: Option<AccountId>,
    /// The text.
    pub text: TextRef,
    /// Who said it.
    pub stated_by: PersonId,
    /// When.
    pub stated_at: Timestamp,
}

/// How urgent CBP finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triaged {
    /// How urgent.
    pub risk: Risk,
    /// By which criteria.
    pub basis: Text<500>,
    /// Who said so.
    pub triaged_by: PersonId,
    /// When.
    pub triaged_at: Timestamp,
}

/// An incident.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Where it stands.
    pub status: Status,
    /// The report, as it was made.
    pub report: Option<IncidentReported>,
    /// What is known now.
    pub facts: Option<Facts>,
    /// In which order CBP learned of it, by what is known now.
    pub disclosure: Option<Disclosure>,
    /// What was corrected, in order.
    pub corrections: Vec<IncidentFactsCorrected>,
    /// The accounts that it involves.
    pub parties: BTreeMap<AccountId, Party>,
    /// What was said since, in order.
    pub statements: Vec<Statement>,
    /// How urgent CBP finds it.
    pub triage: Option<Triaged>,
    /// How it was closed, where it is.
    pub closed: Option<IncidentClosed>,
    /// What staff found of others that look alike, as it stands.
    pub comparisons: BTreeMap<IncidentId, IncidentCompared>,
    /// The numbers of texts that were erased.
    pub erased: BTreeSet<u32>,
    /// How many texts stand beside the ledger, erased ones included.
    pub texts: u32,
}

impl Incident {
    /// The account for which it was reported.
    pub fn reported_for(&self) -> Option<AccountId> {
        self.report.as_ref().and_then(|report| report.reported_for)
    }

    /// Whether it involves an account.
    pub fn involves(&self, account: AccountId) -> bool {
        self.parties.contains_key(&account)
    }

    /// Where the incident stands once parts are as they are: where the account is that is furthest behind.
    pub(crate) fn status_of_parts<'a>(parties: impl Iterator<Item = &'a Stage>) -> Status {
        parties.filter_map(|stage| stage.status()).min().unwrap_or(Status::UnderReview)
    }

    /// Where the incident stands for one account, which learns nothing of how far others are.
    pub fn status_for(&self, account: AccountId) -> Status {
        let own = self.parties.get(&account).and_then(|party| party.stage.status());
        match (self.status, own) {
            (Status::Closed, _) => Status::Closed,
            (_, Some(own)) => own,
            (status, None) => status.min(Status::UnderReview),
        }
    }

    fn of_the_whole(&self) -> &'static [&'static str] {
        match self.status {
            Status::NotReported => &[],
            Status::Reported => &["add-statement", "involve-account", "remove-account", "triage"],
            Status::Triaged => {
                &["add-statement", "involve-account", "remove-account", "triage", "begin-review"]
            }
            Status::UnderReview => {
                &["add-statement", "involve-account", "remove-account", "triage", "close-incident"]
            }
            Status::AnalysisRequested | Status::CorrectivePlan | Status::Monitoring => {
                &["add-statement", "involve-account", "remove-account", "triage"]
            }
            Status::Closed => &["add-statement", "reopen-incident"],
        }
    }

    fn of_parts(&self, shown: impl Fn(AccountId) -> bool) -> Vec<&'static str> {
        let mut commands = self.of_the_whole().to_vec();
        if self.status != Status::NotReported {
            commands.extend(["compare", "erase-text"]);
        }
        if !self.comparisons.is_empty() {
            commands.push("undo-comparison");
        }
        if (Status::UnderReview..Status::Closed).contains(&self.status) {
            for (_, party) in self.parties.iter().filter(|(account, _)| shown(**account)) {
                for command in party.stage.allowed_commands() {
                    if !commands.contains(command) {
                        commands.push(command);
                    }
                }
            }
        }
        commands
    }

    /// The commands that the state allows, by their names in the URL.
    pub fn allowed_commands(&self) -> Vec<&'static str> {
        let mut commands = self.of_parts(|_| true);
        if !matches!(self.status, Status::NotReported | Status::Closed) {
            commands.push("correct-facts");
        }
        commands
    }

    /// The commands that the state allows to these accounts. A company corrects what it reported until CBP takes it up.
    pub fn allowed_commands_for(&self, accounts: &[AccountId]) -> Vec<&'static str> {
        let mut commands = self.of_parts(|account| accounts.contains(&account));
        let reporter = self.reported_for().is_some_and(|account| accounts.contains(&account));
        if reporter && self.status == Status::Reported {
            commands.push("correct-facts");
        }
        commands
    }
}

fn in_part(incident: &mut Incident, account: AccountId, status: Status, change: impl FnOnce(&mut Party)) {
    incident.status = status;
    if let Some(party) = incident.parties.get_mut(&account) {
        change(party);
    }
}

/// What CBP and one account do to its part.
fn evolve_part(incident: &mut Incident, event: &IncidentEvent) {
    match event {
        IncidentEvent::AnalysisRequested(event) => {
            in_part(incident, event.account_id, event.status, |party| {
                party.stage = event.stage;
                party.due_on = Some(event.due_on);
                party.returned = None;
            });
        }
        IncidentEvent::AnalysisSubmitted(event) => {
            incident.texts = incident.texts.max(event.root_cause.number);
            in_part(incident, event.account_id, event.status, |party| {
                party.stage = event.stage;
                party.due_on = None;
                party.returned = None;
                party.analysis = Some(Analysis {
                    root_cause: event.root_cause.clone(),
                    edition: event.edition.clone(),
                    failed_criteria: event.failed_criteria.clone(),
                    submitted_at: event.submitted_at,
                });
            });
        }
        IncidentEvent::PlanSubmitted(event) => {
            let newest = event.actions.iter().map(|action| action.description.number).max();
            incident.texts = incident.texts.max(newest.unwrap_or_default());
            in_part(incident, event.account_id, event.status, |party| {
                party.stage = event.stage;
                party.due_on = None;
                party.returned = None;
                let action =
                    |planned: &PlannedAction| Action { planned: planned.clone(), completed_at: None };
                party.actions = event.actions.iter().map(action).collect();
            });
        }
        IncidentEvent::ResponseAccepted(event) => {
            in_part(incident, event.account_id, event.status, |party| {
                party.stage = event.stage;
                party.due_on = Some(event.due_on);
            });
        }
        IncidentEvent::ResponseReturned(event) => {
            in_part(incident, event.account_id, event.status, |party| {
                party.stage = event.stage;
                party.due_on = Some(event.due_on);
                party.returned = Some(event.reason.clone());
            });
        }
        IncidentEvent::PartConcluded(event) => {
            in_part(incident, event.account_id, event.status, |party| {
                party.stage = event.stage;
                party.due_on = None;
                party.returned = None;
                party.conclusion = Some(event.clone());
            });
        }
        _ => {}
    }
}

/// Takes one event. Never fails: what the rules refused is not in the ledger.
pub fn evolve(incident: &mut Incident, event: &IncidentEvent) {
    match event {
        IncidentEvent::Reported(event) => {
            incident.status = Status::Reported;
            incident.facts = Some(event.facts.clone());
            incident.disclosure = Some(event.disclosure);
            incident.texts = incident.texts.max(event.narrative.number);
            incident.report = Some(event.clone());
        }
        IncidentEvent::AccountInvolved(event) => {
            let party = incident.parties.entry(event.account_id).or_insert_with(|| Party {
                role: event.role,
                disclosed: Vec::new(),
                involved_at: event.involved_at,
                stage: Stage::Involved,
                due_on: None,
                returned: None,
                analysis: None,
                actions: Vec::new(),
                conclusion: None,
            });
            party.role = event.role;
            party.disclosed.clone_from(&event.disclosed);
        }
        IncidentEvent::AccountRemoved(event) => {
            incident.parties.remove(&event.account_id);
        }
        IncidentEvent::StatementAdded(event) => {
            incident.texts = incident.texts.max(event.text.number);
            incident.statements.push(Statement {
                account_id: event.account_id,
                text: event.text.clone(),
                stated_by: event.stated_by,
                stated_at: event.stated_at,
            });
        }
        IncidentEvent::Triaged(event) => {
            incident.status = event.status;
            incident.triage = Some(Triaged {
                risk: event.risk,
                basis: event.basis.clone(),
                triaged_by: event.triaged_by,
                triaged_at: event.triaged_at,
            });
        }
        IncidentEvent::ReviewBegun(event) => incident.status = event.status,
        IncidentEvent::ActionCompleted(event) => {
            if let Some(party) = incident.parties.get_mut(&event.account_id) {
                let done = party.actions.iter_mut().find(|action| action.planned.number == event.number);
                if let Some(action) = done {
                    action.completed_at = Some(event.completed_at);
                }
            }
        }
        IncidentEvent::Closed(event) => {
            incident.status = event.status;
            incident.closed = Some(event.clone());
        }
        IncidentEvent::Reopened(event) => {
            incident.status = event.status;
            incident.closed = None;
        }
        IncidentEvent::FactsCorrected(event) => {
            if let Some(facts) = &mut incident.facts {
                event.changes.iter().for_each(|change| crate::correction::apply(facts, change));
            }
            incident.disclosure = Some(event.disclosure);
            incident.corrections.push(event.clone());
        }
        IncidentEvent::TextErased(event) => {
            incident.erased.insert(event.number);
        }
        IncidentEvent::Compared(event) => {
            incident.comparisons.insert(event.other, event.clone());
        }
        IncidentEvent::ComparisonUndone(event) => {
            incident.comparisons.remove(&event.other);
        }
        part => evolve_part(incident, part),
    }
}
