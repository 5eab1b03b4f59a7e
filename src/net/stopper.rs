//! Ends a thread that blocks in a socket call or in a pause.
//!
//! In scope: one flag, and what has to be done so that the call in progress returns: shutting the socket down, see
//! shutdown(2). A thread that sees recv return 0 asks [`Stopper::is_stopped`] to know whether it was the peer or we.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

type Wakeup = Box<dyn Fn(Stop) + Send>;

/// How a connection is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// As close does.
    Orderly,
    /// With a reset: the peer learns that what was under way is lost.
    Reset,
}

#[derive(Default)]
struct Inner {
    stopped: Option<Stop>,
    wakeup: Option<Wakeup>,
    /// Those that are stopped with it.
    followers: Vec<Stopper>,
}

/// Stops one thread; clones stop the same one.
#[derive(Clone, Default)]
pub struct Stopper {
    inner: Arc<(Mutex<Inner>, Condvar)>,
}

impl Stopper {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the user has asked for the end.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.lock().stopped.is_some()
    }

    /// How the user has asked for the end, if he has.
    #[must_use]
    pub fn how(&self) -> Option<Stop> {
        self.lock().stopped
    }

    /// Asks the thread to end and ends the call that it blocks in.
    pub fn stop(&self) {
        self.stop_by(Stop::Orderly);
    }

    /// The same, and says how.
    pub fn stop_by(&self, how: Stop) {
        let mut inner = self.lock();
        inner.stopped = Some(how);
        self.inner.1.notify_all();
        if let Some(wakeup) = &inner.wakeup {
            wakeup(how);
        }
        inner.followers.iter().for_each(|follower| follower.stop_by(how));
    }

    /// From now on `other` is stopped with this one; at once if this one was before.
    pub fn leads(&self, other: &Self) {
        let mut inner = self.lock();
        if let Some(how) = inner.stopped {
            other.stop_by(how);
        }
        inner.followers.push(other.clone());
    }

    /// From now on `wakeup` ends the call that the thread blocks in. Runs it at once if the end was asked for before.
    pub fn on_stop(&self, wakeup: impl Fn(Stop) + Send + 'static) {
        let mut inner = self.lock();
        if let Some(how) = inner.stopped {
            wakeup(how);
        }
        inner.wakeup = Some(Box::new(wakeup));
    }

    /// Lets go of what [`Stopper::on_stop`] was given, so that the socket in it can close.
    pub fn clear(&self) {
        self.lock().wakeup = None;
    }

    /// Waits for `time`, or until the end is asked for; returns whether it was.
    #[must_use]
    pub fn pause(&self, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        let mut inner = self.lock();
        while inner.stopped.is_none() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            inner = self.inner.1.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}
