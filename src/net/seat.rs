//! Where a thread waits for a client of the listening socket, or for the bell of the [`Door`](super::door::Door).
//!
//! In scope: one place to wait, a few of them to share. A client wakes one thread only, the one whose seat was made first among those
//! that are sat on: on Linux each seat is an epoll(7) with EPOLLEXCLUSIVE. Elsewhere there is one seat, in poll(2); where there is no
//! poll, accept itself waits. Out of scope: accepting.

use std::io;
use std::net::TcpListener;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use system::{Bell, Seat, is_called};

/// Why a thread that waits goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// A client waits to be accepted.
    Client,
    /// Nothing has come in the time given.
    TimedOut,
    /// The bell rings, until it is quieted.
    Asked,
}

/// Seats of which any thread takes one that is free.
#[derive(Default)]
pub struct Seats {
    all: Vec<Mutex<Seat>>,
}

impl Seats {
    /// So many seats before `listener`, or fewer if the system has no descriptors left for them.
    pub fn before(listener: &TcpListener, bell: &Bell, count: usize) -> Self {
        let seats = (0..count).map_while(|_| Seat::before(listener, bell).ok());
        Self { all: seats.map(Mutex::new).collect() }
    }

    /// Waits on the first free seat; not at all if there is none.
    pub fn wait(&self, limit: Duration) -> Option<io::Result<Woken>> {
        use std::sync::TryLockError::{Poisoned, WouldBlock};
        let seat = self.all.iter().find_map(|seat| match seat.try_lock() {
            Ok(seat) => Some(seat),
            Err(Poisoned(seat)) => Some(PoisonError::into_inner(seat)),
            Err(WouldBlock) => None,
        })?;
        Some(seat.wait(Some(limit)))
    }
}

#[cfg(unix)]
mod system {
    use std::io;
    use std::net::TcpListener;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::event::Timespec;

    use super::Woken;

    /// A pipe that says that there is something to read until it is quieted.
    pub struct Bell {
        ear: OwnedFd,
        rope: OwnedFd,
    }

    impl Bell {
        /// A bell.
        ///
        /// # Errors
        /// The system's error if it has no descriptors left.
        pub fn new() -> io::Result<Self> {
            let (ear, rope) = rustix::pipe::pipe()?;
            for end in [&ear, &rope] {
                rustix::io::ioctl_fionbio(end, true)?;
                rustix::io::fcntl_setfd(end, rustix::io::FdFlags::CLOEXEC)?;
            }
            Ok(Self { ear, rope })
        }

        /// Wakes all that wait.
        pub fn ring(&self) {
            // If the pipe is full, it rings already.
            let _ = rustix::io::write(&self.rope, &[1]);
        }

        /// Ends the ringing.
        pub fn quiet(&self) {
            let mut rung = [0; 64];
            while rustix::io::read(&self.ear, &mut rung).is_ok_and(|count| count == rung.len()) {}
        }
    }

    /// Whether a client waits to be accepted from `listener`.
    ///
    /// # Errors
    /// The system's error.
    pub fn is_called(listener: &TcpListener) -> io::Result<bool> {
        use rustix::event::{PollFd, PollFlags, poll};
        match poll(&mut [PollFd::new(listener, PollFlags::IN)], Some(&Timespec::default())) {
            Err(rustix::io::Errno::INTR) => Ok(false),
            polled => Ok(polled? > 0),
        }
    }

    fn timespec(limit: Option<Duration>) -> Option<Timespec> {
        limit.and_then(|limit| Timespec::try_from(limit).ok())
    }

    #[cfg(target_os = "linux")]
    mod one {
        use rustix::event::epoll;

        use super::{Bell, Duration, OwnedFd, TcpListener, Woken, io, timespec};

        /// A place to wait.
        pub struct Seat {
            epoll: OwnedFd,
        }

        const CLIENT: u64 = 0;
        const BELL: u64 = 1;

