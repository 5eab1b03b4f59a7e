//! The options of a server's sockets, see socket(7), ip(7), ipv6(7) and tcp(7).
//!
//! In scope: setting them. Out of scope: options that this program sets for its own purposes, as time-outs.

use core::net::SocketAddr;
use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use socket2::{Domain, Protocol, SockRef, Socket, Type};

/// Which options sockets get. What is `None` stays as the system has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SocketOptions {
    /// SO_REUSEADDR: the port can be bound again right after it was used. On Windows it means something else and stays off.
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
    /// A socket for `address`, to be bound and listened on. Buffers are set here, too: the window of a connection is agreed on before
    /// accept returns it.
    pub fn listening_socket(&self, address: SocketAddr) -> io::Result<Socket> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        if cfg!(unix) {
            socket.set_reuse_address(self.reuse_address)?;
        }
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

    /// Sets those of a socket that connects onward, with its buffers.
    pub fn set_onward(&self, socket: &SockRef<'_>) -> io::Result<()> {
        self.set_buffers(socket)?;
        self.set(socket)
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
