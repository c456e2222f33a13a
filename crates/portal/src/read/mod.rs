//! Read models: typed tables that follow from the ledger, each with the query that reads it in the same file.

pub mod accounts;
pub mod calendars;
pub mod enforcement;
pub mod incidents;
pub mod invitations;
pub mod memberships;
pub mod notifications;
pub mod obligations;
pub mod page;
pub mod profiles;
pub mod recommendations;
pub mod retention;
pub(crate) mod rows;

use kernel::PolicyTable;
use ledger::Projection;
use std::sync::Arc;

/// Every read model, in the order in which they are written. Deadlines follow from the policy too.
pub fn projections(policies: &PolicyTable) -> Vec<Arc<dyn Projection>> {
    vec![
        Arc::new(accounts::AccountsProjection),
        Arc::new(invitations::InvitationsProjection),
        Arc::new(memberships::MembershipsProjection),
        Arc::new(enforcement::EnforcementProjection),
        Arc::new(recommendations::RecommendationsProjection),
        Arc::new(profiles::ProfilesProjection),
        Arc::new(calendars::CalendarsProjection),
        Arc::new(obligations::ObligationsProjection::under(policies)),
        Arc::new(incidents::IncidentsProjection),
        Arc::new(retention::RetentionProjection),
    ]
}
