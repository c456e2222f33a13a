//! Representations of incidents. CBP sees all of it; whoever reported sees the report and its own part; another account what CBP disclosed
//! to it and its own part.

use super::super::code;
use crate::http::ApiState;
use crate::http::answer::Resource;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use criteria::CriterionId;
use incident::event::FactChange;
use incident::{Action, Conveyance, FactGroup, Facts, Incident, Moment, Party, Place, TextRef};
use kernel::cargo::CargoNumber;
use kernel::identifiers::Warning;
use kernel::{AccountId, IncidentId, PersonId};
use ledger::At;
use portal::access::Caller;
use portal::read::incidents::{IncidentPartyRow, IncidentRow};
use portal::{
    Call, Committed, IncidentPage as Found, IncidentSight, KeptText, Portal, PortalError, allowed_commands,
};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A moment, as surely as it is known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentMoment {
    /// The earliest instant that it can have been.
    pub from_at: DateTime<Utc>,
    /// The latest; absent where it is known exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_at: Option<DateTime<Utc>>,
}

impl From<Moment> for IncidentMoment {
    fn from(moment: Moment) -> Self {
        Self { from_at: moment.from_at, to_at: moment.to_at }
    }
}

/// Where it happened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentPlace {
    /// The country, ISO 3166-1 alpha-2.
    pub country: String,
    /// Town, port, yard or road.
    pub locality: String,
}

/// In what it happened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentConveyance {
    /// The mode.
    #[schema(inline, value_type = code::ModeOut)]
    pub mode: &'static str,
    /// Its number or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// A number of cargo.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentNumber {
    /// Its kind.
    #[serde(rename = "type")]
    #[schema(inline, value_type = code::CargoNumberTypeOut)]
    pub number_type: &'static str,
    /// The text as typed.
    pub as_typed: String,
    /// Upper case, letters and digits alone.
    pub normalised: String,
    /// What seems odd about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// Who else was told, and when.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentNotification {
    /// Who was told.
    #[schema(inline, value_type = code::NotifiedOut)]
    pub notified: &'static str,
    /// When.
    pub at: DateTime<Utc>,
}

/// A text that stands beside the ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentTextView {
    /// Its number within the incident, from 1.
    pub number: u32,
    /// Whether it is there: `kept`, `erased`, or `altered` where somebody changed it behind the portal's back.
    #[schema(inline, value_type = code::KeptTextOut)]
    pub state: &'static str,
    /// The text, while it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// An account in an incident.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentParty {
    /// The account.
    pub account_id: AccountId,
    /// What it had to do with the shipment or site.
    #[schema(inline, value_type = code::PartyRoleOut)]
    pub role: &'static str,
    /// Whether it reported the incident.
    pub reporter: bool,
    /// What it is shown of the report, where it did not make it.
    #[schema(value_type = Vec<code::FactGroupOut>)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disclosed: Vec<&'static str>,
    /// Since when it is named.
    pub involved_at: DateTime<Utc>,
    /// How far its part is.
    #[schema(inline, value_type = code::StageOut)]
    pub stage: &'static str,
    /// The last day for what the account owes, or of the watching.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// What was missing, where CBP gave something back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<String>,
    /// Its newest analysis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analysis: Option<IncidentAnalysis>,
    /// Its newest corrective plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrective_plan: Vec<IncidentAction>,
    /// What CBP concluded last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<IncidentConclusion>,
}

/// The post-incident analysis of an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentAnalysis {
    /// The root cause.
    pub root_cause: IncidentTextView,
    /// The edition of the criteria in force then.
    pub edition: String,
    /// The criteria that failed.
    pub failed_criteria: Vec<CriterionId>,
    /// When it was handed in.
    pub submitted_at: DateTime<Utc>,
}

/// An action of a corrective plan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentAction {
    /// Its number in the plan.
    pub number: u32,
    /// What is done.
    pub description: IncidentTextView,
    /// Who sees to it.
    pub owner: PersonId,
    /// By when.
    pub due_on: NaiveDate,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<DateTime<Utc>>,
}

