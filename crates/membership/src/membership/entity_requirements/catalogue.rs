//! The data: Handbook 2.2, type by type.

use super::{
    BondRequirement, CountryRule, DocumentRequirement, EntityRequirements, IdentifierRequirement,
    InvitationRule, Need, Pilot, PlaceRequirement,
};
use crate::membership::bond::{BondKind, BondTerm};
use crate::membership::declaration::Statement;
use crate::membership::document::DocumentKind;
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::CountryCode;
use kernel::identifiers::IdentifierType;

const CBP_PAGE: &str = "Handbook 2.2; CBP page";
const SECONDARY: &str = "Handbook 2.2; CBP page and secondary sources";
const OUR_READING: &str = "Handbook 2.2 names none; our reading";
const UNVERIFIED: &str = "Handbook 2.2 and 15: general knowledge, unverified, therefore optional";
const PILOT_LAW: &str = "Public Law 118-98; 90 FR 52690 (21 November 2025)";

const US: &[CountryCode] = &[CountryCode::US];
const US_CA: &[CountryCode] = &[CountryCode::US, CountryCode::CA];
const US_CA_MX: &[CountryCode] = &[CountryCode::US, CountryCode::CA, CountryCode::MX];
const MX: &[CountryCode] = &[CountryCode::MX];
const CA_MX: &[CountryCode] = &[CountryCode::CA, CountryCode::MX];

/// What companies of any type need. Handbook 2.1.
pub const COMMON_IDENTIFIERS: &[IdentifierRequirement] = &[IdentifierRequirement {
    any_of: &[IdentifierType::Rfc],
    need: Need::RequiredIfMexican,
    text: "A company established in Mexico gives its RFC, the Mexican tax number.",
    source: "Handbook 2.1; CBP page",
}];

/// What companies of any type need. Handbook 2.1.
pub const COMMON_DOCUMENTS: &[DocumentRequirement] = &[DocumentRequirement {
    kind: DocumentKind::ActaConstitutiva,
    need: Need::RequiredIfMexican,
    text: "A company established in Mexico attaches its Acta Constitutiva, the deed that names the company and every owner or \
           officer.",
    source: "Handbook 2.1; CBP page",
}];

const ANYWHERE: PlaceRequirement = PlaceRequirement {
    countries: CountryRule::Any,
    text: "The company may be established in any country.",
    source: OUR_READING,
};

const OFFICE_ANYWHERE: PlaceRequirement = PlaceRequirement {
    countries: CountryRule::Any,
    text: "A staffed business office in any country.",
    source: OUR_READING,
};

const OFFICE_US: PlaceRequirement = PlaceRequirement {
    countries: CountryRule::OneOf(US),
    text: "A staffed business office in the United States.",
    source: CBP_PAGE,
};

const OFFICE_US_CA_MX: PlaceRequirement = PlaceRequirement {
    countries: CountryRule::OneOf(US_CA_MX),
    text: "A staffed business office in the United States, Canada or Mexico.",
    source: CBP_PAGE,
};

const SCAC: IdentifierRequirement = IdentifierRequirement {
    any_of: &[IdentifierType::Scac],
    need: Need::Required,
    text: "The Standard Carrier Alpha Code (SCAC).",
    source: CBP_PAGE,
};

const US_DOT: IdentifierRequirement = IdentifierRequirement {
    any_of: &[IdentifierType::UsDotNumber],
    need: Need::Required,
    text: "The U.S. DOT number.",
    source: CBP_PAGE,
};

const MID: IdentifierRequirement = IdentifierRequirement {
    any_of: &[IdentifierType::Mid],
    need: Need::Required,
    text: "The manufacturer identification (MID), built from the name and address where the cargo originated.",
    source: CBP_PAGE,
};

const LICENCE_NUMBER: IdentifierRequirement = IdentifierRequirement {
    any_of: &[
        IdentifierType::FmcOrganizationNumber,
        IdentifierType::TsaNumber,
        IdentifierType::CbpBondNumber,
        IdentifierType::UsDotNumber,
    ],
    need: Need::Required,
    text: "The number under which the company is licensed or bonded: FMC organization number, TSA number, CBP bond number or U.S. \
           DOT number.",
    source: SECONDARY,
};

