//! `ctpat openapi`: the document, without a database.

use super::Failure;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file to write; standard output without it.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Compare with the file instead of writing it; exit code 3 when they differ.
    #[arg(long, requires = "output")]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(&api::openapi())?;
    text.push('\n');
    write_or_check(&text, arguments.output.as_deref(), arguments.check)
}

pub(super) fn write_or_check(text: &str, output: Option<&Path>, check: bool) -> Result<(), Failure> {
    use std::io::Write as _;
    match output {
        None => Ok(std::io::stdout().write_all(text.as_bytes())?),
        Some(path) if check => {
            if std::fs::read_to_string(path)? == text {
                Ok(())
            } else {
                Err(Failure::Difference(format!(
                    "{} is not what the code says; write it anew and look at the difference",
                    path.display()
                )))
            }
        }
        Some(path) => Ok(std::fs::write(path, text)?),
    }
}
