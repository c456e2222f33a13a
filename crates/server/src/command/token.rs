//! `ctpat token`.

use super::{Failure, files};
use crate::settings::{AuthMode, Settings};
use api::auth::development::{DevelopmentKey, DevelopmentToken};
use api::auth::{is_client_id, is_subject};
use clap::Args;
use kernel::{AccountId, Role};
use membership::membership::Office;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The role: officer, employee or consultant for people of companies (whose roles come from the account's own grants), or
    /// specialist, supervisor, programme_director, auditor, integrator, operator.
    #[arg(long, default_value = "officer", value_parser = role)]
    role: Role,
    /// The subject, which names the person; by default one for each role.
    #[arg(long, value_parser = subject)]
    subject: Option<String>,
    /// The name of the person.
    #[arg(long)]
    name: Option<String>,
    /// The office of a specialist or supervisor, for example laredo; without one, everything is in reach of a supervisor.
    #[arg(long, value_parser = office)]
    office: Option<String>,
    /// Accounts that an integrator acts for.
    #[arg(long = "account")]
    accounts: Vec<AccountId>,
    /// The OAuth client.
    #[arg(long, default_value = "ctpat-cli", value_parser = client)]
    client: String,
    /// Hours that it counts.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=8760))]
    hours: u64,
}

fn role(text: &str) -> Result<Role, String> {
    Role::CALLERS.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
        let all: Vec<&str> = Role::CALLERS.iter().map(|role| role.as_str()).collect();
        format!("must be one of {}", all.join(", "))
    })
}

const FORM: &str =
    "must have 1 to 255 characters, without white space around them and without control characters";

fn subject(text: &str) -> Result<String, &'static str> {
    if is_subject(text) { Ok(text.to_owned()) } else { Err(FORM) }
}

fn client(text: &str) -> Result<String, &'static str> {
    if is_client_id(text) { Ok(text.to_owned()) } else { Err(FORM) }
}

fn office(text: &str) -> Result<String, String> {
    if Office::ALL.iter().any(|office| office.as_str() == text) {
        return Ok(text.to_owned());
    }
    let all: Vec<&str> = Office::ALL.iter().map(|office| office.as_str()).collect();
    Err(format!("must be one of {}", all.join(", ")))
}

pub(crate) fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    if settings.auth.mode != AuthMode::Development {
        return Err(Failure::Usage(
            "tokens are issued in development mode alone; in production they come from the configured issuer"
                .to_owned(),
        ));
    }
    let subject = arguments.subject.clone().unwrap_or_else(|| format!("{}@example.com", arguments.role));
    let token = issue(settings, arguments, subject)?;
    files::print(&format!("{token}\n"))
}

fn issue(settings: &Settings, arguments: &Arguments, subject: String) -> Result<String, Failure> {
    let key = DevelopmentKey::load_or_create(&settings.server.data_folder)
        .map_err(|error| Failure::Failed(error.to_string()))?;
    // Standard output is for the token alone.
    let path = key.path().display();
    if key.is_new() {
        eprintln!(
            "ctpat: there was no key here, so a new one was made: {path}. Only a server with this data folder takes its tokens."
        );
    } else {
        eprintln!("ctpat: signed with {path}");
    }
    let token = DevelopmentToken {
        subject,
        name: arguments.name.clone(),
        roles: vec![arguments.role],
        office: arguments.office.clone(),
        account_ids: arguments.accounts.clone(),
        client_id: arguments.client.clone(),
        audience: settings.auth.audience.clone(),
        lifetime: Duration::from_secs(arguments.hours.saturating_mul(3600)),
    };
    key.issue(&token).map_err(|error| Failure::Failed(error.to_string()))
}
