//! Representations of incidents. CBP sees all of it; whoever reported sees the report and its own part; another account what CBP disclosed
//! to it and its own part.

use super::super::code;
use crate::http::ApiState;
use crate::http::answer::Resource;
use chrono::{DateTime, NaiveDate, Utc};
use incident::{FactGroup, Facts, Incident, Moment, Party, TextRef};
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

/// An incident, as far as the caller is shown it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Incident)]
pub struct IncidentView {
    /// Its id.
    pub id: IncidentId,
    /// Its version, as in `ETag`.
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
        seen.view(caller, committed.version, &texts).ok_or(PortalError::NotFound)
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
        narrative.into_iter().chain(statements.map(|statement| &statement.text)).collect()
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
            status: self.incident.status.as_str(),
            allowed_commands: allowed_commands(caller, &self.sight.owner(), self.incident.allowed_commands()),
            kind: facts.kind.as_str(),
            disclosure: reporter.then_some(report.disclosure.as_str()),
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
            parties: self.parties(),
            statements: self.statements(texts),
            triage: triage.map(|triage| IncidentTriage {
                risk: triage.risk.as_str(),
                basis: triage.basis.to_string(),
                triaged_by: triage.triaged_by,
                triaged_at: triage.triaged_at,
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

    fn parties(&self) -> Vec<IncidentParty> {
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
    /// The next day on which CBP owes something; for CBP.
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
            involved_on: Some(row.involved_on),
            risk: None,
            disclosure: None,
            country: None,
            reported_for: None,
            reported_on: None,
            due_on: None,
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
