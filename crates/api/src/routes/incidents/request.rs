//! What is sent about incidents.

use super::super::code;
use chrono::{DateTime, NaiveDate, Utc};
use criteria::CriterionId;
use incident::{
    Conclusion, Conveyance, CorrectFacts, Correction, DiscoveredBy, FactGroup, Facts, Kind, Mode, Moment,
    Notification, Notified, Outcome, PartyRole, Place, Risk, Verdict,
};
use kernel::cargo::{CargoNumber, CargoNumberError, CargoNumberType};
use kernel::{AccountId, CountryCode, FieldError, IncidentId, PersonId, Text};
use portal::{IncidentText, NewIncident};
use serde::Deserialize;
use utoipa::ToSchema;

/// A moment, as surely as it is known.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentMomentData {
    /// The earliest instant that it can have been.
    pub from_at: DateTime<Utc>,
    /// The latest instant that it can have been; absent where it is known exactly.
    #[serde(default)]
    pub to_at: Option<DateTime<Utc>>,
}

impl IncidentMomentData {
    fn moment(&self) -> Moment {
        Moment {
            from_at: kernel::to_microseconds(self.from_at),
            to_at: self.to_at.map(kernel::to_microseconds),
        }
    }
}

/// Where it happened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentPlaceData {
    /// The country.
    pub country: CountryCode,
    /// Town, port, yard or road, in words.
    pub locality: Text<200>,
}

/// In what it happened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentConveyanceData {
    /// The mode.
    #[schema(inline, value_type = code::ModeIn)]
    pub mode: Mode,
    /// Its number or name: plate, trailer, vessel, flight.
    #[serde(default)]
    pub number: Option<Text<60>>,
}

/// A number of cargo as typed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentNumberData {
    /// Its kind.
    #[serde(rename = "type")]
    #[schema(inline, value_type = code::CargoNumberTypeIn)]
    pub number_type: CargoNumberType,
    /// The number as typed; separators and case do not matter. A container: ISO 6346. An entry: filer code, seven digits, check digit.
    pub value: Text<40>,
}

/// Who else was told, and when.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentNotificationData {
    /// Who was told.
    #[schema(inline, value_type = code::NotifiedIn)]
    pub notified: Notified,
    /// When.
    pub at: DateTime<Utc>,
}

/// Report an incident.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportIncidentRequest {
    /// The account that reports it. A company always names one of its own; staff may name the account that it concerns, and others
    /// afterwards.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// What the account had to do with the shipment or site; needed with `account_id`.
    #[serde(default)]
    #[schema(inline, value_type = Option<code::PartyRoleIn>)]
    pub role: Option<PartyRole>,
    /// What happened.
    #[schema(inline, value_type = code::IncidentKindIn)]
    pub kind: Kind,
    /// Who discovered it.
    #[schema(inline, value_type = code::DiscoveredByIn)]
    pub discovered_by: DiscoveredBy,
    /// When it happened.
    pub occurred: IncidentMomentData,
    /// When it was discovered.
    pub discovered: IncidentMomentData,
    /// Where.
    #[serde(default)]
    pub place: Option<IncidentPlaceData>,
    /// In what.
    #[serde(default)]
    pub conveyance: Option<IncidentConveyanceData>,
    /// Containers, seals, entries and seizures.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub numbers: Vec<IncidentNumberData>,
    /// The goods concerned.
    #[serde(default)]
    pub goods: Option<Text<200>>,
    /// How much of them.
    #[serde(default)]
    pub quantity: Option<Text<100>>,
    /// Who else was told before.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub notifications: Vec<IncidentNotificationData>,
    /// What happened, in words. It is kept beside the ledger and can be erased, so it may name people.
    pub narrative: IncidentText,
}

