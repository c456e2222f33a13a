//! Events as data: a stable dotted type, a version and a documented payload.

/// One event type of an aggregate, for the generated documentation and for checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventDescription {
    /// The stable, dotted, past-tense type, for example `membership.certified`.
    pub event_type: &'static str,
    /// The version of the payload that is written today.
    pub version: u32,
    /// What happened, in a sentence or two.
    pub summary: &'static str,
    /// A payload of that version, as JSON.
    pub example: &'static str,
}

/// Declares the event enum of an aggregate: one variant an event, each with its type string, payload version and summary.
///
/// An example of each payload stands in the crate's own folder, at `golden/<type>/v<version>.json`.
///
/// Expands to the enum (serialised with the type under `type`), to `DESCRIPTIONS`, and to `cqrs_es::DomainEvent`.
///
/// ```ignore
/// kernel::events! {
///     /// What can happen to a membership.
///     pub enum MembershipEvent {
///         /// The application was certified.
///         Certified(MembershipCertified) = "membership.certified", 1;
///     }
/// }
/// ```
#[macro_export]
macro_rules! events {
    (
        $(#[$enum_doc:meta])*
        pub enum $name:ident {
            $(
                #[doc = $summary:expr]
                $variant:ident($payload:ty) = $event_type:literal, $version:literal;
            )+
        }
    ) => {
        $(#[$enum_doc])*
        #[derive(Debug, Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(tag = "type")]
        pub enum $name {
            $(
                #[doc = $summary]
                #[serde(rename = $event_type)]
                $variant($payload),
            )+
        }

        impl $name {
            /// Every event type of this aggregate with its current version and summary.
            pub const DESCRIPTIONS: &'static [$crate::EventDescription] = &[
                $($crate::EventDescription {
                    event_type: $event_type,
                    version: $version,
                    summary: $summary,
                    example: include_str!(concat!(
                        env!("CARGO_MANIFEST_DIR"), "/golden/", $event_type, "/v", stringify!($version), ".json"
                    )),
                },)+
            ];
        }

        impl ::cqrs_es::DomainEvent for $name {
            fn event_type(&self) -> String {
                match self { $($name::$variant(_) => $event_type,)+ }.to_owned()
            }

            fn event_version(&self) -> String {
                match self { $($name::$variant(_) => stringify!($version),)+ }.to_owned()
            }
        }

        $(
            impl From<$payload> for $name {
                fn from(payload: $payload) -> Self {
                    $name::$variant(payload)
                }
            }
        )+
    };
}
