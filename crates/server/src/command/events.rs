//! `ctpat events`: the documentation of all event types, generated from the code.

use super::Failure;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file to write; standard output without it.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Compare with the file (docs/EVENTS.md when none is named) instead of writing it; exit code 3 when they differ.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let in_checkout = arguments.check.then_some("docs/EVENTS.md");
    super::openapi::write_or_check(&document(), arguments.output.as_deref(), in_checkout)
}

fn document() -> String {
    let mut text = String::from(
        "# Events\n\nGenerated from the code by `ctpat events`; do not edit. Every event type that the ledger can hold, with the version of\n\
         its payload that is written today. Payloads of every version ever written are kept under `crates/*/golden/` and still load.\n",
    );
    let mut aggregate = "";
    for event in portal::event_descriptions() {
        let of = event.event_type.split('.').next().unwrap_or_default();
        if of != aggregate {
            aggregate = of;
            let _ = write!(text, "\n## {aggregate}\n\n| Type | Version | What happened |\n|---|---|---|\n");
        }
        let _ = writeln!(text, "| `{}` | {} | {} |", event.event_type, event.version, event.summary.trim());
    }
    text
}
