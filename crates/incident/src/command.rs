//! What can be asked of an incident. Values are typed; their shapes were checked at the edge.

use crate::values::{
    Conclusion, Conveyance, DiscoveredBy, FactGroup, Facts, Kind, Moment, Outcome, PartyRole, Place, Risk,
    TextDigest, Verdict,
};
use chrono::NaiveDate;
use criteria::CriterionId;
use kernel::cargo::CargoNumber;
use kernel::{AccountId, IncidentId, PersonId, Text};

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
    /// Ask an account for its analysis.
    RequestAnalysis(RequestAnalysis),
    /// Hand in the analysis.
    SubmitAnalysis(SubmitAnalysis),
    /// Hand in the corrective plan.
    SubmitPlan(SubmitPlan),
    /// Take what an account handed in.
    AcceptResponse(AcceptResponse),
    /// Give back what an account handed in.
    ReturnResponse(ReturnResponse),
    /// Say that an action of the plan is done.
    CompleteAction(CompleteAction),
    /// Come to a conclusion about an account.
    ConcludePart(ConcludePart),
    /// Close the incident.
    Close(Close),
    /// Open it again.
    Reopen(Reopen),
    /// Correct or complete what is known.
    CorrectFacts(CorrectFacts),
    /// Record that a text was erased.
    EraseText(EraseText),
    /// Say whether another incident is the same.
    Compare(Compare),
    /// Take that back.
    UndoComparison(UndoComparison),
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

/// Ask an account for its post-incident analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestAnalysis {
    /// The account.
    pub account_id: AccountId,
    /// The last day; by policy when absent.
    pub due_on: Option<NaiveDate>,
}

/// Hand in the post-incident analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitAnalysis {
    /// The account.
    pub account_id: AccountId,
    /// The root cause, which stands beside the ledger.
    pub root_cause: TextDigest,
    /// The criteria that failed; none where nothing did.
    pub failed_criteria: Vec<CriterionId>,
}

/// An action of a corrective plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanAction {
    /// What is done, which stands beside the ledger.
    pub description: TextDigest,
    /// Who sees to it: a contact of the account.
    pub owner: PersonId,
    /// By when. Immediate actions may have been done already.
    pub due_on: NaiveDate,
}

/// Hand in the corrective plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitPlan {
    /// The account.
    pub account_id: AccountId,
    /// What is done, by whom and by when.
    pub actions: Vec<PlanAction>,
}

/// Take what an account handed in: after an analysis it owes a plan, after a plan it is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptResponse {
    /// The account.
    pub account_id: AccountId,
    /// The last day for the plan, or of the watching; by policy when absent.
    pub due_on: Option<NaiveDate>,
}

/// Give back what an account handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnResponse {
    /// The account.
    pub account_id: AccountId,
    /// What is missing.
    pub reason: Text<2000>,
    /// The last day to hand it in again; by policy when absent.
    pub due_on: Option<NaiveDate>,
}

/// Say that an action of the plan is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteAction {
    /// The account.
    pub account_id: AccountId,
    /// The number of the action.
    pub number: u32,
}

/// Come to a conclusion about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcludePart {
    /// The account.
    pub account_id: AccountId,
    /// The conclusion.
    pub conclusion: Conclusion,
    /// On what it rests.
    pub basis: Text<500>,
}

/// Close the incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// How it ended.
    pub outcome: Outcome,
    /// On what that rests.
    pub basis: Text<500>,
}

/// Open it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopen {
    /// Why.
    pub reason: Text<500>,
}

/// Say whether another incident is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compare {
    /// The other one.
    pub other: IncidentId,
    /// What was found.
    pub verdict: Verdict,
    /// On what it rests.
    pub reason: Text<500>,
}

/// Take back what was said of another incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoComparison {
    /// The other one.
    pub other: IncidentId,
    /// Why.
    pub reason: Text<500>,
}

/// Correct or complete what is known. What is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correction {
    /// What happened.
    pub kind: Option<Kind>,
    /// Who discovered it.
    pub discovered_by: Option<DiscoveredBy>,
    /// When it happened.
    pub occurred: Option<Moment>,
    /// When it was discovered.
    pub discovered: Option<Moment>,
    /// Where.
    pub place: Option<Place>,
    /// In what.
    pub conveyance: Option<Conveyance>,
    /// All numbers.
    pub numbers: Option<Vec<CargoNumber>>,
    /// The goods concerned.
    pub goods: Option<Text<200>>,
    /// How much of them.
    pub quantity: Option<Text<100>>,
}

/// Correct or complete what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectFacts {
    /// What is so instead.
    pub correction: Correction,
    /// Why.
    pub reason: Text<500>,
}

/// Record that a text was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraseText {
    /// The number of the text within the incident.
    pub number: u32,
    /// Why, without saying what was erased.
    pub reason: Text<500>,
}

macro_rules! into_command {
    ($($name:ident),+ $(,)?) => {$(
        impl From<$name> for IncidentCommand {
            fn from(command: $name) -> Self {
                IncidentCommand::$name(command)
            }
        }
    )+};
}

into_command!(
    Report,
    AddStatement,
    InvolveAccount,
    RemoveAccount,
    Triage,
    BeginReview,
    RequestAnalysis,
    SubmitAnalysis,
    SubmitPlan,
    AcceptResponse,
    ReturnResponse,
    CompleteAction,
    ConcludePart,
    Close,
    Reopen,
    CorrectFacts,
    EraseText,
    Compare,
    UndoComparison,
);
