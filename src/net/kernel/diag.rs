//! sock_diag(7): the kernel asked about one socket by its addresses.

use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with};

use super::diag_message::{Ends, any, one};
use super::diag_reply::{Found, Reply, reply};

use crate::capture::kernel::{AcceptQueue, Reading, TcpState, WatchedSocket};

/// The kernel answers at once; who waits so long was not understood.
const PATIENCE: Duration = Duration::from_secs(1);
/// No answer is longer: they have some hundred bytes.
const ANSWER_MAX: usize = 16 * 1024;

/// A netlink socket on which the kernel is asked.
#[derive(Debug)]
pub struct Diag {
    socket: OwnedFd,
    asked: u32,
    buffer: Vec<u8>,
}

impl Diag {
    /// A socket on which the kernel has answered that it knows about TCP. Fails if the kernel does not allow it or does not know it.
    pub fn open() -> io::Result<Self> {
        let socket = socket_with(AddressFamily::NETLINK, SocketType::DGRAM, SocketFlags::CLOEXEC, Some(SOCK_DIAG))?;
        set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE))?;
        let mut diag = Self { socket, asked: 0, buffer: vec![0; ANSWER_MAX] };
        // Of a kernel that can't tell about TCP, the answer about one socket would be as if there were no such socket.
        let number = diag.number();
        match diag.ask(&any(number), number)? {
            Reply::End(0) | Reply::Socket(_) => Ok(diag),
            Reply::End(error) | Reply::Error(error) => Err(io::Error::from_raw_os_error(error)),
        }
    }

    /// Looks at `of`. That a socket is not there is no error.
    pub fn look(&mut self, of: WatchedSocket) -> io::Result<Reading> {
        match of {
            WatchedSocket::Connection { local, peer } => {
                let own = self.connected(Ends { local, peer })?;
                let other = if local == peer { None } else { self.connected(Ends { local: peer, peer: local })? };
                Ok(Reading::Ends { own: own.map(|found| found.end()), other: other.map(|found| found.end()) })
            }
            WatchedSocket::Listener(local) => {
                let peer = SocketAddr::new(if local.is_ipv4() { [0; 4].into() } else { [0; 16].into() }, 0);
                let found = self.find(Ends { local, peer })?;
                // Of a listening socket, the queues count connections.
                let found =
                    found.filter(|found| found.state == TcpState::Listen && found.ends.local.port() == local.port());
                Ok(Reading::AcceptQueue(
                    found.map(|found| AcceptQueue { waiting: found.unread, backlog: Some(found.unacknowledged) }),
                ))
            }
        }
    }

    /// The socket with both of these ends. The kernel would also take one that listens there.
    fn connected(&mut self, ends: Ends) -> io::Result<Option<Found>> {
        Ok(self.find(ends)?.filter(|found| found.state != TcpState::Listen && found.ends.is(ends)))
    }

    fn find(&mut self, ends: Ends) -> io::Result<Option<Found>> {
        let number = self.number();
        match self.ask(&one(ends, number), number)? {
            Reply::Socket(found) => Ok(Some(found)),
            Reply::Error(error) if error == Errno::NOENT.raw_os_error() => Ok(None),
            Reply::End(_) => Ok(None),
            Reply::Error(error) => Err(io::Error::from_raw_os_error(error)),
        }
    }

    fn number(&mut self) -> u32 {
        self.asked = self.asked.wrapping_add(1);
        self.asked
    }

    /// Sends a request and waits for what answers it.
    fn ask(&mut self, request: &[u8], number: u32) -> io::Result<Reply> {
        sendto(&self.socket, request, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
        loop {
            let (length, _) = match recv(&self.socket, self.buffer.as_mut_slice(), RecvFlags::empty()) {
                Err(Errno::INTR) => continue,
                received => received?,
            };
            let answer = self.buffer.get(..length).unwrap_or_default();
            // An answer to an earlier question may have come too late for it.
            if let Some(reply) = reply(answer, number).ok_or(io::ErrorKind::InvalidData)? {
                return Ok(reply);
            }
        }
    }
}
