//! The npm and Python tools, installed from their lock files into folders that git does not see.

use super::server::RunningServer;
use crate::documents::OPENAPI;
use crate::steps::execute;
use crate::{install, project};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tools, once they are installed.
#[derive(Debug)]
pub(super) struct Tools {
    contract: PathBuf,
    python: PathBuf,
    document: PathBuf,
}

impl Tools {
    /// Installs them, or finds them installed as `package-lock.json` and `requirements.txt` say.
    pub(super) fn install() -> Result<Self, String> {
        install::node()?;
        let root = project::root();
        let contract = root.join("contract");
        let modules = contract.join("node_modules");
        let built = project::target().join("contract");
        std::fs::create_dir_all(&built).map_err(|error| format!("{}: {error}", built.display()))?;
        as_locked(&contract.join("package-lock.json"), &modules.join(".installed-from"), || {
            // None of the packages needs its install script, so none is run.
            execute(
                Command::new("npm")
                    .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"])
                    .current_dir(&contract),
            )
        })?;
        let python = install::python_environment()?;
        as_locked(&contract.join("requirements.txt"), &built.join("venv/.installed-from"), || {
            execute(
                Command::new(python.join("python"))
                    .args([
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--no-input",
                        "-r",
                    ])
                    .arg(contract.join("requirements.txt")),
            )
        })?;
        Ok(Self { contract, python, document: root.join(OPENAPI) })
    }

    pub(super) fn spectral(&self) -> Result<(), String> {
        let mut command = self.npm("spectral");
        command.args(["lint", "--ruleset", ".spectral.yaml", "--fail-severity", "hint"]);
        execute(command.arg(&self.document))
    }

    pub(super) fn redocly(&self) -> Result<(), String> {
        let mut command = self.npm("redocly");
        command.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        command.args(["lint", "--config", "redocly.yaml", "--max-problems", "200"]);
        execute(command.arg(&self.document))
    }

    /// Generates the types and compiles them together with the scenario.
    pub(super) fn typescript_client(&self) -> Result<(), String> {
        let mut command = self.npm("openapi-typescript");
        execute(command.arg(&self.document).args(["--output", "typescript/generated/ctpat-v1.d.ts"]))?;
        execute(self.npm("tsc").args(["--project", "typescript"]))
    }

    /// Generates the package and checks its types together with the scenario's.
    pub(super) fn python_client(&self) -> Result<(), String> {
        let folder = self.contract.join("python");
        let generated = folder.join("generated");
        std::fs::create_dir_all(&generated).map_err(|error| format!("{}: {error}", generated.display()))?;
        let mut command = Command::new(self.python.join("openapi-python-client"));
        command.current_dir(&folder).args(["generate", "--meta", "none", "--overwrite", "--fail-on-warning"]);
        command.args(["--config", "client.yaml", "--output-path", "generated/ctpat_client", "--path"]);
        execute(command.arg(&self.document))?;
        let mut command = Command::new(self.python.join("mypy"));
        command.current_dir(&folder).arg("--cache-dir").arg(project::target().join("contract/mypy"));
        execute(command.args(["--config-file", "mypy.ini", "scenario", "generated/ctpat_client"]))
    }

    pub(super) fn typescript_scenario(&self, server: &RunningServer) -> Result<(), String> {
        execute(at(server, &mut self.npm("tsx")).arg("typescript/src/scenario.ts"))
    }

    pub(super) fn python_scenario(&self, server: &RunningServer) -> Result<(), String> {
        let mut command = Command::new(self.python.join("python"));
        command
            .current_dir(self.contract.join("python"))
            .env("PYTHONPATH", "generated")
            .args(["-B", "-m", "scenario"]);
        execute(at(server, &mut command))
    }

    pub(super) fn schemathesis(
        &self,
        server: &RunningServer,
        examples: Option<u32>,
        seed: Option<u64>,
    ) -> Result<(), String> {
        let folder = project::target().join("contract/schemathesis");
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut command = Command::new(self.python.join("st"));
        command.current_dir(&folder).env("SCHEMATHESIS_HOOKS", self.contract.join("hooks.py"));
        command.arg("--config-file").arg(self.contract.join("schemathesis.toml"));
        command.arg("run").arg(&self.document).args(["--no-color", "--url", &server.base_url()]);
        if let Some(examples) = examples {
            command.args(["--max-examples", &examples.to_string()]);
        }
        match seed {
            Some(seed) => command.args(["--seed", &seed.to_string()]),
            None => command.arg("--generation-deterministic"),
        };
        execute(at(server, &mut command).env("PYTHONDONTWRITEBYTECODE", "1"))
    }

    fn npm(&self, program: &str) -> Command {
        let mut command = Command::new(self.contract.join("node_modules/.bin").join(program));
        command.current_dir(&self.contract);
        command
    }
}

/// Tells the program where the server is and with what tokens it is called.
fn at<'a>(server: &RunningServer, command: &'a mut Command) -> &'a mut Command {
    command.env("CTPAT_BASE_URL", server.base_url()).env("CTPAT_TOKENS", server.tokens())
}

/// Installs unless it was done from the same lock file before.
fn as_locked(lock: &Path, stamp: &Path, install: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let wanted = std::fs::read(lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    if std::fs::read(stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    install()?;
    std::fs::write(stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::as_locked;
    use std::cell::Cell;

    #[test]
    fn installs_once_for_each_lock_file() {
        let folder = tempfile::tempdir().unwrap();
        let (lock, stamp, times) = (folder.path().join("lock"), folder.path().join("stamp"), Cell::new(0));
        let install = || {
            times.set(times.get() + 1);
            Ok(())
        };
        for (text, expected) in [("one", 1), ("one", 1), ("two", 2)] {
            std::fs::write(&lock, text).unwrap();
            as_locked(&lock, &stamp, install).unwrap();
            assert_eq!(times.get(), expected);
        }
        std::fs::write(&lock, "three").unwrap();
        assert!(as_locked(&lock, &stamp, || Err("no".to_owned())).is_err());
        as_locked(&lock, &stamp, install).unwrap();
        assert_eq!(times.get(), 3);
    }
}
