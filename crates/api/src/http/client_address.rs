//! Where a request came from: the other end of the connection or, behind reverse proxies that are trusted, what they say.

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The header in which trusted proxies name the address that they were called from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AddressHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The reverse proxies that are believed. Only one header is looked at: a proxy that writes the one usually hands on the other as
/// the client sent it.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies {
    /// Their networks.
    pub networks: Vec<IpNet>,
    /// Where they write.
    pub header: AddressHeader,
}

impl TrustedProxies {
    /// The last address on the way here that is not a trusted proxy's. What lies before it may be invented.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut last = peer.to_canonical();
        if !self.trusts(last) {
            return last;
        }
        for hop in self.hops(headers).iter().rev() {
            // A hop without an address: nothing is known beyond the proxy that reported it.
            let Some(address) = hop else { break };
            last = *address;
            if !self.trusts(last) {
                break;
            }
        }
        last
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The hops that the header names, the first one first.
    fn hops(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let (name, of): (&str, fn(&str) -> Option<IpAddr>) = match self.header {
            AddressHeader::XForwardedFor => ("x-forwarded-for", address),
            AddressHeader::Forwarded => ("forwarded", forwarded_for),
        };
        // One that is not text is a hop without an address, which ends the way.
        let lines = headers.get_all(name).map(|line| line.to_str().unwrap_or("unreadable"));
        lines.flat_map(|line| line.split(',')).map(of).collect()
    }
}

/// The address of `for=` in one element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    element
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))
        .and_then(|(_, value)| address(value.trim().trim_matches('"')))
}

/// An address as proxies write it: bare, with a port, in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address =
        bare.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|both| both.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn client(header: AddressHeader, peer: &str, lines: &[&str]) -> String {
        let proxies = TrustedProxies {
            networks: ["10.0.0.0/8", "2001:db8:1::/48"].map(|network| network.parse().unwrap()).to_vec(),
            header,
        };
        let mut headers = HeaderMap::new();
        let name = match header {
            AddressHeader::XForwardedFor => "x-forwarded-for",
            AddressHeader::Forwarded => "forwarded",
        };
        for line in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(line).unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_last_hop_that_is_not_trusted_is_the_client() {
        for (peer, lines, expected) in [
            // Nobody in between, or somebody who is not believed.
            ("192.0.2.1", &[][..], "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9"], "192.0.2.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            // Two proxies; and a client that invents hops before its own.
            ("10.0.0.1", &["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["10.9.9.9, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1", "203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            // With ports, as some proxies write.
            ("10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("10.0.0.1", &["[2001:db8:2::7]:4711"], "2001:db8:2::7"),
            ("10.0.0.1", &["2001:db8:2::7, 2001:db8:1::3"], "2001:db8:2::7"),
            // Nothing to go by: the proxy that is known.
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["unknown"], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9, nonsense, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ] {
            assert_eq!(client(AddressHeader::XForwardedFor, peer, lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn forwarded_is_read_as_the_rfc_writes_it() {
        for (line, expected) in [
            ("for=203.0.113.9", "203.0.113.9"),
            ("for=198.51.100.1, For=\"203.0.113.9:80\";proto=https;by=10.0.0.1", "203.0.113.9"),
            ("proto=https;for=\"[2001:db8:2::7]:4711\"", "2001:db8:2::7"),
            ("for=203.0.113.9, for=_hidden", "10.0.0.1"),
            ("for=203.0.113.9, for=unknown;proto=http", "10.0.0.1"),
            ("by=203.0.113.9", "10.0.0.1"),
        ] {
            assert_eq!(client(AddressHeader::Forwarded, "10.0.0.1", &[line]), expected, "{line}");
        }
    }
}
