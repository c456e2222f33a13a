//! An obligation's own stream: what nobody can derive from other events. That a day has passed, so that whoever follows the feed need not watch
//! the clock, and that a supervisor let somebody off.

use crate::clock::{Kind, Owner};
use chrono::NaiveDate;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use kernel::{AccountId, Context, MembershipId, ObligationId, PersonId, Refusal, Role, Text};
use serde::{Deserialize, Serialize};

/// Why an obligation was waived. Names no person.
pub type Reason = Text<4000>;

kernel::events! {
    /// What can happen to an obligation by itself.
    pub enum ObligationEvent {
        /// A last day went by without what was owed. Recorded once for each last day, whoever noticed; `occurred_at` is when it was noticed.
        DatePassed(ObligationDatePassed) = "obligation.date_passed", 1;
        /// A supervisor or the programme director let somebody off, with a reason.
        Waived(ObligationWaived) = "obligation.waived", 1;
    }
}

/// Payload of `obligation.date_passed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationDatePassed {
    /// The obligation.
    pub obligation_id: ObligationId,
    /// Its kind.
    pub kind: Kind,
    /// Who owes it.
    pub owner: Owner,
    /// The company's account.
    pub account_id: AccountId,
    /// The membership it is owed for.
    pub membership_id: MembershipId,
    /// The last day, now past.
    pub due_on: NaiveDate,
    /// The programme date on which it was noticed.
    pub noticed_on: NaiveDate,
    /// The version of the policy that it goes by.
    pub policy_version: String,
}

/// Payload of `obligation.waived`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationWaived {
    /// The obligation.
    pub obligation_id: ObligationId,
    /// Its kind.
    pub kind: Kind,
    /// Who owed it.
    pub owner: Owner,
    /// The company's account.
    pub account_id: AccountId,
    /// The membership it was owed for.
    pub membership_id: MembershipId,
    /// The last day that it had.
    pub due_on: NaiveDate,
    /// Why.
    pub reason: Reason,
    /// Who waived it.
    pub waived_by: PersonId,
    /// The programme date.
    pub waived_on: NaiveDate,
}

/// What the rules know of an obligation besides its own stream: what follows from other events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// The obligation.
    pub obligation_id: ObligationId,
    /// Its kind.
    pub kind: Kind,
    /// Who owes it.
    pub owner: Owner,
    /// The company's account.
    pub account_id: AccountId,
    /// The membership it is owed for.
    pub membership_id: MembershipId,
    /// Its last day.
    pub due_on: NaiveDate,
    /// How it stands, in one code.
    pub standing: crate::Standing,
    /// The version of the policy that it goes by.
    pub policy_version: String,
}

/// Let somebody off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waive {
    /// What follows from other events.
    pub derived: Derived,
    /// Why.
    pub reason: Reason,
}

/// Record that the last day has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPassing {
    /// What follows from other events.
    pub derived: Derived,
}

/// Every command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObligationCommand {
    /// Let somebody off.
    Waive(Waive),
    /// Record that the last day has passed.
    RecordPassing(RecordPassing),
}

impl From<Waive> for ObligationCommand {
    fn from(command: Waive) -> Self {
        Self::Waive(command)
    }
}

impl From<RecordPassing> for ObligationCommand {
    fn from(command: RecordPassing) -> Self {
        Self::RecordPassing(command)
    }
}

/// What an obligation's own stream says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationRecord {
    /// The last days whose passing is recorded, oldest first: a mended date can pass again.
    pub passed: Vec<NaiveDate>,
    /// How it was waived.
    pub waived: Option<ObligationWaived>,
}

/// Takes one event into the state.
pub fn evolve(record: &mut ObligationRecord, event: &ObligationEvent) {
    match event {
        ObligationEvent::DatePassed(event) => record.passed.push(event.due_on),
        ObligationEvent::Waived(event) => record.waived = Some(event.clone()),
    }
}

/// What follows from a command; nothing where it is recorded already that a day has passed.
///
/// # Errors
/// A [`Refusal`] that names the broken rule; nothing has then happened.
pub fn decide(
    record: &ObligationRecord,
    command: ObligationCommand,
    context: &Context,
) -> Result<Vec<ObligationEvent>, Refusal> {
    match command {
        ObligationCommand::Waive(command) => waive(record, command, context),
        ObligationCommand::RecordPassing(command) => record_passing(record, command, context),
    }
}

fn waive(
    record: &ObligationRecord,
    command: Waive,
    context: &Context,
) -> Result<Vec<ObligationEvent>, Refusal> {
    if !matches!(context.actor.role, Role::Supervisor | Role::ProgrammeDirector) {
        let sentence = "Only a supervisor or the programme director may waive a deadline.";
        return Err(Refusal::actor("supervisor_only", sentence));
    }
    let Waive { derived, reason } = command;
    if record.waived.is_some() || !derived.is_running() {
        let sentence = format!("A deadline that is {} can't be waived.", derived.standing);
        return Err(Refusal::state("obligation_ended", sentence, derived.standing.as_str(), &[]));
    }
    let event = ObligationWaived {
        obligation_id: derived.obligation_id,
        kind: derived.kind,
        owner: derived.owner,
        account_id: derived.account_id,
        membership_id: derived.membership_id,
        due_on: derived.due_on,
        reason,
        waived_by: context.actor.id,
        waived_on: context.today(),
    };
    Ok(vec![event.into()])
}

fn record_passing(
    record: &ObligationRecord,
    RecordPassing { derived }: RecordPassing,
    context: &Context,
) -> Result<Vec<ObligationEvent>, Refusal> {
    if context.actor.role != Role::System {
        let sentence = "Only the portal itself records that a day has passed.";
        return Err(Refusal::actor("system_only", sentence));
    }
    let today = context.today();
    if derived.due_on >= today {
        let sentence = format!("The last day is {}, that day included.", derived.due_on);
        return Err(Refusal::state("not_overdue_yet", sentence, derived.standing.as_str(), &[]));
    }
    if record.passed.contains(&derived.due_on) || !derived.is_running() {
        return Ok(Vec::new());
    }
    let event = ObligationDatePassed {
        obligation_id: derived.obligation_id,
        kind: derived.kind,
        owner: derived.owner,
        account_id: derived.account_id,
        membership_id: derived.membership_id,
        due_on: derived.due_on,
        noticed_on: today,
        policy_version: derived.policy_version,
    };
    Ok(vec![event.into()])
}

impl Derived {
    /// What follows from other events, as it is on a day.
    pub fn of(obligation: &crate::Obligation, on: NaiveDate) -> Self {
        Self {
            obligation_id: obligation.id,
            kind: obligation.kind,
            owner: obligation.owner(),
            account_id: obligation.account_id,
            membership_id: obligation.membership_id,
            due_on: obligation.due_on,
            standing: obligation.standing(on),
            policy_version: obligation.policy_version.clone(),
        }
    }

    /// Whether it is still owed.
    pub fn is_running(&self) -> bool {
        matches!(self.standing, crate::Standing::Open | crate::Standing::Overdue)
    }
}

impl Aggregate for ObligationRecord {
    const TYPE: &'static str = "obligation";
    type Command = ObligationCommand;
    type Event = ObligationEvent;
    type Error = Refusal;
    type Services = Context;

    async fn handle(
        &mut self,
        command: Self::Command,
        context: &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), Self::Error> {
        for event in decide(self, command, context)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Self::Event) {
        evolve(self, &event);
    }
}
