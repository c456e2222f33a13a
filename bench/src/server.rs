//! The portal in a process and a folder of its own.

use crate::Engine;
use crate::client::{Caller, client};
use crate::report::Result;
use api::auth::development::{DevelopmentKey, DevelopmentToken};
use kernel::Role;
use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use testkit::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(120);

/// A process that is killed when it is dropped.
pub(crate) struct Child(std::process::Child);

impl Child {
    pub(crate) fn new(child: std::process::Child) -> Self {
        Self(child)
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder and a database that outlive the processes which serve them.
pub(crate) struct House {
    folder: TempDir,
    pub database: String,
}

impl House {
    pub(crate) fn new(engine: Engine<'_>) -> Result<Self> {
        let folder = testkit::temp_dir("bench")?;
        let database = match engine {
            Engine::Postgres(cluster) => cluster.create_database()?,
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("bench.db").display()),
        };
        Ok(Self { folder, database })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts a server and waits until it is ready.
    pub(crate) async fn serve(&self) -> Result<Server> {
        let key = DevelopmentKey::load_or_create(&self.data())?;
        let address = SocketAddr::from(([127, 0, 0, 1], testkit::free_port()?));
        let log = File::create(self.folder.path().join("log"))?;
        let started = Instant::now();
        let child = Command::new(testkit::server_binary()?)
            .arg("serve")
            .current_dir(self.folder.path())
            .env_remove("CTPAT_CONFIG")
            .env("CTPAT__SERVER__LISTEN", address.to_string())
            .env("CTPAT__SERVER__DATA_FOLDER", self.data())
            .env("CTPAT__DATABASE__URL", &self.database)
            // All clients come from one address; what is measured is how fast requests are answered, not how they are held back.
            .env("CTPAT__LIMITS__REQUESTS_PER_SECOND", "1000000")
            .env("CTPAT__LIMITS__BURST", "1000000")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut child = Child::new(child);
        wait_until_ready(&mut child, address).await?;
        Ok(Server { child, key, address, start_up: started.elapsed() })
    }
}

/// A server that is ready.
pub(crate) struct Server {
    child: Child,
    key: DevelopmentKey,
    address: SocketAddr,
    /// From the start of the process to the first 200 of `/readyz`.
    pub start_up: Duration,
}

impl Server {
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Somebody with a connection and a token of their own.
    pub(crate) fn caller(&self, subject: &str, role: Role) -> Result<Caller> {
        let token = DevelopmentToken {
            subject: subject.to_owned(),
            roles: vec![role],
            client_id: "bench".to_owned(),
            audience: "ctpat".to_owned(),
            lifetime: Duration::from_secs(8 * 3600),
            ..DevelopmentToken::default()
        };
        Ok(Caller {
            http: client()?,
            base: format!("http://{}", self.address),
            token: self.key.issue(&token).map_err(|error| error.to_string())?,
        })
    }
}

/// Waits until `/readyz` is answered with 200.
pub(crate) async fn wait_until_ready(child: &mut Child, address: SocketAddr) -> Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if let Some(status) = child.0.try_wait()? {
            return Err(format!("a server ended at its start with {status}").into());
        }
        if is_ready(address).await.unwrap_or(false) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Err("a server does not become ready".into())
}

async fn is_ready(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").await?;
    let mut answer = [0_u8; 12];
    stream.read_exact(&mut answer).await?;
    Ok(answer.ends_with(b" 200"))
}
