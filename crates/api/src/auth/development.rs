//! The installation's own signing key, for trying things out when no issuer is configured.

use super::keys::KeyError;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kernel::{AccountId, Role};
use p256::elliptic_curve::rand_core::OsRng;
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The `iss` of development tokens. A production configuration never takes it.
pub const ISSUER: &str = "urn:ctpat:development";

const FILE: &str = "development-key.pem";

/// A P-256 key pair.
pub struct DevelopmentKey {
    secret: p256::SecretKey,
    path: PathBuf,
    is_new: bool,
}

/// What a development token says.
#[derive(Debug, Clone, Default)]
pub struct DevelopmentToken {
    /// `sub`.
    pub subject: String,
    /// `name`.
    pub name: Option<String>,
    /// `roles`; company roles come from an account's grants and are left out.
    pub roles: Vec<Role>,
    /// `office`.
    pub office: Option<String>,
    /// `account_ids`.
    pub account_ids: Vec<AccountId>,
    /// `client_id`.
    pub client_id: String,
    /// `aud`.
    pub audience: String,
    /// How long it counts.
    pub lifetime: Duration,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    jti: String,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    account_ids: Vec<String>,
}

impl DevelopmentKey {
    /// Reads the key from the data folder, or makes one and keeps it there. Its owner alone may read it; what was laxer is tightened.
    ///
    /// # Errors
    /// The folder or the file cannot be used.
    pub fn load_or_create(data_folder: &Path) -> Result<Self, KeyError> {
        let path: PathBuf = data_folder.join(FILE);
        let failed = |error| KeyError::File { path: path.clone(), error };
        if !path.exists() {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data_folder).map_err(failed)?;
            let secret = p256::SecretKey::random(&mut OsRng);
            let pem =
                secret.to_pkcs8_pem(LineEnding::LF).map_err(|error| KeyError::Content(error.to_string()))?;
            let opened = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            match opened {
                Ok(mut file) => {
                    file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
                    return Ok(Self { secret, path, is_new: true });
                }
                // Another process was faster: its key is the one.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
        let mode = std::fs::metadata(&path).map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed)?;
            tracing::warn!(path = %path.display(), "others could read the development key; now its owner alone can");
        }
        let pem = std::fs::read_to_string(&path).map_err(failed)?;
        let secret = p256::SecretKey::from_pkcs8_pem(&pem)
            .map_err(|error| KeyError::Content(format!("{} is no P-256 key: {error}", path.display())))?;
        Ok(Self { secret, path, is_new: false })
    }

    /// Where it is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it was made just now.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    fn key_id(&self) -> String {
        let point = self.secret.public_key().to_sec1_bytes();
        hex::encode(Sha256::digest(&point)).split_at(16).0.to_owned()
    }

    /// The public key.
    pub(super) fn jwk(&self) -> Jwk {
        use base64::Engine as _;
        use p256::elliptic_curve::sec1::ToEncodedPoint as _;
        let encode = |bytes: Option<&[u8]>| {
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes.unwrap_or_default())
        };
        let point = self.secret.public_key().to_encoded_point(false);
        Jwk {
            common: jsonwebtoken::jwk::CommonParameters {
                key_id: Some(self.key_id()),
                key_algorithm: Some(jsonwebtoken::jwk::KeyAlgorithm::ES256),
                ..Default::default()
            },
            algorithm: jsonwebtoken::jwk::AlgorithmParameters::EllipticCurve(
                jsonwebtoken::jwk::EllipticCurveKeyParameters {
                    key_type: jsonwebtoken::jwk::EllipticCurveKeyType::EC,
                    curve: jsonwebtoken::jwk::EllipticCurve::P256,
                    x: encode(point.x().map(|x| &**x)),
                    y: encode(point.y().map(|y| &**y)),
                },
            ),
        }
    }

    /// Signs a token.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn issue(&self, token: &DevelopmentToken) -> Result<String, KeyError> {
        let content = |error: String| KeyError::Content(error);
        let pem = self.secret.to_pkcs8_pem(LineEnding::LF).map_err(|error| content(error.to_string()))?;
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(|error| content(error.to_string()))?;
        let now = chrono::Utc::now().timestamp();
        let claims = Claims {
            iss: ISSUER,
            sub: &token.subject,
            aud: &token.audience,
            exp: now.saturating_add(i64::try_from(token.lifetime.as_secs()).unwrap_or(i64::MAX)),
            iat: now,
            jti: uuid::Uuid::now_v7().to_string(),
            client_id: &token.client_id,
            name: token.name.as_deref(),
            roles: token
                .roles
                .iter()
                .filter(|role| !role.is_company_role())
                .map(|role| role.as_str())
                .collect(),
            office: token.office.as_deref(),
            account_ids: token.account_ids.iter().map(ToString::to_string).collect(),
        };
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.key_id());
        encode(&header, &claims, &key).map_err(|error| content(error.to_string()))
    }
}
