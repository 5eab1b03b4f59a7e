//! The answers of sock_diag(7), read out of their bytes.
//!
//! In scope: nlmsghdr, inet_diag_msg, the attributes TCP_INFO and SKMEMINFO. An older kernel's TCP_INFO is shorter: what is not there is
//! not told. Out of scope: sending and receiving them. Source: linux/netlink.h, linux/inet_diag.h, linux/tcp.h, linux/sock_diag.h.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::diag_message::{AF_INET, AF_INET6, BY_FAMILY, Ends};
use crate::capture::kernel::{EndSample, Sample, SocketMemory, TcpInfo, TcpState};

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const HEADER: usize = 16;
/// struct inet_diag_msg.
const MESSAGE: usize = 72;
const TCP_INFO: u16 = 2;
const SKMEMINFO: u16 = 7;
/// The timer that keeps a socket after close.
const TIME_WAIT_TIMER: u8 = 3;
/// TCP_INFINITE_SSTHRESH.
const NOWHERE: u32 = 0x7fff_ffff;

/// What the kernel answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "it lives for a moment, and nearly always is a socket")]
pub enum Reply {
    /// A socket.
    Socket(Found),
    /// No, with an errno.
    Error(i32),
    /// That was all; with an errno, or 0.
    End(i32),
}

/// A socket as the kernel tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its state.
    pub state: TcpState,
    /// Its ends.
    pub ends: Ends,
    /// Its number.
    pub cookie: u64,
    /// The timer that is running, and how long it still runs.
    pub timer: (u8, Duration),
    /// Places in the sequence that have come and were not read. Of a listening socket: the connections that wait.
    pub unread: u32,
    /// Places in the sequence that are not acknowledged. Of a listening socket: its backlog.
    pub unacknowledged: u32,
    /// The figures, and the places in the sequence that have not been sent.
    pub info: Option<(TcpInfo, Option<u32>)>,
    /// The buffers.
    pub memory: Option<SocketMemory>,
}

impl Found {
    /// As an end of a connection. SYN and FIN take a place in the sequence, and are no bytes.
    pub fn end(&self) -> EndSample {
        let (unsent, unacknowledged) = (self.info.and_then(|(_, unsent)| unsent), self.unacknowledged);
        let (unacknowledged, unread) = without_flags(self.state, unacknowledged, self.unread);
        // What waits to be sent ends with the FIN.
        let unsent = unsent.map(|unsent| u64::from(unsent).min(unacknowledged));
        let sample = Sample {
            state: self.state,
            cookie: self.cookie,
            outstanding: unacknowledged,
            unsent,
            unread,
            figures: self.info.map(|(figures, _)| figures),
            memory: self.memory,
        };
        let (timer, left) = self.timer;
        EndSample { sample, left: (timer == TIME_WAIT_TIMER).then_some(left) }
    }
}

/// Bytes not acknowledged and bytes not read, of places in the sequence.
pub fn without_flags(state: TcpState, unacknowledged: u32, unread: u32) -> (u64, u64) {
    use TcpState::{CloseWait, Closing, FinWait1, LastAck, SynSent};
    let flag_is_out = matches!(state, SynSent | FinWait1 | Closing | LastAck);
    let fin_has_come = matches!(state, CloseWait | Closing | LastAck);
    let less = |places: u32, flag: bool| u64::from(places.saturating_sub(u32::from(flag)));
    (less(unacknowledged, flag_is_out), less(unread, fin_has_come))
}

/// The state that Linux gives this number (net/tcp_states.h).
pub fn state(number: u8) -> Option<TcpState> {
    Some(match number {
        1 => TcpState::Established,
        2 => TcpState::SynSent,
        3 | 12 => TcpState::SynReceived,
        4 => TcpState::FinWait1,
        5 => TcpState::FinWait2,
        6 => TcpState::TimeWait,
        7 => TcpState::Closed,
        8 => TcpState::CloseWait,
        9 => TcpState::LastAck,
        10 => TcpState::Listen,
        11 => TcpState::Closing,
        _ => return None,
    })
}

/// The answer to question `number`; within, `None` if it answers another one. `None` if these bytes are no answer at all.
pub fn reply(bytes: &[u8], number: u32) -> Option<Option<Reply>> {
    let length = usize::try_from(word(bytes, 0)?).ok()?;
    let (kind, of) = (half(bytes, 4)?, word(bytes, 8)?);
    let body = bytes.get(HEADER..length)?;
    if of != number {
        return Some(None);
    }
    let errno = || Some(word(body, 0)?.cast_signed().wrapping_neg());
    Some(Some(match kind {
        NLMSG_ERROR => Reply::Error(errno()?),
        NLMSG_DONE => Reply::End(errno()?),
        BY_FAMILY => Reply::Socket(found(body)?),
        _ => return None,
    }))
}

fn found(body: &[u8]) -> Option<Found> {
    let &[family, number, timer, _, ..] = body else { return None };
    let ends = Ends { local: end(body, family, 8, 4)?, peer: end(body, family, 24, 6)? };
    let cookie = u64::from(word(body, 44)?) | u64::from(word(body, 48)?) << 32;
    let left = Duration::from_millis(word(body, 52)?.into());
    let mut found = Found {
        state: state(number)?,
        ends,
        cookie,
        timer: (timer, left),
        unread: word(body, 56)?,
        unacknowledged: word(body, 60)?,
        info: None,
        memory: None,
    };
    let mut rest = body.get(MESSAGE..)?;
    // nlattr: its length, its kind, then its value, to a boundary of four bytes.
    while let (Some(length), Some(kind)) = (half(rest, 0), half(rest, 2)) {
        let length = usize::from(length);
        let value = rest.get(4..length)?;
        match kind {
            TCP_INFO => found.info = info(value),
            SKMEMINFO => found.memory = memory(value),
            _ => {}
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Some(found)
}

/// struct tcp_info.
fn info(value: &[u8]) -> Option<(TcpInfo, Option<u32>)> {
    let micros = |at| Some(Duration::from_micros(word(value, at)?.into()));
    let rtt = micros(68)?;
    let measured = (!rtt.is_zero()).then_some(rtt);
    let figures = TcpInfo {
        rtt: measured,
        rtt_variation: measured.and_then(|_| micros(72)),
        resend_after: micros(8)?,
        window: word(value, 80)?,
        slow_start_until: word(value, 76).filter(|segments| *segments < NOWHERE),
        segment: word(value, 16)?,
        resent: word(value, 100)?,
        segments_in_flight: word(value, 24)?,
    };
    Some((figures, word(value, 144)))
}

/// SK_MEMINFO_RMEM_ALLOC, RCVBUF, WMEM_ALLOC, SNDBUF, FWD_ALLOC, WMEM_QUEUED.
fn memory(value: &[u8]) -> Option<SocketMemory> {
    let [received, received_max, sent_max] = [0, 4, 12].map(|at| word(value, at));
    Some(SocketMemory { received: received?, received_max: received_max?, sent: word(value, 20)?, sent_max: sent_max? })
}

fn end(body: &[u8], family: u8, address: usize, port: usize) -> Option<SocketAddr> {
    let ip = match family {
        AF_INET => IpAddr::from(*body.get(address..)?.first_chunk::<4>()?),
        AF_INET6 => Ipv6Addr::from(*body.get(address..)?.first_chunk::<16>()?).into(),
        _ => return None,
    };
    Some(SocketAddr::new(ip, u16::from_be_bytes(*body.get(port..)?.first_chunk::<2>()?)))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk::<4>()?))
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk::<2>()?))
}
