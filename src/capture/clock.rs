//! One clock for everything that happens in the program.
//!
//! In scope: moments as nanoseconds since the program's start, so that a client and a server that run side by side can be
//! laid on one time line, and the wall's time of each. Out of scope: calendars and time zones.

use std::time::{Duration, Instant, SystemTime};

/// A moment, in nanoseconds since the [`Clock`] was started. Covers 584 years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// The time from `earlier` to this moment; zero if `earlier` is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// The moment that lies `time` after this one.
    pub fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)))
    }
}

/// The source of all moments. Copies tell the same time.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    /// What the clock on the wall showed then. It is read once: it may be set while the program runs, and rows must not jump.
    wall: SystemTime,
}

impl Clock {
    /// Starts the clock; its zero is now.
    pub fn start() -> Self {
        Self { start: Instant::now(), wall: SystemTime::now() }
    }

    /// The present moment. Costs some 25 ns on Linux.
    pub fn now(&self) -> Moment {
        Moment(u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    /// What the clock on the wall showed at `moment`, as seen from when this clock was started; `None` past what can be told.
    pub fn wall(&self, moment: Moment) -> Option<SystemTime> {
        self.wall.checked_add(Duration::from_nanos(moment.0))
    }
}
