//! `ctpat demo`: the main job over HTTP, against a server of its own.

mod client;
mod companies;
mod play;

use super::{Failure, files, no_runtime, serve};
use crate::settings::{AuthMode, Settings};
use crate::wiring;
use api::auth::development::{DevelopmentKey, DevelopmentToken};
use clap::Args;
use client::{Client, text};
use companies::COMPANIES;
use kernel::Role;
use ledger::verify_database;
use std::net::SocketAddr;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Address and port to listen on; a free port of this machine when it is taken.
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// Stop when everything is played instead of going on serving.
    #[arg(long)]
    once: bool,
}

pub(crate) fn run(mut settings: Settings, arguments: &Arguments) -> Result<(), Failure> {
    if settings.auth.mode != AuthMode::Development {
        return Err(Failure::Usage(
            "the demonstration signs in with tokens of its own, which development mode alone takes"
                .to_owned(),
        ));
    }
    let folder = tempfile::Builder::new()
        .prefix("ctpat-demo-")
        .tempdir()
        .map_err(|error| files::failed("made a temporary folder in", &std::env::temp_dir(), &error))?;
    settings.server.data_folder = folder.path().to_path_buf();
    settings.limits.requests_per_second = settings.limits.requests_per_second.max(1000);
    settings.limits.burst = settings.limits.burst.max(10_000);
    let wanted = settings.server.listen;
    let listener = serve::listen(wanted).or_else(|_| serve::listen(SocketAddr::new(wanted.ip(), 0)))?;
    let address = listener.local_addr().map_err(no_runtime)?;
    let server_settings = settings.clone();
    let server = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(serve::serve(server_settings, listener))
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(no_runtime)?;
    let result = runtime.block_on(tell(&settings, address, arguments.once));
    match result {
        Ok(()) if arguments.once => Ok(()),
        Ok(()) => server.join().unwrap_or_else(|_| Err(Failure::Failed("the server stopped".to_owned()))),
        Err(failure) => Err(failure),
    }
}

/// A token of the demonstration's own key.
fn token(key: &DevelopmentKey, settings: &Settings, subject: &str, role: Role) -> Result<String, Failure> {
    let token = DevelopmentToken {
        subject: subject.to_owned(),
        name: None,
        roles: vec![role],
        client_id: "ctpat-demo".to_owned(),
        audience: settings.auth.audience.clone(),
        lifetime: Duration::from_secs(8 * 3600),
        ..DevelopmentToken::default()
    };
    key.issue(&token).map_err(|error| Failure::Failed(error.to_string()))
}

async fn tell(settings: &Settings, address: SocketAddr, once: bool) -> Result<(), Failure> {
    println!("CTPAT member portal: a demonstration. Everything below goes over HTTP to http://{address}.");
    let key = DevelopmentKey::load_or_create(&settings.server.data_folder)
        .map_err(|error| Failure::Failed(error.to_string()))?;
    let sign_in = |subject: &str, role| token(&key, settings, subject, role);
    let specialist = Client::new(address, sign_in("specialist.laredo", Role::Specialist)?);
    specialist.wait_until_ready().await?;
    // A specialist is known, and can be assigned, once they have asked who they are.
    let me = specialist.get("/v1/me").await?;
    let staff = play::Staff {
        specialist,
        supervisor: Client::new(address, sign_in("supervisor.laredo", Role::Supervisor)?),
        director: Client::new(address, sign_in("director.headquarters", Role::ProgrammeDirector)?),
        specialist_id: text(&me, "/person_id").to_owned(),
    };
    let mut first_account = None;
    for company in COMPANIES {
        let officer = Client::new(address, sign_in(company.subject, Role::Officer)?);
        let account = play::play(company, &officer, &staff).await?;
        if first_account.is_none() {
            for role in [Role::Employee, Role::Consultant] {
                let colleague = Client::new(address, sign_in(&format!("{role}.demo"), role)?);
                play::colleague(&officer, &account, role, &colleague).await?;
            }
            first_account = Some(account);
        }
    }
    let ledger = wiring::open_ledger_for_reading(settings).await?;
    let verified =
        verify_database(&ledger, |_, _| {}).await.map_err(|error| Failure::Difference(error.to_string()))?;
    println!(
        "\nThe ledger holds together: {} events in {} streams, every hash computed again. Head {}.",
        verified.events, verified.streams, verified.hash
    );
    if once {
        println!("\nThe server stops now; without --once it would go on and print a token for each role.");
        return Ok(());
    }
    println!(
        "\nThe server goes on until you press Ctrl-C; its data are in a temporary folder and go with it."
    );
    println!("Documentation: http://{address}/docs      Document: http://{address}/openapi.json\n");
    println!("A token for each role, good for eight hours:\n");
    let account = first_account.unwrap_or_default();
    for role in Role::CALLERS {
        let token = match role {
            Role::Officer => sign_in(COMPANIES.first().map_or("officer", |company| company.subject), role)?,
            Role::Integrator => {
                let token = DevelopmentToken {
                    subject: "system.harbor-imports".to_owned(),
                    roles: vec![role],
                    account_ids: account.parse().into_iter().collect(),
                    client_id: "ctpat-demo".to_owned(),
                    audience: settings.auth.audience.clone(),
                    lifetime: Duration::from_secs(8 * 3600),
                    ..DevelopmentToken::default()
                };
                key.issue(&token).map_err(|error| Failure::Failed(error.to_string()))?
            }
            _ => sign_in(&format!("{role}.demo"), role)?,
        };
        println!("{role}:\n{token}\n");
    }
    println!("Try it: put the auditor's token into TOKEN, then");
    println!("  curl -s -H \"Authorization: Bearer $TOKEN\" 'http://{address}/v1/memberships'");
    println!("  curl -s -H \"Authorization: Bearer $TOKEN\" 'http://{address}/v1/events?limit=3'");
    Ok(())
}
