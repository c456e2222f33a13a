//! A server of its own for each test that asks for one, and one that the others share.

use actix_web::web::Data;
use api::ApiState;
use api::auth::development::{DevelopmentKey, DevelopmentToken};
use api::auth::{AuthConfig, Authenticator};
use api::http::body::Validators;
use api::http::rate::RateLimits;
use api::http::{Running, ServeOptions, TrustedProxies, serve};
use kernel::{Policy, Role};
use ledger::{Ledger, LedgerOptions};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use portal::Portal;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;

/// What differs between servers.
pub struct Options {
    pub auth: Option<AuthConfig>,
    pub origins: Vec<String>,
    pub per_second: u32,
    pub burst: u32,
    pub patience: Duration,
    pub head_within: Duration,
    pub proxies: TrustedProxies,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            auth: None,
            origins: Vec::new(),
            per_second: 10_000,
            burst: 100_000,
            patience: Duration::from_secs(30),
            head_within: api::HEAD_WITHIN,
            proxies: TrustedProxies::default(),
        }
    }
}

/// A running server.
pub struct Server {
    pub address: SocketAddr,
    pub folder: TempDir,
}

/// An answer, as it came over the wire.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks that the answer is a problem of the registry in every respect, and gives it.
    pub fn problem(&self, slug: &str) -> Value {
        let problem = self.refusal(slug);
        assert!(
            problem["instance"].as_str().is_some_and(|path| path.starts_with('/') && !path.contains('?')),
            "{problem}"
        );
        problem
    }

    /// Checks that the answer, to what may name no path, is a problem of the registry in every other respect, and gives it.
    pub fn refusal(&self, slug: &str) -> Value {
        let what = format!("{} {:?} {}", self.status, self.headers, String::from_utf8_lossy(&self.body));
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{what}");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{slug}"), "{what}");
        assert_eq!(problem["status"], self.status, "{what}");
        let entry =
            api::problem::registry::ALL.iter().find(|entry| entry.slug == slug).expect("a registered type");
        assert_eq!(self.status, entry.status, "{what}");
        assert_eq!(problem["request_id"].as_str(), self.header("request-id"), "{what}");
        assert!(problem["request_id"].is_string(), "{what}");
        problem
    }
}

fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().unwrap()).clone()
}

/// Everything that routes need, on SQLite in the folder.
pub async fn state(folder: &Path, options: &Options) -> ApiState {
    let url = format!("sqlite://{}", folder.join("ctpat.db").display());
    let ledger = Ledger::open(LedgerOptions::new(
        url,
        portal::read::projections(&kernel::PolicyTable::default()),
        portal::event_types(),
    ))
    .await
    .unwrap();
    let own_key = AuthConfig::Development { data_folder: folder.to_path_buf() };
    let document = api::openapi();
    ApiState {
        portal: Portal::new(ledger, Policy::default()),
        authenticator: Authenticator::new(options.auth.as_ref().unwrap_or(&own_key), "ctpat").await.unwrap(),
        validators: Validators::new(&document),
        document: document.to_string().into(),
        running: Running::default(),
        rate: RateLimits::new(options.per_second, options.burst),
        proxies: options.proxies.clone(),
        patience: options.patience,
        metrics: metrics(),
    }
}

impl Server {
    pub fn start(options: Options) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let data_folder = folder.path().to_path_buf();
        let (ready, wait) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let state = state(&data_folder, &options).await;
                ready.send(()).unwrap();
                let serving = ServeOptions {
                    workers: 1,
                    head_within: options.head_within,
                    stop_within: Duration::from_secs(1),
                    cors_origins: options.origins,
                };
                serve(listener, Data::new(state), serving).await.unwrap();
            });
        });
        wait.recv_timeout(Duration::from_secs(30)).expect("the server starts");
        Server { address, folder }
    }

    /// The server that tests share which change nothing in it.
    pub fn shared() -> &'static Server {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| Server::start(Options::default()))
    }

    /// A token of the development key.
    pub fn token(&self, subject: &str, roles: &[Role]) -> String {
        self.token_with_accounts(subject, roles, &[])
    }

    /// A token that names accounts, as an integrator's does.
    pub fn token_with_accounts(&self, subject: &str, roles: &[Role], accounts: &[&str]) -> String {
        DevelopmentKey::load_or_create(self.folder.path())
            .unwrap()
            .issue(&DevelopmentToken {
                subject: subject.to_owned(),
                roles: roles.to_vec(),
                account_ids: accounts.iter().map(|id| id.parse().unwrap()).collect(),
                client_id: "tests".to_owned(),
                audience: "ctpat".to_owned(),
                lifetime: Duration::from_secs(600),
                ..DevelopmentToken::default()
            })
            .unwrap()
    }

    /// Sends bytes as they are and reads until the server closes.
    pub fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // The server may answer and close before everything is sent.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        parse(&answer)
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n").into_bytes();
        for (name, value) in headers {
            request.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        if !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH") {
            request.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
        }
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(body);
        self.raw(&request)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    /// Sends JSON as somebody.
    pub fn post_as(&self, token: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let all =
            [headers, &[("Authorization", bearer.as_str()), ("Content-Type", "application/json")]].concat();
        self.send("POST", path, &all, body.to_string().as_bytes())
    }

    pub fn get_as(&self, token: &str, path: &str) -> Answer {
        self.send("GET", path, &[("Authorization", &format!("Bearer {token}"))], b"")
    }
}

/// Answers one after the other, to requests of which the flags say whether they were HEAD.
pub fn parse_all(mut bytes: &[u8], head: &[bool]) -> Vec<Answer> {
    let mut answers = Vec::new();
    while !bytes.is_empty() {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a whole head") + 4;
        let length = parse(&bytes[..end]).header("content-length").map(|length| length.parse().unwrap());
        let bodiless = head.get(answers.len()).copied().unwrap_or_default();
        let length: usize = if bodiless { 0 } else { length.expect("a length") };
        answers.push(parse(&bytes[..end + length]));
        bytes = &bytes[end + length..];
    }
    answers
}

pub fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or_else(|| {
        panic!("no answer: {:?}", String::from_utf8_lossy(bytes));
    });
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect::<Vec<_>>();
    let mut body = bytes[end + 4..].to_vec();
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        body = unchunk(&body);
    }
    Answer { status, headers, body }
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let line = rest.windows(2).position(|window| window == b"\r\n").expect("a chunk size");
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return whole;
        }
        whole.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 2 + size + 2..];
    }
}
