//! How much crossed a direction, and when: a series of fixed size over a time of any length.
//!
//! In scope: transfers summed up in buckets of equal width. When the time outgrows them, neighbours are put together and the width
//! doubles, so hours fit and nothing is lost but resolution. Out of scope: the single calls, which the log has, and drawing.

use std::time::Duration;

use crate::capture::Moment;

/// How many buckets are kept at most.
pub const BUCKETS_MAX: usize = 1024;
/// The width of a bucket at first, in nanoseconds: 65.5 µs.
const FIRST_WIDTH: u64 = 1 << 16;

/// Transfers that are told together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Burst {
    /// How many calls carried bytes.
    pub calls: u64,
    /// The bytes that crossed the socket with them: with TLS, the encrypted ones.
    pub bytes: u64,
    /// When the first of them was made.
    pub begun: Moment,
    /// When it came back.
    pub first: Moment,
    /// When the last of them came back.
    pub last: Moment,
    /// The fewest bytes that one of them carried; 0 if there is none.
    pub smallest: u32,
    /// The most.
    pub largest: u32,
}

impl Burst {
    /// Takes in a call that was made at `begun` and came back at `at` with `got` bytes, which must not be 0.
    #[inline]
    pub fn add(&mut self, begun: Moment, at: Moment, got: u32) {
        if self.calls == 0 {
            self.begun = begun;
            self.first = at;
            self.smallest = got;
        }
        self.calls += 1;
        self.bytes += u64::from(got);
        self.last = at;
        self.smallest = self.smallest.min(got);
        self.largest = self.largest.max(got);
    }
}

/// What crossed within a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// How many calls carried bytes.
    pub calls: u64,
    /// The bytes.
    pub bytes: u64,
    /// The fewest bytes that one call carried; 0 if there is none.
    pub smallest: u32,
    /// The most.
    pub largest: u32,
}

impl Bucket {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        let smallest = match (self.calls, other.calls) {
            (0, _) => other.smallest,
            (_, 0) => self.smallest,
            _ => self.smallest.min(other.smallest),
        };
        Self {
            calls: self.calls + other.calls,
            bytes: self.bytes + other.bytes,
            smallest,
            largest: self.largest.max(other.largest),
        }
    }
}

/// The series of one direction.
#[derive(Clone, Debug)]
pub struct Rate {
    /// Where the first bucket begins.
    origin: Moment,
    /// The width of a bucket, in nanoseconds; a power of two.
    width: u64,
    /// Those that are not empty, with their places: most connections of a crowd are silent most of the time.
    buckets: Vec<(u32, Bucket)>,
    total: Bucket,
}

/// A series as it is drawn: columns of equal width from the beginning on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateColumns {
    /// The width of a column.
    pub width: Duration,
    /// Up to the last one that is not empty.
    pub columns: Vec<Bucket>,
}

impl Rate {
    /// An empty series that begins at `origin`.
    pub fn new(origin: Moment) -> Self {
        Self { origin, width: FIRST_WIDTH, buckets: Vec::new(), total: Bucket::default() }
    }

    /// Where it begins.
    pub fn origin(&self) -> Moment {
        self.origin
    }

    /// All of it together.
    pub fn total(&self) -> Bucket {
        self.total
    }

