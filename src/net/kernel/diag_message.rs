//! The questions to sock_diag(7), as bytes: linux/netlink.h, linux/inet_diag.h.

use std::net::{IpAddr, SocketAddr};

/// SOCK_DIAG_BY_FAMILY.
pub const BY_FAMILY: u16 = 20;
const NLM_F_REQUEST: u16 = 1;
const NLM_F_DUMP: u16 = 0x300;
pub const AF_INET: u8 = 2;
pub const AF_INET6: u8 = 10;
const IPPROTO_TCP: u8 = 6;
/// What is wanted besides: TCP_INFO (2) and SKMEMINFO (7).
const EXTENSIONS: u8 = 1 << (2 - 1) | 1 << (7 - 1);
/// Any cookie.
const NO_COOKIE: [u8; 8] = [0xff; 8];
/// The length of a question: nlmsghdr, inet_diag_req_v2.
pub const LENGTH: u32 = 16 + 56;

/// The ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The near one.
    pub local: SocketAddr,
    /// The far one.
    pub peer: SocketAddr,
}

impl Ends {
    /// Whether these are the same: an IPv4 address may be written as an IPv6 one.
    pub fn is(&self, other: Self) -> bool {
        let plain = |end: SocketAddr| (end.ip().to_canonical(), end.port());
        plain(self.local) == plain(other.local) && plain(self.peer) == plain(other.peer)
    }
}

/// Asks about the socket with these ends.
pub fn one(ends: Ends, number: u32) -> Vec<u8> {
    question(Some(ends), 0, u32::MAX, number)
}

/// Asks about all sockets in none of the states, which only tells whether TCP is known at all.
pub fn any(number: u32) -> Vec<u8> {
    question(None, NLM_F_DUMP, 0, number)
}

fn question(ends: Option<Ends>, flags: u16, states: u32, number: u32) -> Vec<u8> {
    let (family, id) = ends.map_or((AF_INET, [0; 48]), id);
    let mut bytes = Vec::with_capacity(LENGTH as usize);
    bytes.extend(LENGTH.to_ne_bytes());
    bytes.extend(BY_FAMILY.to_ne_bytes());
    bytes.extend((NLM_F_REQUEST | flags).to_ne_bytes());
    bytes.extend(number.to_ne_bytes());
    // The sender's port: the kernel fills it in.
    bytes.extend([0; 4]);
    bytes.extend([family, IPPROTO_TCP, EXTENSIONS, 0]);
    bytes.extend(states.to_ne_bytes());
    bytes.extend(id);
    bytes
}

/// The family, and inet_diag_sockid.
fn id(ends: Ends) -> (u8, [u8; 48]) {
    let (local, peer) = (ends.local.ip().to_canonical(), ends.peer.ip().to_canonical());
    let family = if local.is_ipv4() && peer.is_ipv4() { AF_INET } else { AF_INET6 };
    let mut fields = Vec::with_capacity(48);
    fields.extend(ends.local.port().to_be_bytes());
    fields.extend(ends.peer.port().to_be_bytes());
    fields.extend(address(local, family));
    fields.extend(address(peer, family));
    fields.extend(interface(ends).to_ne_bytes());
    fields.extend(NO_COOKIE);
    let mut id = [0; 48];
    id.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
    (family, id)
}

fn address(address: IpAddr, family: u8) -> [u8; 16] {
    match address {
        IpAddr::V4(v4) if family == AF_INET => {
            let [a, b, c, d] = v4.octets();
            [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        }
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    }
}

/// A link-local address belongs to an interface.
fn interface(ends: Ends) -> u32 {
    let of = |end| if let SocketAddr::V6(v6) = end { v6.scope_id() } else { 0 };
    of(ends.local).max(of(ends.peer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(local: &str, peer: &str) -> Ends {
        Ends { local: local.parse().unwrap(), peer: peer.parse().unwrap() }
    }

    #[test]
    fn a_question_is_as_long_as_it_says_and_names_both_ends() {
        let bytes = one(ends("127.0.0.1:258", "10.1.2.3:80"), 7);
        assert_eq!(bytes.len(), LENGTH as usize);
        assert_eq!(bytes[16..20], [AF_INET, 6, 0x42, 0]);
        assert_eq!(bytes[24..28], [1, 2, 0, 80]);
        assert_eq!((&bytes[28..32], &bytes[44..48]), (&[127, 0, 0, 1][..], &[10, 1, 2, 3][..]));
        assert_eq!(bytes[64..72], [0xff; 8]);
        let bytes = one(ends("[::1]:1", "[fe80::5%3]:2"), 7);
        assert_eq!((bytes[16], bytes[43], bytes[44], bytes[59]), (AF_INET6, 1, 0xfe, 5));
        assert_eq!(bytes[60..64], 3_u32.to_ne_bytes());
    }

    #[test]
    fn an_ipv4_address_may_be_written_as_an_ipv6_one() {
        let mapped = ends("[::ffff:127.0.0.1]:5", "[::ffff:127.0.0.2]:6");
        let plain = ends("127.0.0.1:5", "127.0.0.2:6");
        assert!(mapped.is(plain) && !mapped.is(ends("127.0.0.1:5", "127.0.0.2:7")));
        assert_eq!(one(mapped, 1), one(plain, 1));
    }
}
