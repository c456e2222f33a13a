//! Authentication: JWT access tokens in the shape of RFC 9068.

pub mod development;
mod keys;

use crate::problem::Problem;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use kernel::Role;
use keys::{KeySource, Keys};
use portal::{SignIn, Subject};
use quick_cache::sync::Cache;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;
use std::sync::Arc;

pub use keys::KeyError;

/// Asymmetric algorithms only: a shared secret, or none, is never taken.
pub const ALGORITHMS: [Algorithm; 8] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS512,
    Algorithm::EdDSA,
];

/// Clocks may differ by so many seconds.
const LEEWAY_SECONDS: u64 = 30;
/// Verified tokens that are remembered, so that a signature is computed once a token.
const REMEMBERED_TOKENS: usize = 10_000;

/// Whose tokens are taken.
#[derive(Debug, Clone)]
pub enum AuthConfig {
    /// Tokens signed with the installation's own key, for trying things out.
    Development {
        /// Where the key is kept.
        data_folder: PathBuf,
    },
    /// Tokens of an issuer.
    Production {
        /// Its `iss`.
        issuer: String,
        /// Its keys: a file or an address.
        jwks: String,
    },
}

/// Checks where the issuer's keys are said to be, without asking there.
///
/// # Errors
/// What is allowed.
pub fn check_jwks(jwks: &str) -> Result<(), String> {
    KeySource::parse(jwks).map(|_| ())
}

/// Checks tokens.
pub struct Authenticator {
    issuer: String,
    audience: String,
    keys: Keys,
    verified: Cache<[u8; 32], Arc<Verified>>,
}

/// A token whose signature and claims were checked.
#[derive(Debug, Clone)]
pub struct Verified {
    /// Who signs in.
    pub sign_in: SignIn,
    /// The second from which it does not count any more.
    expires: i64,
    /// The keys that verified it. When they have changed it is verified again.
    generation: u64,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    iat: i64,
    #[serde(rename = "jti")]
    _jti: String,
    client_id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    office: Option<String>,
    #[serde(default)]
    account_ids: Vec<String>,
}

/// Why a token is not taken: the claim or part that is wrong, never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRefused(pub &'static str);

impl Authenticator {
    /// Prepares for checking; reads or makes the development key, or fetches the issuer's keys.
    ///
    /// # Errors
    /// The keys cannot be read, made or fetched.
    pub async fn new(config: &AuthConfig, audience: &str) -> Result<Self, KeyError> {
        let (issuer, source) = match config {
            AuthConfig::Development { data_folder } => {
                let key = development::DevelopmentKey::load_or_create(data_folder)?;
                (development::ISSUER.to_owned(), KeySource::Own(Box::new(key.jwk())))
            }
            AuthConfig::Production { issuer, jwks } => {
                let source = KeySource::parse(jwks).map_err(KeyError::Address)?;
                (issuer.clone(), source)
            }
        };
        Ok(Self {
            issuer,
            audience: audience.to_owned(),
            keys: Keys::load(source).await?,
            verified: Cache::new(REMEMBERED_TOKENS),
        })
    }

    /// Checks a token.
    ///
    /// # Errors
    /// Names what is wrong with it, without its value.
    pub async fn verify(&self, token: &str) -> Result<Arc<Verified>, TokenRefused> {
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let now = chrono::Utc::now().timestamp();
        if let Some(known) = self.verified.get(&digest) {
            if now <= known.expires && known.generation == self.keys.generation() {
                return Ok(known);
            }
            self.verified.remove(&digest);
        }
        let verified = Arc::new(self.check(token).await?);
        self.verified.insert(digest, verified.clone());
        Ok(verified)
    }

    async fn check(&self, token: &str) -> Result<Verified, TokenRefused> {
        let header = decode_header(token).map_err(|_| TokenRefused("the token is not a JWT"))?;
        let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
        if !matches!(typ.as_deref(), Some("at+jwt" | "application/at+jwt")) {
            return Err(TokenRefused("typ is not at+jwt"));
        }
        if header.crit.is_some() {
            return Err(TokenRefused("crit names extensions that are not understood"));
        }
        if !ALGORITHMS.contains(&header.alg) {
            return Err(TokenRefused("alg is not one that is taken"));
        }
        let generation = self.keys.generation();
        let key = self
            .keys
            .find(header.kid.as_deref(), header.alg)
            .await
            .ok_or(TokenRefused("kid names no key of the issuer"))?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = decode::<Claims>(token, &key, &validation)
            .map_err(|error| TokenRefused(what(error.kind())))?
            .claims;
        let leeway = i64::try_from(LEEWAY_SECONDS).unwrap_or_default();
        if claims.iat > chrono::Utc::now().timestamp().saturating_add(leeway) {
            return Err(TokenRefused("iat is in the future"));
        }
        // What an account could not name as the subject of a contact is nobody's.
        if !is_subject(&claims.sub) {
            return Err(TokenRefused(
                "sub is empty, has more than 255 characters, white space around it or control characters",
            ));
        }
        // It is recorded with every event, and is part of what every request is counted by.
        if !is_client_id(&claims.client_id) {
            return Err(TokenRefused(
                "client_id is empty, has more than 255 characters, white space around it or control characters",
            ));
        }
        let roles = claims.roles.iter().filter_map(|name| Role::parse(name)).filter(token_role).collect();
        let account_ids = claims.account_ids.iter().filter_map(|id| id.parse().ok()).collect();
        Ok(Verified {
            expires: claims.exp.saturating_add(leeway),
            generation,
            sign_in: SignIn {
                issuer: claims.iss,
                subject: claims.sub,
                client_id: Some(claims.client_id),
                display_name: claims.name,
                roles,
                office: claims.office,
                account_ids,
            },
        })
    }
}

/// Whether this can be the `client_id` of a token: of the same form as a subject.
pub fn is_client_id(text: &str) -> bool {
    is_subject(text)
}

/// Whether this can be the `sub` of a token: 1 to 255 characters, without white space around them and without control characters.
pub fn is_subject(text: &str) -> bool {
    Subject::parse(text).is_ok() && text.trim() == text
}

/// Company roles come from an account's grants, never from a token.
fn token_role(role: &Role) -> bool {
    !role.is_company_role() && *role != Role::System
}

fn what(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ExpiredSignature => "exp has passed",
        ErrorKind::ImmatureSignature => "nbf is in the future",
        ErrorKind::InvalidIssuer => "iss is not the issuer of this installation",
        ErrorKind::InvalidAudience => "aud does not name this installation",
        ErrorKind::InvalidSignature => "the signature does not fit",
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::Json(_) | ErrorKind::InvalidClaimFormat(_) => {
            "a claim is missing or has the wrong type; iss, sub, aud, exp, iat, jti and client_id are required"
        }
        _ => "the token is not one that is taken",
    }
}

impl From<TokenRefused> for Problem {
    fn from(refused: TokenRefused) -> Self {
        let challenge =
            format!("Bearer realm=\"ctpat\", error=\"invalid_token\", error_description=\"{}\"", refused.0);
        Problem::unauthenticated(&format!("The access token is not taken: {}.", refused.0), &challenge)
    }
}
