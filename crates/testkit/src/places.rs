//! Ports, folders and the server's binary.

use crate::Error;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

pub use tempfile::TempDir;

/// Names the binary `ctpat` for end-to-end tests; `cargo xtask test` builds it and sets this.
pub const SERVER_BINARY_VARIABLE: &str = "CTPAT_TEST_SERVER";

/// A port of 127.0.0.1 that nobody listens on just now. Somebody else may take it before you do, so try again when binding fails.
///
/// # Errors
/// The machine has no port left.
pub fn free_port() -> Result<u16, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Error::new(format!("no free port on 127.0.0.1: {error}")))
}

/// A new empty folder that vanishes with the value.
///
/// # Errors
/// The folder for temporary files cannot be written.
pub fn temp_dir(what: &str) -> Result<TempDir, Error> {
    tempfile::Builder::new().prefix(&format!("ctpat-{what}-")).tempdir().map_err(|error| {
        Error::new(format!("no folder can be made in {}: {error}", std::env::temp_dir().display()))
    })
}

/// The binary `ctpat`: the one that `CTPAT_TEST_SERVER` names, or the one beside the running test in the build folder.
///
/// # Errors
/// It has not been built.
pub fn server_binary() -> Result<PathBuf, Error> {
    if let Some(path) = std::env::var_os(SERVER_BINARY_VARIABLE).map(PathBuf::from) {
        return if path.is_file() {
            Ok(path)
        } else {
            Err(Error::new(format!("{SERVER_BINARY_VARIABLE} names {}, which is no file", path.display())))
        };
    }
    let name = format!("ctpat{}", std::env::consts::EXE_SUFFIX);
    std::env::current_exe()
        .ok()
        .and_then(|running| running.ancestors().skip(1).take(2).map(|folder| folder.join(&name)).find(|path| path.is_file()))
        .ok_or_else(|| {
            Error::new(format!(
                "the binary ctpat is not built: run `cargo build -p server` first, run the tests by `cargo xtask test`, or set \
                 {SERVER_BINARY_VARIABLE}"
            ))
        })
}
