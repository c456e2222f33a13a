//! Conflicts of interest of CBP's own people on a membership, and whom the programme director lets act.

use super::view::MembershipResource;
use crate::http::Req;
use crate::operation::Operation;
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::NaiveDate;
use kernel::{MembershipId, PersonId, Text};
use portal::access::permission;
use portal::{Call, Committed, Conflict, Portal, PortalError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::future::Future;
use utoipa::ToSchema;

/// Why somebody may act although they have a role in the company's account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipConflictOverride {
    /// Why that is no bar.
    pub reason: String,
    /// The programme director who decided it.
    pub overridden_by: PersonId,
    /// When.
    pub overridden_on: NaiveDate,
}

/// Somebody of CBP who has a role in the company's account, or may act although they had one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipConflictOfInterest {
    /// Who: by the id of staff.
    pub person_id: PersonId,
    /// That they may act all the same; absent where they may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overridden: Option<MembershipConflictOverride>,
}

impl From<Conflict> for MembershipConflictOfInterest {
    fn from(conflict: Conflict) -> Self {
        Self {
            person_id: conflict.person_id,
            overridden: conflict.overridden.map(|found| MembershipConflictOverride {
                reason: found.reason.to_string(),
                overridden_by: found.overridden_by,
                overridden_on: found.overridden_on,
            }),
        }
    }
}

/// Let somebody act on the membership in spite of a conflict of interest.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideConflictRequest {
    /// Who: somebody of CBP whom the membership shows in `conflicts_of_interest`.
    pub person_id: PersonId,
    /// Why the conflict is no bar, for those who audit. It must name nobody.
    pub reason: Text<4000>,
}

/// End that.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndConflictOverrideRequest {
    /// Who.
    pub person_id: PersonId,
    /// Why, for those who audit. It must name nobody.
    pub reason: Text<4000>,
}

async fn answer<F, Fut>(req: &Req<permission::ConflictOverride>, work: F) -> Result<HttpResponse, Problem>
where
    F: Fn(Call, MembershipId) -> Fut,
    Fut: Future<Output = Result<Committed<membership::membership::Membership>, PortalError>>,
{
    let id: MembershipId = req.id("membership_id")?;
    req.command::<MembershipResource, _, _>(StatusCode::OK, |call| work(call, id)).await
}

async fn override_conflict(req: Req<permission::ConflictOverride>) -> Result<HttpResponse, Problem> {
    let _: MembershipId = req.id("membership_id")?;
    let OverrideConflictRequest { person_id, reason } = req.body()?;
    answer(&req, |call, id| {
        let (portal, reason): (&Portal, _) = (&req.state.portal, reason.clone());
        async move { portal.override_conflict(&call, id, person_id, reason).await }
    })
    .await
}

async fn end_conflict_override(req: Req<permission::ConflictOverride>) -> Result<HttpResponse, Problem> {
    let _: MembershipId = req.id("membership_id")?;
    let EndConflictOverrideRequest { person_id, reason } = req.body()?;
    answer(&req, |call, id| {
        let (portal, reason): (&Portal, _) = (&req.state.portal, reason.clone());
        async move { portal.end_conflict_override(&call, id, person_id, reason).await }
    })
    .await
}

/// The operations on conflicts of interest.
pub fn operations() -> Vec<Operation> {
    const PERSON: &str = "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";
    vec![
        super::on_one("override-conflict", "membership_override_conflict", override_conflict)
            .about("memberships", "Override a conflict of interest", "By the programme director, with a reason, for one person and this membership: somebody of CBP who has a role in the company's account may act on it all the same. Nobody does so for themselves. The history shows it to staff and auditors, and never to the company.")
            .takes::<OverrideConflictRequest>(json!({"person_id": PERSON, "reason": "Nobody else knows the port, and the role is that of a reader."})),
        super::on_one("end-conflict-override", "membership_end_conflict_override", end_conflict_override)
            .about("memberships", "End the override of a conflict of interest", "By the programme director, with a reason: from then on the person does nothing on the membership as long as they have a role in the company's account.")
            .takes::<EndConflictOverrideRequest>(json!({"person_id": PERSON, "reason": "A second specialist is in office."})),
    ]
}
