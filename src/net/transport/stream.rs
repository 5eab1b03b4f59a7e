//! A connected socket.

use core::net::SocketAddr;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use socket2::{SockRef, Socket};

/// A connected socket of TCP. Each call fails with the system's error. Dropping it closes it.
#[derive(Debug)]
pub struct Stream {
    tcp: TcpStream,
}

impl From<TcpStream> for Stream {
    fn from(tcp: TcpStream) -> Self {
        Self { tcp }
    }
}

impl From<Socket> for Stream {
    fn from(socket: Socket) -> Self {
        Self { tcp: socket.into() }
    }
}

impl Stream {
    /// Our end's address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// The socket, to set options on.
    pub fn options(&self) -> SockRef<'_> {
        SockRef::from(&self.tcp)
    }

    /// recv(2): blocks until bytes have come, the peer has finished (0), or the time of [`Stream::set_read_timeout`] is over.
    pub fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.tcp).read(buffer)
    }

    /// send(2): blocks until the system has taken all, or a part where the call was interrupted; how many bytes it has taken.
    pub fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        (&self.tcp).write(bytes)
    }

    /// send(2) with MSG_DONTWAIT: takes what can be taken without blocking; how many bytes, which may be none.
    #[cfg(unix)]
    pub fn send_at_once(&self, bytes: &[u8]) -> io::Result<usize> {
        use rustix::net::{SendFlags, send};
        #[cfg(not(target_vendor = "apple"))]
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        #[cfg(target_vendor = "apple")]
        let flags = SendFlags::DONTWAIT;
        match send(&self.tcp, bytes, flags) {
            Err(rustix::io::Errno::AGAIN) => Ok(0),
            sent => Ok(sent?),
        }
    }

    /// Elsewhere there is no flag for it, and nothing is taken.
    #[cfg(not(unix))]
    pub fn send_at_once(&self, _: &[u8]) -> io::Result<usize> {
        Ok(0)
    }

    /// How long a recv may block; `None`: for ever.
    pub fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        match self.tcp.set_read_timeout(limit) {
            // macOS refuses it on a connection that is lost; the recv tells why.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            set => set,
        }
    }

    /// How long a send may block.
    pub fn set_write_timeout(&self, limit: Duration) -> io::Result<()> {
        self.tcp.set_write_timeout(Some(limit))
    }

    /// shutdown(2) with SHUT_WR: the peer's recv returns 0 once it has read everything.
    pub fn shutdown_sending(&self) -> io::Result<()> {
        self.tcp.shutdown(Shutdown::Write)
    }

    /// shutdown(2) with SHUT_RD: a recv in progress returns. No FIN is sent.
    pub fn shutdown_receiving(&self) -> io::Result<()> {
        self.tcp.shutdown(Shutdown::Read)
    }

    /// shutdown(2) with SHUT_RDWR: all calls in progress return.
    pub fn shutdown_both(&self) -> io::Result<()> {
        self.tcp.shutdown(Shutdown::Both)
    }

    /// From now on the close sends RST in place of FIN, and what is still to be sent is thrown away.
    pub fn reset_at_close(&self) -> io::Result<()> {
        self.options().set_linger(Some(Duration::ZERO))
    }

    /// The error that the system keeps for the socket (SO_ERROR), once: if the next call would not tell it.
    pub fn take_error(&self) -> Option<io::Error> {
        self.tcp.take_error().ok().flatten()
    }

    /// Whether bytes have come that no recv has taken; also if that can't be known.
    pub fn has_unread(&self) -> bool {
        #[cfg(unix)]
        return rustix::io::ioctl_fionread(&self.tcp).map_or(true, |count| count > 0);
        #[cfg(not(unix))]
        true
    }

    /// Whether both directions of the connection are closed, see poll(2): by a reset, or by both ends.
    #[cfg(unix)]
    pub fn is_hung_up(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        // Some systems tell nothing to who asks for nothing.
        let mut polled = [PollFd::new(&self.tcp, PollFlags::OUT)];
        // If that can't be known, what other calls have told holds.
        let [fd] = match poll(&mut polled, Some(&Timespec::default())) {
            Ok(_) => &polled,
            Err(_) => return true,
        };
        fd.revents().intersects(PollFlags::HUP | PollFlags::ERR)
    }

    /// Elsewhere each call on a lost connection tells why.
    #[cfg(not(unix))]
    pub fn is_hung_up(&self) -> bool {
        false
    }
}

/// Whether a recv has come back because its time was over. Only Windows says so with the error that means, elsewhere, that the peer has not
/// acknowledged for so long that the connection is lost.
pub fn is_time_out(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || (cfg!(windows) && error.kind() == io::ErrorKind::TimedOut)
}
