//! What can be done with an invitation.

use crate::access::Permission;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Decision, Part};
use crate::people::{ForgetInvitationToken, StoreInvitationToken};
use crate::portal::Portal;
use crate::read::invitations::InvitationRow;
use crate::read::page::{Filter, Page, PageRequest, Sort, page};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::{InvitationId, Text};
use ledger::{At, RecordedEvent, fetch_optional};
use membership::invitation::{Invitation, IssueInvitation, RevokeInvitation, decide};
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
}

/// What staff say when they issue an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// The type.
    pub entity_type: EntityType,
    /// For whom it is meant.
    pub note: Option<Text<500>>,
    /// The last day; by policy when absent.
    pub expires_on: Option<NaiveDate>,
}

impl Portal {
    /// Issues an invitation. Its secret has 256 random bits and can be read again by staff until it is used.
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
                note: new.note.clone(),
                expires_on: new.expires_on,
            };
            let fresh = Self::fresh::<Invitation>();
            let events = decide(&fresh.state, command.into(), &context)?;
            let part = Part::new(invitation_id, fresh, events);
            let secret = StoreInvitationToken { invitation_id, token, recorded_at: context.now };
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("invitation", invitation_id.to_string(), part.version_after()),
                parts: vec![&part],
                attachments: vec![Arc::new(secret)],
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
        self.attempt(call, || async {
            let actor = self.allow_unowned(&call.caller, Permission::InvitationManage)?;
            let loaded = self.existing::<Invitation>(id).await?;
            Self::expect_version(call, loaded.version)?;
            let context = self.context(actor);
            let events = decide(&loaded.state, RevokeInvitation { reason: reason.clone() }.into(), &context)?;
            let part = Part::new(id, loaded, events);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("invitation", id.to_string(), part.version_after()),
                parts: vec![&part],
                attachments: vec![Arc::new(ForgetInvitationToken(id))],
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
