//! Where PostgreSQL's programs are.

use crate::Error;
use std::path::{Path, PathBuf};

/// The folder that holds `initdb`, `postgres` and, mostly, `pgbench`.
#[derive(Debug, Clone)]
pub struct PgBinaries {
    folder: PathBuf,
}

impl PgBinaries {
    /// Looks on the `PATH`, then where Debian, Red Hat and Homebrew put them; of several versions the newest.
    ///
    /// # Errors
    /// There is none on this machine.
    pub fn find() -> Result<Self, Error> {
        let on_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
        let mut candidates = on_path.unwrap_or_default();
        candidates.extend(newest_first("/usr/lib/postgresql", "", "bin"));
        candidates.extend(newest_first("/usr", "pgsql-", "bin"));
        candidates.push(PathBuf::from("/usr/local/pgsql/bin"));
        for prefix in ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"] {
            candidates.extend(newest_first(prefix, "postgresql@", "bin"));
            candidates.push(Path::new(prefix).join("postgresql/bin"));
        }
        candidates.into_iter().find_map(Self::in_folder).ok_or_else(|| {
            Error::new(
                "PostgreSQL's programs initdb and postgres are neither on the PATH nor where Debian, Red Hat or Homebrew put them; \
                 `cargo xtask test` installs PostgreSQL by the system's package manager",
            )
        })
    }

    /// Takes the folder if both programs are in it, following a symbolic link to where the rest of the installation is.
    fn in_folder(folder: PathBuf) -> Option<Self> {
        let initdb = folder.join("initdb").canonicalize().ok()?;
        let real = initdb.parent()?.to_path_buf();
        if real.join("postgres").is_file() {
            Some(Self { folder: real })
        } else if folder.join("postgres").is_file() {
            Some(Self { folder })
        } else {
            None
        }
    }

    /// The path of one program, whether it is there or not.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// `parent/<prefix><version>/<tail>` for every version there is, newest first.
fn newest_first(parent: &str, prefix: &str, tail: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.split('.').next()?.parse().ok()?;
            Some((version, entry.path().join(tail)))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, path)| path).collect()
}
