//! What is new in a list, or on a ruler, fades in: so that the eye sees what came, and where.
//!
//! In scope: how much of a veil lies over what number and since when. Out of scope: drawing it.

use std::collections::VecDeque;
use std::time::Duration;

use crate::capture::Moment;

/// How long something takes to be seen wholly.
const TIME: Duration = Duration::from_millis(200);
/// How many arrivals are told apart; in a flood the oldest are seen wholly at once.
const ARRIVALS_MAX: usize = 8;

/// Which numbers of a growing row are new.
#[derive(Debug, Default)]
pub struct Fading {
    /// What it belongs to: another list has nothing that is new.
    of: u64,
    /// How many there were last.
    count: u64,
    /// From which number on something came, and when; the oldest first.
    arrivals: VecDeque<(u64, Moment)>,
    /// When it was looked at last.
    now: Moment,
}

impl Fading {
    /// Takes in that `of` has `count` by `now`. Without `is_moving` nothing fades. Returns whether something is fading.
    pub fn follow(&mut self, of: u64, count: u64, now: Moment, is_moving: bool) -> bool {
        let is_same = self.of == of && count >= self.count;
        if !is_same || !is_moving {
            self.arrivals.clear();
        } else if count > self.count {
            self.arrivals.push_back((self.count, now));
        }
        (self.of, self.count, self.now) = (of, count, now);
        while self.arrivals.len() > ARRIVALS_MAX || self.arrivals.front().is_some_and(|(_, at)| now.since(*at) >= TIME)
        {
            self.arrivals.pop_front();
        }
        !self.arrivals.is_empty()
    }

    /// How much of number `number` is still hidden: from 1 to 0.
    #[must_use]
    pub fn veil(&self, number: u64) -> f32 {
        self.veils().rev().find(|(from, _)| *from <= number).map_or(0.0, |(_, veil)| veil)
    }

    /// From which number on how much is still hidden; the least first.
    pub fn veils(&self) -> impl DoubleEndedIterator<Item = (u64, f32)> {
        let veil = |at: Moment| 1.0 - self.now.since(at).as_secs_f32() / TIME.as_secs_f32();
        self.arrivals.iter().map(move |(from, at)| (*from, veil(*at).clamp(0.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Moment {
        Moment(ms * 1_000_000)
    }

    #[test]
    fn what_came_last_is_veiled_longest() {
        let mut fading = Fading::default();
        assert!(!fading.follow(1, 10, at(0), true), "what is there at first is not new");
        assert!(fading.follow(1, 12, at(100), true));
        assert!(fading.follow(1, 13, at(200), true));
        assert_eq!([9, 10, 11, 12].map(|number| fading.veil(number)), [0.0, 0.5, 0.5, 1.0]);
        assert_eq!(fading.veils().collect::<Vec<_>>(), [(10, 0.5), (12, 1.0)]);
        assert!(fading.follow(1, 13, at(300), true));
        assert_eq!([11, 12].map(|number| fading.veil(number)), [0.0, 0.5]);
        assert!(!fading.follow(1, 13, at(400), true));
        assert_eq!(fading.veils().count(), 0);
    }

    #[test]
    fn nothing_fades_in_another_list_nor_without_motion() {
        let mut fading = Fading::default();
        fading.follow(1, 10, at(0), true);
        assert!(!fading.follow(2, 50, at(10), true), "another list");
        assert!(!fading.follow(2, 3, at(20), true), "the list was cleared");
        assert!(!fading.follow(2, 4, at(30), false), "no motion is wanted");
        assert_eq!(fading.veil(3), 0.0);
    }

    #[test]
    fn a_flood_is_bounded() {
        let mut fading = Fading::default();
        (0..1_000).for_each(|step| _ = fading.follow(1, step * 10, Moment(step), true));
        assert_eq!(fading.arrivals.len(), ARRIVALS_MAX);
    }
}
