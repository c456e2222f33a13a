//! What each setting may be. Everything that is wrong is said at once, each with its value and what is allowed.

use super::{AuthMode, Settings};
use ipnet::IpNet;
use kernel::{Policy, PolicyTable, PolicyVersion};
use std::fmt::Display;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use tracing_subscriber::filter::{EnvFilter, LevelFilter};

/// The bounds of whole numbers, by section and key. Threads beyond these are of no use, and the system may not give them.
const NUMBERS: [(&str, &str, RangeInclusive<u64>); 7] = [
    ("server", "workers", 0..=256),
    ("server", "stop_within_seconds", 0..=3600),
    ("database", "connections", 1..=1000),
    ("limits", "requests_per_second", 1..=1_000_000),
    ("limits", "burst", 1..=1_000_000),
    ("limits", "request_seconds", 1..=600),
    ("mail", "timeout_seconds", 1..=600),
];
/// Ten years. A period of nothing would close every application on the day it is made.
const POLICY_DAYS: RangeInclusive<u64> = 1..=3650;
const POLICY_YEARS: RangeInclusive<u64> = 1..=20;
const POLICY_TIMES: RangeInclusive<u64> = 1..=50;

fn bounds(section: &str, key: &str) -> Option<RangeInclusive<u64>> {
    if section == "policy" {
        let value = Policy::default().values().into_iter().find(|value| value.key == key)?;
        return Some(match value.unit.as_str() {
            "years" => POLICY_YEARS,
            "times" => POLICY_TIMES,
            _ => POLICY_DAYS,
        });
    }
    let found = NUMBERS.iter().find(|(of, name, _)| (*of, *name) == (section, key));
    found.map(|(_, _, bounds)| bounds.clone())
}

/// What a setting that is a whole number may be, in words; `None` where it is something else, or unknown.
pub(super) fn whole_number(section: &str, key: &str) -> Option<String> {
    let bounds = bounds(section, key)?;
    Some(format!("must be a whole number between {} and {}", bounds.start(), bounds.end()))
}

/// What is wrong with settings.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, setting: &str, value: impl Display, allowed: impl Display) {
        self.0.push(format!("{setting} = {value}: {allowed}"));
    }

    fn number(&mut self, section: &str, key: &str, value: impl TryInto<u64> + Display + Copy) {
        self.number_at(&format!("[{section}]"), section, key, value);
    }

    /// A number that stands at another place than in the section whose bounds it has.
    fn number_at(
        &mut self,
        place: &str,
        section: &str,
        key: &str,
        value: impl TryInto<u64> + Display + Copy,
    ) {
        let allowed = bounds(section, key);
        if !value.try_into().is_ok_and(|value: u64| allowed.is_none_or(|allowed| allowed.contains(&value))) {
            let allowed = whole_number(section, key).unwrap_or_default();
            self.add(&format!("{place} {key}"), value, allowed);
        }
    }

    fn text(&mut self, setting: &str, value: &str) {
        if value.is_empty() || value.len() > 500 || value.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            self.add(setting, quoted(value), "must be 1 to 500 characters without spaces");
        }
    }
}

fn quoted(value: &str) -> String {
    format!("{value:?}")
}

/// Everything that is wrong, a sentence each. What could not be read (`[section] key`) was said already, and so is nothing that follows
/// from the mode where that was not read.
pub(super) fn faults(settings: &Settings, unread: &[String]) -> Vec<String> {
    let mut faults = Faults::default();
    server(settings, &mut faults);
    database(settings, &mut faults);
    if !unread.iter().any(|setting| setting == "[auth] mode") {
        auth(settings, unread, &mut faults);
        reach(settings, &mut faults);
    }
    let limits = &settings.limits;
    faults.number("limits", "requests_per_second", limits.requests_per_second);
    faults.number("limits", "burst", limits.burst);
    faults.number("limits", "request_seconds", limits.request_seconds);
    if let Err(allowed) = level(&settings.log.level) {
        faults.add("[log] level", quoted(&settings.log.level), allowed);
    }
    mail(settings, &mut faults);
    policy_values("[policy]", &settings.policy, &mut faults);
    match policies(settings) {
        Err(wrong) => faults.0.extend(wrong),
        Ok(table) => {
            for version in table.versions().skip(1) {
                let place = format!("[[policy_changes]] {}:", version.name);
                policy_values(&place, &version.values, &mut faults);
            }
        }
    }
    faults.0
}

fn mail(settings: &Settings, faults: &mut Faults) {
    let mail = &settings.mail;
    faults.number("mail", "timeout_seconds", mail.timeout_seconds);
    if let Err(error) = mail.from.parse::<lettre::message::Mailbox>() {
        let allowed = format!("must be a name and an e-mail address, or an address alone ({error})");
        faults.add("[mail] from", quoted(&mail.from), allowed);
    }
    if !mail.smtp_host.is_empty() {
        faults.text("[mail] smtp_host", &mail.smtp_host);
        if !mail.folder.as_os_str().is_empty() {
            faults.add("[mail] folder", mail.folder.display(), "is for installations without smtp_host");
        }
    }
    if mail.username.is_empty() != mail.password.is_empty() {
        // The password is not to be shown.
        faults.add("[mail] username", quoted(&mail.username), "username and password go together");
    }
    let in_the_clear = mail.encryption == super::MailEncryption::None;
    if in_the_clear && !mail.password.is_empty() {
        faults.add("[mail] encryption", "\"none\"", "a password is not sent in the clear");
    }
}

fn policy_values(place: &str, policy: &Policy, faults: &mut Faults) {
    for value in policy.values() {
        faults.number_at(place, "policy", &value.key, value.value);
    }
}

