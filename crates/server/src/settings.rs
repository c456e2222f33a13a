//! Configuration: defaults, then a file, then the environment.

use kernel::Policy;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Everything that can be configured. With nothing configured the portal serves on loopback, on SQLite in its data folder, with a
/// signing key of its own for development.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
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
    /// Policy values other than the defaults.
    pub policy: Policy,
}

/// Where the server listens and what it may be called from.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// Address and port.
    pub listen: SocketAddr,
    /// Folder for the embedded database and the development key.
    pub data_folder: PathBuf,
    /// Worker threads; 0 takes one for each processor.
    pub workers: usize,
    /// Seconds that open requests get to finish after a stop signal.
    pub stop_within_seconds: u64,
    /// Origins from which browsers may call; empty turns CORS off.
    pub cors_origins: Vec<String>,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_folder: PathBuf::from("ctpat-data"),
            workers: 0,
            stop_within_seconds: 30,
            cors_origins: Vec::new(),
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
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthSettings {
    /// `development` (own key, `ctpat token`) or `production` (a named issuer).
    pub mode: AuthMode,
    /// The issuer (`iss`) of production tokens.
    pub issuer: String,
    /// The audience (`aud`) that tokens have to name; `ctpat` when empty.
    pub audience: String,
    /// The issuer's keys: a file path or an `https://` address of a JWKS.
    pub jwks: String,
}

/// Development or production.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// The configuration cannot be used. The sentence says which setting and what it may be.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file or a variable cannot be read, or has an unknown or wrongly typed setting.
    #[error("the configuration cannot be read: {0}")]
    Read(#[from] config::ConfigError),
    /// A setting is missing or contradicts another.
    #[error("the configuration cannot be used: {0}")]
    Invalid(String),
}

impl Settings {
    /// Reads the file (`ctpat.toml` in the working folder when it is there and none is named) and then the environment, where
    /// `CTPAT__SERVER__LISTEN` stands for `listen` in `[server]`.
    ///
    /// # Errors
    /// A named file that is missing, an unknown setting, a value of the wrong type, or settings that contradict each other.
    pub fn read(file: Option<&Path>) -> Result<Self, SettingsError> {
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
            .with_list_parse_key("server.cors_origins");
        let settings: Settings = builder.add_source(environment).build()?.try_deserialize()?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), SettingsError> {
        let invalid = |text: &str| Err(SettingsError::Invalid(text.to_owned()));
        if self.auth.mode == AuthMode::Production {
            if self.auth.issuer.is_empty() || self.auth.jwks.is_empty() {
                return invalid("[auth] mode = \"production\" needs issuer and jwks");
            }
            if self.auth.issuer.starts_with("urn:ctpat:") {
                return invalid("[auth] issuer must be your own: urn:ctpat: names the development key");
            }
        } else if !self.auth.issuer.is_empty() || !self.auth.jwks.is_empty() {
            return invalid("[auth] issuer and jwks are for mode = \"production\"");
        }
        if self.database.connections == 0 || self.database.connections > 1000 {
            return invalid("[database] connections must be between 1 and 1000");
        }
        if self.limits.requests_per_second == 0 || self.limits.burst == 0 || self.limits.request_seconds == 0
        {
            return invalid("[limits] every limit must be at least 1");
        }
        let url = &self.database.url;
        if !url.is_empty()
            && !["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| url.starts_with(scheme))
        {
            return invalid("[database] url must begin with postgres:// or sqlite://");
        }
        Ok(())
    }

    /// The database address: as configured, or SQLite in the data folder.
    pub fn database_url(&self) -> String {
        if self.database.url.is_empty() {
            format!("sqlite://{}", self.server.data_folder.join("ctpat.db").display())
        } else {
            self.database.url.clone()
        }
    }

    /// The audience that tokens have to name.
    pub fn audience(&self) -> &str {
        if self.auth.audience.is_empty() { "ctpat" } else { &self.auth.audience }
    }
}