const LICENCE_PAPER: DocumentRequirement = DocumentRequirement {
    kind: DocumentKind::TransportLicence,
    need: Need::IfApplicable,
    text: "The licence or approval of FMC, TSA or DOT.",
    source: SECONDARY,
};

/// What most types have in common; each overrides what differs.
const fn base(entity_type: EntityType, summary: &'static str) -> EntityRequirements {
    EntityRequirements {
        entity_type,
        summary,
        source: CBP_PAGE,
        established: ANYWHERE,
        office: OFFICE_US,
        invitation: InvitationRule::NotNeeded,
        invitation_source: CBP_PAGE,
        identifiers: &[],
        documents: &[],
        bond: None,
        statements: &[],
        alternate_contact: Need::IfApplicable,
        tiered: false,
        pilot: None,
    }
}

/// Both pilots open on the same day and run equally long.
const fn pilot() -> Option<Pilot> {
    match NaiveDate::from_ymd_opt(2025, 12, 1) {
        Some(opens_on) => Some(Pilot { places: 10, opens_on, years: 5, source: PILOT_LAW }),
        None => None,
    }
}

const IMPORTER: EntityRequirements = EntityRequirements {
    source: SECONDARY,
    office: PlaceRequirement {
        countries: CountryRule::OneOf(US_CA),
        text: "A staffed business office in the United States or Canada.",
        source: CBP_PAGE,
    },
    identifiers: &[IdentifierRequirement {
        any_of: &[IdentifierType::ImporterOfRecord],
        need: Need::Required,
        text: "One or more importer of record (IOR) numbers.",
        source: SECONDARY,
    }],
    bond: Some(BondRequirement {
        any_of: &[(BondKind::Importer, Some(BondTerm::Continuous))],
        need: Need::Required,
        text: "A valid continuous import bond.",
        source: SECONDARY,
    }),
    tiered: true,
    ..base(
        EntityType::Importer,
        "U.S. importer, non-resident Canadian importers included, that has imported into the United States in the past 12 \
         months.",
    )
};

const EXPORTER: EntityRequirements = EntityRequirements {
    source: SECONDARY,
    identifiers: &[IdentifierRequirement {
        any_of: &[IdentifierType::Ein, IdentifierType::Duns],
        need: Need::Required,
        text: "The EIN or the DUNS number.",
        source: SECONDARY,
    }],
    documents: &[DocumentRequirement {
        kind: DocumentKind::ExportSecurityProgramme,
        need: Need::OnRequest,
        text: "The documented export security programme.",
        source: SECONDARY,
    }],
    statements: &[
        Statement::PrincipalPartyInInterest,
        Statement::ExportSecurityProgramme,
        Statement::ExportReportingCompliance,
        Statement::GoodStandingWithAgencies,
    ],
    alternate_contact: Need::Required,
    tiered: true,
    ..base(
        EntityType::Exporter,
        "U.S. exporter: the principal party in interest under the Export Administration Regulations, with the power to send \
         the goods out. Needs a main and an alternate point of contact.",
    )
};

const US_CANADA_HIGHWAY_CARRIER: EntityRequirements = EntityRequirements {
    office: OFFICE_US_CA_MX,
    identifiers: &[SCAC, US_DOT],
    statements: &[Statement::CrossesCanadianBorder, Statement::NoMexicanBorderCrossing],
    ..base(
        EntityType::UsCanadaHighwayCarrier,
        "Highway carrier that actively crosses the border between the United States and Canada, and not that with Mexico.",
    )
};

const US_MEXICO_HIGHWAY_CARRIER: EntityRequirements = EntityRequirements {
    office: OFFICE_US_CA_MX,
    identifiers: &[SCAC, US_DOT],
    statements: &[Statement::CrossesMexicanBorder],
    ..base(
        EntityType::UsMexicoHighwayCarrier,
        "Highway carrier that actively crosses the border between the United States and Mexico. A carrier that crosses both \
         borders applies as this type.",
    )
};

