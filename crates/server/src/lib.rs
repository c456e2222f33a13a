//! The binary `ctpat`: configuration, wiring, command line. The only place where choices are made.

pub mod command;
pub mod settings;
mod wiring;
