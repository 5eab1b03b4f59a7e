//! How far the jobs that make a body ready are told of what arrives: at once, unless it comes in floods.
//!
//! In scope: when to hold them back. Bytes that come by the hundred megabytes a second leave no processor for reading each of them a
//! second and a third time, so the jobs follow when the flood is over. Out of scope: the jobs.

use std::time::{Duration, Instant};

/// So many bytes more than were told are a flood.
const FLOOD: u64 = 32 * 1024 * 1024;
/// When nothing has come for so long, the jobs are told of some more,
pub const CALM: Duration = Duration::from_millis(300);
/// of so much: the flood may only have paused.
const STEP: u64 = 64 * 1024 * 1024;

/// What was told.
#[derive(Debug, Default)]
pub struct Flood {
    told: u64,
    seen: u64,
    since: Option<Instant>,
    is_held: bool,
}

impl Flood {
    /// Takes in that bytes up to `end` have arrived by `now`, and whether that is all.
    pub fn take_in(&mut self, end: u64, is_over: bool, now: Instant) {
        if self.seen != end || self.since.is_none() {
            (self.seen, self.since) = (end, Some(now));
        }
        let is_calm = self.since.is_some_and(|since| now.saturating_duration_since(since) >= CALM);
        if is_over || end.saturating_sub(self.told) <= FLOOD {
            self.told = end;
        } else if is_calm {
            (self.told, self.since) = (end.min(self.told + STEP), Some(now));
        }
        self.is_held = self.told < end;
    }

    /// Up to where jobs may read.
    #[must_use]
    pub fn told(&self) -> u64 {
        self.told
    }

    /// Whether they are held back.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.is_held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_told_of_when_it_is_over() {
        const MIB: u64 = 1 << 20;
        let begun = Instant::now();
        let mut flood = Flood::default();
        for (end, is_over, ms, told, is_held) in [
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
        ] {
            flood.take_in(end, is_over, begun + Duration::from_millis(ms));
            assert_eq!((flood.told(), flood.is_held()), (told, is_held), "{end} at {ms} ms");
        }
    }
}
