//! Signals, and the family tree of a process.

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::process::Command;

/// Sends the signal; a process that is gone already is no error.
pub(crate) fn send(pid: u32, signal: Signal) {
    if let Some(pid) = to_pid(pid) {
        let _ = kill_process(pid, signal);
    }
}

/// Whether the process exists, be it ours or another user's.
pub(crate) fn exists(pid: u32) -> bool {
    to_pid(pid).is_some_and(|pid| match test_kill_process(pid) {
        Ok(()) => true,
        Err(error) => error == rustix::io::Errno::PERM,
    })
}

/// The children of the process. PostgreSQL's are sessions of their own, so no process group holds them together.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    everybody().into_iter().filter(|(_, of)| *of == parent).map(|(pid, _)| pid).collect()
}

fn to_pid(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

/// Every process with its parent.
fn everybody() -> Vec<(u32, u32)> {
    match std::fs::read_dir("/proc") {
        Ok(entries) => entries
            .flatten()
            .filter_map(|entry| {
                let pid = entry.file_name().to_str()?.parse().ok()?;
                let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
                let parent =
                    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()?;
                Some((pid, parent))
            })
            .collect(),
        // No /proc, so this is macOS or a BSD, where `ps` is always there.
        Err(_) => Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().map_or_else(
            |_| Vec::new(),
            |answer| {
                String::from_utf8_lossy(&answer.stdout)
                    .lines()
                    .filter_map(|line| {
                        let mut numbers = line.split_whitespace().map(str::parse);
                        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
                    })
                    .collect()
            },
        ),
    }
}
