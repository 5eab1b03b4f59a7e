//! What the user asks a server to do.

use core::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::admission::ConnectionLimit;
use super::faults::Faults;
use super::responder::Responder;
use crate::net::record::Pace;
use crate::net::transport::SocketOptions;

/// How connections are served.
#[derive(Clone)]
pub struct Serving {
    /// What is done with each.
    pub responder: Arc<dyn Responder>,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// How long a recv may wait; `None`: for ever.
    pub idle: Option<Duration>,
    /// How many bytes each recv asks for, 1 to [`RECV_SIZE_MAX`](crate::net::RECV_SIZE_MAX).
    pub recv_size: usize,
    /// The options of the sockets.
    pub options: SocketOptions,
}

impl Serving {
    /// With `responder`, without faults or time-out, 1024 bytes a recv.
    pub fn with(responder: Arc<dyn Responder>) -> Self {
        let (faults, options) = (Faults::default(), SocketOptions::default());
        Self { responder, faults, idle: None, recv_size: 1024, options }
    }
}

/// One run of the server.
#[derive(Clone)]
pub struct ServerSpec {
    /// The address to listen on; port 0 lets the system choose one.
    pub address: SocketAddr,
    /// How many connections may wait to be accepted.
    pub backlog: u32,
    /// How connections are served.
    pub serving: Serving,
    /// Whether on the thread that accepts: one after the other.
    pub on_accepting_thread: bool,
    /// How many may be connected at a time; `None`: any number.
    pub limit: Option<ConnectionLimit>,
    /// What is kept of each connection: this number of bytes of each direction, and the same of its calls. What comes after is only counted.
    pub keep: u64,
    /// How fast the calls of its threads are made.
    pub pace: Pace,
}

/// The bytes that are kept of each direction of a server's connection, and of its calls, unless the user chooses: 16 MiB.
pub const KEEP: u64 = 16 * 1024 * 1024;

/// How many connections may wait to be accepted, unless the user chooses: more than come at once. The system caps it (`net.core.somaxconn`).
pub const BACKLOG: u32 = 4096;

impl ServerSpec {
    /// A server on `address` with `responder` and the usual backlog.
    pub fn new(address: SocketAddr, responder: Arc<dyn Responder>) -> Self {
        let serving = Serving::with(responder);
        Self {
            address,
            backlog: BACKLOG,
            serving,
            on_accepting_thread: false,
            limit: None,
            keep: KEEP,
            pace: Pace::default(),
        }
    }
}
