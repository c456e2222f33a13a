//! An invitation to apply for a type that needs one: single use, tied to a type, with a last day. Handbook 2.2.

use crate::membership::code::codes;
use chrono::{Days, NaiveDate};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use criteria::EntityType;
use kernel::{AccountId, Context, FieldError, InvitationId, MembershipId, PersonId, Refusal, Text};
use serde::{Deserialize, Serialize};

codes! {
    /// Where an invitation stands. That one has expired is derived from its last day.
    #[derive(Default)]
    pub enum InvitationStatus {
        /// It can be used.
        #[default]
        Open = "open",
        /// It was used.
        Redeemed = "redeemed",
        /// It was taken back.
        Revoked = "revoked",
    }
}

kernel::events! {
    /// What can happen to an invitation.
    pub enum InvitationEvent {
        /// CBP invited a company to apply for a type. The secret and a note are kept beside the ledger until it is used.
        Issued(InvitationIssued) = "invitation.issued", 1;
        /// A company applied with it.
        Redeemed(InvitationRedeemed) = "invitation.redeemed", 1;
        /// CBP took it back.
        Revoked(InvitationRevoked) = "invitation.revoked", 1;
    }
}

/// Payload of `invitation.issued`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvitationIssued {
    /// The invitation.
    pub invitation_id: InvitationId,
    /// The type that it lets a company apply for.
    pub entity_type: EntityType,
    /// SHA-256 of the secret, in lower-case hexadecimal.
    pub token_sha256: String,
    /// For whom it is meant, in events of the time before notes were kept beside the ledger. No event gets one any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text<500>>,
    /// Who issued it.
    pub issued_by: PersonId,
    /// The programme date.
    pub issued_on: NaiveDate,
    /// The last day on which it can be used.
    pub expires_on: NaiveDate,
}

/// Payload of `invitation.redeemed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvitationRedeemed {
    /// The membership that was applied for with it.
    pub membership_id: MembershipId,
    /// The account that applied.
    pub account_id: AccountId,
    /// The programme date.
    pub redeemed_on: NaiveDate,
}

/// Payload of `invitation.revoked`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvitationRevoked {
    /// Why.
    pub reason: Text<500>,
    /// Who took it back.
    pub revoked_by: PersonId,
    /// The programme date.
    pub revoked_on: NaiveDate,
}

/// Every command.
#[derive(Debug, Clone, PartialEq)]
pub enum InvitationCommand {
    /// Issue an invitation.
    Issue(IssueInvitation),
    /// Use it.
    Redeem(RedeemInvitation),
    /// Take it back.
    Revoke(RevokeInvitation),
}

/// Issue an invitation.
#[derive(Debug, Clone, PartialEq)]
pub struct IssueInvitation {
    /// A new id.
    pub invitation_id: InvitationId,
    /// The type.
    pub entity_type: EntityType,
    /// SHA-256 of the secret.
    pub token_sha256: String,
    /// The last day; by policy when absent.
    pub expires_on: Option<NaiveDate>,
}

/// Use an invitation.
#[derive(Debug, Clone, PartialEq)]
pub struct RedeemInvitation {
    /// The type applied for.
    pub entity_type: EntityType,
    /// The membership applied for.
    pub membership_id: MembershipId,
    /// The account that applies.
    pub account_id: AccountId,
    /// Whether whoever issued the invitation is the one who applies, or acts for this account; the portal has looked.
    pub of_the_issuer: bool,
}

/// Take an invitation back.
#[derive(Debug, Clone, PartialEq)]
pub struct RevokeInvitation {
    /// Why.
    pub reason: Text<500>,
}

macro_rules! into_command {
    ($($variant:ident($name:ident)),+ $(,)?) => {
        $(impl From<$name> for InvitationCommand { fn from(command: $name) -> Self { InvitationCommand::$variant(command) } })+
    };
}

into_command!(Issue(IssueInvitation), Redeem(RedeemInvitation), Revoke(RevokeInvitation));

/// An invitation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// How it was issued; `None` only before.
    pub issued: Option<InvitationIssued>,
    /// Where it stands.
    pub status: InvitationStatus,
    /// How it was used.
    pub redeemed: Option<InvitationRedeemed>,
    /// How it was taken back.
    pub revoked: Option<InvitationRevoked>,
}

impl Invitation {
    /// What the status allows.
    pub fn allowed_commands(&self) -> &'static [&'static str] {
        match (self.issued.is_some(), self.status) {
            (true, InvitationStatus::Open) => &["revoke"],
            _ => &[],
        }
    }
}

/// Takes one event into the state.
pub fn evolve(invitation: &mut Invitation, event: &InvitationEvent) {
    match event {
        InvitationEvent::Issued(event) => invitation.issued = Some(event.clone()),
        InvitationEvent::Redeemed(event) => {
            invitation.status = InvitationStatus::Redeemed;
            invitation.redeemed = Some(event.clone());
        }
        InvitationEvent::Revoked(event) => {
            invitation.status = InvitationStatus::Revoked;
            invitation.revoked = Some(event.clone());
        }
    }
}