/// The policy over time: each version has the values of the one before, but for those that it names.
///
/// # Errors
/// What keeps the versions from following each other, a sentence each.
pub(super) fn policies(settings: &Settings) -> Result<PolicyTable, Vec<String>> {
    let mut table = PolicyTable::from(settings.policy.clone());
    let mut faults = Faults::default();
    for change in &settings.policy_changes {
        let place = format!("[[policy_changes]] {}:", change.version);
        let mut values: Policy = (*table.newest().values).clone();
        for (key, value) in &change.values {
            if !values.set(key, *value) {
                let keys: Vec<String> = values.values().into_iter().map(|known| known.key).collect();
                faults.add(
                    &format!("{place} {key}"),
                    value,
                    format!("is no policy value; there are {}", keys.join(", ")),
                );
            }
        }
        let version = PolicyVersion {
            name: change.version.clone(),
            effective_on: change.effective_on,
            moves_open_clocks: change.moves_open_clocks,
            values: Arc::new(values),
        };
        match table.clone().then(version) {
            Ok(longer) => table = longer,
            Err(error) => faults.add(&place, change.effective_on, error),
        }
    }
    if faults.0.is_empty() { Ok(table) } else { Err(faults.0) }
}

fn server(settings: &Settings, faults: &mut Faults) {
    let server = &settings.server;
    faults.number("server", "workers", server.workers);
    faults.number("server", "stop_within_seconds", server.stop_within_seconds);
    if server.data_folder.as_os_str().is_empty() {
        faults.add("[server] data_folder", "\"\"", "must be a folder");
    }
    for origin in &server.cors_origins {
        if !is_origin(origin) {
            faults.add(
                "[server] cors_origins",
                quoted(origin),
                "each must be an origin as browsers send it, such as https://portal.example.com",
            );
        }
    }
    for proxy in &server.trusted_proxies {
        if let Err(allowed) = network(proxy) {
            faults.add("[server] trusted_proxies", quoted(proxy), allowed);
        }
    }
}

/// Who can reach a server that takes tokens of its own key.
fn reach(settings: &Settings, faults: &mut Faults) {
    let server = &settings.server;
    let remote = !server.listen.ip().to_canonical().is_loopback();
    if remote && settings.auth.mode == AuthMode::Development && !settings.auth.development_from_anywhere {
        faults.add(
            "[server] listen",
            server.listen,
            "in development mode it must be an address of this machine alone, such as 127.0.0.1:8080, since whoever has \
             the development key can be anybody; [auth] development_from_anywhere = true allows others",
        );
    }
}

fn database(settings: &Settings, faults: &mut Faults) {
    faults.number("database", "connections", settings.database.connections);
    let url = &settings.database.url;
    if !url.is_empty()
        && let Err(error) = ledger::check_url(url)
    {
        // The address may hold a password.
        faults.add("[database] url", "…", format!("must be postgres://… or sqlite://… ({error})"));
    }
}

fn auth(settings: &Settings, unread: &[String], faults: &mut Faults) {
    let auth = &settings.auth;
    faults.text("[auth] audience", &auth.audience);
    if auth.mode == AuthMode::Development {
        for (setting, value) in [("[auth] issuer", &auth.issuer), ("[auth] jwks", &auth.jwks)] {
            if !value.is_empty() {
                faults.add(setting, quoted(value), "is for mode = \"production\" alone");
            }
        }
        return;
    }
    if auth.development_from_anywhere {
        faults.add("[auth] development_from_anywhere", true, "is for mode = \"development\" alone");
    }
    let was_read = |setting: &str| !unread.iter().any(|unread| unread == setting);
    if was_read("[auth] issuer") {
        faults.text("[auth] issuer", &auth.issuer);
    }
    if auth.issuer.starts_with("urn:ctpat:") {
        faults.add(
            "[auth] issuer",
            quoted(&auth.issuer),
            "must be your own issuer; urn:ctpat: names the development key",
        );
    }
    if !was_read("[auth] jwks") {
        return;
    }
    if auth.jwks.is_empty() {
        faults.add("[auth] jwks", "\"\"", "must be a file or an https:// address with the issuer's keys");
    } else if let Err(allowed) = api::auth::check_jwks(&auth.jwks) {
        faults.add("[auth] jwks", quoted(&auth.jwks), allowed);
    }
}

/// Scheme, host and port, and nothing else, written as a browser writes it.
fn is_origin(text: &str) -> bool {
    reqwest::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}

/// An address or a network.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let network = text
        .parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical())))
        .map_err(|_| "each must be an address or a network, such as 10.0.0.7 or 10.0.0.0/8".to_owned())?;
    if network.prefix_len() == 0 {
        return Err("a network of everybody would let every client invent its address".to_owned());
    }
    if network.trunc() != network {
        let (whole, alone) = (network.trunc(), network.addr());
        return Err(format!(
            "an address within a network is neither: write {whole} for the network, or {alone} for the address"
        ));
    }
    Ok(network)
}

/// A level, and levels of parts of the programme. To the filter itself a word that is no level would be the name of such a part.
fn level(text: &str) -> Result<(), String> {
    let allowed =
        "must be off, error, warn, info, debug or trace, or such levels of parts, as in info,ledger=debug";
    // Nothing at all would be read as a level.
    let known = |level: &str| !level.trim().is_empty() && level.trim().parse::<LevelFilter>().is_ok();
    let right = |directive: &str| match directive.split_once('=') {
        Some((part, level)) => !part.trim().is_empty() && known(level),
        None => known(directive),
    };
    if text.split(',').all(right) && EnvFilter::try_new(text).is_ok() {
        Ok(())
    } else {
        Err(allowed.to_owned())
    }
}
