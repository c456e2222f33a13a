//! An issuer of tokens, as production has one: a key, and the file that publishes it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use p256::pkcs8::{EncodePrivateKey as _, LineEnding};
use serde_json::{Value, json};
use std::path::Path;

/// The `iss` of its tokens.
pub const ISSUER: &str = "https://login.example";

/// One key of an issuer.
pub struct Issuer {
    id: String,
    secret: p256::SecretKey,
}

impl Issuer {
    pub fn new(id: &str) -> Self {
        let secret = p256::SecretKey::random(&mut p256::elliptic_curve::rand_core::OsRng);
        Self { id: id.to_owned(), secret }
    }

    fn jwk(&self) -> Value {
        let point = self.secret.public_key().to_encoded_point(false);
        let text = |bytes: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(bytes.unwrap());
        json!({"kty": "EC", "crv": "P-256", "kid": self.id, "alg": "ES256", "use": "sig",
            "x": text(point.x()), "y": text(point.y())})
    }

    /// Writes the keys where the server reads them.
    pub fn publish(issuers: &[&Issuer], file: &Path) {
        let keys: Vec<Value> = issuers.iter().map(|issuer| issuer.jwk()).collect();
        std::fs::write(file, json!({"keys": keys}).to_string()).unwrap();
    }

    /// A token with these claims.
    pub fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.id.clone());
        let pem = self.secret.to_pkcs8_pem(LineEnding::LF).unwrap();
        encode(&header, claims, &EncodingKey::from_ec_pem(pem.as_bytes()).unwrap()).unwrap()
    }
}

/// What a good token says.
pub fn claims(role: &str) -> Value {
    let now = chrono::Utc::now().timestamp();
    json!({"iss": ISSUER, "sub": format!("{role}-1"), "aud": "ctpat", "exp": now + 300, "iat": now, "jti": "1",
        "client_id": "tests", "roles": [role]})
}

/// The same claims with one member changed; null takes it out.
pub fn changed(claims: &Value, member: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    let members = claims.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(member);
    } else {
        members.insert(member.to_owned(), value);
    }
    claims
}

/// The same claims without any signature.
pub fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({"alg": "none", "typ": "at+jwt"})), part(claims))
}

/// The claims of a token, read without asking whether it is good.
pub fn claims_of(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A key of the development kind, read from its file.
pub fn sign_as_development(file: &Path, token: &str, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = jsonwebtoken::decode_header(token).unwrap().kid;
    encode(&header, claims, &EncodingKey::from_ec_pem(&std::fs::read(file).unwrap()).unwrap()).unwrap()
}
