//! `cargo xtask bench`: everything built as it is shipped, then measured.

use crate::steps::{Failure, Steps, execute};
use crate::{install, project};
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A short run: little load, few memberships. For seeing that it works, not for numbers.
    #[arg(long)]
    quick: bool,
    /// How many memberships the large database has; a million where nothing is said.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    memberships: Option<u64>,
    /// Only these parts: appends, commands, reads, lists.
    #[arg(long, value_name = "PART")]
    only: Vec<String>,
}

impl Arguments {
    /// As the benchmark itself takes them.
    fn forwarded(&self) -> Vec<String> {
        let mut forwarded = Vec::new();
        if self.quick {
            forwarded.push("--quick".to_owned());
        }
        if let Some(memberships) = self.memberships {
            forwarded.push(format!("--memberships={memberships}"));
        }
        forwarded.extend(self.only.iter().map(|part| format!("--only={part}")));
        forwarded
    }
}

pub(crate) fn run(arguments: &Arguments, steps: &mut Steps) -> Result<(), Failure> {
    steps.step("PostgreSQL", install::postgresql)?;
    // Both packages in one go, so that what they share is built once, with one set of features.
    steps.step("Build for release", || {
        execute(project::cargo().args([
            "build",
            "--release",
            "--locked",
            "--package",
            "server",
            "--package",
            "bench",
        ]))
    })?;
    steps.step("Benchmark", || {
        let program =
            project::target().join("release").join(format!("bench{}", std::env::consts::EXE_SUFFIX));
        // The server beside it is measured, not one that happens to be named for the tests.
        let mut command = std::process::Command::new(program);
        execute(command.env_remove(testkit::SERVER_BINARY_VARIABLE).args(arguments.forwarded()))
    })
}
