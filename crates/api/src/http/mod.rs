//! What every route shares: the request with its caller, the answer, idempotency, middleware and the server.

pub mod accept;
pub mod advice;
pub mod answer;
pub mod body;
pub mod client_address;
pub mod command;
mod connection;
pub mod given;
mod json;
pub mod middleware;
pub mod query;
pub mod rate;
pub mod request;
pub mod server;
pub mod state;
pub mod tags;

pub use answer::{Resource, json_page};
pub use client_address::{AddressHeader, TrustedProxies};
pub use command::Running;
pub use given::Given;
pub use request::{Declares, Open, Req};
pub use server::{HEAD_WITHIN, ServeOptions, serve};
pub use state::ApiState;
