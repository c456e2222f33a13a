//! A server in a folder of its own, with a token for every role.

use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use testkit::{TempDir, create_database_at, free_port, temp_dir};

/// The roles of which callers need a token.
const ROLES: [&str; 9] = [
    "officer",
    "employee",
    "consultant",
    "specialist",
    "supervisor",
    "programme_director",
    "auditor",
    "integrator",
    "operator",
];
/// How long the server may take to get ready or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server keeps its ledger in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Engine<'a> {
    /// A file in its folder.
    Sqlite,
    /// A new database of this cluster.
    Postgres(&'a str),
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub(super) struct RunningServer {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl RunningServer {
    /// Starts it, waits until it is ready, and issues the tokens.
    pub(super) fn start(binary: &Path, engine: Engine<'_>) -> Result<Self, String> {
        let told = |error: testkit::Error| error.to_string();
        let folder = temp_dir("contract").map_err(told)?;
        let port = free_port().map_err(told)?;
        let mut settings = vec![
            ("CTPAT__SERVER__LISTEN", format!("127.0.0.1:{port}")),
            ("CTPAT__SERVER__DATA_FOLDER", folder.path().join("data").display().to_string()),
            // Schemathesis comes from one address with a handful of tokens; how requests are limited is tested elsewhere.
            ("CTPAT__LIMITS__REQUESTS_PER_SECOND", "100000".to_owned()),
            ("CTPAT__LIMITS__BURST", "100000".to_owned()),
        ];
        if let Engine::Postgres(cluster) = engine {
            settings.push(("CTPAT__DATABASE__URL", create_database_at(cluster).map_err(told)?));
        }
        let log =
            File::create(folder.path().join("log")).map_err(|error| format!("the server's log: {error}"))?;
        let error_log = log.try_clone().map_err(|error| format!("the server's log: {error}"))?;
        let place = folder.path().to_path_buf();
        let configured = |arguments: &[&str]| {
            let mut command = Command::new(binary);
            command.args(arguments).current_dir(&place).stdin(Stdio::null()).env_remove("CTPAT_CONFIG");
            command.envs(settings.iter().map(|(name, value)| (name, value)));
            command
        };
        let child = configured(&["serve"])
            .stdout(log)
            .stderr(error_log)
            .spawn()
            .map_err(|error| format!("{} cannot be started: {error}", binary.display()))?;
        let issue = |role: &str| -> Result<String, String> {
            let token = crate::steps::output(&mut configured(&["token", "--role", role]))?;
            token
                .lines()
                .last()
                .map(str::to_owned)
                .ok_or_else(|| format!("`ctpat token --role {role}` printed nothing"))
        };
        let tokens = folder.path().join("tokens.json");
        let mut server = Self { child, port, folder };
        server.wait_until_ready().map_err(|error| format!("{error}\n{}", server.log_tail()))?;
        let issued = ROLES
            .iter()
            .map(|role| Ok(((*role).to_owned(), serde_json::Value::String(issue(role)?))))
            .collect::<Result<serde_json::Map<_, _>, String>>()?;
        std::fs::write(&tokens, serde_json::Value::Object(issued).to_string())
            .map_err(|error| format!("{}: {error}", tokens.display()))?;
        println!("    ready on {}", server.base_url());
        Ok(server)
    }

    /// Its address.
    pub(super) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A file with a JSON object from role to token.
    pub(super) fn tokens(&self) -> PathBuf {
        self.folder.path().join("tokens.json")
    }

    /// The last lines of its log.
    pub(super) fn log_tail(&self) -> String {
        let text = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(30)..).unwrap_or_default().join("\n")
    }

    /// Asks it to stop; it has to end by itself, and well.
    pub(super) fn stop(mut self) -> Result<(), String> {
        signal(&self.child, Signal::TERM);
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Ok(Some(status)) = self.child.try_wait() {
                return if status.success() {
                    Ok(())
                } else {
                    Err(format!("the server ended with {status}:\n{}", self.log_tail()))
                };
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(format!("the server did not stop within a minute of SIGTERM:\n{}", self.log_tail()))
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the server ended at its start with {status}"));
            }
            if is_ready(self.port).unwrap_or(false) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("the server was not ready within a minute".to_owned())
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(child: &Child, signal: Signal) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Whether `GET /readyz` answers 200.
fn is_ready(port: u16) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    let mut answer = [0_u8; 12];
    stream.read_exact(&mut answer)?;
    Ok(answer.ends_with(b" 200"))
}

#[cfg(test)]
mod tests {
    use super::is_ready;
    use std::io::{Read as _, Write as _};

    #[test]
    fn only_200_is_ready() {
        for (line, ready) in [("HTTP/1.1 200 OK", true), ("HTTP/1.1 503 Service Unavailable", false)] {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let peer = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 200]).unwrap();
                stream.write_all(format!("{line}\r\n\r\n").as_bytes()).unwrap();
            });
            assert_eq!(is_ready(port).unwrap(), ready);
            peer.join().unwrap();
        }
    }
}
