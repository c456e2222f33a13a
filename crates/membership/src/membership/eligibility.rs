//! Eligibility as dated determinations on the conditions C1 to C8. Handbook 2.1.
//!
//! A determination is never changed: a newer one on the same condition takes its place, and the older one stays in the list
//! (6 U.S.C. 971(b) wants each determination documented). Three parties determine:
//!
//! - the **system** from dates, account data and the state of the security profile (C1 to C5);
//! - the **company** by declaring (C6, and the statements of its type);
//! - CBP **staff** by confirming or denying (C1, C2, C6, C7, C8).
//!
//! What staff have determined, the system and the company can make worse but not better: a denied condition is met again
//! only when staff say so. C6, C7 and C8 count for certification only as confirmed by staff.

use super::code::codes;
use super::state::Membership;
use chrono::NaiveDate;
use kernel::PersonId;
use serde::{Deserialize, Serialize};

codes! {
    /// A condition that every applicant has to meet. Handbook 2.1.
    pub enum Condition {
        /// Actively trading in the role applied for.
        C1 = "c1",
        /// Staffed business office in the country named for the type.
        C2 = "c2",
        /// A company officer as primary cargo-security officer.
        C3 = "c3",
        /// That officer signed the agreement to participate.
        C4 = "c4",
        /// A complete security profile.
        C5 = "c5",
        /// No final, unpaid debt to CBP.
        C6 = "c6",
        /// No significant security events.
        C7 = "c7",
        /// A history of moving cargo, an assessment and measures that meet the criteria.
        C8 = "c8",
    }
}

codes! {
    /// Who can settle a condition for good.
    pub enum SettledBy {
        /// The system, from what it knows; staff may differ where [`Condition::staff_may_determine`] says so.
        System = "system",
        /// Staff have to confirm.
        Staff = "staff",
    }
}

impl Condition {
    /// The condition in a sentence.
    pub const fn text(self) -> &'static str {
        match self {
            Condition::C1 => "The company actively trades in the role applied for.",
            Condition::C2 => "The company has a staffed business office in a country named for its type.",
            Condition::C3 => "A company officer is named as primary cargo-security officer.",
            Condition::C4 => "That officer has signed the agreement to participate voluntarily.",
            Condition::C5 => "The security profile is complete for the type.",
            Condition::C6 => "There is no final, unpaid debt to CBP.",
            Condition::C7 => "There are no significant security events and no other issues of concern.",
            Condition::C8 => {
                "The company has a history of moving cargo in the international supply chain, an assessment of its supply \
                 chain, and measures that meet the criteria."
            }
        }
    }

    /// How it is checked.
    pub const fn how_checked(self) -> &'static str {
        match self {
            Condition::C1 => {
                "From the date of last activity and the statements of the type, declared by the company; staff may \
                              determine otherwise."
            }
            Condition::C2 => {
                "From the account's addresses that are flagged as staffed offices; staff may determine otherwise."
            }
            Condition::C3 => "From the account: an active user with the role officer.",
            Condition::C4 => "From the account: the agreement in force, accepted by an officer.",
            Condition::C5 => "From the security profile: every applicable question answered and submitted.",
            Condition::C6 => "The company declares, staff confirm.",
            Condition::C7 => "From the result of the vetting, or determined by staff.",
            Condition::C8 => {
                "From the content of the security profile: confirmed when staff approve it, or determined by staff."
            }
        }
    }

    /// Where it is written.
    pub const fn source(self) -> &'static str {
        match self {
            Condition::C8 => "Handbook 2.1, C8; 6 U.S.C. 963",
            Condition::C1 => "Handbook 2.1, C1; CBP page",
            Condition::C2 => "Handbook 2.1, C2; CBP page",
            Condition::C3 => "Handbook 2.1, C3; CBP page",
            Condition::C4 => "Handbook 2.1, C4; CBP page",
            Condition::C5 => "Handbook 2.1, C5; CBP page",
            Condition::C6 => "Handbook 2.1, C6; CBP page",
            Condition::C7 => "Handbook 2.1, C7; CBP page",
        }
    }

    /// Who can settle it for good.
    pub const fn settled_by(self) -> SettledBy {
        match self {
            Condition::C6 | Condition::C7 | Condition::C8 => SettledBy::Staff,
            _ => SettledBy::System,
        }
    }

    /// Whether staff may determine it. C3, C4 and C5 are facts that the portal knows better.
    pub const fn staff_may_determine(self) -> bool {
        !matches!(self, Condition::C3 | Condition::C4 | Condition::C5)
    }
}

