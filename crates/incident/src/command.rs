//! What can be asked of an incident. Values are typed; their shapes were checked at the edge.

use crate::values::{FactGroup, Facts, PartyRole, Risk, TextDigest};
use kernel::{AccountId, IncidentId, Text};

/// Every command.
#[derive(Debug, Clone, PartialEq)]
pub enum IncidentCommand {
    /// Report it.
    Report(Report),
    /// Add what somebody has to say.
    AddStatement(AddStatement),
    /// Name an account that it involves.
    InvolveAccount(InvolveAccount),
    /// Take an account out that was named by mistake.
    RemoveAccount(RemoveAccount),
    /// Say how urgent it is.
    Triage(Triage),
    /// Begin to look into it.
    BeginReview(BeginReview),
}

/// Report an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The incident, a new id.
    pub incident_id: IncidentId,
    /// What is known of it.
    pub facts: Facts,
    /// The account that reports it, or that staff name first, and what it had to do with it. A company always reports for one.
    pub party: Option<(AccountId, PartyRole)>,
    /// The narrative, which stands beside the ledger.
    pub narrative: TextDigest,
}

/// Add what somebody has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddStatement {
    /// The account that says it, or that staff say it to; absent for what only staff read.
    pub account_id: Option<AccountId>,
    /// The text, which stands beside the ledger.
    pub text: TextDigest,
}

/// Name an account that it involves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvolveAccount {
    /// The account.
    pub account_id: AccountId,
    /// What it had to do with it.
    pub role: PartyRole,
    /// What it is shown of the report. It is always shown what kind of incident it is, and never the narrative.
    pub disclosed: Vec<FactGroup>,
}

/// Take an account out that was named by mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveAccount {
    /// The account.
    pub account_id: AccountId,
    /// Why it has nothing to do with it.
    pub reason: Text<500>,
}

/// Say how urgent it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triage {
    /// How urgent.
    pub risk: Risk,
    /// By which criteria.
    pub basis: Text<500>,
}

/// Begin to look into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeginReview {}

macro_rules! into_command {
    ($($name:ident),+ $(,)?) => {$(
        impl From<$name> for IncidentCommand {
            fn from(command: $name) -> Self {
                IncidentCommand::$name(command)
            }
        }
    )+};
}

into_command!(Report, AddStatement, InvolveAccount, RemoveAccount, Triage, BeginReview);
