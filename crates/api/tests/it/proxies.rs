//! Behind a reverse proxy: the client's own address counts, and only a trusted proxy is believed about it.

use crate::support::{Options, Server};
use api::http::{AddressHeader, TrustedProxies};
use serde_json::json;

fn behind(networks: &[&str], header: AddressHeader) -> Server {
    let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
    Server::start(Options {
        per_second: 1,
        burst: 2,
        proxies: TrustedProxies { networks, header },
        ..Options::default()
    })
}

fn livez(server: &Server, header: &str, from: &str) -> u16 {
    server.send("GET", "/livez", &[(header, from)], b"").status
}

#[test]
fn clients_behind_a_trusted_proxy_have_quotas_of_their_own() {
    let server = behind(&["127.0.0.0/8"], AddressHeader::XForwardedFor);
    let by = |from: &str| livez(&server, "X-Forwarded-For", from);
    assert_eq!([by("203.0.113.1"), by("203.0.113.1"), by("203.0.113.1")], [200, 200, 429]);
    // Hops that the client invents are before its own, which the proxy adds; they give it no other quota.
    assert_eq!(by("198.51.100.7, 203.0.113.1"), 429);
    assert_eq!(by("203.0.113.2"), 200);
    // A header that this proxy does not write is of the client's making.
    assert_eq!(livez(&server, "Forwarded", "for=203.0.113.3"), 200);
    assert_eq!(livez(&server, "Forwarded", "for=203.0.113.4"), 200);
    assert_eq!(livez(&server, "Forwarded", "for=203.0.113.5"), 429, "the proxy itself");
}

#[test]
fn forwarded_is_read_where_the_proxy_writes_it() {
    let server = behind(&["127.0.0.1/32"], AddressHeader::Forwarded);
    let by = |from: &str| livez(&server, "Forwarded", from);
    let one = "for=\"[2001:db8::1]:4711\";proto=https";
    assert_eq!([by(one), by(one), by(one)], [200, 200, 429]);
    assert_eq!(by("for=198.51.100.7, for=\"[2001:db8::1]\""), 429);
    assert_eq!(by("for=203.0.113.2"), 200);
}

#[test]
fn nobody_else_is_believed() {
    for networks in [&[][..], &["10.0.0.0/8"]] {
        let server = behind(networks, AddressHeader::XForwardedFor);
        let by = |from: &str| livez(&server, "X-Forwarded-For", from);
        assert_eq!(
            [by("203.0.113.1"), by("203.0.113.2"), by("203.0.113.3")],
            [200, 200, 429],
            "{networks:?}"
        );
    }
}

#[test]
fn an_agreement_is_recorded_with_the_clients_address() {
    for (networks, expected) in [(&["127.0.0.1/32"][..], "203.0.113.9"), (&[], "127.0.0.1")] {
        let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        let proxies = TrustedProxies { networks, header: AddressHeader::XForwardedFor };
        let server = Server::start(Options { proxies, ..Options::default() });
        let ana = server.token("ana", &[]);
        let document = api::openapi();
        let example = &document["paths"]["/v1/accounts"]["post"]["requestBody"]["content"]["application/json"]
            ["example"];
        let account = server.post_as(&ana, "/v1/accounts", &[], example);
        let path = format!("{}/accept-agreement", account.header("location").unwrap());
        let in_force = server.get_as(&ana, "/v1/agreements").json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|agreement| agreement["in_force"] == true)
            .unwrap()["version"]
            .clone();
        let from = [("X-Forwarded-For", "198.51.100.1, 203.0.113.9")];
        let accepted = server.post_as(&ana, &path, &from, &json!({"agreement_version": in_force}));
        assert_eq!(accepted.status, 200, "{}", String::from_utf8_lossy(&accepted.body));
        let url = format!("sqlite://{}", server.folder.path().join("ctpat.db").display());
        let recorded: Vec<(String,)> = actix_web::rt::System::new().block_on(async {
            let db = ledger::Db::open(&url, 1).unwrap();
            ledger::Statement::new("SELECT network_address FROM agreement_origins")
                .fetch_all(&db)
                .await
                .unwrap()
        });
        assert_eq!(recorded, [(expected.to_owned(),)]);
    }
}