const MEXICO_LONG_HAUL_CARRIER: EntityRequirements = EntityRequirements {
    source: "Handbook 2.2; CBP page, by way of a copy",
    established: PlaceRequirement {
        countries: CountryRule::OneOf(MX),
        text: "The company is established in Mexico.",
        source: "Handbook 2.2; our reading of \"active highway carrier in Mexico\" with RFC and Acta",
    },
    office: PlaceRequirement {
        countries: CountryRule::OneOf(MX),
        text: "A staffed business office in Mexico.",
        source: "Handbook 2.2; our reading of \"active highway carrier in Mexico\"",
    },
    identifiers: &[IdentifierRequirement {
        any_of: &[IdentifierType::SctNumber],
        need: Need::Required,
        text: "The SCT number of the Mexican transport ministry.",
        source: "Handbook 2.2; CBP page, by way of a copy",
    }],
    statements: &[Statement::CarriesUsBoundCargoInMexico, Statement::NoUsBorderCrossing],
    ..base(
        EntityType::MexicoLongHaulCarrier,
        "Active highway carrier in Mexico that does not cross the border of the United States but carries cargo bound for it.",
    )
};

const RAIL_CARRIER: EntityRequirements = EntityRequirements {
    office: OFFICE_US_CA_MX,
    identifiers: &[SCAC],
    bond: Some(BondRequirement {
        any_of: &[(BondKind::CommonCarrier, None)],
        need: Need::Required,
        text: "A common-carrier bond.",
        source: CBP_PAGE,
    }),
    statements: &[Statement::MovesRailShipmentsAcrossBorder],
    ..base(
        EntityType::RailCarrier,
        "Rail carrier that has moved shipments from Canada or Mexico in the past year.",
    )
};

const SEA_CARRIER: EntityRequirements = EntityRequirements {
    source: "Handbook 2.2; secondary sources",
    office: OFFICE_ANYWHERE,
    identifiers: &[
        IdentifierRequirement {
            any_of: &[IdentifierType::Scac],
            need: Need::IfApplicable,
            text: "The Standard Carrier Alpha Code (SCAC).",
            source: UNVERIFIED,
        },
        IdentifierRequirement {
            any_of: &[IdentifierType::FmcOrganizationNumber],
            need: Need::IfApplicable,
            text: "The FMC organization number, if applicable.",
            source: UNVERIFIED,
        },
    ],
    documents: &[DocumentRequirement {
        kind: DocumentKind::IspsCertificate,
        need: Need::OnRequest,
        text: "The certificate of compliance with the ISPS code.",
        source: "Handbook 2.2; secondary sources, older criteria",
    }],
    bond: Some(BondRequirement {
        any_of: &[(BondKind::InternationalCarrier, None)],
        need: Need::IfApplicable,
        text: "An international carrier bond.",
        source: UNVERIFIED,
    }),
    statements: &[Statement::CarriesOceanCargoToUs, Statement::IspsAndMtsaCompliance],
    ..base(
        EntityType::SeaCarrier,
        "Active ocean carrier to the United States. Compliance with ISPS and MTSA was a prerequisite in older criteria.",
    )
};

const AIR_CARRIER: EntityRequirements = EntityRequirements {
    source: "Handbook 2.2; secondary source, a copy of CBP's text of 2012",
    office: OFFICE_ANYWHERE,
    identifiers: &[IdentifierRequirement {
        any_of: &[IdentifierType::IataAirlineCode],
        need: Need::Required,
        text: "The IATA code of the airline.",
        source: "Handbook 2.2; secondary source, a copy of CBP's text of 2012",
    }],
    bond: Some(BondRequirement {
        any_of: &[(BondKind::InternationalCarrier, Some(BondTerm::Continuous))],
        need: Need::Required,
        text: "A valid continuous international carrier bond.",
        source: "Handbook 2.2; secondary source, a copy of CBP's text of 2012",
    }),
    statements: &[Statement::CarriesAirCargoToUs],
    ..base(
        EntityType::AirCarrier,
        "Air carrier that has carried cargo to the United States in the past year.",
    )
};