    /// The bytes a second that crossed in about the last `span` before `now`: counted from the beginning of the bucket that holds the
    /// moment `span` ago. A series that is younger counts as if it had been silent before.
    pub fn recent(&self, now: Moment, span: Duration) -> f64 {
        let span = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX).max(1);
        let elapsed = now.0.saturating_sub(self.origin.0);
        let first = elapsed.saturating_sub(span) / self.width;
        let recent = self.buckets.iter().rev().take_while(|(at, _)| u64::from(*at) >= first);
        let bytes = recent.map(|(_, bucket)| bucket.bytes).sum::<u64>();
        bytes as f64 * 1e9 / elapsed.saturating_sub(first * self.width).max(span) as f64
    }

    /// The series in columns as narrow as they can be if they are to be `most` at most over a time of `length`. Their width is a
    /// power of two in nanoseconds, so that columns do not move while the time grows.
    pub fn columns(&self, most: usize, length: Duration) -> RateColumns {
        let most = u128::try_from(most).unwrap_or(1).max(1);
        let reaches = self.buckets.last().map_or(0, |(at, _)| u128::from(*at) + 1);
        let length = length.as_nanos().max(reaches * u128::from(self.width));
        let mut each = 1_usize;
        while length > most * u128::from(self.width) * each as u128 && each <= BUCKETS_MAX << 20 {
            each *= 2;
        }
        let mut columns = Vec::new();
        for (at, bucket) in &self.buckets {
            let column = *at as usize / each;
            columns.resize(columns.len().max(column + 1), Bucket::default());
            if let Some(column) = columns.get_mut(column) {
                *column = column.and(*bucket);
            }
        }
        RateColumns { width: Duration::from_nanos(self.width.saturating_mul(each as u64)), columns }
    }

    /// Takes in transfers. The calls of a burst are taken to be spread evenly over its time, the first and the last at its ends.
    pub(super) fn take_in(&mut self, burst: &Burst) {
        if burst.calls == 0 {
            return;
        }
        let whole = Bucket { calls: burst.calls, bytes: burst.bytes, smallest: burst.smallest, largest: burst.largest };
        self.total = self.total.and(whole);
        let first = burst.first.0.saturating_sub(self.origin.0);
        let last = burst.last.0.saturating_sub(self.origin.0).max(first);
        self.reach(last);
        let (low, high) = (first / self.width, last / self.width);
        let (mut calls, mut bytes) = (0, 0);
        for at in low..=high {
            // Up to the end of this bucket; the last one takes what is left.
            let reached = ((at + 1).saturating_mul(self.width)).min(last) - first;
            let calls_then = if at == high { burst.calls } else { 1 + part(burst.calls - 1, reached, last - first) };
            let bytes_then = part(burst.bytes, calls_then, burst.calls);
            if calls_then > calls {
                self.add(at, Bucket { calls: calls_then - calls, bytes: bytes_then - bytes, ..whole });
            }
            (calls, bytes) = (calls_then, bytes_then);
        }
    }

    /// Makes the buckets so wide that `time`, in nanoseconds since the origin, falls into one of them.
    fn reach(&mut self, time: u64) {
        while time / self.width >= BUCKETS_MAX as u64 {
            self.width *= 2;
            self.buckets.iter_mut().for_each(|(at, _)| *at /= 2);
            self.buckets.dedup_by(|(at, next), (before, bucket)| {
                let is_same = at == before;
                if is_same {
                    *bucket = bucket.and(*next);
                }
                is_same
            });
        }
    }

    fn add(&mut self, at: u64, bucket: Bucket) {
        let at = u32::try_from(at.min(BUCKETS_MAX as u64 - 1)).unwrap_or(0);
        // Nearly always it is the last one, or a new one behind it.
        let place = self.buckets.partition_point(|(before, _)| *before < at);
        match self.buckets.get_mut(place) {
            Some((same, known)) if *same == at => *known = known.and(bucket),
            _ => {
                // Most of a crowd have one.
                self.buckets.reserve_exact(usize::from(self.buckets.is_empty()));
                self.buckets.insert(place, (at, bucket));
            }
        }
    }
}

