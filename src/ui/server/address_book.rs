//! The addresses of this machine, read on a thread, since a system may answer late.

use core::net::{IpAddr, SocketAddr};

use egui::Context;

use crate::net::HostAddress;
use crate::ui::kit::BackgroundQuery;

/// What was read last.
pub struct LocalAddresses {
    known: Vec<HostAddress>,
    reading: BackgroundQuery<Vec<HostAddress>>,
}

impl Default for LocalAddresses {
    fn default() -> Self {
        Self { known: Vec::new(), reading: BackgroundQuery::new("addresses") }
    }
}

impl LocalAddresses {
    /// Reads them.
    pub fn read(&mut self, ctx: &Context) {
        self.reading.ask(ctx, HostAddress::all);
    }

    /// Takes in what has been read. Without a thread, what was known stays.
    pub fn poll(&mut self) {
        if let Some(Ok(found)) = self.reading.poll() {
            self.known = found;
        }
    }

    /// Those that are known.
    #[must_use]
    pub fn known(&self) -> &[HostAddress] {
        &self.known
    }

    /// Where clients find a server that listens on `bound`, the likeliest first: it may listen on every address of this machine.
    #[must_use]
    pub fn reachable_at(&self, bound: SocketAddr, only_v6: bool) -> Vec<SocketAddr> {
        if !bound.ip().is_unspecified() {
            return vec![bound];
        }
        let takes = |ip: IpAddr| if bound.is_ipv4() { ip.is_ipv4() } else { ip.is_ipv6() || !only_v6 };
        let addresses = self.known.iter().map(|host| host.address).filter(|ip| takes(*ip));
        let addresses: Vec<_> = addresses.map(|ip| SocketAddr::new(ip, bound.port())).collect();
        if !addresses.is_empty() {
            return addresses;
        }
        let own: IpAddr = if bound.is_ipv4() { [127, 0, 0, 1].into() } else { core::net::Ipv6Addr::LOCALHOST.into() };
        vec![SocketAddr::new(own, bound.port())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_everywhere_is_reached_at_the_machines_addresses() {
        let host =
            |address: &str| HostAddress { interface: "eth0".into(), address: address.parse().unwrap(), is_up: true };
        let known = vec![host("192.168.1.7"), host("2001:db8::7")];
        let local_addresses = LocalAddresses { known, ..LocalAddresses::default() };
        let addresses = |bound: &str, only_v6| {
            let addresses = local_addresses.reachable_at(bound.parse().unwrap(), only_v6);
            addresses.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(addresses("127.0.0.1:80", true), ["127.0.0.1:80"]);
        assert_eq!(addresses("0.0.0.0:80", true), ["192.168.1.7:80"]);
        assert_eq!(addresses("[::]:80", true), ["[2001:db8::7]:80"]);
        assert_eq!(addresses("[::]:80", false), ["192.168.1.7:80", "[2001:db8::7]:80"]);
        let unknown = LocalAddresses::default();
        assert_eq!(unknown.reachable_at("0.0.0.0:80".parse().unwrap(), true), ["127.0.0.1:80".parse().unwrap()]);
        assert_eq!(unknown.reachable_at("[::]:80".parse().unwrap(), true), ["[::1]:80".parse().unwrap()]);
    }
}
