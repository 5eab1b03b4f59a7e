//! The hits of a search, in the order of their offsets.
//!
//! In scope: keeping the hits in memory, reading them by number, finding them by offset. Out of scope: finding them in the first place.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::http::Span;

/// One hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// How many hits stand before it.
    pub number: usize,
    /// Its bytes.
    pub span: Span,
}

/// The hits that are certain. The search appends to them; what stands in the list never changes.
///
/// The lock is held for an append or for one look-up, never while bytes are read.
#[derive(Clone, Debug, Default)]
pub(super) struct HitList {
    spans: Arc<Mutex<Vec<Span>>>,
}

impl HitList {
    /// Appends hits, which begin behind those that are there, up to `max` hits in all; returns whether all of them had room.
    pub(super) fn append(&self, hits: &[Span], max: usize) -> bool {
        let mut spans = self.lock();
        let room = max.saturating_sub(spans.len());
        spans.extend(hits.iter().take(room));
        hits.len() <= room
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Span>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hits that had been found at one moment. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    list: HitList,
    /// How many of the list's hits there were.
    certain: usize,
    /// Hits behind them, which may become others when more bytes come.
    tail: Arc<[Span]>,
}

impl Hits {
    /// All hits of `list` and those of `tail`.
    pub(super) fn new(list: &HitList, tail: Vec<Span>) -> Self {
        let certain = list.lock().len();
        Self { list: list.clone(), certain, tail: tail.into() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.certain + self.tail.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first hit.
    pub fn first(&self) -> Option<Hit> {
        self.first_at_or_after(0)
    }

    /// The first hit that begins at `offset` or later.
    pub fn first_at_or_after(&self, offset: u64) -> Option<Hit> {
        let list = self.list.lock();
        self.hit(&list, self.before(&list, offset))
    }

    /// The last hit that begins before `offset`.
    pub fn last_before(&self, offset: u64) -> Option<Hit> {
        let list = self.list.lock();
        self.hit(&list, self.before(&list, offset).checked_sub(1)?)
    }

    /// The hits that share bytes with `span`: the first `limit` of them.
    pub fn hits_in(&self, span: Span, limit: usize) -> Vec<Span> {
        let list = self.list.lock();
        // Hits don't overlap, so of those that begin before `span` only the last can reach into it.
        let first = self.before(&list, span.start.saturating_add(1)).saturating_sub(1);
        let hits = self.certain(&list).iter().chain(self.tail.iter()).skip(first);
        let hits = hits.take_while(|hit| hit.start < span.end);
        hits.filter(|hit| !hit.intersect(span).is_empty()).take(limit).copied().collect()
    }

    fn certain<'a>(&self, list: &'a [Span]) -> &'a [Span] {
        list.get(..self.certain).unwrap_or_default()
    }

    fn hit(&self, list: &[Span], number: usize) -> Option<Hit> {
        let certain = self.certain(list);
        let span = certain.get(number).or_else(|| self.tail.get(number.checked_sub(self.certain)?));
        span.map(|span| Hit { number, span: *span })
    }

    /// How many hits begin before `offset`.
    fn before(&self, list: &[Span], offset: u64) -> usize {
        let count = |spans: &[Span]| spans.partition_point(|hit| hit.start < offset);
        count(self.certain(list)) + count(&self.tail)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Hits from gaps and lengths, of which the last `tail` are not certain.
    fn hits(steps: &[(u64, u64)], tail: usize) -> (Hits, Vec<Span>) {
        let mut at = 0;
        let mut spans = Vec::new();
        for (gap, length) in steps {
            spans.push(Span::new(at + gap, at + gap + length));
            at += gap + length;
        }
        let (certain, rest) = spans.split_at(spans.len().saturating_sub(tail));
        let list = HitList::default();
        assert!(list.append(certain, usize::MAX));
        (Hits::new(&list, rest.to_vec()), spans)
    }

    #[test]
    fn hits_that_are_appended_later_are_not_seen() {
        let list = HitList::default();
        let span = |start| Span::new(start, start + 1);
        assert!(list.append(&[span(1), span(3)], 3));
        let hits = Hits::new(&list, vec![span(5)]);
        assert!(!list.append(&[span(4), span(6)], 3), "there is room for one");
        assert_eq!(Hits::new(&list, Vec::new()).len(), 3);
        assert_eq!(hits.hits_in(Span::new(0, 9), 9), [span(1), span(3), span(5)]);
        assert_eq!(hits.last_before(u64::MAX), Some(Hit { number: 2, span: span(5) }));
    }

    proptest! {
        #[test]
        fn hits_are_found_by_offset(
            steps in prop::collection::vec((0_u64..5, 1_u64..5), 0..30),
            tail in 0_usize..10,
            from in 0_u64..150,
            length in 0_u64..60,
        ) {
            let (hits, spans) = hits(&steps, tail);
            prop_assert_eq!((hits.len(), hits.is_empty()), (spans.len(), spans.is_empty()));
            let numbered = |number: usize| Hit { number, span: spans[number] };
            prop_assert_eq!(hits.first().map(|hit| hit.span), spans.first().copied());
            let after = spans.iter().position(|span| span.start >= from).map(numbered);
            prop_assert_eq!(hits.first_at_or_after(from), after);
            let before = spans.iter().rposition(|span| span.start < from).map(numbered);
            prop_assert_eq!(hits.last_before(from), before);
            let span = Span::new(from, from + length);
            let inside = spans.iter().filter(|hit| !hit.intersect(span).is_empty()).copied();
            prop_assert_eq!(hits.hits_in(span, 1000), inside.collect::<Vec<_>>());
        }
    }
}
