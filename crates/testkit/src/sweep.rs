//! Clears away what a killed test run could not: a test that is killed has no chance to stop its PostgreSQL.

use crate::process;
use rustix::process::Signal;
use std::path::Path;
use std::time::Duration;

/// The folders of clusters begin so; the process that made one follows.
pub(crate) const PREFIX: &str = "ctpat-pg-";

/// Stops every cluster whose maker is gone and removes its folder. What cannot be removed (another user's) is left.
pub(crate) fn sweep() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(maker) = name.to_str().and_then(maker) else { continue };
        if !process::exists(maker) {
            clear(&entry.path());
        }
    }
}

fn maker(name: &str) -> Option<u32> {
    name.strip_prefix(PREFIX)?.split('-').next()?.parse().ok()
}

fn clear(folder: &Path) {
    let postmaster = std::fs::read_to_string(folder.join("data/postmaster.pid"))
        .ok()
        .and_then(|text| text.lines().next().and_then(|line| line.trim().parse::<u32>().ok()));
    if let Some(pid) = postmaster.filter(|pid| is_postgres_of(*pid, folder)) {
        process::send(pid, Signal::QUIT);
        process::send(pid, Signal::CONT);
        for _ in 0..50 {
            if !process::exists(pid) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    let _ = std::fs::remove_dir_all(folder);
}

/// Process numbers are used again, so a number alone is no reason to stop anything: the command line has to name the folder.
fn is_postgres_of(pid: u32, folder: &Path) -> bool {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_else(|_| {
        std::process::Command::new("ps")
            .args(["-o", "command=", "-p", &pid.to_string()])
            .output()
            .map(|answer| answer.stdout)
            .unwrap_or_default()
    });
    String::from_utf8_lossy(&line).contains(&folder.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::maker;

    #[test]
    fn a_folder_tells_its_maker() {
        assert_eq!(maker("ctpat-pg-4711-a1B2"), Some(4711));
        assert_eq!(maker("ctpat-pg-x"), None);
        assert_eq!(maker("other-4711-a"), None);
    }
}
