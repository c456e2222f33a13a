//! The binary in a folder of its own, on either engine.

use super::Client;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long a debug build may take to become ready on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder and a database that outlive the server's processes.
pub struct House {
    folder: testkit::TempDir,
    database: String,
    settings: Vec<(String, String)>,
    address: Mutex<SocketAddr>,
}

fn binary() -> PathBuf {
    testkit::server_binary().unwrap_or_else(|error| panic!("{error}"))
}

fn free_address() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], testkit::free_port().unwrap()))
}

impl House {
    pub fn on_sqlite() -> Arc<Self> {
        Self::with(None, &[])
    }

    pub fn on_postgres() -> Arc<Self> {
        Self::with(Some(testkit::test_database_url()), &[])
    }

    /// On SQLite in the folder, or on the database behind the address; with further settings.
    pub fn with(database: Option<String>, settings: &[(&str, &str)]) -> Arc<Self> {
        let folder = testkit::temp_dir("house").unwrap();
        let file = || format!("sqlite://{}", folder.path().join("ctpat.db").display());
        let database = database.unwrap_or_else(file);
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let settings = settings.collect();
        Arc::new(Self { folder, database, settings, address: Mutex::new(free_address()) })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn address(&self) -> SocketAddr {
        *self.address.lock().unwrap()
    }

    fn log(&self) -> PathBuf {
        self.path().join("server.log")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.here(binary());
        command.args(arguments);
        command
    }

    /// A program that runs where the server runs, with its settings.
    fn here(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path())
            .env("CTPAT__SERVER__LISTEN", self.address().to_string())
            .env("CTPAT__SERVER__DATA_FOLDER", self.path().join("data"))
            .env("CTPAT__SERVER__WORKERS", "2")
            .env("CTPAT__DATABASE__URL", &self.database)
            .env("CTPAT__LIMITS__REQUESTS_PER_SECOND", "100000")
            .env("CTPAT__LIMITS__BURST", "100000")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that has to succeed, and gives what it printed.
    pub fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// Types commands into bash as a reader of a document would, with the address of the server in `BASE` and the program in `CTPAT`.
    /// Each of them has to succeed. Gives what they printed.
    pub fn type_in_bash(&self, commands: &str) -> String {
        let mut bash = self.here("bash");
        bash.args(["-euxo", "pipefail", "-c", commands]);
        bash.env("BASE", format!("http://{}", self.address())).env("CTPAT", binary());
        let output = bash.output().unwrap_or_else(|error| panic!("bash: {error}"));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// A token as `ctpat token` prints it.
    pub fn token(&self, role: &str, subject: &str, more: &[&str]) -> String {
        let arguments = [&["token", "--role", role, "--subject", subject], more].concat();
        self.succeed(&arguments).trim().to_owned()
    }

    /// Somebody with a token of their own.
    pub fn sign_in(self: &Arc<Self>, role: &str, subject: &str) -> Client {
        Client::new(self, Some(self.token(role, subject, &[])))
    }

    /// Somebody without a token.
    pub fn nobody(self: &Arc<Self>) -> Client {
        Client::new(self, None)
    }

    /// Starts the server and waits until it is ready. The port stays what it was unless somebody else has taken it.
    pub async fn start(self: &Arc<Self>) -> Server {
        let nobody = self.nobody();
        for _ in 0..5 {
            let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
            let mut serve = self.command(&["serve"]);
            let mut server = Server(serve.stdout(Stdio::null()).stderr(log).spawn().unwrap());
            let began = Instant::now();
            while began.elapsed() < PATIENCE {
                if server.0.try_wait().unwrap().is_some() {
                    break;
                }
                let ready = nobody.try_send(reqwest::Method::GET, "/readyz", &[], None).await;
                if ready.is_ok_and(|answer| answer.status == 200) {
                    return server;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let log = std::fs::read_to_string(self.log()).unwrap_or_default();
            assert!(log.contains("cannot be listened on"), "the server does not become ready:\n{log}");
            *self.address.lock().unwrap() = free_address();
        }
        panic!("no port is free for long enough");
    }

    /// Everything holds together: the chain, and the read models beside a fresh fold.
    pub fn is_sound(&self) {
        assert!(self.succeed(&["ledger", "verify"]).contains("holds together"));
        self.succeed(&["projections", "check"]);
    }
}

/// A server that is killed when it is dropped.
pub struct Server(Child);

impl Server {
    /// SIGKILL: nothing is written or said any more.
    pub fn kill_nine(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    pub fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
