//! Whether the listener may accept, and what wakes it while it waits for a client.
//!
//! In scope: accepting paused by the user, the greatest number of connections, and the waiting for a client before accept, which a pause, a
//! stop or another wish ends: so it takes effect before the next accept and not after it. Where there is no poll(2), accept itself waits, and
//! a pause lets one more connection in. Out of scope: the calls on the listening socket.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use wakeup::Wakeup;

/// What becomes of a client when there are as many connections as may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overflow {
    /// It waits in the backlog until another one leaves.
    #[default]
    Wait,
    /// It is accepted and reset at once.
    Refuse,
}

/// A bound on the number of connections at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Most {
    /// So many, at least 1.
    pub connections: u32,
    /// What becomes of the next one.
    pub then: Overflow,
}

#[derive(Debug, Default)]
struct State {
    is_paused: bool,
    is_stopped: bool,
    open: u32,
    most: Option<Most>,
    /// Counts the connections that have ended, and other reasons to look again.
    turn: u64,
    /// Whether somebody waits for that. To wake nobody would be a call of the system for each connection.
    is_awaited: bool,
}

/// The door; clones are the same one.
#[derive(Clone)]
pub struct Door {
    inner: Arc<(Mutex<State>, Condvar)>,
    wakeup: Arc<Wakeup>,
}

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

impl Door {
    /// An open door, for so many at a time.
    ///
    /// # Errors
    /// The system's error if it has no descriptors left.
    pub fn new(most: Option<Most>) -> io::Result<Self> {
        let state = State { most, ..State::default() };
        Ok(Self { inner: Arc::new((Mutex::new(state), Condvar::new())), wakeup: Arc::new(Wakeup::new()?) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        state.turn += 1;
        let is_awaited = std::mem::take(&mut state.is_awaited);
        drop(state);
        if is_awaited {
            self.inner.1.notify_all();
        }
    }

    /// Pauses accepting, or goes on.
    pub fn pause(&self, is_paused: bool) {
        self.change(|state| state.is_paused = is_paused);
        self.wakeup.wake();
    }

    /// Changes how many may be connected.
    pub fn set_most(&self, most: Option<Most>) {
        self.change(|state| state.most = most);
        self.wakeup.wake();
    }

    /// Something else is asked of the listener.
    pub fn wake(&self) {
        self.change(|_| {});
        self.wakeup.wake();
    }

    /// Waits until a client can be accepted from `listener`, or something else is asked; no longer than `limit`.
    ///
    /// # Errors
    /// The system's error.
    pub fn wait_for_client(&self, listener: &TcpListener, limit: Option<Duration>) -> io::Result<Woken> {
        self.wakeup.wait(listener, limit)
    }

    /// Nobody comes in any more.
    pub fn stop(&self) {
        self.change(|state| state.is_stopped = true);
        self.wakeup.wake();
    }

    /// Lets a connection in; its place is free again when what is returned is dropped.
    #[must_use]
    pub fn enter(&self) -> Entered {
        self.lock().open += 1;
        Entered { door: self.clone() }
    }

    /// Whether the next client is to be turned away.
    #[must_use]
    pub fn turns_away(&self) -> bool {
        let state = self.lock();
        state.most.is_some_and(|most| most.then == Overflow::Refuse && state.open >= most.connections)
    }

    /// Whether the next client has to wait.
    #[must_use]
    pub fn is_shut(&self) -> bool {
        self.lock().is_shut()
    }

    /// A number that changes with each wish, and each connection that ends; to be asked for before looking at the wishes.
    #[must_use]
    pub fn wishes(&self) -> u64 {
        self.lock().turn
    }

    /// Waits while the door is shut; returns at once when something has been asked of the listener since `turn`.
    pub fn wait_until_open(&self, turn: u64) {
        let mut state = self.lock();
        while state.is_shut() && !state.is_stopped && state.turn == turn {
            state.is_awaited = true;
            state = self.inner.1.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until a connection has left, or something has been asked of the listener, since `turn`; but no longer than `time`.
    pub fn wait_for_change(&self, turn: u64, time: Duration) {
        let state = self.lock();
        let is_same = |state: &mut State| {
            state.is_awaited = true;
            state.turn == turn && !state.is_stopped
        };
        drop(self.inner.1.wait_timeout_while(state, time, is_same).unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether nobody comes in any more.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }
}

/// A connection's place inside.
pub struct Entered {
    door: Door,
}

impl Entered {
    /// Whether the server was stopped before it could learn of this connection.
    #[must_use]
    pub fn too_late(&self) -> bool {
        self.door.is_stopped()
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.door.change(|state| state.open = state.open.saturating_sub(1));
    }
}

impl State {
    fn is_shut(&self) -> bool {
        let is_full = self.most.is_some_and(|most| most.then == Overflow::Wait && self.open >= most.connections);
        self.is_paused || is_full
    }
}

#[cfg(unix)]
mod wakeup {
    use std::io::{self, Read, Write};
    use std::net::TcpListener;
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::Woken;

    /// A pair of descriptors: a byte written to one makes poll(2) on the other return.
    pub struct Wakeup {
        read: UnixStream,
        write: UnixStream,
    }

    impl Wakeup {
        /// A new one.
        ///
        /// # Errors
        /// The system's error if it has no descriptors left.
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
        ///
        /// # Errors
        /// The system's error.
        pub fn wait(&self, listener: &TcpListener, limit: Option<Duration>) -> io::Result<Woken> {
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
mod wakeup {
    use std::io;
    use std::net::TcpListener;
    use std::time::Duration;

    use super::Woken;

    /// Nothing: accept itself waits.
    pub struct Wakeup;

    impl Wakeup {
        /// A new one.
        ///
        /// # Errors
        /// None.
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Does nothing.
        pub fn wake(&self) {}

        /// Does not wait.
        ///
        /// # Errors
        /// None.
        pub fn wait(&self, _: &TcpListener, _: Option<Duration>) -> io::Result<Woken> {
            Ok(Woken::Client)
        }
    }
}