const CONSOLIDATOR: EntityRequirements = EntityRequirements {
    identifiers: &[IdentifierRequirement {
        any_of: &[IdentifierType::FmcOrganizationNumber, IdentifierType::IataOrganizationNumber],
        need: Need::IfApplicable,
        text: "The FMC organization number or the IATA organization number, if applicable.",
        source: CBP_PAGE,
    }],
    bond: Some(BondRequirement {
        any_of: &[(BondKind::InternationalCarrier, Some(BondTerm::Continuous)), (BondKind::Custodial, None)],
        need: Need::Required,
        text: "A continuous international carrier bond, or a custodial bond of type 2, or both.",
        source: CBP_PAGE,
    }),
    ..base(
        EntityType::Consolidator,
        "Air freight consolidator, ocean transportation intermediary or non-vessel operating common carrier (NVOCC).",
    )
};

const CUSTOMS_BROKER: EntityRequirements = EntityRequirements {
    identifiers: &[IdentifierRequirement {
        any_of: &[IdentifierType::BrokerLicence, IdentifierType::FilerCode],
        need: Need::Required,
        text: "The serial number of the broker licence or the filer code.",
        source: CBP_PAGE,
    }],
    documents: &[DocumentRequirement {
        kind: DocumentKind::BrokerLicence,
        need: Need::OnRequest,
        text: "The broker licence.",
        source: OUR_READING,
    }],
    ..base(EntityType::CustomsBroker, "Licensed U.S. customs broker, active within the past year.")
};

const THIRD_PARTY_LOGISTICS: EntityRequirements = EntityRequirements {
    source: SECONDARY,
    identifiers: &[LICENCE_NUMBER],
    documents: &[LICENCE_PAPER],
    statements: &[
        Statement::HandlesCargoBeforeFirstUsPort,
        Statement::UsesOwnAssets,
        Statement::NoDoubleBrokering,
        Statement::LicensedOrBonded,
    ],
    ..base(
        EntityType::ThirdPartyLogistics,
        "Third-party logistics provider that handles cargo between stuffing and the first U.S. port with transport, \
         consolidation or warehouse assets of its own. Purely domestic and asset-free providers are excluded.",
    )
};

const THIRD_PARTY_LOGISTICS_PILOT_ASSET: EntityRequirements = EntityRequirements {
    source: PILOT_LAW,
    office: OFFICE_ANYWHERE,
    identifiers: &[LICENCE_NUMBER],
    documents: &[LICENCE_PAPER],
    statements: &[
        Statement::FacilitatesCrossBorderActivity,
        Statement::LicensedOrBonded,
        Statement::OwnWarehousingAssets,
    ],
    pilot: pilot(),
    ..base(
        EntityType::ThirdPartyLogisticsPilotAsset,
        "Pilot for third-party logistics providers that facilitate cross-border activity and run logistics with warehousing \
         assets of their own. At most 10 participants, first come, first served.",
    )
};

const THIRD_PARTY_LOGISTICS_PILOT_NON_ASSET: EntityRequirements = EntityRequirements {
    source: PILOT_LAW,
    office: OFFICE_ANYWHERE,
    identifiers: &[IdentifierRequirement {
        any_of: &[IdentifierType::UsDotNumber],
        need: Need::Required,
        text: "The U.S. DOT number of the licence.",
        source: PILOT_LAW,
    }],
    documents: &[LICENCE_PAPER],
    statements: &[Statement::ArrangesInternationalFreight],
    pilot: pilot(),
    ..base(
        EntityType::ThirdPartyLogisticsPilotNonAsset,
        "Pilot for third-party logistics providers that arrange international freight, are licensed by DOT and have no assets \
         of their own. At most 10 participants, first come, first served.",
    )
};

const US_MARINE_PORT_TERMINAL: EntityRequirements = EntityRequirements {
    identifiers: &[IdentifierRequirement {
        any_of: &[IdentifierType::FmcMarineTerminalOperatorNumber],
        need: Need::Required,
        text: "The FMC marine terminal operator number.",
        source: CBP_PAGE,
    }],
    statements: &[Statement::HandlesVesselsFromAbroad],
    ..base(
        EntityType::UsMarinePortTerminal,
        "U.S. marine port authority or terminal operator that handles vessels from abroad.",
    )
};

