//! The options of sockets, see socket(7), ip(7), ipv6(7) and tcp(7).
//!
//! In scope: setting them. Out of scope: options that this program sets for its own purposes, as time-outs.

use core::net::SocketAddr;
use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use socket2::{Domain, Protocol, SockRef, Socket, Type};

/// The longest time of SO_LINGER that can be set, in seconds.
pub const LINGER_MAX: u16 = 3_600;
/// The largest buffer that can be asked for, in bytes.
pub const BUFFER_MAX: u32 = 1 << 30;

/// Which options sockets get. What is `None` stays as the system has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SocketOptions {
    /// SO_REUSEADDR: a port that bind is given can be bound again right after it was used. On Windows it means something else and stays off.
    pub reuse_address: bool,
    /// IPV6_V6ONLY: an IPv6 address takes no IPv4 connections.
    pub only_v6: bool,
    /// TCP_NODELAY: small sends go out at once.
    pub no_delay: bool,
    /// SO_KEEPALIVE: an idle peer is asked whether it is still there.
    pub keep_alive: bool,
    /// SO_LINGER: how many seconds close waits until all is sent; 0 resets.
    pub linger: Option<u16>,
    /// SO_SNDBUF, bytes. Linux doubles it.
    pub send_buffer: Option<u32>,
    /// SO_RCVBUF, bytes. Linux doubles it.
    pub receive_buffer: Option<u32>,
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self {
            reuse_address: true,
            only_v6: true,
            no_delay: true,
            keep_alive: false,
            linger: None,
            send_buffer: None,
            receive_buffer: None,
        }
    }
}

impl SocketOptions {
    /// Those of a client's socket unless the user chooses: small sends wait as the system has it.
    pub fn client() -> Self {
        Self { no_delay: false, ..Self::default() }
    }

    /// A socket for `address`, to be bound and listened on. Buffers are set here, too: the window of a connection is agreed on before
    /// accept returns it.
    pub fn listening_socket(&self, address: SocketAddr) -> io::Result<Socket> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        self.set_reuse_address(&socket)?;
        if address.is_ipv6() {
            socket.set_only_v6(self.only_v6)?;
        }
        self.set_buffers(&SockRef::from(&socket))?;
        Ok(socket)
    }

    /// Sets those of an accepted socket.
    pub fn set(&self, socket: &SockRef<'_>) -> io::Result<()> {
        if self.no_delay {
            socket.set_tcp_nodelay(true)?;
        }
        if self.keep_alive {
            socket.set_keepalive(true)?;
        }
        if let Some(seconds) = self.linger {
            socket.set_linger(Some(Duration::from_secs(seconds.into())))?;
        }
        Ok(())
    }

    /// Sets those of a socket that is to connect, with its buffers: the window is agreed on before connect returns. What is said of its
    /// local address, which is `bound`, matters where that has a port.
    pub fn set_connecting(&self, socket: &Socket, bound: Option<SocketAddr>) -> io::Result<()> {
        if bound.is_some_and(|local| local.port() != 0) {
            self.set_reuse_address(socket)?;
        }
        let socket = SockRef::from(socket);
        self.set_buffers(&socket)?;
        self.set(&socket)
    }

    fn set_reuse_address(&self, socket: &Socket) -> io::Result<()> {
        if cfg!(unix) { socket.set_reuse_address(self.reuse_address) } else { Ok(()) }
    }

    fn set_buffers(&self, socket: &SockRef<'_>) -> io::Result<()> {
        if let Some(bytes) = self.send_buffer {
            socket.set_send_buffer_size(bytes as usize)?;
        }
        if let Some(bytes) = self.receive_buffer {
            socket.set_recv_buffer_size(bytes as usize)?;
        }
        Ok(())
    }
}
