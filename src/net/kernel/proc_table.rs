//! /proc/net/tcp and /proc/net/tcp6: one line a socket, with its state and its queues.
//!
//! In scope: the lines, and the socket with given ends among them. Source: proc_net_tcp.rst in the kernel's documentation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::diag_message::Ends;
use super::diag_reply::{Found, state};
use crate::capture::kernel::{AcceptQueue, Reading, TcpState, WatchedSocket};

/// The two files, with the sockets of IPv4 and IPv6.
#[cfg(target_os = "linux")]
const FILES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];
/// Timers count in hundredths of a second, whatever the kernel's own clock does (USER_HZ).
const TICK: Duration = Duration::from_millis(10);

/// The socket of a line. It tells no cookie, no figures and no buffers.
fn found(line: &str) -> Option<Found> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let ends = Ends { local: end(fields.next()?)?, peer: end(fields.next()?)? };
    let state = state(u8::from_str_radix(fields.next()?, 16).ok()?)?;
    let (unacknowledged, unread) = pair(fields.next()?)?;
    let (timer, ticks) = pair(fields.next()?)?;
    let timer = (u8::try_from(timer).ok()?, TICK * ticks);
    Some(Found { state, ends, cookie: 0, timer, unread, unacknowledged, info: None, memory: None })
}

/// Looks at `of`. Fails if neither file can be read.
#[cfg(target_os = "linux")]
pub fn look(of: WatchedSocket) -> std::io::Result<Reading> {
    let texts = FILES.map(std::fs::read_to_string);
    // Without IPv6 there is no second file.
    if let [Err(error), Err(_)] = &texts {
        return Err(std::io::Error::new(error.kind(), error.to_string()));
    }
    let texts = texts.map(Result::unwrap_or_default);
    Ok(seen(of, texts.iter().flat_map(|text| text.lines().skip(1))))
}

/// What these lines say of `of`.
fn seen<'a>(of: WatchedSocket, lines: impl Iterator<Item = &'a str>) -> Reading {
    let mut found = lines.filter_map(found);
    match of {
        WatchedSocket::Listener(address) => {
            let listens = |found: &Found| found.state == TcpState::Listen && is_at(found.ends.local, address);
            Reading::AcceptQueue(found.find(listens).map(|found| AcceptQueue { waiting: found.unread, backlog: None }))
        }
        WatchedSocket::Connection { local, peer } => {
            let (mut own, mut other) = (None, None);
            for found in found {
                if found.ends.is(Ends { local, peer }) {
                    own = Some(found.end());
                } else if found.ends.is(Ends { local: peer, peer: local }) {
                    other = Some(found.end());
                }
            }
            Reading::Ends { own, other }
        }
    }
}

fn is_at(one: SocketAddr, other: SocketAddr) -> bool {
    (one.ip().to_canonical(), one.port()) == (other.ip().to_canonical(), other.port())
}

fn pair(field: &str) -> Option<(u32, u32)> {
    let (one, other) = field.split_once(':')?;
    Some((u32::from_str_radix(one, 16).ok()?, u32::from_str_radix(other, 16).ok()?))
}

/// An address in hexadecimal, of words in the machine's own order of bytes, and a port.
fn end(field: &str) -> Option<SocketAddr> {
    let (address, port) = field.split_once(':')?;
    let mut octets = Vec::with_capacity(16);
    for at in (0..address.len()).step_by(8) {
        octets.extend(u32::from_str_radix(address.get(at..at + 8)?, 16).ok()?.to_ne_bytes());
    }
    let ip = match octets.len() {
        4 => IpAddr::from(Ipv4Addr::from(*octets.first_chunk::<4>()?)),
        16 => IpAddr::from(Ipv6Addr::from(*octets.first_chunk::<16>()?)),
        _ => return None,
    };
    Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a kernel wrote them.
    const LINES: [&str; 4] = [
        "   0: 0100007F:DC7F 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 12387 1 0 100 0 0 10 0",
        "   1: 0100007F:C396 0100007F:DC7F 04 00000009:00000000 01:00000013 00000000     0        0 12388 1 0 20 4 30 10 -1",
        "   2: 0000000000000000FFFF00000100007F:DC7F 0000000000000000FFFF00000100007F:C396 08 00000000:000003E9 00:00000000 00000000     0        0 12392 1 0 20 4 1 10 -1",
        "   3: 0100007F:C397 0100007F:DC7F 06 00000000:00000000 03:0000176E 00000000     0        0 0 3 0",
    ];

    fn connection(local: &str, peer: &str) -> Reading {
        seen(
            WatchedSocket::Connection { local: local.parse().unwrap(), peer: peer.parse().unwrap() },
            LINES.into_iter(),
        )
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn both_ends_are_found_among_the_lines_and_flags_are_no_bytes() {
        let Reading::Ends { own: Some(own), other: Some(other) } = connection("127.0.0.1:50070", "127.0.0.1:56447")
        else {
            panic!("not found")
        };
        assert_eq!((own.sample.state, own.sample.outstanding, own.left), (TcpState::FinWait1, 8, None));
        assert_eq!((other.sample.state, other.sample.unread), (TcpState::CloseWait, 1000));
        let Reading::Ends { own: Some(own), other: None } = connection("127.0.0.1:50071", "127.0.0.1:56447") else {
            panic!("not found")
        };
        assert_eq!((own.sample.state, own.left), (TcpState::TimeWait, Some(Duration::from_millis(59_980))));
        assert_eq!(connection("127.0.0.1:1", "127.0.0.1:56447"), Reading::Ends { own: None, other: None });
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn the_queue_of_a_listening_socket_is_told_without_its_backlog() {
        let look = |address: &str| seen(WatchedSocket::Listener(address.parse().unwrap()), LINES.into_iter());
        assert_eq!(look("127.0.0.1:56447"), Reading::AcceptQueue(Some(AcceptQueue { waiting: 1, backlog: None })));
        assert_eq!(look("127.0.0.1:50070"), Reading::AcceptQueue(None));
    }

    #[test]
    fn what_is_no_line_is_passed_over() {
        for line in ["", "  sl  local_address rem_address   st", "0: 0100007F 0100007F:1 01", "0: 01:1 01:1 01 0:0 0:0"]
        {
            assert_eq!(found(line), None, "{line}");
        }
    }
}
