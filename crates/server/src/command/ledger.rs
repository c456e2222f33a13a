//! `ctpat ledger verify|export|sign-head`.

use super::{Failure, files, progress_bar};
use crate::settings::Settings;
use crate::wiring;
use clap::Subcommand;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use ledger::{ExportError, LedgerError, Verified, VerifyError, verify_database, verify_export_with};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, BufWriter, stdin, stdout};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compute every hash again and name the first bad position; exit code 3 when there is one.
    Verify {
        /// An export to verify instead of the database; `-` reads standard input. No database is contacted.
        #[arg(long)]
        file: Option<PathBuf>,
        /// A signed head that the ledger has to contain, as printed by sign-head.
        #[arg(long, requires = "public_key")]
        head: Option<PathBuf>,
        /// The public key (PEM, P-256) that the signed head was signed with.
        #[arg(long, requires = "head")]
        public_key: Option<PathBuf>,
    },
    /// Write the whole ledger as NDJSON: a line an event, the head last.
    Export {
        /// The file to write; standard output without it.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// Sign the head of the ledger and print the signature (a compact JWS), for keeping elsewhere.
    SignHead {
        /// A private key (PEM, PKCS#8, P-256).
        #[arg(long)]
        key: PathBuf,
    },
}

/// What a signed head says.
#[derive(Debug, Serialize, Deserialize)]
struct SignedHead {
    position: i64,
    hash: String,
    /// Seconds since 1970.
    iat: i64,
}

/// What the hashes alone cannot tell.
const UNSEEN: &str = "Without a signed head this does not show whether the newest events were cut off together with the head, or everything \
     was written anew: verify with --head and --public-key.";

pub(crate) async fn run(settings: &Settings, command: Command) -> Result<(), Failure> {
    match command {
        Command::Verify { file, head, public_key } => {
            let signed = match (&head, &public_key) {
                (Some(head), Some(key)) => Some(read_signed_head(head, key)?),
                _ => None,
            };
            let verified = match &file {
                Some(path) => verify_file(path, signed.as_ref())?,
                None => {
                    let ledger = wiring::open_ledger_for_reading(settings).await?;
                    let bar = progress_bar("verifying");
                    let verified = verify_database(&ledger, |position, head| {
                        bar.set_length(u64::try_from(head).unwrap_or_default());
                        bar.set_position(u64::try_from(position).unwrap_or_default());
                    })
                    .await
                    .map_err(describe)?;
                    bar.finish_and_clear();
                    if let Some(signed) = &signed {
                        let at = ledger.feed(signed.position - 1, 1, &ledger::FeedFilter::default()).await?;
                        check_signed(signed, at.first().map(|event| event.hash.as_str()))?;
                    }
                    verified
                }
            };
            println!(
                "The ledger holds together: {} events in {} streams, head {}.",
                verified.events, verified.streams, verified.hash
            );
            match signed {
                Some(signed) => println!(
                    "It contains the signed head: position {}, hash {}.",
                    signed.position, signed.hash
                ),
                None => println!("{UNSEEN}"),
            }
            Ok(())
        }
        Command::Export { output } => {
            let ledger = wiring::open_ledger_for_reading(settings).await?;
            let bar = progress_bar("exporting");
            let progress = |position: i64, head: i64| {
                bar.set_length(u64::try_from(head).unwrap_or_default());
                bar.set_position(u64::try_from(position).unwrap_or_default());
            };
            let events = match &output {
                Some(path) => {
                    let written = |error: &std::io::Error| files::failed("written", path, error);
                    let mut out = BufWriter::new(files::create(path)?);
                    let events =
                        ledger::export(&ledger, &mut out, progress).await.map_err(|error| match error {
                            ExportError::Io(error) => written(&error),
                            other => other.into(),
                        })?;
                    let file = out.into_inner().map_err(|error| written(error.error()))?;
                    file.sync_all().map_err(|error| written(&error))?;
                    events
                }
                None => {
                    let mut out = BufWriter::new(stdout());
                    ledger::export(&ledger, &mut out, progress).await?
                }
            };
            bar.finish_and_clear();
            eprintln!("{events} events exported.");
            Ok(())
        }
        Command::SignHead { key } => {
            let pem = files::read(&key)?;
            let key = EncodingKey::from_ec_pem(&pem).map_err(|_| {
                Failure::Usage("the key must be a P-256 private key in PEM (PKCS#8)".to_owned())
            })?;
            let head = wiring::open_ledger_for_reading(settings).await?.head().await?;
            let signed =
                SignedHead { position: head.position, hash: head.hash, iat: chrono::Utc::now().timestamp() };
            let mut header = Header::new(Algorithm::ES256);
            header.typ = Some("ctpat-ledger-head".to_owned());
            let jws = encode(&header, &signed, &key)
                .map_err(|error| Failure::Failed(format!("the head could not be signed: {error}")))?;
            files::print(&format!("{jws}\n"))
        }
    }
}

fn verify_file(path: &Path, signed: Option<&SignedHead>) -> Result<Verified, Failure> {
    let reader: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(stdin()))
    } else {
        Box::new(BufReader::new(files::open(path)?))
    };
    let mut found = None;
    let verified = verify_export_with(reader, |position, hash| {
        if signed.is_some_and(|signed| signed.position == position) {
            found = Some(hash.to_owned());
        }
    })
    .map_err(|error| match error {
        VerifyError::Io(error) => files::failed("read", path, &error),
        other => describe(other),
    })?;
    if let Some(signed) = signed {
        check_signed(signed, found.as_deref())?;
    }
    Ok(verified)
}

fn check_signed(signed: &SignedHead, found: Option<&str>) -> Result<(), Failure> {
    let empty = signed.position == 0 && signed.hash == ledger::canonical::GENESIS;
    if empty || found == Some(signed.hash.as_str()) {
        return Ok(());
    }
    Err(Failure::Difference(format!(
        "position {}: the ledger does not contain the signed head: {}",
        signed.position,
        found.map_or_else(
            || "the event is missing".to_owned(),
            |hash| format!("its hash is {hash}, signed was {}", signed.hash)
        )
    )))
}

fn read_signed_head(head: &Path, public_key: &Path) -> Result<SignedHead, Failure> {
    let jws = files::read_text(head)?;
    let key = DecodingKey::from_ec_pem(&files::read(public_key)?)
        .map_err(|_| Failure::Usage("the public key must be a P-256 public key in PEM".to_owned()))?;
    let typ = decode_header(jws.trim()).ok().and_then(|header| header.typ);
    if typ.as_deref() != Some("ctpat-ledger-head") {
        return Err(Failure::Usage("the file is no signed head of a ledger".to_owned()));
    }
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    decode::<SignedHead>(jws.trim(), &key, &validation)
        .map(|data| data.claims)
        .map_err(|_| Failure::Difference("the signature of the head does not fit the public key".to_owned()))
}

fn describe(error: VerifyError) -> Failure {
    match error {
        VerifyError::Fault(_) | VerifyError::Line { .. } | VerifyError::Ledger(LedgerError::HeadMissing) => {
            Failure::Difference(error.to_string())
        }
        VerifyError::Io(_) | VerifyError::Ledger(_) => Failure::Failed(error.to_string()),
    }
}
