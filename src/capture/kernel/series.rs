//! A value over time, kept where it changes.
//!
//! In scope: a bounded number of points. When there are more, every second one goes, and of what comes after, only every second, fourth,
//! … change is kept: so the whole time stays in view at an even resolution. The newest value is always the true one.

use crate::capture::Moment;

/// How many points are kept.
pub const POINTS_MAX: usize = 1024;

/// A value over time. Between two points it was as at the earlier one, as far as was seen.
#[derive(Clone, Debug)]
pub struct Series<T> {
    points: Vec<(Moment, T)>,
    newest: Option<(Moment, T)>,
    /// One of this many changes is kept.
    stride: u32,
    passed: u32,
    /// When it was looked at last.
    seen: Option<Moment>,
}

impl<T> Default for Series<T> {
    fn default() -> Self {
        Self { points: Vec::new(), newest: None, stride: 1, passed: 0, seen: None }
    }
}

impl<T: Copy + PartialEq> Series<T> {
    /// Takes in what was seen at `at`; returns whether it is another value than before.
    pub fn take(&mut self, at: Moment, value: T) -> bool {
        self.seen = Some(at);
        if self.newest.is_some_and(|(_, before)| before == value) {
            return false;
        }
        self.newest = Some((at, value));
        self.passed += 1;
        if self.passed < self.stride && !self.points.is_empty() {
            return true;
        }
        self.passed = 0;
        if self.points.len() >= POINTS_MAX {
            let mut number = 0;
            self.points.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.stride = self.stride.saturating_mul(2);
        }
        self.points.push((at, value));
        true
    }

    /// The points until `until`, the oldest first, and the newest value.
    pub fn points(&self, until: Moment) -> impl Iterator<Item = (Moment, T)> {
        let newest = self.newest.filter(|newest| self.points.last().is_none_or(|last| last.0 < newest.0));
        self.points.iter().copied().chain(newest).filter(move |(at, _)| *at <= until)
    }

    /// The value at `until`, and since when it was so.
    pub fn at(&self, until: Moment) -> Option<(Moment, T)> {
        self.newest.filter(|(at, _)| *at <= until).or_else(|| self.points(until).last())
    }

    /// When it was looked at first.
    pub fn begun(&self) -> Option<Moment> {
        self.points.first().map(|(at, _)| *at)
    }

    /// When it was looked at last, until `until`.
    pub fn seen(&self, until: Moment) -> Option<Moment> {
        self.seen.map(|seen| seen.min(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changes_are_kept() {
        let mut series = Series::default();
        let news: Vec<_> =
            [1, 1, 2, 2, 1].iter().enumerate().map(|(at, v)| series.take(Moment(at as u64), *v)).collect();
        assert_eq!(news, [true, false, true, false, true]);
        let points: Vec<_> = series.points(Moment(9)).map(|(at, value)| (at.0, value)).collect();
        assert_eq!(points, [(0, 1), (2, 2), (4, 1)]);
        assert_eq!(series.at(Moment(3)), Some((Moment(2), 2)));
        assert_eq!((series.seen(Moment(9)), series.seen(Moment(3))), (Some(Moment(4)), Some(Moment(3))));
    }

    #[test]
    fn however_long_it_is_watched_it_is_bounded_and_reaches_from_the_first_to_the_newest() {
        let mut series = Series::default();
        for at in 0..100_000 {
            series.take(Moment(at), at);
            assert!(series.points.len() <= POINTS_MAX);
        }
        let points: Vec<_> = series.points(Moment(u64::MAX)).collect();
        assert!(points.len() > POINTS_MAX / 2 && points.len() <= POINTS_MAX + 1);
        assert_eq!((points[0].1, points[points.len() - 1].1), (0, 99_999));
        assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let widest = points.windows(2).map(|pair| pair[1].0.0 - pair[0].0.0).max();
        assert!(widest <= Some(256), "{widest:?}");
    }
}