impl ReportIncidentRequest {
    /// Everything that the schema cannot say is checked here, at once.
    pub(super) fn read(&self) -> Result<NewIncident, Vec<FieldError>> {
        let mut errors = Vec::new();
        let party = match (self.account_id, self.role) {
            (Some(account), Some(role)) => Some((account, role)),
            (Some(_), None) => {
                errors.push(FieldError::new("/role", "required", "is required with account_id"));
                None
            }
            (None, Some(_)) => {
                errors.push(FieldError::new("/account_id", "required", "is required with role"));
                None
            }
            (None, None) => None,
        };
        let numbers = numbers("/numbers", &self.numbers, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let facts = Facts {
            kind: self.kind,
            discovered_by: self.discovered_by,
            occurred: self.occurred.moment(),
            discovered: self.discovered.moment(),
            place: self.place.clone().map(place),
            conveyance: self.conveyance.clone().map(conveyance),
            numbers,
            goods: self.goods.clone(),
            quantity: self.quantity.clone(),
            notifications: self
                .notifications
                .iter()
                .map(|told| Notification { notified: told.notified, at: kernel::to_microseconds(told.at) })
                .collect(),
        };
        Ok(NewIncident { facts, party, narrative: self.narrative.clone() })
    }
}

fn place(place: IncidentPlaceData) -> Place {
    Place { country: place.country, locality: place.locality }
}

fn conveyance(conveyance: IncidentConveyanceData) -> Conveyance {
    Conveyance { mode: conveyance.mode, number: conveyance.number }
}

fn numbers(pointer: &str, typed: &[IncidentNumberData], errors: &mut Vec<FieldError>) -> Vec<CargoNumber> {
    let mut numbers = Vec::new();
    for (index, number) in typed.iter().enumerate() {
        match CargoNumber::parse(number.number_type, number.value.as_str()) {
            Ok(number) => numbers.push(number),
            Err(error) => {
                let pointer = format!("{pointer}/{index}/value");
                errors.push(FieldError::new(pointer, CargoNumberError::CODE, error.sentence));
            }
        }
    }
    numbers
}

/// Add a statement.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddIncidentStatementRequest {
    /// The account that says it, or that staff say it to. Left out by staff: only staff read it.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// What there is to say. It is kept beside the ledger and can be erased.
    pub text: IncidentText,
}

/// Name an account that it involves.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvolveAccountRequest {
    /// The account.
    pub account_id: AccountId,
    /// What it had to do with the shipment or site.
    #[schema(inline, value_type = code::PartyRoleIn)]
    pub role: PartyRole,
    /// What it is shown of the report. It always learns what kind of incident it is, and never reads the narrative.
    #[serde(default)]
    #[schema(value_type = Vec<code::FactGroupIn>, max_items = 5)]
    pub disclosed: Vec<FactGroup>,
}

/// Take an account out that was named by mistake.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveAccountRequest {
    /// The account.
    pub account_id: AccountId,
    /// Why it has nothing to do with it.
    pub reason: Text<500>,
}

/// Say how urgent it is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriageIncidentRequest {
    /// How urgent.
    #[schema(inline, value_type = code::RiskIn)]
    pub risk: Risk,
    /// By which criteria.
    pub basis: Text<500>,
}

/// Begin to look into it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginReviewRequest {}

/// Ask an account for its post-incident analysis.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestAnalysisRequest {
    /// The account.
    pub account_id: AccountId,
    /// The last day; by policy when absent.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
}

/// Hand in the post-incident analysis.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitAnalysisRequest {
    /// The account that hands it in.
    pub account_id: AccountId,
    /// The root cause, in words. It is kept beside the ledger and can be erased.
    pub root_cause: IncidentText,
    /// The criteria of the edition in force that failed; empty where none did.
    #[schema(max_items = 100)]
    pub failed_criteria: Vec<CriterionId>,
}

/// An action of a corrective plan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectiveActionData {
    /// What is done, in words. It is kept beside the ledger and can be erased.
    pub description: IncidentText,
    /// Who sees to it: a contact of the account.
    pub owner: PersonId,
    /// By when; an immediate action may have been done already.
    pub due_on: NaiveDate,
}

/// Hand in the corrective plan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanActionsRequest {
    /// The account that hands it in.
    pub account_id: AccountId,
    /// What is done, by whom and by when.
    #[schema(min_items = 1, max_items = 50)]
    pub actions: Vec<CorrectiveActionData>,
}

