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
         its payload that is written today and an example of that payload: `data` of the event in the feed. Members without a value are left\n\
         out, so an event may have fewer than its example. `GET /v1/event-types` has the same for programs.\n\n\
         Names that return: `status` and `earlier_status` are where the thing stands after and before; `…_on` is a date in America/New_York; `…_by`\n\
         is a person; `determinations` are the conditions of eligibility that stand differently after it.\n\n\
         Payloads of every version ever written are kept under `crates/*/golden/` and still load.\n",
    );
    let mut aggregate = "";
    for event in portal::event_descriptions() {
        let of = event.event_type.split('.').next().unwrap_or_default();
        if of != aggregate {
            aggregate = of;
            let _ = write!(text, "\n## {aggregate}\n");
        }
        let (name, version) = (event.event_type, event.version);
        let (summary, example) = (event.summary.trim(), event.example.trim());
        let _ = write!(text, "\n### `{name}`, version {version}\n\n{summary}\n\n```json\n{example}\n```\n");
    }
    text
}
