//! What can be done with an invitation.

use crate::access::{Caller, Ownership, Permission, authorize};
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Decision, Part};
use crate::people::{ForgetInvitationToken, StoreInvitationToken};
use crate::portal::Portal;
use crate::read::invitations::InvitationRow;
use crate::read::page::{Filter, Page, PageRequest, Sort, Today, page};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::{InvitationId, Text, Timestamp};
use ledger::{At, Attachment, ProjectionError, RecordedEvent, Tx, execute, fetch_optional};
use membership::invitation::{Invitation, InvitationStatus, IssueInvitation, RevokeInvitation, decide};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// Which invitations a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvitationFilter {
    /// Statuses.
    pub status: Vec<String>,
    /// Entity types.
    pub entity_type: Vec<String>,
    /// Only those that are still open and whose last day is over.
    pub expired: bool,
}

/// What staff say when they issue an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// The type.
    pub entity_type: EntityType,
    /// For whom it is meant. It stays beside the ledger until the invitation is used or taken back.
    pub note: Option<Text<500>>,
    /// The last day; by policy when absent.
    pub expires_on: Option<NaiveDate>,
}

/// What stands beside the ledger about an invitation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BesideInvitation {
    /// The secret to give to the company.
    pub token: Option<String>,
    /// For whom it is meant.
    pub note: Option<String>,
}

/// Keeps the note of an invitation until it is used or taken back.
struct StoreNote {
    invitation_id: InvitationId,
    note: Text<500>,
    recorded_at: Timestamp,
}

#[async_trait]
impl Attachment for StoreNote {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        execute!(
            tx,
            "INSERT INTO invitation_notes (invitation_id, note, recorded_at) VALUES ($1, $2, $3)",
            self.invitation_id.to_string(),
            self.note.as_str(),
            self.recorded_at
        )?;
        Ok(())
    }
}

/// Forgets the note of an invitation.
struct ForgetNote(InvitationId);

#[async_trait]
impl Attachment for ForgetNote {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        execute!(tx, "DELETE FROM invitation_notes WHERE invitation_id = $1", self.0.to_string())?;
        Ok(())
    }
}

/// Once an invitation is used or taken back, neither its secret nor its note serves anybody.
pub(crate) fn forget_what_stands_beside(id: InvitationId) -> Vec<Arc<dyn Attachment>> {
    vec![Arc::new(ForgetInvitationToken(id)), Arc::new(ForgetNote(id))]
}

