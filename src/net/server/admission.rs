//! Whether the listener may accept, and what wakes it while it waits for a client.
//!
//! In scope: accepting paused by the user, the greatest number of connections, and the waiting for a client before accept, which a pause, a
//! stop or another change ends: so it takes effect before the next accept and not after it. Where there is no poll(2), accept itself waits, and
//! a pause lets one more connection in. Out of scope: the calls on the listening socket.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::net::transport::{Listener, WakePipe, Woken};

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
pub struct ConnectionLimit {
    /// The greatest number, at least 1.
    pub connections: u32,
    /// What becomes of the next one.
    pub then: Overflow,
}

#[derive(Debug, Default)]
struct State {
    is_paused: bool,
    is_stopped: bool,
    open: u32,
    limit: Option<ConnectionLimit>,
    /// Counts the connections that have ended, and other reasons to look again.
    changes: u64,
    /// Whether somebody waits for that. To wake nobody would be a call of the system for each connection.
    is_awaited: bool,
}

/// Which clients are accepted.
pub struct Admission {
    state: Mutex<State>,
    changed: Condvar,
    wake_pipe: WakePipe,
}

impl Admission {
    /// Accepts all, with this limit on how many are connected at a time. Fails if the system has no descriptors left.
    pub fn new(limit: Option<ConnectionLimit>) -> io::Result<Self> {
        let state = Mutex::new(State { limit, ..State::default() });
        Ok(Self { state, changed: Condvar::new(), wake_pipe: WakePipe::new()? })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        state.changes += 1;
        let is_awaited = std::mem::take(&mut state.is_awaited);
        drop(state);
        if is_awaited {
            self.changed.notify_all();
        }
    }

    /// Changes what is asked of the listener, which looks at it at once.
    fn ask(&self, change: impl FnOnce(&mut State)) {
        self.change(change);
        self.wake_pipe.wake();
    }

    /// Pauses accepting, or goes on.
    pub fn pause(&self, is_paused: bool) {
        self.ask(|state| state.is_paused = is_paused);
    }

    /// Changes how many may be connected.
    pub fn set_limit(&self, limit: Option<ConnectionLimit>) {
        self.ask(|state| state.limit = limit);
    }

    /// Something else is asked of the listener.
    pub fn wake(&self) {
        self.ask(|_| {});
    }

    /// Waits until a client can be accepted from `listener`, or something else is asked; no longer than `limit`.
    pub fn wait_for_client(&self, listener: &Listener, limit: Option<Duration>) -> io::Result<Woken> {
        self.wake_pipe.wait(listener, limit)
    }

    /// Nobody comes in any more.
    pub fn stop(&self) {
        self.ask(|state| state.is_stopped = true);
    }

    /// Lets a connection in; its place is free again when what is returned is dropped.
    #[must_use]
    pub fn admit(self: &Arc<Self>) -> AdmissionGuard {
        self.lock().open += 1;
        AdmissionGuard { admission: Arc::clone(self) }
    }

    /// Whether the next client is to be turned away.
    pub fn rejects_next(&self) -> bool {
        let state = self.lock();
        state.limit.is_some_and(|limit| limit.then == Overflow::Refuse && state.open >= limit.connections)
    }

    /// Whether the next client has to wait.
    pub fn is_closed(&self) -> bool {
        self.lock().is_closed()
    }

    /// A number that grows with each change, and each connection that ends; to be asked for before looking at what is asked of the listener.
    pub fn changes(&self) -> u64 {
        self.lock().changes
    }

    /// Waits while nobody may come in; returns at once when something has been asked of the listener since `since`.
    pub fn wait_until_open(&self, since: u64) {
        let mut state = self.lock();
        while state.is_closed() && !state.is_stopped && state.changes == since {
            state.is_awaited = true;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until a connection has left, or something has been asked of the listener, since `since`; but no longer than `time`.
    pub fn wait_for_change(&self, since: u64, time: Duration) {
        let state = self.lock();
        let is_same = |state: &mut State| {
            state.is_awaited = true;
            state.changes == since && !state.is_stopped
        };
        drop(self.changed.wait_timeout_while(state, time, is_same).unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether nobody comes in any more.
    pub fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }
}

/// A connection's place inside.
pub struct AdmissionGuard {
    admission: Arc<Admission>,
}

impl AdmissionGuard {
    /// Whether the server was stopped before it could learn of this connection.
    pub fn too_late(&self) -> bool {
        self.admission.is_stopped()
    }
}

impl Drop for AdmissionGuard {
    fn drop(&mut self) {
        self.admission.change(|state| state.open = state.open.saturating_sub(1));
    }
}

impl State {
    fn is_closed(&self) -> bool {
        let is_full = self.limit.is_some_and(|limit| limit.then == Overflow::Wait && self.open >= limit.connections);
        self.is_paused || is_full
    }
}
