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
use super::declaration::{DebtDeclaration, Declarations, Statement, StatementAnswer};
use super::entity_requirements::{self, CountryRule, EntityRequirements};
use super::facts::AccountFacts;
use super::state::Membership;
use chrono::{Days, NaiveDate};
use criteria::EntityType;
use kernel::{CountryCode, PersonId, Policy};
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

/// What the system can say today from the account and from the declarations.
pub(crate) struct Assessment<'a> {
    pub entity_type: EntityType,
    pub country: CountryCode,
    pub declarations: &'a Declarations,
    pub today: NaiveDate,
    pub policy: &'a Policy,
    /// The person whose declarations they are.
    pub declared_by: Option<PersonId>,
}

impl Assessment<'_> {
    fn requirements(&self) -> &'static EntityRequirements {
        entity_requirements::of(self.entity_type)
    }

    fn finding(
        &self,
        condition: Condition,
        outcome: Outcome,
        by: DeterminedBy,
        basis: impl Into<String>,
        source: DeterminationSource,
    ) -> Determination {
        let person_id = if by == DeterminedBy::Company { self.declared_by } else { None };
        let basis = basis.into();
        Determination {
            condition,
            outcome,
            determined_on: self.today,
            determined_by: by,
            person_id,
            basis,
            source,
        }
    }

    fn denied(&self, condition: Condition) -> Option<Statement> {
        self.statements(condition)
            .find(|statement| self.declarations.statements.get(statement) == Some(&StatementAnswer::Denied))
    }

    fn statements(&self, condition: Condition) -> impl Iterator<Item = Statement> {
        self.requirements()
            .statements
            .iter()
            .copied()
            .filter(move |statement| statement.condition() == condition)
    }

    fn denial(&self, condition: Condition, statement: Statement) -> Determination {
        let basis = format!("The company denies: {}", statement.text());
        self.finding(
            condition,
            Outcome::NotMet,
            DeterminedBy::Company,
            basis,
            DeterminationSource::Declaration,
        )
    }

    /// C1, C6, and C7 and C8 as far as the company itself speaks to them.
    pub fn of_declarations(&self) -> Vec<Determination> {
        let mut found = vec![self.trading(), self.debt()];
        for condition in [Condition::C7, Condition::C8] {
            found.push(match self.denied(condition) {
                Some(statement) => self.denial(condition, statement),
                None => self.finding(
                    condition,
                    Outcome::Open,
                    DeterminedBy::System,
                    "Not determined by CBP yet.",
                    if condition == Condition::C7 {
                        DeterminationSource::Vetting
                    } else {
                        DeterminationSource::SecurityProfile
                    },
                ),
            });
        }
        found
    }

    fn trading(&self) -> Determination {
        let by_declaration = |outcome, basis: String| {
            self.finding(
                Condition::C1,
                outcome,
                DeterminedBy::System,
                basis,
                DeterminationSource::Declaration,
            )
        };
        if let Some(statement) = self.denied(Condition::C1) {
            return self.denial(Condition::C1, statement);
        }
        let Some(last) = self.declarations.last_trading_on else {
            return by_declaration(
                Outcome::Open,
                "The company has not declared when it last traded.".to_owned(),
            );
        };
        let days = self.policy.active_trading_days;
        let earliest = self.today.checked_sub_days(Days::new(days.into())).unwrap_or(self.today);
        if last < earliest {
            let basis = format!("Last traded on {last}, more than {days} days before this determination.");
            return by_declaration(Outcome::NotMet, basis);
        }
        let silent = self.statements(Condition::C1).any(|s| !self.declarations.statements.contains_key(&s));
        if silent {
            let basis =
                format!("Last traded on {last}; the company has not made every statement of its type.");
            return by_declaration(Outcome::Open, basis);
        }
        by_declaration(
            Outcome::Met,
            format!("Last traded on {last}, within {days} days before this determination."),
        )
    }

    fn debt(&self) -> Determination {
        let (outcome, by, basis) = match self.declarations.debt {
            None => (
                Outcome::Open,
                DeterminedBy::System,
                "The company has not declared whether it has such a debt.",
            ),
            Some(DebtDeclaration::NoUnpaidFinalDebt) => {
                (Outcome::Met, DeterminedBy::Company, "The company declares that it has no such debt.")
            }
            Some(DebtDeclaration::UnpaidFinalDebt) => {
                (Outcome::NotMet, DeterminedBy::Company, "The company declares an unpaid, final debt.")
            }
        };
        self.finding(Condition::C6, outcome, by, basis, DeterminationSource::Declaration)
    }

    /// C2, C3 and C4.
    pub fn of_account(&self, facts: &AccountFacts) -> Vec<Determination> {
        vec![self.office(facts), self.officer(facts), self.agreement(facts)]
    }

    fn office(&self, facts: &AccountFacts) -> Determination {
        let rule = self.requirements().office.countries;
        let allowed = facts.staffed_offices.iter().find(|country| rule.allows(**country, self.country));
        let (outcome, basis) = match allowed {
            Some(country) => (Outcome::Met, format!("The account has a staffed office in {country}.")),
            None => (
                Outcome::NotMet,
                format!("The account has no staffed office in {}.", describe(rule, self.country)),
            ),
        };
        self.finding(Condition::C2, outcome, DeterminedBy::System, basis, DeterminationSource::AccountData)
    }

    fn officer(&self, facts: &AccountFacts) -> Determination {
        let (outcome, basis) = match facts.officer {
            Some(_) => (Outcome::Met, "The account has an active user with the role officer."),
            None => (Outcome::NotMet, "The account has no active user with the role officer."),
        };
        self.finding(Condition::C3, outcome, DeterminedBy::System, basis, DeterminationSource::AccountData)
    }

    fn agreement(&self, facts: &AccountFacts) -> Determination {
        let (outcome, basis) = match &facts.agreement {
            Some(agreement) => {
                (Outcome::Met, format!("An officer accepted version {} of the agreement.", agreement.version))
            }
            None => (Outcome::NotMet, "No officer has accepted the agreement in force.".to_owned()),
        };
        self.finding(Condition::C4, outcome, DeterminedBy::System, basis, DeterminationSource::AccountData)
    }

    /// C5, from where the security profile stands.
    pub fn of_profile(&self, outcome: Outcome, basis: &str) -> Determination {
        self.finding(
            Condition::C5,
            outcome,
            DeterminedBy::System,
            basis,
            DeterminationSource::SecurityProfile,
        )
    }
}

/// The countries of a rule in words.
pub fn describe(rule: CountryRule, establishment: CountryCode) -> String {
    let list = |codes: &[CountryCode]| codes.iter().map(CountryCode::as_str).collect::<Vec<_>>().join(", ");
    match rule {
        CountryRule::Any => "any country".to_owned(),
        CountryRule::OneOf(codes) => list(codes),
        CountryRule::AnyBut(codes) => format!("a country other than {}", list(codes)),
        CountryRule::Establishment => establishment.to_string(),
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
