//! The binary in a folder of its own, on either engine.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// A folder and a database that outlive the server's processes.
pub struct House {
    pub folder: testkit::TempDir,
    pub database: String,
    pub address: SocketAddr,
}

impl House {
    pub fn on_sqlite() -> Self {
        let folder = testkit::temp_dir("house").unwrap();
        let database = format!("sqlite://{}", folder.path().join("ctpat.db").display());
        Self::on(folder, database)
    }

    pub fn on_postgres() -> Self {
        Self::on(testkit::temp_dir("house").unwrap(), testkit::test_database_url())
    }

    fn on(folder: testkit::TempDir, database: String) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], testkit::free_port().unwrap()));
        Self { folder, database, address }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_ctpat")));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("CTPAT__SERVER__LISTEN", self.address.to_string())
            .env("CTPAT__SERVER__DATA_FOLDER", self.data())
            .env("CTPAT__DATABASE__URL", &self.database)
            .env("CTPAT__LIMITS__REQUESTS_PER_SECOND", "100000")
            .env("CTPAT__LIMITS__BURST", "100000")
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

    pub fn token(&self, role: &str, subject: &str) -> String {
        self.succeed(&["token", "--role", role, "--subject", subject]).trim().to_owned()
    }

    /// Without any setting at all.
    pub fn bare_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_ctpat")));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CTPAT_")) {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub fn start(&self) -> Running {
        self.start_with(&[])
    }

    /// Starts the server with further settings; it logs to a file.
    pub fn start_with(&self, settings: &[(&str, &str)]) -> Running {
        let log = std::fs::File::create(self.log_file()).unwrap();
        let mut command = self.command(&["serve"]);
        command.envs(settings.iter().copied());
        Running(command.stdout(Stdio::null()).stderr(log).spawn().unwrap())
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap()
    }

    pub async fn ready(&self, http: &reqwest::Client) {
        for _ in 0..600 {
            let answer = http.get(format!("http://{}/readyz", self.address)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not become ready");
    }

    /// Everything holds together: the chain, and the read models beside a fresh fold.
    pub fn is_sound(&self) {
        assert!(self.succeed(&["ledger", "verify"]).contains("holds together"));
        self.succeed(&["projections", "check"]);
    }
}

/// A server that is killed when it is dropped.
pub struct Running(Child);

impl Running {
    /// SIGKILL: nothing is written or said any more.
    pub fn kill_nine(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Running {
    /// Sends a signal and waits for the end.
    pub fn stop(mut self, signal: &str) -> std::process::ExitStatus {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        self.0.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
