//! Configuration: defaults, then a file, then the environment.

mod check;
mod read;

use api::http::{AddressHeader, TrustedProxies};
use chrono::NaiveDate;
use config::Source as _;
use kernel::{Policy, PolicyTable};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Everything that can be configured. With nothing configured the portal serves on loopback, on SQLite in its data folder, with a
/// signing key of its own for development.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Where it listens.
    pub server: ServerSettings,
    /// Where the ledger is.
    pub database: DatabaseSettings,
    /// Whose tokens it takes.
    pub auth: AuthSettings,
    /// What it bears.
    pub limits: LimitSettings,
    /// What it logs.
    pub log: LogSettings,
    /// Where letters go out.
    pub mail: MailSettings,
    /// Policy values other than the defaults, from the beginning.
    pub policy: Policy,
    /// Later versions of the policy, in the order in which they come into force.
    pub policy_changes: Vec<PolicyChange>,
}

/// A version of the policy that comes into force on a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyChange {
    /// Its name, which answers tell.
    pub version: String,
    /// Its first day.
    pub effective_on: NaiveDate,
    /// Whether deadlines that run on that day go by it from then on.
    #[serde(default)]
    pub moves_open_clocks: bool,
    /// The values that differ from the version before.
    #[serde(default)]
    pub values: BTreeMap<String, u32>,
}

/// Where the server listens and what it may be called from.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// Address and port.
    #[serde(deserialize_with = "address_and_port")]
    pub listen: SocketAddr,
    /// Folder for the embedded database and the development key.
    pub data_folder: PathBuf,
    /// Worker threads; 0 takes one for each processor.
    pub workers: usize,
    /// Seconds that open requests get to finish after a stop signal.
    pub stop_within_seconds: u64,
    /// Origins from which browsers may call; empty turns CORS off.
    pub cors_origins: Vec<String>,
    /// Addresses and networks of reverse proxies that are believed about where a request came from.
    pub trusted_proxies: Vec<String>,
    /// The header in which they say it.
    #[serde(deserialize_with = "client_address_header")]
    pub client_address_header: AddressHeader,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_folder: PathBuf::from("ctpat-data"),
            workers: 0,
            stop_within_seconds: 30,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            client_address_header: AddressHeader::default(),
        }
    }
}

/// Where the ledger is.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `postgres://…` or `sqlite://…`; empty means SQLite in the data folder.
    pub url: String,
    /// Connections for reading.
    pub connections: u32,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self { url: String::new(), connections: 8 }
    }
}

/// Whose tokens are taken.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthSettings {
    /// `development` (own key, `ctpat token`) or `production` (a named issuer).
    #[serde(deserialize_with = "auth_mode")]
    pub mode: AuthMode,
    /// The issuer (`iss`) of production tokens.
    pub issuer: String,
    /// The audience (`aud`) that tokens have to name.
    pub audience: String,
    /// The issuer's keys: a file path or an `https://` address of a JWKS.
    pub jwks: String,
    /// Development tokens are taken on an address that other machines reach.
    pub development_from_anywhere: bool,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self {
            mode: AuthMode::default(),
            issuer: String::new(),
            audience: "ctpat".to_owned(),
            jwks: String::new(),
            development_from_anywhere: false,
        }
    }
}

/// Development or production.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AuthMode {
    /// Tokens signed with the server's own key.
    #[default]
    Development,
    /// Tokens of the named issuer alone.
    Production,
}

/// What the server bears.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitSettings {
    /// Requests a second that one client may send over time.
    pub requests_per_second: u32,
    /// Requests that one client may send at once.
    pub burst: u32,
    /// Seconds that a request may take.
    pub request_seconds: u64,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { requests_per_second: 200, burst: 1000, request_seconds: 30 }
    }
}

/// What is logged.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    /// Directives such as `info` or `info,ledger=debug`.
    pub level: String,
    /// `text` or `json`.
    #[serde(deserialize_with = "log_format")]
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

/// Where letters go out: to an SMTP server, else into a folder, else they are logged as letters that would have gone out.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSettings {
    /// The SMTP server; empty for none.
    pub smtp_host: String,
    /// Its port; 0 takes that of the encryption: 465, 587 or 25.
    pub smtp_port: u16,
    /// How the connection is protected.
    #[serde(deserialize_with = "mail_encryption")]
    pub encryption: MailEncryption,
    /// The user to sign in as; empty for none.
    pub username: String,
    /// The user's password.
    pub password: String,
    /// Who letters are from, such as `CTPAT member portal <no-reply@portal.example.com>`.
    pub from: String,
    /// A folder for letters as files, where no SMTP server is named.
    pub folder: PathBuf,
    /// Seconds that the SMTP server gets to answer.
    pub timeout_seconds: u64,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            smtp_host: String::new(),
            smtp_port: 0,
            encryption: MailEncryption::default(),
            username: String::new(),
            password: String::new(),
            from: "CTPAT member portal <no-reply@localhost>".to_owned(),
            folder: PathBuf::new(),
            timeout_seconds: 60,
        }
    }
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The password is for nobody to read.
        f.debug_struct("MailSettings")
            .field("smtp_host", &self.smtp_host)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl MailSettings {
    /// The domain that letters come from, for their Message-IDs.
    pub fn domain(&self) -> String {
        let domain = self.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        domain.trim_end_matches('>').to_owned()
    }
}

