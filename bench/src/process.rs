//! What the system knows of a process and of the machine. On systems without `/proc` it knows nothing.

use std::time::Duration;
use tokio::sync::oneshot;

/// The kibibytes after a name in a file of `/proc`.
fn kibibytes(path: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

/// The memory of the machine in kibibytes.
pub(crate) fn memory_of_machine() -> Option<u64> {
    kibibytes("/proc/meminfo", "MemTotal:")
}

/// The resident memory of a process in kibibytes.
pub(crate) fn resident(process: u32) -> Option<u64> {
    kibibytes(&format!("/proc/{process}/status"), "VmRSS:")
}

/// Kibibytes as people read them.
pub(crate) fn mebibytes(kibibytes: u64) -> String {
    format!("{} MiB", kibibytes / 1024)
}

/// Looks at the resident memory of a process until it is asked for the most that it saw.
pub(crate) struct Watch {
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<Option<u64>>,
}

impl Watch {
    pub(crate) fn on(process: u32) -> Self {
        let (stop, mut stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let mut most = resident(process);
            while tokio::time::timeout(Duration::from_millis(100), &mut stopped).await.is_err() {
                most = most.max(resident(process));
            }
            most.max(resident(process))
        });
        Self { stop, task }
    }

    pub(crate) async fn most(self) -> Option<u64> {
        let _ = self.stop.send(());
        self.task.await.ok().flatten()
    }
}
