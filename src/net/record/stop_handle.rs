//! Ends a thread that blocks in a socket call or in a pause.
//!
//! In scope: one flag, and what has to be done so that the call in progress returns: shutting the socket down, see
//! shutdown(2). A thread that sees recv return 0 asks [`StopHandle::is_stopped`] to know whether it was the peer or we.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
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

impl Stop {
    const NONE: u8 = 0;

    const fn coded(self) -> u8 {
        match self {
            Self::Orderly => 1,
            Self::Reset => 2,
        }
    }

    fn decoded(code: u8) -> Option<Self> {
        [Self::Orderly, Self::Reset].into_iter().find(|stop| stop.coded() == code)
    }
}

#[derive(Default)]
struct Shared {
    /// A [`Stop`] as a number, so that a thread may ask before each call.
    stopped: AtomicU8,
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Default)]
struct Inner {
    wakeup: Option<Wakeup>,
    /// Those that are stopped with it.
    followers: Vec<Weak<Shared>>,
}

/// Stops one thread; clones stop the same one. None of its locks is held by a thread that blocks.
#[derive(Clone, Default)]
pub struct StopHandle {
    shared: Arc<Shared>,
}

impl StopHandle {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.shared.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the user has asked for the end.
    pub fn is_stopped(&self) -> bool {
        self.shared.stopped.load(Ordering::SeqCst) != Stop::NONE
    }

    /// How the user has asked for the end, if at all.
    pub fn how(&self) -> Option<Stop> {
        Stop::decoded(self.shared.stopped.load(Ordering::SeqCst))
    }

    /// Asks the thread to end and ends the call that it blocks in.
    pub fn stop(&self) {
        self.stop_by(Stop::Orderly);
    }

    /// Asks the thread to end in the way `how`. A thread that has been stopped before ends as it was told first.
    pub fn stop_by(&self, how: Stop) {
        let inner = self.lock();
        if self.is_stopped() {
            return;
        }
        self.shared.stopped.store(how.coded(), Ordering::SeqCst);
        self.shared.changed.notify_all();
        if let Some(wakeup) = &inner.wakeup {
            wakeup(how);
        }
        inner.followers.iter().filter_map(Weak::upgrade).for_each(|shared| Self { shared }.stop_by(how));
    }

    /// From now on `other` is stopped with this one; at once if this one was before.
    pub fn leads(&self, other: &Self) {
        let mut inner = self.lock();
        if let Some(how) = self.how() {
            other.stop_by(how);
        }
        inner.followers.retain(|follower| follower.strong_count() > 0);
        inner.followers.push(Arc::downgrade(&other.shared));
    }

    /// From now on `wakeup` ends the call that the thread blocks in. Runs it at once if the end was asked for before. It may run on any
    /// thread, so it must not wait.
    pub fn on_stop(&self, wakeup: impl Fn(Stop) + Send + 'static) {
        let mut inner = self.lock();
        if let Some(how) = self.how() {
            wakeup(how);
        }
        inner.wakeup = Some(Box::new(wakeup));
    }

    /// Lets go of what [`StopHandle::on_stop`] was given, so that the socket in it can close.
    pub fn clear(&self) {
        self.lock().wakeup = None;
    }

    /// Waits for `time`, or until the end is asked for; returns whether it was.
    #[must_use]
    pub fn pause(&self, time: Duration) -> bool {
        self.pause_unless(time, || false)
    }

    /// Waits as [`StopHandle::pause`] does, or until `is_over` holds, which is asked whenever [`StopHandle::nudge`] is called.
    #[must_use]
    pub fn pause_unless(&self, time: Duration, is_over: impl Fn() -> bool) -> bool {
        let deadline = Instant::now() + time;
        let mut inner = self.lock();
        while !self.is_stopped() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || is_over() {
                return false;
            }
            inner = self.shared.changed.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Makes pauses ask whether what they wait for is over.
    pub fn nudge(&self) {
        let _inner = self.lock();
        self.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_it_leads_are_stopped_with_it_or_at_once() {
        let (leader, before, after) = (StopHandle::default(), StopHandle::default(), StopHandle::default());
        leader.leads(&before);
        leader.stop_by(Stop::Reset);
        assert_eq!(before.how(), Some(Stop::Reset));
        leader.leads(&after);
        assert_eq!(after.how(), Some(Stop::Reset));
    }

    #[test]
    fn the_first_stop_holds() {
        let (leader, follower) = (StopHandle::default(), StopHandle::default());
        leader.leads(&follower);
        follower.stop_by(Stop::Reset);
        leader.stop();
        assert_eq!((leader.how(), follower.how()), (Some(Stop::Orderly), Some(Stop::Reset)));
    }

    #[test]
    fn a_pause_ends_when_what_it_waits_for_is_over() {
        let (stop, over) = (StopHandle::default(), std::sync::atomic::AtomicBool::new(false));
        std::thread::scope(|scope| {
            let pausing = scope.spawn(|| stop.pause_unless(Duration::from_secs(3600), || over.load(Ordering::SeqCst)));
            over.store(true, Ordering::SeqCst);
            stop.nudge();
            assert!(!pausing.join().unwrap());
        });
    }

    #[test]
    fn those_that_are_gone_are_forgotten() {
        let leader = StopHandle::default();
        (0..1000).for_each(|_| leader.leads(&StopHandle::default()));
        assert!(leader.lock().followers.len() <= 1);
    }
}