/// What follows from a command.
///
/// # Errors
/// A [`Refusal`] that names the broken rule; nothing has then happened.
pub fn decide(
    invitation: &Invitation,
    command: InvitationCommand,
    context: &Context,
) -> Result<Vec<InvitationEvent>, Refusal> {
    match command {
        InvitationCommand::Issue(command) => issue(invitation, command, context),
        InvitationCommand::Redeem(command) => redeem(invitation, &command, context),
        InvitationCommand::Revoke(command) => revoke(invitation, command, context),
    }
}

fn issue(
    invitation: &Invitation,
    command: IssueInvitation,
    context: &Context,
) -> Result<Vec<InvitationEvent>, Refusal> {
    if invitation.issued.is_some() {
        return Err(refuse(invitation, "invitation_issued", "This invitation has been issued already."));
    }
    if !context.actor.role.is_staff_role() {
        return Err(Refusal::actor("staff_only", "Invitations are issued by CBP."));
    }
    let today = context.today();
    let by_policy =
        today.checked_add_days(Days::new(context.policy.invitation_valid_days.into())).unwrap_or(today);
    let expires_on = command.expires_on.unwrap_or(by_policy);
    if let Some(error) = last_day(expires_on, today) {
        return Err(Refusal::invalid("date_in_the_past", error.detail.clone(), vec![error]));
    }
    Ok(vec![
        InvitationIssued {
            invitation_id: command.invitation_id,
            entity_type: command.entity_type,
            token_sha256: command.token_sha256,
            note: None,
            issued_by: context.actor.id,
            issued_on: today,
            expires_on,
        }
        .into(),
    ])
}

/// The last day of an invitation is not past; asked of a request by itself too.
pub fn last_day(expires_on: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    let detail = "The last day must not lie in the past.";
    (expires_on < today).then(|| FieldError::new("/expires_on", "date_in_the_past", detail))
}

/// Single use, for its own type, until its last day, and never by whoever issued it: two have to want it.
fn redeem(
    invitation: &Invitation,
    command: &RedeemInvitation,
    context: &Context,
) -> Result<Vec<InvitationEvent>, Refusal> {
    let Some(issued) = &invitation.issued else {
        return Err(refuse(invitation, "invitation_unknown", "There is no such invitation."));
    };
    let wrong = |code: &str, detail: &str| {
        Refusal::invalid(code, detail, vec![FieldError::new("/invitation_token", code, detail)])
    };
    match invitation.status {
        InvitationStatus::Redeemed => {
            return Err(wrong(
                "invitation_used",
                "This invitation has been used; ask the office that issued it for another.",
            ));
        }
        InvitationStatus::Revoked => {
            return Err(wrong(
                "invitation_revoked",
                "This invitation was taken back; ask the office that issued it.",
            ));
        }
        InvitationStatus::Open => {}
    }
    if context.today() > issued.expires_on {
        return Err(wrong(
            "invitation_expired",
            &format!("This invitation could be used until {}.", issued.expires_on),
        ));
    }
    if issued.entity_type != command.entity_type {
        return Err(wrong(
            "invitation_other_type",
            &format!("This invitation is for the type {}; apply for that type.", issued.entity_type),
        ));
    }
    if command.of_the_issuer {
        return Err(Refusal::actor(
            "own_invitation",
            "Whoever issued an invitation does not use it, nor does a company that they act for. Ask somebody else of CBP for another.",
        ));
    }
    Ok(vec![
        InvitationRedeemed {
            membership_id: command.membership_id,
            account_id: command.account_id,
            redeemed_on: context.today(),
        }
        .into(),
    ])
}

fn revoke(
    invitation: &Invitation,
    command: RevokeInvitation,
    context: &Context,
) -> Result<Vec<InvitationEvent>, Refusal> {
    if invitation.issued.is_none() {
        return Err(refuse(invitation, "invitation_unknown", "There is no such invitation."));
    }
    if !context.actor.role.is_staff_role() {
        return Err(Refusal::actor("staff_only", "Invitations are taken back by CBP."));
    }
    if invitation.status != InvitationStatus::Open {
        return Err(refuse(
            invitation,
            "invitation_not_open",
            "Only an invitation that is open can be taken back.",
        ));
    }
    Ok(vec![
        InvitationRevoked {
            reason: command.reason,
            revoked_by: context.actor.id,
            revoked_on: context.today(),
        }
        .into(),
    ])
}

fn refuse(invitation: &Invitation, code: &str, sentence: &str) -> Refusal {
    Refusal::state(code, sentence, invitation.status.as_str(), invitation.allowed_commands())
}

impl Aggregate for Invitation {
    const TYPE: &'static str = "invitation";
    type Command = InvitationCommand;
    type Event = InvitationEvent;
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
