//! Access tokens: who is let in, and what the others learn, which is nothing about keys.

use crate::support::{Answer, Options, Server};
use api::auth::AuthConfig;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kernel::Role;
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use p256::pkcs8::{EncodePrivateKey as _, LineEnding};
use serde_json::{Value, json};
use std::path::Path;

/// An issuer with one key.
struct Issuer {
    id: String,
    secret: p256::SecretKey,
}

const ISSUER: &str = "https://login.example";

impl Issuer {
    fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: p256::SecretKey::random(&mut p256::elliptic_curve::rand_core::OsRng),
        }
    }

    fn jwk(&self) -> Value {
        let point = self.secret.public_key().to_encoded_point(false);
        let text = |bytes: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(bytes.unwrap());
        json!({"kty": "EC", "crv": "P-256", "kid": self.id, "alg": "ES256", "use": "sig", "x": text(point.x()), "y": text(point.y())})
    }

    fn publish(issuers: &[&Issuer], file: &Path) {
        let keys: Vec<Value> = issuers.iter().map(|issuer| issuer.jwk()).collect();
        std::fs::write(file, json!({"keys": keys}).to_string()).unwrap();
    }

    fn header(&self) -> Header {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.id.clone());
        header
    }

    fn sign(&self, header: &Header, claims: &Value) -> String {
        let pem = self.secret.to_pkcs8_pem(LineEnding::LF).unwrap();
        encode(header, claims, &EncodingKey::from_ec_pem(pem.as_bytes()).unwrap()).unwrap()
    }

    fn token(&self) -> String {
        self.sign(&self.header(), &claims())
    }
}

fn claims() -> Value {
    let now = chrono::Utc::now().timestamp();
    json!({
        "iss": ISSUER, "sub": "operator-1", "aud": ["other", "ctpat"], "exp": now + 300, "iat": now, "jti": "1", "client_id": "tests",
        "roles": ["operator", "no-such-role"],
    })
}

fn changed(member: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => claims.as_object_mut().unwrap().remove(member),
        value => claims.as_object_mut().unwrap().insert(member.to_owned(), value),
    };
    claims
}

fn production(folder: &Path) -> Server {
    let jwks = folder.join("jwks.json").display().to_string();
    Server::start(Options {
        auth: Some(AuthConfig::Production { issuer: ISSUER.to_owned(), jwks }),
        ..Options::default()
    })
}

fn refused(answer: &Answer, claim: &str) {
    let problem = answer.problem("unauthenticated");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(claim), "{claim}: {detail}");
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer realm=\"ctpat\""), "{challenge}");
    let all = format!("{problem} {challenge}");
    for secret in ["operator-1", "login.example", "key-1", "urn:ctpat"] {
        assert!(!all.contains(secret), "{all}");
    }
}