        impl Seat {
            /// A seat before `listener`, behind those that are there already.
            ///
            /// # Errors
            /// The system's error if it has no descriptors left.
            pub fn before(listener: &TcpListener, bell: &Bell) -> io::Result<Self> {
                let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
                let alone = epoll::EventFlags::IN | epoll::EventFlags::EXCLUSIVE;
                epoll::add(&epoll, listener, epoll::EventData::new_u64(CLIENT), alone)?;
                epoll::add(&epoll, &bell.ear, epoll::EventData::new_u64(BELL), epoll::EventFlags::IN)?;
                Ok(Self { epoll })
            }

            /// Waits, no longer than `limit`.
            ///
            /// # Errors
            /// The system's error.
            pub fn wait(&self, limit: Option<Duration>) -> io::Result<Woken> {
                let unused =
                    epoll::Event { flags: epoll::EventFlags::empty(), data: epoll::EventData::new_u64(CLIENT) };
                let mut events = [unused; 2];
                match epoll::wait(&self.epoll, &mut events[..], timespec(limit).as_ref()) {
                    Ok(0) => Ok(Woken::TimedOut),
                    Ok(count) if events.iter().take(count).any(|event| event.data.u64() == BELL) => Ok(Woken::Asked),
                    Ok(_) => Ok(Woken::Client),
                    Err(rustix::io::Errno::INTR) => Ok(Woken::Asked),
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    mod one {
        use rustix::event::{PollFd, PollFlags, poll};

        use super::{Bell, Duration, OwnedFd, TcpListener, Woken, io, timespec};

        /// A place to wait.
        pub struct Seat {
            listener: TcpListener,
            ear: OwnedFd,
        }

        impl Seat {
            /// A seat before `listener`.
            ///
            /// # Errors
            /// The system's error if it has no descriptors left.
            pub fn before(listener: &TcpListener, bell: &Bell) -> io::Result<Self> {
                Ok(Self { listener: listener.try_clone()?, ear: bell.ear.try_clone()? })
            }

            /// Waits, no longer than `limit`.
            ///
            /// # Errors
            /// The system's error.
            pub fn wait(&self, limit: Option<Duration>) -> io::Result<Woken> {
                let mut waits = [PollFd::new(&self.ear, PollFlags::IN), PollFd::new(&self.listener, PollFlags::IN)];
                match poll(&mut waits, timespec(limit).as_ref()) {
                    Ok(0) => return Ok(Woken::TimedOut),
                    Ok(_) => {}
                    Err(rustix::io::Errno::INTR) => return Ok(Woken::Asked),
                    Err(error) => return Err(error.into()),
                }
                let [bell, _] = &waits;
                Ok(if bell.revents().is_empty() { Woken::Client } else { Woken::Asked })
            }
        }
    }

    pub use one::Seat;
}

#[cfg(not(unix))]
mod system {
    use std::io;
    use std::net::TcpListener;
    use std::time::Duration;

    use super::Woken;

    /// Rings for nobody: accept itself waits.
    pub struct Bell;

    impl Bell {
        /// A bell.
        ///
        /// # Errors
        /// None.
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Does nothing.
        pub fn ring(&self) {}

        /// Does nothing.
        pub fn quiet(&self) {}
    }

    /// Whether a client waits is not known.
    ///
    /// # Errors
    /// None.
    pub fn is_called(_: &TcpListener) -> io::Result<bool> {
        Ok(false)
    }

    /// No place to wait.
    pub struct Seat;

    impl Seat {
        /// A seat.
        ///
        /// # Errors
        /// None.
        pub fn before(_: &TcpListener, _: &Bell) -> io::Result<Self> {
            Ok(Self)
        }

        /// Does not wait.
        ///
        /// # Errors
        /// None.
        pub fn wait(&self, _: Option<Duration>) -> io::Result<Woken> {
            Ok(Woken::Client)
        }
    }
}