impl Portal {
    /// Issues an invitation. Its secret has 256 random bits; whoever issued it can read it again until it is used.
    pub async fn issue_invitation(
        &self,
        call: &Call,
        new: NewInvitation,
    ) -> Result<Committed<Invitation>, PortalError> {
        self.attempt(call, || async {
            let actor = self.allow_unowned(&call.caller, Permission::InvitationManage)?;
            let context = self.context(actor);
            let invitation_id = InvitationId::new(Uuid::now_v7());
            let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
            let command = IssueInvitation {
                invitation_id,
                entity_type: new.entity_type,
                token_sha256: hex::encode(Sha256::digest(token.as_bytes())),
                expires_on: new.expires_on,
            };
            let fresh = Self::fresh::<Invitation>();
            let events = decide(&fresh.state, command.into(), &context)?;
            let part = Part::new(invitation_id, fresh, events);
            let secret = StoreInvitationToken { invitation_id, token, recorded_at: context.now };
            let mut attachments: Vec<Arc<dyn Attachment>> = vec![Arc::new(secret)];
            if let Some(note) = new.note.clone() {
                attachments.push(Arc::new(StoreNote { invitation_id, note, recorded_at: context.now }));
            }
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("invitation", invitation_id.to_string(), part.version_after()),
                parts: vec![&part],
                attachments,
            };
            self.record(call, decision).await?;
            Ok(part.committed())
        })
        .await
    }

    /// Takes an invitation back.
    pub async fn revoke_invitation(
        &self,
        call: &Call,
        id: InvitationId,
        reason: Text<500>,
    ) -> Result<Committed<Invitation>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let actor = self.allow_unowned(&call.caller, Permission::InvitationManage)?;
            let loaded = self.existing::<Invitation>(id).await?;
            Self::expect_version(call, loaded.version)?;
            let context = self.context(actor);
            let command = RevokeInvitation { reason: reason.clone() };
            let events = decide(&loaded.state, command.into(), &context)
                .map_err(|refusal| told(&call.caller, &Ownership::default(), refusal))?;
            let part = Part::new(id, loaded, events);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("invitation", id.to_string(), part.version_after()),
                parts: vec![&part],
                attachments: forget_what_stands_beside(id),
            };
            self.record(call, decision).await?;
            Ok(part.committed())
        })
        .await
    }

    /// An invitation, as it is or as it was.
    pub async fn invitation(
        &self,
        call: &Call,
        id: InvitationId,
        at: Option<At>,
    ) -> Result<Committed<Invitation>, PortalError> {
        self.allow_unowned(&call.caller, Permission::InvitationRead)?;
        match at {
            None => Ok(Committed::of(id, self.existing(id).await?)),
            Some(at) => self.existing_at(id, at).await,
        }
    }

    /// What stands beside the ledger about an invitation: its note for who may read it, its secret for who issued it, while it can be
    /// used. Who has not issued it has no use for the secret: they take the invitation back and issue another.
    pub async fn beside_invitation(
        &self,
        caller: &Caller,
        invitation: &Invitation,
    ) -> Result<BesideInvitation, PortalError> {
        let issued = invitation.issued.as_ref().ok_or(PortalError::NotFound)?;
        let usable = invitation.status == InvitationStatus::Open
            && kernel::programme_date(self.now()) <= issued.expires_on;
        let is_issuer = issued.issued_by == caller.person_id
            && authorize(caller, Permission::InvitationManage, &Ownership::default()).is_ok();
        let token =
            if usable && is_issuer { self.invitation_token(issued.invitation_id).await? } else { None };
        let row = fetch_optional!(
            self.ledger.db(),
            (String,),
            "SELECT note FROM invitation_notes WHERE invitation_id = $1",
            issued.invitation_id.to_string()
        )?;
        let note = row.map(|(note,)| note).or_else(|| issued.note.as_ref().map(ToString::to_string));
        Ok(BesideInvitation { token, note })
    }

    /// The invitations.
    pub async fn invitations(
        &self,
        call: &Call,
        filter: &InvitationFilter,
        request: &PageRequest,
    ) -> Result<Page<InvitationRow>, PortalError> {
        self.allow_unowned(&call.caller, Permission::InvitationRead)?;
        let mut filters = Vec::new();
        for (column, values) in [("status", &filter.status), ("entity_type", &filter.entity_type)] {
            if !values.is_empty() {
                filters.push(Filter::In(column, values.clone()));
            }
        }
        if filter.expired {
            filters.push(Filter::In("status", vec![InvitationStatus::Open.as_str().to_owned()]));
            filters.push(Filter::Over("expires_on", Today(self.today())));
        }
        page(self.ledger.db(), filters, Sort::Key { descending: false }, request).await
    }

    /// The history of an invitation.
    pub async fn invitation_history(
        &self,
        call: &Call,
        id: InvitationId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, PortalError> {
        self.allow_unowned(&call.caller, Permission::InvitationRead)?;
        self.existing::<Invitation>(id).await?;
        self.stream_history("invitation", &id.to_string(), after, limit).await
    }

    pub(crate) async fn invitation_id_by_digest(
        &self,
        digest: &str,
    ) -> Result<Option<InvitationId>, PortalError> {
        let row = fetch_optional!(
            self.ledger.db(),
            (String,),
            "SELECT invitation_id FROM invitations WHERE token_sha256 = $1",
            digest
        )?;
        Ok(row.and_then(|(id,)| id.parse().ok()))
    }
}
