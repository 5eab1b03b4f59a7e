//! The addresses of this machine's interfaces.
//!
//! In scope: reading them, in the order in which others are likely to reach them. Out of scope: choosing one.

use std::net::IpAddr;

/// Interfaces of containers and virtual machines, which nobody in a network reaches.
const VIRTUAL: [&str; 8] = ["docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "podman", "lxc"];

/// An address of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostAddress {
    /// The name of its interface.
    pub interface: String,
    /// The address.
    pub address: IpAddr,
    /// Whether the interface is in use.
    pub is_up: bool,
}

impl HostAddress {
    /// All of this machine but loopback and IPv6 link-local ones, those first that others are most likely to reach. Empty if the
    /// system does not tell.
    pub fn all() -> Vec<Self> {
        let found = if_addrs::get_if_addrs().unwrap_or_default().into_iter();
        let all = found.map(|found| Self { address: found.ip(), is_up: found.is_oper_up(), interface: found.name });
        in_order(all.collect())
    }

    /// The smaller, the likelier it is that others reach it.
    fn rank(&self) -> (bool, bool, bool, u8) {
        let is_virtual = VIRTUAL.iter().any(|name| self.interface.starts_with(name));
        let kind = match self.address {
            IpAddr::V4(address) if address.is_private() => 0,
            IpAddr::V4(address) if !address.is_link_local() => 1,
            IpAddr::V4(_) => 2,
            IpAddr::V6(address) if !address.is_unique_local() => 0,
            IpAddr::V6(_) => 1,
        };
        (!self.is_up, is_virtual, self.address.is_ipv6(), kind)
    }
}

fn in_order(mut all: Vec<HostAddress>) -> Vec<HostAddress> {
    all.retain(|host| match host.address {
        IpAddr::V4(address) => !address.is_loopback(),
        // Those need the number of their interface beside them.
        IpAddr::V6(address) => !address.is_loopback() && !address.is_unicast_link_local(),
    });
    all.sort_by_key(HostAddress::rank);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_reach_stands_first() {
        let host = |interface: &str, address: &str, is_up| HostAddress {
            interface: interface.into(),
            address: address.parse().unwrap(),
            is_up,
        };
        let all = in_order(vec![
            host("lo", "127.0.0.1", true),
            host("lo", "::1", true),
            host("wlan0", "10.0.0.7", false),
            host("eth0", "fe80::1", true),
            host("docker0", "172.17.0.1", true),
            host("eth0", "2001:db8::7", true),
            host("eth0", "169.254.3.4", true),
            host("eth0", "192.168.1.7", true),
        ]);
        let addresses: Vec<_> = all.iter().map(|host| host.address.to_string()).collect();
        assert_eq!(addresses, ["192.168.1.7", "169.254.3.4", "2001:db8::7", "172.17.0.1", "10.0.0.7"]);
    }

    #[test]
    fn this_machine_tells_none_of_its_loopback_addresses() {
        assert!(HostAddress::all().iter().all(|host| !host.address.is_loopback()));
    }
}
