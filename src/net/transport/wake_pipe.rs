//! Waits for a client or for a byte of our own, whichever comes first.

/// What a listener has waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// A client waits to be accepted.
    Client,
    /// Nothing has come in the time given.
    TimedOut,
    /// Something else is asked of the listener.
    Asked,
}

pub use pipe::WakePipe;

#[cfg(unix)]
mod pipe {
    use std::io::{self, Read, Write};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::Woken;
    use crate::net::transport::Listener;

    /// A pair of descriptors: a byte written to one makes poll(2) on the other return. Each call fails with the system's error.
    pub struct WakePipe {
        read: UnixStream,
        write: UnixStream,
    }

    impl WakePipe {
        /// A new pair.
        pub fn new() -> io::Result<Self> {
            let (read, write) = UnixStream::pair()?;
            read.set_nonblocking(true)?;
            write.set_nonblocking(true)?;
            Ok(Self { read, write })
        }

        /// Ends the waiting, or the next one.
        pub fn wake(&self) {
            // If there is no room, it is woken already.
            let _ = (&self.write).write(&[1]);
        }

        /// Waits until `listener` has a client, or it is woken; no longer than `limit`.
        pub fn wait(&self, listener: &Listener, limit: Option<Duration>) -> io::Result<Woken> {
            let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
            let mut polled = [PollFd::new(&self.read, PollFlags::IN), PollFd::new(listener, PollFlags::IN)];
            match poll(&mut polled, limit.as_ref()) {
                Ok(0) => return Ok(Woken::TimedOut),
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => return Ok(Woken::Asked),
                Err(error) => return Err(error.into()),
            }
            let [asked, _] = &polled;
            if asked.revents().is_empty() {
                return Ok(Woken::Client);
            }
            let mut bytes = [0; 64];
            while (&self.read).read(&mut bytes).is_ok_and(|count| count == bytes.len()) {}
            Ok(Woken::Asked)
        }
    }
}

#[cfg(not(unix))]
mod pipe {
    use std::io;
    use std::time::Duration;

    use super::Woken;
    use crate::net::transport::Listener;

    /// Nothing: accept itself waits.
    pub struct WakePipe;

    impl WakePipe {
        /// Nothing.
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Does nothing.
        pub fn wake(&self) {}

        /// Does not wait.
        pub fn wait(&self, _: &Listener, _: Option<Duration>) -> io::Result<Woken> {
            Ok(Woken::Client)
        }
    }
}