/// How the connection to an SMTP server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MailEncryption {
    /// TLS from the first byte.
    Tls,
    /// Begun in the clear and then protected; a server that does not offer it gets no letter.
    #[default]
    Starttls,
    /// None: for a server on this machine.
    None,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// Reads one word out of a closed list.
fn one_of<'de, D: Deserializer<'de>, T: Copy>(from: D, allowed: &[(&str, T)]) -> Result<T, D::Error> {
    let given = String::deserialize(from)?;
    allowed.iter().find(|(word, _)| *word == given).map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<String> = allowed.iter().map(|(word, _)| format!("{word:?}")).collect();
        D::Error::custom(format!("{given:?} is not one of {}", words.join(", ")))
    })
}

fn auth_mode<'de, D: Deserializer<'de>>(from: D) -> Result<AuthMode, D::Error> {
    one_of(from, &[("development", AuthMode::Development), ("production", AuthMode::Production)])
}

fn mail_encryption<'de, D: Deserializer<'de>>(from: D) -> Result<MailEncryption, D::Error> {
    one_of(
        from,
        &[
            ("tls", MailEncryption::Tls),
            ("starttls", MailEncryption::Starttls),
            ("none", MailEncryption::None),
        ],
    )
}

fn log_format<'de, D: Deserializer<'de>>(from: D) -> Result<LogFormat, D::Error> {
    one_of(from, &[("text", LogFormat::Text), ("json", LogFormat::Json)])
}

fn client_address_header<'de, D: Deserializer<'de>>(from: D) -> Result<AddressHeader, D::Error> {
    one_of(
        from,
        &[("x-forwarded-for", AddressHeader::XForwardedFor), ("forwarded", AddressHeader::Forwarded)],
    )
}

fn address_and_port<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    let given = String::deserialize(from)?;
    given.parse().map_err(|_| {
        D::Error::custom(format!("{given:?} is not an address and port such as 127.0.0.1:8080 or [::1]:8080"))
    })
}

/// The configuration cannot be used. The sentences say which setting and what it may be.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file or a variable cannot be read.
    #[error("the configuration cannot be read: {0}")]
    Read(#[from] config::ConfigError),
    /// Settings that are unknown, of the wrong type, beyond what they may be, or contradict each other: all of them.
    #[error("the configuration cannot be used:\n  {}", .0.join("\n  "))]
    Invalid(Vec<String>),
}

impl Settings {
    /// Reads the file (`ctpat.toml` in the working folder when it is there and none is named) and then the environment, where
    /// `CTPAT__SERVER__LISTEN` stands for `listen` in `[server]`. `listen` of the command line comes before both.
    ///
    /// # Errors
    /// A named file that is missing, an unknown setting, a value of the wrong type or out of bounds, or settings that contradict each
    /// other.
    pub fn read(file: Option<&Path>, listen: Option<SocketAddr>) -> Result<Self, SettingsError> {
        let builder = config::Config::builder();
        let builder = match file {
            Some(path) => builder.add_source(config::File::from(path).format(config::FileFormat::Toml)),
            None => builder.add_source(
                config::File::from(Path::new("ctpat.toml")).format(config::FileFormat::Toml).required(false),
            ),
        };
        let environment = config::Environment::with_prefix("CTPAT")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("server.cors_origins")
            .with_list_parse_key("server.trusted_proxies");
        let given = builder.add_source(environment).build()?.collect()?;
        let read::Read { mut settings, mut faults, unread } = read::settings(given);
        for list in [&mut settings.server.cors_origins, &mut settings.server.trusted_proxies] {
            // A variable that is set to nothing.
            if list.len() == 1 {
                list.retain(|item| !item.is_empty());
            }
        }
        if let Some(listen) = listen {
            settings.server.listen = listen;
        }
        faults.extend(check::faults(&settings, &unread));
        if faults.is_empty() { Ok(settings) } else { Err(SettingsError::Invalid(faults)) }
    }

    /// The database address: as configured, or SQLite in the data folder.
    pub fn database_url(&self) -> String {
        if self.database.url.is_empty() {
            format!("sqlite://{}", self.server.data_folder.join("ctpat.db").display())
        } else {
            self.database.url.clone()
        }
    }

    /// The policy over time.
    pub fn policies(&self) -> PolicyTable {
        check::policies(self).unwrap_or_else(|_| self.policy.clone().into())
    }

    /// The reverse proxies that are believed.
    pub fn proxies(&self) -> TrustedProxies {
        TrustedProxies {
            networks: self
                .server
                .trusted_proxies
                .iter()
                .filter_map(|text| check::network(text).ok())
                .collect(),
            header: self.server.client_address_header,
        }
    }
}