codes! {
    /// What was determined.
    pub enum Outcome {
        /// The condition is met.
        Met = "met",
        /// It is not met.
        NotMet = "not_met",
        /// It is not decided.
        Open = "open",
    }
}

codes! {
    /// What kind of party determined.
    pub enum DeterminedBy {
        /// The portal, from what it knows.
        System = "system",
        /// The company, by its declaration.
        Company = "company",
        /// CBP staff.
        Staff = "staff",
    }
}

codes! {
    /// What a determination rests on.
    pub enum DeterminationSource {
        /// What the company declared.
        Declaration = "declaration",
        /// Users, addresses, contacts and agreements of the account.
        AccountData = "account_data",
        /// The security profile and its review.
        SecurityProfile = "security_profile",
        /// The vetting.
        Vetting = "vetting",
        /// What staff found otherwise.
        StaffFinding = "staff_finding",
    }
}

/// A dated determination on one condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Determination {
    /// The condition.
    pub condition: Condition,
    /// What was determined.
    pub outcome: Outcome,
    /// The programme date.
    pub determined_on: NaiveDate,
    /// What kind of party determined.
    pub determined_by: DeterminedBy,
    /// The person, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// Why, in a sentence.
    pub basis: String,
    /// What it rests on.
    pub source: DeterminationSource,
}

impl Determination {
    /// As its company is told it: what a vetting has found stays with CBP.
    pub fn for_company(&self) -> Determination {
        let mut told = self.clone();
        if self.source == DeterminationSource::Vetting && self.determined_by == DeterminedBy::Staff {
            let basis = match self.outcome {
                Outcome::Open => "The vetting is open.",
                Outcome::Met => "The vetting was passed.",
                Outcome::NotMet => "The vetting was failed.",
            };
            told.basis = basis.to_owned();
        }
        told
    }
}

impl Membership {
    /// The newest determination on a condition.
    pub fn determination(&self, condition: Condition) -> Option<&Determination> {
        self.determinations.iter().rev().find(|determination| determination.condition == condition)
    }

    /// Whether a condition is met in the way that certification needs: met, and by staff where staff have to confirm.
    pub fn is_settled(&self, condition: Condition) -> bool {
        self.determination(condition).is_some_and(|newest| {
            newest.outcome == Outcome::Met
                && (condition.settled_by() == SettledBy::System
                    || newest.determined_by == DeterminedBy::Staff)
        })
    }

    /// Whether every condition is met in the way that certification needs.
    pub fn is_eligible(&self) -> bool {
        Condition::ALL.iter().all(|condition| self.is_settled(*condition))
    }

    /// Of what system and company find, what is news: it differs from the newest determination, and does not make better
    /// what staff determined.
    pub(crate) fn news(&self, found: Vec<Determination>) -> Vec<Determination> {
        found.into_iter().filter(|finding| self.is_news(finding)).collect()
    }

    fn is_news(&self, finding: &Determination) -> bool {
        match self.determination(finding.condition) {
            None => true,
            Some(newest) if newest.determined_by == DeterminedBy::Staff => {
                finding.outcome == Outcome::NotMet && newest.outcome != Outcome::NotMet
            }
            // What waits for the profile or for the vetting goes on waiting, in whatever words.
            Some(newest)
                if finding.outcome == Outcome::Open && finding.source != DeterminationSource::Declaration =>
            {
                newest.outcome != Outcome::Open
            }
            Some(newest) => newest.outcome != finding.outcome || newest.basis != finding.basis,
        }
    }
}
