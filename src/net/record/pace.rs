//! How fast threads make their socket calls: as they come, slowly, or one by one as the user says.
//!
//! In scope: the waiting before a call, which nothing but the thread itself takes part in: what its peer and the system do meanwhile
//! goes on, and shows in what the call then returns. Out of scope: telling that a call is due, which is the [`Recorder`]'s.
//!
//! [`Recorder`]: super::recorder::Recorder

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::capture::{SessionId, SocketId};

/// How often a thread that waits looks whether it is still to make its call.
const LOOK: Duration = Duration::from_millis(50);

/// How fast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PaceMode {
    /// Each call at once.
    #[default]
    Run,
    /// Each call after waiting this time.
    Slow(Duration),
    /// Each call when the user says so.
    Step,
}

impl PaceMode {
    const RUN: u64 = 0;
    const STEP: u64 = u64::MAX;

    fn coded(self) -> u64 {
        match self {
            Self::Run => Self::RUN,
            Self::Slow(time) => u64::try_from(time.as_nanos()).unwrap_or(Self::STEP).clamp(1, Self::STEP - 1),
            Self::Step => Self::STEP,
        }
    }

    fn decoded(code: u64) -> Self {
        match code {
            Self::RUN => Self::Run,
            Self::STEP => Self::Step,
            nanoseconds => Self::Slow(Duration::from_nanos(nanoseconds)),
        }
    }
}

#[derive(Default)]
struct Inner {
    /// A [`PaceMode`] as a number, so that a call at full speed costs one look at it.
    mode: AtomicU64,
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

/// Those that wait, the one that came first at the front.
#[derive(Default)]
struct Waiting {
    last: u64,
    calls: Vec<Waiter>,
}

struct Waiter {
    ticket: u64,
    at: Thread,
    /// Whether the user has said that it may go on.
    may_go: bool,
}

/// The run and the part of it that a thread belongs to.
type Thread = (SessionId, SocketId);

/// The pace of the threads of some runs; clones are the same one.
#[derive(Clone, Default)]
pub struct Pace {
    inner: Arc<Inner>,
}

impl Pace {
    /// A pace in `mode`.
    pub fn at(mode: PaceMode) -> Self {
        let pace = Self::default();
        pace.set(mode);
        pace
    }

    /// How fast it is.
    pub fn mode(&self) -> PaceMode {
        PaceMode::decoded(self.inner.mode.load(Ordering::Relaxed))
    }

    /// Changes how fast it is, also for those that wait.
    pub fn set(&self, mode: PaceMode) {
        {
            // Under the lock, so that nobody misses it who is about to wait.
            let _waiting = self.waiting();
            self.inner.mode.store(mode.coded(), Ordering::Relaxed);
        }
        self.inner.changed.notify_all();
    }

    /// Lets one call of the threads at `socket` of the run `session` be made, the one that has waited longest; whether one waits.
    pub fn step(&self, session: SessionId, socket: SocketId) -> bool {
        let mut waiting = self.waiting();
        let next = waiting.calls.iter_mut().find(|waiter| waiter.at == (session, socket) && !waiter.may_go);
        let Some(next) = next else { return false };
        next.may_go = true;
        drop(waiting);
        self.inner.changed.notify_all();
        true
    }

    /// Whether a call can be made without asking.
    #[inline]
    pub fn runs(&self) -> bool {
        self.inner.mode.load(Ordering::Relaxed) == PaceMode::RUN
    }

    /// Waits until a thread may make its next call; it may not once `is_over`.
    pub fn wait(&self, at: Thread, is_over: &dyn Fn() -> bool) -> bool {
        let since = Instant::now();
        let mut waiting = self.waiting();
        waiting.last += 1;
        let ticket = waiting.last;
        waiting.calls.push(Waiter { ticket, at, may_go: false });
        let may_go = loop {
            if is_over() {
                break false;
            }
            let left = match self.mode() {
                PaceMode::Run => Duration::ZERO,
                PaceMode::Slow(time) => time.saturating_sub(since.elapsed()),
                PaceMode::Step if waiting.calls.iter().any(|waiter| waiter.ticket == ticket && waiter.may_go) => {
                    Duration::ZERO
                }
                PaceMode::Step => LOOK,
            };
            if left.is_zero() {
                break true;
            }
            let waited = self.inner.changed.wait_timeout(waiting, left.min(LOOK));
            waiting = waited.unwrap_or_else(PoisonError::into_inner).0;
        };
        waiting.calls.retain(|waiter| waiter.ticket != ticket);
        may_go
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.inner.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::capture::ConnectionId;

    const HERE: Thread = (SessionId(1), SocketId::Connection(ConnectionId(1)));
    const THERE: Thread = (SessionId(1), SocketId::Listener);

    /// Steps until somebody has waited.
    fn step(pace: &Pace, (session, socket): Thread) {
        while !pace.step(session, socket) {
            thread::yield_now();
        }
    }

    #[test]
    fn a_mode_is_what_was_set() {
        for mode in [PaceMode::Run, PaceMode::Slow(Duration::from_millis(250)), PaceMode::Step] {
            assert_eq!(Pace::at(mode).mode(), mode);
        }
        assert_eq!(Pace::at(PaceMode::Slow(Duration::ZERO)).mode(), PaceMode::Slow(Duration::from_nanos(1)));
        assert!(Pace::default().runs() && !Pace::at(PaceMode::Step).runs());
    }

    #[test]
    fn a_step_lets_one_call_of_its_place_go() {
        let pace = Pace::at(PaceMode::Step);
        thread::scope(|scope| {
            let here = scope.spawn(|| (pace.wait(HERE, &|| false), pace.wait(HERE, &|| false)));
            let there = scope.spawn(|| pace.wait(THERE, &|| false));
            step(&pace, HERE);
            step(&pace, HERE);
            assert_eq!(here.join().unwrap(), (true, true));
            assert!(!there.is_finished());
            step(&pace, THERE);
            assert!(there.join().unwrap());
        });
        assert!(!pace.step(HERE.0, HERE.1), "nobody waits");
    }

    #[test]
    fn who_waits_goes_on_when_it_is_to_run_and_not_when_it_is_over() {
        let pace = Pace::at(PaceMode::Step);
        thread::scope(|scope| {
            let waits = scope.spawn(|| pace.wait(HERE, &|| false));
            pace.set(PaceMode::Run);
            assert!(waits.join().unwrap());
        });
        pace.set(PaceMode::Slow(Duration::from_secs(3600)));
        assert!(!pace.wait(HERE, &|| true));
        pace.set(PaceMode::Slow(Duration::from_millis(1)));
        assert!(pace.wait(HERE, &|| false));
    }
}
