//! What is sent about incidents.

use super::super::code;
use chrono::{DateTime, Utc};
use incident::{
    Conveyance, DiscoveredBy, FactGroup, Facts, Kind, Mode, Moment, Notification, Notified, PartyRole, Place,
    Risk,
};
use kernel::cargo::{CargoNumber, CargoNumberError, CargoNumberType};
use kernel::{AccountId, CountryCode, FieldError, Text};
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
