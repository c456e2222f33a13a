//! Where things are, and how cargo is called.

use crate::steps;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use testkit::SERVER_BINARY_VARIABLE;

/// The root of the project: that of the checkout in which cargo was called. Two checkouts that share a target folder share this binary, so
/// where it was built does not tell.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = Path::new(&here);
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder for what is built and installed: cargo's own.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => std::env::current_dir().unwrap_or_else(|_| root()).join(folder),
        None => root().join("target"),
    }
}

/// Cargo, in the root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root());
    // `cargo xtask` tells us which package we are. Build scripts (ring's, for one) watch these variables, so handing them on would
    // build half the workspace anew.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO" {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// Builds the binary `ctpat` as the tests will find it, unless one is named, and gives its path.
pub(crate) fn build_server() -> Result<PathBuf, String> {
    if std::env::var_os(SERVER_BINARY_VARIABLE).is_some() {
        println!("    taken from {SERVER_BINARY_VARIABLE}");
        return testkit::server_binary().map_err(|error| error.to_string());
    }
    let mut command = cargo();
    // With the whole workspace selected cargo takes the same features as in `cargo nextest run --workspace`, so nothing is built twice.
    command.args([
        "build",
        "--locked",
        "--workspace",
        "--bin",
        "ctpat",
        "--message-format",
        "json-render-diagnostics",
    ]);
    println!("    $ cargo build --locked --workspace --bin ctpat");
    let messages = steps::output(command.stdin(Stdio::null()))?;
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| {
            message.pointer("/target/name").and_then(serde_json::Value::as_str) == Some("ctpat")
        })
        .find_map(|message| message.get("executable").and_then(serde_json::Value::as_str).map(PathBuf::from))
        .ok_or_else(|| "cargo built no binary `ctpat`".to_owned())
}
