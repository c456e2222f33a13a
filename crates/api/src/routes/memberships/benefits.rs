//! The benefits of a membership.

use super::super::code;
use chrono::NaiveDate;
use kernel::EnforcementActionId;
use membership::membership as mbr;
use membership::membership::benefits::{AS_OF, HeldBenefit};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A benefit of a member.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipBenefit {
    /// The benefit.
    #[schema(inline, value_type = code::BenefitOut)]
    pub benefit: &'static str,
    /// What it is, in a sentence.
    pub text: &'static str,
    /// Whether it is granted or withheld.
    #[schema(inline, value_type = code::BenefitStateOut)]
    pub state: &'static str,
    /// The suspensions that withhold it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withheld_by: Vec<EnforcementActionId>,
    /// What kind of source it rests on.
    #[schema(inline, value_type = code::BasisKindOut)]
    pub basis_kind: Value,
    /// The source.
    pub source: &'static str,
    /// The day on which the source was read.
    pub as_of: NaiveDate,
}

impl From<&HeldBenefit> for MembershipBenefit {
    fn from(held: &HeldBenefit) -> Self {
        Self {
            benefit: held.entry.benefit.as_str(),
            text: held.entry.text,
            state: if held.withheld_by.is_empty() { "granted" } else { "withheld" },
            withheld_by: held.withheld_by.clone(),
            basis_kind: serde_json::to_value(held.entry.basis_kind).unwrap_or_default(),
            source: held.entry.source,
            as_of: AS_OF,
        }
    }
}

/// The benefits of a membership.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BenefitList {
    /// Where the membership stands.
    #[schema(inline, value_type = code::StatusOut)]
    pub status: &'static str,
    /// The tier, where tiers are applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Option<code::TierOut>)]
    pub tier: Option<&'static str>,
    /// The benefits that go with tier and type; none of a company that is no member.
    pub items: Vec<MembershipBenefit>,
}

impl BenefitList {
    /// Those of a membership.
    pub fn of(membership: &mbr::Membership) -> Self {
        Self {
            status: membership.status.as_str(),
            tier: membership.tier_in_effect().map(|tier| tier.as_str()),
            items: membership.benefits().iter().map(MembershipBenefit::from).collect(),
        }
    }
}

/// One benefit, withheld.
pub fn example() -> Value {
    json!({"status": "validated", "tier": "tier_2", "items": [{"benefit": "fast_lanes",
        "text": "Use of the FAST lanes at the Canadian and Mexican borders.", "state": "withheld",
        "withheld_by": ["enf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6"], "basis_kind": "secondary_source",
        "source": "Secondary sources. Handbook 9.1 and 9.2", "as_of": "2026-11-24"}]})
}