/// What CBP concluded about an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentConclusion {
    /// The conclusion.
    #[schema(inline, value_type = code::ConclusionOut)]
    pub conclusion: &'static str,
    /// On what it rests.
    pub basis: String,
    /// Who came to it.
    pub concluded_by: PersonId,
    /// When.
    pub concluded_at: DateTime<Utc>,
}

/// How an incident was closed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentClosing {
    /// How it ended.
    #[schema(inline, value_type = code::OutcomeOfIncidentOut)]
    pub outcome: &'static str,
    /// On what that rests; for CBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// When.
    pub closed_at: DateTime<Utc>,
}

/// What somebody said since.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentStatement {
    /// The account that said it or was told it; absent for what only staff read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The text.
    pub text: IncidentTextView,
    /// Who said it.
    pub stated_by: PersonId,
    /// When.
    pub stated_at: DateTime<Utc>,
}

/// How urgent CBP finds it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentTriage {
    /// How urgent.
    #[schema(inline, value_type = code::RiskOut)]
    pub risk: &'static str,
    /// By which criteria.
    pub basis: String,
    /// Who said so.
    pub triaged_by: PersonId,
    /// When.
    pub triaged_at: DateTime<Utc>,
}

/// One correction, with both values as texts. A moment that is a span is written as `from/to`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentChange {
    /// What was corrected.
    #[schema(inline, value_type = code::FactFieldOut)]
    pub field: &'static str,
    /// As it was recorded, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earlier: Option<String>,
    /// As it is.
    pub value: String,
}

/// Corrections made together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentCorrection {
    /// What was corrected.
    pub changes: Vec<IncidentChange>,
    /// Why.
    pub reason: String,
    /// Who corrected it.
    pub corrected_by: PersonId,
    /// When.
    pub corrected_at: DateTime<Utc>,
}

/// Another incident that looks like this one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentLike {
    /// The other incident.
    pub incident_id: IncidentId,
    /// What they share.
    #[schema(value_type = Vec<code::SignOut>)]
    pub signs: Vec<String>,
}

/// What staff found of another incident.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentComparison {
    /// The other incident.
    pub incident_id: IncidentId,
    /// What was found.
    #[schema(inline, value_type = code::VerdictOut)]
    pub verdict: &'static str,
    /// On what it rests.
    pub reason: String,
    /// Who found it.
    pub compared_by: PersonId,
    /// When.
    pub compared_at: DateTime<Utc>,
}

/// An incident, as far as the caller is shown it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Incident)]
pub struct IncidentView {
    /// Its id.
    pub id: IncidentId,
    /// Its version: the first part of its `ETag`.
    pub version: i64,
    /// Where it stands.
    #[schema(inline, value_type = code::IncidentStatusOut)]
    pub status: &'static str,
    /// What the caller can do now: what the status allows and the caller's permissions cover.
    pub allowed_commands: Vec<&'static str>,
    /// What happened.
    #[schema(inline, value_type = code::IncidentKindOut)]
    pub kind: &'static str,
    /// In which order CBP learned of it; for CBP and for those who reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::DisclosureOut>)]
    pub disclosure: Option<&'static str>,
    /// The account for which it was reported; for CBP and for those who reported. Absent where CBP entered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_for: Option<AccountId>,
    /// Who reported it; for CBP and for those who reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_by: Option<PersonId>,
    /// When; for CBP and for those who reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<DateTime<Utc>>,
    /// Who discovered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::DiscoveredByOut>)]
    pub discovered_by: Option<&'static str>,
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred: Option<IncidentMoment>,
    /// When it was discovered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discovered: Option<IncidentMoment>,
    /// Where it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<IncidentPlace>,
    /// In what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conveyance: Option<IncidentConveyance>,
    /// Containers, seals, entries and seizures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<IncidentNumber>,
    /// The goods concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goods: Option<String>,
    /// How much of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// Who else was told before; for CBP and for those who reported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notifications: Vec<IncidentNotification>,
    /// What happened, in words; for CBP and for those who reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrative: Option<IncidentTextView>,
    /// What a complete record still needs; for CBP and for those who reported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<code::MissingFactOut>)]
    pub missing: Vec<&'static str>,
    /// The accounts that it involves: all of them for CBP, for a company its own.
    pub parties: Vec<IncidentParty>,
    /// What was said since: everything for CBP, for a company what concerns its own accounts.
    pub statements: Vec<IncidentStatement>,
    /// How urgent CBP finds it; for CBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triage: Option<IncidentTriage>,
    /// Other incidents that look like this one now and that nobody has compared with it; for CBP. They are never merged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub probable_duplicates: Vec<IncidentLike>,
    /// What staff found of others; for CBP.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comparisons: Vec<IncidentComparison>,
    /// What was corrected, in order; for CBP and for those who reported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<IncidentCorrection>,
    /// How it was closed, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<IncidentClosing>,
    /// The day by which CBP says how urgent it is, until it has; for CBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triage_due_on: Option<NaiveDate>,
}

