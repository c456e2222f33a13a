//! Opaque, type-prefixed, time-sortable identifiers: `mbr_` followed by the 32 hexadecimal digits of a UUIDv7.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The text is not an id of the expected type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id of this type is written {prefix}_ followed by 32 lower-case hexadecimal digits")]
pub struct IdError {
    /// The prefix that was expected, without the underscore.
    pub prefix: &'static str,
}

fn parse(prefix: &'static str, text: &str) -> Result<Uuid, IdError> {
    let error = IdError { prefix };
    let digits = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or(error.clone())?;
    if digits.len() != 32 || !digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return Err(error);
    }
    Uuid::try_parse(digits).map_err(|_| error)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The prefix in front of the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps a UUID; callers make one with `Uuid::now_v7()`.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID inside.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                parse($prefix, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-9a-f]{32}$")))
                    .max_length(Some($prefix.len() + 33))
                    .description(Some(concat!("Opaque id: `", $prefix, "_` and 32 hexadecimal digits.")))
                    .extensions(Some(
                        utoipa::openapi::extensions::ExtensionsBuilder::new()
                            .add("x-shape", concat!("an id: ", $prefix, "_ and 32 digits of lower-case hexadecimal"))
                            .build(),
                    ))
                    .examples([serde_json::Value::from(concat!($prefix, "_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"))])
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

id!(/// A company's account.
    AccountId, "acc");
id!(/// An address of an account.
    AddressId, "adr");
id!(/// A membership: one business entity of one type, from application onwards.
    MembershipId, "mbr");
id!(/// A security profile.
    ProfileId, "prf");
id!(/// An invitation to apply for a type that needs one.
    InvitationId, "inv");
id!(/// A person or machine client. Names and addresses are kept in the people table alone.
    PersonId, "per");
id!(/// A document that an application names by reference.
    DocumentId, "doc");
id!(/// An enforcement action: one decision on one membership, such as a suspension or a removal.
    EnforcementActionId, "enf");
id!(/// An appeal against an enforcement action.
    AppealId, "apl");
id!(/// A security incident.
    IncidentId, "inc");
id!(/// A deadline that somebody has to meet.
    ObligationId, "obl");
id!(/// The calendar of an account's deadlines.
    CalendarId, "cal");
id!(/// What somebody was told.
    NotificationId, "ntf");
id!(/// A legal hold on an account or a person.
    HoldId, "hld");
id!(/// An event of the ledger.
    EventId, "evt");

impl PersonId {
    /// The portal itself.
    pub const SYSTEM: PersonId = PersonId(Uuid::nil());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        let id = MembershipId::new(Uuid::from_u128(0x0193_a5c0_de7a_7c3e_b8f6_a1b2_c3d4_e5f6));
        assert_eq!(id.to_string(), "mbr_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_of_another_type_or_shape_is_refused() {
        for wrong in [
            "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6",
            "mbr_0193A5C0DE7A7C3EB8F6A1B2C3D4E5F6",
            "mbr_0193a5c0-de7a-7c3e-b8f6-a1b2c3d4e5f6",
            "mbr_",
            "",
        ] {
            assert!(wrong.parse::<MembershipId>().is_err(), "{wrong}");
        }
    }
}