const FOREIGN_MARINE_PORT_TERMINAL: EntityRequirements = EntityRequirements {
    established: PlaceRequirement {
        countries: CountryRule::AnyBut(US),
        text: "The company is established outside the United States; a U.S. terminal has a type of its own.",
        source: CBP_PAGE,
    },
    office: PlaceRequirement {
        countries: CountryRule::AnyBut(US),
        text: "A staffed business office outside the United States.",
        source: CBP_PAGE,
    },
    invitation: InvitationRule::Always,
    statements: &[Statement::HandlesVesselsFromAbroad],
    ..base(
        EntityType::ForeignMarinePortTerminal,
        "Marine port authority or terminal operator abroad. Only by invitation of CBP.",
    )
};

const FOREIGN_MANUFACTURER: EntityRequirements = EntityRequirements {
    established: PlaceRequirement {
        countries: CountryRule::AnyBut(US),
        text: "The company is established outside the United States.",
        source: CBP_PAGE,
    },
    office: PlaceRequirement {
        countries: CountryRule::Establishment,
        text: "A staffed business office in the country in which the company is established.",
        source: "Handbook 2.2; our reading of \"incorporated there\"",
    },
    invitation: InvitationRule::UnlessEstablishedIn(CA_MX),
    identifiers: &[MID],
    documents: &[DocumentRequirement {
        kind: DocumentKind::CertificateOfIncorporation,
        need: Need::OnRequest,
        text: "The certificate of incorporation.",
        source: CBP_PAGE,
    }],
    ..base(
        EntityType::ForeignManufacturer,
        "Manufacturer in Mexico or Canada, incorporated there; manufacturers elsewhere only by invitation of CBP.",
    )
};

/// Every type.
pub const ENTITY_TYPES: &[EntityRequirements] = &[
    IMPORTER,
    EXPORTER,
    US_CANADA_HIGHWAY_CARRIER,
    US_MEXICO_HIGHWAY_CARRIER,
    MEXICO_LONG_HAUL_CARRIER,
    RAIL_CARRIER,
    SEA_CARRIER,
    AIR_CARRIER,
    CONSOLIDATOR,
    CUSTOMS_BROKER,
    THIRD_PARTY_LOGISTICS,
    THIRD_PARTY_LOGISTICS_PILOT_ASSET,
    THIRD_PARTY_LOGISTICS_PILOT_NON_ASSET,
    US_MARINE_PORT_TERMINAL,
    FOREIGN_MARINE_PORT_TERMINAL,
    FOREIGN_MANUFACTURER,
];

/// What one type needs. A new type does not compile before it has its entry.
pub const fn of(entity_type: EntityType) -> &'static EntityRequirements {
    match entity_type {
        EntityType::Importer => &IMPORTER,
        EntityType::Exporter => &EXPORTER,
        EntityType::UsCanadaHighwayCarrier => &US_CANADA_HIGHWAY_CARRIER,
        EntityType::UsMexicoHighwayCarrier => &US_MEXICO_HIGHWAY_CARRIER,
        EntityType::MexicoLongHaulCarrier => &MEXICO_LONG_HAUL_CARRIER,
        EntityType::RailCarrier => &RAIL_CARRIER,
        EntityType::SeaCarrier => &SEA_CARRIER,
        EntityType::AirCarrier => &AIR_CARRIER,
        EntityType::Consolidator => &CONSOLIDATOR,
        EntityType::CustomsBroker => &CUSTOMS_BROKER,
        EntityType::ThirdPartyLogistics => &THIRD_PARTY_LOGISTICS,
        EntityType::ThirdPartyLogisticsPilotAsset => &THIRD_PARTY_LOGISTICS_PILOT_ASSET,
        EntityType::ThirdPartyLogisticsPilotNonAsset => &THIRD_PARTY_LOGISTICS_PILOT_NON_ASSET,
        EntityType::UsMarinePortTerminal => &US_MARINE_PORT_TERMINAL,
        EntityType::ForeignMarinePortTerminal => &FOREIGN_MARINE_PORT_TERMINAL,
        EntityType::ForeignManufacturer => &FOREIGN_MANUFACTURER,
    }
}
