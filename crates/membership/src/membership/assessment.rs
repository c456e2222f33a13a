//! What system and company can say to the conditions: from declarations, from the account, from the profile. Handbook 2.1.

use super::declaration::{DebtDeclaration, Declarations, Statement, StatementAnswer};
use super::eligibility::{Condition, Determination, DeterminationSource, DeterminedBy, Outcome};
use super::entity_requirements::{self, CountryRule, EntityRequirements};
use super::facts::AccountFacts;
use chrono::{Days, NaiveDate};
use criteria::EntityType;
use kernel::{CountryCode, PersonId, Policy};

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
                format!("The account has no staffed office in {}.", describe_countries(rule, self.country)),
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
pub fn describe_countries(rule: CountryRule, establishment: CountryCode) -> String {
    let list = |codes: &[CountryCode]| codes.iter().map(CountryCode::as_str).collect::<Vec<_>>().join(", ");
    match rule {
        CountryRule::Any => "any country".to_owned(),
        CountryRule::OneOf(codes) => list(codes),
        CountryRule::AnyBut(codes) => format!("a country other than {}", list(codes)),
        CountryRule::Establishment => establishment.to_string(),
    }
}
