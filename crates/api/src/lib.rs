//! REST API: routes, problems, authentication and the OpenAPI document. No SQL, no domain rule.

pub mod auth;
pub mod document;
pub mod http;
pub mod operation;
pub mod problem;
pub mod routes;
pub mod schema;

pub use http::{ApiState, HEAD_WITHIN, ServeOptions, serve};
pub use operation::Operation;

/// Every operation, in the order of the documentation.
pub fn operations() -> Vec<Operation> {
    [
        routes::accounts::operations(),
        routes::agreements::operations(),
        routes::people::operations(),
        routes::invitations::operations(),
        routes::enforcement::operations(),
        routes::memberships::operations(),
        routes::profiles::operations(),
        routes::incidents::operations(),
        routes::obligations::operations(),
        routes::notifications::operations(),
        routes::calendars::operations(),
        routes::erasures::operations(),
        routes::criteria::operations(),
        routes::reference::operations(),
        routes::work::operations(),
        routes::ledger::operations(),
        routes::system::operations(),
    ]
    .concat()
}

/// The OpenAPI document.
pub fn openapi() -> serde_json::Value {
    document::openapi(&operations())
}
