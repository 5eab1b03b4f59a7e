//! How far the jobs of a body may read: up to what has arrived, unless bytes arrive in a flood.
//!
//! In scope: when jobs are held back. Where bytes arrive by the hundred megabytes a second, no processor time is left for reading each
//! byte a second and a third time, so the jobs follow after the flood. The beginning of a body is always released, so that there is
//! something to see however fast bytes arrive. Out of scope: the jobs.

use std::time::{Duration, Instant};

/// A backlog of more bytes than this may be a flood. The same number of bytes from the beginning of the body is always released.
const BURST: u64 = 32 * 1024 * 1024;
/// The least time over which the rate of arrival is measured.
pub const INTERVAL: Duration = Duration::from_millis(300);
/// Bytes that arrive at less than this rate, in bytes a second, are no flood.
const FLOOD_RATE: u64 = 100 * 1024 * 1024;
/// What is released at a time after a flood, which may only have paused. In one interval fewer bytes than these arrive, so the jobs catch up.
const STEP: u64 = 64 * 1024 * 1024;

/// How far the jobs of a body may read.
#[derive(Debug)]
pub struct JobThrottle {
    /// The offset at which the body begins.
    start: u64,
    released: u64,
    /// The end of what had arrived at the begin of the present measurement, and when that was.
    measured: Option<(u64, Instant)>,
    is_throttled: bool,
}

impl JobThrottle {
    /// A throttle for a body that begins at the offset `start`; nothing is released yet.
    #[must_use]
    pub fn new(start: u64) -> Self {
        Self { start, released: start, measured: None, is_throttled: false }
    }

    /// Notes that the bytes up to `end` have arrived by `now`, and whether the body is over.
    pub fn update(&mut self, end: u64, is_over: bool, now: Instant) {
        let is_slow = self.is_slow(end, now);
        if is_over || end.saturating_sub(self.released) <= BURST {
            self.released = end;
        } else {
            let step = if is_slow { self.released + STEP } else { self.start + BURST };
            self.released = self.released.max(step.min(end));
        }
        self.is_throttled = self.released < end;
    }

    /// Whether bytes have arrived slowly for a whole interval; then a new measurement begins.
    fn is_slow(&mut self, end: u64, now: Instant) -> bool {
        let (before, since) = *self.measured.get_or_insert((end, now));
        let took = now.saturating_duration_since(since);
        if took < INTERVAL {
            return false;
        }
        self.measured = Some((end, now));
        (end.saturating_sub(before) as f64) < FLOOD_RATE as f64 * took.as_secs_f64()
    }

    /// The offset up to which jobs may read.
    #[must_use]
    pub fn released(&self) -> u64 {
        self.released
    }

    /// Whether bytes have arrived that are not released yet.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.is_throttled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    /// Feeds each row (end, whether the body is over, milliseconds) and compares what is released, and whether jobs are throttled.
    fn tells(start: u64, rows: &[(u64, bool, u64, u64, bool)]) {
        let begun = Instant::now();
        let mut throttle = JobThrottle::new(start);
        for (end, is_over, ms, released, is_throttled) in rows {
            throttle.update(*end, *is_over, begun + Duration::from_millis(*ms));
            assert_eq!((throttle.released(), throttle.is_throttled()), (*released, *is_throttled), "{end} at {ms} ms");
        }
    }

    #[test]
    fn a_flood_is_told_of_when_it_is_over() {
        tells(
            0,
            &[
                (MIB, false, 0, MIB, false),
                (33 * MIB, false, 100, 33 * MIB, false),
                (90 * MIB, false, 200, 33 * MIB, true),
                (190 * MIB, false, 300, 33 * MIB, true),
                (190 * MIB, false, 599, 33 * MIB, true),
                (190 * MIB, false, 600, 97 * MIB, true),
                (190 * MIB, false, 899, 97 * MIB, true),
                (190 * MIB, false, 900, 161 * MIB, true),
                (190 * MIB, false, 950, 190 * MIB, false),
                (500 * MIB, false, 960, 190 * MIB, true),
                (900 * MIB, true, 990, 900 * MIB, false),
            ],
        );
    }

    #[test]
    fn the_beginning_of_a_body_is_told_of_wherever_it_lies() {
        tells(
            500 * MIB,
            &[
                (500 * MIB, false, 0, 500 * MIB, false),
                (501 * MIB, false, 10, 501 * MIB, false),
                (900 * MIB, false, 20, 532 * MIB, true),
                (1300 * MIB, false, 900, 532 * MIB, true),
            ],
        );
        tells(500 * MIB, &[(900 * MIB, false, 0, 532 * MIB, true)]);
    }

    #[test]
    fn after_a_flood_what_trickles_in_does_not_hold_the_jobs_back() {
        tells(
            0,
            &[
                (200 * MIB, false, 0, 32 * MIB, true),
                (200 * MIB + 1, false, 100, 32 * MIB, true),
                (200 * MIB + 2, false, 200, 32 * MIB, true),
                (200 * MIB + 3, false, 300, 96 * MIB, true),
                (200 * MIB + 4, false, 400, 96 * MIB, true),
                (210 * MIB, false, 600, 160 * MIB, true),
                (239 * MIB, false, 900, 224 * MIB, true),
                (239 * MIB + 1, false, 950, 239 * MIB + 1, false),
            ],
        );
    }
}