/// Take what an account handed in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptResponseRequest {
    /// The account.
    pub account_id: AccountId,
    /// The last day for the plan, or of the watching; by policy when absent.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
}

/// Give back what an account handed in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnResponseRequest {
    /// The account.
    pub account_id: AccountId,
    /// What is missing. It goes into the ledger, so it names nobody.
    pub reason: Text<2000>,
    /// The last day to hand it in again; by policy when absent.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
}

/// Say that an action of the plan is done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteActionRequest {
    /// The account.
    pub account_id: AccountId,
    /// The number of the action in the plan.
    #[schema(minimum = 1, maximum = 50)]
    pub number: u32,
}

/// Come to a conclusion about an account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConcludePartRequest {
    /// The account.
    pub account_id: AccountId,
    /// The conclusion.
    #[schema(inline, value_type = code::ConclusionIn)]
    pub conclusion: Conclusion,
    /// On what it rests. The account reads it.
    pub basis: Text<500>,
}

/// Close the incident.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseIncidentRequest {
    /// How it ended.
    #[schema(inline, value_type = code::OutcomeOfIncidentIn)]
    pub outcome: Outcome,
    /// On what that rests.
    pub basis: Text<500>,
}

/// Open an incident again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenIncidentRequest {
    /// Why.
    pub reason: Text<500>,
}

/// Say whether another incident is the same.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareIncidentsRequest {
    /// The other incident.
    pub incident_id: IncidentId,
    /// What was found.
    #[schema(inline, value_type = code::VerdictIn)]
    pub verdict: Verdict,
    /// On what it rests.
    pub reason: Text<500>,
}

/// Take back what was said of another incident.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoComparisonRequest {
    /// The other incident.
    pub incident_id: IncidentId,
    /// Why.
    pub reason: Text<500>,
}

/// Correct or complete what is known. Members that are absent stay as they are.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectFactsRequest {
    /// What happened.
    #[serde(default)]
    #[schema(inline, value_type = Option<code::IncidentKindIn>)]
    pub kind: Option<Kind>,
    /// Who discovered it.
    #[serde(default)]
    #[schema(inline, value_type = Option<code::DiscoveredByIn>)]
    pub discovered_by: Option<DiscoveredBy>,
    /// When it happened.
    #[serde(default)]
    pub occurred: Option<IncidentMomentData>,
    /// When it was discovered.
    #[serde(default)]
    pub discovered: Option<IncidentMomentData>,
    /// Where.
    #[serde(default)]
    pub place: Option<IncidentPlaceData>,
    /// In what.
    #[serde(default)]
    pub conveyance: Option<IncidentConveyanceData>,
    /// The whole new list of containers, seals, entries and seizures.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub numbers: Option<Vec<IncidentNumberData>>,
    /// The goods concerned.
    #[serde(default)]
    pub goods: Option<Text<200>>,
    /// How much of them.
    #[serde(default)]
    pub quantity: Option<Text<100>>,
    /// Why.
    pub reason: Text<500>,
}

impl CorrectFactsRequest {
    /// Numbers of a wrong shape are all named at once.
    pub(super) fn read(self) -> Result<CorrectFacts, Vec<FieldError>> {
        let mut errors = Vec::new();
        let numbers = self.numbers.map(|typed| numbers("/numbers", &typed, &mut errors));
        if !errors.is_empty() {
            return Err(errors);
        }
        let correction = Correction {
            kind: self.kind,
            discovered_by: self.discovered_by,
            occurred: self.occurred.map(|moment| moment.moment()),
            discovered: self.discovered.map(|moment| moment.moment()),
            place: self.place.map(place),
            conveyance: self.conveyance.map(conveyance),
            numbers,
            goods: self.goods,
            quantity: self.quantity,
        };
        Ok(CorrectFacts { correction, reason: self.reason })
    }
}

/// Erase a text.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseTextRequest {
    /// The number of the text within the incident.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub number: u32,
    /// Why, without saying what was erased.
    pub reason: Text<500>,
}
