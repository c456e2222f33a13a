//! Files that the command line reads and writes. Every failure names the file and what was tried.

use super::Failure;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

/// What was tried with a file did not work.
pub(super) fn failed(tried: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("{} could not be {tried}: {error}", path.display()))
}

/// Standard output could not be written to.
pub(super) fn output_failed(error: &std::io::Error) -> Failure {
    Failure::Failed(format!("standard output could not be written: {error}"))
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| failed("read", path, &error))
}

pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| failed("read", path, &error))
}

pub(super) fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| failed("opened", path, &error))
}

pub(super) fn create(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|error| failed("created", path, &error))
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| failed("written", path, &error))
}

pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| output_failed(&error))
}