/// Incidents as resources.
pub struct IncidentResource;

impl Resource for IncidentResource {
    type Aggregate = Incident;
    type View = IncidentView;
    const KIND: &'static str = "incident";
    const COLLECTION: &'static str = "incidents";
    const PERSONAL: bool = true;

    async fn read(
        state: &ApiState,
        call: &Call,
        id: &str,
        at: At,
    ) -> Result<Committed<Incident>, PortalError> {
        let id = id.parse().map_err(|_| PortalError::NotFound)?;
        state.portal.incident(call, id, Some(at)).await
    }

    async fn view(
        state: &ApiState,
        caller: &Caller,
        committed: &Committed<Incident>,
    ) -> Result<IncidentView, PortalError> {
        let sight = Portal::incident_sight(caller, &committed.state).ok_or(PortalError::NotFound)?;
        let seen = Seen { incident: &committed.state, sight: &sight };
        let report = committed.state.report.as_ref().ok_or(PortalError::NotFound)?;
        let texts = state.portal.incident_texts(report.incident_id, &seen.texts()).await?;
        let mut view = seen.view(caller, committed.version, &texts).ok_or(PortalError::NotFound)?;
        if sight == IncidentSight::Whole {
            let alike = state.portal.probable_duplicates(report.incident_id).await?;
            let like = |(incident_id, signs)| IncidentLike { incident_id, signs };
            view.probable_duplicates = alike.into_iter().map(like).collect();
        }
        Ok(view)
    }
}

/// An incident together with how much of it is seen.
struct Seen<'a> {
    incident: &'a Incident,
    sight: &'a IncidentSight,
}

type Texts = BTreeMap<u32, KeptText>;

fn text_view(text: &TextRef, texts: &Texts) -> IncidentTextView {
    let (state, kept) = match texts.get(&text.number) {
        Some(KeptText::Kept(kept)) => ("kept", Some(kept.clone())),
        Some(KeptText::Altered) => ("altered", None),
        Some(KeptText::Erased) | None => ("erased", None),
    };
    IncidentTextView { number: text.number, state, text: kept }
}