/// `whole` × `share` ÷ `of`, rounded down; the whole if `of` is 0.
fn part(whole: u64, share: u64, of: u64) -> u64 {
    if of == 0 {
        return whole;
    }
    u64::try_from(u128::from(whole) * u128::from(share) / u128::from(of)).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn burst(first: u64, last: u64, calls: u64, each: u32) -> Burst {
        let bytes = calls * u64::from(each);
        let begun = Moment(first);
        Burst { calls, bytes, begun, first: begun, last: Moment(last), smallest: each, largest: each }
    }

    fn sum(columns: &RateColumns) -> Bucket {
        columns.columns.iter().copied().fold(Bucket::default(), Bucket::and)
    }

    #[test]
    fn a_burst_is_what_its_calls_were() {
        let mut burst = Burst::default();
        for (begun, at, got) in [(2, 5, 100), (5, 6, 7), (6, 9, 300)] {
            burst.add(Moment(begun), Moment(at), got);
        }
        let (begun, first, last) = (Moment(2), Moment(5), Moment(9));
        assert_eq!(burst, Burst { calls: 3, bytes: 407, begun, first, last, smallest: 7, largest: 300 });
    }

    #[test]
    fn a_single_call_falls_into_the_bucket_of_its_moment() {
        let mut rate = Rate::new(Moment(1_000));
        rate.take_in(&burst(1_000 + 3 * FIRST_WIDTH, 1_000 + 3 * FIRST_WIDTH, 1, 512));
        let columns = rate.columns(BUCKETS_MAX, Duration::ZERO);
        assert_eq!(columns.width, Duration::from_nanos(FIRST_WIDTH));
        assert_eq!(columns.columns.iter().map(|column| column.bytes).collect::<Vec<_>>(), [0, 0, 0, 512]);
    }

    #[test]
    fn a_burst_is_spread_evenly_over_its_time() {
        let mut rate = Rate::new(Moment(0));
        rate.take_in(&burst(0, 4 * FIRST_WIDTH - 1, 400, 10));
        let columns = rate.columns(BUCKETS_MAX, Duration::ZERO).columns;
        assert_eq!(columns.iter().map(|column| column.calls).collect::<Vec<_>>(), [100, 100, 100, 100]);
        assert!(columns.iter().all(|column| column.bytes == 1_000 && column.smallest == 10));
    }

    #[test]
    fn hours_fit_and_only_resolution_is_lost() {
        let mut rate = Rate::new(Moment(0));
        let second = 1_000_000_000;
        for at in 0..36_000 {
            rate.take_in(&burst(at * second, at * second, 2, 100));
        }
        let columns = rate.columns(BUCKETS_MAX, Duration::ZERO);
        assert!(columns.columns.len() <= BUCKETS_MAX && columns.columns.len() > BUCKETS_MAX / 2);
        assert_eq!(sum(&columns), Bucket { calls: 72_000, bytes: 7_200_000, smallest: 100, largest: 100 });
    }

    #[test]
    fn columns_are_no_more_than_asked_for_and_do_not_move_while_time_grows() {
        let mut rate = Rate::new(Moment(0));
        for at in 0..1_000 {
            rate.take_in(&burst(at * FIRST_WIDTH, at * FIRST_WIDTH, 1, 1));
        }
        let columns = rate.columns(100, Duration::ZERO);
        assert_eq!((columns.columns.len(), columns.width), (63, Duration::from_nanos(16 * FIRST_WIDTH)));
        assert_eq!(rate.columns(100, columns.width * 100).width, columns.width);
        assert_eq!(rate.columns(100, columns.width * 101).width, columns.width * 2);
        assert_eq!(Rate::new(Moment(0)).columns(100, Duration::MAX).columns, []);
    }

    #[test]
    fn the_recent_rate_is_that_of_the_last_second_or_so() {
        const SECOND: u64 = 1_000_000_000;
        let mut rate = Rate::new(Moment(SECOND));
        let recent = |rate: &Rate, seconds: f64| rate.recent(Moment((seconds * 1e9) as u64), Duration::from_secs(1));
        assert_eq!(recent(&rate, 0.5), 0.0);
        rate.take_in(&burst(SECOND, SECOND, 1, 1_000));
        // As if it had been silent before.
        assert_eq!(recent(&rate, 1.0), 1_000.0);
        assert_eq!(recent(&rate, 1.9), 1_000.0);
        assert_eq!(recent(&rate, 2.5), 0.0);
        for tenth in 10..100 {
            rate.take_in(&burst(SECOND + tenth * SECOND / 10, SECOND + tenth * SECOND / 10, 1, 1_000));
        }
        let found = recent(&rate, 10.95);
        assert!((9_900.0..=11_000.0).contains(&found), "{found}");
        assert_eq!(recent(&rate, 12.5), 0.0);
    }

    #[test]
    fn a_time_before_the_origin_counts_as_the_origin() {
        let mut rate = Rate::new(Moment(1_000));
        rate.take_in(&burst(5, 7, 3, 3));
        assert_eq!(rate.columns(8, Duration::ZERO).columns, [rate.total()]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_whatever_comes(
            bursts in prop::collection::vec((any::<u64>(), 0..40_u32, any::<u64>(), 0..5_000_u64, 1..9_000_u32, 0..9_000_u32), 0..60),
            most in 1..BUCKETS_MAX,
        ) {
            let mut rate = Rate::new(Moment(1 << 20));
            let mut all = Bucket::default();
            for (at, shift, length, calls, each, more) in bursts {
                // Times of every order of magnitude.
                let first = at >> (24 + shift);
                let last = first.saturating_add(length >> 40);
                let whole = Bucket {
                    calls,
                    bytes: calls * u64::from(each) + u64::from(more) * calls.min(1),
                    smallest: each,
                    largest: each + more,
                };
                let (first, last) = (Moment(first), Moment(last));
                let Bucket { calls, bytes, smallest, largest } = whole;
                rate.take_in(&Burst { calls, bytes, begun: first, first, last, smallest, largest });
                if calls > 0 {
                    all = all.and(whole);
                }
            }
            prop_assert_eq!(rate.total(), all);
            prop_assert!(rate.buckets.len() <= BUCKETS_MAX);
            for columns in [rate.columns(BUCKETS_MAX, Duration::ZERO), rate.columns(most, Duration::ZERO)] {
                prop_assert_eq!(sum(&columns), all);
                for column in columns.columns {
                    prop_assert!(column.calls > 0 || column == Bucket::default());
                }
            }
            prop_assert!(rate.columns(most, Duration::ZERO).columns.len() <= most);
        }
    }
}