#[test]
fn a_token_of_the_issuer_is_taken_and_every_other_is_refused_by_the_name_of_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::new("key-1");
    Issuer::publish(&[&issuer], &folder.path().join("jwks.json"));
    let server = production(folder.path());
    let get = |token: &str| server.get_as(token, "/metrics");
    assert_eq!(get(&issuer.token()).status, 200);
    let mut long_type = issuer.header();
    long_type.typ = Some("application/AT+JWT".to_owned());
    assert_eq!(get(&issuer.sign(&long_type, &claims())).status, 200);
    assert_eq!(
        get(&issuer.sign(&issuer.header(), &changed("exp", json!(chrono::Utc::now().timestamp() - 10))))
            .status,
        200,
        "leeway"
    );

    let now = chrono::Utc::now().timestamp();
    for (member, value, names) in [
        ("exp", json!(now - 60), "exp"),
        ("exp", Value::Null, "exp"),
        ("exp", json!("tomorrow"), "exp"),
        ("nbf", json!(now + 120), "nbf"),
        ("iat", json!(now + 120), "iat"),
        ("iat", Value::Null, "iat"),
        ("jti", Value::Null, "jti"),
        ("client_id", Value::Null, "client_id"),
        ("client_id", json!(""), "client_id"),
        ("client_id", json!("c".repeat(256)), "client_id"),
        ("client_id", json!("web\n"), "client_id"),
        ("sub", Value::Null, "sub"),
        ("sub", json!(""), "sub"),
        ("sub", json!("é".repeat(256)), "sub"),
        ("sub", json!(" ana"), "sub"),
        ("sub", json!("a\u{7}"), "sub"),
        ("iss", json!("https://evil.example"), "iss"),
        ("iss", Value::Null, "iss"),
        ("aud", json!("another-api"), "aud"),
        ("aud", Value::Null, "aud"),
    ] {
        refused(&get(&issuer.sign(&issuer.header(), &changed(member, value))), names);
    }

    let mut other_type = issuer.header();
    other_type.typ = Some("JWT".to_owned());
    refused(&get(&issuer.sign(&other_type, &claims())), "typ");
    other_type.typ = None;
    refused(&get(&issuer.sign(&other_type, &claims())), "typ");
    let mut critical = issuer.header();
    critical.crit = Some(vec!["exp".to_owned()]);
    refused(&get(&issuer.sign(&critical, &claims())), "crit");

    refused(&get(&Issuer::new("key-1").token()), "signature");
    refused(&get(&Issuer::new("key-2").token()), "kid");
    let mut symmetric = Header::new(Algorithm::HS256);
    symmetric.typ = Some("at+jwt".to_owned());
    symmetric.kid = Some("key-1".to_owned());
    let public = issuer.secret.public_key().to_sec1_bytes();
    refused(&get(&encode(&symmetric, &claims(), &EncodingKey::from_secret(&public)).unwrap()), "alg");
    let unsigned = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#),
        URL_SAFE_NO_PAD.encode(claims().to_string())
    );
    refused(&get(&unsigned), "JWT");
    let token = issuer.token();
    let cut = token.rsplit_once('.').unwrap().0;
    for broken in ["x", "a.b.c", "....", cut, &format!("{token}x"), &token.replace('.', "..")] {
        get(broken).problem("unauthenticated");
    }
    for header in ["", "Bearer", "Basic b3A6b3A=", "Bearer  ", &format!("Token {token}")] {
        server.send("GET", "/metrics", &[("Authorization", header)], b"").problem("unauthenticated");
    }
    assert_eq!(
        server.send("GET", "/metrics", &[("Authorization", &format!("bearer {token}"))], b"").status,
        200
    );
}

#[test]
fn production_never_takes_tokens_of_the_development_key() {
    let folder = tempfile::tempdir().unwrap();
    Issuer::publish(&[&Issuer::new("key-1")], &folder.path().join("jwks.json"));
    let server = production(folder.path());
    let token = server.token("an-operator", &[Role::Operator]);
    server.get_as(&token, "/metrics").problem("unauthenticated");
}

#[test]
fn keys_are_looked_for_again_when_a_new_one_appears_and_withdrawn_ones_stop_counting() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let (old, new) = (Issuer::new("key-1"), Issuer::new("key-2"));
    Issuer::publish(&[&old], &file);
    let server = production(folder.path());
    let token = old.token();
    assert_eq!(server.get_as(&token, "/metrics").status, 200);
    Issuer::publish(&[&new], &file);
    assert_eq!(server.get_as(&new.token(), "/metrics").status, 200);
    // Remembered as verified, but by a key that is gone.
    server.get_as(&token, "/metrics").problem("unauthenticated");
    // The last good keys go on counting when the source breaks.
    std::fs::write(&file, "not a set of keys").unwrap();
    server.get_as(&Issuer::new("key-3").token(), "/metrics").problem("unauthenticated");
    assert_eq!(server.get_as(&new.token(), "/metrics").status, 200);
}

#[test]
fn the_development_key_is_kept_and_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Server::start(Options::default());
    let token = server.token("an-operator", &[Role::Operator]);
    assert_eq!(server.get_as(&token, "/metrics").status, 200);
    let file = server.folder.path().join("development-key.pem");
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    // Roles of companies come from their accounts alone.
    let pretender = server.token("pretender", &[Role::Officer]);
    assert_eq!(server.get_as(&pretender, "/metrics").problem("forbidden")["status"], 403);
}
