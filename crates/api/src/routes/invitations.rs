//! Invitations to apply for a type that needs one.

use super::{code, code_list, events, look_back};
use crate::http::answer::{Resource, json_page};
use crate::http::{ApiState, Req};
use crate::operation::{Matching, Operation};
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::{InvitationId, MembershipId, PersonId, Text};
use ledger::At;
use membership::invitation::{Invitation, InvitationStatus, last_day};
use portal::access::{Caller, Ownership, permission};
use portal::{
    BesideInvitation, Call, Committed, InvitationFilter, NewInvitation, PortalError, allowed_commands,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Issue an invitation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueInvitationRequest {
    /// The type that it lets a company apply for.
    #[schema(inline, value_type = code::EntityTypeIn)]
    pub entity_type: EntityType,
    /// For whom it is meant. It is kept beside the ledger, and forgotten once the invitation is used or taken back.
    #[serde(default)]
    pub note: Option<Text<500>>,
    /// The last day on which it can be used; by policy when absent.
    #[serde(default)]
    pub expires_on: Option<NaiveDate>,
}

/// Take an invitation back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeInvitationRequest {
    /// Why.
    pub reason: Text<500>,
}

/// An invitation.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationView {
    /// Its id.
    pub id: InvitationId,
    /// Its version: the first part of its `ETag`.
    pub version: i64,
    /// The type that it is for.
    #[schema(inline, value_type = code::EntityTypeOut)]
    pub entity_type: EntityType,
    /// Where it stands.
    #[schema(inline, value_type = code::InvitationStatusOut)]
    pub status: &'static str,
    /// What the caller can do now: what the status allows and the caller's permissions cover. Empty where the address looks back.
    pub allowed_commands: Vec<&'static str>,
    /// The secret to give to the company; only for the one who issued it, while it can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// For whom it is meant, until it is used or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who issued it.
    pub issued_by: PersonId,
    /// When.
    pub issued_on: NaiveDate,
    /// The last day on which it can be used.
    pub expires_on: NaiveDate,
    /// The membership that was applied for with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership_id: Option<MembershipId>,
    /// When it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redeemed_on: Option<NaiveDate>,
    /// Why it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_reason: Option<String>,
}

/// One invitation of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InvitationSummary {
    /// Its id.
    pub id: InvitationId,
    /// The type that it is for.
    #[schema(inline, value_type = code::EntityTypeOut)]
    pub entity_type: String,
    /// Where it stands.
    #[schema(inline, value_type = code::InvitationStatusOut)]
    pub status: String,
    /// Who issued it.
    pub issued_by: PersonId,
    /// When.
    pub issued_on: NaiveDate,
    /// The last day on which it can be used.
    pub expires_on: NaiveDate,
    /// The membership that was applied for with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership_id: Option<MembershipId>,
    /// Its version.
    pub version: i64,
}

/// A page of invitations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InvitationPage {
    /// The invitations.
    pub items: Vec<InvitationSummary>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Invitations as resources.
pub struct InvitationResource;

impl Resource for InvitationResource {
    type Aggregate = Invitation;
    type View = InvitationView;
    const KIND: &'static str = "invitation";
    const COLLECTION: &'static str = "invitations";
    const PERSONAL: bool = true;

    async fn read(
        state: &ApiState,
        call: &Call,
        id: &str,
        at: At,
    ) -> Result<Committed<Invitation>, PortalError> {
        let id = id.parse().map_err(|_| PortalError::NotFound)?;
        state.portal.invitation(call, id, Some(at)).await
    }

    fn allowed_commands(view: &mut InvitationView) -> Option<&mut Vec<&'static str>> {
        Some(&mut view.allowed_commands)
    }

    async fn view(
        state: &ApiState,
        caller: &Caller,
        committed: &Committed<Invitation>,
    ) -> Result<InvitationView, PortalError> {
        let invitation = &committed.state;
        let issued = invitation.issued.clone().ok_or(PortalError::NotFound)?;
        let BesideInvitation { token, note } = state.portal.beside_invitation(caller, invitation).await?;
        Ok(InvitationView {
            id: issued.invitation_id,
            version: committed.version,
            entity_type: issued.entity_type,
            status: invitation.status.as_str(),
            allowed_commands: allowed_commands(
                caller,
                &Ownership::default(),
                invitation.allowed_commands().iter().copied(),
            ),
            token,
            note,
            issued_by: issued.issued_by,
            issued_on: issued.issued_on,
            expires_on: issued.expires_on,
            membership_id: invitation.redeemed.as_ref().map(|redeemed| redeemed.membership_id),
            redeemed_on: invitation.redeemed.as_ref().map(|redeemed| redeemed.redeemed_on),
            revocation_reason: invitation.revoked.as_ref().map(|revoked| revoked.reason.to_string()),
        })
    }
}

async fn issue(req: Req<permission::InvitationManage>) -> Result<HttpResponse, Problem> {
    let body: IssueInvitationRequest = req.body_with(|given| {
        let last = given.at("/expires_on");
        last.and_then(|last| last_day(last, given.today)).into_iter().collect()
    })?;
    req.command::<InvitationResource, _, _>(StatusCode::CREATED, |call| {
        let IssueInvitationRequest { entity_type, note, expires_on } = body.clone();
        let portal = &req.state.portal;
        async move { portal.issue_invitation(&call, NewInvitation { entity_type, note, expires_on }).await }
    })
    .await
}

