//! What a company declares about its own eligibility. Handbook 2.1 (C1, C6) and 2.2 (what each type has to state).

use super::code::codes;
use super::eligibility::Condition;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// What the company says about debts to CBP that are final and unpaid. Handbook 2.1, C6.
    pub enum DebtDeclaration {
        /// There is none.
        NoUnpaidFinalDebt = "no_unpaid_final_debt",
        /// There is one: remedies are exhausted and it is not paid.
        UnpaidFinalDebt = "unpaid_final_debt",
    }
}

codes! {
    /// The company's word on a statement.
    pub enum StatementAnswer {
        /// It is so.
        Affirmed = "affirmed",
        /// It is not so.
        Denied = "denied",
    }
}

codes! {
    /// A statement that some types have to make. Handbook 2.2; which type makes which is in
    /// [`super::entity_requirements`].
    pub enum Statement {
        /// Principal party in interest.
        PrincipalPartyInInterest = "principal_party_in_interest",
        /// Documented export security programme.
        ExportSecurityProgramme = "export_security_programme",
        /// Export-reporting compliance.
        ExportReportingCompliance = "export_reporting_compliance",
        /// Good standing with the export agencies.
        GoodStandingWithAgencies = "good_standing_with_agencies",
        /// Crosses the border with Canada.
        CrossesCanadianBorder = "crosses_canadian_border",
        /// Does not cross the border with Mexico.
        NoMexicanBorderCrossing = "no_mexican_border_crossing",
        /// Crosses the border with Mexico.
        CrossesMexicanBorder = "crosses_mexican_border",
        /// Carries cargo bound for the United States within Mexico.
        CarriesUsBoundCargoInMexico = "carries_us_bound_cargo_in_mexico",
        /// Does not cross the border of the United States.
        NoUsBorderCrossing = "no_us_border_crossing",
        /// Moves rail shipments from Canada or Mexico.
        MovesRailShipmentsAcrossBorder = "moves_rail_shipments_across_border",
        /// Carries ocean cargo to the United States.
        CarriesOceanCargoToUs = "carries_ocean_cargo_to_us",
        /// Complies with ISPS and MTSA.
        IspsAndMtsaCompliance = "isps_and_mtsa_compliance",
        /// Carries air cargo to the United States.
        CarriesAirCargoToUs = "carries_air_cargo_to_us",
        /// Handles cargo between stuffing and the first U.S. port.
        HandlesCargoBeforeFirstUsPort = "handles_cargo_before_first_us_port",
        /// Uses its own assets.
        UsesOwnAssets = "uses_own_assets",
        /// No double brokering.
        NoDoubleBrokering = "no_double_brokering",
        /// Licensed or bonded.
        LicensedOrBonded = "licensed_or_bonded",
        /// Facilitates cross-border activity.
        FacilitatesCrossBorderActivity = "facilitates_cross_border_activity",
        /// Runs logistics with its own warehouses.
        OwnWarehousingAssets = "own_warehousing_assets",
        /// Arranges international freight.
        ArrangesInternationalFreight = "arranges_international_freight",
        /// Handles vessels from abroad.
        HandlesVesselsFromAbroad = "handles_vessels_from_abroad",
    }
}

impl Statement {
    /// The statement in a sentence, as the company affirms it.
    pub const fn text(self) -> &'static str {
        match self {
            Statement::PrincipalPartyInInterest => {
                "We are the principal party in interest in exports from the United States, with the power to decide on and \
                 control the sending of the goods out of the country."
            }
            Statement::ExportSecurityProgramme => "We have a documented export security programme.",
            Statement::ExportReportingCompliance => {
                "Our export reporting over the latest 12 months has an acceptable level of compliance."
            }
            Statement::GoodStandingWithAgencies => {
                "We are in good standing with the Departments of Commerce, State, Treasury and Defense, the Nuclear \
                 Regulatory Commission and the Drug Enforcement Administration."
            }
            Statement::CrossesCanadianBorder => {
                "We actively carry cargo over the border between the United States and Canada."
            }
            Statement::NoMexicanBorderCrossing => {
                "We do not carry cargo over the border between the United States and Mexico. A carrier that crosses both \
                 borders applies as a U.S./Mexico highway carrier."
            }
            Statement::CrossesMexicanBorder => {
                "We actively carry cargo over the border between the United States and Mexico."
            }
            Statement::CarriesUsBoundCargoInMexico => {
                "We are an active highway carrier in Mexico and carry cargo bound for the United States."
            }
            Statement::NoUsBorderCrossing => "We do not cross the border of the United States.",
            Statement::MovesRailShipmentsAcrossBorder => {
                "We have moved rail shipments from Canada or Mexico to the United States in the past year."
            }
            Statement::CarriesOceanCargoToUs => "We actively carry ocean cargo to the United States.",
            Statement::IspsAndMtsaCompliance => {
                "We comply with the International Ship and Port Facility Security Code and the Maritime Transportation \
                 Security Act."
            }
            Statement::CarriesAirCargoToUs => {
                "We have carried air cargo to the United States in the past year."
            }
            Statement::HandlesCargoBeforeFirstUsPort => {
                "We handle cargo between its stuffing and the first port in the United States; we are not purely domestic."
            }
            Statement::UsesOwnAssets => "We use transport, consolidation or warehouse assets of our own.",
            Statement::NoDoubleBrokering => {
                "We do not let work be sub-contracted beyond a second party, unless that party is a member of CTPAT."
            }
            Statement::LicensedOrBonded => {
                "We are licensed or bonded by the Federal Maritime Commission, the Transportation Security Administration, \
                 CBP or the Department of Transportation."
            }
            Statement::FacilitatesCrossBorderActivity => "We facilitate cross-border activity.",
            Statement::OwnWarehousingAssets => {
                "We manage and carry out logistics with warehousing assets of our own."
            }
            Statement::ArrangesInternationalFreight => {
                "We arrange international transportation of freight and are licensed by the Department of Transportation."
            }
            Statement::HandlesVesselsFromAbroad => "We handle vessels that arrive from abroad.",
        }
    }

    /// The condition that the statement belongs to.
    pub const fn condition(self) -> Condition {
        match self {
            Statement::ExportReportingCompliance | Statement::GoodStandingWithAgencies => Condition::C7,
            Statement::ExportSecurityProgramme
            | Statement::IspsAndMtsaCompliance
            | Statement::NoDoubleBrokering => Condition::C8,
            _ => Condition::C1,
        }
    }
}

/// Everything that a company has declared. What is absent has not been declared yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declarations {
    /// The last day on which it traded in the role applied for. C1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_trading_on: Option<NaiveDate>,
    /// Debts to CBP. C6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debt: Option<DebtDeclaration>,
    /// The statements that its type asks for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statements: BTreeMap<Statement, StatementAnswer>,
}

impl Declarations {
    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        *self == Declarations::default()
    }

    /// Lays newer declarations over these: what is named anew replaces, the rest stays.
    pub fn with(&self, newer: &Declarations) -> Declarations {
        let mut statements = self.statements.clone();
        statements.extend(newer.statements.iter().map(|(statement, answer)| (*statement, *answer)));
        Declarations {
            last_trading_on: newer.last_trading_on.or(self.last_trading_on),
            debt: newer.debt.or(self.debt),
            statements,
        }
    }
}