impl Seen<'_> {
    fn shows_account(&self, account: Option<AccountId>) -> bool {
        match account {
            Some(account) => self.sight.shows(account),
            None => *self.sight == IncidentSight::Whole,
        }
    }

    /// Whether facts of this group are seen: by CBP, by those who reported, and by whom CBP discloses them to.
    fn shows_facts(&self, group: FactGroup) -> bool {
        let disclosed = |(account, party): (&AccountId, &Party)| {
            self.sight.shows(*account) && party.disclosed.contains(&group)
        };
        self.sight.shows_report(self.incident) || self.incident.parties.iter().any(disclosed)
    }

    /// The texts that are seen.
    fn texts(&self) -> Vec<&TextRef> {
        let narrative = self.incident.report.as_ref().map(|report| &report.narrative);
        let narrative = narrative.filter(|_| self.sight.shows_report(self.incident));
        let statements = self.incident.statements.iter();
        let statements = statements.filter(|statement| self.shows_account(statement.account_id));
        let parties = self.incident.parties.iter();
        let parts = parties.filter(|(account, _)| self.sight.shows(**account)).flat_map(|(_, party)| {
            let root_cause = party.analysis.as_ref().map(|analysis| &analysis.root_cause);
            root_cause.into_iter().chain(party.actions.iter().map(|action| &action.planned.description))
        });
        narrative.into_iter().chain(statements.map(|statement| &statement.text)).chain(parts).collect()
    }

    fn view(&self, caller: &Caller, version: i64, texts: &Texts) -> Option<IncidentView> {
        let report = self.incident.report.as_ref()?;
        let facts = self.incident.facts.as_ref()?;
        let whole = *self.sight == IncidentSight::Whole;
        let reporter = self.sight.shows_report(self.incident);
        let times = self.shows_facts(FactGroup::Times);
        let goods = self.shows_facts(FactGroup::Goods);
        let triage = self.incident.triage.as_ref().filter(|_| whole);
        Some(IncidentView {
            id: report.incident_id,
            version,
            status: self.sight.status(self.incident).as_str(),
            allowed_commands: allowed_commands(
                caller,
                &self.sight.owner(),
                self.sight.commands(self.incident),
            ),
            kind: facts.kind.as_str(),
            disclosure: self.incident.disclosure.filter(|_| reporter).map(|order| order.as_str()),
            reported_for: report.reported_for.filter(|_| reporter),
            reported_by: reporter.then_some(report.reported_by),
            reported_at: reporter.then_some(report.reported_at),
            discovered_by: times.then_some(facts.discovered_by.as_str()),
            occurred: times.then(|| facts.occurred.into()),
            discovered: times.then(|| facts.discovered.into()),
            place: self.place(facts),
            conveyance: self.conveyance(facts),
            numbers: self.numbers(facts),
            goods: facts.goods.as_ref().filter(|_| goods).map(ToString::to_string),
            quantity: facts.quantity.as_ref().filter(|_| goods).map(ToString::to_string),
            notifications: if reporter { notifications(facts) } else { Vec::new() },
            narrative: reporter.then(|| text_view(&report.narrative, texts)),
            missing: if reporter { facts.missing() } else { Vec::new() },
            parties: self.parties(texts),
            statements: self.statements(texts),
            triage: triage.map(|triage| IncidentTriage {
                risk: triage.risk.as_str(),
                basis: triage.basis.to_string(),
                triaged_by: triage.triaged_by,
                triaged_at: triage.triaged_at,
            }),
            probable_duplicates: Vec::new(),
            comparisons: if whole { comparisons(self.incident) } else { Vec::new() },
            corrections: if reporter { corrections(self.incident) } else { Vec::new() },
            closed: self.incident.closed.as_ref().map(|closed| IncidentClosing {
                outcome: closed.outcome.as_str(),
                basis: whole.then(|| closed.basis.to_string()),
                closed_at: closed.closed_at,
            }),
            triage_due_on: Some(report.triage_due_on).filter(|_| whole && self.incident.triage.is_none()),
        })
    }

    fn place(&self, facts: &Facts) -> Option<IncidentPlace> {
        let place = facts.place.as_ref().filter(|_| self.shows_facts(FactGroup::Place))?;
        Some(IncidentPlace { country: place.country.to_string(), locality: place.locality.to_string() })
    }

    fn conveyance(&self, facts: &Facts) -> Option<IncidentConveyance> {
        let conveyance = facts.conveyance.as_ref().filter(|_| self.shows_facts(FactGroup::Conveyance))?;
        Some(IncidentConveyance {
            mode: conveyance.mode.as_str(),
            number: conveyance.number.as_ref().map(ToString::to_string),
        })
    }

    fn numbers(&self, facts: &Facts) -> Vec<IncidentNumber> {
        if !self.shows_facts(FactGroup::Numbers) {
            return Vec::new();
        }
        let number = |number: &kernel::cargo::CargoNumber| IncidentNumber {
            number_type: number.number_type.as_str(),
            as_typed: number.as_typed.clone(),
            normalised: number.normalised.clone(),
            warnings: number.warnings(),
        };
        facts.numbers.iter().map(number).collect()
    }

    fn parties(&self, texts: &Texts) -> Vec<IncidentParty> {
        let own = self.incident.parties.iter().filter(|(account, _)| self.sight.shows(**account));
        own.map(|(account, party)| {
            let reporter = self.incident.reported_for() == Some(*account);
            IncidentParty {
                account_id: *account,
                role: party.role.as_str(),
                reporter,
                disclosed: if reporter {
                    Vec::new()
                } else {
                    party.disclosed.iter().map(|group| group.as_str()).collect()
                },
                involved_at: party.involved_at,
                stage: party.stage.as_str(),
                due_on: party.due_on,
                returned: party.returned.as_ref().map(ToString::to_string),
                analysis: party.analysis.as_ref().map(|analysis| IncidentAnalysis {
                    root_cause: text_view(&analysis.root_cause, texts),
                    edition: analysis.edition.to_string(),
                    failed_criteria: analysis.failed_criteria.clone(),
                    submitted_at: analysis.submitted_at,
                }),
                corrective_plan: party.actions.iter().map(|action| action_view(action, texts)).collect(),
                conclusion: party.conclusion.as_ref().map(|concluded| IncidentConclusion {
                    conclusion: concluded.conclusion.as_str(),
                    basis: concluded.basis.to_string(),
                    concluded_by: concluded.concluded_by,
                    concluded_at: concluded.concluded_at,
                }),
            }
        })
        .collect()
    }

    fn statements(&self, texts: &Texts) -> Vec<IncidentStatement> {
        let statements = self.incident.statements.iter();
        statements
            .filter(|statement| self.shows_account(statement.account_id))
            .map(|statement| IncidentStatement {
                account_id: statement.account_id,
                text: text_view(&statement.text, texts),
                stated_by: statement.stated_by,
                stated_at: statement.stated_at,
            })
            .collect()
    }
}

