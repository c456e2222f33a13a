//! What an incident is made of. Handbook 11.

use kernel::cargo::CargoNumber;
use kernel::time::PROGRAMME_BEGAN_ON;
use kernel::{CountryCode, FieldError, Text, Timestamp, codes};
use serde::{Deserialize, Serialize};

codes! {
    /// What happened. Handbook 11: suspicious activity, anomalies, breaches.
    pub enum Kind {
        /// Drugs in cargo or conveyance.
        Narcotics = "narcotics",
        /// Stowaways.
        Stowaways = "stowaways",
        /// Human smuggling. Handbook 3.6.
        HumanSmuggling = "human_smuggling",
        /// Smuggling of other goods.
        Smuggling = "smuggling",
        /// A seal is missing, broken, or not the one of the papers.
        SealDiscrepancy = "seal_discrepancy",
        /// Theft of cargo, conveyance or equipment.
        Theft = "theft",
        /// An event in information systems.
        CyberEvent = "cyber_event",
        /// Suspicious activity, whatever came of it.
        SuspiciousActivity = "suspicious_activity",
        /// An anomaly of cargo or papers.
        Anomaly = "anomaly",
        /// Another breach of security.
        OtherBreach = "other_breach",
    }
}

codes! {
    /// Who discovered it. Handbook 11.
    pub enum DiscoveredBy {
        /// A company of the programme.
        Company = "company",
        /// CBP.
        Cbp = "cbp",
        /// The police or another authority.
        Police = "police",
        /// A business partner.
        Partner = "partner",
    }
}

codes! {
    /// In which order CBP learned of it. Handbook 3.6: a member that reports a breach before CBP finds it is not suspended at once.
    pub enum Disclosure {
        /// A company reported it, and CBP had not found it.
        BeforeCbp = "before_cbp",
        /// A company reported what CBP had found.
        AfterCbp = "after_cbp",
        /// CBP entered it.
        ByCbp = "by_cbp",
    }
}

codes! {
    /// What an account had to do with the shipment or site.
    pub enum PartyRole {
        /// Importer.
        Importer = "importer",
        /// Exporter.
        Exporter = "exporter",
        /// Carrier on any mode.
        Carrier = "carrier",
        /// Customs broker.
        CustomsBroker = "customs_broker",
        /// Consolidator or forwarder.
        Consolidator = "consolidator",
        /// Manufacturer or shipper.
        Manufacturer = "manufacturer",
        /// Marine port or terminal operator.
        TerminalOperator = "terminal_operator",
        /// Third party logistics provider.
        LogisticsProvider = "logistics_provider",
        /// Anything else.
        Other = "other",
    }
}

codes! {
    /// What CBP shows of the report to an account that did not make it.
    pub enum FactGroup {
        /// Who discovered it, and when it happened and was discovered.
        Times = "times",
        /// Where.
        Place = "place",
        /// The conveyance.
        Conveyance = "conveyance",
        /// Numbers of containers, seals, entries and seizures.
        Numbers = "numbers",
        /// Goods and their quantity.
        Goods = "goods",
    }
}

codes! {
    /// The mode of a conveyance.
    pub enum Mode {
        /// A truck, tractor or trailer.
        Truck = "truck",
        /// A train or rail car.
        Rail = "rail",
        /// A vessel.
        Vessel = "vessel",
        /// An aircraft.
        Aircraft = "aircraft",
        /// Anything else.
        Other = "other",
    }
}

codes! {
    /// Who was told besides CBP's specialist. Criterion 7.23; handbook 11.
    pub enum Notified {
        /// The nearest port of entry.
        PortOfEntry = "port_of_entry",
        /// The police.
        Police = "police",
        /// Business partners that are affected.
        Partners = "partners",
        /// The specialist, by telephone or e-mail.
        Specialist = "specialist",
    }
}

codes! {
    /// How urgent CBP finds it. GAO asks for criteria by risk (handbook 3.6), so it goes with its basis.
    pub enum Risk {
        /// High.
        High = "high",
        /// Medium.
        Medium = "medium",
        /// Low.
        Low = "low",
    }
}

codes! {
    /// How far the part of one account is. Handbook 11.
    pub enum Stage {
        /// Nothing is asked of the account.
        Involved = "involved",
        /// The account owes its analysis.
        AnalysisRequested = "analysis_requested",
        /// CBP looks at the analysis.
        AnalysisSubmitted = "analysis_submitted",
        /// The account owes a corrective plan.
        PlanRequested = "plan_requested",
        /// CBP looks at the plan.
        PlanSubmitted = "plan_submitted",
        /// The plan is carried out and watched.
        Monitoring = "monitoring",
        /// CBP has come to a conclusion about the account.
        Concluded = "concluded",
    }
}

codes! {
    /// What CBP concludes about the part of one account.
    pub enum Conclusion {
        /// The account did what was due; nothing had to be mended. Handbook 3.6: due diligence, own procedures followed.
        NoFault = "no_fault",
        /// What was wrong is mended.
        Mended = "mended",
        /// What was wrong is not mended.
        NotMended = "not_mended",
    }
}

codes! {
    /// How an incident ended.
    pub enum Outcome {
        /// It was a breach, or something that could have become one.
        Confirmed = "confirmed",
        /// There was nothing in it.
        Unfounded = "unfounded",
        /// It stays open whether there was something in it.
        Unresolved = "unresolved",
    }
}

codes! {
    /// What staff found of two incidents that look alike. Never merged: the records stay as they were made.
    pub enum Verdict {
        /// They are the same.
        Same = "same",
        /// They are not.
        NotSame = "not_same",
    }
}

