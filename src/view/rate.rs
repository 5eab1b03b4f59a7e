//! How fast something has gone in the last seconds, and how long the rest takes at that rate.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The rate is that of so much time.
const WINDOW: Duration = Duration::from_secs(5);
/// Nothing is told before so much time has been seen.
const LEAST: Duration = Duration::from_millis(500);
/// Samples are no closer than this.
const STEP: Duration = Duration::from_millis(100);

/// A rate, of bytes or of anything else that is counted.
#[derive(Clone, Debug, Default)]
pub struct Rate {
    /// When there were how many; some 50 at most.
    samples: VecDeque<(Instant, u64)>,
}

impl Rate {
    /// Notes that there are `count` by `now`.
    pub fn note(&mut self, now: Instant, count: u64) {
        let age = |sample: Option<&(Instant, u64)>| sample.map(|(then, _)| now.saturating_duration_since(*then));
        if age(self.samples.back()).is_some_and(|age| age < STEP) {
            return;
        }
        while self.samples.len() > 1 && age(self.samples.get(1)).is_some_and(|age| age > WINDOW) {
            self.samples.pop_front();
        }
        self.samples.push_back((now, count));
    }

    /// How many there are in a second; `None` until enough was seen, or while there are no more.
    #[must_use]
    pub fn per_second(&self) -> Option<f64> {
        let ((first, from), (last, to)) = self.samples.front().zip(self.samples.back())?;
        let took = last.saturating_duration_since(*first);
        let count = to.saturating_sub(*from);
        (took >= LEAST && count > 0).then(|| count as f64 / took.as_secs_f64())
    }

    /// How long `left` more take, in whole seconds.
    #[must_use]
    pub fn time_for(&self, left: u64) -> Option<Duration> {
        let seconds = (left as f64 / self.per_second()?).ceil();
        Duration::try_from_secs_f64(seconds).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let (begun, mut rate) = (Instant::now(), Rate::default());
        let mut told = |ms: u64, count| {
            rate.note(begun + Duration::from_millis(ms), count);
            (rate.per_second().map(|rate| rate.round() as u64), rate.time_for(1_000).map(|time| time.as_secs()))
        };
        for (ms, count, expected) in [
            (0, 0, (None, None)),
            (400, 400, (None, None)),
            (500, 500, (Some(1_000), Some(1))),
            (510, 9_999, (Some(1_000), Some(1))),
            (1_000, 500, (Some(500), Some(2))),
            (6_100, 1_010, (Some(100), Some(10))),
            (20_000, 1_010, (None, None)),
        ] {
            assert_eq!(told(ms, count), expected, "{ms} ms");
        }
    }
}
