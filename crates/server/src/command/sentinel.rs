//! `ctpat sentinel`.

use super::{Failure, files};
use crate::settings::Settings;
use crate::wiring;
use clap::Args;
use portal::sentinel::{SentinelReport, inspect};
use std::fmt::Write as _;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let ledger = wiring::open_existing_ledger(settings).await?;
    let report = inspect(&ledger).await.map_err(|error| Failure::Failed(error.to_string()))?;
    let text = if arguments.json { serde_json::to_string_pretty(&report)? + "\n" } else { as_text(&report) };
    files::print(&text)?;
    match report.faults() {
        0 => Ok(()),
        1 => Err(Failure::Difference("the register of enforcement actions has 1 fault".to_owned())),
        faults => {
            Err(Failure::Difference(format!("the register of enforcement actions has {faults} faults")))
        }
    }
}

/// The report as a person would read it: what was looked at, question by question, and each fault on a line of its own.
fn as_text(report: &SentinelReport) -> String {
    let mut text = format!(
        "The ledger up to position {}: {} memberships, {} enforcement actions, {} appeals.\n\n",
        report.position, report.memberships, report.enforcement_actions, report.appeals
    );
    for check in &report.checks {
        let verdict = match check.faults.len() {
            0 => "holds".to_owned(),
            1 => "1 fault".to_owned(),
            faults => format!("{faults} faults"),
        };
        let _ = writeln!(text, "{:<9} {} ({} looked at)", verdict, check.proves, check.looked_at);
        for fault in &check.faults {
            let place = fault.position.map(|position| format!("position {position}, ")).unwrap_or_default();
            let _ = writeln!(text, "          {place}{}: {}", fault.subject, fault.fault);
        }
    }
    for left in &report.not_checked {
        let _ = writeln!(text, "\nNot looked at: {left}.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use portal::sentinel::{SentinelCheck, SentinelFault};

    #[test]
    fn a_fault_is_told_with_its_place_and_what_was_not_looked_at_too() {
        let fault = SentinelFault {
            position: Some(41),
            subject: "enf_1".to_owned(),
            fault: "cause is missing".to_owned(),
        };
        let check =
            |proves, faults| SentinelCheck { check: "entries_complete", proves, looked_at: 3, faults };
        let report = SentinelReport {
            position: 50,
            memberships: 2,
            enforcement_actions: 3,
            appeals: 1,
            checks: vec![
                check("Every entry holds all its members.", vec![fault]),
                check("Whatever is linked is there.", vec![]),
            ],
            not_checked: vec!["links to incidents: none are kept".to_owned()],
        };
        assert_eq!(
            as_text(&report),
            "The ledger up to position 50: 2 memberships, 3 enforcement actions, 1 appeals.\n\n\
             1 fault   Every entry holds all its members. (3 looked at)\n          \
             position 41, enf_1: cause is missing\n\
             holds     Whatever is linked is there. (3 looked at)\n\n\
             Not looked at: links to incidents: none are kept.\n"
        );
    }
}
