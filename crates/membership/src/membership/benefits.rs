//! The benefits of members by tier and type, as data with a source and a day. Handbook 9.1 to 9.3; 6 U.S.C. 964 to 966.
//!
//! They are what the law and CBP's publications name; whether a shipment drew one is not known here. While a member is suspended they are
//! withheld, all of them or those that the suspension names (6 U.S.C. 967(a)).

use super::code::codes;
use super::entity_requirements;
use super::state::Membership;
use super::status::Status;
use super::values::Tier;
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::EnforcementActionId;
use kernel::policy::BasisKind;

codes! {
    /// A benefit.
    pub enum Benefit {
        /// A limited cut of the risk score.
        LimitedScoreReduction = "limited_score_reduction",
        /// Lower risk scores.
        LowerRiskScores = "lower_risk_scores",
        /// Fewer examinations of cargo.
        FewerExaminations = "fewer_examinations",
        /// Searches with priority.
        PrioritySearches = "priority_searches",
        /// Release without delay at all threat levels.
        ExpeditedRelease = "expedited_release",
        /// Further cuts of examinations.
        FurtherFewerExaminations = "further_fewer_examinations",
        /// Priority for what is examined.
        ExaminationPriority = "examination_priority",
        /// Joint exercises for incidents.
        JointIncidentExercises = "joint_incident_exercises",
        /// Lower examination rates than those of non-members.
        LowerExaminationRates = "lower_examination_rates",
        /// The FAST lanes.
        FastLanes = "fast_lanes",
        /// Exemption from stratified examinations.
        StratifiedExamExemption = "stratified_exam_exemption",
        /// Front of the line at examinations.
        FrontOfLine = "front_of_line",
        /// Priority when business resumes after a disruption.
        BusinessResumption = "business_resumption",
        /// A specialist of one's own at CBP.
        AssignedSpecialist = "assigned_specialist",
        /// Training and the library of the portal.
        PortalAndTraining = "portal_and_training",
        /// The way into the Trade Compliance division.
        TradeComplianceEligibility = "trade_compliance_eligibility",
        /// Mitigation of penalties.
        PenaltyMitigation = "penalty_mitigation",
        /// Unlading in advance at some ports.
        AdvanceUnlading = "advance_unlading",
    }
}

/// How far a member has come: by tier where tiers are applied, by status elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Certified; Tier I.
    Certified,
    /// Validated; Tier II.
    Validated,
    /// Exceeding the criteria; Tier III.
    Exceeding,
}

/// Who gets a benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Every type.
    EveryType,
    /// The types to which tiers are applied.
    TieredTypes,
    /// These types.
    Types(&'static [EntityType]),
}

/// A benefit with its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BenefitEntry {
    /// The benefit.
    pub benefit: Benefit,
    /// What it is, in a sentence.
    pub text: &'static str,
    /// From which level on.
    pub from: Level,
    /// Up to which level: above it something better takes its place.
    pub up_to: Level,
    /// Who gets it.
    pub given_to: For,
    /// What kind of source it rests on.
    pub basis_kind: BasisKind,
    /// The source.
    pub source: &'static str,
}

/// The day on which the sources were read.
// Reckoned when this is compiled: an impossible date would not compile.
pub const AS_OF: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();

const GUIDE: &str = "CBP's guide of 2014, in secondary sources. Handbook 9.1";

const fn statute(
    benefit: Benefit,
    text: &'static str,
    from: Level,
    up_to: Level,
    source: &'static str,
) -> BenefitEntry {
    BenefitEntry {
        benefit,
        text,
        from,
        up_to,
        given_to: For::TieredTypes,
        basis_kind: BasisKind::Statute,
        source,
    }
}

const fn general(benefit: Benefit, text: &'static str, given_to: For) -> BenefitEntry {
    BenefitEntry {
        benefit,
        text,
        from: Level::Certified,
        up_to: Level::Exceeding,
        given_to,
        basis_kind: BasisKind::SecondarySource,
        source: GUIDE,
    }
}

use Level::{Certified, Exceeding, Validated};

