//! What was read of a socket at one moment.
//!
//! In scope: the figures of inet_diag and TCP_INFO that the program shows, in units that need no kernel to be understood. Out of scope:
//! when they were read. Source: tcp(7), sock_diag(7).

use std::time::Duration;

use super::TcpState;

/// A socket of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The state of its connection.
    pub state: TcpState,
    /// The kernel's number for the socket, which no other one has; 0 if it is not known.
    pub cookie: u64,
    /// Bytes that were handed over and are not acknowledged: what SIOCOUTQ counts, without SYN and FIN, which take a place, too.
    pub outstanding: u64,
    /// Those of them that have not been sent yet.
    pub unsent: Option<u64>,
    /// Bytes that have come and were not read: FIONREAD.
    pub unread: u64,
    /// What the kernel knows of the way to the peer.
    pub figures: Option<TcpInfo>,
    /// Its buffers.
    pub memory: Option<SocketMemory>,
}

impl Sample {
    /// Bytes that were sent and are not acknowledged.
    pub fn in_flight(&self) -> Option<u64> {
        self.unsent.map(|unsent| self.outstanding.saturating_sub(unsent))
    }
}

/// Out of TCP_INFO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpInfo {
    /// The smoothed round-trip time; `None` before the first measurement.
    pub rtt: Option<Duration>,
    /// How much it varies.
    pub rtt_variation: Option<Duration>,
    /// How long the kernel waits for an acknowledgment before it sends a segment again.
    pub resend_after: Duration,
    /// The congestion window, in segments.
    pub window: u32,
    /// Where slow start ends, in segments; `None`: nowhere yet.
    pub slow_start_until: Option<u32>,
    /// The size of a full segment that is sent, in bytes.
    pub segment: u32,
    /// Segments that were sent again, since the connection began.
    pub resent: u32,
    /// Segments that are under way.
    pub segments_in_flight: u32,
}

/// The buffers of a socket: bytes used, overhead included, and how many may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketMemory {
    /// Of what has come.
    pub received: u32,
    /// SO_RCVBUF.
    pub received_max: u32,
    /// Of what is to go.
    pub sent: u32,
    /// SO_SNDBUF.
    pub sent_max: u32,
}

/// The queue of a listening socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptQueue {
    /// Connections that are there and wait for accept.
    pub waiting: u32,
    /// The backlog that the kernel has taken; `None` if it is not told.
    pub backlog: Option<u32>,
}
