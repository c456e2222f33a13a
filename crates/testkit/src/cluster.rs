//! A PostgreSQL of one's own: started, stopped, stalled, killed and started again at will.

use crate::os_user::OsUser;
use crate::process;
use crate::sweep;
use crate::{Error, PgBinaries, database, free_port};
use rustix::process::Signal;
use std::fs::File;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long PostgreSQL may take to start (recovery included) or to stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// Somebody else may take the port between finding and binding it.
const PORT_TRIES: u32 = 5;

/// How a cluster is set up.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    settings: Vec<(String, String)>,
}

impl Default for ClusterOptions {
    /// As PostgreSQL comes, fsync included, with room for many connections.
    fn default() -> Self {
        Self { settings: vec![("max_connections".to_owned(), "400".to_owned())] }
    }
}

impl ClusterOptions {
    /// Sets a configuration parameter, such as `("synchronous_commit", "off")`.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// For tests in which no machine loses power: files are not synchronised to the disk, which is much faster. Whatever ends a
    /// process, `kill -9` included, still loses nothing.
    #[must_use]
    pub fn without_fsync(self) -> Self {
        self.set("fsync", "off").set("full_page_writes", "off")
    }
}

/// How a cluster is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Sessions are ended, transactions rolled back, data written.
    Fast,
    /// Every process quits at once; the next start recovers from the log.
    Immediate,
}

/// A PostgreSQL cluster in a folder of its own, on 127.0.0.1, with trust authentication. It is stopped and removed on drop.
#[derive(Debug)]
pub struct PgCluster {
    port: u16,
    binaries: PgBinaries,
    user: OsUser,
    settings: Vec<(String, String)>,
    postmaster: Mutex<Option<Child>>,
    folder: TempDir,
}