/// Every benefit, in the order of the documentation.
pub const ALL: &[BenefitEntry] = &[
    statute(
        Benefit::LimitedScoreReduction,
        "The score of the Automated Targeting System may be cut by at most 20 % of the high-risk threshold.",
        Certified,
        Certified,
        "6 U.S.C. 964(a)",
    ),
    statute(Benefit::LowerRiskScores, "Lower scores in targeting.", Validated, Exceeding, "6 U.S.C. 965(b)"),
    statute(
        Benefit::FewerExaminations,
        "Fewer examinations of cargo.",
        Validated,
        Exceeding,
        "6 U.S.C. 965(b)",
    ),
    statute(
        Benefit::PrioritySearches,
        "Searches of cargo with priority.",
        Validated,
        Exceeding,
        "6 U.S.C. 965(b)",
    ),
    statute(
        Benefit::ExpeditedRelease,
        "Expedited release of cargo at all threat levels.",
        Exceeding,
        Exceeding,
        "6 U.S.C. 966(c)",
    ),
    statute(
        Benefit::FurtherFewerExaminations,
        "A further cut of examinations.",
        Exceeding,
        Exceeding,
        "6 U.S.C. 966(c)",
    ),
    statute(
        Benefit::ExaminationPriority,
        "Priority for cargo that is examined.",
        Exceeding,
        Exceeding,
        "6 U.S.C. 966(c)",
    ),
    statute(
        Benefit::JointIncidentExercises,
        "Part in joint incident management exercises.",
        Exceeding,
        Exceeding,
        "6 U.S.C. 966(c)",
    ),
    general(
        Benefit::LowerExaminationRates,
        "Lower examination rates than those of companies that are no members.",
        For::EveryType,
    ),
    BenefitEntry {
        source: "Secondary sources. Handbook 9.1 and 9.2: needs a certified carrier, a driver with a FAST card and an approved \
                 importer; at the southern border also a member as manufacturer and a high-security seal",
        ..general(
            Benefit::FastLanes,
            "Use of the FAST lanes at the Canadian and Mexican borders.",
            For::Types(&[
                EntityType::Importer,
                EntityType::UsCanadaHighwayCarrier,
                EntityType::UsMexicoHighwayCarrier,
                EntityType::ForeignManufacturer,
            ]),
        )
    },
    general(
        Benefit::StratifiedExamExemption,
        "Exemption of some importers from stratified examinations.",
        For::Types(&[EntityType::Importer]),
    ),
    general(Benefit::FrontOfLine, "Front of the line when cargo is examined.", For::EveryType),
    general(
        Benefit::BusinessResumption,
        "Priority when business resumes after a disruption or a disaster.",
        For::EveryType,
    ),
    general(
        Benefit::AssignedSpecialist,
        "A supply chain security specialist assigned to the company.",
        For::EveryType,
    ),
    general(Benefit::PortalAndTraining, "The portal's library, and training by CBP.", For::EveryType),
    BenefitEntry {
        from: Validated,
        source: "CBP page and secondary sources. Handbook 9.3: importers of Tier II or III in good standing",
        ..general(
            Benefit::TradeComplianceEligibility,
            "Eligibility for the Trade Compliance division.",
            For::Types(&[EntityType::Importer]),
        )
    },
    general(Benefit::PenaltyMitigation, "Membership counts in mitigation of penalties.", For::EveryType),
    BenefitEntry {
        source: "Secondary source: on application, at ten ports. Handbook 9.1",
        ..general(
            Benefit::AdvanceUnlading,
            "Advance approval of unlading.",
            For::Types(&[EntityType::SeaCarrier]),
        )
    },
];

/// A benefit of one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBenefit {
    /// The benefit with its source.
    pub entry: &'static BenefitEntry,
    /// The suspensions that withhold it; none where it is granted.
    pub withheld_by: Vec<EnforcementActionId>,
}

impl Membership {
    /// The status that counts for tier and benefits: while suspended, the one before.
    pub fn standing(&self) -> Status {
        let suspended_from = self
            .enforcement
            .in_force
            .iter()
            .rev()
            .find(|action| action.withheld_benefits.is_empty())
            .map(|action| action.status_before);
        match self.status {
            Status::Suspended => suspended_from.unwrap_or(self.status),
            status => status,
        }
    }

    /// How far the member has come; `None` while it is none.
    pub fn level(&self) -> Option<Level> {
        match (self.standing(), self.tier) {
            (Status::Certified | Status::Validated, Some(Tier::Tier3)) => Some(Exceeding),
            (Status::Certified | Status::Validated, Some(Tier::Tier2)) | (Status::Validated, _) => {
                Some(Validated)
            }
            (Status::Certified, _) => Some(Certified),
            _ => None,
        }
    }

    /// The tier that is in effect: only meaningful while the company is a member. Handbook 3.1.
    pub fn tier_in_effect(&self) -> Option<Tier> {
        self.tier.filter(|_| self.level().is_some())
    }

    /// The benefits that go with tier and type, and what withholds them.
    pub fn benefits(&self) -> Vec<HeldBenefit> {
        let (Some(level), Some(identity)) = (self.level(), &self.identity) else { return Vec::new() };
        let tiered = entity_requirements::of(identity.entity_type).tiered;
        let is_held = |entry: &&'static BenefitEntry| {
            (entry.from..=entry.up_to).contains(&level)
                && match entry.given_to {
                    For::EveryType => true,
                    For::TieredTypes => tiered,
                    For::Types(types) => types.contains(&identity.entity_type),
                }
        };
        ALL.iter()
            .filter(is_held)
            .map(|entry| {
                let withholds = |action: &&super::state::ActionInForce| {
                    action.withheld_benefits.is_empty() || action.withheld_benefits.contains(&entry.benefit)
                };
                let by = self.enforcement.in_force.iter().filter(withholds);
                HeldBenefit { entry, withheld_by: by.map(|action| action.enforcement_action_id).collect() }
            })
            .collect()
    }
}
