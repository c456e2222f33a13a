//! Who takes part in the demonstration. All of them are made up.

/// What happens to a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Certified without a detour.
    Certified,
    /// Certified, and later without its FAST lanes.
    FastLanesLost,
    /// Certified after its profile was returned once.
    Returned,
    /// Found ineligible.
    Ineligible,
}

/// One company.
pub(super) struct Company {
    pub subject: &'static str,
    pub name: &'static str,
    pub entity_type: &'static str,
    pub country: &'static str,
    pub street: &'static str,
    pub city: &'static str,
    pub state: &'static str,
    pub postal_code: &'static str,
    /// Given name, family name and e-mail address of the officer.
    pub officer: (&'static str, &'static str, &'static str),
    pub identifiers: &'static [(&'static str, &'static str)],
    pub documents: &'static [(&'static str, &'static str)],
    pub bond: Option<(&'static str, &'static str)>,
    pub by_invitation: bool,
    /// What it does, in the words of its profile.
    pub trade: &'static str,
    pub fate: Fate,
}

/// Five types, two of which meet trouble.
pub(super) const COMPANIES: &[Company] = &[
    Company {
        subject: "maria.ortega",
        name: "Harbor Imports, Inc.",
        entity_type: "importer",
        country: "US",
        street: "400 Harbor Road",
        city: "Laredo",
        state: "TX",
        postal_code: "78040",
        officer: ("Maria", "Ortega", "maria.ortega@harbor-imports.example"),
        identifiers: &[("importer_of_record", "12-345678900")],
        documents: &[],
        bond: Some(("importer", "continuous")),
        by_invitation: false,
        trade: "household textiles from 14 suppliers in Mexico and Vietnam",
        fate: Fate::Certified,
    },
    Company {
        subject: "jorge.salinas",
        name: "Transportes Sierra Norte, S.A. de C.V.",
        entity_type: "us_mexico_highway_carrier",
        country: "MX",
        street: "Avenida Industrial 1145",
        city: "Nuevo Laredo",
        state: "Tamaulipas",
        postal_code: "88000",
        officer: ("Jorge", "Salinas", "jorge.salinas@sierra-norte.example"),
        identifiers: &[("scac", "TSNL"), ("us_dot_number", "2345678"), ("rfc", "TSN950612AB3")],
        documents: &[("acta_constitutiva", "Acta Constitutiva 1995/612")],
        bond: None,
        by_invitation: false,
        trade: "68 tractors and 140 trailers between Monterrey and Dallas",
        fate: Fate::FastLanesLost,
    },
    Company {
        subject: "helen.brandt",
        name: "Brandt & Lowe Customs Brokers, LLC",
        entity_type: "customs_broker",
        country: "US",
        street: "17 Pier Street",
        city: "Newark",
        state: "NJ",
        postal_code: "07114",
        officer: ("Helen", "Brandt", "helen.brandt@brandt-lowe.example"),
        identifiers: &[("filer_code", "BL7"), ("broker_licence", "12345")],
        documents: &[],
        bond: None,
        by_invitation: false,
        trade: "entries for 310 importers through Newark and New York",
        fate: Fate::Returned,
    },
    Company {
        subject: "paola.conti",
        name: "Tessuti Aurora S.p.A.",
        entity_type: "foreign_manufacturer",
        country: "IT",
        street: "Via dei Mulini 24",
        city: "Prato",
        state: "PO",
        postal_code: "59100",
        officer: ("Paola", "Conti", "paola.conti@tessuti-aurora.example"),
        identifiers: &[("mid", "ITTESAUR24PRA")],
        documents: &[("certificate_of_incorporation", "Visura camerale PO-118820")],
        bond: None,
        by_invitation: true,
        trade: "woven fabrics from one mill with 420 people",
        fate: Fate::Certified,
    },
    Company {
        subject: "dan.whitlock",
        name: "Whitlock Ocean Consolidators, Inc.",
        entity_type: "consolidator",
        country: "US",
        street: "2200 Terminal Way",
        city: "Long Beach",
        state: "CA",
        postal_code: "90802",
        officer: ("Dan", "Whitlock", "dan.whitlock@whitlock-ocean.example"),
        identifiers: &[("fmc_organization_number", "023456")],
        documents: &[],
        bond: Some(("international_carrier", "continuous")),
        by_invitation: false,
        trade: "less-than-container loads from Shenzhen and Busan",
        fate: Fate::Ineligible,
    },
];

/// What a company says to a criterion: by category, with something of its own in each.
pub(super) fn answer(company: &Company, category: u64, title: &str, evidence: &str) -> String {
    let practice = match category {
        1 => "The board reviews the programme each January and minutes it; the statement hangs in reception",
        2 => {
            "We map each lane from origin to our door, rate threat and vulnerability, and keep the sheet with its date"
        }
        3 => "Partners answer our questionnaire, are screened before the first order and again each spring",
        4 => {
            "Accounts are personal with two factors, machines are patched weekly, and an outside firm tests us each year"
        }
        5 => {
            "Every unit is inspected by two people on the seven-point form, in view of camera 12, before loading"
        }
        6 => {
            "ISO 17712 seals are kept under lock, logged by number, and checked by view, verify, tug and twist"
        }
        7 => {
            "Documents are matched against weight and count at the dock; a mismatch stops the load and is reported"
        }
        8 => {
            "Wood packaging carries the ISPM 15 mark; pallets are checked for pests and the check is recorded"
        }
        9 => {
            "Fences, lights and 36 cameras cover yard and docks; footage is kept 45 days and reviewed at random"
        }
        10 => {
            "Badges open only the doors a job needs; visitors and drivers show identification and are escorted"
        }
        11 => "Applications are verified and backgrounds checked before hiring and every five years after",
        _ => {
            "New people are trained in their first week, everybody once a year; attendance and tests are on file"
        }
    };
    format!(
        "{title}. {practice}. For us this concerns {}, at {}, {}. Shown by: {evidence}",
        company.trade, company.street, company.city
    )
}