impl PgCluster {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start; the sentence holds the end of its log.
    pub fn start(options: ClusterOptions) -> Result<Self, Error> {
        sweep::sweep();
        let binaries = PgBinaries::find()?;
        let user = OsUser::for_postgres()?;
        let folder = new_folder(user)?;
        let mut cluster = Self {
            port: 0,
            binaries,
            user,
            settings: options.settings,
            postmaster: Mutex::new(None),
            folder,
        };
        cluster.initdb()?;
        for left in (0..PORT_TRIES).rev() {
            cluster.port = free_port()?;
            match cluster.start_again() {
                Ok(()) => break,
                Err(error) if left == 0 || !error.to_string().contains("Address already in use") => {
                    return Err(error);
                }
                Err(_) => {}
            }
        }
        Ok(cluster)
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The port, which stays the same for the life of the cluster.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder that holds everything of the cluster, its data in `data`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Makes an empty database with a name of its own, and gives its address.
    ///
    /// # Errors
    /// The cluster does not run.
    pub fn create_database(&self) -> Result<String, Error> {
        database::create_database_at(&self.url("postgres"))
    }

    /// Stops the cluster; its data stays.
    ///
    /// # Errors
    /// It does not run, or does not stop within a minute.
    pub fn stop(&self, how: Stop) -> Result<(), Error> {
        let mut slot = self.slot();
        let mut child = slot.take().ok_or_else(not_running)?;
        let signal = match how {
            Stop::Fast => Signal::INT,
            Stop::Immediate => Signal::QUIT,
        };
        let family = family(child.id());
        process::send(child.id(), signal);
        // A stalled process takes signals only once it goes on.
        family.iter().for_each(|pid| process::send(*pid, Signal::CONT));
        if wait(&mut child) {
            return Ok(());
        }
        kill_family(&mut child);
        Err(Error::new("PostgreSQL did not stop within a minute, so it was killed"))
    }

    /// Starts a stopped or killed cluster on the same port, and waits until it takes connections.
    ///
    /// # Errors
    /// It runs already, or does not start; the sentence holds the end of its log.
    pub fn start_again(&self) -> Result<(), Error> {
        let mut slot = self.slot();
        if slot.is_some() {
            return Err(Error::new("PostgreSQL runs already"));
        }
        let log = self.log_file()?;
        let error_log = log.try_clone().map_err(|error| Error::new(format!("PostgreSQL's log: {error}")))?;
        let mut command = Command::new(self.binaries.program("postgres"));
        command.arg("-D").arg(self.data()).stdin(Stdio::null()).stdout(log).stderr(error_log);
        for (name, value) in self.fixed_settings().iter().chain(&self.settings) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.current_dir(self.folder.path());
        self.user.run(&mut command);
        let mut child =
            command.spawn().map_err(|error| Error::new(format!("postgres cannot be started: {error}")))?;
        match self.wait_until_it_answers(&mut child) {
            Ok(()) => {
                *slot = Some(child);
                Ok(())
            }
            Err(error) => {
                kill_family(&mut child);
                Err(error)
            }
        }
    }

    /// Stalls every process of the cluster: connections stay open and nothing answers any more.
    ///
    /// # Errors
    /// It does not run.
    pub fn pause(&self) -> Result<(), Error> {
        let slot = self.slot();
        let postmaster = slot.as_ref().ok_or_else(not_running)?.id();
        // The postmaster first, so that it makes no new process meanwhile.
        process::send(postmaster, Signal::STOP);
        process::children(postmaster).iter().for_each(|pid| process::send(*pid, Signal::STOP));
        Ok(())
    }

    /// Lets a stalled cluster go on.
    ///
    /// # Errors
    /// It does not run.
    pub fn resume(&self) -> Result<(), Error> {
        let slot = self.slot();
        let postmaster = slot.as_ref().ok_or_else(not_running)?.id();
        family(postmaster).iter().for_each(|pid| process::send(*pid, Signal::CONT));
        Ok(())
    }

    /// Kills every process of the cluster, as the machine's out-of-memory killer would.
    ///
    /// # Errors
    /// It does not run.
    pub fn kill9(&self) -> Result<(), Error> {
        let mut child = self.slot().take().ok_or_else(not_running)?;
        kill_family(&mut child);
        Ok(())
    }

    /// The last lines of PostgreSQL's log.
    pub fn log_tail(&self) -> String {
        let text = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
    }

    fn slot(&self) -> MutexGuard<'_, Option<Child>> {
        self.postmaster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log_file(&self) -> Result<File, Error> {
        File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .map_err(|error| Error::new(format!("PostgreSQL's log cannot be written: {error}")))
    }

    fn fixed_settings(&self) -> Vec<(String, String)> {
        [
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("port", self.port.to_string()),
            ("unix_socket_directories", String::new()),
            ("log_checkpoints", "off".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    fn initdb(&self) -> Result<(), Error> {
        let mut command = Command::new(self.binaries.program("initdb"));
        command
            .arg("-D")
            .arg(self.data())
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        self.user.run(&mut command);
        let answer =
            command.output().map_err(|error| Error::new(format!("initdb cannot be run: {error}")))?;
        if answer.status.success() {
            return Ok(());
        }
        Err(Error::new(format!(
            "initdb failed ({}): {}{}",
            answer.status,
            String::from_utf8_lossy(&answer.stdout),
            String::from_utf8_lossy(&answer.stderr)
        )))
    }

    fn wait_until_it_answers(&self, child: &mut Child) -> Result<(), Error> {
        let begin = Instant::now();
        let url = self.url("postgres");
        loop {
            if let Ok(Some(status)) = child.try_wait() {
                return Err(Error::new(format!(
                    "PostgreSQL ended at its start ({status}):\n{}",
                    self.log_tail()
                )));
            }
            let error = match database::execute(&url, "SELECT 1") {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if begin.elapsed() > PATIENCE {
                return Err(Error::new(format!("PostgreSQL does not answer: {error}\n{}", self.log_tail())));
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }
}

impl Drop for PgCluster {
    fn drop(&mut self) {
        // Nothing is kept, so there is nothing to write back: the quickest stop will do.
        let _ = self.stop(Stop::Immediate);
    }
}

fn new_folder(user: OsUser) -> Result<TempDir, Error> {
    let folder = tempfile::Builder::new()
        .prefix(&format!("{}{}-", sweep::PREFIX, std::process::id()))
        .tempdir()
        .map_err(|error| {
            Error::new(format!("no folder can be made in {}: {error}", std::env::temp_dir().display()))
        })?;
    set_private(folder.path())?;
    user.own(folder.path())?;
    Ok(folder)
}

fn set_private(path: &Path) -> Result<(), Error> {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
        .map_err(|error| Error::new(format!("{}: {error}", path.display())))
}

fn not_running() -> Error {
    Error::new("PostgreSQL does not run")
}

/// The postmaster and its children.
fn family(postmaster: u32) -> Vec<u32> {
    let mut all = vec![postmaster];
    all.extend(process::children(postmaster));
    all
}

/// Kills them all, and waits until none is left: a survivor would keep the next start from the data folder.
fn kill_family(child: &mut Child) {
    process::send(child.id(), Signal::STOP);
    let family = family(child.id());
    family.iter().for_each(|pid| process::send(*pid, Signal::KILL));
    let _ = child.wait();
    let begin = Instant::now();
    while family.iter().any(|pid| process::exists(*pid)) && begin.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn wait(child: &mut Child) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if let Ok(Some(_)) = child.try_wait() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}