/// A moment, as surely as it is known: between two instants, or exactly at one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// The earliest instant that it can have been.
    pub from_at: Timestamp,
    /// The latest; absent where it is known exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_at: Option<Timestamp>,
}

impl Moment {
    /// The latest instant that it can have been.
    pub fn latest(&self) -> Timestamp {
        self.to_at.unwrap_or(self.from_at)
    }
}

/// Where it happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The country.
    pub country: CountryCode,
    /// Town, port, yard or road, in words.
    pub locality: Text<200>,
}

impl Place {
    /// The form in which places are compared: letters and digits, without case.
    pub fn key(&self) -> String {
        let bare: String = self.locality.as_str().chars().filter(|c| c.is_alphanumeric()).collect();
        format!("{}:{}", self.country, bare.to_lowercase())
    }
}

/// In what it happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Conveyance {
    /// The mode.
    pub mode: Mode,
    /// Its number or name: plate, trailer, vessel, flight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Text<60>>,
}

/// Who else was told, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notification {
    /// Who was told.
    pub notified: Notified,
    /// When.
    pub at: Timestamp,
}

/// What is known of an incident, apart from free text that may name somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What happened.
    pub kind: Kind,
    /// Who discovered it.
    pub discovered_by: DiscoveredBy,
    /// When it happened.
    pub occurred: Moment,
    /// When it was discovered.
    pub discovered: Moment,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// In what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conveyance: Option<Conveyance>,
    /// Containers, seals, entries and seizures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<CargoNumber>,
    /// The goods concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods: Option<Text<200>>,
    /// How much of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Text<100>>,
    /// Who else was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notifications: Vec<Notification>,
}

/// The most numbers that one incident has.
pub const MAX_NUMBERS: usize = 100;
/// The most accounts that one incident involves.
pub const MAX_PARTIES: usize = 50;

impl Facts {
    /// Everything that is wrong with them at an instant, each with its pointer. Handbook 3.6 wants an order of times: an incident happens,
    /// is discovered, is reported, and nothing lies in the future. Moments that are not known exactly are in order as long as they can be.
    pub fn mistakes(&self, now: Timestamp) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for (name, moment) in [("occurred", self.occurred), ("discovered", self.discovered)] {
            if moment.to_at.is_some_and(|to_at| to_at < moment.from_at) {
                let detail = "must not be before from_at";
                errors.push(FieldError::new(format!("/{name}/to_at"), "time_order", detail));
            }
            let late = match moment.to_at {
                Some(to_at) if to_at > now => Some("to_at"),
                _ if moment.from_at > now => Some("from_at"),
                _ => None,
            };
            if let Some(member) = late {
                let detail = "must not be in the future";
                errors.push(FieldError::new(format!("/{name}/{member}"), "time_in_future", detail));
            }
            if kernel::programme_date(moment.from_at) < PROGRAMME_BEGAN_ON {
                let detail = format!("must not be before {PROGRAMME_BEGAN_ON}, when the programme began");
                errors.push(FieldError::new(format!("/{name}/from_at"), "time_before_programme", detail));
            }
        }
        if errors.is_empty() && self.discovered.latest() < self.occurred.from_at {
            let detail = "must not end before the earliest moment at which it can have happened";
            errors.push(FieldError::new("/discovered", "time_order", detail));
        }
        for (index, notification) in self.notifications.iter().enumerate() {
            let pointer = format!("/notifications/{index}/at");
            if notification.at > now {
                errors.push(FieldError::new(pointer, "time_in_future", "must not be in the future"));
            } else if notification.at < self.discovered.from_at {
                let detail = "nobody can be told before it is discovered";
                errors.push(FieldError::new(pointer, "time_order", detail));
            }
        }
        if self.numbers.len() > MAX_NUMBERS {
            let detail = format!("must have at most {MAX_NUMBERS} numbers");
            errors.push(FieldError::new("/numbers", "too_many", detail));
        }
        for (index, number) in self.numbers.iter().enumerate().take(MAX_NUMBERS) {
            let same = |other: &CargoNumber| {
                other.number_type == number.number_type && other.normalised == number.normalised
            };
            if self.numbers.iter().take(index).any(same) {
                errors.push(FieldError::new(
                    format!("/numbers/{index}"),
                    "duplicate",
                    "is already in the list",
                ));
            }
        }
        if self.quantity.is_some() && self.goods.is_none() {
            let detail = "is needed where a quantity is given";
            errors.push(FieldError::new("/goods", "required", detail));
        }
        errors
    }

    /// What is not known yet and belongs into a complete record. GAO wants somebody to own the completeness of incident data (handbook 3.6).
    pub fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.place.is_none() {
            missing.push("place");
        }
        // What happens in information systems has no conveyance and no cargo.
        if self.kind != Kind::CyberEvent {
            if self.conveyance.is_none() {
                missing.push("conveyance");
            }
            if self.numbers.is_empty() {
                missing.push("numbers");
            }
        }
        if self.goods.is_none() && matches!(self.kind, Kind::Narcotics | Kind::Smuggling | Kind::Theft) {
            missing.push("goods");
        }
        missing
    }
}

/// A free text that stands beside the ledger, because it may name somebody and has to be erasable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRef {
    /// Its number within the incident, from 1.
    pub number: u32,
    /// The SHA-256 of a salt and the text, both beside the ledger: while they are kept it proves them, once they are erased it says nothing.
    pub sha256: TextDigest,
}

/// The digest of a text, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextDigest(pub String);