fn comparisons(incident: &Incident) -> Vec<IncidentComparison> {
    let found = incident.comparisons.values();
    found
        .map(|compared| IncidentComparison {
            incident_id: compared.other,
            verdict: compared.verdict.as_str(),
            reason: compared.reason.to_string(),
            compared_by: compared.compared_by,
            compared_at: compared.compared_at,
        })
        .collect()
}

fn corrections(incident: &Incident) -> Vec<IncidentCorrection> {
    let made = incident.corrections.iter();
    made.map(|made| IncidentCorrection {
        changes: made.changes.iter().map(change).collect(),
        reason: made.reason.to_string(),
        corrected_by: made.corrected_by,
        corrected_at: made.corrected_at,
    })
    .collect()
}

fn change(change: &FactChange) -> IncidentChange {
    let moment = |moment: &Moment| {
        let written = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        moment.to_at.map_or(written(moment.from_at), |to_at| {
            format!("{}/{}", written(moment.from_at), written(to_at))
        })
    };
    let place = |place: &Place| format!("{}, {}", place.locality, place.country);
    let conveyance = |conveyance: &Conveyance| match &conveyance.number {
        Some(number) => format!("{} {number}", conveyance.mode),
        None => conveyance.mode.to_string(),
    };
    let numbers = |numbers: &[CargoNumber]| {
        let written = numbers.iter().map(|number| format!("{} {}", number.number_type, number.as_typed));
        written.collect::<Vec<_>>().join(", ")
    };
    let (field, earlier, value) = match change {
        FactChange::Kind { earlier, value } => ("kind", Some(earlier.to_string()), value.to_string()),
        FactChange::DiscoveredBy { earlier, value } => {
            ("discovered_by", Some(earlier.to_string()), value.to_string())
        }
        FactChange::Occurred { earlier, value } => ("occurred", Some(moment(earlier)), moment(value)),
        FactChange::Discovered { earlier, value } => ("discovered", Some(moment(earlier)), moment(value)),
        FactChange::Place { earlier, value } => ("place", earlier.as_ref().map(place), place(value)),
        FactChange::Conveyance { earlier, value } => {
            ("conveyance", earlier.as_ref().map(conveyance), conveyance(value))
        }
        FactChange::Numbers { earlier, value } => ("numbers", Some(numbers(earlier)), numbers(value)),
        FactChange::Goods { earlier, value } => {
            ("goods", earlier.as_ref().map(ToString::to_string), value.to_string())
        }
        FactChange::Quantity { earlier, value } => {
            ("quantity", earlier.as_ref().map(ToString::to_string), value.to_string())
        }
    };
    IncidentChange { field, earlier, value }
}

