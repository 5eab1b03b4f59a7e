//! Addresses of this machine as they are typed, with the zone of an IPv6 address (RFC 4007): the interface that it belongs to.
//!
//! In scope: an address to listen on; the number of an interface. Out of scope: names of other machines, which the system resolves.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// Why a text is no address to listen on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// It is no IP address.
    #[error("no IP address")]
    Address,
    /// This machine has no such interface.
    #[error("no interface {0}")]
    Interface(String),
    /// The port is no number up to 65535.
    #[error("no port: {0}")]
    Port(String),
}

/// The address that `host` names: an IP address, IPv6 in brackets or without, with a zone or without, or `localhost`.
pub fn listen_address(host: &str, port: u16) -> Result<SocketAddr, ListenError> {
    if host.eq_ignore_ascii_case("localhost") {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    match (inner, inner.unwrap_or(host).split_once('%')) {
        (None, None) => host.parse::<IpAddr>().map(|ip| (ip, port).into()).map_err(|_| ListenError::Address),
        (Some(inner), None) => inner.parse::<Ipv6Addr>().map(|ip| (ip, port).into()).map_err(|_| ListenError::Address),
        (_, Some((address, zone))) => {
            let address = address.parse().map_err(|_| ListenError::Address)?;
            let zone = zone.strip_prefix("25").filter(|zone| inner.is_some() && !zone.is_empty()).unwrap_or(zone);
            let scope = interface(zone).ok_or_else(|| ListenError::Interface(zone.to_owned()))?;
            Ok(SocketAddrV6::new(address, port, 0, scope).into())
        }
    }
}

/// The address that `text` names, with the port behind a colon; an IPv6 address stands in brackets then.
pub fn listen_address_and_port(text: &str) -> Result<SocketAddr, ListenError> {
    let (host, port) = text.rsplit_once(':').ok_or(ListenError::Address)?;
    if host.contains(':') && !host.starts_with('[') {
        return Err(ListenError::Address);
    }
    let is_number = port.bytes().all(|digit| digit.is_ascii_digit());
    let number = port.parse().ok().filter(|_| is_number).ok_or_else(|| ListenError::Port(port.to_owned()))?;
    listen_address(host, number)
}

/// The address that `text` names, with a port behind a colon or without; 0 stands for none. An IPv6 address with a port stands in brackets.
pub fn local_address(text: &str) -> Result<SocketAddr, ListenError> {
    match listen_address(text, 0) {
        Err(ListenError::Address) => listen_address_and_port(text),
        read => read,
    }
}

/// The address that `host` writes with a zone, which getaddrinfo takes for link-local addresses alone; `None` if it is no such one, or
/// this machine has no such interface.
pub fn scoped(host: &str, port: u16) -> Option<SocketAddr> {
    let (address, zone) = host.split_once('%')?;
    Some(SocketAddrV6::new(address.parse().ok()?, port, 0, interface(zone)?).into())
}

/// The number of the interface that `zone` names, or is.
fn interface(zone: &str) -> Option<u32> {
    let number = zone.parse().ok().filter(|number| *number > 0);
    number.or_else(|| if_addrs::get_if_addrs().ok()?.into_iter().find(|known| known.name == zone)?.index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_interfaces_of_this_machine() {
        let loopback = if_addrs::get_if_addrs().unwrap().into_iter().find(|known| known.ip().is_loopback()).unwrap();
        let (name, index) = (loopback.name, loopback.index.unwrap());
        let wanted = Ok(SocketAddrV6::new("fe80::1".parse().unwrap(), 7, 0, index).into());
        for zone in [name.clone(), index.to_string()] {
            for host in [format!("fe80::1%{zone}"), format!("[fe80::1%{zone}]"), format!("[fe80::1%25{zone}]")] {
                assert_eq!(listen_address(&host, 7), wanted, "{host}");
            }
            assert_eq!(listen_address_and_port(&format!("[fe80::1%{zone}]:7")), wanted);
            assert_eq!(scoped(&format!("fe80::1%{zone}"), 7), wanted.clone().ok());
        }
        let none = ListenError::Interface("no0".into());
        assert_eq!(listen_address_and_port("[::1%no0]:7"), Err(none));
        assert_eq!((scoped("fe80::1%no0", 7), scoped("fe80::1", 7), scoped("a%lo", 7)), (None, None, None));
    }

    #[test]
    fn what_can_not_be_listened_on_is_told_for_what_it_is() {
        let port = |port: &str| ListenError::Port(port.into());
        for (text, error) in [
            ("127.0.0.1", ListenError::Address),
            ("::1:80", ListenError::Address),
            ("www.baidu.com:80", ListenError::Address),
            ("[127.0.0.1]:80", ListenError::Address),
            (":80", ListenError::Address),
            ("127.0.0.1:99999", port("99999")),
            ("127.0.0.1:８0", port("８0")),
            ("[::1]:", port("")),
            ("[::1]:+1", port("+1")),
        ] {
            assert_eq!(listen_address_and_port(text), Err(error), "{text}");
        }
        assert_eq!(listen_address_and_port("localhost:0"), Ok("127.0.0.1:0".parse().unwrap()));
    }

    #[test]
    fn a_local_address_may_have_a_port() {
        for (text, address) in [
            ("127.0.0.1", "127.0.0.1:0"),
            ("127.0.0.1:5000", "127.0.0.1:5000"),
            ("0.0.0.0:5000", "0.0.0.0:5000"),
            ("localhost", "127.0.0.1:0"),
            ("::1", "[::1]:0"),
            ("[::1]:5000", "[::1]:5000"),
        ] {
            assert_eq!(local_address(text), Ok(address.parse().unwrap()), "{text}");
        }
        assert_eq!(local_address("127.0.0.1:x"), Err(ListenError::Port("x".into())));
        for text in ["", ":80", "www.baidu.com"] {
            assert_eq!(local_address(text), Err(ListenError::Address), "{text}");
        }
    }
}
