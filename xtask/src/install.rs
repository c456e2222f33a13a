//! Installs what is missing, by the system's own package manager or by cargo.

use crate::project;
use crate::steps::execute;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use testkit::PgBinaries;

/// A program on this machine under three package managers.
struct Package {
    what: &'static str,
    apt: &'static [&'static str],
    dnf: &'static [&'static str],
    brew: &'static [&'static str],
}

const POSTGRESQL: Package = Package {
    what: "PostgreSQL",
    apt: &["postgresql"],
    dnf: &["postgresql-server", "postgresql-contrib"],
    brew: &["postgresql@17"],
};
/// `docs/FIRST-APPLICATION.md` is followed by a test.
const CURL: Package = Package { what: "curl", apt: &["curl"], dnf: &["curl"], brew: &["curl"] };
const NODE: Package = Package { what: "Node.js", apt: &["nodejs"], dnf: &["nodejs"], brew: &["node"] };
/// By itself, since some packages of Node.js hold it and then conflict with it.
const NPM: Package = Package { what: "npm", apt: &["npm"], dnf: &["npm"], brew: &["node"] };
const PYTHON: Package = Package {
    what: "Python 3 with venv",
    apt: &["python3", "python3-venv"],
    dnf: &["python3"],
    brew: &["python@3.13"],
};

/// PostgreSQL's programs.
pub(crate) fn postgresql() -> Result<(), String> {
    let found = match PgBinaries::find() {
        Ok(found) => found,
        Err(_) => {
            POSTGRESQL.install()?;
            PgBinaries::find().map_err(|error| error.to_string())?
        }
    };
    let mut version = Command::new(found.program("postgres"));
    print!("    {}", crate::steps::output(version.arg("--version"))?);
    Ok(())
}

/// The test runner. Nothing stands in for it: the project's test groups and time limits are its configuration.
pub(crate) fn nextest() -> Result<(), String> {
    if !answers("cargo-nextest", &["nextest", "--version"]) {
        execute(project::cargo().args(["install", "--locked", "cargo-nextest"]))?;
    }
    let version = crate::steps::output(project::cargo().args(["nextest", "--version"]))?;
    println!("    {}", version.lines().next().unwrap_or_default());
    Ok(())
}

/// The command line's HTTP client.
pub(crate) fn curl() -> Result<(), String> {
    if !answers("curl", &["--version"]) {
        CURL.install()?;
    }
    let version = crate::steps::output(Command::new("curl").arg("--version"))?;
    println!("    {}", version.lines().next().unwrap_or_default());
    Ok(())
}

/// Node.js, new enough for the linters.
pub(crate) fn node() -> Result<(), String> {
    for (program, package) in [("node", &NODE), ("npm", &NPM)] {
        if !answers(program, &["--version"]) {
            package.install()?;
        }
    }
    let version = crate::steps::output(Command::new("node").arg("--version"))?;
    let version = version.trim();
    println!("    Node.js {version}");
    let mut parts = version.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    if (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) < (20, 19) {
        return Err(format!(
            "Node.js {version} is too old for the OpenAPI linters, which need 20.19 or newer"
        ));
    }
    Ok(())
}

/// A virtual environment for Python, made if it is missing. Gives its folder of programs.
pub(crate) fn python_environment() -> Result<PathBuf, String> {
    let folder = project::target().join("contract/venv");
    let programs = folder.join("bin");
    if answers(&programs.join("python").display().to_string(), &["-m", "pip", "--version"]) {
        return Ok(programs);
    }
    if !answers("python3", &["-c", "import venv, ensurepip"]) {
        PYTHON.install()?;
    }
    execute(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    Ok(programs)
}

impl Package {
    fn install(&self) -> Result<(), String> {
        println!("    {} is missing; it is installed by the system's package manager", self.what);
        if answers("apt-get", &["--version"]) {
            execute(as_root("apt-get")?.args(["update", "-q"]))?;
            return execute(
                as_root("apt-get")?.args(["install", "-y", "-q", "--no-install-recommends"]).args(self.apt),
            );
        }
        if answers("dnf", &["--version"]) {
            return execute(as_root("dnf")?.args(["install", "-y", "-q"]).args(self.dnf));
        }
        if answers("brew", &["--version"]) {
            return execute(Command::new("brew").arg("install").args(self.brew));
        }
        Err(format!(
            "{} is missing and none of apt-get, dnf and brew is there to install it; please install it",
            self.what
        ))
    }
}

/// The command with the rights to install, asking nothing.
fn as_root(program: &str) -> Result<Command, String> {
    let mut command = if rustix::process::geteuid().is_root() {
        Command::new(program)
    } else if answers("sudo", &["-V"]) {
        let mut command = Command::new("sudo");
        command.args(["DEBIAN_FRONTEND=noninteractive", program]);
        command
    } else {
        return Err(format!("{program} needs root or sudo"));
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
