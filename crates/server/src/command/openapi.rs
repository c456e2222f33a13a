//! `ctpat openapi`: the document, without a database.

use super::{Failure, files};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file to write; standard output without it.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Compare with the file (openapi/ctpat-v1.json when none is named) instead of writing it; exit code 3 when they differ.
    #[arg(long)]
    check: bool,
}

/// Where a checkout keeps the document.
const IN_CHECKOUT: &str = "openapi/ctpat-v1.json";

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(&api::openapi())?;
    text.push('\n');
    write_or_check(&text, arguments.output.as_deref(), arguments.check.then_some(IN_CHECKOUT))
}

/// Writes a generated document, or compares it with the file that is named or else with `check`, where a checkout keeps it.
pub(super) fn write_or_check(text: &str, output: Option<&Path>, check: Option<&str>) -> Result<(), Failure> {
    match (check, output) {
        (None, None) => files::print(text),
        (None, Some(path)) => files::write(path, text),
        (Some(in_checkout), output) => {
            let path = output.unwrap_or(Path::new(in_checkout));
            if files::read_text(path)? == text {
                Ok(())
            } else {
                Err(Failure::Difference(format!(
                    "{} is not what the code says; write it anew with --output and look at the difference",
                    path.display()
                )))
            }
        }
    }
}