fn action_view(action: &Action, texts: &Texts) -> IncidentAction {
    IncidentAction {
        number: action.planned.number,
        description: text_view(&action.planned.description, texts),
        owner: action.planned.owner,
        due_on: action.planned.due_on,
        completed_at: action.completed_at,
    }
}

fn notifications(facts: &Facts) -> Vec<IncidentNotification> {
    let told = facts.notifications.iter();
    told.map(|told| IncidentNotification { notified: told.notified.as_str(), at: told.at }).collect()
}

/// One incident of a list: for CBP the incident, for a company the part that one of its accounts has in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentSummary {
    /// Its id.
    pub id: IncidentId,
    /// Its version.
    pub version: i64,
    /// Where it stands.
    #[schema(inline, value_type = code::IncidentStatusOut)]
    pub status: String,
    /// What happened.
    #[schema(inline, value_type = code::IncidentKindOut)]
    pub kind: String,
    /// The company's account whose part it is; for companies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// What the account had to do with it; for companies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::PartyRoleOut>)]
    pub role: Option<String>,
    /// How far the part of the account is; for companies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::StageOut>)]
    pub stage: Option<String>,
    /// When the account was named; for companies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub involved_on: Option<NaiveDate>,
    /// How urgent CBP finds it; for CBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::RiskOut>)]
    pub risk: Option<String>,
    /// In which order CBP learned of it; for CBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::DisclosureOut>)]
    pub disclosure: Option<String>,
    /// The country in which it happened; for CBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The account for which it was reported; for CBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_for: Option<AccountId>,
    /// When it was reported; for CBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_on: Option<NaiveDate>,
    /// The next day on which something is due: from CBP, and for a company from its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl IncidentSummary {
    fn of_incident(row: IncidentRow) -> Option<Self> {
        Some(Self {
            id: row.incident_id.parse().ok()?,
            version: row.version,
            status: row.status,
            kind: row.kind,
            account_id: None,
            role: None,
            stage: None,
            involved_on: None,
            risk: row.risk,
            disclosure: Some(row.disclosure),
            country: row.country,
            reported_for: row.reported_for.and_then(|account| account.parse().ok()),
            reported_on: Some(row.reported_on),
            due_on: row.due_on,
            updated_at: row.updated_at,
        })
    }

    fn of_part(row: IncidentPartyRow) -> Option<Self> {
        Some(Self {
            id: row.incident_id.parse().ok()?,
            version: row.version,
            status: row.status,
            kind: row.kind,
            account_id: Some(row.account_id.parse().ok()?),
            role: Some(row.role),
            stage: Some(row.stage),
            involved_on: Some(row.involved_on),
            risk: None,
            disclosure: None,
            country: None,
            reported_for: None,
            reported_on: None,
            due_on: row.due_on,
            updated_at: row.updated_at,
        })
    }
}

/// A page of incidents.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentPage {
    /// The incidents.
    pub items: Vec<IncidentSummary>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl From<Found> for IncidentPage {
    fn from(found: Found) -> Self {
        match found {
            Found::Whole(page) => Self {
                items: page.items.into_iter().filter_map(IncidentSummary::of_incident).collect(),
                next_cursor: page.next_cursor,
            },
            Found::Parts(page) => Self {
                items: page.items.into_iter().filter_map(IncidentSummary::of_part).collect(),
                next_cursor: page.next_cursor,
            },
        }
    }
}
