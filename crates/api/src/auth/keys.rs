//! The issuer's keys: read from a file or an address, looked for again when a new one appears, the last good ones kept.

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Keys are looked for again after so long, even if every token names a known one.
const REFRESH: Duration = Duration::from_secs(15 * 60);
/// An unknown key makes them be looked for at most so often.
const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);
const FETCH_PATIENCE: Duration = Duration::from_secs(5);
/// More is no set of keys.
const MAX_JWKS_BYTES: usize = 1 << 20;
/// Shorter RSA keys are not taken: 2,048 bits in base64 without padding.
const MIN_RSA_MODULUS: usize = 342;

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
    /// The keys may not be read from there.
    #[error("the keys may not be read from there: jwks {0}")]
    Address(String),
    /// The address does not answer with a set of keys.
    #[error("the keys cannot be fetched from the configured address: {0}")]
    Fetch(String),
    /// The content is no set of keys.
    #[error("the keys cannot be read: {0}")]
    Content(String),
}

pub(super) enum KeySource {
    Own(Box<Jwk>),
    File(PathBuf),
    Address(String),
}

impl KeySource {
    /// A file, or an address that nobody on the way can answer in the issuer's place.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        const ALLOWED: &str = "must be a file or an https:// address (http:// of this machine alone)";
        if !text.contains("://") {
            return Ok(Self::File(PathBuf::from(text)));
        }
        let url = reqwest::Url::parse(text).map_err(|_| ALLOWED.to_owned())?;
        let here = match url.host_str() {
            Some("localhost") => true,
            Some(host) => host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|address| address.to_canonical().is_loopback()),
            None => false,
        };
        match url.scheme() {
            "https" => Ok(Self::Address(text.to_owned())),
            "http" if here => Ok(Self::Address(text.to_owned())),
            _ => Err(ALLOWED.to_owned()),
        }
    }
}

struct Known {
    id: Option<String>,
    algorithm: Option<KeyAlgorithm>,
    key: Arc<DecodingKey>,
}

/// What was read last. The generation changes with the keys, so that what they verified can be forgotten.
struct Current {
    keys: Vec<Known>,
    source_text: String,
    generation: u64,
    read_at: Instant,
}

struct Shared {
    source: KeySource,
    client: reqwest::Client,
    current: RwLock<Arc<Current>>,
    /// When the source was last asked again. Held while it is being asked, so that it is asked once.
    asked_at: Mutex<Option<Instant>>,
}

#[derive(Clone)]
pub(super) struct Keys {
    shared: Arc<Shared>,
}

impl Keys {
    pub(super) async fn load(source: KeySource) -> Result<Self, KeyError> {
        let client = reqwest::Client::builder()
            .timeout(FETCH_PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| KeyError::Fetch(error.to_string()))?;
        let (keys, source_text) = read(&source, &client).await?;
        let current = Current { keys, source_text, generation: 0, read_at: Instant::now() };
        let shared =
            Shared { source, client, current: RwLock::new(Arc::new(current)), asked_at: Mutex::new(None) };
        Ok(Self { shared: Arc::new(shared) })
    }

    fn current(&self) -> Arc<Current> {
        self.shared.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes whenever the keys do.
    pub(super) fn generation(&self) -> u64 {
        self.current().generation
    }

    /// The key with this id; without an id, the only one. A known key is given at once; only a token that names an unknown one waits
    /// for the source to be asked again.
    pub(super) async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<Arc<DecodingKey>> {
        let current = self.current();
        let found = choose(&current.keys, id, algorithm);
        if matches!(self.shared.source, KeySource::Own(_)) {
            return found;
        }
        if found.is_some() {
            if current.read_at.elapsed() > REFRESH {
                let keys = self.clone();
                tokio::spawn(async move { keys.ask_again().await });
            }
            return found;
        }
        self.ask_again().await;
        choose(&self.current().keys, id, algorithm)
    }

    async fn ask_again(&self) {
        let mut asked_at = self.shared.asked_at.lock().await;
        if asked_at.is_some_and(|at| at.elapsed() < UNKNOWN_KEY_PAUSE) {
            return;
        }
        match read(&self.shared.source, &self.shared.client).await {
            Ok((keys, source_text)) => {
                let mut current = self.shared.current.write().unwrap_or_else(PoisonError::into_inner);
                let changed = current.source_text != source_text;
                let generation = current.generation.wrapping_add(u64::from(changed));
                *current = Arc::new(Current { keys, source_text, generation, read_at: Instant::now() });
            }
            // The last good keys go on counting.
            Err(error) => tracing::warn!(%error, "the issuer's keys could not be looked for again"),
        }
        *asked_at = Some(Instant::now());
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

async fn read(source: &KeySource, client: &reqwest::Client) -> Result<(Vec<Known>, String), KeyError> {
    let text = match source {
        KeySource::Own(jwk) => return Ok((known(std::slice::from_ref(jwk.as_ref())), String::new())),
        KeySource::File(path) => tokio::fs::read_to_string(path)
            .await
            .map_err(|error| KeyError::File { path: path.clone(), error })?,
        KeySource::Address(address) => fetch(address, client).await?,
    };
    if text.len() > MAX_JWKS_BYTES {
        return Err(too_large());
    }
    let set: JwkSet = serde_json::from_str(&text).map_err(|error| KeyError::Content(error.to_string()))?;
    let keys = known(&set.keys);
    if keys.is_empty() {
        Err(KeyError::Content("no key that can be used".to_owned()))
    } else {
        Ok((keys, text))
    }
}

async fn fetch(address: &str, client: &reqwest::Client) -> Result<String, KeyError> {
    let failed = |error: reqwest::Error| KeyError::Fetch(error.without_url().to_string());
    let mut response =
        client.get(address).send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_JWKS_BYTES {
            return Err(too_large());
        }
    }
    String::from_utf8(bytes).map_err(|error| KeyError::Content(error.to_string()))
}

fn too_large() -> KeyError {
    KeyError::Content("more than 1 MiB".to_owned())
}

/// The keys that tokens may be signed with: public, for signatures, and long enough.
fn known(jwks: &[Jwk]) -> Vec<Known> {
    jwks.iter()
        .filter(|jwk| !matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption)))
        .filter(|jwk| match &jwk.algorithm {
            AlgorithmParameters::OctetKey(_) => false,
            AlgorithmParameters::RSA(rsa) => rsa.n.len() >= MIN_RSA_MODULUS,
            _ => true,
        })
        .filter_map(|jwk| {
            Some(Known {
                id: jwk.common.key_id.clone(),
                algorithm: jwk.common.key_algorithm,
                key: Arc::new(DecodingKey::from_jwk(jwk).ok()?),
            })
        })
        .collect()
}