async fn revoke(req: Req<permission::InvitationManage>) -> Result<HttpResponse, Problem> {
    let id: InvitationId = req.id("invitation_id")?;
    let body: RevokeInvitationRequest = req.body()?;
    req.command::<InvitationResource, _, _>(StatusCode::OK, |call| {
        let (portal, reason) = (&req.state.portal, body.reason.clone());
        async move { portal.revoke_invitation(&call, id, reason).await }
    })
    .await
}

async fn get(req: Req<permission::InvitationRead>) -> Result<HttpResponse, Problem> {
    let id: InvitationId = req.id("invitation_id")?;
    let invitation = req.state.portal.invitation(&req.call()?, id, look_back(&req)?).await?;
    req.represent::<InvitationResource>(&invitation, StatusCode::OK).await
}

async fn list(req: Req<permission::InvitationRead>) -> Result<HttpResponse, Problem> {
    let mut query = req.query();
    let request = query.page();
    let statuses: Vec<&str> = InvitationStatus::ALL.iter().map(|status| status.as_str()).collect();
    let types: Vec<&str> = EntityType::ALL.iter().map(|kind| kind.as_str()).collect();
    let filter = InvitationFilter {
        status: query.codes("status", &statuses),
        entity_type: query.codes("entity_type", &types),
        expired: query.flag("expired"),
    };
    query.finish()?;
    let page = req.state.portal.invitations(&req.call()?, &filter, &request).await?;
    let items = page
        .items
        .into_iter()
        .filter_map(|row| {
            Some(InvitationSummary {
                id: row.invitation_id.parse().ok()?,
                entity_type: row.entity_type,
                status: row.status,
                issued_by: row.issued_by.parse().ok()?,
                issued_on: row.issued_on,
                expires_on: row.expires_on,
                membership_id: row.membership_id.and_then(|id| id.parse().ok()),
                version: row.version,
            })
        })
        .collect();
    Ok(json_page(&InvitationPage { items, next_cursor: page.next_cursor }))
}

async fn history(req: Req<permission::InvitationRead>) -> Result<HttpResponse, Problem> {
    let id: InvitationId = req.id("invitation_id")?;
    let (after, limit) = events::history_range(&req)?;
    let found = req.state.portal.invitation_history(&req.call()?, id, after, limit + 1).await?;
    Ok(events::history(&req.caller, found, limit))
}

const ID: &str = "inv_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
const PERSON: &str = "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

fn example() -> Value {
    json!({"id": ID, "version": 1, "entity_type": "foreign_manufacturer", "status": "open", "allowed_commands": ["revoke"],
        "issued_by": PERSON, "issued_on": "2026-03-02", "expires_on": "2026-05-31"})
}

/// The operations on invitations.
pub fn operations() -> Vec<Operation> {
    let statuses: Vec<&str> = InvitationStatus::ALL.iter().map(|status| status.as_str()).collect();
    let types: Vec<&str> = EntityType::ALL.iter().map(|kind| kind.as_str()).collect();
    vec![
        Operation::post("/v1/invitations", "invitation_issue", issue)
            .about("invitations", "Issue an invitation", "Single use, tied to a type. The answer holds the secret to give to the company; whoever issued it can read it again while it can be used.")
            .takes::<IssueInvitationRequest>(json!({"entity_type": "foreign_manufacturer", "note": "For Tessuti Aurora S.p.A."}))
            .answers::<InvitationView>(201, example())
            .tagged()
            .leads_to("invitation_id", "$response.body#/id"),
        Operation::get("/v1/invitations", "invitations_list", list)
            .about("invitations", "List invitations", "Oldest first, without their secrets.")
            .paged()
            .parameter("status", "Only these statuses.", code_list(&statuses))
            .parameter("entity_type", "Only these types.", code_list(&types))
            .parameter("expired", "Only those that are open and whose last day is over, so that nobody can use them any more.", json!({"type": "boolean", "default": false}))
            .answers::<InvitationPage>(200, json!({"items": [{"id": ID, "entity_type": "foreign_manufacturer", "status": "open", "issued_by": PERSON, "issued_on": "2026-03-02", "expires_on": "2026-05-31", "version": 1}]})),
        Operation::get("/v1/invitations/{invitation_id}", "invitation_get", get)
            .about("invitations", "Read an invitation", "With its secret for the one who issued it, while it can be used. Others take the invitation back and issue another.")
            .looks_back()
            .answers::<InvitationView>(200, example())
            .tagged(),
        Operation::post("/v1/invitations/{invitation_id}/revoke", "invitation_revoke", revoke)
            .about("invitations", "Take an invitation back", "While it is open.")
            .takes::<RevokeInvitationRequest>(json!({"reason": "Issued for the wrong type."}))
            .answers::<InvitationView>(200, example())
            .tagged()
            .matching(Matching::Optional),
        Operation::get("/v1/invitations/{invitation_id}/events", "invitation_events", history)
            .about("invitations", "Read the history of an invitation", "Every event, in order.")
            .parameter("after", "Only events after this sequence.", json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_007_199_254_740_991_i64}))
            .parameter("limit", "How many events at the most.", json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}))
            .answers::<events::EventPage>(200, events::example("invitation", "invitation.issued", ID)),
    ]
}
