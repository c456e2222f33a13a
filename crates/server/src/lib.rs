//! The binary `ctpat`: configuration, wiring, command line. The only place where choices are made.

pub mod command;
mod mail;
pub mod settings;
mod wiring;
