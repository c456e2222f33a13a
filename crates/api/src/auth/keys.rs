//! The issuer's keys: read from a file or an address, looked for again when a new one appears, the last good ones kept.

use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::RwLock;

/// Keys are looked for again after so long, even if every token names a known one.
const REFRESH: Duration = Duration::from_secs(15 * 60);
/// An unknown key makes them be looked for at most so often.
const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);
const FETCH_PATIENCE: Duration = Duration::from_secs(5);
/// More is no set of keys.
const MAX_JWKS_BYTES: usize = 1 << 20;

/// The keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the key file {path} cannot be used: {error}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The address does not answer with a set of keys.
    #[error("the keys cannot be fetched from the configured address: {0}")]
    Fetch(String),
    /// The content is no set of keys.
    #[error("the keys cannot be read: {0}")]
    Content(String),
}

pub(super) enum KeySource {
    Own(Jwk),
    File(PathBuf),
    Address(String),
}

struct Known {
    id: Option<String>,
    algorithm: Option<KeyAlgorithm>,
    key: Arc<DecodingKey>,
}

struct State {
    keys: Vec<Known>,
    looked_at: Instant,
}

pub(super) struct Keys {
    source: KeySource,
    client: reqwest::Client,
    state: RwLock<State>,
}

impl Keys {
    pub(super) async fn load(source: KeySource) -> Result<Self, KeyError> {
        let client = reqwest::Client::builder()
            .timeout(FETCH_PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| KeyError::Fetch(error.to_string()))?;
        let keys = read(&source, &client).await?;
        Ok(Self { source, client, state: RwLock::new(State { keys, looked_at: Instant::now() }) })
    }

    /// The key with this id; without an id, the only one.
    pub(super) async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<Arc<DecodingKey>> {
        let (found, age) = {
            let state = self.state.read().await;
            (choose(&state.keys, id, algorithm), state.looked_at.elapsed())
        };
        let own = matches!(self.source, KeySource::Own(_));
        let stale = age > REFRESH || (found.is_none() && age > UNKNOWN_KEY_PAUSE);
        if own || !stale {
            return found;
        }
        let mut state = self.state.write().await;
        if state.looked_at.elapsed() >= age.min(UNKNOWN_KEY_PAUSE) {
            state.looked_at = Instant::now();
            match read(&self.source, &self.client).await {
                Ok(keys) => state.keys = keys,
                // The last good keys go on counting.
                Err(error) => tracing::warn!(%error, "the issuer's keys could not be looked for again"),
            }
        }
        choose(&state.keys, id, algorithm)
    }
}

fn choose(keys: &[Known], id: Option<&str>, algorithm: Algorithm) -> Option<Arc<DecodingKey>> {
    let fits = |known: &&Known| {
        known.algorithm.is_none_or(|named| named.to_string().eq_ignore_ascii_case(&format!("{algorithm:?}")))
    };
    let mut candidates = keys.iter().filter(fits);
    match id {
        Some(id) => candidates.find(|known| known.id.as_deref() == Some(id)).map(|known| known.key.clone()),
        None => match (candidates.next(), candidates.next()) {
            (Some(only), None) => Some(only.key.clone()),
            _ => None,
        },
    }
}

async fn read(source: &KeySource, client: &reqwest::Client) -> Result<Vec<Known>, KeyError> {
    let text = match source {
        KeySource::Own(jwk) => return Ok(known(std::slice::from_ref(jwk))),
        KeySource::File(path) => tokio::fs::read_to_string(path)
            .await
            .map_err(|error| KeyError::File { path: path.clone(), error })?,
        KeySource::Address(address) => {
            let fetch = async {
                let response = client.get(address).send().await?.error_for_status()?;
                response.text().await
            };
            fetch.await.map_err(|error| KeyError::Fetch(error.without_url().to_string()))?
        }
    };
    if text.len() > MAX_JWKS_BYTES {
        return Err(KeyError::Content("more than 1 MiB".to_owned()));
    }
    let set: JwkSet = serde_json::from_str(&text).map_err(|error| KeyError::Content(error.to_string()))?;
    let keys = known(&set.keys);
    if keys.is_empty() { Err(KeyError::Content("no key that can be used".to_owned())) } else { Ok(keys) }
}

fn known(jwks: &[Jwk]) -> Vec<Known> {
    jwks.iter()
        .filter(|jwk| !matches!(jwk.algorithm, jsonwebtoken::jwk::AlgorithmParameters::OctetKey(_)))
        .filter_map(|jwk| {
            Some(Known {
                id: jwk.common.key_id.clone(),
                algorithm: jwk.common.key_algorithm,
                key: Arc::new(DecodingKey::from_jwk(jwk).ok()?),
            })
        })
        .collect()
}
