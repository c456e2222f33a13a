//! The types of business entities that can take part. Handbook 2.2.

use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

macro_rules! entity_types {
    ($($(#[doc = $doc:expr])+ $name:ident = $code:literal, $title:literal, $booklet:literal;)+) => {
        /// In which role a company takes part.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum EntityType {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)+
        }

        impl EntityType {
            /// Every type, in the order of the catalogue.
            pub const ALL: &'static [EntityType] = &[$(EntityType::$name,)+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(EntityType::$name => $code,)+ }
            }

            /// The name for people.
            pub const fn title(self) -> &'static str {
                match self { $(EntityType::$name => $title,)+ }
            }

            /// The type by which the catalogue lists the criteria: pilots share a booklet with the regular type.
            pub const fn booklet_type(self) -> &'static str {
                match self { $(EntityType::$name => $booklet,)+ }
            }

            /// Reads a stable name; `None` when there is no such type.
            pub fn parse(code: &str) -> Option<EntityType> {
                EntityType::ALL.iter().copied().find(|kind| kind.as_str() == code)
            }
        }
    };
}

entity_types! {
    /// Importer into the United States, non-resident Canadian importers included.
    Importer = "importer", "U.S. importer", "importer";
    /// Exporter from the United States.
    Exporter = "exporter", "U.S. exporter", "exporter";
    /// Highway carrier over the Canadian border.
    UsCanadaHighwayCarrier = "us_canada_highway_carrier", "U.S./Canada highway carrier", "us_canada_highway_carrier";
    /// Highway carrier over the Mexican border, or over both.
    UsMexicoHighwayCarrier = "us_mexico_highway_carrier", "U.S./Mexico highway carrier", "us_mexico_highway_carrier";
    /// Carrier inside Mexico with cargo bound for the United States.
    MexicoLongHaulCarrier = "mexico_long_haul_carrier", "Mexican long-haul highway carrier", "mexico_long_haul_carrier";
    /// Rail carrier.
    RailCarrier = "rail_carrier", "Rail carrier", "rail_carrier";
    /// Sea carrier.
    SeaCarrier = "sea_carrier", "Sea carrier", "sea_carrier";
    /// Air carrier.
    AirCarrier = "air_carrier", "Air carrier", "air_carrier";
    /// Air freight consolidator, ocean transportation intermediary, NVOCC.
    Consolidator = "consolidator", "Consolidator", "consolidator";
    /// Licensed U.S. customs broker.
    CustomsBroker = "customs_broker", "Licensed U.S. customs broker", "customs_broker";
    /// Third-party logistics provider (3PL), regular.
    ThirdPartyLogistics = "third_party_logistics", "Third-party logistics provider (3PL)", "third_party_logistics";
    /// 3PL in the pilot of Public Law 118-98, asset-based.
    ThirdPartyLogisticsPilotAsset = "third_party_logistics_pilot_asset", "3PL pilot, asset-based", "third_party_logistics";
    /// 3PL in the pilot of Public Law 118-98, non-asset-based.
    ThirdPartyLogisticsPilotNonAsset =
        "third_party_logistics_pilot_non_asset", "3PL pilot, non-asset-based", "third_party_logistics";
    /// U.S. marine port authority or terminal operator (MPTO).
    UsMarinePortTerminal =
        "us_marine_port_terminal", "U.S. marine port authority or terminal operator", "us_marine_port_terminal";
    /// Foreign marine port terminal operator.
    ForeignMarinePortTerminal =
        "foreign_marine_port_terminal", "Foreign marine port terminal operator", "foreign_marine_port_terminal";
    /// Foreign manufacturer.
    ForeignManufacturer = "foreign_manufacturer", "Foreign manufacturer", "foreign_manufacturer";
}

impl utoipa::PartialSchema for EntityType {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(EntityType::ALL.iter().map(|value| value.as_str())))
            .into()
    }
}

impl ToSchema for EntityType {}

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
