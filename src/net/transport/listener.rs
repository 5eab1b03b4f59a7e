//! A listening socket.

use core::net::SocketAddr;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use socket2::{SockRef, Socket};

use super::stream::Stream;

/// A listening socket of TCP. Where there is poll(2), accept does not block. Each call fails with the system's error. Dropping it
/// closes it.
#[derive(Debug)]
pub struct Listener {
    tcp: TcpListener,
}

impl Listener {
    /// Takes over a socket that listens.
    pub fn new(socket: Socket) -> io::Result<Self> {
        let tcp = TcpListener::from(socket);
        // The client that poll has told of may be gone again before accept; so poll waits, and accept does not.
        tcp.set_nonblocking(cfg!(unix))?;
        Ok(Self { tcp })
    }

    /// The address that it listens on, with the port that the system has chosen.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// listen(2) once more, with another backlog.
    pub fn listen(&self, backlog: i32) -> io::Result<()> {
        SockRef::from(&self.tcp).listen(backlog)
    }

    /// accept(2): a connection, and the peer's address. Where there is poll(2) it fails with EAGAIN if no client waits.
    pub fn accept(&self) -> io::Result<(Stream, SocketAddr)> {
        let (stream, peer) = self.tcp.accept()?;
        // On Linux it does not take after the listener.
        if cfg!(all(unix, not(target_os = "linux"))) {
            stream.set_nonblocking(false)?;
        }
        Ok((stream.into(), peer))
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for Listener {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.tcp.as_fd()
    }
}

/// Makes an accept return that blocks at `address`, where nothing else wakes it: a connection of our own does. Waits no longer than `limit`.
pub fn wake_accept(mut address: SocketAddr, limit: Duration) {
    use std::net::{Ipv4Addr, Ipv6Addr};
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    // If even that fails, accept has an error to return already.
    drop(TcpStream::connect_timeout(&address, limit));
}
