//! PostgreSQL refuses to run as root, so root runs it as somebody else.

use crate::Error;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// Who runs PostgreSQL: whoever runs the tests, or, for root, the user `postgres` or else `nobody`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OsUser {
    Self_,
    Other { uid: u32, gid: u32 },
}

impl OsUser {
    pub(crate) fn for_postgres() -> Result<Self, Error> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Self_);
        }
        ["postgres", "nobody"].iter().find_map(|name| look_up(name)).ok_or_else(|| {
            Error::new(
                "PostgreSQL does not run as root, and this machine has neither a user `postgres` nor `nobody` to run it as; run \
                 the tests as another user",
            )
        })
    }

    /// Makes the command run as this user.
    pub(crate) fn run(self, command: &mut Command) {
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
    }

    /// Gives the file or folder to this user.
    pub(crate) fn own(self, path: &Path) -> Result<(), Error> {
        let Self::Other { uid, gid } = self else { return Ok(()) };
        std::os::unix::fs::chown(path, Some(uid), Some(gid)).map_err(|error| {
            Error::new(format!(
                "{} cannot be given to the user that runs PostgreSQL: {error}",
                path.display()
            ))
        })
    }
}

/// `id` asks the name service too, which reading /etc/passwd would not.
fn look_up(name: &str) -> Option<OsUser> {
    let number = |flag: &str| -> Option<u32> {
        let answer = Command::new("id").args([flag, name]).output().ok()?;
        if !answer.status.success() {
            return None;
        }
        String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
    };
    let (uid, gid) = (number("-u")?, number("-g")?);
    if uid == 0 { None } else { Some(OsUser::Other { uid, gid }) }
}
